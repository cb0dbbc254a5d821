// Beam search: the tree with its live, pruned, finished and chosen paths, and the finished hypotheses ranked again
// under another length penalty. Called by: main, where a run used beams.

import { el, fill } from "../base/dom.js";
import { sentenceGap, t, told } from "../base/strings.js";
import { fixed, plain, tokenLabel } from "../base/format.js";
import { fitted } from "../base/pen.js";
import { Figure } from "../base/figure.js";
import { mapColor } from "../base/palette.js";
import { move, place } from "../base/place.js";
import { section } from "./section.js";
import { hiddenFrom } from "./predict.js";
import { beamLayout } from "./beam-layout.js";
import { rankedHypotheses } from "./hypotheses.js";

/** @typedef {import("../base/types.js").Beam} Beam */
/** @typedef {import("../base/types.js").BeamNode} BeamNode */
/** @typedef {import("./beam-layout.js").Spot} Spot */
/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */

const rowHeight = 22;
const headRoom = 20;
/** Between a column's words and the next column, where the edges turn, and between a sign and its word; in pixels. */
const edgeRoom = 30;
const signRoom = 11;
/** The longest word of a column; longer ones are cut with a "…". */
const longestWord = 150;
const wordSize = 14;
const leastSize = 10.5;
/** Trees up to this size start with everything on show. */
const smallTree = 160;

/**
 * @param {import("../data/source.js").TraceSource} source
 * @returns {import("../base/types.js").Panel | null}
 */
export function beamsPanel(source) {
  const { beam } = source.trace;
  if (!beam) return null;
  const tree = new BeamTree(beam);
  const element = section("beams", [tree.tools, tree.figure.element, el("p", { class: "note" }, t("beams.legend")), tree.detail,
    rankedHypotheses(beam)]);
  /** @param {Set<string>} changed */
  function update(changed) {
    if (!["step", "theme", "predict"].some((name) => changed.has(name))) return;
    if (changed.has("step") || changed.has("predict")) tree.followStep();
    tree.figure.redraw();
  }
  return { element, update };
}

/** The tree of the search with what is shown of it, and the node the reader picked. */
class BeamTree {
  /** @param {Beam} beam */
  constructor(beam) {
    this.beam = beam;
    this.show = beam.nodes.length <= smallTree ? "all" : "live";
    this.zoom = 1;
    /** @type {Set<number>} nodes whose descendants are folded away */
    this.folded = new Set();
    /** @type {number | null} */
    this.picked = beam.nodes.find((node) => node.state === "chosen")?.id ?? beam.nodes[0]?.id ?? null;
    this.layout = beamLayout(beam.nodes, this.show, this.folded);
    /** @type {{ from: number, to: number }[]} the columns of the steps, in pixels */
    this.columns = [];
    /** The step has moved since the tree was last scrolled to it. */
    this.unseen = true;
    this.detail = el("p", { class: "told beam-detail", "aria-live": "polite" });
    this.choices = el("span", { class: "choices", role: "radiogroup", "aria-label": t("beams.show") });
    const label = () => t("beams.label", { beams: beam.beams, nodes: beam.nodes.length });
    const width = () => (this.columns.at(-1)?.to ?? 0) + 8;
    this.figure = new Figure({
      name: "beams",
      label,
      draw: (pen, room, theme, saved) => this.draw(pen, theme, saved ? room : Infinity),
      painted: () => this.scrollToStep(),
      get minWidth() { return width(); },
      table: () => ({ caption: label(), ...this.table() }),
      click: (x, y) => this.go(x, y),
      keys: (event) => this.key(event),
    });
    const button = (/** @type {string} */ sign, /** @type {number} */ factor, /** @type {string} */ name) =>
      el("button", { type: "button", class: "quiet", "aria-label": name, on: { click: () => this.widen(factor) } }, sign);
    this.tools = el("div", { class: "pickers" }, this.choices,
      el("span", { class: "tools" }, button("－", 1 / 1.3, t("beams.narrow")), button("＋", 1.3, t("beams.wide"))));
    this.paintChoices();
    this.followStep();
  }

  paintChoices() {
    fill(this.choices, ["chosen", "live", "all"].map((name) => el("button", { type: "button", role: "radio", "aria-checked": String(name === this.show),
      on: { click: () => { this.show = name; this.paintChoices(); this.relayout(); } } }, t(`beams.show.${name}`))));
  }

