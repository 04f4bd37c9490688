// The Gallery's page: lanes that carry the same messages by different transports, and measure what that takes.
// No framework, no build step: what you read is what runs.

const WINDOW = 60_000;             // what a lane's strip shows, in milliseconds
const HOLD = 20;                   // how long a long poll may be kept waiting, in seconds
const FIRST_RETRY = 500, LAST_RETRY = 10_000;

// ---------------------------------------------------------------------------------------------------------------- words

const words = {
  en: {
    "page": "One value",
    "lane.poll": "Short polling",
    "lane.poll.how": "Asks again and again, and is answered at once, mostly with nothing.",
    "lane.long": "Long polling",
    "lane.long.how": `Asks once and is kept waiting, until there is news or ${HOLD} s are over.`,
    "state.asking": () => "asks",
    "state.held": (seconds) => `held for ${seconds} s`,
    "state.resting": (seconds) => `asks again in ${seconds} s`,
    "state.away": (seconds) => `no answer, tries again in ${seconds} s`,
    "state.paused": () => "paused",
    "state.stopped": () => "stopped: another poll has taken the place of this one",
    "pause": "Pause",
    "resume": "Resume",
    "copied": "Copied",
    "value.none": "nothing published yet",
    "first": "first",
    "unreachable": "The server does not answer.",
    "announce": (value) => `New value: ${value}`,
  },
  zh: {
    "page": "同一个值",
    "skip": "跳到发布",
    "gallery": "陈列室",
    "collection": "全部展品",
    "others.title": "全部展品",
    "title": "同一个值，两种等法",
    "intro": "打开这个页面的每个人看到的都是同一个值。发布一个新值，看两条通道各自何时得知。",
    "publish.title": "发布",
    "publish.label": "新值",
    "publish.button": "发布",
    "publish.terminal": "或者在终端里",
    "copy": "复制",
    "copied": "已复制",
    "lanes.title": "通道",
    "lane.poll": "短轮询",
    "lane.poll.how": "一遍又一遍地问，服务器立刻回答，多半没有新消息。",
    "lane.long": "长轮询",
    "lane.long.how": `问一次就等着，直到有新消息，或等满 ${HOLD} 秒。`,
    "state.asking": () => "在问",
    "state.held": (seconds) => `已等 ${seconds} 秒`,
    "state.resting": (seconds) => `${seconds} 秒后再问`,
    "state.away": (seconds) => `没有回答，${seconds} 秒后再试`,
    "state.paused": () => "已暂停",
    "state.stopped": () => "已停下：另一次轮询取代了它",
    "pause": "暂停",
    "resume": "继续",
    "every": "间隔",
    "now": "现在",
    "reading.requests": "请求",
    "reading.empty": "空回答",
    "reading.bytes": "正文字节",
    "reading.received": "收到",
    "reading.lost": "丢失",
    "reading.duplicates": "重复",
    "reading.last": "延迟",
    "reading.median": "中位数",
    "reading.p99": "p99",
    "legend.empty": "一次请求，没有新消息",
    "legend.news": "带来新消息的请求",
    "legend.published": "发布",
    "arrivals.title": "到达",
    "arrivals.note": "从发布到到达的时间。来自别处的更新，从最先看到它的通道算起。",
    "arrivals.number": "序号",
    "arrivals.value": "值",
    "arrivals.none": "打开页面以来还没有发布过。",
    "notes.what": "看什么",
    "notes.what.text": "两条通道用游标（各自见过的最后一条消息）读同一份历史，所以谁也不会漏掉。短轮询每两秒问一次；长轮询只问一次，服务器把请求留住，直到有话可说。",
    "notes.when": "何时选用",
    "notes.when.text": "消息晚几秒也无妨时，用短轮询。消息要立刻到、而又只有普通请求能通过时，用长轮询：旧代理、旧客户端、一段用 curl 的脚本。",
    "notes.cost": "代价",
    "notes.cost.text": "短轮询：每个客户端每个间隔一次请求，不管有没有消息，平均还要晚半个间隔。长轮询：每条消息一次请求，每个等待的客户端占一个连接。",
    "foot.source": "源代码",
    "value.none": "还没有发布过",
    "first": "最先",
    "unreachable": "服务器没有回答。",
    "announce": (value) => `新值：${value}`,
  },
};

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
let language = localStorage.getItem("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");

