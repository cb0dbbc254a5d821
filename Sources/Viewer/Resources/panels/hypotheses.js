// The finished hypotheses of a beam search, ranked again under another length penalty. Called by: the beam panel.

import { el, fill } from "../base/dom.js";
import { t } from "../base/strings.js";
import { fixed, plain } from "../base/format.js";
import { hiddenFrom } from "./predict.js";

/** @typedef {import("../base/types.js").Hypothesis} Hypothesis */

/** So many hypotheses are shown without a window that scrolls. */
const openRows = 8;
const penaltyRange = { low: -1, high: 3 };

/**
 * The score under a length penalty: sum of log-probabilities ÷ length^penalty.
 * @param {Hypothesis} hypothesis @param {number} penalty
 */
export function penalizedScore(hypothesis, penalty) {
  return hypothesis.sumLogProbability / Math.max(1, hypothesis.tokens.length) ** penalty;
}

/**
 * The finished hypotheses, ranked again while the slider moves.
 * @param {import("../base/types.js").Beam} beam
 */
export function rankedHypotheses(beam) {
  // A few stand open; many get a window of their own, whose edge says that there is more.
  const holder = el("div", { class: beam.hypotheses.length > openRows ? "scroller tall" : "scroller", tabindex: 0, role: "group", "aria-label": t("beams.hypotheses") });
  const value = el("output", {});
  const slider = el("input", { type: "range", id: "length-penalty", min: penaltyRange.low, max: penaltyRange.high, step: 0.05, value: beam.lengthPenalty, on: { input: () => render() } });
  const recorded = [...beam.hypotheses];

  function render() {
    const penalty = Number(slider.value);
    fill(value, fixed(penalty, 2), Math.abs(penalty - beam.lengthPenalty) < 0.026 ? ` (${t("beams.recorded")})` : "");
    const ranked = [...recorded].sort((a, b) => penalizedScore(b, penalty) - penalizedScore(a, penalty));
    const hidden = hiddenFrom() < Infinity;
    fill(holder, el("table", { class: "hypotheses" },
      el("thead", {}, el("tr", {}, ["#", t("beams.was"), t("beams.text"), t("beams.length"), "Σ log p", t("beams.score")].map((title) => el("th", { scope: "col" }, title)))),
      el("tbody", {}, ranked.map((hypothesis, i) => {
        const before = recorded.indexOf(hypothesis);
        return el("tr", { class: i === 0 ? "chosen" : "" }, el("td", {}, i + 1), el("td", {}, before === i ? "=" : before > i ? `↑${before - i}` : `↓${i - before}`),
          el("th", { scope: "row", class: "word" }, hidden ? "···" : plain(hypothesis.text, 300).replace(/\n/g, "↵")), el("td", {}, hypothesis.tokens.length), el("td", {}, fixed(hypothesis.sumLogProbability, 3)),
          el("td", {}, fixed(penalizedScore(hypothesis, penalty), 4)));
      }))));
  }
  render();
  return el("div", { class: "draw" }, el("h3", {}, t("beams.hypotheses")), el("p", { class: "told" }, t("beams.penalty.told")),
    el("div", { class: "merge-controls" }, el("label", { for: "length-penalty" }, t("beams.penalty")), slider, value), holder);
}
