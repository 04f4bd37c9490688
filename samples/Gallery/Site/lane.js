// A lane is one client at work. The demos' scripts say what it does; this file counts its requests and draws them.

import { Strip } from "./strip.js";

const FIRST_RETRY = 500, LAST_RETRY = 10_000;
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
const lanes = [];

// ---------------------------------------------------------------------------------------------------------------- words

/** Words in the language of the page. */
export const say = (english, chinese) => (document.documentElement.lang === "en" ? english : chinese);

/** Words in both languages, of which the style shows one. */
export function both([english, chinese]) {
  return [element("span", { lang: "en" }, english), element("span", { lang: "zh-CN" }, chinese)];
}

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.flat());
  return made;
}

export function amount(count) {
  if (count < 10_000) return count.toLocaleString("en");
  return count < 1e6 ? `${(count / 1e3).toFixed(1)} k` : `${(count / 1e6).toFixed(1)} M`;
}

export function duration(milliseconds) {
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 999.5 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

const states = {
  asking: () => say("asks", "在问"),
  held: (seconds) => say(`held for ${seconds} s`, `已等 ${seconds} 秒`),
  open: (seconds) => say(`open for ${seconds} s`, `已连 ${seconds} 秒`),
  resting: (seconds) => say(`asks again in ${seconds} s`, `${seconds} 秒后再问`),
  waiting: (seconds) => say(`next in ${seconds} s`, `${seconds} 秒后下一次`),
  away: (seconds) => say(`no answer, tries again in ${seconds} s`, `没有回答，${seconds} 秒后再试`),
  paused: () => say("paused", "已暂停"),
  stopped: () => say("stopped", "已停下"),
  idle: () => say("idle", "空闲"),
};

// ----------------------------------------------------------------------------------------------------------------- lane

export class Lane {
  /** Who this is to the server, which holds one poll of each client: not the browser, for two of its tabs both want their answers. */
  client = Math.random().toString(36).slice(2);
  requests = [];
  inFlight = 0;
  #leave = new AbortController();
  #state = "paused";
  #until = 0;
  #entered = 0;
  #fields = {};

  /**
   * @param color     which of the six colours
   * @param name      [English, Chinese]
   * @param how       [English, Chinese]: what this client does
   * @param readings  what it counts: { requests: [English, Chinese], … }
   * @param seconds   how much time its strip shows
   */
  constructor({ color, name, how, readings, seconds = 60, into = document.getElementById("lanes") }) {
    this.counts = Object.fromEntries(Object.keys(readings).map((reading) => [reading, 0]));
    this.color = `--lane-${color}`;
    this.name = name;
    this.canvas = element("canvas", { ariaHidden: "true" });
    this.strip = new Strip(this, seconds * 1000);
    this.body = element("div", { className: "shown" });
    this.pauseButton = element("button", { type: "button", onclick: () => this.togglePause() });
    this.controls = element("div", { className: "controls" }, this.pauseButton);
    this.element = element("article", { className: "lane" },
      element("div", { className: "identity" },
        element("h2", {}, both(name)),
        element("p", { className: "how" }, both(how)),
        element("p", { className: "state" }, element("i", { className: "lamp" }), this.#field("state", "span")),
        this.controls),
      element("div", { className: "course" }, this.body, this.canvas,
        element("div", { className: "axis", ariaHidden: "true" }, element("span", {}, `−${seconds} s`), element("span", {}, `−${seconds / 2} s`), element("span", {}, both(["now", "现在"])))),
      element("dl", { className: "readings" }, ...Object.entries(readings).map(([reading, words]) =>
        element("div", {}, element("dt", {}, both(words)), this.#field(reading, "dd")))));
    this.element.style.setProperty("--lane", `var(${this.color})`);
    into.append(this.element);
    lanes.push(this);
    this.render();
  }

  get signal() { return this.#leave.signal; }
  get isPaused() { return this.#leave.signal.aborted; }

  /** Runs a client for ever: a turn, and the next one. After a failure it rests for a while that grows. */
  async run(turn) {
    this.#leave.abort();
    this.turn = turn;
    const leave = this.#leave = new AbortController();
    this.#enter("asking");
    for (let failures = 0; !leave.signal.aborted;) {
      try {
        await turn(this, leave.signal);
        failures = 0;
      } catch {
        if (leave.signal.aborted) return;
        const longest = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** failures++);
        await this.rest(longest * (0.5 + Math.random() / 2), "away");
      }
    }
  }

  /** Sends a request and reads all of its answer. The request is seen in the strip from now until it ends. */
  async fetch(url, { state = "asking", ...options } = {}) {
    const request = this.begin(state);
    try {
      const response = await fetch(url, { cache: "no-store", signal: this.signal, ...options });
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      this.count("bytes", new TextEncoder().encode(text).length);
      request.end("answered");
      return { text, request, json: () => JSON.parse(text), after: response.headers.get("Last-Event-ID") };
    } finally {
      request.end("abandoned");
    }
  }

  /** Takes note of a request. */
  begin(state = "asking") {
    const request = { started: performance.now(), ended: null, how: null, news: [], row: this.strip.freeRow() };
    request.arrived = () => request.news.push(performance.now());
    request.end = (how) => {
      if (request.ended !== null) return;
      request.ended = performance.now();
      request.how = how;
      this.inFlight--;
      this.count(how);
      this.set("inFlight", this.inFlight);
    };
    this.requests.push(request);
    this.strip.forget();
    this.inFlight++;
    this.count("requests");
    this.set("inFlight", this.inFlight);
    if (this.inFlight > this.counts.most) this.set("most", this.inFlight);
    this.#enter(state);
    return request;
  }

  /** Waits; ends at once when the lane is paused. */
  rest(milliseconds, state = "resting") {
    if (milliseconds <= 0 || this.isPaused) return Promise.resolve();
    this.#until = performance.now() + milliseconds;
    this.#enter(state);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => { clearTimeout(timer); resolve(); };
      this.signal.addEventListener("abort", this.wake, { once: true });
    });
  }

  /** Says when the next request is due, for clients that keep time by themselves. */
  next(milliseconds) {
    this.#until = performance.now() + milliseconds;
    this.#enter("waiting");
  }

  /** Says that there is nothing to do, for clients that do something only when asked. */
  idle() {
    this.#enter("idle");
  }

  /** Waits until the lane is paused; then cleans up. For clients that keep time by themselves. */
  untilPaused(cleanUp) {
    return new Promise((resolve) => {
      this.signal.addEventListener("abort", () => { cleanUp(); resolve(); }, { once: true });
    });
  }

  /** What this client shows: a text, large. */
  show(text) {
    this.value ??= this.body.appendChild(element("p", { className: "value" }));
    this.value.textContent = text;
    this.value.classList.toggle("long", text.length > 28);
    this.value.classList.toggle("longest", text.length > 60);
  }

  /** What this client shows: the last few things that came, the newest first. */
  list(...content) {
    this.items ??= this.body.appendChild(element("ol", { className: "items" }));
    this.items.prepend(element("li", {}, ...content));
    while (this.items.children.length > 4) this.items.lastChild.remove();
  }

  count(reading, by = 1) {
    if (reading in this.counts && by !== 0) this.set(reading, this.counts[reading] + by);
  }

  set(reading, value) {
    if (!(reading in this.counts)) return;
    this.counts[reading] = value;
    const field = this.#fields[reading];
    field.textContent = typeof value === "number" ? amount(value) : value;
    field.classList.toggle("alarm", (reading === "missed" || reading === "lost") && value > 0);
  }

  /** Shows the lane as paused, for a reason that is said in its state. */
  stop(...reason) {
    this.#leave.abort();
    this.reason = reason;
    this.#enter("stopped");
    this.render();
  }

  /** Somebody else polls under this client's name. To ask again would end their poll, which would end this one, and so on. */
  supersede() {
    this.stop("stopped: another poll has taken the place of this one", "已停下：另一次轮询取代了它");
  }

  /** A button beside the pause button. */
  button(words, onClick) {
    this.controls.append(element("button", { type: "button", onclick: onClick }, both(words)));
  }

  /** A choice beside the pause button: [[value, English, Chinese], …] */
  choose(label, options, onChoice) {
    const select = element("select", { onchange: () => onChoice(select.value) });
    const fill = () => {
      const chosen = select.value || options[0][0];
      select.replaceChildren(...options.map(([value, english, chinese]) => element("option", { value }, say(english, chinese))));
      select.value = chosen;
    };
    fill();
    document.addEventListener("language", fill);
    this.controls.append(element("label", { className: "every" }, element("span", {}, both(label)), select));
    return select;
  }

  togglePause() {
    if (this.isPaused) {
      this.reason = null;
      this.run(this.turn);
    } else {
      this.#leave.abort();
      this.#enter("paused");
    }
    this.render();
  }

  /** Gives its connections back when the page is left, and goes on when the page is shown again. */
  leave() {
    if (this.isPaused || !this.turn) return;
    this.#leave.abort();
    this.hasLeft = true;
  }

  comeBack() {
    if (!this.hasLeft) return;
    this.hasLeft = false;
    this.run(this.turn);
    this.render();
  }

  render() {
    for (const [reading, value] of Object.entries(this.counts)) this.set(reading, value);
    this.pauseButton.textContent = this.isPaused ? say("Resume", "继续") : say("Pause", "暂停");
    this.pauseButton.setAttribute("aria-label", `${this.pauseButton.textContent}: ${say(...this.name)}`);
    this.tick();
  }

  tick() {
    const state = this.isPaused && this.#state !== "stopped" ? "paused" : this.#state, now = performance.now();
    const since = state === "held" || state === "open" ? now - this.#entered : Math.max(0, this.#until - now);
    const seconds = reducedMotion.matches ? Math.floor(since / 1000) : (since / 1000).toFixed(1);
    this.element.dataset.state = state;
    const words = this.reason ? say(...this.reason) : states[state](seconds);
    if (this.#fields.state.textContent !== words) this.#fields.state.textContent = words;
    this.strip.draw();
  }

  #enter(state) {
    this.#state = state;
    this.#entered = performance.now();
  }

  #field(name, kind) {
    return this.#fields[name] = element(kind);
  }
}

// ----------------------------------------------------------------------------------------------------------------- page

/** What the strips' marks mean. */
export function legend(...kinds) {
  const words = {
    request: ["a request, from asking to its answer", "一次请求，从发问到回答"],
    news: ["an answer with news", "带来消息的回答"],
    abandoned: ["a request that was given up", "被放弃的请求"],
    mark: ["published", "发布"],
  };
  document.getElementById("lanes").after(element("ul", { className: "legend", ariaHidden: "true" },
    kinds.map((kind) => element("li", {}, element("i", { className: `key ${kind}` }), both(words[kind])))));
}

function tick() {
  for (const lane of lanes) lane.tick();
  setTimeout(tick, reducedMotion.matches ? 1000 : 100);
}

// A browser keeps a page that was left for a while, with its requests, and has six connections to a server: the next page would wait for them.
addEventListener("pagehide", () => { for (const lane of lanes) lane.leave(); });
addEventListener("pageshow", () => { for (const lane of lanes) lane.comeBack(); });

document.addEventListener("language", () => { for (const lane of lanes) lane.render(); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { for (const lane of lanes) lane.strip.draw(); });
tick();
