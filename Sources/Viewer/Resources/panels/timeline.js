// The run in time: load, tokenize, prefill, then one token after the other, with TTFT and TPOT drawn where they are
// measured.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { fixed, seconds, tokenLabel, stepNumber } from "../base/format.js";
import { Figure } from "../base/figure.js";
import { inkOn, mapColor } from "../base/palette.js";
import { isFilled } from "../base/context.js";
import { panel } from "../base/panels.js";
import { move, place } from "../base/place.js";
import { section } from "./section.js";
import { cacheFigure } from "./cache.js";
import { labelOf } from "./predict.js";
import { largest } from "../base/extremes.js";

words({
  "timeline.title": ["Time and memory", "時間與記憶體"],
  "timeline.lead": ["First the whole prompt is read at once (prefill), then tokens come one by one (decode). Keys and values of what was read stay in a cache, so nothing is read twice.", "模型先一次讀完整個提示（預填），再逐一產生詞元（解碼）。讀過的鍵與值留在快取中，不必重讀。"],
  "timeline.told": ["The first token came {ttft} after the request; each later one took {tpot} on average, which is {speed} tokens a second, the first left out.", "送出請求 {ttft} 後得到第一個詞元；之後平均每個 {tpot}，即每秒 {speed} 個詞元（不計第一個）。"],
  "timeline.told.one": ["The first token came {ttft} after the request; there was no other.", "送出請求 {ttft} 後得到第一個詞元，此外沒有別的詞元。"],
  "timeline.none": ["No times were recorded.", "沒有記錄時間。"],
  "timeline.table": ["Seconds of each part", "各部分所需時間"],
  "timeline.step": ["step", "步"],
  "timeline.load": ["load", "載入"],
  "timeline.tokenize": ["tokenize", "切分詞元"],
  "timeline.prefill": ["prefill", "預填"],
  "timeline.first": ["first choice", "首次選詞"],
  "timeline.decode": ["decode", "解碼"],
  "timeline.request": ["request", "請求"],
  "timeline.forward": ["forward pass", "前向計算"],
  "timeline.choose": ["choose", "選詞"],
  "timeline.record": ["record", "記錄"],
  "timeline.persteps": ["Time of each step", "每一步的時間"],
  "nav.timeline": ["Time and memory", "時間與記憶體"],
});

/** @typedef {import("../base/types.js").Trace} Trace */
/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */

const barTop = 42;
const barHeight = 26;
/** Where the bars of the steps begin, under a line or two of legend. */
const legendTop = 128;
const legendLine = 18;
/** Room for the numbers of the axes, left and below. */
const axisRoom = 52;
const chartHeight = 92;
/** Colours of the map for the parts of the run. */
const parts = { load: 0.12, tokenize: 0.95, prefill: 0.7, first: 0.5, decode: 0.42 };

/** @param {Trace} trace */
export function runTimes(trace) {
  const m = trace.metrics ?? {};
  const steps = trace.steps.map((step) => step.seconds ?? { forward: 0, choose: 0, record: 0 });
  const sums = steps.map((s) => s.forward + s.choose + s.record);
  const load = m.loadSeconds ?? 0;
  const ttft = m.timeToFirstTokenSeconds ?? 0;
  const tokenize = m.tokenizeSeconds ?? 0;
  const prefill = Math.min(m.prefillSeconds ?? Math.max(0, ttft - tokenize), Math.max(0, ttft - tokenize));
  // The first step's work lies within TTFT; decode is the sum of the later ones.
  const decode = sums.slice(1).reduce((a, b) => a + b, 0);
  return { load, tokenize, prefill, ttft, decode, steps, sums, tpot: m.timePerOutputTokenSeconds ?? null };
}

/** @typedef {import("../data/source.js").TraceSource} TraceSource */

panel({ id: "timeline", area: "sections", order: 70, numbers: true, applies: (source) => !isFilled(source.trace), make: (source) => new Timeline(source) });

/** The bar of the whole run, the bars of its steps, and the wall of the cache; a note where no times were recorded. */
class Timeline {
  /** @param {TraceSource} source */
  constructor(source) {
    this.source = source;
    this.told = el("p", { class: "told" });
    this.width = 0;
    this.chartTop = legendTop;
    this.figure = new Figure({
      name: "timeline",
      label: () => this.told.textContent ?? "",
      draw: (pen, w, theme) => this.draw(pen, w, theme),
      table: () => this.table(),
      click: (x, y) => {
        if (y > this.chartTop - 10 && x >= axisRoom) move({ step: Math.floor(((x - axisRoom) / (this.width - axisRoom)) * source.trace.steps.length) });
      },
    });
    this.cache = cacheFigure(source);
    this.element = section("timeline", [this.told]);
    /** Whether the pictures are on the page: the times of a run may come at its end. */
    this.timed = false;
    this.tell();
  }

