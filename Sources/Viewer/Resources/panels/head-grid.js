// The map of all heads: a thumbnail for each layer and head, or one number of the current row as a colour.

import { el, fill } from "../base/dom.js";
import { sentenceGap, t, words } from "../base/strings.js";
import { fixed } from "../base/format.js";
import { choices } from "../base/choices.js";
import { Figure, stepPart } from "../base/figure.js";
import { currentTheme, mapColor } from "../base/palette.js";
import { choiceOf, choose, declareChoice, move, place } from "../base/place.js";
import { measures } from "../data/weights.js";
import { cross, frame, paintThumbnail } from "./head-cells.js";

words({
  "grid.label": ["All heads: {layers} layers by {heads} heads", "所有注意力頭：{layers} 層 × {heads} 頭"],
  "grid.table": ["The current row of every head", "每個頭在目前位置的數值"],
  "grid.show": ["What the cells show", "格子顯示"],
  "grid.pattern": ["pattern", "圖樣"],
  "grid.pattern.note": ["Each cell is one head's whole matrix, made small.", "每格是一個頭的完整矩陣縮圖。"],
  "grid.shared": ["Bars above join heads that share keys and values.", "上方橫線連起共用鍵值的頭。"],
  "grid.large": ["These weights are too many to unpack at once: choose a layer to see its heads.", "權重太多，無法一次解開：請選一層來看它的頭。"],
  "grid.off": ["off", "關閉"],
  "grid.off.note": ["Crossed out: heads that are switched off in this step.", "打叉的是這一步關閉的頭。"],
  "grid.entropy": ["entropy", "熵"],
  "grid.entropy.note": ["How widely each head looks from here: the more a cell stands out from the background, the wider.", "每個頭從這裡看得多廣：與背景的反差越大，看得越廣。"],
  "grid.first": ["first token", "首詞元"],
  "grid.first.note": ["How much each head gives to the first token, often a resting place.", "每個頭給第一個詞元的權重；它常被當成休息處。"],
  "grid.max": ["max", "最大值"],
  "grid.max.note": ["The largest weight each head gives from here.", "每個頭從這裡給出的最大權重。"],
});

/** @typedef {import("./heatmap.js").AttentionView} AttentionView */
/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */

/** What a cell can show. */
const shows = ["pattern", "entropy", "first", "max"];
declareChoice("cells", "pattern", new RegExp(`^(${shows.join("|")})$`));
/** Gap between cells, and between groups of heads that share keys and values. */
const gap = 2;
const groupGap = 6;
/** Above so many weights in all, only the layers that the reader chooses are unpacked (a byte or two each). */
const unpackLimit = 300_000_000;
/** How soon after a step is asked whether the run stands still, in milliseconds. */
const stillness = 300;
const headRoom = 22;
const layerRoom = 26;

/** The map of heads, what its cells show, and the line that explains it. */
export class HeadGrid {
  /** @param {AttentionView} view */
  constructor(view) {
    this.view = view;
    /** @type {Map<string, { of: unknown, canvas: HTMLCanvasElement }>} thumbnails, and of which weights, by "theme layer head" */
    this.thumbnails = new Map();
    /** @type {(Float32Array | undefined)[]} the measures of the row `rowsOf` by layer: (head, measure) */
    this.rows = [];
    this.rowsOf = -1;
    this.width = 0;
    this.figure = new Figure({
      name: "heads",
      shows: () => [this.show, stepPart()],
      label: () => t("grid.label", { layers: this.weights.layers, heads: this.weights.heads }),
      draw: (pen, width, theme) => this.draw(pen, width, theme),
      table: () => this.table(),
      click: (x, y) => this.go(x, y),
      keys: (event) => this.key(event),
    });
    this.choices = el("div", {});
    this.told = el("p", { class: "note" });
    this.note = "";
    this.element = el("div", { class: "head-grid" }, this.choices, this.figure.element, this.told);
    /** @type {unknown} the weights that `loadAll` unpacks or has unpacked */
    this.loading = null;
    /** @type {unknown} those that it has unpacked */
    this.loaded = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.waiting = undefined;
    this.paintChoices();
    this.loadAll();
  }

  get weights() {
    return this.view.raw;
  }

  /** What the cells show. */
  get show() {
    return choiceOf("cells");
  }

  /** How many groups of heads share keys and values. */
  get groups() {
    return Math.ceil(this.weights.heads / this.view.groupSize);
  }