  relayout() {
    this.layout = beamLayout(this.beam.nodes, this.show, this.folded);
    this.figure.redraw();
  }

  /** @param {number} factor */
  widen(factor) {
    this.zoom = Math.max(0.3, Math.min(3, this.zoom * factor));
    this.unseen = true;
    this.figure.redraw();
  }

  /**
   * A column for each step, as wide as its widest token.
   * @param {Pen} pen
   */
  measureColumns(pen) {
    /** @type {number[]} */
    const widths = [];
    for (const { node } of this.layout.spots) {
      const width = (Math.min(longestWord, pen.measure(tokenLabel(node.token), wordStyleOf(node))) + signRoom + edgeRoom) * this.zoom;
      widths[node.depth] = Math.max(widths[node.depth] ?? 20, width);
    }
    let x = 14;
    return Array.from(widths, (width) => {
      const from = x;
      x += width ?? 20;
      return { from, to: x };
    });
  }

  /**
   * @param {Pen} pen
   * @param {Theme} theme @param {number} room a saved picture is squeezed into it
   */
  draw(pen, theme, room) {
    this.columns = this.measureColumns(pen);
    const squeeze = Math.min(1, room / ((this.columns.at(-1)?.to ?? room) + 8));
    const height = headRoom + this.layout.rows * rowHeight + 8;
    const now = place().step;
    const column = this.columns[now];
    if (column) pen.rect(column.from * squeeze - 4, 0, (column.to - column.from) * squeeze, height, mapColor(0.05, theme));
    this.columns.forEach(({ from }, depth) => {
      if (depth % 5 !== 0 && depth !== now) return;
      pen.text(String(depth), from * squeeze, 12, { size: 10.5, fill: depth === now ? theme.accent : theme.muted });
    });
    const hidden = hiddenFrom();
    // Quiet edges first, so that the chosen path lies on top.
    const shown = this.layout.spots.filter((spot) => spot.node.depth < hidden).sort((a, b) => loudness(a.node) - loudness(b.node));
    for (const spot of shown) this.drawEdge(pen, theme, spot, squeeze);
    for (const spot of shown) this.drawSpot(pen, theme, spot, squeeze);
    return height;
  }

  /**
   * @param {Pen} pen
   * @param {Theme} theme @param {Spot} spot @param {number} squeeze
   */
  drawEdge(pen, theme, spot, squeeze) {
    const { node, parent, row } = spot;
    if (!parent) return;
    const style = look(node, theme);
    const x = (this.columns[node.depth]?.from ?? 0) * squeeze;
    const turn = edgeRoom * this.zoom * squeeze;
    // Level past the words of the parent's column, and only then up or down: no edge runs through a word.
    const bend = (this.columns[parent.node.depth]?.to ?? 0) * squeeze - turn + 2;
    const [y0, y1] = [baseline(parent.row) - 5, baseline(row) - 5];
    pen.line(Math.min(this.wordEnd(pen, parent, squeeze), bend), y0, bend, y0, style.line, style.width);
    if (y0 === y1) pen.line(bend, y0, x - 3, y1, style.line, style.width);
    else pen.curve([bend, y0], [bend + turn / 2, y0], [x - 3 - turn / 2, y1], [x - 3, y1], style.line, style.width, 1);
  }

  /**
   * @param {Pen} pen
   * @param {Theme} theme @param {Spot} spot @param {number} squeeze
   */
  drawSpot(pen, theme, spot, squeeze) {
    const { node, row } = spot;
    const style = look(node, theme);
    const x = (this.columns[node.depth]?.from ?? 0) * squeeze;
    const right = (this.columns[node.depth]?.to ?? 0) * squeeze;
    const y = baseline(row);
    const turn = edgeRoom * this.zoom * squeeze;
    if (node.id === this.picked) pen.rect(x - 2, y - 15, right - x - turn + 4, rowHeight - 1, mapColor(0.16, theme), 3);
    pen.text(style.sign, x, y, { size: 11, fill: style.ink });
    pen.text(this.word(pen, spot, squeeze), x + signRoom, y, { ...wordStyleOf(node, this.zoom * squeeze), fill: style.ink });
    if (spot.foldedCount > 0) pen.text(`▸${spot.foldedCount}`, right - turn + 4, y, { size: 10, fill: theme.muted });
  }

