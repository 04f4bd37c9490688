// What passes on the wire, span by span: the view that every page can open, and the listing that it is made of.

import { amount, both, element, say } from "/site/lane.js";
import { Socket } from "/site/socket.js";

const SHOWN_TEXT = 400, SHOWN_BYTES = 64;   // of one span, in the listing; all of it is in the file
const KEPT = 4000;                          // spans in a listing
const HELD = 2000;                          // spans that wait while it is paused
const TURN = 250;                           // milliseconds between what stands together

const GLUE = ["SP", "CRLF", "OWS", ":", "colon", "space", "end-of-line"];
const DIRECTIONS = { ">": ["from the client", "来自客户端"], "<": ["from the server", "来自服务器"] };

// -------------------------------------------------------------------------------------------------------------- explain

/** Where a section can be read. */
function linkTo(section) {
  const [, rfc, number] = /^RFC (\d+)(?: §([\d.]+))?/.exec(section) ?? [];
  if (rfc) return `https://www.rfc-editor.org/rfc/rfc${rfc}${number ? `#section-${number.replace(/\.$/, "")}` : ""}`;
  return section.startsWith("HTML") ? "https://html.spec.whatwg.org/multipage/server-sent-events.html" : null;
}

export function sectionLink(section) {
  const href = linkTo(section);
  return href ? element("a", { href, target: "_blank", rel: "noreferrer", className: "section" }, section) : element("span", { className: "section" }, section);
}

const hex = ({ bytes, length }, most) => bytes.slice(0, 2 * most).replace(/../g, "$& ").trimEnd() + (length > most ? " …" : "");
const shorten = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);

