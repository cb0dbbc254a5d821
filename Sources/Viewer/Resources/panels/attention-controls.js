// How the attention is looked at: one layer or all of them together, with or without the first token, from which weight on.

import { el, fill } from "../base/dom.js";
import { sentenceGap, t, words } from "../base/strings.js";
import { percentTo } from "../base/format.js";
import { choiceOf, choose, declareChoice, place } from "../base/place.js";
import { ViewedWeights } from "../data/attention-views.js";

words({
  "over.label": ["Layers", "各層"],
  "over.one": ["one layer", "單層"],
  "over.mean": ["mean over layers", "各層平均"],
  "over.max": ["maximum over layers", "各層最大"],
  "over.rollout": ["rollout", "各層相乘"],
  "over.mean.name": ["0–{last} (mean)", "0–{last}（平均）"],
  "over.max.name": ["0–{last} (maximum)", "0–{last}（最大）"],
  "over.rollout.name": ["0–{last} (rollout)", "0–{last}（各層相乘）"],
  "over.note": ["All {n} layers are taken together, key by key: no layer of the model has these weights.", "把 {n} 層逐鍵合在一起：模型中沒有任何一層有這樣的權重。"],
  "over.rollout.note": ["Rollout multiplies the layers, each as half the mean of its heads and half the token’s own place: it takes attention for all that flows, and leaves out what values and MLPs make of it, so it is a sketch and no proof.", "「各層相乘」就是把各層的注意力乘起來，每層取各頭平均的一半，再加上詞元自身位置的一半：它把注意力當成唯一的流動，忽略值與 MLP 的作用，所以只是草圖，不是證明。"],
  "rest.label": ["without the first token", "略去第一個詞元"],
  "rest.note": ["The first token is left out ({share} here) and the rest of each row scaled up to the sum it had: these are not the model’s own weights.", "略去第一個詞元（此處占 {share}），每一橫列的其餘權重放大到原來的總和：這不是模型本身的權重。"],
  "least.label": ["Draw from {least} % on", "只畫 {least} % 以上"],
  "least.note": ["Weights below {least} % are not drawn; in this row they hold {share}.", "低於 {least} % 的權重不畫出；它們在此橫列合計 {share}。"],
  "problem.rollout": ["A rollout over {n} positions would keep this page busy for too long.", "{n} 個位置的各層相乘會讓頁面忙太久。"],
});

/** @typedef {import("../data/weights.js").Weights} Weights */

/** The smallest weight to draw from is at most so many percent. */
const mostLeast = 50;
declareChoice("over", "", /^(mean|max|rollout)$/);
declareChoice("rest", "", /^1$/);
declareChoice("least", "0", /^[1-9]\d?$/);

/**
 * How the reader looks at the attention: `over` is what it is taken over the layers as, empty for one layer; `rest` leaves
 * its first token out; `least` is the smallest weight drawn, in percent.
 */
export function viewChoices() {
  const over = /** @type {"" | "mean" | "max" | "rollout"} */ (choiceOf("over"));
  return { over, rest: choiceOf("rest") === "1", least: Math.min(mostLeast, Number(choiceOf("least"))) };
}

/** The weights that were looked at last, and how: pictures keep what they drew of the same object. */
let viewed = /** @type {ViewedWeights | null} */ (null);

/**
 * A run's weights as the reader looks at them.
 * @param {Weights} own @returns {Weights}
 */
export function weightsInView(own) {
  const { over, rest } = viewChoices();
  if (over === "" && !rest) return own;
  if (viewed?.own !== own || viewed.over !== over || viewed.rest !== rest) {
    const before = viewed;
    viewed = new ViewedWeights(own, over, rest);
    // The same layers are multiplied once.
    if (before?.own === own && before.over === over) [viewed.product, viewed.pending] = [before.product, before.product ? before.pending : null];
  }
  return viewed;
}

/**
 * The name of the layer that is shown, or of all.
 * @param {number} layers
 */
export function layerName(layers) {
  const { layer } = place();
  const { over } = viewChoices();
  return over === "" ? String(layer) : t(`over.${over}.name`, { last: layers - 1 });
}

/** The head that is shown: over the layers a single one means nothing. @returns {import("../data/weights.js").Head} */
export function headInView() {
  const { head } = place();
  const { over } = viewChoices();
  return over === "" || (over !== "rollout" && typeof head !== "number") ? head : "mean";
}

/** The controls, made once: a slider that is being moved must not be made anew. */
export class AttentionControls {
  constructor() {
    this.over = el("select", { id: "pick-over", on: { change: () => {
      const over = this.over.value;
      choose("over", over, over !== "" && typeof place().head === "number" ? { head: "mean" } : {});
    } } }, /** @type {const} */ (["", "mean", "max", "rollout"]).map((value) => el("option", { value }, t(value === "" ? "over.one" : `over.${value}`))));
    this.rest = el("input", { type: "checkbox", id: "pick-rest", on: { change: () => choose("rest", this.rest.checked ? "1" : "") } });
    this.least = el("input", { type: "range", id: "pick-least", min: 0, max: mostLeast, step: 1, on: { input: () => choose("least", this.least.value) } });
    this.leastLabel = el("label", { for: "pick-least" });
    this.element = el("div", { class: "pickers attention-views" }, el("label", {}, t("over.label"), " ", this.over),
      el("label", {}, this.rest, " ", t("rest.label")), el("span", { class: "least" }, this.leastLabel, " ", this.least));
    this.update();
  }

  update() {
    const { over, rest, least } = viewChoices();
    this.over.value = over;
    this.rest.checked = rest;
    if (this.least.value !== String(least)) this.least.value = String(least);
    fill(this.leastLabel, t("least.label", { least }));
  }
}

/**
 * What is to be said of a row that is not looked at as the model has it.
 * @param {Weights} own @param {Float32Array} row as it is looked at @param {number} query
 */
export function viewTold(own, row, query) {
  const { layer } = place();
  const { over, rest, least } = viewChoices();
  const notes = [];
  if (over === "rollout") notes.push(t("over.rollout.note"));
  else if (over !== "") notes.push(t("over.note", { n: own.layers }));
  if (rest) {
    const whole = over === "" ? own : new ViewedWeights(own, over, false);
    if (whole instanceof ViewedWeights && viewed) whole.product = viewed.product;
    notes.push(t("rest.note", { share: percentTo(whole.row(layer, headInView(), query)[0] ?? 0, own.decimals) }));
  }
  if (least > 0) {
    const below = row.reduce((sum, weight) => (weight < least / 100 ? sum + weight : sum), 0);
    notes.push(t("least.note", { least, share: percentTo(below, own.decimals) }));
  }
  return notes.join(sentenceGap());
}
