// The map of all heads: a thumbnail for each layer and head, or one number of the current row as a colour.
// Called by: the attention panel.

import { el, fill } from "../base/dom.js";
import { t } from "../base/strings.js";
import { fixed } from "../base/format.js";
import { Figure } from "../base/figure.js";
import { currentTheme } from "../base/palette.js";
import { move, place } from "../base/place.js";
import { measures } from "../data/weights.js";
import { paintColors } from "./heatmap.js";

/** @typedef {import("./heatmap.js").AttentionView} AttentionView */

/** What a cell can show. */
const shows = ["pattern", "entropy", "first", "max"];
/** A thumbnail has at most this many pixels a side. */
const thumbnailSide = 24;
/** Gap between cells, and between groups of heads that share keys and values. */
const gap = 2;
const groupGap = 6;
/** Above so many weights in all, only the layers that the reader chooses are unpacked (a byte or two each). */
const unpackLimit = 300_000_000;
const headRoom = 22;
const layerRoom = 26;

/** @param {AttentionView} view */
export function headGridFigure(view) {
  const { weights } = view;
  let show = "pattern";
  /** @type {Map<string, HTMLCanvasElement>} thumbnails by "theme layer head" */
  const thumbnails = new Map();
  /** @type {Float32Array[]} the measures of the current row by layer: (head, measure) */
  let rows = [];
  let rowsOf = -1;
  let loading = false;

  /** Unpacks all layers one after the other, without holding up the page. */
  async function loadAll() {
    if (loading) return;
    loading = true;
    for (let layer = 0; layer < weights.layers; layer += 1) {
      try {
        await weights.load(layer);
      } catch {
        continue;
      }
      await new Promise((resolve) => setTimeout(resolve, 0));
      rowsOf = -1;
      figure.redraw();
    }
  }

  const groupSize = Math.max(1, view.groupSize);
  const groups = Math.ceil(weights.heads / groupSize);

  /** @param {number} width */
  function geometry(width) {
    const room = width - layerRoom - (groups - 1) * (groupGap - gap);
    const cell = Math.max(9, Math.min(28, Math.floor(room / weights.heads) - gap, Math.floor(700 / weights.layers) - gap));
    return { cell, pitch: cell + gap, x: (/** @type {number} */ head) => layerRoom + head * (cell + gap) + Math.floor(head / groupSize) * (groupGap - gap) };
  }

  /**
   * @param {number} layer
   * @param {number} head @returns {HTMLCanvasElement}
   */
  function thumbnail(layer, head) {
    const theme = currentTheme();
    const name = `${theme.name} ${layer} ${head}`;
    const found = thumbnails.get(name);
    if (found) return found;
    const made = paintThumbnail(weights, layer, head, theme);
    thumbnails.set(name, made);
    return made;
  }

  function refreshRows() {
    const query = view.query();
    if (rowsOf === query) return;
    rowsOf = query;
    rows = Array.from({ length: weights.layers }, (_, layer) => {
      const values = new Float32Array(weights.heads * 3);
      if (!weights.has(layer)) return values;
      for (let head = 0; head < weights.heads; head += 1) {
        const m = measures(weights.row(layer, head, query));
        values.set([m.entropy, m.first, m.max], head * 3);
      }
      return values;
    });
  }

  /**
   * @param {number} layer
   * @param {number} head @param {string} name
   */
  function measure(layer, head, name) {
    return rows[layer]?.[head * 3 + (name === "entropy" ? 0 : name === "first" ? 1 : 2)] ?? 0;
  }

  let width = 0;
  const figure = new Figure({
    name: "heads",
    label: () => t("grid.label", { layers: weights.layers, heads: weights.heads }),
    draw: (pen, w, theme) => {
      width = w;
      const { cell, pitch, x } = geometry(w);
      if (show !== "pattern") refreshRows();
      const highest = Math.log2(Math.max(2, view.query() + 1));
      for (let head = 0; head < weights.heads; head += 1) {
        pen.text(String(head), x(head) + cell / 2, headRoom - 8, { size: 10, fill: theme.muted, align: "center" });
      }
      if (groupSize > 1) {
        for (let g = 0; g < groups; g += 1) {
          const last = Math.min(weights.heads, (g + 1) * groupSize) - 1;
          pen.line(x(g * groupSize), headRoom - 4, x(last) + cell, headRoom - 4, theme.muted, 1);
        }
      }
      for (let layer = 0; layer < weights.layers; layer += 1) {
        const y = headRoom + layer * pitch;
        const marked = layer === place().layer;
        if (pitch >= 11 || layer % 2 === 0 || marked) {
          pen.text(String(layer), layerRoom - 6, y + cell / 2 + 3.5, { size: 10, align: "right", fill: marked ? theme.accent : theme.muted, weight: marked ? 600 : 400 });
        }
        for (let head = 0; head < weights.heads; head += 1) {
          if (!weights.has(layer)) {
            pen.rect(x(head), y, cell, cell, theme.line);
          } else if (show === "pattern") {
            pen.bitmap(thumbnail(layer, head), x(head), y, cell, cell);
          } else {
            const value = measure(layer, head, show);
            const c = 3 * Math.round(255 * Math.min(1, show === "entropy" ? value / highest : value));
            pen.rect(x(head), y, cell, cell, `rgb(${theme.map[c]},${theme.map[c + 1]},${theme.map[c + 2]})`);
          }
          const all = typeof place().head !== "number" && marked;
          if (marked && (all || head === place().head)) frame(pen, theme.accent, x(head), y, cell);
        }
      }
      return headRoom + weights.layers * pitch + 4;
    },
    table: () => {
      refreshRows();
      return { caption: t("grid.table"), head: [t("attention.layer"), t("attention.head"), t("measure.entropy"), t("measure.first"), t("measure.max")],
        rows: rows.flatMap((_, layer) => Array.from({ length: weights.heads }, (_, head) =>
          [layer, head, ...["entropy", "first", "max"].map((name) => fixed(measure(layer, head, name), 3))])) };
    },
    click: (x, y) => {
      const g = geometry(width);
      const layer = Math.floor((y - headRoom) / g.pitch);
      for (let head = 0; head < weights.heads; head += 1) {
        if (x >= g.x(head) && x < g.x(head) + g.pitch && layer >= 0 && layer < weights.layers) move({ layer, head });
      }
    },
    keys: (event) => {
      const head = typeof place().head === "number" ? Number(place().head) : 0;
      if (event.key === "ArrowUp") move({ layer: place().layer - 1 });
      else if (event.key === "ArrowDown") move({ layer: place().layer + 1 });
      else if (event.key === "ArrowLeft" && event.shiftKey) move({ head: head - 1 });
      else if (event.key === "ArrowRight" && event.shiftKey) move({ head: head + 1 });
      else return false;
      return true;
    },
  });
  const choices = el("div", { class: "choices", role: "radiogroup", "aria-label": t("grid.show") });
  const told = el("p", { class: "note" });

  function paintChoices() {
    fill(choices, shows.map((name) => el("button", { type: "button", role: "radio", "aria-checked": String(name === show),
      on: { click: () => { show = name; paintChoices(); figure.redraw(); } } }, t(`grid.${name}`))));
    fill(told, t(large ? "grid.large" : `grid.${show}.note`));
  }
  const large = weights.layers * weights.heads * weights.positions * Math.min(weights.keysPerRow * 3, weights.positions / 2) > unpackLimit;
  paintChoices();
  if (!large) loadAll();
  const element = el("div", { class: "head-grid" }, choices, figure.element, told);

  /** @param {Set<string>} changed */
  function update(changed) {
    const frameMoved = ["layer", "head", "theme"].some((name) => changed.has(name));
    if (frameMoved || show !== "pattern") figure.redraw();
  }
  return { element, update };
}

