import { Lane, element, legend } from "/site/lane.js";
import { submit } from "/site/form.js";

const clientId = () => Math.random().toString(36).slice(2);
const readings = {
  requests: ["requests", "请求"],
  received: ["received", "收到"],
  missed: ["missed", "漏掉"],
};

// Says where it stands, and asks again at once.

const ours = new Lane({
  color: 2, readings,
  name: ["From a cursor", "从游标继续"],
  how: ["Each poll says which reminder was seen last, and follows the answer at once.", "每次轮询都说出读到的最后一条，得到回答后立刻再问。"],
});
ours.id = clientId();
ours.run(async (lane) => {
  const { json, after, request } = await lane.fetch(`api/reminders/wait?clientId=${lane.id}&after=${lane.after ?? "latest"}`, { state: "held" });
  lane.after = after;
  receive(lane, json(), request);
});

// As it is often written: waits for whatever comes next, and rests after each answer. What comes meanwhile is for others.

const theirs = new Lane({
  color: 5, readings,
  name: ["With a pause", "歇一秒再问"],
  how: ["Waits for whatever comes next, and asks again a second after each answer.", "等下一条消息，每次得到回答后过一秒再问。"],
});
theirs.id = clientId();
theirs.run(async (lane) => {
  miss(lane, ours.last);
  const { json, request } = await lane.fetch(`api/reminders/wait?clientId=${lane.id}`, { state: "held" });
  receive(lane, json(), request);
  await lane.rest(1000);
});

legend("request", "news", "mark");

function receive(lane, { type, reminders }, request) {
  if (type === "timeout") return;
  request.arrived();
  for (const reminder of reminders) {
    miss(lane, reminder.id - 1);
    lane.count("received");
    lane.last = reminder.id;
    lane.list(element("b", {}, `${reminder.id}`), ` ${reminder.text}`);
  }
}

// Reminders are numbered without holes: who comes back when others have got one with a higher number, has missed what lies between.
function miss(lane, until) {
  if (lane.last === undefined || !(until > lane.last)) return;
  lane.count("missed", until - lane.last);
  lane.last = until;
}

// Making reminders

const text = document.getElementById("text");
const make = (words) => submit("api/reminders", { text: words });

document.getElementById("curl").textContent = `curl --json '{"text":"tea"}' ${new URL("api/reminders", location.href)}`;
document.getElementById("make").addEventListener("submit", async (event) => {
  event.preventDefault();
  await remind(text.value);
  text.select();
});
document.getElementById("five").addEventListener("click", async () => {
  for (let n = 1; n <= 5; n++) await remind(`${text.value} (${n}/5)`);
});

async function remind(words) {
  for (const lane of [ours, theirs]) lane.strip.mark();
  await make(words);
}
