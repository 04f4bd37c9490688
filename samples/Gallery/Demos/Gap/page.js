import { Lane, element } from "/site/lane.js";
import { submit } from "/site/form.js";

const readings = {
  requests: ["requests", "请求"],
  received: ["received", "收到"],
  lost: ["lost", "丢失"],
  told: ["told missing", "告知缺失"],
};

// The naive one: waits for a message, takes it, asks for another. It has nothing to say about what it has seen.

const naive = new Lane({
  color: 5, readings, seconds: 20,
  name: ["Naive", "天真的"],
  how: ["Waits for whatever comes next.", "等下一条，来什么是什么。"],
});
naive.run(async (lane) => {
  const { json, request } = await lane.fetch("next", { state: "held" });
  const message = json();
  if (message) receive(lane, message, request);
});

// Ours: asks for what is behind its cursor. If that is gone, the answer begins with a gap.

const ours = new Lane({
  color: 2, readings, seconds: 20,
  name: ["From a cursor", "从游标继续"],
  how: ["Asks for what comes behind what it has seen.", "问读到的那条之后的消息。"],
});
ours.run(async (lane) => {
  const { json, request } = await lane.fetch(`messages?via=long&wait=20&client=${lane.client}&after=${lane.after ?? "latest"}`, { state: "held" });
  const { after, messages, gap, superseded } = json();
  if (superseded) lane.supersede();
  lane.after = after;
  if (gap) tell(lane, gap, messages[0]);
  for (const { data } of messages) receive(lane, data, request);
});

// The cells: one for each message of the burst

const lanes = [naive, ours];
let current = null;

for (const lane of lanes) lane.cells = lane.body.appendChild(element("div", { className: "cells", ariaHidden: "true" }));

function begin({ burst, of }) {
  current = { burst, of };
  for (const lane of lanes) {
    lane.cells.replaceChildren(...Array.from({ length: of }, () => element("i", { className: "cell" })));
    for (const reading of ["received", "lost", "told"]) lane.set(reading, 0);
  }
}

function receive(lane, message, request) {
  if (message.burst !== current?.burst) begin(message);
  request.arrived();
  mark(lane, message.n, "got");
  count(lane);
  if (lane === ours && message.n === message.of) setTimeout(finish, 700, message.burst);
}

// The gap is told in places of the log; the message behind it says which place is which.
function tell(lane, gap, first) {
  if (!first) return;
  if (first.data.burst !== current?.burst) begin(first.data);
  const start = number(first.id) - first.data.n;
  for (let place = number(gap.from) + 1; place <= number(gap.to); place++) mark(lane, place - start, "told");
}

// When the burst is over, what did not come will not come.
function finish(burst) {
  if (burst !== current.burst) return;
  for (const lane of lanes) {
    for (const cell of lane.cells.children) if (cell.className === "cell") cell.className = "cell lost";
    count(lane);
  }
}

function mark(lane, n, how) {
  const cell = lane.cells.children[n - 1];
  if (cell) cell.className = `cell ${how}`;
}

function count(lane) {
  for (const [reading, how] of [["received", "got"], ["lost", "lost"], ["told", "told"]]) lane.set(reading, lane.cells.getElementsByClassName(how).length);
}

const number = (cursor) => Number(cursor.slice(cursor.lastIndexOf("-") + 1));

for (const button of document.querySelectorAll("[data-burst]")) button.addEventListener("click", () => submit(`burst?${button.dataset.burst}`));