/**
 * @param {import("../base/pen.js").Pen} pen
 * @param {string} color @param {number} x @param {number} y @param {number} side
 */
function frame(pen, color, x, y, side) {
  pen.poly([[x - 1, y - 1], [x + side + 1, y - 1], [x + side + 1, y + side + 1], [x - 1, y + side + 1], [x - 1, y - 1]], { stroke: color, width: 2 });
}

/**
 * A head's matrix made small: each pixel takes the largest weight under it, so a single line is not lost.
 * @param {import("../data/weights.js").AttentionWeights} weights @param {number} layer @param {number} head
 * @param {import("../base/palette.js").Theme} theme
 */
function paintThumbnail(weights, layer, head, theme) {
  const n = weights.positions;
  const side = Math.min(n, thumbnailSide);
  const largest = new Float32Array(side * side);
  // Long runs: a sample of rows is enough for a picture of 24 pixels.
  const stride = Math.max(1, Math.floor(n / (side * 4)));
  for (let query = 0; query < n; query += stride) {
    const row = weights.row(layer, head, query);
    const y = Math.floor((query * side) / n) * side;
    for (let key = 0; key <= query; key += 1) {
      const at = y + Math.floor((key * side) / n);
      if ((row[key] ?? 0) > (largest[at] ?? 0)) largest[at] = row[key] ?? 0;
    }
  }
  const canvas = document.createElement("canvas");
  paintColors(canvas, side, largest, theme);
  return canvas;
}
