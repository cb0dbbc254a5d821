// The drawing of the beam tree: a column for each step, edges that run through no word, the chosen path on top.

import { tokenLabel } from "../base/format.js";
import { fitted } from "../base/pen.js";
import { mapColor } from "../base/palette.js";
import { place } from "../base/place.js";
import { hiddenFrom } from "./predict.js";

/** @typedef {import("../base/types.js").BeamNode} BeamNode */
/** @typedef {import("./beam-layout.js").Spot} Spot */
/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */
/** @typedef {{ from: number, to: number }} Column  Where a step's column stands, in pixels. */

export const rowHeight = 22;
export const headRoom = 20;
/** Between a column's words and the next column, where the edges turn, and between a sign and its word; in pixels. */
const edgeRoom = 30;
const signRoom = 11;
/** The longest word of a column; longer ones are cut with a "…". */
const longestWord = 150;
const wordSize = 14;
const leastSize = 10.5;

/**
 * A column for each step, as wide as its widest token.
 * @param {Pen} pen @param {Spot[]} spots @param {number} zoom
 * @returns {Column[]}
 */
export function measureColumns(pen, spots, zoom) {
  /** @type {number[]} */
  const widths = [];
  for (const { node } of spots) {
    const width = (Math.min(longestWord, pen.measure(tokenLabel(node.token), wordStyleOf(node))) + signRoom + edgeRoom) * zoom;
    widths[node.depth] = Math.max(widths[node.depth] ?? 20, width);
  }
  let x = 14;
  return Array.from(widths, (width) => {
    const from = x;
    x += width ?? 20;
    return { from, to: x };
  });
}

/** One drawing of the tree, with one pen and into one room. */
export class TreeDrawing {
  /**
   * @param {Pen} pen @param {Theme} theme @param {Column[]} columns
   * @param {{ zoom: number, squeeze: number, picked: number | null }} look `squeeze` makes a saved picture fit its room
   */
  constructor(pen, theme, columns, look) {
    this.pen = pen;
    this.theme = theme;
    this.columns = columns;
    this.picked = look.picked;
    this.squeeze = look.squeeze;
    /** Words, and the room where edges turn, shrink with their columns. */
    this.scale = look.zoom * look.squeeze;
    this.turn = edgeRoom * this.scale;
  }

  /**
   * The whole tree; returns its height.
   * @param {{ spots: Spot[], rows: number }} layout
   */
  draw(layout) {
    const { pen, theme, columns, squeeze } = this;
    const height = headRoom + layout.rows * rowHeight + 8;
    const now = place().step;
    const column = columns[now];
    if (column) pen.rect(column.from * squeeze - 4, 0, (column.to - column.from) * squeeze, height, mapColor(0.05, theme));
    columns.forEach(({ from }, depth) => {
      if ((depth + 1) % 5 !== 0 && depth !== 0 && depth !== now) return;
      pen.text(String(depth + 1), from * squeeze, 12, { size: 10.5, fill: depth === now ? theme.accent : theme.muted });
    });
    const hidden = hiddenFrom();
    // Quiet edges first, so that the chosen path lies on top.
    const shown = layout.spots.filter((spot) => spot.node.depth < hidden).sort((a, b) => loudness(a.node) - loudness(b.node));
    for (const spot of shown) this.drawEdge(spot);
    for (const spot of shown) this.drawSpot(spot);
    return height;
  }

  /**
   * Where the column of a node begins, and where the next one does.
   * @param {BeamNode} node
   */
  column(node) {
    const { from, to } = this.columns[node.depth] ?? { from: 0, to: 0 };
    return { from: from * this.squeeze, to: to * this.squeeze };
  }

  /** @param {Spot} spot */
  drawEdge({ node, parent, row }) {
    const { pen, turn } = this;
    if (!parent) return;
    const style = look(node, this.theme);
    const x = this.column(node).from;
    // Level past the words of the parent's column, and only then up or down: no edge runs through a word.
    const bend = this.column(parent.node).to - turn + 2;
    const [y0, y1] = [baseline(parent.row) - 5, baseline(row) - 5];
    pen.line(Math.min(this.wordEnd(parent), bend), y0, bend, y0, style.line, style.width);
    if (y0 === y1) pen.line(bend, y0, x - 3, y1, style.line, style.width);
    else pen.curve([bend, y0], [bend + turn / 2, y0], [x - 3 - turn / 2, y1], [x - 3, y1], style.line, style.width, 1);
  }

  /** @param {Spot} spot */
  drawSpot(spot) {
    const { pen, theme, turn } = this;
    const { node, row } = spot;
    const style = look(node, theme);
    const { from, to } = this.column(node);
    const y = baseline(row);
    if (node.id === this.picked) pen.rect(from - 2, y - 15, to - from - turn + 4, rowHeight - 1, mapColor(0.16, theme), 3);
    pen.text(style.sign, from, y, { size: 11, fill: style.ink });
    pen.text(this.word(spot), from + signRoom, y, { ...wordStyleOf(node, this.scale), fill: style.ink });
    if (spot.foldedCount > 0) pen.text(`▸${spot.foldedCount}`, to - turn + 4, y, { size: 10, fill: theme.muted });
  }

  /**
   * A node's word as its column has room for it.
   * @param {Spot} spot
   */
  word({ node }) {
    const { from, to } = this.column(node);
    return fitted(this.pen, tokenLabel(node.token), wordStyleOf(node, this.scale), to - from - signRoom - this.turn);
  }

  /**
   * Where a node's word ends.
   * @param {Spot} spot
   */
  wordEnd(spot) {
    return this.column(spot.node).from + signRoom + this.pen.measure(this.word(spot), wordStyleOf(spot.node, this.scale)) + 4;
  }
}

/**
 * Where the text of a row stands.
 * @param {number} row
 */
function baseline(row) {
  return headRoom + row * rowHeight + 15;
}

/**
 * Words get a little smaller in narrow columns before they are cut.
 * @param {BeamNode} node @param {number} [scale]
 */
function wordStyleOf(node, scale = 1) {
  return { size: Math.max(leastSize, wordSize * (scale < 1 ? scale * 0.94 : 1)), serif: true, weight: node.state === "chosen" ? 700 : 400 };
}

/**
 * The order of drawing.
 * @param {BeamNode} node
 */
function loudness(node) {
  return ["pruned", "live", "finished", "chosen"].indexOf(node.state);
}

/**
 * @param {BeamNode} node
 * @param {import("../base/palette.js").Theme} theme
 */
function look(node, theme) {
  if (node.state === "chosen") return { line: theme.accent, width: 2, ink: theme.ink, sign: "●" };
  if (node.state === "finished") return { line: mapColor(0.7, theme), width: 1.5, ink: theme.ink, sign: "■" };
  if (node.state === "pruned") return { line: theme.line, width: 1, ink: theme.muted, sign: "×" };
  return { line: mapColor(0.5, theme), width: 1.25, ink: theme.ink, sign: "○" };
}