  /**
   * A node's word as its column has room for it.
   * @param {Pen} pen @param {Spot} spot @param {number} squeeze
   */
  word(pen, spot, squeeze) {
    const { from, to } = this.columns[spot.node.depth] ?? { from: 0, to: 0 };
    return fitted(pen, tokenLabel(spot.node.token), wordStyleOf(spot.node, this.zoom * squeeze), (to - from) * squeeze - signRoom - edgeRoom * this.zoom * squeeze);
  }

  /**
   * Where a node's word ends.
   * @param {Pen} pen @param {Spot} spot @param {number} squeeze
   */
  wordEnd(pen, spot, squeeze) {
    return (this.columns[spot.node.depth]?.from ?? 0) * squeeze + signRoom + pen.measure(this.word(pen, spot, squeeze), wordStyleOf(spot.node, this.zoom * squeeze)) + 4;
  }

  table() {
    return { head: [t("beams.depth"), t("column.token"), "log p", "Σ log p", t("beams.score"), t("beams.state"), t("beams.why")],
      rows: this.beam.nodes.filter((node) => node.depth < hiddenFrom()).map((node) => [node.depth, tokenLabel(node.token),
        fixed(node.logProbability, 3), fixed(node.sumLogProbability, 3), fixed(node.score, 3), t(`beams.${node.state}`), plain(told(node.why ?? ""))]) };
  }

  /**
   * A click picks a node; a second one folds it.
   * @param {number} x @param {number} y
   */
  go(x, y) {
    const row = Math.floor((y - headRoom) / rowHeight);
    const depth = this.columns.findIndex((column) => x >= column.from - 6 && x < column.to - 6);
    const spot = this.layout.spots.find((s) => s.row === row && s.node.depth === depth);
    if (!spot) return;
    if (spot.node.id === this.picked) this.toggle(spot.node.id);
    this.pick(spot.node);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const spot = this.layout.spots.find((s) => s.node.id === this.picked);
    if (!spot) return false;
    if (event.key === "Enter" || event.key === " ") {
      this.toggle(spot.node.id);
      return true;
    }
    const column = this.layout.spots.filter((s) => s.node.depth === spot.node.depth);
    const near = { ArrowUp: column.filter((s) => s.row < spot.row).at(-1), ArrowDown: column.find((s) => s.row > spot.row),
      ArrowLeft: spot.parent, ArrowRight: this.layout.spots.find((s) => s.parent === spot) };
    if (!Object.hasOwn(near, event.key)) return false;
    const target = near[/** @type {keyof typeof near} */ (event.key)];
    if (target) this.pick(target.node);
    return true;
  }

  /** @param {number} id */
  toggle(id) {
    if (!this.folded.delete(id)) this.folded.add(id);
    this.relayout();
  }

  /** @param {BeamNode} node */
  pick(node) {
    this.picked = node.id;
    if (node.state === "chosen") move({ step: node.depth });
    this.tell();
    this.figure.redraw();
  }

  /** The picked node's path and scores, in words. */
  tell() {
    const { nodes } = this.beam;
    const node = nodes.find((n) => n.id === this.picked);
    if (!node || node.depth >= hiddenFrom()) return fill(this.detail, t("predict.hidden"));
    const byId = new Map(nodes.map((n) => [n.id, n]));
    /** @type {string[]} */
    const path = [];
    for (let at = /** @type {BeamNode | undefined} */ (node); at; at = at.parent === null ? undefined : byId.get(at.parent)) path.unshift(plain(at.token.text));
    fill(this.detail, el("span", { class: "word" }, t("beams.quoted", { text: path.join("").trim() })), sentenceGap(), t("beams.detail", { state: t(`beams.${node.state}`),
      p: fixed(node.logProbability, 3), sum: fixed(node.sumLogProbability, 3), length: node.depth + 1, score: fixed(node.score, 3) }),
    node.why ? sentenceGap() + plain(told(node.why)) : "");
  }

  /** Brings the step's column into the window of the tree, once the picture knows where it is. */
  scrollToStep() {
    if (!this.unseen) return;
    this.unseen = false;
    const column = this.columns[place().step];
    const { scroller } = this.figure;
    if (column && (column.from < scroller.scrollLeft || column.to > scroller.scrollLeft + scroller.clientWidth)) {
      scroller.scrollLeft = Math.max(0, column.from - scroller.clientWidth / 2);
    }
  }

  followStep() {
    const chosen = this.beam.nodes.find((node) => node.state === "chosen" && node.depth === place().step);
    if (chosen) this.picked = chosen.id;
    this.unseen = true;
    this.tell();
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
