// The curves of what context costs, on axes that double, and the sums with and without the cache.

import { count } from "../base/format.js";
import { mapColor } from "../base/palette.js";

/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */
/** @typedef {{ name: string, values: number[], weight: string }} Line  `weight` says which part it is. */
/**
 * @typedef {{ contexts: number[], lines: Line[], here: { context: number, value: number } | null, axis: string,
 *   hereName: string, unit: (n: number) => string }} Chart
 */

const room = { left: 58, right: 96, top: 14, bottom: 40 };
const height = { curves: 300, sums: 190 };
const labelLine = 15;
/**
 * Colours of the parts on the map; all of them together is ink.
 * @type {Record<string, number>}
 */
const shades = { projections: 0.42, mlp: 0.6, attention: 0.9, head: 0.25 };
/** Values below this share of the largest are left under the picture. */
const leastShare = 1e-7;

/**
 * Three digits and a decimal unit, as the command prints them: `134 M`, `6.55 T`.
 * @param {number} n
 */
export function scaled(n) {
  const units = ["", "k", "M", "G", "T", "P", "E"];
  let unit = 0;
  while (n >= 999.5 && unit < units.length - 1) {
    n /= 1000;
    unit += 1;
  }
  return unit === 0 ? String(Math.round(n)) : `${n >= 99.95 ? Math.round(n) : n >= 9.995 ? n.toFixed(1) : n.toFixed(2)}\u00a0${units[unit]}`;
}

/** Draws, and knows afterwards where it drew. */
export class Curves {
  constructor() {
    this.width = 0;
    this.sumWidth = 0;
    this.low = 1;
    this.high = 2;
  }

  /**
   * @param {Pen} pen @param {number} width @param {Theme} theme @param {Chart} chart
   */
  draw(pen, width, theme, chart) {
    this.width = width;
    const all = [...chart.lines.flatMap((line) => line.values), chart.here?.value ?? 0].filter((value) => value > 0);
    const most = Math.max(1, ...all);
    const least = Math.max(Math.min(most / 2, ...all), most * leastShare);
    [this.low, this.high] = [Math.min(chart.contexts[0] ?? 1, chart.here?.context ?? Infinity), Math.max(2, chart.contexts.at(-1) ?? 2)];
    const x = (/** @type {number} */ context) => this.x(context);
    const bottom = height.curves - room.bottom;
    const y = (/** @type {number} */ value) => bottom - ((Math.log(Math.max(value, least)) - Math.log(least)) / Math.max(1e-9, Math.log(most) - Math.log(least))) * (bottom - room.top);
    this.axes(pen, theme, chart, { least, most, y, bottom });
    /** @type {{ at: number, name: string, fill: string }[]} */
    const labels = [];
    for (const line of chart.lines) {
      const color = line.weight === "total" ? theme.ink : mapColor(shades[line.weight] ?? 0.5, theme);
      const points = line.values.flatMap((value, i) => (value >= least ? [[x(chart.contexts[i] ?? 1), y(value)]] : []));
      if (points.length > 1) pen.poly(points, { stroke: color, width: line.weight === "total" ? 1.5 : 2.5 });
      const end = points.at(-1);
      if (end) labels.push({ at: end[1] ?? 0, name: line.name, fill: line.weight === "total" ? theme.ink : theme.muted });
    }
    spread(labels);
    for (const label of labels) pen.text(label.name, width - room.right + 7, label.at + 4, { size: 11.5, fill: label.fill });
    if (chart.here) {
      pen.line(x(chart.here.context), room.top, x(chart.here.context), bottom, theme.accent, 1, [2, 3]);
      pen.circle(x(chart.here.context), y(chart.here.value), 5, { fill: theme.accent });
      const told = `${chart.hereName}: ${chart.unit(chart.here.value)}`;
      const style = { size: 12, weight: 600 };
      // The curves rise: there is room to the left above the point, and else at the top.
      const fits = x(chart.here.context) - room.left > pen.measure(told, style) + 12;
      pen.text(told, x(chart.here.context) + (fits ? -9 : 9), fits ? Math.max(room.top + 10, y(chart.here.value) - 10) : room.top + 4, { ...style, fill: theme.accent, align: fits ? "right" : "left" });
    }
    return height.curves;
  }

  /** @param {number} context */
  x(context) {
    const share = (Math.log(Math.max(context, this.low)) - Math.log(this.low)) / Math.max(1e-9, Math.log(this.high) - Math.log(this.low));
    return room.left + share * Math.max(1, this.width - room.left - room.right);
  }