  /** The sentence of the run's times, and below it the pictures once there are any. */
  tell() {
    const { trace } = this.source;
    const { ttft, tpot } = runTimes(trace);
    fill(this.told, !trace.metrics ? t("timeline.none")
      : tpot ? t("timeline.told", { ttft: seconds(ttft), tpot: seconds(tpot), speed: fixed(1 / tpot, 1) })
        : t("timeline.told.one", { ttft: seconds(ttft) }));
    if (this.timed === Boolean(trace.metrics)) return;
    this.timed = true;
    this.told.after(this.figure.element, this.cache.element);
  }

  /**
   * @param {Pen} pen
   * @param {number} w @param {Theme} theme
   */
  draw(pen, w, theme) {
    const times = runTimes(this.source.trace);
    this.width = w;
    drawBar(pen, w, theme, times);
    if (times.sums.length < 2) return legendTop - 40;
    this.chartTop = drawLegend(pen, w, theme, times) + 12;
    drawSteps(pen, w, theme, times, this.chartTop);
    return this.chartTop + chartHeight + 26;
  }

  table() {
    const { steps } = this.source.trace;
    const times = runTimes(this.source.trace);
    return { caption: t("timeline.table"), head: [t("timeline.step"), t("column.token"), t("timeline.forward"), t("timeline.choose"), t("timeline.record")],
      rows: [["–", t("timeline.load"), seconds(times.load), "", ""], ["–", t("timeline.tokenize"), seconds(times.tokenize), "", ""],
        ["–", t("timeline.prefill"), seconds(times.prefill), "", ""],
        ...steps.map((step, i) => [i + 1, labelOf(i, tokenLabel(step.token)), ...["forward", "choose", "record"].map((key) =>
          seconds(/** @type {Record<string, number>} */ (times.steps[i])[key] ?? 0))])] };
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (!["step", "theme", "predict", "growth"].some((name) => changed.has(name))) return;
    if (changed.has("growth")) this.tell();
    this.figure.redraw();
    this.cache.update();
  }
}

/**
 * @param {Pen} pen
 * @param {number} w @param {Theme} theme @param {ReturnType<typeof runTimes>} times
 */
function drawBar(pen, w, theme, times) {
  const rest = Math.max(0, times.ttft - times.tokenize - times.prefill);
  const total = times.load + times.ttft + times.decode || 1;
  const x = (/** @type {number} */ s) => (s / total) * w;
  let at = 0;
  const segments = [["load", times.load], ["tokenize", times.tokenize], ["prefill", times.prefill], ["first", rest], ["decode", times.decode]];
  for (const [name, length] of /** @type {[keyof typeof parts, number][]} */ (segments)) {
    const color = mapColor(parts[name], theme);
    pen.rect(x(at), barTop, Math.max(length > 0 ? 1 : 0, x(length) - 1), barHeight, color);
    const label = t(`timeline.${name}`);
    if (name !== "first" && x(length) > pen.measure(`${label} ${seconds(length)}`, { size: 12 }) + 10) {
      pen.text(`${label} ${seconds(length)}`, x(at) + 6, barTop + 17, { size: 12, fill: inkOn(parts[name], theme) });
    }
    at += length;
  }
  const start = x(times.load);
  const first = x(times.load + times.ttft);
  bracket(pen, theme, start, first, barTop - 6, `TTFT ${seconds(times.ttft)}`, w);
  pen.line(start, barTop - 4, start, barTop + barHeight + 6, theme.ink, 1);
  pen.text(t("timeline.request"), start + 3, barTop + barHeight + 16, { size: 11, fill: theme.muted, align: start > w - 70 ? "right" : "left" });
  pen.text(seconds(total), w, barTop + barHeight + 16, { size: 11, fill: theme.muted, align: "right" });
}

/**
 * @param {Pen} pen
 * @param {Theme} theme @param {number} x0 @param {number} x1 @param {number} y @param {string} label @param {number} w
 */
function bracket(pen, theme, x0, x1, y, label, w) {
  pen.poly([[x0, y], [x0, y - 5], [x1, y - 5], [x1, y]], { stroke: theme.accent, width: 1.5 });
  const middle = (x0 + x1) / 2;
  const align = middle < 60 ? "left" : middle > w - 60 ? "right" : "center";
  pen.text(label, align === "left" ? x0 : align === "right" ? x1 : middle, y - 11, { size: 12, weight: 600, fill: theme.accent, align });
}

