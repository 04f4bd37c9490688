import { Lane, duration, element, legend } from "/site/lane.js";
import { submit } from "/site/form.js";

const KEYS = ["banner", "timeout", "dark-mode"];
const readings = {
  requests: ["polls", "轮询"],
  changes: ["changes", "变更"],
  unchanged: ["unchanged", "未变"],
  abandoned: ["abandoned", "放弃"],
  late: ["seen after", "多久看到"],
};

// One poll for all keys: the MD5 of each value, as the values' entity tags say it. What has changed is fetched.

const byDigest = new Lane({
  color: 2, readings, seconds: 60,
  name: ["By digest, three keys", "按摘要，三个键"],
  how: ["Posts the MD5 of each value, and is held for 29.5 s while all are the latest.", "提交每个值的 MD5；都是最新的，就被留住 29.5 秒。"],
});
byDigest.digests = {};
byDigest.run(async (lane) => {
  const { text, request } = await lane.fetch("listener", {
    method: "POST", state: "held",
    headers: { "Long-Pulling-Timeout": "30000" },
    body: new URLSearchParams(KEYS.map((key) => [key, lane.digests[key] ?? ""])),
  });
  if (text === "") return lane.count("unchanged");
  for (const key of JSON.parse(text).changed) {
    const response = await fetch(`configs?key=${key}`, { cache: "no-store", signal: lane.signal });
    if (!response.ok) throw new Error(await response.text());
    lane.digests[key] = response.headers.get("ETag").slice(1, -1);
    see(lane, request, key, await response.text());
  }
});

// One key, by its entity tag, in three ways. Whichever it is, it says what it has: so it may come late, but it is never wrong.

const byTag = new Lane({
  color: 5, readings, seconds: 60,
  name: ["By ETag, one key", "按 ETag，一个键"],
  how: ["Gets banner with If-None-Match: held while that matches, then the value, or 304.", "带 If-None-Match 取 banner：一致就被留住，然后是新值，或者 304。"],
});

const clients = {
  once: (lane) => ask(lane),
  pause: async (lane) => { await ask(lane); await lane.rest(5000); },
  hasty: (lane) => ask(lane, AbortSignal.any([lane.signal, AbortSignal.timeout(10_000)])).catch(unlessHasty),
};
byTag.choose(["asks", "再问"], [
  ["once", "again at once", "马上"],
  ["pause", "5 s after an answer", "回答后过 5 秒"],
  ["hasty", "10 s, then gives up", "10 秒后放弃"],
], (choice) => byTag.run(clients[choice]));
byTag.run(clients.once);

async function ask(lane, signal = lane.signal) {
  const request = lane.begin("held");
  try {
    const response = await fetch("configs?key=banner", { cache: "no-store", signal, headers: lane.tag ? { "If-None-Match": lane.tag } : {} });
    const text = await response.text();
    request.end("answered");
    if (response.status === 304) return lane.count("unchanged");
    if (!response.ok) throw new Error(text);
    lane.tag = response.headers.get("ETag");
    see(lane, request, "banner", text);
  } finally {
    request.end("abandoned");
  }
}

function unlessHasty(error) {
  if (error.name !== "TimeoutError") throw error;
}

function see(lane, request, key, value) {
  request.arrived();
  lane.count("changes");
  lane.list(element("b", {}, key), ` ${value}`);
  if (published[key]) lane.set("late", duration(performance.now() - published[key]));
}

for (const lane of [byDigest, byTag]) lane.set("late", "–");
legend("request", "news", "abandoned", "mark");

// Publishing

const published = {};
const key = document.getElementById("key"), value = document.getElementById("value");
document.getElementById("curl").textContent = `curl -d 'Closed' '${new URL("configs?key=banner", location.href)}'`;
document.getElementById("change").addEventListener("submit", async (event) => {
  event.preventDefault();
  published[key.value] = performance.now();
  for (const lane of [byDigest, byTag]) lane.strip.mark();
  if (await submit(`configs?key=${key.value}`, value.value, { type: "text/plain; charset=utf-8" })) value.select();
});