// What cannot be seen, or turns other text around, is not put into the page as it is.
const visible = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`);

/** Gives each span its parts: what a part is, is told once. */
export class Parts {
  #known = [];

  resolve(span) {
    span.part = this.#part(span);
    for (const field of span.bits ?? []) field.part = this.#part(field);
    return span;
  }

  #part({ part, is }) {
    return this.#known[part] ??= is;
  }
}

/** A rule that is broken, with what it is. */
export function ruleNote({ name, code, section, sentence }) {
  return element("p", { className: "rule" }, element("strong", {}, name), ` ${code} · ${sentence} `, sectionLink(section));
}

function bitsOf(fields) {
  return element("ol", { className: "wire-bits" }, fields.map(({ part, width, value }) => element("li", { title: say(part.sentence, part.sentenceZh) },
    element("b", {}, value.toString(2).padStart(width, "0")), element("span", {}, part.name), element("i", {}, width > 1 ? `= ${value}` : ""))));
}

/** Whether it is a number among others, as in the header of a frame, and not a piece of text. */
const isField = ({ bits, part }) => bits !== undefined || (part.section.startsWith("RFC 6455") && /key|length|status/.test(part.name));

// -------------------------------------------------------------------------------------------------------------- listing

/** Spans as lines: text on one side, bytes on the other, and below what the span under the pointer is. */
export class Listing {
  #spans = new Map();
  #last = 0;
  #turn = null;
  #line = null;
  #lit = null;
  #filter = { direction: "", words: "" };

  /** @param follows  whether the newest is what one wants to see */
  constructor({ follows = true } = {}) {
    this.follows = follows;
    this.list = element("ol", { className: "wire-lines" });
    this.list.setAttribute("aria-label", say("Bytes on the wire", "线上的字节"));
    this.explained = element("div", { className: "wire-explained", ariaLive: "polite" });
    this.#explain(null);
    for (const event of ["pointerover", "focusin", "click"]) this.list.addEventListener(event, ({ target }) => this.#light(target.closest("[data-span]")?.dataset.span));
    this.list.addEventListener("keydown", (event) => this.#move(event));
  }

  /** Spans that are shown, in order. */
  get shown() {
    return [...this.#spans.values()].filter(({ line }) => !line.hidden && !line.parentNode.hidden).map(({ span }) => span);
  }

  clear() {
    this.list.replaceChildren();
    this.#spans.clear();
    this.#turn = this.#line = null;
    this.#light(null);
  }

  filter(direction, words) {
    this.#filter = { direction, words: words.trim().toLowerCase() };
    for (const turn of this.list.children) this.#sift(turn);
  }

  /** Adds spans below, and stays where it was: at the end, or where somebody reads. */
  add(spans) {
    const list = this.list, isAtEnd = this.follows && list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    for (const span of spans) this.#add(span);
    while (this.#spans.size > KEPT && list.children.length > 1) this.#remove(list.firstChild);
    if (this.#turn) this.#sift(this.#turn.element);
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }

  #add(span) {
    const turn = this.#turn;
    if (!turn || turn.connection !== span.connection || turn.direction !== span.direction || turn.exchange !== span.exchange || span.at - turn.at > TURN) this.#begin(span);
    this.#turn.at = span.at;
    if (!this.#line || span.bits?.[0]?.part.name === "FIN") this.#newLine();

    const id = String(++this.#last), isGlue = GLUE.includes(span.part.name);
    const classes = `${isGlue ? "glue" : ""} ${span.broken ? "broken" : ""} ${isField(span) ? "divided" : ""}`;
    const text = element("span", { className: classes }, visible(shorten(span.text, SHOWN_TEXT)));
    const bytes = element("span", { className: classes }, hex(span, SHOWN_BYTES));
    for (const shown of [text, bytes]) shown.dataset.span = id;
    text.tabIndex = this.#spans.size === 0 ? 0 : -1;
    this.#line.firstChild.append(text);
    this.#line.lastChild.append(bytes, " ");
    if (span.broken) this.#line.after(element("div", { className: "wire-broken" }, ruleNote(span.broken)));
    this.#spans.set(id, { span, text, bytes, line: this.#line });
    if (span.bytes.endsWith("0A") || span.bytes.length < 2 * span.length) this.#line = null;
  }

  #begin(span) {
    const when = element("div", { className: "wire-when" },
      element("b", { title: say(...DIRECTIONS[span.direction]) }, span.direction === ">" ? "▶" : "◀"),
      element("span", { className: "unseen" }, both(DIRECTIONS[span.direction])),
      span.connection ? element("span", {}, `#${span.connection}`) : "",
      span.at > 0 ? element("time", {}, new Date(span.at).toISOString().slice(11, 23)) : "");
    const turn = element("li", { className: span.direction === ">" ? "from-client" : "from-server" }, when);
    turn.dataset.direction = span.direction;
    this.#turn = { connection: span.connection, direction: span.direction, exchange: span.exchange, element: turn };
    if (this.list.lastChild) this.#sift(this.list.lastChild);
    this.list.append(turn);
    this.#line = null;
  }

  #newLine() {
    this.#line = element("div", { className: "wire-line" }, element("div", { className: "wire-text" }), element("div", { className: "wire-bytes", ariaHidden: "true" }));
    this.#turn.element.append(this.#line);
  }

  #remove(turn) {
    for (const text of turn.querySelectorAll(".wire-text [data-span]")) this.#spans.delete(text.dataset.span);
    if (this.#lit && turn.contains(this.#lit.text)) this.#light(null);
    turn.remove();
    const [first] = this.#spans.values();
    if (first && !this.list.querySelector("[tabindex='0']")) first.text.tabIndex = 0;
  }

  // ---- one span in its three places

  #light(id) {
    const next = this.#spans.get(id);
    if (next === this.#lit || (id === undefined && this.#lit)) return;
    for (const shown of [this.#lit?.text, this.#lit?.bytes]) shown?.classList.remove("lit");
    for (const shown of [next?.text, next?.bytes]) shown?.classList.add("lit");
    this.#lit = next ?? null;
    this.#explain(next?.span ?? null);
  }

  #explain(span) {
    if (!span) {
      this.explained.replaceChildren(element("p", { className: "quiet" }, both(["Point at bytes, tap them, or walk over them with the arrow keys.", "指向、点按，或用方向键走过字节，看它们是什么。"])));
      return;
    }

    const { part, text, length, offset, bits, broken, masked, direction } = span;
    const place = length === 1 ? [`byte ${offset}`, `第 ${offset} 字节`] : [`bytes ${offset} to ${offset + length - 1}`, `第 ${offset} 至 ${offset + length - 1} 字节`];
    this.explained.replaceChildren(
      element("p", { className: "wire-part" }, element("b", {}, part.name), element("q", {}, visible(shorten(text, 120))), sectionLink(part.section)),
      element("p", { className: "wire-sentence" }, both([`${part.sentence}.`, `${part.sentenceZh || part.sentence}。`]),
        masked ? element("span", { className: "quiet" }, both([" The value is hidden.", " 值已隐去。"])) : ""),
      element("p", { className: "quiet wire-place" }, element("code", {}, hex(span, 24)), both([`${place[0]}, ${DIRECTIONS[direction][0]}`, `${DIRECTIONS[direction][1]}的${place[1]}`])),
      bits ? bitsOf(bits) : "",
      broken ? ruleNote(broken) : "");
  }

  #move(event) {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key], line = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const from = event.target.closest(".wire-text [data-span]");
    if (!from || (!way && !line)) return;
    const all = [...this.list.querySelectorAll(".wire-text [data-span]")].filter((each) => each.offsetParent), at = all.indexOf(from);
    let to = at + (way ?? 0);
    if (line) for (to = at; all[to]?.parentNode === from.parentNode;) to += line;
    if (!all[to]) return;
    event.preventDefault();
    from.tabIndex = -1;
    all[to].tabIndex = 0;
    all[to].focus();
  }

  // ---- what is looked for

  #sift(turn) {
    const { direction, words } = this.#filter;
    let some = false;
    for (const line of turn.querySelectorAll(".wire-line")) {
      const spans = [...line.firstChild.children].map((text) => this.#spans.get(text.dataset.span)?.span);
      line.hidden = words !== "" && !spans.some((span) => span && (span.text.toLowerCase().includes(words) || span.part.name.toLowerCase().includes(words)));
      some ||= !line.hidden;
    }
    turn.hidden = !some || (direction !== "" && turn.dataset.direction !== direction);
  }
}

