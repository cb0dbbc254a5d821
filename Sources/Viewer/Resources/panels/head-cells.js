// What stands in a cell of the map of heads: a small picture of the head, a frame, a cross.

import { paintColors } from "./weight-colors.js";

/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */

/** A thumbnail has at most this many pixels a side. */
const thumbnailSide = 24;

/**
 * Over a head that is off.
 * @param {Pen} pen @param {Theme} theme @param {number} x @param {number} y @param {number} side
 */
export function cross(pen, theme, x, y, side) {
  for (const [from, to] of /** @type {[number, number][]} */ ([[y, y + side], [y + side, y]])) {
    pen.line(x, from, x + side, to, theme.paper, 4);
    pen.line(x, from, x + side, to, theme.accent, 2);
  }
}

/**
 * @param {import("../base/pen.js").Pen} pen
 * @param {string} color @param {number} x @param {number} y @param {number} side
 */
export function frame(pen, color, x, y, side) {
  pen.poly([[x - 1, y - 1], [x + side + 1, y - 1], [x + side + 1, y + side + 1], [x - 1, y + side + 1], [x - 1, y - 1]], { stroke: color, width: 2 });
}

/**
 * A head's matrix made small: each pixel takes the largest weight under it, so a single line is not lost.
 * @param {import("../data/weights.js").Weights} weights @param {number} layer @param {number} head
 * @param {import("../base/palette.js").Theme} theme
 */
export function paintThumbnail(weights, layer, head, theme) {
  const n = weights.positions;
  const side = Math.min(n, thumbnailSide);
  const largest = new Float32Array(side * side);
  // Long runs: a sample of rows is enough for a picture of 24 pixels.
  const stride = Math.max(1, Math.floor(n / (side * 4)));
  for (let query = 0; query < n; query += stride) {
    const row = weights.row(layer, head, query);
    const y = Math.floor((query * side) / n) * side;
    for (let key = 0; key < row.length; key += 1) {
      const at = y + Math.floor((key * side) / n);
      if ((row[key] ?? 0) > (largest[at] ?? 0)) largest[at] = row[key] ?? 0;
    }
  }
  const canvas = document.createElement("canvas");
  paintColors(canvas, side, largest, theme);
  return canvas;
}
