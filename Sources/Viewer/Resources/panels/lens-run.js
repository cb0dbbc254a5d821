// The logit lens over a whole run: how probable the token that was then chosen already was behind each layer, step by step.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { count, percent, tokenLabel, stepNumber } from "../base/format.js";
import { Figure } from "../base/figure.js";
import { fitted } from "../base/pen.js";
import { mapColor } from "../base/palette.js";
import { move, place } from "../base/place.js";
import { hiddenFrom } from "./predict.js";
import { lensOf } from "./readings.js";
import { legend } from "./weight-colors.js";

words({
  "lensrun.label": ["The probability of each step’s token behind each layer", "各步的詞元在各層之後的機率"],
  "lensrun.told": ["Each column is a step, each row a layer: how probable the token that was then chosen already was there. All of it is a reading.", "每一直行是一步，每一橫列是一層：後來選出的詞元在那裡已有多大的機率。全部都是讀數。"],
  "lensrun.half": ["From layer {layer} on, half of the tokens are in front for good.", "從第 {layer} 層起，有一半的詞元從此一直領先。"],
  "lensrun.unlisted": ["Where a cell is struck through, the record lists the layer’s likeliest tokens only, and the chosen one is not among them.", "劃掉的格子：紀錄只列出該層最可能的詞元，其中沒有選出的那個。"],
  "lensrun.window": ["Steps {from}–{to} of {count} are shown.", "顯示第 {from}–{to} 步，共 {count} 步。"],
  "lensrun.cell": ["{token}, step {step}, layer {layer}: {share}", "{token}，第 {step} 步，第 {layer} 層：{share}"],
  "lensrun.cell.rank": ["{token}, step {step}, layer {layer}: {share}, rank {rank}", "{token}，第 {step} 步，第 {layer} 層：{share}，名次 {rank}"],
  "lensrun.hint": ["Point at a cell to read it, click to go to its step.", "指向格子可讀取數值，點選可前往那一步。"],
});

/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */
/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {import("../base/types.js").LensRow} LensRow */
/** @typedef {{ step: Step, rows: LensRow[] | null }} Column */

const [left, top] = [70, 92];
/** Columns are no thinner, in pixels: where they do not all fit, those around the step are shown. */
const leastColumn = 6;
const mostColumn = 30;

/**
 * How the step's token stands in a row; null where the record does not say.
 * @param {Step} step @param {LensRow} row @returns {{ probability: number, rank: number | null } | null}
 */
export function standingIn(step, row) {
  if (row.chosen) return row.chosen;
  const at = row.top.findIndex((entry) => entry.id === step.token.id);
  return at < 0 ? null : { probability: row.top[at]?.probability ?? 0, rank: at + 1 };
}

/**
 * From which row on the step's token stays in front; Infinity where it is not at the end.
 * @param {Step} step @param {LensRow[]} rows
 */
function settledAt(step, rows) {
  let since = Infinity;
  for (const row of [...rows].sort((a, b) => a.layer - b.layer)) {
    if (row.top[0]?.id !== step.token.id) since = Infinity;
    else if (since === Infinity) since = row.layer;
  }
  return since;
}

/** The picture of the whole run, what is to be said of it, and the line that reads a cell out. */
export class LensRun {
  /** @param {import("../data/source.js").TraceSource} source */
  constructor(source) {
    this.source = source;
    this.told = el("p", { class: "told" });
    this.readout = el("p", { class: "readout", "aria-live": "off" }, t("lensrun.hint"));
    this.width = 0;
    this.figure = new Figure({
      name: "lens-run",
      label: () => t("lensrun.label"),
      draw: (pen, w, theme) => this.draw(pen, w, theme),
      table: () => this.table(),
      pointer: (x, y) => this.point(x, y),
      click: (x) => {
        const column = this.columnAt(x);
        if (column) move({ step: column.step.index });
      },
    });
    this.element = el("div", {}, this.told, this.figure.element, this.readout);
  }

  /** The steps that may be seen. @returns {Column[]} */
  get columns() {
    return this.source.trace.steps.slice(0, hiddenFrom()).map((step) => ({ step, rows: lensOf(step) }));
  }

  get rows() {
    return this.source.trace.model.layers + 1;
  }

  /**
   * The columns that fit, around the reader's step.
   * @param {number} width
   */
  shown(width) {
    const all = this.columns;
    const most = Math.max(1, Math.floor((width - left) / leastColumn));
    const from = Math.max(0, Math.min(all.length - most, place().step - Math.floor(most / 2)));
    const columns = all.slice(from, from + most);
    return { columns, from, count: all.length, pitch: Math.min(mostColumn, (width - left) / Math.max(1, columns.length)), high: Math.max(8, Math.min(22, Math.floor(430 / this.rows))) };
  }

