// One head large: queries down, keys across, on a canvas of any size. The current row is marked; a crosshair reads out
// the cell; + and − narrow the window of tokens.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { fixed, percentTo } from "../base/format.js";
import { fitted } from "../base/pen.js";
import { Figure, headParts } from "../base/figure.js";
import { currentTheme } from "../base/palette.js";
import { choiceOf, choose, declareChoice, move, place } from "../base/place.js";
import { legend, paintColors } from "./weight-colors.js";

words({
  "heatmap.label": ["Attention of layer {layer}, head {head}, over {n} positions", "第 {layer} 層、頭 {head} 的注意力，共 {n} 個位置"],
  "heatmap.table": ["Layer {layer}, head {head}: weights from {from} (position {position})", "第 {layer} 層、頭 {head}：從 {from}（位置 {position}）出發的權重"],
  "heatmap.off": ["⊘ switched off in this step", "⊘ 這一步關閉"],
  "heatmap.key": ["looked at", "被看的詞元"],
  "heatmap.keys": ["looked at →", "被看的詞元 →"],
  "heatmap.weight": ["weight", "權重"],
  "heatmap.hint": ["Point at a cell to read it, click to go there.", "指向格子可讀取數值，點選可前往。"],
  "heatmap.readout": ["{from} → {to}: {weight} ({share})", "{from} → {to}：{weight}（{share}）"],
  "heatmap.in": ["Narrow the window", "縮小視窗"],
  "heatmap.out": ["Widen the window", "放大視窗"],
  "heatmap.all": ["All tokens", "全部詞元"],
});

/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */
/**
 * What the pictures of the attention share: the weights as they are looked at and the model's own (`raw`), the sizes of the
 * run, and who looks at whom. Weights below `least` are not drawn. All of it may grow.
 * @typedef {{ readonly weights: import("../data/weights.js").Weights, readonly promptLength: number,
 *   stepFrom: (query: number) => number, readonly groupSize: number, readonly isMoving: boolean, query: () => number,
 *   readonly raw: import("../data/weights.js").Weights, layerName: () => string, headName: () => string, least: () => number, isShownOff: () => boolean,
 *   isOff: (layer: number, head: import("../data/weights.js").Head) => boolean,
 *   label: (position: number, limit?: number) => string }} AttentionView
 */

/** Room for the token labels above and left, in pixels. */
const labelRoom = 84;
/** Room for the name of the axis above its labels. */
const titleRoom = 18;
/** The smallest cell that a label fits beside. */
const labelledCell = 12;
const leastWindow = 8;
/** Pixels of the picture's own image; more cells than that share pixels. */
const imageSide = 1024;
/** What stands for a cell without a weight. */
const clear = -2;
/** The window of positions as text: from which one, and how many; nothing where all are on show. */
declareChoice("window", "", /^\d{1,6}\.[1-9]\d{0,5}$/);

/** The heatmap with its window, its crosshair and its read-out. */
export class Heatmap {
  /** @param {AttentionView} view @param {string} [name] what saved pictures are called */
  constructor(view, name = "heatmap") {
    this.view = view;
    /** @type {{ query: number, key: number } | null} */
    this.pointed = null;
    this.width = 0;
    /** The window as colours, made once per layer, head, theme and window. */
    this.image = { name: "", of: /** @type {unknown} */ (null), canvas: document.createElement("canvas") };
    this.readout = el("p", { class: "readout", "aria-live": "off" }, t("heatmap.hint"));
    this.figure = new Figure({
      name,
      shows: headParts,
      label: () => [t("heatmap.label", { layer: this.view.layerName(), head: this.view.headName(), n: this.weights.positions }),
        ...(this.isOff ? [t("heatmap.off")] : [])].join(t("list.comma")),
      draw: (pen, width, theme) => this.draw(pen, width, theme),
      table: () => this.table(),
      pointer: (x, y) => this.point(x, y),
      reads: () => (this.pointed ? this.readout.textContent ?? "" : ""),
      leave: () => this.point(-1, -1),
      click: (x, y) => this.go(x, y),
      keys: (event) => {
        const factor = { "+": 0.5, "=": 0.5, "-": 2, 0: Infinity }[event.key];
        if (factor !== undefined) this.zoom(factor);
        return factor !== undefined;
      },
    });
    const button = (/** @type {string} */ sign, /** @type {number} */ factor, /** @type {string | null} */ name) =>
      el("button", { type: "button", class: "quiet", "aria-label": name, on: { click: () => this.zoom(factor) } }, sign);
    const controls = el("div", { class: "tools zoom" }, button("＋", 0.5, t("heatmap.in")), button("－", 2, t("heatmap.out")),
      button(t("heatmap.all"), Infinity, null));
    this.element = el("div", { class: "heatmap" }, this.figure.element, el("div", { class: "heatmap-foot" }, controls, this.readout));
  }