/** Spans as the lines of a listing, as docs/inspector.md has them. */
export function asText(spans) {
  const rows = spans.map(({ direction, offset, bytes, length, text, part, broken }) =>
    [direction, String(offset), hex({ bytes, length }, 3), visible(shorten(text, 32)), part.name, part.section, broken ? `✗ ${broken.name}: ${broken.sentence} (${broken.section})` : ""]);
  const widths = [1, 2, 3, 4].map((column) => Math.max(0, ...rows.map((row) => row[column].length)));
  return rows.map(([direction, offset, bytes, text, name, section, rule]) =>
    `${direction}  ${offset.padStart(widths[0])}  ${bytes.padEnd(widths[1])}   ${text.padEnd(widths[2])}   ${name.padEnd(widths[3])}   ${section}   ${rule}`.trimEnd()).join("\n") + "\n";
}

// ----------------------------------------------------------------------------------------------------------------- view

class View {
  #connections = new Map();
  #held = [];
  #missed = 0;
  #lost = 0;
  #isPaused = false;
  #socket = null;
  #parts = new Parts();

  constructor(toggle) {
    this.toggle = toggle;
    this.listing = new Listing();
    const control = (kind, words, properties) => element("label", {}, element("span", { className: "unseen" }, both(words)), this[kind] = element(kind === "words" ? "input" : "select", properties));
    const button = (words, onclick, properties = {}) => element("button", { type: "button", onclick, ...properties }, both(words));
    this.pause = button(["Pause", "暂停"], () => this.#togglePause(), { ariaPressed: "false" });
    this.dropped = element("span", { className: "wire-dropped", ariaLive: "polite" });
    this.panel = element("aside", { className: "wire-view", id: "wire", hidden: true },
      element("div", { className: "wire-controls" },
        element("h2", {}, both(["Wire", "线路"])),
        control("watch", ["Connection", "连接"], { className: "wire-watch", onchange: () => this.#ask() }),
        control("direction", ["Direction", "方向"], { onchange: () => this.#filter() }),
        control("words", ["Filter", "筛选"], { type: "search", size: 12, spellcheck: false, oninput: () => this.#filter() }),
        this.pause,
        button(["Clear", "清空"], () => this.#clear()),
        button(["Copy", "复制"], ({ currentTarget }) => this.#copy(currentTarget), { className: "wire-copy", hidden: !navigator.clipboard }),
        button(["Download", "下载"], () => this.#download(), { className: "wire-download" }),
        this.dropped,
        element("a", { href: "/demo/wire/", className: "wire-more" }, both(["Send bytes", "发送字节"])),
        element("button", { type: "button", className: "wire-close", onclick: () => this.close(), ariaLabel: say("Close", "关闭") }, "×")),
      this.listing.list,
      this.listing.explained);
    this.watch.addEventListener("focus", () => this.#list(true));
    this.panel.setAttribute("aria-label", "Wire · 线路");
    this.panel.addEventListener("keydown", (event) => { if (event.key === "Escape" && event.target !== this.words) this.close(); });
    new MutationObserver(() => this.#speak()).observe(document.documentElement, { attributeFilter: ["lang"] });
    this.#speak();
  }

  get isOpen() { return !this.panel.hidden; }

  open() {
    this.panel.hidden = false;
    this.#show();
    this.connect();
  }

  close() {
    this.panel.hidden = true;
    this.disconnect();
    this.#show();
    this.toggle.focus();
  }

  connect() {
    this.#socket ??= new Socket(() => "/wire/feed", {
      onText: (text) => this.#take(JSON.parse(text)),
      onState: (state) => { this.panel.dataset.state = state; if (state === "open") this.#ask(); },
    });
  }

  disconnect() {
    this.#socket?.close();
    this.#socket = null;
  }

  #show() {
    localStorage.setItem("wire", this.isOpen ? "open" : "closed");
    document.documentElement.classList.toggle("with-wire", this.isOpen);
    this.toggle.setAttribute("aria-expanded", this.isOpen);
  }

  #ask() {
    this.#socket?.send(JSON.stringify({ page: location.pathname, watch: this.watch.value || "page" }));
  }

  #take({ begin, connections, spans, dropped }) {
    if (begin) {
      this.#connections.clear();
      this.#parts = new Parts();
      this.#clear();
    }

    for (const connection of connections) this.#connections.set(connection.id, connection);
    for (const [id] of [...this.#connections].filter(([, { end }]) => end).slice(0, Math.max(0, this.#connections.size - 100))) this.#connections.delete(id);
    if (connections.length > 0 || begin) this.#list();
    for (const span of spans) this.#parts.resolve(span);
    this.#missed = dropped;
    this.#showDropped();
    if (this.#isPaused) this.#hold(spans);
    else this.listing.add(spans);
  }

  #hold(spans) {
    this.#held.push(...spans);
    this.#lost += Math.max(0, this.#held.length - HELD);
    this.#held.splice(0, this.#held.length - HELD);
    this.#showDropped();
  }

  #showDropped() {
    const count = this.#missed + this.#lost, waiting = this.#held.length;
    this.dropped.replaceChildren(...both([
      `${waiting > 0 ? `${amount(waiting)} waiting ` : ""}${count > 0 ? `${amount(count)} spans dropped` : ""}`,
      `${waiting > 0 ? `${amount(waiting)} 段待看 ` : ""}${count > 0 ? `已丢弃 ${amount(count)} 段` : ""}`,
    ]));
  }

  #togglePause() {
    this.#isPaused = !this.#isPaused;
    this.pause.ariaPressed = this.#isPaused;
    this.pause.replaceChildren(...both(this.#isPaused ? ["Resume", "继续"] : ["Pause", "暂停"]));
    if (!this.#isPaused) this.listing.add(this.#held.splice(0));
    this.#showDropped();
  }

  #clear() {
    this.#held = [];
    this.#lost = 0;
    this.listing.clear();
    this.#showDropped();
  }

  #filter() {
    this.listing.filter(this.direction.value, this.words.value);
  }

  async #copy(button) {
    await navigator.clipboard.writeText(asText(this.listing.shown));
    button.replaceChildren(...both(["Copied", "已复制"]));
    setTimeout(() => button.replaceChildren(...both(["Copy", "复制"])), 1500);
  }

  #download() {
    const ids = [...new Set(this.listing.shown.map(({ connection }) => connection))];
    element("a", { href: `/wire/recording?${ids.map((id) => `connection=${id}`).join("&")}`, download: "gallery.wire" }).click();
  }

  // ---- the connections there are

  #list(isForced = false) {
    // Who chooses is not disturbed.
    if (!isForced && document.activeElement === this.watch) return;
    const chosen = this.watch.value || "page", all = [...this.#connections.values()].reverse();
    const option = ({ id, peer, line, end }) => element("option", { value: id }, `#${id} :${peer.split(":").at(-1)} ${shorten(visible(line), 60)}${end ? ` · ${say("ended", "已结束")}` : ""}`);
    const group = (label, own) => {
      const made = element("optgroup", { label }, all.filter((each) => each.own === own).map(option));
      return made.children.length > 0 ? [made] : [];
    };
    this.watch.replaceChildren(
      element("option", { value: "page" }, say("This page", "本页面")),
      element("option", { value: "all" }, say("All connections", "所有连接")),
      ...group(say("Connections of this page", "本页面的连接"), true),
      ...group(say("Others", "其他"), false));
    this.watch.value = chosen;
    if (this.watch.selectedIndex < 0) this.watch.append(element("option", { value: chosen, selected: true }, `#${chosen}`));
  }

  #speak() {
    const direction = this.direction.value;
    this.direction.replaceChildren(
      element("option", { value: "" }, say("both ways", "双向")),
      ...Object.entries(DIRECTIONS).map(([mark, words]) => element("option", { value: mark }, say(...words))));
    this.direction.value = direction;
    this.words.placeholder = say("filter", "筛选");
    this.#list();
  }
}

/** Puts the view into a page: a button in its head, and the panel that the button opens. */
export function mount() {
  const toggle = element("button", { type: "button", className: "wire-toggle" }, both(["Wire", "线路"]));
  const view = new View(toggle);
  toggle.setAttribute("aria-controls", "wire");
  toggle.setAttribute("aria-expanded", false);
  toggle.addEventListener("click", () => (view.isOpen ? view.close() : view.open()));
  document.querySelector(".bar .languages").before(toggle);
  document.body.append(view.panel);
  if (localStorage.getItem("wire") === "open") view.open();

  // A page that is left lets go of its connection, and has it again when it is shown again.
  addEventListener("pagehide", () => view.disconnect());
  addEventListener("pageshow", () => { if (view.isOpen) view.connect(); });
}