  redraw() {
    const all = this.columns.flatMap(({ step, rows }) => (rows ? [{ step, rows }] : []));
    const settled = all.map(({ step, rows }) => settledAt(step, rows)).sort((a, b) => a - b);
    const half = settled[Math.floor((settled.length - 1) / 2)];
    const isUnlisted = all.some(({ step, rows }) => rows.some((row) => standingIn(step, row) === null));
    const { columns, from, count: number } = this.shown(Math.max(this.width, 300));
    fill(this.told, [t("lensrun.told"), ...(half !== undefined && half < Infinity ? [t("lensrun.half", { layer: half })] : []), ...(isUnlisted ? [t("lensrun.unlisted")] : []),
      ...(columns.length < number ? [t("lensrun.window", { from: from + 1, to: from + columns.length, count: number })] : [])].join(place().lang === "en" ? " " : ""));
    this.figure.redraw();
  }

  /** @param {Pen} pen @param {number} w @param {Theme} theme */
  draw(pen, w, theme) {
    this.width = w;
    const { columns, pitch, high } = this.shown(w);
    const y = (/** @type {number} */ layer) => top + (this.rows - 1 - layer) * high;
    for (let layer = 0; layer < this.rows; layer += 1) {
      if (high >= 13 || layer % 2 === 0) pen.text(layer === 0 ? t("lens.embedding") : String(layer), left - 6, y(layer) + high / 2 + 4, { size: layer === 0 ? 9.5 : 10.5, fill: theme.muted, align: "right" });
    }
    const every = Math.max(1, Math.ceil(12 / pitch));
    columns.forEach(({ step, rows }, i) => {
      const x = left + i * pitch;
      const marked = step.index === place().step;
      for (const row of rows ?? []) {
        const found = standingIn(step, row);
        if (found) pen.rect(x, y(row.layer), pitch - (pitch > 8 ? 1 : 0), high - 1, mapColor(Math.sqrt(found.probability), theme));
        else pen.line(x + 1, y(row.layer) + high - 2, x + pitch - 2, y(row.layer) + 1, theme.line);
      }
      if (marked) pen.poly([[x - 1, top - 1], [x + pitch, top - 1], [x + pitch, top + this.rows * high], [x - 1, top + this.rows * high], [x - 1, top - 1]], { stroke: theme.accent, width: 1.5 });
      const near = columns.findIndex((column) => column.step.index === place().step);
      if (marked || (i % every === 0 && (near < 0 || Math.abs(i - near) >= every))) {
        pen.text(fitted(pen, tokenLabel(step.token, 20), { size: 11, weight: 600 }, top - 14), x + pitch / 2 + 4, top - 6, { size: 11, rotate: -90, fill: marked ? theme.accent : theme.muted, weight: marked ? 600 : 400 });
      }
    });
    legend(pen, theme, left, top + this.rows * high + 12, Math.min(w - left, 260));
    return top + this.rows * high + 48;
  }

  /** @param {number} x */
  columnAt(x) {
    const { columns, pitch } = this.shown(this.width);
    return x < left ? undefined : columns[Math.floor((x - left) / pitch)];
  }

  /** @param {number} x @param {number} y */
  point(x, y) {
    const column = this.columnAt(x);
    const { high } = this.shown(this.width);
    const layer = this.rows - 1 - Math.floor((y - top) / high);
    const row = column?.rows?.find((one) => one.layer === layer);
    const found = column && row ? standingIn(column.step, row) : null;
    if (!column || !found) return fill(this.readout, t("lensrun.hint"));
    const values = { token: `‹${tokenLabel(column.step.token)}›`, step: stepNumber(column.step.index), layer, share: percent(found.probability), rank: count(found.rank ?? 0) };
    fill(this.readout, t(found.rank === null ? "lensrun.cell" : "lensrun.cell.rank", values));
  }

  table() {
    return { caption: t("lensrun.label"), head: [t("lens.step"), t("column.token"), ...Array.from({ length: this.rows }, (_, layer) => (layer === 0 ? t("lens.embedding") : String(layer)))],
      rows: this.columns.map(({ step, rows }) => [stepNumber(step.index), tokenLabel(step.token), ...Array.from({ length: this.rows }, (_, layer) => {
        const row = rows?.find((one) => one.layer === layer);
        const found = row ? standingIn(step, row) : null;
        return found ? percent(found.probability) : "";
      })]) };
  }
}
