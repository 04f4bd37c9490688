// A WebSocket that comes back. After a failure it rests for a while that grows, and asks anew for its URL, so that there can be a cursor in it.

const FIRST_RETRY = 500, LAST_RETRY = 10_000;

export class Socket {
  #timer;
  #failures = 0;
  #isOver = false;

  /**
   * @param url        gives the URL, relative to the page; asked each time
   * @param onText     called with each text message
   * @param onBytes    called with each binary message, an ArrayBuffer
   * @param onState    called with "connecting", "open", "away" (it comes back by itself) and "closed"
   * @param protocols  subprotocols to ask for
   */
  constructor(url, { onText = () => {}, onBytes = () => {}, onState = () => {}, protocols = [] }) {
    Object.assign(this, { url, onText, onBytes, onState, protocols });
    this.#connect();
  }

  get isOpen() { return this.socket.readyState === WebSocket.OPEN; }

  /** Sends text or bytes; false when it is not open. */
  send(data) {
    if (this.isOpen) this.socket.send(data);
    return this.isOpen;
  }

  /** Closes for good. */
  close() {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.socket.close(1000);
    this.onState("closed");
  }

  #connect() {
    const url = new URL(this.url(), location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.onState("connecting");
    const socket = this.socket = new WebSocket(url, this.protocols);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => { this.onState("open"); };
    socket.onmessage = ({ data }) => {
      this.#failures = 0;
      if (this.#isOver) return;
      if (typeof data === "string") this.onText(data);
      else this.onBytes(data);
    };
    socket.onclose = () => {
      if (this.#isOver) return;
      this.onState("away");
      const longest = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** this.#failures++);
      this.#timer = setTimeout(() => this.#connect(), longest * (0.5 + Math.random() / 2));
    };
  }
}

/** The lamp and the words that show how a socket is; give what this returns as its onState. */
export function showState(element, say) {
  const words = { connecting: ["connecting", "连接中"], open: ["connected", "已连接"], away: ["connection lost, tries again", "连接断开，正在重试"], closed: ["closed", "已关闭"] };
  let now = "connecting";
  const render = () => {
    element.textContent = say(...words[now]);
    element.closest("[data-state]").dataset.state = now;
  };
  document.addEventListener("language", render);
  return (state) => {
    now = state;
    render();
  };
}