/**
 * The colours of the steps' parts, and the line of the mean; returns where it ends.
 * @param {Pen} pen
 * @param {number} w @param {Theme} theme @param {ReturnType<typeof runTimes>} times
 */
function drawLegend(pen, w, theme, times) {
  let x = 0;
  let y = legendTop;
  /** @type {[string, number | null][]} */
  const entries = [[t("timeline.persteps"), null], [t("timeline.forward"), parts.decode], [t("timeline.choose"), 0.7], [t("timeline.record"), 0.95]];
  if (times.tpot !== null) entries.push([`TPOT ${seconds(times.tpot)}`, null]);
  entries.forEach(([name, value], i) => {
    const isMean = i === 4;
    const sign = value !== null ? 15 : isMean ? 26 : 0;
    const length = sign + pen.measure(name, { size: 12, weight: isMean ? 600 : 400 });
    if (x > 0 && x + length > w) {
      x = 0;
      y += legendLine;
    }
    if (value !== null) pen.rect(x, y - 9, 10, 10, mapColor(value, theme), 2);
    if (isMean) pen.line(x, y - 4, x + 20, y - 4, theme.accent, 1.5, [5, 4]);
    pen.text(name, x + sign, y, isMean ? { size: 12, weight: 600, fill: theme.accent } : { size: 12, fill: theme.muted });
    x += length + 16;
  });
  return y;
}

/**
 * A round step of an axis that cuts `span` into at most `most` parts.
 * @param {number} span @param {number} most
 */
export function roundStep(span, most) {
  const power = 10 ** Math.floor(Math.log10(span / most));
  return power * ([1, 2, 5].find((factor) => factor * power * most >= span * 0.999999) ?? 10);
}

/**
 * @param {Pen} pen
 * @param {number} w @param {Theme} theme @param {ReturnType<typeof runTimes>} times @param {number} chartTop
 */
function drawSteps(pen, w, theme, times, chartTop) {
  const n = times.sums.length;
  // The first step's forward pass is the prefill; it is drawn above and would dwarf the others here.
  const longest = largest(times.sums.slice(1), Math.max(times.tpot ?? 0, 1e-6));
  const tick = roundStep(longest, 3);
  const top = Math.ceil(longest / tick - 1e-6) * tick;
  const pitch = (w - axisRoom) / n;
  const y = (/** @type {number} */ s) => chartTop + chartHeight * (1 - Math.min(1, s / top));
  const bottom = chartTop + chartHeight;
  for (let value = 0; value <= top * 1.001; value += tick) {
    pen.line(axisRoom, y(value), w, y(value), theme.line);
    pen.text(value === 0 ? "0" : axisSeconds(value), axisRoom - 6, y(value) + 4, { size: 10.5, fill: theme.muted, align: "right" });
  }
  for (let i = 0; i < n; i += 1) {
    const s = times.steps[i] ?? { forward: 0, choose: 0, record: 0 };
    const width = Math.max(1, pitch - (pitch > 4 ? 1.5 : 0));
    const x = axisRoom + i * pitch;
    let from = 0;
    for (const [name, value] of /** @type {[string, number][]} */ ([["record", s.record], ["choose", s.choose], ["forward", i === 0 ? 0 : s.forward]])) {
      const color = name === "forward" ? mapColor(parts.decode, theme) : name === "choose" ? mapColor(0.7, theme) : mapColor(0.95, theme);
      if (value > 0) pen.rect(x, y(from + value), width, Math.max(0.5, y(from) - y(from + value)), color);
      from += value;
    }
    if (i === place().step) pen.rect(x, bottom + 2, Math.max(2, width), 3, theme.accent);
  }
  const every = Math.max(1, roundStep(n, Math.max(1, Math.floor((w - axisRoom) / 60))));
  for (let step = 0; step < n; step += every) {
    pen.text(String(stepNumber(step)), axisRoom + (step + 0.5) * pitch, bottom + 17, { size: 10.5, fill: theme.muted, align: "center" });
  }
  pen.text(t("timeline.step"), axisRoom - 6, bottom + 17, { size: 10.5, fill: theme.muted, align: "right" });
  if (times.tpot !== null) pen.line(axisRoom, y(times.tpot), w, y(times.tpot), theme.accent, 1.5, [5, 4]);
}

/**
 * A time on the axis, with no more digits than its round value has.
 * @param {number} s
 */
function axisSeconds(s) {
  const [value, unit] = s >= 1 ? [s, "s"] : s >= 1e-3 ? [s * 1e3, "ms"] : [s * 1e6, "µs"];
  return `${Math.round(value * 1e3) / 1e3}\u00a0${unit}`;
}
