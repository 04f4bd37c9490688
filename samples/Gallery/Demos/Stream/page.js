import { Lane, element, legend } from "/site/lane.js";
import { submit } from "/site/form.js";

const lane = new Lane({
  color: 4, seconds: 30,
  name: ["Fetch stream", "fetch 流"],
  how: ["Reads lines from a response that goes on, and goes on from its cursor when it ends.", "从不断继续的响应里读行；它结束了，就从游标继续。"],
  readings: {
    requests: ["requests", "请求"],
    pieces: ["pieces", "块"],
    lines: ["lines", "行"],
    bytes: ["body bytes", "正文字节"],
    received: ["messages", "消息"],
    lost: ["lost", "丢失"],
  },
});

// A turn is one response: read pieces until it ends, cut them into lines. A line that is not whole yet waits for the next piece.

lane.run(async () => {
  const request = lane.begin("open");
  try {
    const response = await fetch(`stream?via=ndjson&after=${lane.after ?? "latest"}`, { cache: "no-store", signal: lane.signal });
    if (!response.ok) throw new Error(await response.text());
    const reader = response.body.getReader(), decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop();
      lane.count("pieces");
      lane.count("bytes", value.length);
      lane.count("lines", lines.length);
      for (const line of lines) take(line, request);
    }
  } finally {
    request.end(lane.isPaused ? "abandoned" : "ended");
  }
  await lane.rest(lane.again ?? 0);
});

// A line is a message, or the stream speaks of itself: open says where it stands, gap what is missing.

function take(line, request) {
  const record = JSON.parse(line);
  if (record.type === "gap") lane.count("lost", missing(record));
  if (record.type === null) {
    lane.count("received");
    request.arrived();
    lane.show(words(record.data));
  }
  lane.after = record.id;
  lane.again = record.again;
  log(line, request);
}

const words = (data) => (data.celsius === undefined ? typeof data === "string" ? data : JSON.stringify(data) : `${data.celsius.toFixed(1)} °C`);
const number = (cursor) => Number(cursor.slice(cursor.lastIndexOf("-") + 1));
const epoch = (cursor) => cursor.slice(0, cursor.lastIndexOf("-"));

// A server that was started anew has a log that begins anew: what is known to be missing are its own messages.
const missing = ({ from, to }) => (epoch(from) === epoch(to) ? number(to) - number(from) : number(to));

lane.button(["Cut", "切断"], async () => {
  if (lane.isPaused) return;
  lane.togglePause();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  if (lane.isPaused) lane.togglePause();
});

legend("request", "news", "abandoned");

// The last lines

const ROWS = 12;
const list = document.getElementById("log");

function log(line) {
  const piece = lane.counts.pieces % 2;
  list.append(element("li", { className: `piece-${piece}` }, line));
  while (list.children.length > ROWS) list.firstChild.remove();
}

// Publishing

const text = document.getElementById("text");
document.getElementById("curl").textContent = `curl -N '${new URL("stream?via=ndjson", location.href)}'`;
document.getElementById("burst").addEventListener("click", () => submit("burst"));
document.getElementById("publish").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await submit("stream", text.value, { type: "text/plain; charset=utf-8" })) text.select();
});