  /** Whether any head is off at the step. */
  get isSomeOff() {
    const { layers, heads } = this.weights;
    return Array.from({ length: layers * heads }, (_, i) => this.view.isOff(Math.floor(i / heads), i % heads)).includes(true);
  }

  /** Whether there are too many weights to unpack them all. */
  get large() {
    const { layers, heads, positions, keysPerRow } = this.weights;
    // Sparse rows hold a key beside each weight: three bytes instead of one.
    return layers * heads * positions * Math.min(keysPerRow * 3, positions / 2) > unpackLimit;
  }

  /** Unpacks all layers one after the other, without holding up the page. */
  async loadAll() {
    const { weights } = this;
    if (this.large || this.loaded === weights) this.element.removeAttribute("aria-busy");
    if (this.large || this.loading === weights) return;
    this.loading = weights;
    this.element.setAttribute("aria-busy", "true");
    for (let layer = 0; layer < weights.layers; layer += 1) {
      try {
        await weights.load(layer);
      } catch {
        // The panel says what is wrong with the layer when the reader comes to it; its cells stay empty here.
        continue;
      }
      await new Promise((resolve) => setTimeout(resolve, 0));
      // The run has grown meanwhile: its new weights are unpacked by another call.
      if (weights !== this.weights) return;
      this.rowsOf = -1;
      this.figure.redraw();
    }
    this.loaded = weights;
    this.element.removeAttribute("aria-busy");
  }

  /** Unpacks all layers once the run stands still: to do so at each of its steps would hold the run up. */
  loadWhenStill() {
    clearTimeout(this.waiting);
    // What is drawn until then is of the run as it was.
    this.element.setAttribute("aria-busy", "true");
    this.waiting = setTimeout(() => (this.view.isMoving ? this.loadWhenStill() : this.loadAll()), stillness);
  }

  paintChoices() {
    fill(this.choices, choices(t("grid.show"), shows.map((value) => ({ value, text: t(`grid.${value}`) })), this.show,
      (name) => choose("cells", name)));
    const shared = this.view.groupSize > 1 ? sentenceGap() + t("grid.shared") : "";
    this.note = t(this.large ? "grid.large" : `grid.${this.show}.note`) + shared;
    this.paintNote();
  }

  paintNote() {
    fill(this.told, this.note, this.isSomeOff ? sentenceGap() + t("grid.off.note") : "");
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (changed.has("growth")) {
      this.rowsOf = -1;
      this.paintChoices();
      this.loadWhenStill();
    }
    if (changed.has("step")) this.paintNote();
    if (changed.has("cells")) this.paintChoices();
    if (["step", "layer", "head", "theme", "growth", "cells"].some((name) => changed.has(name)) || this.show !== "pattern") this.figure.redraw();
  }

  /** @param {number} width */
  geometry(width) {
    const { heads, layers } = this.weights;
    const room = width - layerRoom - (this.groups - 1) * (groupGap - gap);
    const cell = Math.max(9, Math.min(28, Math.floor(room / heads) - gap, Math.floor(700 / layers) - gap));
    const x = (/** @type {number} */ head) =>
      layerRoom + head * (cell + gap) + Math.floor(head / this.view.groupSize) * (groupGap - gap);
    return { cell, pitch: cell + gap, x };
  }

  /**
   * @param {Pen} pen
   * @param {number} width @param {Theme} theme
   */
  draw(pen, width, theme) {
    this.width = width;
    const { cell, pitch, x } = this.geometry(width);
    if (this.show !== "pattern") this.refreshRows();
    this.drawHeads(pen, theme);
    for (let layer = 0; layer < this.weights.layers; layer += 1) {
      const y = headRoom + layer * pitch;
      const marked = layer === place().layer;
      if (pitch >= 11 || layer % 2 === 0 || marked) {
        const style = marked ? { fill: theme.accent, weight: 600 } : { fill: theme.muted };
        pen.text(String(layer), layerRoom - 6, y + cell / 2 + 3.5, { size: 10, align: "right", ...style });
      }
      for (let head = 0; head < this.weights.heads; head += 1) {
        this.drawCell(pen, theme, layer, head, x(head), y, cell);
        if (this.view.isOff(layer, head)) cross(pen, theme, x(head), y, cell);
        const framed = marked && (typeof place().head !== "number" || head === place().head);
        if (framed) frame(pen, theme.accent, x(head), y, cell);
      }
    }
    return headRoom + this.weights.layers * pitch + 4;
  }

