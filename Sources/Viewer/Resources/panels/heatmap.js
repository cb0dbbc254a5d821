// One head large: queries down, keys across, on a canvas of any size. The current row is marked; a crosshair reads out
// the cell; + and − (or the wheel with Ctrl) narrow the window of tokens. Called by: the attention panel.

import { el, fill } from "../base/dom.js";
import { t } from "../base/strings.js";
import { fixed, percent } from "../base/format.js";
import { Figure } from "../base/figure.js";
import { currentTheme } from "../base/palette.js";
import { move, place } from "../base/place.js";

/** @typedef {{ weights: import("../data/weights.js").AttentionWeights, tokens: import("../base/types.js").Token[],
 *   promptLength: number, groupSize: number, query: () => number,
 *   label: (position: number, limit?: number) => string }} AttentionView */

/** Room for the token labels above and left, in pixels. */
const labelRoom = 84;
/** The smallest cell that a label fits beside. */
const labelledCell = 12;
const leastWindow = 8;
/** Pixels of the picture's own image; more cells than that share pixels. */
const imageSide = 1024;
/** Small weights stay visible: colour = weight^½. The legend says so. */
const shade = (/** @type {number} */ w) => Math.sqrt(Math.max(0, w));

/** @param {AttentionView} view */
export function heatmapFigure(view) {
  const { weights, tokens } = view;
  /** The window of positions on show: from, and how many. */
  let from = 0;
  let size = weights.positions;
  /** @type {{ query: number, key: number } | null} */
  let pointed = null;
  const readout = el("p", { class: "readout", "aria-live": "off" });
  /** The window as colours, made once per layer, head, theme and window. */
  const image = { name: "", canvas: document.createElement("canvas") };

  /** A pixel for each cell; in windows wider than `imageSide` each pixel takes the largest weight under it. */
  function repaintImage() {
    const { layer, head } = place();
    const theme = currentTheme();
    const name = `${layer} ${head} ${theme.name} ${weights.has(layer)} ${from} ${size}`;
    if (name === image.name) return;
    image.name = name;
    const side = Math.min(size, imageSide);
    const largest = new Float32Array(side * side).fill(-1);
    for (let query = from; query < from + size; query += 1) {
      const row = weights.row(layer, head, query);
      const y = Math.floor(((query - from) * side) / size) * side;
      for (let key = from; key <= query; key += 1) {
        const at = y + Math.floor(((key - from) * side) / size);
        if ((row[key] ?? 0) > (largest[at] ?? 0)) largest[at] = row[key] ?? 0;
      }
    }
    paintColors(image.canvas, side, largest, theme);
  }

  /** @param {number} width */
  function geometry(width) {
    const side = Math.max(120, Math.min(width - labelRoom - 2, 620));
    return { side, cell: side / size, left: labelRoom, top: labelRoom };
  }

  let width = 0;
  const figure = new Figure({
    name: "heatmap",
    label: () => t("heatmap.label", { layer: place().layer, head: String(place().head), n: weights.positions }),
    draw: (pen, w, theme) => {
      width = w;
      const { side, cell, left, top } = geometry(w);
      repaintImage();
      pen.bitmap(image.canvas, left, top, side, side);
      pen.poly([[left, top], [left + side, top + side], [left + side, top], [left, top]], { stroke: theme.line });
      pen.line(left, top, left, top + side, theme.line);
      pen.line(left, top + side, left + side, top + side, theme.line);
      drawLabels(pen, theme, w);
      const row = view.query() - from;
      if (row >= 0 && row < size) {
        const y = top + row * cell;
        const height = Math.max(cell, 2);
        const right = left + Math.min(side, (row + 1) * cell);
        pen.line(left, y, right, y, theme.accent, 1.5);
        pen.line(left, y + height, right, y + height, theme.accent, 1.5);
      }
      if (pointed) {
        const x = left + (pointed.key - from + 0.5) * cell;
        const y = top + (pointed.query - from + 0.5) * cell;
        pen.line(x, top, x, top + side, theme.muted, 0.75, [2, 3]);
        pen.line(left, y, left + side, y, theme.muted, 0.75, [2, 3]);
      }
      legend(pen, theme, left, top + side + 14, Math.min(side, 260));
      return top + side + 52;
    },
    table: () => {
      const query = view.query();
      const row = weights.row(place().layer, place().head, query);
      const keys = [...row.keys()].sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0));
      return { caption: t("heatmap.table", { layer: place().layer, head: String(place().head), from: view.label(query), position: query }),
        head: [t("heatmap.key"), t("fact.position"), t("heatmap.weight")],
        rows: keys.map((key) => [view.label(key), key, fixed(row[key] ?? 0, 5)]) };
    },
    pointer: (x, y) => point(x, y),
    leave: () => { pointed = null; fill(readout, t("heatmap.hint")); figure.redraw(); },
    click: (x, y) => {
      const cell = cellAt(x, y);
      if (!cell) return;
      const step = cell.query + 1 - view.promptLength;
      move(step >= 0 && step < tokens.length - view.promptLength ? { step, look: null } : { look: cell.query });
    },
    keys: (event) => {
      if (event.key === "+" || event.key === "=") zoom(0.5);
      else if (event.key === "-") zoom(2);
      else if (event.key === "0") zoom(Infinity);
      else return false;
      return true;
    },
  });
  const controls = el("div", { class: "tools zoom" },
    el("button", { type: "button", class: "quiet", "aria-label": t("heatmap.in"), on: { click: () => zoom(0.5) } }, "＋"),
    el("button", { type: "button", class: "quiet", "aria-label": t("heatmap.out"), on: { click: () => zoom(2) } }, "－"),
    el("button", { type: "button", class: "quiet", on: { click: () => zoom(Infinity) } }, t("heatmap.all")));
  fill(readout, t("heatmap.hint"));
  const element = el("div", { class: "heatmap" }, figure.element, el("div", { class: "heatmap-foot" }, controls, readout));

  /**
   * @param {number} x
   * @param {number} y
   */
  function cellAt(x, y) {
    const { side, cell, left, top } = geometry(width);
    if (x < left || y < top || x >= left + side || y >= top + side) return null;
    const query = from + Math.floor((y - top) / cell);
    const key = from + Math.floor((x - left) / cell);
    return query < weights.positions && key <= query ? { query, key } : null;
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  function point(x, y) {
    const cell = cellAt(x, y);
    if (cell?.query === pointed?.query && cell?.key === pointed?.key) return;
    pointed = cell;
    if (cell) {
      const weight = weights.row(place().layer, place().head, cell.query)[cell.key] ?? 0;
      fill(readout, t("heatmap.readout", { from: `‹${view.label(cell.query)}›`, to: `‹${view.label(cell.key)}›`, weight: fixed(weight, 4), share: percent(weight) }));
    } else fill(readout, t("heatmap.hint"));
    figure.redraw();
  }

  /** @param {number} factor */
  function zoom(factor) {
    const middle = pointed?.query ?? view.query();
    size = Math.max(Math.min(leastWindow, weights.positions), Math.min(weights.positions, Math.round(size * factor)));
    from = Math.max(0, Math.min(weights.positions - size, Math.round(middle - size * 0.75)));
    figure.redraw();
  }

  /** Keeps the current row inside a narrowed window. */
  function follow() {
    const query = view.query();
    if (size >= weights.positions) from = 0;
    else if (query < from || query >= from + size) from = Math.max(0, Math.min(weights.positions - size, query - Math.floor(size * 0.75)));
  }

  /**
   * @param {import("../base/pen.js").Pen} pen
   * @param {import("../base/palette.js").Theme} theme @param {number} w
   */
  function drawLabels(pen, theme, w) {
    const { side, cell, left, top } = geometry(w);
    const every = Math.max(1, Math.ceil(labelledCell / cell));
    const current = view.query();
    for (let i = 0; i < size; i += 1) {
      const position = from + i;
      const marked = position === current;
      // Labels that would touch are thinned; the current row always has its own.
      if (!marked && (i % every !== 0 || (Math.abs(position - current) < every && every > 1))) continue;
      const name = shortLabel(position, pen);
      const fillColor = marked ? theme.accent : theme.muted;
      pen.text(name, left - 6, top + (i + 0.5) * cell + 4, { size: 11, fill: fillColor, align: "right", weight: marked ? 600 : 400 });
      const x = left + (i + 0.5) * cell + 4;
      if (i % every === 0) pen.text(name, x, top - 6, { size: 11, fill: theme.muted, rotate: -90 });
    }
    pen.text(t("heatmap.keys"), left + side, 11, { size: 11, fill: theme.muted, align: "right" });
  }

  /**
   * @param {number} position
   * @param {import("../base/pen.js").Pen} pen
   */
  function shortLabel(position, pen) {
    let name = view.label(position, 12).replace(/^␣/, "");
    if (name === "") name = "␣";
    while (name.length > 2 && pen.measure(name, { size: 11 }) > labelRoom - 12) name = `${[...name].slice(0, -2).join("")}…`;
    return name;
  }

  return { element, redraw() { follow(); figure.redraw(); } };
}

