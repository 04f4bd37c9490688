import { both, element, say } from "/site/lane.js";
import { Socket, showState } from "/site/socket.js";

const MOST_BYTES = 256 * 1024, MOST_PIXELS = 1024, TYPING = 2000;

class Chat {
  // Stays the same when the connection is a new one, so that the server knows whose words these are.
  me = Math.random().toString(36).slice(2, 12);
  #lastTyping = 0;

  constructor(color, name) {
    this.name = element("input", { value: name, maxLength: 24, required: true, autocomplete: "off" });
    this.room = element("input", { value: new URLSearchParams(location.search).get("room") ?? "hall", maxLength: 24, required: true, pattern: "[a-z0-9\\-]+", autocomplete: "off" });
    this.to = element("select", { onchange: () => this.enter() });
    this.people = element("p", { className: "people" });
    this.said = element("ol", { className: "said", tabIndex: 0, role: "log" });
    this.typing = element("p", { className: "typing" });
    this.text = element("input", { type: "text", maxLength: 2000, autocomplete: "off", enterKeyHint: "send", oninput: () => this.tellTyping() });
    this.file = element("input", { type: "file", accept: "image/png,image/jpeg,image/gif,image/webp", className: "unseen", onchange: () => this.showImages(this.file.files) });
    this.state = element("span");
    this.element = this.#build();
    this.element.style.setProperty("--lane", `var(--lane-${color})`);
    document.getElementById("chats").append(this.element);
    document.addEventListener("language", () => this.render());
    this.render();
    this.onState = showState(this.state, say);
    this.enter();
  }

  // ------------------------------------------------------------------------------------------------------ connection

  /** Goes into a room. The cursor is in the URL, so that a connection that is lost goes on where it was. */
  enter() {
    this.socket?.close();
    this.after = null;
    for (const image of this.said.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    this.said.replaceChildren();
    this.socket = new Socket(() => `talk?${new URLSearchParams({ room: this.room.value, name: this.name.value, me: this.me, to: this.to.value, ...(this.after && { after: this.after }) })}`, {
      onText: (json) => this.take(JSON.parse(json)),
      onBytes: (bytes) => this.takeImage(bytes),
      onState: this.onState,
    });
  }

  take(message) {
    switch (message.type) {
      case "hello": return this.note(message.text);
      case "people": return this.showPeople(message.names);
      case "typing": return this.showTyping(message.name);
      case "gap": return this.note(say("Some of what was said is not kept any more.", "有些话已经不再保存。"));
      case "refused": return this.note(message.text, "refused");
      default: return this.show(message, element("span", { className: "text" }, message.data.text));
    }
  }

  // record length (16 bits), record, image
  takeImage(bytes) {
    const length = new DataView(bytes).getUint16(0);
    const message = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 2, length)));
    this.show(message, this.picture(new Blob([new Uint8Array(bytes, 2 + length)], { type: message.data.media }), message.data.name));
  }

  // ----------------------------------------------------------------------------------------------------------- speak

  speak() {
    const words = this.text.value.trim();
    if (words === "" || !this.socket.send(JSON.stringify({ say: words }))) return;
    this.text.value = "";
    this.#lastTyping = 0;
    if (this.to.value === "others") this.showOwn(element("span", { className: "text" }, words));
  }

  async showImages(files) {
    for (const file of files) {
      const image = await shrink(file);
      if (image && this.socket.send(await image.arrayBuffer()) && this.to.value === "others") this.showOwn(this.picture(image, this.name.value));
      if (!image) this.note(say("This is no image that can be shown.", "这不是能显示的图片。"), "refused");
    }
    this.file.value = "";
  }

  tellTyping() {
    if (performance.now() - this.#lastTyping < TYPING) return;
    this.#lastTyping = performance.now();
    this.socket.send(JSON.stringify({ typing: true }));
  }

  // ------------------------------------------------------------------------------------------------------------ show

  show({ id, key, data }, content) {
    this.after = id;
    const time = new Date(data.time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.add(element("li", { className: key === this.me ? "mine" : "" }, element("p", { className: "from" }, `${data.name} · ${time}`), content));
    this.typing.textContent = "";
  }

  /** What the server does not send back. */
  showOwn(content) {
    this.add(element("li", { className: "mine" }, element("p", { className: "from" }, say("sent, not echoed", "已发送，不回显")), content));
  }

  note(words, kind = "") {
    this.add(element("li", { className: `notice ${kind}` }, words));
  }

  picture(blob, name) {
    return element("img", { src: URL.createObjectURL(blob), alt: say(`An image from ${name}`, `${name} 的图片`), onload: () => this.scroll() });
  }

  add(item) {
    this.said.append(item);
    this.scroll();
  }

  scroll() {
    this.said.scrollTop = this.said.scrollHeight;
  }

  showPeople(names) {
    this.names = names;
    this.people.textContent = say(`${names.length} here: `, `${names.length} 人在：`) + names.join(say(", ", "、"));
  }

  showTyping(name) {
    clearTimeout(this.typingEnds);
    this.typing.textContent = say(`${name} types…`, `${name} 正在输入…`);
    this.typingEnds = setTimeout(() => { this.typing.textContent = ""; }, TYPING * 1.5);
  }

  render() {
    const chosen = this.to.value || "all";
    this.to.replaceChildren(
      element("option", { value: "all" }, say("to all, me too", "给所有人，包括自己")),
      element("option", { value: "others" }, say("to all but me", "给除自己以外的所有人")));
    this.to.value = chosen;
    this.text.ariaLabel = say("Message", "消息");
    this.text.placeholder = say("Say something", "说点什么");
    this.said.ariaLabel = say("What was said", "说过的话");
    if (this.names) this.showPeople(this.names);
  }

  #build() {
    const enter = (event) => { event.preventDefault(); this.enter(); };
    const made = element("article", { className: "chat" },
      element("form", { className: "who", onsubmit: enter },
        element("label", {}, both(["Name", "名字"]), this.name),
        element("label", {}, both(["Room", "房间"]), this.room),
        element("button", {}, both(["Enter", "进入"])),
        element("label", { className: "to" }, both(["What is said goes", "说的话发给"]), this.to)),
      element("div", { className: "there" }, element("p", { className: "state" }, element("i", { className: "lamp" }), this.state), this.people),
      this.said,
      this.typing,
      element("form", { className: "say", onsubmit: (event) => { event.preventDefault(); this.speak(); } },
        this.text,
        element("label", { className: "image" }, both(["Image", "图片"]), this.file),
        element("button", { className: "primary" }, both(["Say", "说"]))));
    made.dataset.state = "connecting";
    made.ondragover = (event) => { event.preventDefault(); made.classList.add("over"); };
    made.ondragleave = () => made.classList.remove("over");
    made.ondrop = (event) => { event.preventDefault(); made.classList.remove("over"); this.showImages(event.dataTransfer.files); };
    return made;
  }
}

/** An image as it is if it is small, else drawn anew, smaller; null if it is none. */
async function shrink(file) {
  if (file.size <= MOST_BYTES) return file;
  try {
    const image = await createImageBitmap(file), scale = Math.min(1, MOST_PIXELS / Math.max(image.width, image.height));
    const canvas = element("canvas", { width: Math.round(image.width * scale), height: Math.round(image.height * scale) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const smaller = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
    return smaller.size <= MOST_BYTES ? smaller : null;
  } catch {
    return null;
  }
}

new Chat(2, "Ann");
new Chat(5, "Ben");
