import { amount, element, say } from "/site/lane.js";
import { submit } from "/site/form.js";
import { Socket, showState } from "/site/socket.js";

const $ = (id) => document.getElementById(id);
const arrivals = [];
let question = null, result = null, mine = null, counts = [], speeds = [], most = 0;

// ------------------------------------------------------------------------------------------------------------- playing

const play = new Socket(() => "play", {
  onState: showState($("state"), say),
  onText: (json) => {
    const message = JSON.parse(json);
    if (message.type === "question" && message.n !== question?.n) begin(message);
    if (message.type === "result" && message.n === question?.n) end(message);
  },
});

function begin(message) {
  question = message;
  [result, mine, counts, speeds, most] = [null, null, message.answers.map(() => 0), [{ now: performance.now(), sum: 0 }], 0];
  $("most").textContent = 0;
  $("left").getAnimations().forEach((running) => running.cancel());
  $("left").animate([{ width: "100%" }, { width: "0%" }], { duration: question.seconds * 1000, fill: "forwards" });
  render();
}

function end(message) {
  result = message;
  counts = message.counts;
  render();
}

function answer(index) {
  if (mine !== null || result || !play.send(JSON.stringify({ n: question.n, answer: index }))) return;
  mine = index;
  render();
}

// ------------------------------------------------------------------------------------------------------------- counts

new Socket(() => "counts", {
  onText: (json) => {
    const { data } = JSON.parse(json);
    if (!data) return;
    arrivals.push(performance.now());
    $("players").textContent = amount(data.players);
    $("ask").disabled = data.isOpen;
    if (data.n !== question?.n || result) return;
    counts = data.counts;
    measure(counts.reduce((sum, count) => sum + count, 0));
    showCounts();
  },
});

/** The most answers within a second: what there is now, less what there was a second ago. */
function measure(sum) {
  const now = performance.now();
  speeds.push({ now, sum });
  while (speeds[1].now < now - 1000) speeds.shift();
  most = Math.max(most, sum - speeds[0].sum);
  $("most").textContent = amount(most);
}

setInterval(() => {
  while (arrivals[0] < performance.now() - 1000) arrivals.shift();
  $("updates").textContent = arrivals.length;
}, 250);

// ---------------------------------------------------------------------------------------------------------------- show

function render() {
  $("quiz").classList.toggle("over", result !== null);
  $("question").textContent = question ? say(question.text, question.textZh) : say("Nothing is asked at the moment.", "现在没有题目。");
  $("answers").replaceChildren(...(question ? say(question.answers, question.answersZh) : []).map((words, index) => {
    const classes = [index === mine ? "mine" : "", index === result?.right ? "right" : ""].join(" ");
    return element("li", {}, element("button", { type: "button", className: classes, disabled: result !== null || mine !== null, onclick: () => answer(index) },
      element("i", { className: "share" }), element("span", { className: "words" }, words), element("span", { className: "count" })));
  }));
  showCounts();
}

function showCounts() {
  const sum = counts.reduce((all, count) => all + count, 0);
  $("answered").textContent = amount(sum);
  document.querySelectorAll("#answers button").forEach((button, index) => {
    const share = sum > 0 ? counts[index] / sum : 0;
    button.querySelector(".share").style.width = `${100 * share}%`;
    button.querySelector(".count").textContent = `${amount(counts[index] ?? 0)} · ${Math.round(100 * share)} %`;
  });
}

$("ask").addEventListener("click", () => submit("ask", {}));
$("command").textContent = `dotnet run -c Release --project samples/Gallery -- --players 5000 --url ${location.origin}`;
document.addEventListener("language", render);
render();
