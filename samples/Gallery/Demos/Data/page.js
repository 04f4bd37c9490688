import { Lane, legend } from "/site/lane.js";
import { submit } from "/site/form.js";

const readings = {
  requests: ["requests", "请求"],
  inFlight: ["in flight", "在途"],
  most: ["most at once", "同时最多"],
  updates: ["updates", "更新"],
  answers: ["answers with it", "带来它的回答"],
};

// One poll at a time: the next one begins when this one has ended, whatever way it ended.

const ours = new Lane({
  color: 2, readings, seconds: 30,
  name: ["One after the other", "一个接一个"],
  how: ["Asks again when it has its answer, and says what it has seen.", "得到回答才再问，并说出读到哪里。"],
});
ours.run(async (lane) => {
  const { json, after, request } = await lane.fetch(`data?after=${lane.after ?? "latest"}`, { state: "held" });
  lane.after = after;
  receive(lane, json(), after, request);
});

// A timer knows nothing of the poll before: as soon as a hold is longer than its interval, polls overlap.

function byTimer(lane) {
  const timer = setInterval(() => ask(lane).catch(ignore), 3000);
  ask(lane).catch(ignore);
  return lane.untilPaused(() => clearInterval(timer));
}

// A timeout ends a request: readyState changes, and then ontimeout is called. Who asks again in both asks twice.

function twiceOnTimeout(lane) {
  send();
  return lane.untilPaused(() => {});

  function send() {
    if (lane.isPaused) return;
    if (lane.inFlight >= MOST) {
      lane.stop(`stopped: the next step would be ${2 * MOST} polls at once`, `已停下：下一步将同时有 ${2 * MOST} 个请求`);
      return;
    }
    ask(lane, AbortSignal.any([lane.signal, AbortSignal.timeout(2000)])).then(send, () => { send(); send(); });
  }
}

const MOST = 4;
const clients = { timer: byTimer, twice: twiceOnTimeout };

const theirs = new Lane({
  color: 5, readings, seconds: 30,
  name: ["As often written", "常见的写法"],
  how: ["Asks without regard to what is in flight already.", "不管已经有多少请求在途。"],
});
theirs.choose(["by", "写法"], [
  ["timer", "setInterval, 3 s", "setInterval，3 秒"],
  ["twice", "2 s timeout, retried twice", "2 秒超时，重试两次"],
], (choice) => {
  theirs.reason = null;
  theirs.run(clients[choice]);
  theirs.render();
});
theirs.run(byTimer);

async function ask(lane, signal = lane.signal) {
  const { json, after, request } = await lane.fetch("data", { state: "held", signal });
  receive(lane, json(), after, request);
}

legend("request", "news", "abandoned", "mark");

function receive(lane, { data }, after, request) {
  if (data === null) return;
  request.arrived();
  lane.count("answers");
  if (lane.newest !== after) lane.count("updates");
  lane.newest = after;
  lane.show(JSON.stringify(data));
}

function ignore() {
  // The lane has counted it; the timer goes on in any case.
}

// Updating

const data = document.getElementById("data");
document.getElementById("curl").textContent = `curl --json '{"temperature":22}' ${new URL("update", location.href)}`;
document.getElementById("update").addEventListener("submit", async (event) => {
  event.preventDefault();
  for (const lane of [ours, theirs]) lane.strip.mark();
  if (await submit("update", asJson(data.value))) data.select();
});

// What is no JSON is text.
function asJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
