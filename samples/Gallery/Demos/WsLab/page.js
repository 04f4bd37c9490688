import { both, element, say } from "/site/lane.js";
import { Listing, Parts, ruleNote } from "/site/wire.js";

const OPCODES = [[0, "Continuation"], [1, "Text"], [2, "Binary"], [8, "Close"], [9, "Ping"], [10, "Pong"]];
const $ = (id) => document.getElementById(id);
let frames = [];

// ---------------------------------------------------------------------------------------------------------------- bytes

const encoder = new TextEncoder();
const toHex = (text) => [...encoder.encode(text)].map((byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join("");

/** The text that the bytes are; null when they are no text that could be typed in. */
function toText(hex) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16)));
    return /[\x00-\x1f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

const spaced = (hex, most) => hex.slice(0, 2 * most).replace(/../g, "$& ").trim() + (hex.length > 2 * most ? " …" : "");

// --------------------------------------------------------------------------------------------------------------- editor

const fresh = () => ({ fin: true, rsv: 0, opcode: 1, masked: true, length: "shortest", payload: toHex("hello"), announced: "" });

function bit(name, isOn, onChange) {
  const box = element("input", { type: "checkbox", checked: isOn, onchange: () => { value.textContent = box.checked ? "1" : "0"; onChange(box.checked); } });
  const value = element("b", {}, isOn ? "1" : "0");
  return element("label", { className: "bit" }, element("span", {}, name), box, value);
}

function choice(name, options, chosen, onChange) {
  const select = element("select", { onchange: () => onChange(select.value) }, options.map(([value, ...words]) => element("option", { value }, say(words[0], words[1] ?? words[0]))));
  select.value = chosen;
  return element("label", {}, element("span", {}, name), select);
}

function editor(frame, index) {
  const isText = toText(frame.payload) !== null;
  const payload = element("input", {
    value: isText ? toText(frame.payload) : frame.payload, spellcheck: false, maxLength: 2048,
    oninput: () => { frame.payload = isText ? toHex(payload.value) : payload.value.replace(/\s/g, ""); },
  });
  const asHex = element("button", { type: "button", disabled: toText(frame.payload) === null, onclick: () => { frame.hex = !frame.hex; render(); } }, frame.hex ? say("text", "文字") : "hex");
  if (frame.hex) {
    payload.value = spaced(frame.payload, 4096);
    payload.oninput = () => { frame.payload = payload.value.replace(/\s/g, ""); };
  }

  return element("li", { className: "frame" },
    element("div", { className: "bits" },
      bit("FIN", frame.fin, (on) => { frame.fin = on; }),
      ...[4, 2, 1].map((mask, n) => bit(`RSV${n + 1}`, (frame.rsv & mask) !== 0, (on) => { frame.rsv = on ? frame.rsv | mask : frame.rsv & ~mask; })),
      choice("opcode", Array.from({ length: 16 }, (_, code) => [code, `${code.toString(16).toUpperCase()} ${OPCODES.find(([known]) => known === code)?.[1] ?? say("reserved", "保留")}`]), frame.opcode, (value) => { frame.opcode = Number(value); }),
      bit("MASK", frame.masked, (on) => { frame.masked = on; }),
      choice(say("length form", "长度形式"), [["shortest", "shortest", "最短"], ["7", "7 bits", "7 位"], ["16", "16 bits", "16 位"], ["64", "64 bits", "64 位"]], frame.length, (value) => { frame.length = value; }),
      element("label", { className: "announced" }, element("span", {}, say("announced length", "宣称的长度")),
        element("input", { value: frame.announced ?? "", placeholder: say("as it is", "如实"), inputMode: "numeric", pattern: "[0-9]*", oninput: (event) => { frame.announced = event.target.value; } })),
      element("label", { className: "payload" }, element("span", {}, frame.hex || !isText ? say("payload, hexadecimal", "载荷，十六进制") : say("payload, text", "载荷，文字")), payload),
      asHex,
      frames.length > 1 ? element("button", { type: "button", onclick: () => { frames.splice(index, 1); render(); } }, say("remove", "去掉")) : ""));
}

function render() {
  $("frames").replaceChildren(...frames.map(editor));
}

// -------------------------------------------------------------------------------------------------------------- sending

async function send() {
  $("refusal").textContent = "";
  const sent = frames.map(({ hex, announced, ...frame }) => ({ ...frame, ...(announced && { announced }) }));
  try {
    const response = await fetch("send", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ frames: sent }) });
    if (!response.ok) throw new Error(await response.text());
    show(await response.json());
  } catch (error) {
    $("refusal").textContent = error instanceof TypeError ? say("The server does not answer.", "服务器没有回答。") : error.message;
  }
}