function say(key, ...values) {
  const word = words[language][key] ?? words.en[key] ?? key;
  return typeof word === "function" ? word(...values) : word;
}

/** Puts the words of the language into everything below a node that asks for them. The page's own are the English ones. */
function translate(root) {
  for (const element of root.querySelectorAll("[data-t]")) {
    words.en[element.dataset.t] ??= element.textContent;
    element.textContent = say(element.dataset.t);
  }
}

function duration(milliseconds) {
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 999.5 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

function amount(bytes) {
  if (bytes < 10_000) return bytes.toLocaleString("en");
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} k` : `${(bytes / 1e6).toFixed(1)} M`;
}

const text = (data) => (typeof data === "string" ? data : JSON.stringify(data));

// -------------------------------------------------------------------------------------------------------------- journal

/** What was published and when it reached which lane. The time of publishing is known for what this page published itself. */
class Journal {
  static KEPT = 500;

  entries = new Map();

  published(id, at) {
    this.entry(id).published = at;
  }

  arrived(message, lane, at) {
    const entry = this.entry(message.id);
    entry.data = message.data;
    const isFirst = entry.arrivals.size === 0;
    if (!entry.arrivals.has(lane)) entry.arrivals.set(lane, at);
    return isFirst;
  }

  entry(id) {
    if (!this.entries.has(id)) this.entries.set(id, { id, arrivals: new Map() });
    if (this.entries.size > Journal.KEPT) this.entries.delete(this.entries.keys().next().value);
    return this.entries.get(id);
  }

  /** From when on a message was under way, as far as this page can tell. */
  static start(entry) {
    return entry.published ?? Math.min(...entry.arrivals.values());
  }

  /** How long a message took; null when it has not arrived, or when its arrival is all that is known. */
  static latency(entry, lane) {
    const at = entry.arrivals.get(lane);
    if (at === undefined) return null;
    const took = at - Journal.start(entry);
    return took === 0 && entry.published === undefined ? null : took;
  }

  latencies(lane) {
    return [...this.entries.values()].map((entry) => Journal.latency(entry, lane)).filter((took) => took !== null);
  }
}

// ----------------------------------------------------------------------------------------------------------- transports

// A transport is one turn: ask, and decide when to ask again. The lane does the rest.
const transports = {
  async poll(lane) {
    const started = performance.now();
    await lane.ask({ via: "poll" });
    await lane.rest("resting", started + lane.every - performance.now());
  },

  async long(lane) {
    // Without a cursor there is nothing to wait behind: first it asks how things stand.
    await lane.ask(lane.after ? { via: "long", wait: HOLD, client: lane.client } : { via: "poll" });
  },
};

// ----------------------------------------------------------------------------------------------------------------- lane

const position = (id) => ({ epoch: id.slice(0, id.lastIndexOf("-")), number: Number(id.slice(id.lastIndexOf("-") + 1)) });

/** One transport at work: it keeps the cursor, counts, and shows both. */
class Lane {
  // The server holds one poll of each client: the tab is the client, for two tabs of a browser both want their answers.
  client = Math.random().toString(36).slice(2);
  every = 2000;
  after = null;
  state = "asking";
  until = 0;
  failures = 0;
  requests = [];
  counts = { requests: 0, empty: 0, bytes: 0, received: 0, lost: 0, duplicates: 0 };
  paused = null;
  leave = new AbortController();

  constructor(transport, number, journal) {
    this.transport = transport;
    this.journal = journal;
    this.colorName = `--lane-${number}`;
    this.color = `var(${this.colorName})`;
    this.element = document.getElementById("lane").content.cloneNode(true).firstElementChild;
    this.element.style.setProperty("--lane", this.color);
    this.strip = new Strip(this.element.querySelector("canvas"), this);
    this.fields = Object.fromEntries([...this.element.querySelectorAll("[data-field]")].map((field) => [field.dataset.field, field]));
    this.pauseButton = this.element.querySelector("[data-act=pause]");
    this.pauseButton.addEventListener("click", () => this.togglePause());
    const every = this.element.querySelector(".every");
    every.hidden = transport !== "poll";
    every.querySelector("select").addEventListener("change", (event) => this.changeInterval(Number(event.target.value)));
    this.show();
  }

  /** For ever: a turn, and after a failure a pause that grows. The cursor stays, so nothing is lost meanwhile. */
  async run() {
    for (;;) {
      await this.paused?.promise;
      try {
        await transports[this.transport](this);
        this.failures = 0;
      } catch {
        if (this.paused) continue;
        const longest = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** this.failures++);
        await this.rest("away", longest * (0.5 + Math.random() / 2));
      }
    }
  }

  /** One request, from the cursor on. */
  async ask(query) {
    const parameters = new URLSearchParams(query);
    if (this.after) parameters.set("after", this.after);
    const request = { started: performance.now(), ended: null, news: 0 };
    this.requests.push(request);
    this.counts.requests++;
    this.enter(query.via === "long" ? "held" : "asking");
    this.show();
    try {
      const late = AbortSignal.timeout(((query.wait ?? 0) + 10) * 1000);
      const response = await fetch(`value?${parameters}`, { cache: "no-store", signal: AbortSignal.any([this.leave.signal, late]) });
      const body = await response.text();
      if (!response.ok) throw new Error(`${response.status}`);
      this.counts.bytes += new TextEncoder().encode(body).length;
      const answer = JSON.parse(body);
      request.news = this.take(answer);
      if (answer.superseded) this.stop();
    } finally {
      request.ended = performance.now();
      this.forget(request.ended - WINDOW);
      this.show();
    }
  }

  /** Takes what an answer brought, counts what is missing or double, and moves the cursor. */
  take({ after, messages, gap }) {
    const isFirst = this.after === null;
    if (messages.length === 0) this.counts.empty++;
    if (gap) this.skip(position(gap.from), position(gap.to), gap.to);
    for (const message of messages) {
      if (!isFirst && !this.follows(message.id)) continue;
      if (!isFirst) this.receive(message);
      this.showValue(message.data, !isFirst);
      this.after = message.id;
    }
    this.after = after;
    return isFirst ? 0 : messages.length;
  }

  skip(from, to, cursor) {
    if (from.epoch === to.epoch) this.counts.lost += Math.max(0, to.number - from.number);
    this.after = cursor;
  }

  follows(id) {
    const last = position(this.after), next = position(id);
    if (next.epoch === last.epoch && next.number <= last.number) {
      this.counts.duplicates++;
      return false;
    }
    this.counts.lost += next.epoch === last.epoch ? next.number - last.number - 1 : 0;
    return true;
  }

  receive(message) {
    this.counts.received++;
    if (this.journal.arrived(message, this, performance.now())) announce(text(message.data));
    showArrivals();
  }

  /** Waits; a pause or a changed interval ends the wait. */
  async rest(state, milliseconds) {
    if (milliseconds <= 0) return;
    this.until = performance.now() + milliseconds;
    this.enter(state);
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => { clearTimeout(timer); resolve(); };
    });
  }

  changeInterval(milliseconds) {
    this.every = milliseconds;
    if (this.state === "resting") this.wake();
  }

  /** Somebody else polls under this client's name. To ask again would end their poll, which would end this one, and so on. */
  stop() {
    if (!this.paused) this.togglePause();
    this.isStopped = true;
  }

  togglePause() {
    this.isStopped = false;
    if (this.paused) {
      const { resume } = this.paused;
      this.paused = null;
      this.leave = new AbortController();
      resume();
    } else {
      let resume;
      this.paused = { promise: new Promise((resolve) => { resume = resolve; }), resume };
      this.leave.abort();
      this.wake?.();
    }
    this.show();
  }

  enter(state) {
    this.state = state;
    this.entered = performance.now();
    this.showState();
  }

  forget(before) {
    while (this.requests.length > 1 && this.requests[0].ended !== null && this.requests[0].ended < before) this.requests.shift();
  }

  // Showing

  show() {
    for (const [name, count] of Object.entries(this.counts)) this.set(name, name === "bytes" ? amount(count) : count.toLocaleString("en"));
    this.fields.lost.classList.toggle("alarm", this.counts.lost > 0);
    this.fields.duplicates.classList.toggle("alarm", this.counts.duplicates > 0);
    this.showLatency();
    this.set("name", say(`lane.${this.transport}`));
    this.set("how", say(`lane.${this.transport}.how`));
    this.pauseButton.textContent = say(this.paused ? "resume" : "pause");
    this.pauseButton.setAttribute("aria-label", `${this.pauseButton.textContent}: ${say(`lane.${this.transport}`)}`);
    if (this.after === null || !this.hasValue) this.showNoValue();
    this.showState();
    this.strip.draw();
  }

  showLatency() {
    const took = this.journal.latencies(this);
    const sorted = took.toSorted((a, b) => a - b);
    const at = (share) => (sorted.length ? duration(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]) : "–");
    this.set("latency", took.length ? duration(took.at(-1)) : "–");
    this.set("median", at(0.5));
    this.set("p99", at(0.99));
  }

  showState() {
    const state = this.isStopped ? "stopped" : this.paused ? "paused" : this.state;
    const seconds = state === "held" ? (performance.now() - this.entered) / 1000 : Math.max(0, this.until - performance.now()) / 1000;
    this.element.dataset.state = state;
    this.set("state", say(`state.${state}`, state === "held" || reducedMotion.matches ? Math.floor(seconds) : seconds.toFixed(1)));
  }

  showValue(data, isNew) {
    const { value } = this.fields;
    this.hasValue = true;
    value.textContent = text(data);
    value.classList.remove("none");
    value.classList.toggle("long", value.textContent.length > 28);
    if (isNew && !reducedMotion.matches) value.animate([{ color: this.color }, {}], 900);
  }

  showNoValue() {
    this.fields.value.textContent = say("value.none");
    this.fields.value.classList.add("none");
  }

  set(name, content) {
    const field = this.fields[name];
    if (field.textContent !== String(content)) field.textContent = content;
  }
}

// ---------------------------------------------------------------------------------------------------------------- strip

/** The last minute of a lane: a bar for each request, a dot where news came, a line where it was published. */
class Strip {
  constructor(canvas, lane) {
    this.canvas = canvas;
    this.lane = lane;
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  draw() {
    const { canvas } = this, scale = devicePixelRatio || 1;
    const width = canvas.clientWidth, height = canvas.clientHeight;
    if (!width || document.hidden) return;
    if (canvas.width !== Math.round(width * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    const context = canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);

    const style = getComputedStyle(this.lane.element), now = performance.now();
    const color = (name) => style.getPropertyValue(name).trim();
    const drawing = {
      context, now, width, middle: height / 2, height,
      lane: color(this.lane.colorName), line: color("--line"), quiet: color("--quiet"), panel: color("--panel"),
      x: (at) => (width - 6) * (1 - (now - at) / WINDOW),
    };
    this.drawScale(drawing);
    this.drawPublished(drawing);
    for (const request of this.lane.requests) this.drawRequest(drawing, request);
    this.drawNews(drawing);
  }

  drawScale({ context, line, middle, height, width, x, now }) {
    context.fillStyle = line;
    context.fillRect(0, Math.round(middle), width, 1);
    for (let back = 0; back <= WINDOW; back += 10_000) context.fillRect(Math.round(x(now - back)), height - 5, 1, 5);
  }

  drawPublished({ context, quiet, height, x }) {
    context.strokeStyle = quiet;
    context.setLineDash([2, 3]);
    for (const entry of this.lane.journal.entries.values()) {
      if (entry.arrivals.size === 0 && entry.published === undefined) continue;
      const at = Math.round(x(Journal.start(entry))) + 0.5;
      if (at < 0) continue;
      context.beginPath();
      context.moveTo(at, 2);
      context.lineTo(at, height - 6);
      context.stroke();
    }
    context.setLineDash([]);
  }

  drawRequest({ context, lane, middle, x, now }, request) {
    const from = x(request.started), to = x(request.ended ?? now), isShort = to - from < 3;
    if (to < 0) return;
    const tall = isShort ? 18 : 16, wide = isShort ? 2 : to - from - 1;
    context.fillStyle = lane;
    context.globalAlpha = isShort ? (request.news ? 1 : 0.5) : 0.2;
    context.beginPath();
    context.roundRect(from, middle - tall / 2, wide, tall, isShort ? 1 : 3);
    context.fill();
    if (!isShort) {
      context.globalAlpha = 0.55;
      context.lineWidth = 1;
      context.strokeStyle = lane;
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  drawNews({ context, lane, panel, middle, x }) {
    for (const entry of this.lane.journal.entries.values()) {
      const arrived = entry.arrivals.get(this.lane);
      if (arrived === undefined || x(arrived) < -6) continue;
      context.strokeStyle = lane;
      context.lineWidth = 3;
      context.beginPath();
      context.moveTo(x(Journal.start(entry)), middle);
      context.lineTo(x(arrived), middle);
      context.stroke();
      context.fillStyle = lane;
      context.strokeStyle = panel;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(x(arrived), middle, 5, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
  }
}

// ----------------------------------------------------------------------------------------------------------------- page

const ROWS = 8;
const journal = new Journal();
const lanes = Object.keys(transports).map((transport, index) => new Lane(transport, index + 1, journal));
const table = document.getElementById("arrivals");
const announcer = document.getElementById("announcer");

function announce(value) {
  announcer.textContent = say("announce", value);
}

function showArrivals() {
  const head = table.tHead.rows[0];
  while (head.cells.length < lanes.length + 2) head.append(Object.assign(document.createElement("th"), { scope: "col" }));
  lanes.forEach((lane, index) => { head.cells[index + 2].textContent = say(`lane.${lane.transport}`); });

  const entries = [...journal.entries.values()].filter((entry) => entry.arrivals.size > 0).slice(-ROWS).reverse();
  const longest = Math.max(1, ...entries.flatMap((entry) => lanes.map((lane) => Journal.latency(entry, lane) ?? 0)));
  table.tBodies[0].replaceChildren(...entries.map((entry) => row(entry, longest)));
  document.getElementById("no-arrivals").hidden = entries.length > 0;
}

function row(entry, longest) {
  const line = document.createElement("tr");
  line.insertCell().className = "number";
  line.cells[0].textContent = position(entry.id).number;
  line.insertCell().className = "text";
  line.cells[1].textContent = text(entry.data);
  line.cells[1].title = line.cells[1].textContent;
  for (const lane of lanes) line.append(time(entry, lane, longest));
  return line;
}

function time(entry, lane, longest) {
  const cell = document.createElement("td");
  cell.className = "time";
  cell.style.setProperty("--lane", lane.color);
  const took = Journal.latency(entry, lane);
  const shown = document.createElement("span");
  shown.className = "amount";
  shown.textContent = took !== null ? duration(took) : entry.arrivals.has(lane) ? say("first") : "…";
  cell.append(shown);
  if (took === null) return cell;
  const bar = document.createElement("span");
  bar.className = "bar-of-time";
  bar.style.setProperty("--share", took / longest);
  cell.append(bar);
  return cell;
}

async function publish(event) {
  event.preventDefault();
  const input = event.target.elements.value, refusal = document.getElementById("refusal");
  const at = performance.now();
  refusal.textContent = "";
  try {
    const response = await fetch("update", { method: "POST", headers: { "Content-Type": "text/plain; charset=utf-8" }, body: input.value });
    if (!response.ok) throw new Error(await response.text());
    journal.published((await response.json()).id, at);
    input.select();
  } catch (error) {
    refusal.textContent = error instanceof TypeError ? say("unreachable") : error.message;
  }
  render();
}

async function copy(event) {
  await navigator.clipboard.writeText(document.getElementById("curl").textContent);
  event.target.textContent = say("copied");
  setTimeout(() => translate(event.target.parentElement), 1500);
}

function render() {
  for (const lane of lanes) lane.show();
  showArrivals();
}

function speak(chosen) {
  language = chosen;
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  document.title = `${say("page")} · Minimal Gallery`;
  translate(document);
  for (const button of document.querySelectorAll("[data-language]")) button.setAttribute("aria-pressed", button.dataset.language === chosen);
  render();
}

function tick() {
  for (const lane of lanes) {
    lane.showState();
    lane.strip.draw();
  }
  setTimeout(tick, reducedMotion.matches ? 1000 : 100);
}

document.getElementById("lanes").append(...lanes.map((lane) => lane.element));
document.getElementById("curl").textContent = `curl -d hello ${new URL("update", location.href)}`;
document.getElementById("publish").addEventListener("submit", publish);
document.getElementById("copy").hidden = !navigator.clipboard;
document.getElementById("copy").addEventListener("click", copy);
document.addEventListener("visibilitychange", render);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", render);
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    localStorage.setItem("language", button.dataset.language);
    speak(button.dataset.language);
  });
}

// A browser keeps a page that was left for a while, with its requests, and has six connections to a server: the next page would wait for them.
let left = [];
addEventListener("pagehide", () => {
  left = lanes.filter((lane) => !lane.paused);
  for (const lane of left) lane.togglePause();
});
addEventListener("pageshow", () => {
  for (const lane of left.splice(0)) if (lane.paused) lane.togglePause();
});

translate(document);
speak(language);
tick();
for (const lane of lanes) lane.run();
