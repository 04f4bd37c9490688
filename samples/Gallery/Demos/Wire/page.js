import { both, element, say } from "/site/lane.js";
import { Listing, Parts, ruleNote } from "/site/wire.js";

const $ = (id) => document.getElementById(id);
const listing = new Listing({ follows: false });

// -------------------------------------------------------------------------------------------------------------- sending

async function send() {
  $("refusal").textContent = "";
  try {
    const response = await fetch("send", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ [$("hex").checked ? "hex" : "text"]: $("bytes").value }) });
    if (!response.ok) throw new Error(await response.text());
    show(await response.json());
  } catch (error) {
    $("refusal").textContent = error instanceof TypeError ? say("The server does not answer.", "服务器没有回答。") : error.message;
  }
}

function show({ status, rule, spans, lens }) {
  const parts = new Parts();
  listing.clear();
  listing.add(spans.map((span) => parts.resolve(span)));
  $("verdict").classList.toggle("broken", rule !== undefined);
  $("verdict").replaceChildren(...(rule
    ? ruleNote(rule).childNodes
    : [element("strong", {}, both(["In order", "没有问题"])), " ", ...both(status ? [`The server answers ${status}.`, `服务器回答 ${status}。`] : ["The server answers nothing.", "服务器没有回答。"])]));
  $("lens").hidden = !lens;
  if (lens) showLens(lens);
}

// ----------------------------------------------------------------------------------------------------------------- lens

const ends = {
  AllRead: () => ["", ""],
  HeadUnfinished: ({ at }) => [`waits, in a head from byte ${at} on`, `等待，第 ${at} 字节起的头没完`],
  BodyUnfinished: () => ["waits for the rest of the content", "等待其余内容"],
  Refused: ({ at, rule }) => [`refuses at byte ${at}: ${rule}`, `在第 ${at} 字节处拒绝：${rule}`],
  Closed: ({ at }) => [`closes at byte ${at}`, `在第 ${at} 字节处关闭`],
  TooMany: ({ at }) => [`and more from byte ${at} on`, `第 ${at} 字节起还有更多`],
};

/** The readings of a row; of many, the first, and how many more. */
function titles(readings) {
  const [named, others] = [readings.slice(0, readings.length > 4 ? 1 : 4), readings.length > 4 ? readings.length - 1 : 0];
  return element("th", { scope: "row", title: readings.map((title) => say(...title)).join(say(", ", "、")) },
    both([named.map(([english]) => english).join(", "), named.map(([, chinese]) => chinese).join("、")]),
    others > 0 ? element("span", { className: "quiet" }, both([` and ${others} other readings`, `，另有 ${others} 种读法与此相同`])) : "");
}

function showLens({ verdict, smuggles, rows }) {
  $("readings").replaceChildren(...rows.map((row) => element("tr", {},
    titles(row.readings),
    element("td", {}, element("ol", {}, row.requests.map(({ line, start, end, content, complete }) => element("li", {},
      element("code", {}, line), " ",
      element("span", { className: "quiet" }, both([`bytes ${start} to ${end}, content ${content}${complete ? "" : " so far"}`, `第 ${start} 至 ${end} 字节，内容 ${content} 字节${complete ? "" : "（未完）"}`])))))),
    element("td", { className: row.end === "Refused" ? "refused" : "" }, both(ends[row.end](row))))));
  $("lens-verdict").classList.toggle("smuggles", smuggles);
  $("lens-verdict").replaceChildren(...both([`${verdict[0]}.`, `${verdict[1]}。`]));
}

// ----------------------------------------------------------------------------------------------------------------- page

function choose(attack) {
  $("hex").checked = false;
  $("bytes").value = attack.text;
  send();
}

$("passed").append(listing.list, listing.explained);
$("send").addEventListener("click", send);
const attacks = await (await fetch("attacks")).json();
$("ready").append(...attacks.map((attack) => element("li", {}, element("button", { type: "button", className: attack.rule ? "broken" : "", onclick: () => choose(attack) }, both([attack.name, attack.nameZh])))));
$("bytes").value = attacks[1].text;