/**
 * Fills a square canvas with the colours of weights; negative ones (above the diagonal) stay clear.
 * @param {HTMLCanvasElement} canvas @param {number} side @param {Float32Array} values
 * @param {import("../base/palette.js").Theme} theme
 */
export function paintColors(canvas, side, values, theme) {
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(side, side);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? -1;
    if (value < 0) continue;
    const c = 3 * Math.round(255 * Math.min(1, shade(value)));
    image.data[4 * i] = theme.map[c] ?? 0;
    image.data[4 * i + 1] = theme.map[c + 1] ?? 0;
    image.data[4 * i + 2] = theme.map[c + 2] ?? 0;
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/**
 * The colour bar, with its numbers at the places where they stand on it.
 * @param {import("../base/pen.js").Pen} pen @param {import("../base/palette.js").Theme} theme
 * @param {number} x @param {number} y @param {number} width
 */
export function legend(pen, theme, x, y, width) {
  for (let i = 0; i < width; i += 1) {
    const c = 3 * Math.round((255 * i) / (width - 1));
    pen.rect(x + i, y, 1.2, 9, `rgb(${theme.map[c]},${theme.map[c + 1]},${theme.map[c + 2]})`);
  }
  for (const weight of [0, 0.05, 0.25, 0.5, 1]) {
    const at = x + shade(weight) * (width - 1);
    pen.line(at, y + 9, at, y + 13, theme.muted);
    pen.text(String(weight), at, y + 25, { size: 10.5, fill: theme.muted, align: weight === 0 ? "left" : "center" });
  }
}
