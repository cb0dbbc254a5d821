// The temperature curve: how the likeliest tokens share the probability at every temperature, and how undecided the whole
// is, in bits. The engine computes the points; the picture joins them.

import { isFilled } from "../base/context.js";
import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { fixed, percent, plain, within } from "../base/format.js";
import { Figure, stepPart } from "../base/figure.js";
import { mapColor } from "../base/palette.js";
import { panel } from "../base/panels.js";
import { settingsAt } from "../base/settings.js";
import { place } from "../base/place.js";
import { wishedOptions } from "../base/what-if.js";
import { listedIn, spokenName } from "./chances.js";
import { hiddenFrom } from "./predict.js";
import { section } from "./section.js";
import { EngineProblem, spoken } from "../engine/engine-client.js";
import { askedCurve } from "../engine/live-what-if.js";

words({
  "curve.title": ["Every temperature", "各種溫度"],
  "curve.lead": ["What each of the likeliest tokens has at every temperature, and the entropy of the whole: cold, the best takes all; hot, all come level. No other stage is in it.", "最有可能的詞元在各溫度下的機率，以及整體的熵：越冷，第一名拿走全部；越熱，大家越接近。這裡不含其他階段。"],
  "curve.told": ["At temperature {t}: ‹{token}› {share}, entropy {bits} bits.", "溫度 {t}：‹{token}› 有 {share}，熵 {bits} 位元。"],
  "curve.bound": ["From the record alone: probabilities right within {bound}.", "僅依紀錄計算：機率誤差在 {bound} 以內。"],
  "curve.told.unlisted": ["At temperature {t}: ‹{token}› {share}. Tokens that the engine did not list leave the entropy open.", "溫度 {t}：‹{token}› 有 {share}。引擎沒有列出所有詞元，熵無從得知。"],
  "curve.entropy": ["entropy, bits", "熵（位元）"],
  "curve.entropy.scale": ["entropy, to {bits} bits", "熵，最高 {bits} 位元"],
  "curve.axis": ["temperature", "溫度"],
  "curve.table": ["Probabilities and entropy at each temperature", "各溫度的機率與熵"],
  "curve.waiting": ["The engine is computing the curve.", "引擎正在計算曲線。"],
  "nav.curve": ["Temperatures", "溫度"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/** @typedef {import("../engine/live-what-if.js").CurvePoint} CurvePoint */

const lines = 5;
/** Closer where the curves bend most. */
const temperatures = [...Array.from({ length: 20 }, (_, i) => 0.05 * (i + 1)), ...Array.from({ length: 20 }, (_, i) => 1 + 0.1 * (i + 1))];
const greatest = 3;

panel({ id: "curve", area: "sections", order: 13, applies: (source) => source.live !== null && source.trace.steps.length > 0 && !source.trace.beam && !isFilled(source.trace),
  make: (source) => new Curve(source) });

class Curve {
  /** @param {TraceSource} source with an engine */
  constructor(source) {
    this.source = source;
    /** @type {CurvePoint[]} */
    this.points = [];
    this.step = -1;
    this.isAsking = false;
    this.told = el("p", { class: "told" });
    this.bound = el("p", { class: "note" });
    this.figure = new Figure({
      name: "temperature-curve",
      shows: () => [stepPart()],
      label: () => this.told.textContent ?? "",
      // Axes without curves until the first answer: what stands below does not move when it comes.
      draw: (pen, width, theme) => (this.points.length > 0 || this.step < 0 ? this.draw(pen, width, theme) : 1),
      table: () => ({ caption: t("curve.table"), head: [t("curve.axis"), ...this.tokens().map(spokenName), ...this.isOpen() ? [] : [t("curve.entropy")]],
        rows: this.points.map((point) => [fixed(point.temperature, 2), ...point.probabilities.map(percent), ...this.isOpen() ? [] : [fixed(point.entropyBits, 2)]]) }),
    });
    this.element = section("curve", [this.told, this.figure.element, this.bound]);
    // Asked for when it comes into sight: a reader of the first screen waits for nothing.
    this.isSeen = false;
    new IntersectionObserver((entries) => {
      this.isSeen = entries.some((entry) => entry.isIntersecting);
      this.ask();
    }, { rootMargin: "200px" }).observe(this.element);
    fill(this.told, t("curve.waiting"));
  }

  /** The likeliest tokens of the step, by the model's own logits. */
  tokens() {
    const step = this.source.trace.steps[place().step];
    return [...(step?.candidates ?? [])].sort((a, b) => a.rank - b.rank).slice(0, lines);
  }

  /** Whether the entropy cannot be known: another engine ran the model, and did not list all tokens. */
  isOpen() {
    const { trace } = this.source;
    return listedIn(trace) !== null && (trace.steps[place().step]?.tail.count ?? 0) > 0;
  }

  async ask() {
    const { live } = this.source;
    if (!this.isSeen || this.isAsking || !live || this.step === place().step || place().step >= hiddenFrom()) return;
    this.isAsking = true;
    const step = place().step;
    try {
      this.points = await askedCurve(live.client, await live.runNumber(), step, this.tokens().map((c) => c.id), temperatures);
      this.step = step;
      this.element.hidden = false;
    } catch (error) {
      // The panel has nothing to show then; the console of the page says more when asked.
      [this.points, this.step] = [[], step];
      fill(this.told, plain(error instanceof EngineProblem ? spoken(error.phrase) : String(error instanceof Error ? error.message : error), 300));
    }
    this.isAsking = false;
    this.show();
    if (step !== place().step) this.ask();
  }

  /** The temperature that is shown: the reader's wish, else the step's own. */
  temperature() {
    return Number(wishedOptions().temperature ?? settingsAt(this.source.trace.settings, place().step).temperature ?? 1);
  }

  show() {
    const near = this.nearest();
    const [first] = this.tokens();
    if (near && first) fill(this.told, t(this.isOpen() ? "curve.told.unlisted" : "curve.told", { t: fixed(near.temperature, 2), token: spokenName(first), share: percent(near.probabilities[0] ?? 0), bits: fixed(near.entropyBits, 2) }));
    const bound = Math.max(0, ...this.points.map((point) => point.bound));
    fill(this.bound, bound > 0 ? t("curve.bound", { bound: within(bound) }) : "");
    this.figure.redraw();
  }

  /** @returns {CurvePoint | undefined} */
  nearest() {
    const at = this.temperature();
    return this.points.reduce((/** @type {CurvePoint | undefined} */ best, point) => (!best || Math.abs(point.temperature - at) < Math.abs(best.temperature - at) ? point : best), undefined);
  }

  /**
   * @param {import("../base/pen.js").Pen} pen @param {number} width @param {import("../base/palette.js").Theme} theme
   */
  draw(pen, width, theme) {
    const [left, right, top, height] = [44, 128, 12, 250];
    const span = Math.max(80, width - left - right);
    const base = top + height;
    const x = (/** @type {number} */ temperature) => left + (temperature / greatest) * span;
    const bits = Math.max(1, ...this.points.map((point) => point.entropyBits));
    for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
      pen.line(left, base - tick * height, left + span, base - tick * height, theme.line, 1);
      pen.text(`${tick * 100} %`, left - 8, base - tick * height + 4, { size: 11, fill: theme.muted, align: "right" });
    }
    for (const tick of [0, 0.5, 1, 1.5, 2, 2.5, 3]) pen.text(String(tick), x(tick), base + 18, { size: 11, fill: theme.muted, align: "center" });
    pen.text(t("curve.axis"), left + span / 2, base + 36, { size: 11, fill: theme.muted, align: "center" });
    if (!this.isOpen()) path(pen, this.points.map((point) => [x(point.temperature), base - (point.entropyBits / bits) * height]), theme.muted, 1.5, true);
    const last = this.points.at(-1);
    /** @type {number[]} */
    const taken = [];
    const label = (/** @type {string} */ text, /** @type {number} */ y, /** @type {string} */ fillColor, /** @type {boolean} */ serif) => {
      let at = y;
      while (taken.some((other) => Math.abs(other - at) < 15)) at -= 1;
      taken.push(at);
      pen.text(text, left + span + 8, at + 4, { size: serif ? 14 : 11, serif, fill: fillColor });
    };
    this.tokens().forEach((candidate, i) => {
      const color = i === 0 ? theme.ink : mapColor(0.85 - 0.12 * i, theme);
      path(pen, this.points.map((point) => [x(point.temperature), base - (point.probabilities[i] ?? 0) * height]), color, i === 0 ? 2.5 : 2, false);
    });
    // From the lowest up: a name that has no room beside its line moves up, past those below it.
    if (last) {
      this.tokens().map((candidate, i) => ({ candidate, share: last.probabilities[i] ?? 0 })).sort((a, b) => a.share - b.share)
        .forEach(({ candidate, share }) => label(spokenName(candidate).slice(0, 14), base - share * height, theme.ink, true));
      if (!this.isOpen()) label(t("curve.entropy.scale", { bits: fixed(bits, 1) }), base - (last.entropyBits / bits) * height, theme.muted, false);
    }
    const here = Math.min(greatest, this.temperature());
    pen.line(x(here), top - 4, x(here), base + 4, theme.accent, 2);
    pen.text(fixed(here, 2), x(here) + 6, top + 6, { size: 12, weight: 600, fill: theme.accent });
    return base + 44;
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (changed.has("predict") || changed.has("step")) this.element.hidden = place().step >= hiddenFrom();
    if (["step", "growth", "predict"].some((name) => changed.has(name))) this.ask();
    if (changed.has("whatif") || changed.has("theme")) this.show();
  }
}

/**
 * @param {import("../base/pen.js").Pen} pen @param {number[][]} points @param {string} color @param {number} width @param {boolean} isDashed
 */
function path(pen, points, color, width, isDashed) {
  for (let i = 1; i < points.length; i += 1) {
    const [a, b] = [points[i - 1], points[i]];
    if (!a || !b || (isDashed && i % 2 === 0)) continue;
    pen.line(a[0] ?? 0, a[1] ?? 0, b[0] ?? 0, b[1] ?? 0, color, width);
  }
}