  get weights() {
    return this.view.weights;
  }

  /** Whether the head on show is off at the step. */
  get isOff() {
    return this.view.isShownOff();
  }

  /** The window of positions on show, as it was chosen: from, and at most how many. */
  get window() {
    const [from, most] = choiceOf("window").split(".").map(Number);
    return { from: from ?? 0, most: most ?? Infinity };
  }

  /** Positions in the window. */
  get size() {
    return Math.min(this.window.most, this.weights.positions);
  }

  /** The first position in the window. */
  get from() {
    return Math.min(this.window.from, this.weights.positions - this.size);
  }

  /** Draws again, the current row inside a narrowed window. */
  redraw() {
    const query = this.view.query();
    if (query < this.from || query >= this.from + this.size) this.moveWindow(query, this.size);
    this.figure.redraw();
  }

  /**
   * Puts the window so that a row stands in its lower part, where it has its past before it.
   * @param {number} query @param {number} size
   */
  moveWindow(query, size) {
    const all = this.weights.positions;
    choose("window", size < all ? `${Math.max(0, Math.min(all - size, query - Math.floor(size * 0.75)))}.${size}` : "");
  }

  /** @param {number} factor */
  zoom(factor) {
    const all = this.weights.positions;
    const size = Math.max(Math.min(leastWindow, all), Math.min(all, Math.round(this.size * factor)));
    this.moveWindow(this.pointed?.query ?? this.view.query(), size);
  }

  /** A pixel for each cell; in windows wider than `imageSide` each pixel takes the largest weight under it. */
  repaintImage() {
    const { layer, head } = place();
    const { from, size, weights } = this;
    const theme = currentTheme();
    const least = this.view.least();
    const name = `${layer} ${head} ${theme.name} ${weights.has(layer)} ${from} ${size} ${least}`;
    if (name === this.image.name && weights === this.image.of) return;
    [this.image.name, this.image.of] = [name, weights];
    const side = Math.min(size, imageSide);
    const largest = new Float32Array(side * side).fill(clear);
    for (let query = from; query < from + size; query += 1) {
      const row = weights.row(layer, head, query);
      const y = Math.floor(((query - from) * side) / size) * side;
      for (let key = from; key < Math.min(row.length, from + size); key += 1) {
        const at = y + Math.floor(((key - from) * side) / size);
        const weight = Math.abs(row[key] ?? 0) < least ? 0 : row[key] ?? 0;
        const before = largest[at] ?? 0;
        if (before === clear || Math.abs(weight) > Math.abs(before)) largest[at] = weight;
      }
    }
    this.paint(theme, side, largest);
  }

  /**
   * The image's cells, of which those below −1 stay clear.
   * @param {Theme} theme @param {number} side @param {Float32Array} largest
   */
  paint(theme, side, largest) {
    paintColors(this.image.canvas, side, largest, theme);
  }

  /**
   * Which colour is how much.
   * @param {Pen} pen @param {Theme} theme @param {number} x @param {number} y @param {number} width
   */
  key(pen, theme, x, y, width) {
    legend(pen, theme, x, y, width);
  }

  /** @param {number} width */
  geometry(width) {
    const side = Math.max(120, Math.min(width - labelRoom - 2, 620));
    return { side, cell: side / this.size, left: labelRoom, top: labelRoom + titleRoom };
  }