const listing = new Listing({ follows: false });
$("passed").append(listing.list, listing.explained);

function show({ rule, spans }) {
  const parts = new Parts();
  for (const span of spans) parts.resolve(span);
  listing.clear();
  listing.add(spans);
  const code = spans.find(({ direction, part }) => direction === "<" && part.name === "status code")?.text;
  $("verdict").classList.toggle("broken", rule !== undefined);
  $("verdict").replaceChildren(...(rule
    ? ruleNote(rule).childNodes
    : [element("strong", {}, both(["In order", "没有问题"])), " ", ...both(code ? [`The server answers the Close with ${code}.`, `服务器以 ${code} 回应关闭。`] : ["The server goes on.", "服务器继续等下一帧。"])]));
}

// ------------------------------------------------------------------------------------------------------------ the ready

let ready = [];

function renderReady() {
  $("ready").replaceChildren(...ready.map((made) => element("li", {}, element("button", {
    type: "button", className: made.rule ? "broken" : "",
    onclick: () => {
      frames = structuredClone(made.frames);
      render();
      send();
    },
  }, say(made.name, made.nameZh)))));
}

// -------------------------------------------------------------------------------------------------------------- origins

// The same server by its other name is another origin.
const other = location.hostname === "localhost" ? "127.0.0.1" : location.hostname === "127.0.0.1" ? "localhost" : null;
const tries = [
  [location.hostname, "guarded", ["looks at Origin, as is the default", "检查 Origin，这是默认"]],
  [other, "guarded", ["looks at Origin, as is the default", "检查 Origin，这是默认"]],
  [other, "open", ["takes pages of any origin", "接受任何来源的页面"]],
];

function origin([host, path, words]) {
  if (host === null) return "";
  const url = `ws://${host}${location.port ? `:${location.port}` : ""}${new URL(path, location.href).pathname}`;
  const result = element("output", {});
  const button = element("button", { type: "button", onclick: () => {
    const socket = new WebSocket(url);
    result.textContent = "…";
    result.className = "";
    socket.onopen = () => { tell("open", "opened", "连上了"); socket.close(1000); };
    socket.onerror = () => tell("refused", "refused: 403, which a script is not told", "被拒绝：403，脚本无从得知");
  } }, both(["Connect", "连接"]));
  const tell = (kind, ...both) => { result.className = kind; result.textContent = say(...both); };
  return element("li", {}, button, element("div", {}, element("code", {}, url), element("span", { className: "quiet" }, both(words))), result);
}

$("origins").append(...tries.map(origin));
if (other === null) $("origins").append(element("li", { className: "quiet" }, both(["Open the Gallery as localhost on its own machine to try from another origin.", "请在本机以 localhost 打开陈列室，来试另一个源。"])));

// ----------------------------------------------------------------------------------------------------------------- page

$("send").addEventListener("click", send);
$("add").addEventListener("click", () => { frames.push(fresh()); render(); });
document.addEventListener("language", () => { render(); renderReady(); });

frames = [fresh()];
render();
ready = await (await fetch("frames")).json();
renderReady();
send();
