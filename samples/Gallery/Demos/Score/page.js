import { Lane, element, legend, say } from "/site/lane.js";

let every = 2000;
const rows = new Map();

// Short polling: ask for what is behind the cursor, put it into the table, wait. Each match comes at most once, with its latest state.

const lane = new Lane({
  color: 1,
  name: ["Short polling", "短轮询"],
  how: ["Asks at an interval for what has changed since.", "隔一段时间问一次此后的变化。"],
  readings: {
    requests: ["requests", "请求"],
    bytes: ["body bytes", "正文字节"],
    happened: ["published", "发布"],
    received: ["received", "收到"],
    replaced: ["replaced before", "已被取代"],
  },
});
lane.run(async () => {
  const { json, request } = await lane.fetch(`scores?after=${lane.after ?? "earliest"}`);
  const { after, messages, gap } = json();
  if (messages.length > 0) request.arrived();
  if (lane.after && !gap) count(number(after) - number(lane.after), messages.length);
  lane.after = after;
  for (const { key, data } of messages) show(key, data);
  await lane.rest(request.started + every - performance.now());
});

// Messages are numbered, so the cursors tell how many there were; those that are not here were replaced by a newer one with the same key.
function count(happened, received) {
  lane.count("happened", happened);
  lane.count("received", received);
  lane.count("replaced", happened - received);
}

const number = (cursor) => Number(cursor.slice(cursor.lastIndexOf("-") + 1));

const select = lane.choose(["every", "间隔"], [
  ["500", "0.5 s", "0.5 秒"],
  ["1000", "1 s", "1 秒"],
  ["2000", "2 s", "2 秒"],
  ["5000", "5 s", "5 秒"],
  ["15000", "15 s", "15 秒"],
], (choice) => {
  every = Number(choice);
  lane.wake?.();
});
select.value = "2000";

legend("request", "news");

function show(match, { home, away, minute }) {
  const [homeTeam, awayTeam] = match.split(" – ");
  if (!rows.has(match)) {
    const row = document.getElementById("board").insertRow();
    row.append(
      element("td", { className: "minute" }),
      element("th", { scope: "row", className: "home" }, homeTeam),
      element("td", { className: "score" }, element("span"), element("i", {}, ":"), element("span")),
      element("th", { scope: "row", className: "away" }, awayTeam),
      element("td", { className: "minute" }));
    rows.set(match, { row, home, away });
  }

  const known = rows.get(match), [minuteCell, , scoreCell] = known.row.cells;
  minuteCell.textContent = minute >= 90 ? say("end", "终场") : `${minute}′`;
  scoreCell.children[0].textContent = home;
  scoreCell.children[2].textContent = away;
  if (home + away > known.home + known.away) celebrate(scoreCell.children[home > known.home ? 0 : 2], `${match} ${home}:${away}`);
  Object.assign(known, { home, away });
}

function celebrate(number, words) {
  document.getElementById("goal").textContent = words;
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) number.animate([{ background: "var(--lane-1)", color: "var(--panel)" }, {}], 1500);
}