  /**
   * @param {Pen} pen
   * @param {number} width @param {Theme} theme
   */
  draw(pen, width, theme) {
    this.width = width;
    const { side, cell, left, top } = this.geometry(width);
    this.repaintImage();
    pen.bitmap(this.image.canvas, left, top, side, side);
    const causal = this.weights.pattern(place().layer).kind !== "full";
    if (causal) pen.poly([[left, top], [left + side, top + side], [left + side, top], [left, top]], { stroke: theme.line });
    else pen.poly([[left, top], [left + side, top], [left + side, top + side]], { stroke: theme.line });
    pen.line(left, top, left, top + side, theme.line);
    pen.line(left, top + side, left + side, top + side, theme.line);
    this.drawLabels(pen, theme);
    const row = this.view.query() - this.from;
    if (row >= 0 && row < this.size) {
      const y = top + row * cell;
      const right = left + (causal ? Math.min(side, (row + 1) * cell) : side);
      for (const edge of [y, y + Math.max(cell, 2)]) pen.line(left, edge, right, edge, theme.accent, 1.5);
    }
    if (this.pointed) {
      const x = left + (this.pointed.key - this.from + 0.5) * cell;
      const y = top + (this.pointed.query - this.from + 0.5) * cell;
      pen.line(x, top, x, top + side, theme.muted, 0.75, [2, 3]);
      pen.line(left, y, left + side, y, theme.muted, 0.75, [2, 3]);
    }
    this.key(pen, theme, left, top + side + 14, Math.min(side, 260));
    return top + side + 52;
  }

  /**
   * @param {Pen} pen
   * @param {Theme} theme
   */
  drawLabels(pen, theme) {
    const { side, cell, left, top } = this.geometry(this.width);
    const every = Math.max(1, Math.ceil(labelledCell / cell));
    const current = this.view.query();
    for (let i = 0; i < this.size; i += 1) {
      const position = this.from + i;
      const marked = position === current;
      // Labels that would touch are thinned; the current row always has its own.
      if (!marked && (i % every !== 0 || (Math.abs(position - current) < every && every > 1))) continue;
      const name = this.shortLabel(position, pen);
      const style = marked ? { fill: theme.accent, weight: 600 } : { fill: theme.muted };
      pen.text(name, left - 6, top + (i + 0.5) * cell + 4, { size: 11, align: "right", ...style });
      if (i % every === 0) pen.text(name, left + (i + 0.5) * cell + 4, top - 6, { size: 11, fill: theme.muted, rotate: -90 });
    }
    if (this.isOff) pen.text(t("heatmap.off"), 0, 11, { size: 11, weight: 600, fill: theme.accent });
    pen.text(t("heatmap.keys"), left + side, 11, { size: 11, fill: theme.muted, align: "right" });
  }

  /**
   * @param {number} position
   * @param {Pen} pen
   */
  shortLabel(position, pen) {
    const name = this.view.label(position).replace(/^(\u2068?)␣(?=.)/, "$1");
    return fitted(pen, name, { size: 11, weight: 600 }, labelRoom - 12);
  }

  /**
   * The cell at a point of the picture; null outside, and for keys after the last one that is seen.
   * @param {number} x @param {number} y
   */
  cellAt(x, y) {
    const { side, cell, left, top } = this.geometry(this.width);
    if (x < left || y < top || x >= left + side || y >= top + side) return null;
    const query = this.from + Math.floor((y - top) / cell);
    const key = this.from + Math.floor((x - left) / cell);
    const { positions } = this.weights;
    return query < positions && key < Math.min(positions, this.weights.seen(place().layer, query).to) ? { query, key } : null;
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  point(x, y) {
    const cell = this.cellAt(x, y);
    if (cell?.query === this.pointed?.query && cell?.key === this.pointed?.key) return;
    this.pointed = cell;
    if (cell) {
      const weight = this.weights.row(place().layer, place().head, cell.query)[cell.key] ?? 0;
      fill(this.readout, t("heatmap.readout", { from: `‹${this.view.label(cell.query)}›`, to: `‹${this.view.label(cell.key)}›`,
        weight: fixed(weight, this.weights.decimals), share: percentTo(weight, this.weights.decimals) }));
    } else fill(this.readout, t("heatmap.hint"));
    this.figure.redraw();
  }

  /**
   * To the step that looked from a cell's row, or to looking from its prompt token.
   * @param {number} x @param {number} y
   */
  go(x, y) {
    const cell = this.cellAt(x, y);
    if (!cell) return;
    const step = this.view.stepFrom(cell.query);
    move(step >= 0 ? { step, look: null } : { look: cell.query });
  }

  table() {
    const query = this.view.query();
    const row = this.weights.row(place().layer, place().head, query);
    const keys = [...row.keys()].sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0));
    return { caption: t("heatmap.table", { layer: this.view.layerName(), head: this.view.headName(), from: this.view.label(query), position: query }),
      head: [t("heatmap.key"), t("fact.position"), t("heatmap.weight")],
      rows: keys.map((key) => [this.view.label(key), key, fixed(row[key] ?? 0, this.weights.decimals)]) };
  }
}
