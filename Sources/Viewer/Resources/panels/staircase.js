// The staircase: tokens from the likeliest on, each a tread as wide and as high as its probability, so that the treads add
// up to all. Top-p is a height: the token whose tread crosses it is the last that stays.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { fixed, percent, tokenLabel } from "../base/format.js";
import { Figure, stepPart } from "../base/figure.js";
import { inkOn, mapColor } from "../base/palette.js";
import { panel } from "../base/panels.js";
import { place } from "../base/place.js";
import { isWishing, shownStep } from "../base/what-if.js";
import { stairsOf } from "../data/stairs.js";
import { spokenName } from "./chances.js";
import { hiddenFrom } from "./predict.js";
import { section } from "./section.js";

words({
  "staircase.title": ["Adding up", "累加"],
  "staircase.lead": ["The likeliest tokens one after the other, their probabilities added up. Top-p keeps the fewest that reach its height.", "由最可能的詞元起，把機率一個個加上去。top-p 只留下達到它那個高度的最少幾個。"],
  "staircase.told": ["{n} together reach {sum}.", "{n} 個加起來達到 {sum}。"],
  "staircase.told.one": ["{token} alone has {sum}.", "{token} 一個就有 {sum}。"],
  "staircase.edge": ["Top-p {p} is reached on ‹{token}›: what comes after it goes.", "top-p {p} 在 ‹{token}› 這一階達到：排在後面的都去掉。"],
  "staircase.beyond": ["All {n} that are listed reach {sum}; top-p {p} is reached behind them.", "列出的 {n} 個加起來是 {sum}；top-p {p} 要到更後面才達到。"],
  "staircase.line": ["top-p {p}", "top-p {p}"],
  "staircase.table": ["Probabilities added up", "累加機率"],
  "staircase.sum": ["sum", "累計"],
  "staircase.of.raw": ["raw probability", "原始機率"],
  "staircase.of.before": ["probability before top-p", "top-p 之前的機率"],
  "staircase.of.final": ["final probability", "最終機率"],
  "staircase.hint": ["Drag top-p above to move its edge.", "拖動上面的 top-p，看它的邊緣移動。"],
  "nav.staircase": ["Adding up", "累加"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/** @typedef {{ id: number, name: string, label: string, low: number, high: number }} Tread */

/** Treads drawn at most; more are slivers. And how wide one is at least, so that its name finds room. */
const most = 14;
const leastPitch = 34;
const height = 300;

panel({ id: "staircase", area: "sections", order: 12, applies: (source) => source.trace.steps.length > 0 && !source.trace.beam, make: staircase });

/**
 * The treads of the step that is shown, and top-p's height where it ran.
 * @param {TraceSource} source @param {boolean} [asks] whether the engine may be asked for what the record does not hold
 * @returns {{ treads: Tread[], p: number | null, of: "raw" | "before" | "final" }}
 */
export function treadsOf(source, asks = false) {
  const { p, shares, of } = stairsOf(source, asks);
  const byID = new Map((shownStep(source)?.candidates ?? []).map((c) => [c.id, c]));
  let low = 0;
  const treads = shares.map(({ id, share }) => {
    const candidate = byID.get(id);
    const tread = { id, name: candidate ? spokenName(candidate) : `#${id}`, label: candidate ? tokenLabel(candidate, 24) : `#${id}`, low, high: low + share };
    low = tread.high;
    return tread;
  });
  return { treads, p, of };
}

/** @param {TraceSource} source */
function staircase(source) {
  const told = el("p", { class: "told" });
  const figure = new Figure({
    name: "staircase",
    shows: () => [stepPart()],
    label: () => told.textContent ?? "",
    draw: (pen, width, theme) => draw(pen, width, theme, source),
    table: () => ({ caption: t("staircase.table"), head: [t("column.token"), t(`staircase.of.${treadsOf(source).of}`), t("staircase.sum")],
      rows: treadsOf(source).treads.map((one) => [one.label, percent(one.high - one.low), mass(one.high)]) }),
  });
  const hint = el("p", { class: "note" }, source.live ? t("staircase.hint") : "");
  const element = section("staircase", [told, figure.element, hint]);
  /** @param {Set<string>} changed */
  function update(changed) {
    if (!["step", "theme", "predict", "growth", "whatif"].some((name) => changed.has(name))) return;
    const isHidden = place().step >= hiddenFrom();
    element.hidden = isHidden;
    if (isHidden) return;
    fill(told, tell(source));
    figure.redraw();
  }
  update(new Set(["step"]));
  return { element, update };
}

/**
 * Shares added up: what a sum of floats leaves to 1 is nothing.
 * @param {number} sum
 */
function mass(sum) {
  return percent(sum > 1 - 1e-6 ? 1 : sum);
}

/** @param {TraceSource} source */
function tell(source) {
  const { treads, p } = treadsOf(source);
  const edge = p === null ? -1 : treads.findIndex((one) => one.high >= p);
  const last = treads[edge];
  if (last && p !== null) return t("staircase.edge", { p: fixed(p, 2), token: last.name });
  if (p !== null && treads.length > 0) return t("staircase.beyond", { n: treads.length, sum: mass(treads.at(-1)?.high ?? 0), p: fixed(p, 2) });
  const [first] = treads;
  if (treads.length === 1 && first) return t("staircase.told.one", { token: `‹${first.name}›`, sum: mass(first.high) });
  const n = Math.min(5, treads.length);
  return n === 0 || isWishing() && n < 2 ? "" : t("staircase.told", { n, sum: mass(treads[n - 1]?.high ?? 0) });
}

/**
 * @param {import("../base/pen.js").Pen} pen @param {number} width @param {import("../base/palette.js").Theme} theme @param {TraceSource} source
 */
function draw(pen, width, theme, source) {
  const { treads, p } = treadsOf(source, true);
  const step = shownStep(source);
  const [left, top, foot] = [44, 14, 34];
  const span = width - left - 8;
  const base = top + height;
  const y = (/** @type {number} */ value) => base - value * height;
  for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
    pen.line(left, y(tick), left + span, y(tick), theme.line, 1);
    pen.text(`${tick * 100} %`, left - 8, y(tick) + 4, { size: 11, fill: theme.muted, align: "right" });
  }
  const shown = treads.slice(0, Math.max(5, Math.min(most, Math.floor(span / leastPitch))));
  const pitch = span / Math.max(5, shown.length);
  const edge = p === null ? Infinity : treads.findIndex((one) => one.high >= p);
  shown.forEach((one, i) => {
    const x = left + i * pitch;
    const isOut = edge >= 0 && i > edge;
    const taken = one.id === step?.token.id;
    const value = taken ? 0.8 : 0.4;
    // What lies below a tread is what the better ones have: quiet; the tread's own share stands on it.
    if (!isOut) pen.rect(x, y(one.low), pitch - 2, one.low * height, theme.line + "88");
    pen.rect(x, y(one.high), pitch - 2, Math.max(1.5, (one.high - one.low) * height), isOut ? theme.line : mapColor(value, theme));
    if (taken) pen.rect(x, y(one.low) - Math.min(4, (one.high - one.low) * height), pitch - 2, Math.min(4, (one.high - one.low) * height), theme.accent);
    const room = Math.max(2, Math.floor((pitch - 4) / 8));
    const name = one.name.length > room ? `${one.name.slice(0, Math.max(1, room - 1))}…` : one.name;
    pen.text(name, x + (pitch - 2) / 2, base + 20, { size: 13, serif: true, align: "center", weight: taken ? 600 : 400, fill: isOut ? theme.muted : theme.ink });
    const share = percent(one.high - one.low);
    if ((one.high - one.low) * height > 20 && pen.measure(share, { size: 12 }) < pitch - 6) {
      pen.text(share, x + (pitch - 2) / 2, y(one.high) + 16, { size: 12, align: "center", fill: isOut ? theme.ink : inkOn(value, theme) });
    }
  });
  if (p !== null) {
    pen.line(left, y(p), left + span, y(p), theme.accent, 2);
    pen.text(t("staircase.line", { p: fixed(p, 2) }), left + span, y(p) - 6 < top + 8 ? y(p) + 16 : y(p) - 6, { size: 12, weight: 600, fill: theme.accent, align: "right" });
  }
  return base + foot;
}
