import { both, element, say } from "/site/lane.js";
import { Listing, Parts, ruleNote } from "/site/wire.js";

const $ = (id) => document.getElementById(id);
const listing = new Listing();

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

function showLens({ verdict, smuggles, rows }) {
  $("readings").replaceChildren(...rows.map((row) => element("tr", {},
    element("th", { scope: "row" }, both([0, 1].map((language) => row.readings.map((title) => title[language]).join(language === 0 ? ", " : "、")))),
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