  /**
   * The numbers of the heads, and a bar over those that share keys and values.
   * @param {Pen} pen @param {Theme} theme
   */
  drawHeads(pen, theme) {
    const { cell, x } = this.geometry(this.width);
    const { heads } = this.weights;
    for (let head = 0; head < heads; head += 1) {
      pen.text(String(head), x(head) + cell / 2, headRoom - 8, { size: 10, fill: theme.muted, align: "center" });
    }
    if (this.view.groupSize <= 1) return;
    for (let first = 0; first < heads; first += this.view.groupSize) {
      const last = Math.min(heads, first + this.view.groupSize) - 1;
      pen.line(x(first), headRoom - 4, x(last) + cell, headRoom - 4, theme.muted, 1);
    }
  }

  /**
   * @param {Pen} pen @param {Theme} theme @param {number} layer @param {number} head @param {number} x @param {number} y
   * @param {number} side
   */
  drawCell(pen, theme, layer, head, x, y, side) {
    if (this.show === "pattern") {
      const thumbnail = this.thumbnail(layer, head);
      return thumbnail ? pen.bitmap(thumbnail, x, y, side, side) : pen.rect(x, y, side, side, theme.line);
    }
    if (!this.rows[layer]) return pen.rect(x, y, side, side, theme.line);
    const value = this.measure(layer, head, this.show);
    const highest = this.show === "entropy" ? Math.log2(Math.max(2, this.view.query() + 1)) : 1;
    return pen.rect(x, y, side, side, mapColor(value / highest, theme));
  }

  /**
   * What stands there is drawn until the weights of the run as it is now are here.
   * @param {number} layer
   * @param {number} head @returns {HTMLCanvasElement | undefined}
   */
  thumbnail(layer, head) {
    const theme = currentTheme();
    const name = `${theme.name} ${layer} ${head}`;
    const found = this.thumbnails.get(name);
    if (!this.weights.has(layer) || found?.of === this.weights) return found?.canvas;
    const canvas = paintThumbnail(this.weights, layer, head, theme);
    this.thumbnails.set(name, { of: this.weights, canvas });
    return canvas;
  }

  refreshRows() {
    const query = this.view.query();
    if (this.rowsOf === query) return;
    this.rowsOf = query;
    const { layers, heads } = this.weights;
    for (let layer = 0; layer < layers; layer += 1) {
      if (!this.weights.has(layer)) continue;
      const values = new Float32Array(heads * 3);
      for (let head = 0; head < heads; head += 1) {
        const m = measures(this.weights.row(layer, head, query));
        values.set([m.entropy, m.first, m.max], head * 3);
      }
      this.rows[layer] = values;
    }
  }

  /**
   * @param {number} layer
   * @param {number} head @param {string} name
   */
  measure(layer, head, name) {
    return this.rows[layer]?.[head * 3 + (name === "entropy" ? 0 : name === "first" ? 1 : 2)] ?? 0;
  }

  table() {
    this.refreshRows();
    const off = this.isSomeOff;
    return { caption: t("grid.table"), head: [t("attention.layer"), t("attention.head"), t("measure.entropy"), t("measure.first"), t("measure.max"),
      ...(off ? [t("grid.off")] : [])],
      rows: Array.from({ length: this.weights.layers }).flatMap((_, layer) => Array.from({ length: this.weights.heads }, (_, head) =>
        [layer, head, ...["entropy", "first", "max"].map((name) => fixed(this.measure(layer, head, name), Math.min(name === "entropy" ? 2 : 3, this.weights.decimals - (name === "entropy" ? 1 : 0)))),
          ...(off ? [this.view.isOff(layer, head) ? "⊘" : ""] : [])])) };
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  go(x, y) {
    const g = this.geometry(this.width);
    const layer = Math.floor((y - headRoom) / g.pitch);
    const head = Array.from({ length: this.weights.heads }, (_, i) => i).find((i) => x >= g.x(i) && x < g.x(i) + g.pitch);
    if (head !== undefined && layer >= 0 && layer < this.weights.layers) move({ layer, head });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const head = typeof place().head === "number" ? Number(place().head) : 0;
    if (event.key === "ArrowUp") move({ layer: place().layer - 1 });
    else if (event.key === "ArrowDown") move({ layer: place().layer + 1 });
    else if (event.key === "ArrowLeft" && event.shiftKey) move({ head: head - 1 });
    else if (event.key === "ArrowRight" && event.shiftKey) move({ head: head + 1 });
    else return false;
    return true;
  }
}
