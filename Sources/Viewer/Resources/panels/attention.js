// Where the model looked: the map of all heads, one head large, and the arcs of the current token.

import { el, fill } from "../base/dom.js";
import { sentenceGap, t, words } from "../base/strings.js";
import { fixed, percentTo, tokenLabel } from "../base/format.js";
import { headsOff, isOff } from "../base/interventions.js";
import { bind } from "../base/keys.js";
import { isFilled, queryOf, stepAt } from "../base/context.js";
import { offers } from "../base/offers.js";
import { panel } from "../base/panels.js";
import { choose, move, place } from "../base/place.js";
import { isFirstHead } from "../data/first-head.js";
import { measures } from "../data/weights.js";
import { section } from "./section.js";
import { Heatmap } from "./heatmap.js";
import { HeadGrid } from "./head-grid.js";
import { arcsFigure } from "./arcs.js";
import { AttentionControls, viewChoices, headInView, layerName, viewTold, weightsInView } from "./attention-controls.js";
import { labelOf } from "./predict.js";

words({
  "attention.title": ["Where the model looked", "模型看向哪裡"],
  "attention.lead": ["Before it chose, the model weighed every token so far, once for each head of each layer. The more a cell stands out from the background, the more weight; each row sums to 1.", "選詞之前，每一層的每個注意力頭都會為先前的每個詞元分配權重。格子與背景的反差越大，權重越大；每一橫列的總和為 1。"],
  "attention.elsewhere": ["Unavailable: the engine that ran the model does not tell its attention.", "無法取得：執行模型的引擎不提供注意力。"],
  "attention.none": ["No attention was recorded. Run stepglass trace with --record attention.", "這次執行沒有記錄注意力。請以 --record attention 執行 stepglass trace。"],
  "attention.unpacking": ["Unpacking the weights …", "正在解開權重……"],
  "attention.told": ["While choosing, the last token read was {from} (position {position}). Head {head} of layer {layer} looked most at {top}: {share}.", "選詞時最後讀入的是 {from}（位置 {position}）。第 {layer} 層的頭 {head} 最關注 {top}：{share}。"],
  "attention.lead.both": ["An encoder reads the whole text at once: every token weighs all others, those after it too, once for each head of each layer. The more a cell stands out from the background, the more weight; each row sums to 1.", "編碼器一次讀完整段文字：每一層的每個注意力頭都讓每個詞元為其他所有詞元（包括後面的）分配權重。格子與背景的反差越大，權重越大；每一橫列的總和為 1。"],
  "attention.told.mask": ["From {from} (position {position}), head {head} of layer {layer} looked most at {top}: {share}.", "從 {from}（位置 {position}）看出去，第 {layer} 層的頭 {head} 最關注 {top}：{share}。"],
  "attention.told.mask.many": ["From {from} (position {position}), over the heads of layer {layer}, {top} got most: {share}.", "從 {from}（位置 {position}）看出去，綜合第 {layer} 層各頭，{top} 得到最多：{share}。"],
  "attention.pinned": ["Looking from {from} (position {position}). Head {head} of layer {layer} looked most at {top}: {share}.", "從 {from}（位置 {position}）看出去。第 {layer} 層的頭 {head} 最關注 {top}：{share}。"],
  "attention.strongest": ["Of each row only the {n} strongest keys were kept; the others hold {share} of this row.", "每一橫列只保留最強的 {n} 個鍵；其餘在此橫列合計 {share}。"],
  "attention.off": ["⊘ This head is switched off in this step: its weights are computed, and its output is set to zero.", "⊘ 這一步關閉了這個頭：權重照算，但輸出設為零。"],
  "attention.off.some": ["⊘ Switched off in this layer: {heads}.", "⊘ 這一層關閉的頭：{heads}。"],
  "attention.off.option": ["{head} (off)", "{head}（關閉）"],
  "attention.waiting": ["Nothing has been read yet: the weights come with the first step.", "還沒讀任何東西：走第一步就有權重。"],
  "attention.first": ["This head is shown first: of all, its row has the most weight on tokens other than the first and the one it looks from.", "先顯示這個頭：在所有頭之中，它這一橫列放在其他詞元（第一個詞元與它自己以外）的權重最多。"],
  "attention.follow": ["Follow the step", "回到目前步驟"],
  "attention.head": ["Head", "頭"],
  "attention.told.many": ["While choosing, the last token read was {from} (position {position}). Over the heads of layer {layer}, {top} got most: {share}.", "選詞時最後讀入的是 {from}（位置 {position}）。綜合第 {layer} 層各頭，{top} 得到最多：{share}。"],
  "attention.shared": ["shares keys and values {kv} with heads {from}–{to}", "與第 {from}–{to} 頭共用第 {kv} 組鍵與值"],
  "head.mean": ["mean of heads", "各頭平均"],
  "head.max": ["maximum of heads", "各頭最大"],
  "measure.mean": ["mean weight", "平均權重"],
  "measure.max": ["largest weight", "最大權重"],
  "measure.entropy": ["entropy", "熵"],
  "measure.first": ["to the first token", "給第一個詞元"],
  "nav.attention": ["Attention", "注意力"],
  "key.layer-down": ["next layer", "下一層"],
  "key.layer-up": ["layer before", "上一層"],
  "key.head-left": ["head before", "上一個頭"],
  "key.head-right": ["next head", "下一個頭"],
  "key.follow": ["look from the current step again", "注意力回到目前步驟"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/** @typedef {import("../data/weights.js").Weights} Weights */
/** @typedef {import("./heatmap.js").AttentionView} AttentionView */

panel({
  id: "attention", area: "sections", order: 30,
  make: (source) => (source.attention ? new AttentionPanel(source)
    : { element: section("attention", [el("p", { class: "told" }, t(source.trace.origin ? "attention.elsewhere" : "attention.none"))]) }),
});

bind({ keys: ["j"], label: "key.layer-down", order: 50, run: () => otherLayer(1) });
bind({ keys: ["k"], label: "key.layer-up", order: 60, run: () => otherLayer(-1) });
bind({ keys: ["h"], label: "key.head-left", order: 70, run: () => otherHead(-1) });
bind({ keys: ["l"], label: "key.head-right", order: 80, run: () => otherHead(1) });
bind({ keys: ["f"], label: "key.follow", order: 100, run: () => move({ look: null }) });

/**
 * From all layers back to one; else to another.
 * @param {number} by
 */
function otherLayer(by) {
  if (viewChoices().over === "") move({ layer: place().layer + by });
  else choose("over", "");
}

/** @param {number} by */
function otherHead(by) {
  const { head } = place();
  const { over } = viewChoices();
  if (over !== "") return move({ head: head === "max" ? "mean" : "max" });
  move({ head: typeof head === "number" ? head + by : 0 });
}

/**
 * What the panel's pictures share, read anew at every use: a run may grow.
 * @param {TraceSource} source of a run with attention
 * @returns {AttentionView & { rowOf: () => number }} `rowOf`: the row that is looked from, whatever positions there are
 */
export function attentionView(source) {
  const { trace } = source;
  const view = {
    get raw() { return /** @type {Weights} */ (source.attention); },
    get weights() { return weightsInView(view.raw); },
    layerName: () => layerName(view.raw.layers),
    headName: () => String(headInView()),
    least: () => viewChoices().least / 100,
    isShownOff: () => viewChoices().over === "" && isOff(trace, place().step, place().layer, place().head),
    get promptLength() { return trace.prompt.tokens.length; },
    /** The step that looked from a row; below 0 where none did. */
    stepFrom: (/** @type {number} */ query) => {
      const step = stepAt(trace, isFilled(trace) ? query : query + 1);
      return step < trace.steps.length ? step : -1;
    },
    get isMoving() { return source.live?.isRunning ?? false; },
    get groupSize() { return Math.max(1, Math.floor(trace.model.heads / trace.model.keyValueHeads)); },
    isOff: (/** @type {number} */ layer, /** @type {import("../data/weights.js").Head} */ head) => isOff(trace, place().step, layer, head),
    label: (/** @type {number} */ position, limit = 24) => {
      const token = trace.prompt.tokens[position] ?? trace.steps[position - view.promptLength]?.token;
      return labelOf(position - view.promptLength, tokenLabel(token ?? { text: "" }, limit));
    },
    /** Seen from the last position read before the step's token was chosen, or from where the reader looks. */
    query: () => Math.min(view.rowOf(), view.weights.positions - 1),
    rowOf: () => place().look ?? queryOf(trace, place().step),
  };
  return view;
}

/** The three pictures of a run's attention, the pickers above them and the numbers between. */
class AttentionPanel {
  /** @param {TraceSource} source */
  constructor(source) {
    this.source = source;
    this.view = attentionView(source);
    this.told = el("p", { class: "told", "aria-live": "polite" });
    this.facts = el("dl", { class: "measures" });
    this.pickers = el("div", { class: "pickers" });
    this.controls = new AttentionControls();
    this.grid = new HeadGrid(this.view);
    this.heatmap = new Heatmap(this.view);
    this.arcs = arcsFigure(this.view);
    /** What there is to see once there are weights. */
    this.matter = el("div", {}, this.pickers, this.controls.element, el("div", { class: "attention-pair" }, this.grid.element, this.heatmap.element), this.facts, this.arcs.element);
    this.element = section("attention", [this.told, this.matter]);
    const lead = this.element.querySelector(".lead");
    if (lead && this.source.attention?.pattern(0).kind === "full") fill(lead, t("attention.lead.both"));
    this.paintPickers();
    this.paint();
  }

  /** The sentence and the numbers of the current row; unpacks its layer first where that is still to do. */
  paint() {
    const [{ layer }, head] = [place(), headInView()];
    const { view } = this;
    const { weights } = view;
    if (!weights.has(layer)) {
      fill(this.told, t("attention.unpacking"));
      weights.load(layer).then(() => this.paintAll(), (error) => fill(this.told, t(error.key ?? "problem.attention", error.values ?? { why: "" })));
      return;
    }
    this.matter.hidden = weights.positions === 0;
    if (weights.positions === 0) return fill(this.told, t("attention.waiting"));
    const query = view.query();
    const { from, to } = weights.seen(layer, query);
    const row = weights.row(layer, head, query);
    const m = measures(row, to - from);
    fill(this.told, t(typeof head !== "number" ? (isFilled(this.source.trace) ? "attention.told.mask.many" : "attention.told.many") : place().look !== null ? "attention.pinned" : isFilled(this.source.trace) ? "attention.told.mask" : "attention.told", {
      layer: view.layerName(), head: String(head),
      from: `‹${view.label(query)}›`, position: query, top: `‹${view.label(m.top)}›`, share: percentTo(m.max, weights.decimals) }),
      weights.keysPerRow < Infinity && viewChoices().over === "" ? sentenceGap() + t("attention.strongest", { n: weights.keysPerRow, share: percentTo(weights.tail(layer, head, query), weights.decimals) }) : "",
      el("span", { class: "note attention-note" }, viewTold(view.raw, row, query)),
      isFirstHead(layer, head) && viewChoices().over === "" && place().step === 0 && place().look === null ? el("span", { class: "note first-head" }, t("attention.first")) : null, this.offTold());
    const weight = (/** @type {number} */ x) => fixed(x, weights.decimals);
    fill(this.facts, [["measure.mean", weight(m.mean)], ["measure.max", weight(m.max)],
      ["measure.entropy", `${fixed(m.entropy, Math.min(2, weights.decimals - 1))} ${t("unit.bits")}`], ["measure.first", weight(m.first)]]
      .map(([key, value]) => el("div", {}, el("dt", {}, t(key ?? "")), el("dd", {}, value))));
  }

  /** What is to be said of heads that are off at this step. */
  offTold() {
    const { layer, head } = place();
    const { over } = viewChoices();
    if (over !== "") return null;
    if (this.view.isOff(layer, head)) return el("strong", { class: "changed" }, t("attention.off"));
    const here = headsOff(this.source.trace, place().step).filter((one) => one.startsWith(`${layer}.`)).map((one) => one.slice(one.indexOf(".") + 1));
    return typeof head !== "number" && here.length > 0 ? el("strong", { class: "changed" }, t("attention.off.some", { heads: here.join(t("list.comma")) })) : null;
  }

  paintAll() {
    this.paint();
    this.paintPickers();
    this.heatmap.redraw();
    this.arcs.redraw();
  }

  paintPickers() {
    this.controls.update();
    const [{ layer, look }, { over }, head] = [place(), viewChoices(), headInView()];
    const { weights } = this.view;
    const { model } = this.source.trace;
    const shared = model.heads / model.keyValueHeads;
    const group = typeof head === "number" ? Math.floor(head / shared) : 0;
    const layers = el("select", { id: "pick-layer", disabled: over !== "", on: { change: () => move({ layer: Number(layers.value) }) } },
      Array.from({ length: weights.layers }, (_, i) => el("option", { value: i, selected: i === layer }, i)));
    const heads = el("select", { id: "pick-head", on: { change: () => move({ head: heads.value === "mean" || heads.value === "max" ? heads.value : Number(heads.value) }) } },
      over !== "" ? null : Array.from({ length: weights.heads }, (_, i) => el("option", { value: i, selected: i === head },
        this.view.isOff(layer, i) ? t("attention.off.option", { head: i }) : i)),
      /** @type {("mean" | "max")[]} */ (over === "rollout" ? ["mean"] : ["mean", "max"]).map((name) => el("option", { value: name, selected: name === head }, t(`head.${name}`))));
    fill(this.pickers, el("label", {}, t("attention.layer"), " ", layers), el("label", {}, t("attention.head"), " ", heads),
      typeof head === "number" && shared > 1
        ? el("span", { class: "label" }, t("attention.shared", { kv: group, from: group * shared, to: (group + 1) * shared - 1 })) : null,
      over === "" && typeof head === "number" ? offers.head?.(layer, head) : null,
      look !== null ? el("button", { type: "button", class: "quiet", on: { click: () => move({ look: null }) } }, t("attention.follow")) : null);
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (["step", "layer", "head", "look", "over", "rest", "least", "growth"].some((name) => changed.has(name))) this.paintPickers();
    if (!["step", "layer", "head", "look", "over", "rest", "least", "theme", "growth", "cells", "window"].some((name) => changed.has(name))) return;
    this.paint();
    this.grid.update(changed);
    this.heatmap.redraw();
    this.arcs.redraw();
  }
}
