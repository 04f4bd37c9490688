import { Lane, amount, both, element, legend } from "/site/lane.js";

const SECONDS = 120, WIDTH = 600, HEIGHT = 120, TOP = 8;
const MEGABYTE = 1024 * 1024;

// A chart: the last two minutes of one number. The scale grows with the largest one, in steps that one can read.

class Chart {
  constructor(color, name, read, show, least) {
    this.read = read;
    this.show = show;
    this.least = least;
    this.now = element("strong", {}, "–");
    this.top = element("span", { className: "top" });
    this.area = draw("path", { class: "area" });
    this.line = draw("path", { class: "line" });
    this.element = element("article", { className: "chart" },
      element("h2", {}, both(name)), this.now,
      draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
        draw("path", { class: "grid", d: `M0 ${TOP}H${WIDTH}M0 ${(HEIGHT + TOP) / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}` }), this.area, this.line),
      this.top, element("div", { className: "axis", ariaHidden: "true" }, element("span", {}, "−2 min"), element("span", {}, "−1 min"), element("span", {}, both(["now", "现在"]))));
    this.element.style.setProperty("--lane", `var(--lane-${color})`);
    document.getElementById("charts").append(this.element);
  }

  draw(samples) {
    const points = samples.map((sample) => [sample.time, this.read(sample)]).filter(([, value]) => value !== null);
    if (points.length === 0) return;
    const end = points.at(-1)[0], most = scale(Math.max(this.least, ...points.map(([, value]) => value)));
    const path = points.map(([time, value]) => {
      const x = WIDTH * (1 - (end - time) / 1000 / SECONDS), y = HEIGHT - (HEIGHT - TOP) * value / most;
      return `${x.toFixed(1)} ${y.toFixed(1)}`;
    }).join("L");
    const first = WIDTH * (1 - (end - points[0][0]) / 1000 / SECONDS);
    this.line.setAttribute("d", `M${path}`);
    this.area.setAttribute("d", `M${first.toFixed(1)} ${HEIGHT}L${path}V${HEIGHT}Z`);
    this.now.textContent = this.show(points.at(-1)[1]);
    this.top.textContent = this.show(most);
  }
}

// 1, 2 or 5 with zeros: the next one that is not smaller.
function scale(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].find((step) => step * power >= most) * power;
}

function draw(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

const charts = [
  new Chart(1, ["Processor", "处理器"], ({ cpu }) => cpu, (value) => `${Number(value.toFixed(1))} %`, 10),
  new Chart(3, ["Managed heap", "托管堆"], ({ heap }) => heap / MEGABYTE, (value) => `${Number(value.toFixed(1))} MB`, 1),
  new Chart(4, ["Connections", "连接"], ({ connections }) => connections, amount, 10),
  new Chart(6, ["Requests per second", "每秒请求"], ({ requests }) => requests, amount, 10),
];

// The stream. It begins with what is kept; after a cut the browser says by itself which sample was the last.

const lane = new Lane({
  color: 2, seconds: 60,
  name: ["Event stream", "事件流"],
  how: ["One EventSource brings all four lines.", "一个 EventSource 带来全部四条线。"],
  readings: {
    requests: ["connections", "连接"],
    received: ["samples", "样本"],
    memory: ["resident", "常驻内存"],
    collections: ["collections", "垃圾回收"],
    threads: ["pool threads", "池线程"],
    streams: ["watching", "观看"],
  },
});
const samples = [];
lane.run(() => new Promise((resolve, reject) => {
  const source = new EventSource(`samples?after=${lane.after ?? "earliest"}`);
  let request = null;
  const end = () => { request?.end("ended"); request = null; };
  source.addEventListener("open", () => { request = lane.begin("open"); });
  source.addEventListener("message", (event) => receive(event, request));
  source.addEventListener("error", () => {
    end();
    if (source.readyState === EventSource.CLOSED) reject(new Error("given up"));
    else lane.next(3000);
  });
  lane.signal.addEventListener("abort", () => { source.close(); end(); resolve(); });
}));

function receive({ data, lastEventId }, request) {
  const sample = JSON.parse(data);
  lane.after = lastEventId;
  lane.count("received");
  request.arrived();
  samples.push(sample);
  while (samples[0].time < sample.time - SECONDS * 1000) samples.shift();
  lane.set("memory", `${Math.round(sample.memory / MEGABYTE)} MB`);
  for (const reading of ["collections", "threads", "streams"]) lane.set(reading, sample[reading]);
  due ??= requestAnimationFrame(redraw);
}

// Many samples may come at once; one drawing shows them all.
let due = null;

function redraw() {
  due = null;
  for (const chart of charts) chart.draw(samples);
}

legend("request", "news");

// Work: as many at once as the browser has connections left.

document.getElementById("curl").textContent = `curl -N '${new URL("samples?via=sse&after=earliest", location.href)}'`;
document.getElementById("ask").addEventListener("click", async ({ currentTarget }) => {
  currentTarget.disabled = true;
  let left = 1000;
  const ask = async () => { while (left-- > 0) await fetch("ping", { cache: "no-store" }); };
  await Promise.allSettled(Array.from({ length: 4 }, ask));
  currentTarget.disabled = false;
});
