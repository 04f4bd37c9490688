// The last minute of a lane: a bar for each request, below one another where they overlap, a dot where an answer brought news.

const MOST_ROWS = 6, AXIS = 6;

export class Strip {
  marks = [];

  constructor(lane, window) {
    this.lane = lane;
    this.window = window;
    new ResizeObserver(() => this.draw()).observe(lane.canvas);
  }

  /** A line across the strip, now. */
  mark() {
    this.marks.push(performance.now());
  }

  /** The uppermost row in which no request is under way. */
  freeRow() {
    const taken = new Set(this.lane.requests.filter((request) => request.ended === null).map((request) => request.row));
    let row = 0;
    while (taken.has(row)) row++;
    return row;
  }

  /** Lets go of what has left the strip. */
  forget() {
    const before = performance.now() - this.window, { requests } = this.lane;
    while (requests.length > 0 && requests[0].ended !== null && requests[0].ended < before) requests.shift();
    for (const times of [this.marks, ...requests.map((request) => request.news)]) while (times[0] < before) times.shift();
  }

  draw() {
    const { canvas, element } = this.lane, scale = devicePixelRatio || 1;
    const width = canvas.clientWidth, height = canvas.clientHeight;
    if (!width || document.hidden) return;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }

    const style = getComputedStyle(element), now = performance.now();
    const color = (name) => style.getPropertyValue(name).trim();
    const rows = Math.min(MOST_ROWS, 1 + Math.max(0, ...this.lane.requests.map((request) => request.row)));
    this.context = canvas.getContext("2d");
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
    this.context.clearRect(0, 0, width, height);
    this.colors = { lane: color(this.lane.color), line: color("--line"), quiet: color("--quiet"), alarm: color("--alarm"), panel: color("--panel") };
    this.x = (at) => (width - 8) * (1 - (now - at) / this.window);
    this.size = { width, height, now, row: (height - AXIS) / rows };
    this.#drawScale();
    this.#drawMarks();
    for (const request of this.lane.requests) this.#drawRequest(request);
  }

  #drawScale() {
    const { context, size, colors } = this;
    context.fillStyle = colors.line;
    for (let y = size.row / 2; y < size.height - AXIS; y += size.row) context.fillRect(0, Math.round(y), size.width, 1);
    for (let back = 0; back <= this.window; back += this.window / 6) context.fillRect(Math.round(this.x(size.now - back)), size.height - 5, 1, 5);
  }

  #drawMarks() {
    const { context, size, colors } = this;
    context.strokeStyle = colors.quiet;
    context.setLineDash([2, 3]);
    for (const at of this.marks) {
      const x = Math.round(this.x(at)) + 0.5;
      context.beginPath();
      context.moveTo(x, 1);
      context.lineTo(x, size.height - AXIS);
      context.stroke();
    }
    context.setLineDash([]);
  }

  #drawRequest({ started, ended, how, news, row }) {
    const { context, size, colors } = this;
    const from = this.x(started), to = this.x(ended ?? size.now), isShort = to - from < 3;
    if (to < 0) return;
    const middle = (Math.min(row, MOST_ROWS - 1) + 0.5) * size.row, tall = Math.min(16, size.row - 2);
    context.fillStyle = context.strokeStyle = how === "abandoned" ? colors.alarm : colors.lane;
    context.globalAlpha = isShort ? 0.6 : 0.2;
    context.beginPath();
    context.roundRect(from, middle - tall / 2, Math.max(2, to - from - 1), tall, isShort ? 1 : 3);
    context.fill();
    context.globalAlpha = 0.6;
    context.lineWidth = 1;
    if (!isShort) context.stroke();
    context.globalAlpha = 1;
    for (const at of news) this.#drawNews(this.x(at), middle, Math.min(5, tall / 2));
  }

  #drawNews(x, y, radius) {
    const { context, colors } = this;
    context.fillStyle = colors.lane;
    context.strokeStyle = colors.panel;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}
