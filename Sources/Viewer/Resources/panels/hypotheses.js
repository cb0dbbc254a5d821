// The finished hypotheses of a beam search, ranked again under another length penalty.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { joined } from "../base/bytes.js";
import { byteMark, fixed, plain } from "../base/format.js";
import { hiddenFrom } from "./predict.js";

words({
  "beams.hypotheses": ["Finished hypotheses", "寫完的路徑"],
  "beams.penalty": ["Length penalty", "長度懲罰"],
  "beams.penalty.told": ["Score = sum of log-probabilities ÷ length^penalty. Move the slider to rank them anew.", "分數＝對數機率總和 ÷ 長度^懲罰。移動滑桿重新排名。"],
  "beams.recorded": ["as recorded", "原設定"],
  "beams.was": ["moved", "變動"],
  "beams.text": ["text", "文字"],
  "beams.length": ["length", "長度"],
});

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

/** The finished hypotheses, ranked again while the slider moves. */
export class Hypotheses {
  /** @param {() => import("../base/types.js").Beam} search as far as it has come */
  constructor(search) {
    this.search = search;
    this.holder = el("div", { tabindex: 0, role: "region", "aria-label": t("beams.hypotheses") });
    this.value = el("output", {});
    this.slider = el("input", { type: "range", id: "length-penalty", min: penaltyRange.low, max: penaltyRange.high, step: 0.05,
      value: search().lengthPenalty, on: { input: () => this.render() } });
    this.element = el("div", { class: "draw" }, el("h3", {}, t("beams.hypotheses")), el("p", { class: "told" }, t("beams.penalty.told")),
      el("div", { class: "merge-controls" }, el("label", { for: "length-penalty" }, t("beams.penalty")), this.slider, this.value), this.holder);
    this.render();
  }

  render() {
    const { lengthPenalty, hypotheses } = this.search();
    const penalty = Number(this.slider.value);
    fill(this.value, fixed(penalty, 2), Math.abs(penalty - lengthPenalty) < 0.026 ? ` (${t("beams.recorded")})` : "");
    const ranked = [...hypotheses].sort((a, b) => penalizedScore(b, penalty) - penalizedScore(a, penalty));
    // A few stand open; many get a window of their own, whose edge says that there is more.
    this.holder.className = hypotheses.length > openRows ? "scroller tall" : "scroller";
    fill(this.holder, el("table", { class: "hypotheses" },
      el("thead", {}, el("tr", {}, ["#", t("beams.was"), t("beams.text"), t("beams.length"), "Σ log p", t("beams.score")].map((title) => el("th", { scope: "col" }, title)))),
      el("tbody", {}, ranked.map((hypothesis, i) => hypothesisRow(hypothesis, textOf(this.search(), hypothesis), i, hypotheses.indexOf(hypothesis), penalty)))));
  }
}

/**
 * A hypothesis in one line, with the bytes of a character that its last tokens begin and do not complete.
 * @param {import("../base/types.js").Beam} search @param {Hypothesis} hypothesis
 */
function textOf({ nodes }, hypothesis) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  let at = nodes.find((node) => node.depth === hypothesis.tokens.length - 1 && node.sumLogProbability === hypothesis.sumLogProbability);
  /** @type {import("../base/types.js").Token[]} */
  const last = [];
  for (; at && last.length < 4; at = at.parent === null ? undefined : byId.get(at.parent)) last.unshift(at.token);
  const { unfinished } = joined(last);
  const text = unfinished ? hypothesis.text.replace(/\ufffd$/, "") : hypothesis.text;
  return plain(text, 300).replace(/\n/g, "↵") + (unfinished ? byteMark(unfinished) : "");
}

/**
 * @param {Hypothesis} hypothesis @param {string} text @param {number} rank now @param {number} before as recorded @param {number} penalty
 */
function hypothesisRow(hypothesis, text, rank, before, penalty) {
  const hidden = hiddenFrom() < Infinity;
  return el("tr", { class: rank === 0 ? "chosen" : "" }, el("td", {}, rank + 1),
    el("td", {}, before === rank ? "=" : before > rank ? `↑${before - rank}` : `↓${rank - before}`),
    el("th", { scope: "row", class: "word", dir: "auto" }, hidden ? "···" : text),
    el("td", {}, hypothesis.tokens.length), el("td", {}, fixed(hypothesis.sumLogProbability, 3)),
    el("td", {}, fixed(penalizedScore(hypothesis, penalty), 4)));
}
