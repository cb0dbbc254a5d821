// The draw: the unit interval cut into the candidates' shares, the mark where the random number fell, and the near
// misses under a lens.

import { el, fill } from "../base/dom.js";
import { sentenceGap, t, words } from "../base/strings.js";
import { fixed, percent, tokenLabel } from "../base/format.js";
import { isForced } from "../base/interventions.js";
import { Figure, stepPart } from "../base/figure.js";
import { inkOn, mapColor } from "../base/palette.js";
import { place } from "../base/place.js";
import { shownStep, whatIfFound } from "../base/what-if.js";
import { hiddenFrom } from "./predict.js";

words({
  "draw.title": ["The draw", "抽選"],
  "draw.told": ["The random number {u} fell into {token}, which owns {low}–{high} of the line.", "亂數 {u} 落在 {token} 所占的 {low}–{high} 區間。"],
  "draw.near": ["With {miss} less or more it would have been {token}.", "只要再差 {miss} 就會是 {token}。"],
  "draw.none": ["Nothing was drawn: the largest logit won.", "沒有抽選：logit 最大者直接勝出。"],
  "draw.forced": ["Nothing was drawn: the token was set by hand.", "沒有抽選：這個詞元由人為指定。"],
  "draw.beams": ["Nothing was drawn: the beam search took this token, as it lies on the best path. The tree below shows all paths.", "沒有抽選：這個詞元在最佳路徑上，由集束搜尋選出，各路徑見下方的樹。"],
  "draw.table": ["Each candidate's share of the line from 0 to 1", "各候選在 0 到 1 線段上的區間"],
  "draw.tail": ["others", "其他"],
  "draw.from": ["from", "起"],
  "draw.to": ["to", "迄"],
});

/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */
/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {{ label: string, id: number, low: number, high: number }} Share */

/** Height of a lane of shares, in pixels. */
const lane = 30;
/** The lens shows this many times the chosen share, but no less than `leastLens` of the line. */
const lensWidth = 4;
const leastLens = 0.02;

/**
 * The final distribution as intervals, best first (ties: lower id), what is not listed at the end.
 * @param {Step} step @returns {Share[]}
 */
export function sharesOf(step) {
  const best = step.candidates.filter((c) => c.probability > 0)
    .sort((a, b) => b.probability - a.probability || a.id - b.id);
  let low = 0;
  /** @type {Share[]} */
  const shares = best.map((c) => {
    const share = { label: tokenLabel(c, 24), id: c.id, low, high: low + c.probability };
    low = share.high;
    return share;
  });
  if (step.tail.probability > 1e-9) shares.push({ label: t("draw.tail"), id: -1, low, high: 1 });
  return shares;
}

/** @param {import("../data/source.js").TraceSource} source */
export function drawFigure(source) {
  const told = el("p", { class: "told" });
  const step = () => shownStep(source);
  const figure = new Figure({
    name: "draw",
    shows: () => [stepPart()],
    label: () => told.textContent ?? "",
    draw: (pen, width, theme) => {
      const now = step();
      return now?.draw ? drawDraw(pen, width, theme, now, now.draw) : 1;
    },
    table: () => {
      const now = step();
      return { caption: t("draw.table"), head: [t("column.token"), t("draw.from"), t("draw.to"), t("column.final")],
        rows: now ? sharesOf(now).map((s) => [s.label, fixed(s.low, 6), fixed(s.high, 6), percent(s.high - s.low)]) : [] };
    },
  });
  const element = el("div", { class: "draw" }, el("h3", {}, t("draw.title")), told, figure.element);

  /** @param {Set<string>} changed */
  function update(changed) {
    if (!["step", "theme", "predict", "growth", "whatif"].some((name) => changed.has(name))) return;
    const now = step();
    const hidden = place().step >= hiddenFrom();
    element.hidden = !now || hidden;
    figure.element.hidden = !now?.draw;
    if (!now || hidden) return;
    fill(told, now.draw ? tell(now) : t(isForced(source.trace, now.index) && !whatIfFound() ? "draw.forced" : source.trace.beam ? "draw.beams" : "draw.none"));
    figure.redraw();
  }
  update(new Set(["step"]));
  return { element, update };
}

/**
 * The whole line with the needle, and below it the part around the needle made large; returns the height.
 * @param {Pen} pen @param {number} width @param {Theme} theme @param {Step} step @param {import("../base/types.js").Draw} draw
 */