  /**
   * @param {Pen} pen @param {Theme} theme @param {Chart} chart
   * @param {{ least: number, most: number, y: (value: number) => number, bottom: number }} scale
   */
  axes(pen, theme, chart, { least, most, y, bottom }) {
    const decades = Math.log10(most / least);
    const every = decades > 8 ? 3 : decades > 4 ? 2 : 1;
    for (let power = Math.ceil(Math.log10(least)); power <= Math.log10(most); power += every) {
      const at = y(10 ** power);
      pen.line(room.left, at, this.width - room.right, at, theme.line);
      pen.text(chart.unit(10 ** power).replace(/\.0+(?=\D)/, ""), room.left - 7, at + 4, { size: 10.5, fill: theme.muted, align: "right" });
    }
    pen.line(room.left, bottom, this.width - room.right, bottom, theme.muted);
    let last = -Infinity;
    for (const [i, context] of chart.contexts.entries()) {
      const at = this.x(context);
      const isEnd = i === chart.contexts.length - 1;
      // Only those of the doublings that have room; the last one always.
      if (!isEnd && (Math.log2(context) % 1 !== 0 || at - last < 46 || this.x(this.high) - at < 46)) continue;
      last = at;
      pen.line(at, bottom, at, bottom + 4, theme.muted);
      pen.text(count(context), at, bottom + 17, { size: 10.5, fill: theme.muted, align: "center" });
    }
    pen.text(chart.axis, (room.left + this.width - room.right) / 2, bottom + 34, { size: 11, fill: theme.muted, align: "center" });
  }

  /**
   * Which context is nearest to a point; −1 beside the curves.
   * @param {number} at @param {number[]} contexts
   */
  contextAt(at, contexts) {
    if (at < room.left - 6 || at > this.width - room.right + 6) return -1;
    return contexts.reduce((best, context, i) => (Math.abs(this.x(context) - at) < Math.abs(this.x(contexts[best] ?? 1) - at) ? i : best), 0);
  }

  /**
   * The work up to each step with the cache and without it, the step the reader is at marked.
   * @param {Pen} pen @param {number} width @param {Theme} theme @param {{ cached: number[], uncached: number[] }} sums
   * @param {number} step @param {{ cached: string, uncached: string }} names
   */
  drawSums(pen, width, theme, { cached, uncached }, step, names) {
    this.sumWidth = width;
    const bottom = height.sums - 26;
    const most = Math.max(1, ...uncached.slice(-1), ...cached.slice(-1));
    const x = (/** @type {number} */ i) => room.left + ((i + 0.5) / Math.max(1, cached.length)) * (width - room.left - room.right);
    const y = (/** @type {number} */ value) => bottom - (value / most) * (bottom - room.top);
    pen.line(room.left, bottom, width - room.right, bottom, theme.muted);
    for (const share of [0.5, 1]) {
      pen.line(room.left, y(most * share), width - room.right, y(most * share), theme.line);
      pen.text(scaled(most * share), room.left - 7, y(most * share) + 4, { size: 10.5, fill: theme.muted, align: "right" });
    }
    const labels = [];
    for (const [name, values, color] of /** @type {[string, number[], string][]} */ ([[names.uncached, uncached, mapColor(0.9, theme)], [names.cached, cached, mapColor(0.42, theme)]])) {
      pen.poly(values.map((value, i) => [x(i), y(value)]), { stroke: color, width: 2.5 });
      labels.push({ at: y(values.at(-1) ?? 0), name, fill: theme.ink });
      if (step < values.length) pen.circle(x(step), y(values[step] ?? 0), 4.5, { fill: theme.accent });
    }
    spread(labels);
    for (const label of labels) pen.text(label.name, width - room.right + 7, label.at + 4, { size: 11.5, fill: label.fill });
    for (const i of new Set([0, cached.length - 1])) pen.text(String(i + 1), x(i), bottom + 17, { size: 10.5, fill: theme.muted, align: "center" });
    return height.sums;
  }

  /**
   * The step at a point of the sums.
   * @param {number} at @param {number} steps
   */
  stepAt(at, steps) {
    return Math.max(0, Math.floor(((at - room.left) / Math.max(1, this.sumWidth - room.left - room.right)) * steps));
  }
}

/**
 * Moves names apart that would stand on each other.
 * @param {{ at: number }[]} labels
 */
function spread(labels) {
  labels.sort((a, b) => a.at - b.at);
  labels.forEach((label, i) => {
    const before = labels[i - 1];
    if (before && label.at < before.at + labelLine) label.at = before.at + labelLine;
  });
}
