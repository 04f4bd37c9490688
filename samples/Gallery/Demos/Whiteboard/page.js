import { amount, duration, element, say } from "/site/lane.js";
import { Socket, showState } from "/site/socket.js";

// FE 01 color width *( x y ), FE 02: see WhiteboardDemo.cs
const MARK = 0xFE, STROKE = 1, WIPE = 2, HEAD = 4, MOST_POINTS = 200;

// Colours by number, so that each page draws them in its own light.
const COLORS = ["--ink", "--lane-2", "--lane-4", "--lane-3", "--lane-5", "--lane-1", "--lane-6"];
const NAMES = [["ink", "墨色"], ["teal", "青"], ["blue", "蓝"], ["purple", "紫"], ["pink", "品红"], ["orange", "橙"], ["green", "绿"]];

const $ = (id) => document.getElementById(id);
const canvas = $("board"), context = canvas.getContext("2d");
let pieces = [], color = 0, received = 0, count = 0;

// ------------------------------------------------------------------------------------------------------------- drawing

function drawPiece(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), style = getComputedStyle(document.documentElement);
  const { clientWidth: width, clientHeight: height } = canvas, scale = devicePixelRatio || 1;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.strokeStyle = style.getPropertyValue(COLORS[view.getUint8(2) % COLORS.length]);
  context.lineWidth = Math.max(0.5, view.getUint8(3) * width / 1000);
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  for (let at = HEAD; at + 4 <= bytes.length; at += 4) context.lineTo(view.getUint16(at) / 65535 * width, view.getUint16(at + 2) / 65535 * height);
  if (bytes.length === HEAD + 4) context.lineTo(view.getUint16(HEAD) / 65535 * width + 0.01, view.getUint16(HEAD + 2) / 65535 * height);
  context.stroke();
}

function wipe() {
  pieces = [];
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
}

/** All anew: the board has another size or another light. */
function redraw() {
  const scale = devicePixelRatio || 1;
  canvas.width = Math.round(canvas.clientWidth * scale);
  canvas.height = Math.round(canvas.clientHeight * scale);
  for (const piece of pieces) drawPiece(piece);
}

// ---------------------------------------------------------------------------------------------------------- connection

const sentAt = [];

/** What the server sends, and whoever else may have sent that to it: what has not the form is left alone. */
function take(buffer) {
  const bytes = new Uint8Array(buffer);
  received += bytes.length;
  count++;
  if (bytes[0] === MARK && bytes[1] === WIPE) wipe();
  else if (bytes[0] === MARK && bytes[1] === STROKE && bytes.length >= HEAD + 4) {
    pieces.push(bytes);
    drawPiece(bytes);
  }

  // One's own come back in the order in which they left.
  const first = sentAt[0];
  if (first && first.bytes.length === bytes.length && first.bytes.every((byte, i) => byte === bytes[i])) {
    sentAt.shift();
    $("trip").textContent = duration(performance.now() - first.at);
  }
  showCounts.due ??= requestAnimationFrame(showCounts);
}

function showCounts() {
  showCounts.due = null;
  $("pieces").textContent = amount(pieces.length);
  $("received").textContent = amount(received);
  $("each").textContent = count > 0 ? (received / count).toFixed(1) : "–";
}

function send(bytes) {
  if (socket.send(bytes)) sentAt.push({ bytes, at: performance.now() });
}

// Without ids there is no cursor: who comes back begins anew, with a clean board.
const onState = showState($("state"), say);
const socket = new Socket(() => "strokes", {
  protocols: ["minimal.raw"],
  onBytes: take,
  onState: (state) => {
    if (state === "connecting") {
      wipe();
      sentAt.length = 0;
    }
    onState(state);
  },
});

// --------------------------------------------------------------------------------------------------------------- hands

const strokes = new Map();

function point(event) {
  const box = canvas.getBoundingClientRect();
  const part = (at, size) => Math.round(Math.min(1, Math.max(0, at / size)) * 65535);
  return [part(event.clientX - box.left, box.width), part(event.clientY - box.top, box.height)];
}

/** Sends what was drawn since the last frame of the screen, beginning with the last point of what was sent before. */
function sendPieces() {
  for (const [pointer, stroke] of strokes) {
    while (stroke.points.length > 1 || (stroke.isNew && stroke.points.length > 0)) {
      const points = stroke.points.slice(0, MOST_POINTS), bytes = new Uint8Array(HEAD + 4 * points.length), view = new DataView(bytes.buffer);
      bytes.set([MARK, STROKE, stroke.color, stroke.width]);
      points.forEach(([x, y], i) => { view.setUint16(HEAD + 4 * i, x); view.setUint16(HEAD + 4 * i + 2, y); });
      drawPiece(bytes);
      send(bytes);
      stroke.points.splice(0, points.length - 1);
      stroke.isNew = false;
    }
    if (stroke.isOver) strokes.delete(pointer);
  }
  if (strokes.size > 0) requestAnimationFrame(sendPieces);
}

canvas.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  event.preventDefault();
  try { canvas.setPointerCapture(event.pointerId); } catch { /* A pointer that has gone already draws a dot. */ }
  strokes.set(event.pointerId, { color, width: Number($("width").value), points: [point(event)], isNew: true });
  if (strokes.size === 1) requestAnimationFrame(sendPieces);
});
canvas.addEventListener("pointermove", (event) => {
  const stroke = strokes.get(event.pointerId);
  if (!stroke) return;
  const moves = event.getCoalescedEvents?.() ?? [];
  stroke.points.push(...(moves.length > 0 ? moves : [event]).map(point));
});
for (const end of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(end, (event) => {
    const stroke = strokes.get(event.pointerId);
    if (stroke) stroke.isOver = true;
  });
}

// --------------------------------------------------------------------------------------------------------------- tools

$("colors").append(...COLORS.map((name, index) => {
  const input = element("input", { type: "radio", name: "color", checked: index === 0, onchange: () => { color = index; } });
  const label = element("label", {}, input, element("i"));
  label.style.setProperty("--color", `var(${name})`);
  return label;
}));
function nameColors() {
  $("colors").querySelectorAll("input").forEach((input, index) => { input.ariaLabel = say(...NAMES[index]); });
}
$("width").addEventListener("input", () => { $("width-now").textContent = $("width").value; });
$("clear").addEventListener("click", () => send(new Uint8Array([MARK, WIPE])));
document.addEventListener("language", nameColors);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
new ResizeObserver(redraw).observe(canvas);
nameColors();