function drawDraw(pen, width, theme, step, draw) {
  const shares = sharesOf(step);
  const { uniform, low, high } = draw;
  const left = 1;
  const span = width - 2;
  const top = 34;
  lanes(pen, theme, shares, step, { from: 0, to: 1, left, span, top });
  for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
    const align = tick === 0 ? "left" : tick === 1 ? "right" : "center";
    pen.text(String(tick), left + tick * span, top + lane + 16, { size: 11, fill: theme.muted, align });
  }
  needle(pen, theme, left + uniform * span, top, `u = ${fixed(uniform, 4)}`, width);
  const wide = high - low > 0.25;
  if (wide) return top + lane + 24;
  const half = Math.max(leastLens / 2, (lensWidth / 2) * Math.max(high - low, Math.min(uniform - low, high - uniform)));
  const from = Math.max(0, Math.min(uniform - half, 1 - 2 * half));
  const to = Math.min(1, from + 2 * half);
  const below = top + lane + 58;
  pen.poly([[left + from * span, top + lane], [left, below], [left + span, below], [left + to * span, top + lane]],
    { fill: theme.line + "66" });
  lanes(pen, theme, shares, step, { from, to, left, span, top: below });
  pen.text(fixed(from, 4), left, below + lane + 16, { size: 11, fill: theme.muted });
  pen.text(fixed(to, 4), left + span, below + lane + 16, { size: 11, fill: theme.muted, align: "right" });
  const x = left + ((uniform - from) / (to - from)) * span;
  pen.line(x, below - 8, x, below + lane + 6, theme.accent, 2);
  return below + lane + 24;
}

/** @param {Step} step */
function tell(step) {
  if (!step.draw) return "";
  const { uniform, low, high } = step.draw;
  const shares = sharesOf(step);
  const at = shares.findIndex((s) => s.id === step.token.id);
  const near = uniform - low < high - uniform ? shares[at - 1] : shares[at + 1];
  const miss = Math.min(uniform - low, high - uniform);
  const main = t("draw.told", { u: fixed(uniform, 4), token: `‹${tokenLabel(step.token)}›`, low: fixed(low, 4), high: fixed(high, 4) });
  return near ? main + sentenceGap() + t("draw.near", { miss: fixed(miss, 4), token: `‹${near.label}›` }) : main;
}

/**
 * @param {import("../base/pen.js").Pen} pen @param {import("../base/palette.js").Theme} theme @param {Share[]} shares
 * @param {Step} step @param {{ from: number, to: number, left: number, span: number, top: number }} view
 */
function lanes(pen, theme, shares, step, view) {
  const x = (/** @type {number} */ value) => view.left + ((value - view.from) / (view.to - view.from)) * view.span;
  shares.forEach((share, i) => {
    const x0 = Math.max(view.left, x(share.low));
    const x1 = Math.min(view.left + view.span, x(share.high));
    if (x1 <= x0) return;
    const chosen = share.id === step.token.id;
    // Neighbours alternate between two quiet tints; a share's size is its width, not its colour.
    const value = share.id < 0 ? 0.06 : i % 2 === 0 ? 0.34 : 0.2;
    pen.rect(x0, view.top, Math.max(0.5, x1 - x0 - (x1 - x0 > 4 ? 1 : 0)), lane, mapColor(value, theme));
    if (chosen) {
      pen.rect(x0, view.top + lane - 4, x1 - x0, 4, theme.accent);
    }
    const label = share.label;
    if (x1 - x0 > pen.measure(label, { size: 14, serif: true }) + 12) {
      pen.text(label, (x0 + x1) / 2, view.top + 20, { size: 14, serif: true, align: "center", weight: chosen ? 600 : 400, fill: inkOn(value, theme) });
    }
  });
}

/**
 * @param {import("../base/pen.js").Pen} pen
 * @param {import("../base/palette.js").Theme} theme @param {number} x @param {number} top @param {string} label @param {number} width
 */
function needle(pen, theme, x, top, label, width) {
  pen.line(x, top - 12, x, top + lane + 4, theme.accent, 2);
  pen.poly([[x - 5, top - 12], [x + 5, top - 12], [x, top - 4]], { fill: theme.accent });
  const align = x < 50 ? "left" : x > width - 50 ? "right" : "center";
  pen.text(label, x, top - 18, { size: 12, weight: 600, fill: theme.accent, align });
}
