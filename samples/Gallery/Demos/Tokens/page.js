import { Lane, both, duration, element, legend, say } from "/site/lane.js";
import { submit } from "/site/form.js";

const RETRY = 1000;

const lane = new Lane({
  color: 3, seconds: 12,
  name: ["The answer", "回答"],
  how: ["A dot for each word; a bar for each connection on which they come.", "一个点是一个词，一条是传它们的一个连接。"],
  readings: {
    requests: ["connections", "连接"],
    words: ["words", "词"],
    first: ["first word after", "首词用时"],
    resumed: ["resumed", "续传"],
    lost: ["lost", "丢失"],
    twice: ["twice", "重复"],
  },
});
lane.pauseButton.remove();
lane.set("first", "–");
lane.idle();

// By fetch: POST the question, and read the answer while it arrives. When the connection breaks, GET the rest, naming the last word that came.

async function byFetch(answer) {
  let response = () => fetch("ask", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text: answer.question }) });
  for (;;) {
    const request = lane.begin("open");
    try {
      const stream = await response();
      if (!stream.ok) throw new Refusal(await stream.text());
      for await (const event of events(stream.body)) if (take(answer, event, request)) return;
    } catch (error) {
      if (error instanceof Refusal || !answer.name) throw error;
    } finally {
      request.end("ended");
    }
    await lane.rest(RETRY, "away");
    lane.count("resumed");
    response = () => fetch(`answers/${answer.name}`, { cache: "no-store", headers: answer.last ? { "Last-Event-ID": answer.last } : {} });
  }
}

// The events of a body: fields up to an empty line. Ours ends its lines with LF alone, so that is all that this looks for.

async function* events(body) {
  const reader = body.getReader(), decoder = new TextDecoder();
  let rest = "", event = { type: "message", data: null };
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (event.data !== null) yield event;
        event = { type: "message", data: null };
        continue;
      }
      const colon = line.indexOf(":"), text = line.slice(colon + 1).replace(/^ /, "");
      switch (line.slice(0, colon)) {
        case "event": event.type = text; break;
        case "data": event.data = event.data === null ? text : `${event.data}\n${text}`; break;
        case "id": event.lastEventId = text; break;
      }
    }
  }
}

// By EventSource: POST the question, and listen to the answer. The browser does the parsing, the waiting and the coming back.

async function bySource(answer) {
  const asked = await submit("questions", { text: answer.question });
  if (asked === null) throw new Refusal("");
  await new Promise((resolve, reject) => {
    const source = new EventSource(`answers/${asked.answer}`);
    let request = null, opened = 0;
    const end = () => { request?.end("ended"); request = null; };
    source.addEventListener("open", () => {
      request = lane.begin("open");
      if (opened++ > 0) lane.count("resumed");
    });
    for (const type of ["answer", "message", "done"]) {
      source.addEventListener(type, (event) => {
        if (!take(answer, event, request)) return;
        source.close();
        end();
        resolve();
      });
    }
    source.addEventListener("error", () => {
      end();
      if (source.readyState === EventSource.CLOSED) reject(new Refusal(say("The answer is forgotten.", "这个回答已经被忘记了。")));
      else lane.next(RETRY);
    });
  });
}

class Refusal extends Error {}

// An event, whichever way it came. True behind the last one.

function take(answer, { type, data, lastEventId }, request) {
  if (type === "answer") {
    answer.name = data;
    for (const button of buttons) button.disabled = false;
    return false;
  }
  const place = Number(lastEventId.split("-")[1]), expected = answer.place + 1;
  if (place > expected) lane.count("lost", place - expected);
  if (place < expected) lane.count("twice");
  answer.place = place;
  answer.last = lastEventId;
  if (type === "done") {
    if (JSON.parse(data).stopped) answer.element.append(" ", element("i", {}, both(["(stopped)", "（已停）"])));
    return true;
  }
  if (answer.place === 1) lane.set("first", duration(performance.now() - answer.asked));
  request.arrived();
  lane.count("words");
  answer.element.append(data);
  talk.scrollTop = talk.scrollHeight;
  return false;
}

legend("request", "news");

// The conversation: one answer at a time.

const transports = { fetch: byFetch, source: bySource };
const choice = lane.choose(["by", "方式"], [
  ["fetch", "fetch and POST", "fetch 和 POST"],
  ["source", "EventSource", "EventSource"],
], () => {});
const talk = document.getElementById("talk"), text = document.getElementById("text"), refusal = document.getElementById("refusal");
const buttons = ["stop", "cut"].map((id) => document.getElementById(id));
const ask = document.querySelector("#ask .primary");
let answer = null;

document.getElementById("ask").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (ask.disabled) return;
  ask.disabled = true;
  refusal.textContent = "";
  talk.append(element("li", { className: "question" }, text.value));
  answer = { question: text.value, asked: performance.now(), place: 0, element: talk.appendChild(element("li", { className: "answer" })) };
  text.value = "";
  try {
    await transports[choice.value](answer);
  } catch (error) {
    if (error.message) refusal.textContent = error instanceof Refusal ? error.message : say("The server does not answer.", "服务器没有回答。");
    if (answer.element.textContent === "") answer.element.remove();
  }
  lane.idle();
  for (const button of [ask, ...buttons]) button.disabled = button !== ask;
  text.focus();
});

for (const button of buttons) button.addEventListener("click", () => fetch(`answers/${answer.name}/${button.id}`, { method: "POST" }));
document.getElementById("curl").textContent = `curl -N --json '{"text":"hello"}' ${new URL("ask", location.href)}`;
