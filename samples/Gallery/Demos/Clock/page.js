import { Lane, legend } from "/site/lane.js";

const readings = {
  requests: ["requests", "请求"],
  seen: ["seconds seen", "看到的秒"],
  skipped: ["skipped", "跳过的秒"],
};

// Short polling: ask, show, wait for two seconds.

new Lane({
  color: 1, readings, seconds: 30,
  name: ["Short polling", "短轮询"],
  how: ["Asks every 2 s, and gets a text: GET /clock.", "每 2 秒问一次，得到一段文本：GET /clock。"],
}).run(async (lane) => {
  const { text, request } = await lane.fetch("clock");
  see(lane, text, request);
  await lane.rest(request.started + 2000 - performance.now());
});

// Long polling: ask for what comes behind the last second that was seen. The next question follows each answer at once.

new Lane({
  color: 2, readings, seconds: 30,
  name: ["Long polling", "长轮询"],
  how: ["Asks for the next second, and is kept waiting until it has come.", "问下一秒，等到它来为止。"],
}).run(async (lane) => {
  const { json, request } = await lane.fetch(`clock?via=long&wait=20&client=${lane.client}&after=${lane.after ?? "latest"}`, { state: "held" });
  const { after, messages, superseded } = json();
  if (superseded) lane.supersede();
  lane.after = after;
  for (const { data } of messages) see(lane, data, request);
});

// An endless page in an iframe: each second is a script in it that calls this function. When the page ends, go on from the cursor in a new one.

new Lane({
  color: 3, readings, seconds: 30,
  name: ["Endless iframe", "永不结束的 iframe"],
  how: ["Asks once, and gets a page that never ends: each second is a script in it.", "只问一次，得到一个永不结束的页面：每一秒是其中的一段脚本。"],
}).run((lane, signal) => new Promise((resolve) => {
  const request = lane.begin("open");
  window.onRecord = ({ type, id, data }) => {
    lane.after = id;
    if (type === null) see(lane, data, request);
  };
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.title = "stream";
  frame.src = `clock?via=frame&callback=onRecord&after=${lane.after ?? "latest"}`;
  const end = () => { frame.remove(); request.end("ended"); resolve(lane.rest(1000)); };
  frame.addEventListener("load", end);
  signal.addEventListener("abort", end);
  document.body.append(frame);
}));

legend("request", "news");

function see(lane, time, request) {
  request.arrived();
  if (lane.time === time) return;
  const passed = lane.time ? (Date.parse(time) - Date.parse(lane.time)) / 1000 : 1;
  lane.count("seen");
  lane.count("skipped", Math.max(0, passed - 1));
  lane.time = time;
  lane.show(time.slice(-8));
}
