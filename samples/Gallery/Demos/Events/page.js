import { Lane, both, element, legend } from "/site/lane.js";
import { submit } from "/site/form.js";

const CLIENT = Math.random().toString(36).slice(2);
const RETRY = 2000;                // what the server tells an EventSource to wait
const PATIENCE = 4000;             // who has not got an update by then has missed it

const ours = listen({
  color: 2, url: `events?client=${CLIENT}`,
  name: ["With ids", "带编号"],
  how: ["Each event has an id, which the browser repeats when it comes back.", "每个事件有编号，浏览器重连时会重复它。"],
});

const theirs = listen({
  color: 5, url: `events?ids=no&client=${CLIENT}`,
  name: ["Without ids", "不带编号"],
  how: ["Hears what is said while it is there.", "只听得到在场时说的。"],
});

// An EventSource reconnects by itself. Only when it has given up (readyState is CLOSED), the lane begins another.

function listen({ url, ...looks }) {
  const lane = new Lane({
    ...looks, seconds: 30,
    readings: {
      requests: ["connections", "连接"],
      received: ["received", "收到"],
      missed: ["missed", "漏掉"],
      greetings: ["greetings", "问候"],
      gaps: ["gaps told", "告知缺口"],
    },
  });
  lane.run(() => new Promise((resolve, reject) => {
    const source = new EventSource(lane.after ? `${url}&after=${lane.after}` : url);
    let request = null;
    const end = () => { request?.end("ended"); request = null; };
    source.addEventListener("open", () => { request = lane.begin("open"); });
    source.addEventListener("message", (event) => receive(lane, event, request));
    source.addEventListener("gap", (event) => tell(lane, event));
    source.addEventListener("error", () => {
      end();
      if (source.readyState === EventSource.CLOSED) reject(new Error("given up"));
      else lane.next(RETRY);
    });
    lane.signal.addEventListener("abort", () => { source.close(); end(); resolve(); });
  }));
  return lane;
}

function receive(lane, { data, lastEventId }, request) {
  lane.after = lastEventId;
  if (data === "Connected") return lane.count("greetings");
  request.arrived();
  lane.count("received");
  lane.list(words(JSON.parse(data).data));
  if (lane === ours) setTimeout(compare, PATIENCE, lane.counts.received);
}

const words = (data) => (typeof data === "string" ? data : JSON.stringify(data));

function tell(lane, { lastEventId }) {
  lane.after = lastEventId;
  lane.count("gaps");
  lane.list(element("b", {}, both(["gap: what was not read by then is lost", "缺口：没读完的丢了"])));
}

// What the one with ids had got by then, the other has got too, or never will.
function compare(received) {
  theirs.set("missed", Math.max(theirs.counts.missed, received - theirs.counts.received));
}

legend("request", "news", "mark");

// Updating, cutting, restarting

const data = document.getElementById("data");
const update = (value) => {
  for (const lane of [ours, theirs]) lane.strip.mark();
  return submit("update", value);
};

document.getElementById("curl").textContent = `curl -N ${new URL("events", location.href)}`;
document.getElementById("update").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await update(data.value)) data.select();
});
document.getElementById("cut").addEventListener("click", async () => {
  if (!await submit(`cut?client=${CLIENT}`)) return;
  for (let n = 1; n <= 3; n++) await update(`${data.value} (${n}/3)`);
});
document.getElementById("restart").addEventListener("click", () => submit("restart"));
