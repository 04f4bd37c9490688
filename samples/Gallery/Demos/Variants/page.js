import { Lane, duration, legend } from "/site/lane.js";

const STUCK = 10_000;              // who has waited for so long, waits in vain
const MOST_FRAMES = 40;
const source = () => `ajax?timed=${Date.now()}`;

// 1. A timer sends a request every 3 seconds, whatever has become of the one before.

client(1, ["Overlapping XHR", "重叠的 XHR"], ["setInterval, every 3 s.", "setInterval，每 3 秒。"], (lane) => {
  every(lane, 3000, () => xhr(lane, ask(lane)).catch(ignore));
});

// 2. A timer gives one iframe a new address every 5 seconds. What it was loading is given up.

client(3, ["One iframe, reloaded", "重载同一个 iframe"], ["A new src every 5 s.", "每 5 秒换一次 src。"], (lane) => {
  const frame = newFrame(lane);
  let request;
  frame.addEventListener("load", () => answer(lane, request, frame));
  every(lane, 5000, () => {
    request?.end("abandoned");
    request = ask(lane);
    frame.src = source();
  });
});

// 3. A timer adds another iframe every 5 seconds. Nobody ever removes one.

client(4, ["A new iframe each time", "每次一个新 iframe"], ["One more in the page every 5 s.", "每 5 秒往页面里多加一个。"], (lane) => {
  every(lane, 5000, () => {
    const request = ask(lane), frame = newFrame(lane);
    frame.addEventListener("load", () => answer(lane, request, frame));
    frame.src = source();
    if (lane.frames.length >= MOST_FRAMES) lane.stop(`stopped: ${MOST_FRAMES} iframes are in the page`, `已停下：页面里有 ${MOST_FRAMES} 个 iframe`);
  });
});

// 4. An iframe that has loaded makes the next one.

client(6, ["Chained iframes", "链式 iframe"], ["The next one when one has loaded.", "一个加载完，再加下一个。"], function next(lane) {
  const request = ask(lane), frame = newFrame(lane);
  frame.addEventListener("load", () => {
    const isAnswered = answer(lane, request, frame);
    frame.remove();
    if (lane.isPaused) return;
    if (isAnswered) next(lane);
    else lane.stop("stopped: a link of the chain has broken", "已停下：链子断了一环");
  });
  frame.src = source();
});

// 5. An XHR that has ended, one way or another, makes the next one; after 5 seconds it gives up.

client(2, ["Chained XHR", "链式 XHR"], ["The next one when one has ended, at the latest after 5 s.", "一个结束再发下一个，最迟 5 秒。"], async function next(lane) {
  const why = await xhr(lane, ask(lane), 5000).catch((error) => error.message);
  if (why === "error") await lane.rest(1000, "away");
  if (!lane.isPaused) next(lane);
});

legend("request", "news", "abandoned");

// What they are made of

function client(color, name, how, start) {
  const lane = new Lane({
    color, name, how, seconds: 30,
    readings: {
      requests: ["requests", "请求"],
      answered: ["answered", "已回答"],
      median: ["median time", "耗时中位数"],
      disorder: ["out of order", "乱序"],
      abandoned: ["abandoned", "放弃"],
      stuck: ["stuck", "卡住"],
    },
  });
  lane.frames = [];
  lane.times = [];
  lane.newest = 0;
  lane.run(() => {
    start(lane);
    return lane.untilPaused(() => {
      for (const frame of lane.frames.splice(0)) frame.remove();
      for (const request of lane.requests) request.end("abandoned");
    });
  });
  setInterval(() => lane.set("stuck", lane.requests.filter(({ started, ended }) => ended === null && performance.now() - started > STUCK).length), 500);
  lane.set("median", "–");
}

function every(lane, milliseconds, act) {
  const step = () => { act(); lane.next(milliseconds); };
  const timer = setInterval(step, milliseconds);
  lane.signal.addEventListener("abort", () => clearInterval(timer));
  step();
}

function ask(lane) {
  const request = lane.begin("asking");
  request.number = lane.counts.requests;
  return request;
}

function xhr(lane, request, timeout = 0) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open("GET", source());
    xhr.timeout = timeout;
    xhr.onload = () => (take(lane, request, xhr.responseText) ? resolve() : reject(new Error("error")));
    xhr.onerror = xhr.ontimeout = xhr.onabort = ({ type }) => { request.end("abandoned"); reject(new Error(type)); };
    lane.signal.addEventListener("abort", () => xhr.abort());
    xhr.send();
  });
}

function newFrame(lane) {
  const frame = document.createElement("iframe");
  frame.title = "answer";
  lane.frames.push(frame);
  document.getElementById("frames").append(frame);
  return frame;
}

// A frame that has loaded may show an answer, or an error page of the browser, which nobody may look into.
function answer(lane, request, frame) {
  return request !== undefined && take(lane, request, frame.contentDocument?.body?.textContent ?? "");
}

function take(lane, request, text) {
  const took = Number(text.split("use time: ")[1]);
  if (request.ended !== null) return true;
  request.end(Number.isNaN(took) ? "abandoned" : "answered");
  if (Number.isNaN(took)) return false;
  request.arrived();
  lane.times.push(took);
  lane.set("median", duration(lane.times.toSorted((a, b) => a - b)[lane.times.length >> 1]));
  if (request.number < lane.newest) lane.count("disorder");
  lane.newest = Math.max(lane.newest, request.number);
  lane.show(text);
  return true;
}

function ignore() {
  // The lane has counted it.
}
