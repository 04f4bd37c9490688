import { Lane, element, legend } from "/site/lane.js";
import { submit } from "/site/form.js";

const LEVELS = ["trce", "dbug", "info", "warn", "fail", "crit"];
const lane = new Lane({
  color: 4, seconds: 60,
  name: ["Event stream", "事件流"],
  how: ["One EventSource; a listener for each level.", "一个 EventSource，每个级别一个监听函数。"],
  readings: {
    requests: ["connections", "连接"],
    received: ["lines", "行"],
    lost: ["lost", "丢失"],
  },
});

// A turn is one EventSource. Resuming by hand, as after a pause, is the cursor in the query; after a cut the browser says it by itself.

lane.level = "";
lane.run(() => new Promise((resolve, reject) => {
  const filter = lane.level ? `&type=${lane.level}` : "";
  const source = new EventSource(`lines?after=${lane.after ?? "earliest"}${filter}`);
  let request = null;
  const end = () => { request?.end("ended"); request = null; };
  source.addEventListener("open", () => { request = lane.begin("open"); });
  for (const level of LEVELS) source.addEventListener(level, (event) => receive(event, request));
  source.addEventListener("gap", ({ data, lastEventId }) => {
    const { from, to } = JSON.parse(data);
    if (from.split("-")[0] === to.split("-")[0]) lane.count("lost", place(to) - place(from));
    lane.after = lastEventId;
  });
  source.addEventListener("error", () => {
    end();
    if (source.readyState === EventSource.CLOSED) reject(new Error("given up"));
    else lane.next(3000);
  });
  lane.signal.addEventListener("abort", () => { source.close(); end(); resolve(); });
}));

const place = (cursor) => Number(cursor.split("-")[1]);

function receive({ data, lastEventId }, request) {
  lane.after = lastEventId;
  request.arrived();
  lane.count("received");
  show(JSON.parse(data));
}

lane.button(["Cut for 3 s", "切断 3 秒"], async () => {
  if (lane.isPaused) return;
  lane.togglePause();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  if (lane.isPaused) lane.togglePause();
});

lane.choose(["show", "显示"], [
  ["", "all levels", "所有级别"],
  ["dbug", "dbug", "dbug"],
  ["info", "info", "info"],
  ["warn", "warn", "warn"],
  ["fail", "fail", "fail"],
], (level) => {
  lane.level = level;
  lane.after = undefined;
  list.replaceChildren();
  if (!lane.isPaused) lane.togglePause();
  lane.togglePause();
});

legend("request", "news");

// The last lines

const ROWS = 14;
const list = document.getElementById("log");

function show({ time, level, category, text }) {
  const at = new Date(time).toLocaleTimeString("en-GB");
  list.append(element("li", { className: `level-${level}`, title: text },
    element("time", { dateTime: time }, at), " ", element("b", {}, level), " ", element("span", {}, category), " ", text));
  while (list.children.length > ROWS) list.firstChild.remove();
}

// Writing

const text = document.getElementById("text");
document.getElementById("curl").textContent = `curl -N '${new URL("lines?via=sse&after=earliest", location.href)}'`;
document.getElementById("write").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await submit("lines", text.value, { type: "text/plain; charset=utf-8" })) text.select();
});
document.getElementById("fail").addEventListener("click", () => fetch("failure", { method: "POST" }).catch(() => {}));
