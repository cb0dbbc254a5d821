// One head in two runs: its weights in this one, in the other, or how they differ, in the same picture.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { choices } from "../base/choices.js";
import { fixed, plain } from "../base/format.js";
import { mapColor } from "../base/palette.js";
import { choiceOf, choose, declareChoice, move, place } from "../base/place.js";
import { keysSeen } from "../data/weights.js";
import { EngineProblem, spoken } from "../engine/engine-client.js";
import { attentionView } from "./attention.js";
import { Heatmap } from "./heatmap.js";

words({
  "pair.label": ["The same head in both runs", "兩次執行的同一個頭"],
  "pair.difference": ["difference", "差"],
  "pair.told": ["Layer {layer}, head {head}: {which}.", "第 {layer} 層、頭 {head}：{which}。"],
  "pair.less": ["second less this run", "另一次減本次"],
  "pair.heads": ["One run sees only what stands before each token, the other all of the text.", "一次執行只看得到每個詞元之前的內容，另一次看得到全文。"],
  "pair.one": ["Take one head, not their mean or maximum, to see the difference.", "要看差，請選單一個頭，不要選平均或最大。"],
  "pair.no": ["The second run has no layer {layer} with a head {head}, or records no attention.", "另一次執行沒有第 {layer} 層的頭 {head}，或沒有記錄注意力。"],
  "pair.engine": ["This page has no engine to take the difference.", "這個頁面沒有引擎可以計算差。"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/** @typedef {import("../data/weights.js").Weights} Weights */
/** @typedef {import("./heatmap.js").AttentionView} AttentionView */
/** @typedef {"a" | "b" | "difference"} Which */

declareChoice("pair", "a", /^(a|b|difference)$/);

/** Differences from 0 to this are drawn in rising strength, larger ones in the strongest. */
const strongest = 0.5;

/**
 * How one head's weights differ, as the pictures read weights.
 * @param {Weights} own the first run's @param {{ positions: number, weights: Float32Array }} found @returns {Weights}
 */
function differenceWeights(own, found) {
  const { positions, weights } = found;
  return { layers: own.layers, heads: own.heads, positions, keysPerRow: Infinity, decimals: own.decimals, has: () => true, load: async () => {},
    pattern: (layer) => own.pattern(layer), seen: (layer, query) => keysSeen(own.pattern(layer), query, positions), tail: () => 0,
    row: (layer, _, query) => weights.subarray(query * positions, query * positions + keysSeen(own.pattern(layer), query, positions).to) };
}

/** The heatmap of the attention, in which weights may be below zero. */
class PairHeatmap extends Heatmap {
  /** @param {AttentionView & { isDifference: () => boolean }} view */
  constructor(view) {
    super(view, "pair-heatmap");
    this.pair = view;
  }

  /** @param {import("../base/palette.js").Theme} theme @param {number} side @param {Float32Array} largest */
  paint(theme, side, largest) {
    if (!this.pair.isDifference()) return super.paint(theme, side, largest);
    const { canvas } = this.image;
    canvas.width = canvas.height = Math.max(1, side);
    const context = canvas.getContext("2d");
    if (!context) return;
    for (let i = 0; i < largest.length; i += 1) {
      const value = largest[i] ?? 0;
      if (value === 0 || value < -1) continue;
      context.globalAlpha = value > 0 ? 1 : Math.sqrt(Math.min(1, -value / strongest));
      context.fillStyle = value > 0 ? mapColor(Math.sqrt(Math.min(1, value / strongest)), theme) : theme.accent;
      context.fillRect(i % side, Math.floor(i / side), 1, 1);
    }
  }

  /** @param {import("../base/pen.js").Pen} pen @param {import("../base/palette.js").Theme} theme @param {number} x @param {number} y @param {number} width */
  key(pen, theme, x, y, width) {
    if (!this.pair.isDifference()) return super.key(pen, theme, x, y, width);
    for (const [at, value] of [0.5, 0.1, 0.02, -0.02, -0.1, -0.5].entries()) {
      const left = x + at * (width / 6);
      pen.rect(left, y, 14, 9, value > 0 ? mapColor(Math.sqrt(value / strongest), theme) : mixed(theme, Math.sqrt(-value / strongest)));
      pen.text((value > 0 ? "+" : "") + fixed(value, 2), left, y + 22, { size: 10.5, fill: theme.muted });
    }
  }
}

/**
 * The accent over the paper.
 * @param {import("../base/palette.js").Theme} theme @param {number} share
 */
function mixed(theme, share) {
  const parts = [1, 3, 5].map((at) => [theme.paper, theme.accent].map((colour) => parseInt(colour.slice(at, at + 2), 16)));
  return `rgb(${parts.map(([paper = 0, accent = 0]) => Math.round(paper + (accent - paper) * share)).join(" ")})`;
}

/** The picture with its buttons; follows the layer and the head of the page. */
export class CompareHeads {
  /** @param {TraceSource} first @param {TraceSource} second @param {import("../engine/live-compare.js").LivePair | null} pair */
  constructor(first, second, pair) {
    this.first = first;
    this.second = second;
    this.pair = pair;
    /** @type {{ name: string, weights: Weights } | null} the difference that is here */
    this.found = null;
    this.asked = "";
    this.told = el("p", { class: "note", "aria-live": "polite" });
    this.buttons = el("div", { class: "pickers" });
    this.heatmap = new PairHeatmap(this.view());
    this.element = el("div", { class: "compare-heads" }, el("h3", {}, t("pair.label")), this.buttons, this.told, this.heatmap.element);
    this.update();
  }

  /** @returns {Which} */
  get which() {
    return /** @type {Which} */ (choiceOf("pair"));
  }

  /** The run whose tokens stand at the picture. */
  get shown() {
    return this.which === "b" ? this.second : this.first;
  }

  /** What the picture reads: of the run that is chosen. @returns {AttentionView & { isDifference: () => boolean }} */
  view() {
    const views = { a: attentionView(this.first), b: attentionView(this.second) };
    const now = () => (this.which === "b" ? views.b : views.a);
    const own = () => /** @type {Weights} */ (this.shown.attention);
    const weights = () => (this.which === "difference" && this.found ? this.found.weights : own());
    /** @type {AttentionView & { isDifference: () => boolean }} */
    const view = {
      get raw() { return own(); },
      get weights() { return weights(); },
      layerName: () => String(place().layer), headName: () => String(place().head), least: () => 0,
      isShownOff: () => this.which !== "difference" && now().isOff(place().layer, place().head),
      get promptLength() { return now().promptLength; },
      stepFrom: (query) => now().stepFrom(query),
      isMoving: false,
      get groupSize() { return now().groupSize; },
      isOff: (layer, head) => now().isOff(layer, head),
      label: (position, limit) => now().label(position, limit),
      query: () => Math.max(0, Math.min(now().rowOf(), weights().positions - 1)),
      isDifference: () => this.which === "difference",
    };
    return view;
  }

  /** What keeps the choice from being shown; null where nothing does. */
  obstacle() {
    const { layer, head } = place();
    const { attention } = this.shown;
    if (!attention || layer >= attention.layers || (typeof head === "number" && head >= attention.heads)) return t("pair.no", { layer, head });
    if (this.which !== "difference") return null;
    return typeof head !== "number" ? t("pair.one") : this.pair ? null : t("pair.engine");
  }

  update() {
    const { layer, head } = place();
    const options = /** @type {Which[]} */ (["a", "b", "difference"]).map((value) => ({ value, text: t(value === "a" ? "compare.first" : value === "b" ? "compare.second" : "pair.difference") }));
    const held = this.buttons.contains(document.activeElement);
    fill(this.buttons, choices(t("pair.label"), options, this.which, (value) => choose("pair", value)));
    if (held) /** @type {HTMLElement | null} */ (this.buttons.querySelector("[aria-checked=true]"))?.focus();
    const obstacle = this.obstacle();
    this.heatmap.element.hidden = true;
    if (obstacle) return fill(this.told, obstacle);
    fill(this.told, t("pair.told", { layer, head, which: t({ a: "compare.first", b: "compare.second", difference: "pair.less" }[this.which]) }),
      this.first.attention?.pattern(0).kind !== this.second.attention?.pattern(0).kind && this.second.attention ? ` ${t("pair.heads")}` : "");
    if (this.which === "difference" && this.found?.name !== `${layer}.${head}`) return this.ask(layer, Number(head));
    this.show();
  }

  show() {
    const { layer } = place();
    const { weights } = this.heatmap.view;
    if (!weights.has(layer)) {
      weights.load(layer).then(() => this.update(), (error) => fill(this.told, t(error.key ?? "problem.attention", error.values ?? { why: "" })));
      return;
    }
    if (weights.positions === 0) return;
    this.heatmap.element.hidden = false;
    this.heatmap.redraw();
  }

  /** @param {number} layer @param {number} head */
  async ask(layer, head) {
    const name = `${layer}.${head}`;
    if (this.asked === name || !this.pair || !this.first.attention) return;
    this.asked = name;
    try {
      this.found = { name, weights: differenceWeights(this.first.attention, await this.pair.head(layer, head)) };
    } catch (error) {
      this.asked = "";
      return fill(this.told, plain(error instanceof EngineProblem ? spoken(error.phrase) : String(error instanceof Error ? error.message : error), 300));
    }
    this.asked = "";
    this.update();
  }
}
