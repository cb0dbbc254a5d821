// The frames inside a step: what each one tells, and what it shows.

import { el, word } from "../base/dom.js";
import { sentenceGap, t, words } from "../base/strings.js";
import { contextOf } from "../base/context.js";
import { count, fixed, joinedText, logit, percent, tokenLabel } from "../base/format.js";
import { isForced } from "../base/interventions.js";
import { place } from "../base/place.js";
import { settingsAt } from "../base/settings.js";
import { stageLabel } from "../base/stages.js";
import { drawFigure } from "./draw-line.js";
import { headsFigure, layersFigure, partsFigure, stripFigure } from "./inside-stream.js";
import { canAsk, lensOf, residualOf, troubleOf } from "./readings.js";

words({
  "frame.exact": ["exact", "精確"],
  "frame.reading": ["reading", "讀數"],
  "frame.text": ["The model has this text before it, {tokens} tokens long. The next token is chosen from it alone.", "模型面前是這段文字，共 {tokens} 個詞元。下一個詞元只憑它選出。"],
  "frame.pieces": ["The text is cut into tokens, each a number of the vocabulary’s {size}. The last one, {token}, is followed from here on; the others reach it through attention.", "文字切成詞元，每個是詞彙表 {size} 個中的一個編號。以下跟著最後一個 {token} 走；其他詞元經由注意力影響它。"],
  "frame.embedding": ["{token} becomes a vector of {n} numbers: its row of the embedding, with its position where the model adds one there.", "{token} 變成一個有 {n} 個數值的向量：嵌入矩陣中它的那一橫列；模型若在此加上位置，也包含在內。"],
  "frame.neighbours": ["Nearest in the vocabulary", "詞彙表中最近的詞元"],
  "frame.cosine": ["cosine", "餘弦"],
  "frame.layer": ["Layer {layer} reads the stream and adds to it twice: once by attention, which brings something over from earlier tokens, once by its MLP.", "第 {layer} 層讀取殘差流，並加上兩次：一次由注意力從先前的詞元帶來內容，一次由 MLP 加上。"],
  "frame.lens": ["Read as if it were the last, this layer would say {top} ({share}).", "若把這一層當成最後一層來讀，它會說 {top}（{share}）。"],
  "frame.lens.chosen": ["{token} stands at rank {rank} with {share}.", "{token} 排在第 {rank}，機率 {share}。"],
  "frame.lens.rank": ["rank of {token} (lens)", "{token} 的名次（透鏡）"],
  "frame.norm": ["Before the last product the norm multiplies the whole stream by {scale} (a LayerNorm takes its mean off first), which brings its numbers to a typical size of 1. In the readings this number is held as it was, so that what was added adds up; in truth each part would change it a little.", "最後一次乘法之前，正規化把整個殘差流乘以 {scale}（LayerNorm 會先減去平均），使數值的典型大小為 1。讀數把這個數固定在當時的值，各部分才能相加；其實每一部分都會稍微改變它。"],
  "frame.scale": ["scale", "縮放"],
  "frame.logits": ["The scaled stream times each token’s row of the output matrix gives its logit. Since the stream is a sum, so is the logit of {token}: {sum}.", "縮放後的殘差流乘上輸出矩陣中每個詞元的那一橫列，得到它的 logit。殘差流是總和，所以 {token} 的 logit 也是：{sum}。"],
  "frame.logits.same": ["The pass itself gave {logit}.", "前向計算本身得到 {logit}。"],
  "frame.logits.capped": ["The pass itself gave {logit}: this model caps its logits after the sum.", "前向計算本身得到 {logit}：這個模型在加總之後還會壓縮 logit。"],
  "frame.logits.most": ["Only differences between logits matter: what adds the same to all tokens changes nothing.", "只有 logit 之間的差有意義：對所有詞元加上同樣的值，不會改變任何事。"],
  "frame.rank": ["rank", "名次"],
  "frame.rawShare": ["probability before the stages", "各階段之前的機率"],
  "frame.stages": ["The stages turn logits into the distribution that is drawn from. They ran in this order.", "各階段把 logit 變成用來抽選的分布，依此順序執行。"],
  "frame.stage": ["stage", "階段"],
  "frame.kept": ["left", "留下"],
  "frame.removed": ["struck out", "劃掉"],
  "frame.logit.of": ["logit of {token}", "{token} 的 logit"],
  "frame.draw": ["Of what is left one token is taken.", "從留下的詞元中取出一個。"],
  "frame.stop": ["{token} is put at the end of the text. Then it is checked whether the run ends here.", "{token} 接到文字末端，再檢查執行是否到此結束。"],
  "frame.stop.goes": ["None of them: the longer text goes through the model again, from the first frame on.", "都不成立：加長的文字再次通過模型，從第一格開始。"],
  "frame.stop.ended": ["The run ended here: {why}.", "執行到此結束：{why}。"],
  "frame.stop.eos": ["an end token", "結束詞元"],
  "frame.stop.stop": ["a stop string in the text", "文字中出現停止字串"],
  "frame.stop.length": ["as many tokens as were asked for", "達到要求的詞元數"],
  "frame.stop.context": ["the context is full", "上下文已滿"],
  "frame.stop.check": ["what is checked", "檢查項目"],
  "frame.stop.now": ["here", "此刻"],
  "frame.yes": ["yes", "是"],
  "frame.no": ["no", "否"],
  "frame.missing": ["This record does not hold it. It comes with {option}, or from a page that has the engine and the model inside (--live).", "這份紀錄沒有這項內容。用 {option} 記錄，或使用內含引擎與模型的頁面（--live）即可看到。"],
  "frame.asking": ["The engine makes the pass again …", "引擎正在重做這次前向計算……"],
  "frame.trouble": ["The engine could not say: {why}", "引擎無法回答：{why}"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/** @typedef {import("../base/types.js").Step} Step */

/** Characters of the text, and tokens of it, that are shown. */
const textShown = 420;
const piecesShown = 28;
/** A sum that is farther from the pass's logit than rounding goes has been capped. */
const capBar = 0.01;

/**
 * A number with its name, and whether it is exact or a reading.
 * @param {string} name @param {string} value @param {"exact" | "reading"} kind
 */
function fact(name, value, kind) {
  return el("div", {}, el("dt", {}, name, " ", el("small", { class: `kind ${kind}` }, t(`frame.${kind}`))), el("dd", {}, value));
}

/**
 * A small table of its own, in the page's text.
 * @param {string} caption @param {string[]} head @param {(string | number | Node)[][]} rows
 */
function table(caption, head, rows) {
  return el("table", { class: "facts-table inside-table" }, caption ? el("caption", {}, caption) : null,
    el("thead", {}, el("tr", {}, head.map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, i) => el(i === 0 ? "th" : "td", i === 0 ? { scope: "row" } : {}, cell))))));
}

/** @param {...(Node | string | null)} children */
const told = (...children) => el("p", { class: "told", "aria-live": "polite" }, children);

/** What the frames share: the pictures, made once. */
export class Frames {
  /** @param {TraceSource} source */
  constructor(source) {
    this.source = source;
    /** @type {{ step: Step, recorded: Step | undefined } | null} */
    this.now = null;
    const read = () => ({ residual: residualOf(this.now?.recorded), token: this.name });
    this.figures = { embedding: stripFigure(read), layers: layersFigure(read), heads: headsFigure(read), parts: partsFigure(read) };
    this.draw = drawFigure(source);
  }

  /** The token whose logit the parts add up to: the recorded one, whatever is wished. */
  get name() {
    return this.now?.recorded ? `‹${tokenLabel(this.now.recorded.token)}›` : "";
  }

  /**
   * What a frame shows.
   * @param {string} frame @param {Step} step as it is shown @param {Step | undefined} recorded
   * @returns {(Node | null)[]}
   */
  of(frame, step, recorded) {
    this.now = { step, recorded };
    const make = /** @type {Record<string, () => (Node | null)[]>} */ ({
      text: () => this.text(), pieces: () => this.pieces(), embedding: () => this.embedding(), layer: () => this.layer(), norm: () => this.norm(),
      logits: () => this.logits(step), stages: () => this.stages(step), draw: () => [told(t("frame.draw")), this.draw.element], stop: () => this.stop(step) });
    return make[frame]?.() ?? [];
  }

  /**
   * Draws the pictures of a frame, once they are on the page.
   * @param {string} frame
   */
  redraw(frame) {
    const { embedding, layers, heads, parts } = this.figures;
    const shown = { embedding: [embedding], layer: [layers, heads], norm: [], logits: [parts] }[frame] ?? [];
    for (const figure of shown) figure.redraw();
    if (frame === "draw") this.draw.update(new Set(["step"]));
  }

  /** The tokens that were read before the step chose. */
  get context() {
    return contextOf(this.source.trace).slice(0, this.source.trace.prompt.tokens.length + place().step);
  }

  text() {
    const tokens = this.context;
    const text = joinedText(tokens, 1 << 20);
    const characters = [...text];
    const tail = characters.length > textShown ? `…${characters.slice(-textShown).join("")}` : text;
    return [told(t("frame.text", { tokens: count(tokens.length) })), el("p", { class: "inside-text" }, el("bdi", {}, tail), el("span", { class: "caret", "aria-hidden": true }, "▏"))];
  }

  pieces() {
    const tokens = this.context;
    const last = tokens[tokens.length - 1];
    const from = Math.max(0, tokens.length - piecesShown);
    const chips = tokens.slice(from).map((token, i) => el("li", { class: from + i === tokens.length - 1 ? "last" : null },
      word(tokenLabel(token, 24)), el("small", {}, token.id)));
    return [told(t("frame.pieces", { size: count(this.source.trace.model.vocabularySize), token: last ? `‹${tokenLabel(last)}›` : "" })),
      el("ol", { class: "inside-pieces", start: from }, from > 0 ? el("li", { class: "gap" }, "…") : null, chips)];
  }

  /**
   * Why a frame has nothing to show, and what would bring it.
   * @param {string} option
   */
  missing(option) {
    const trouble = troubleOf(this.now?.recorded);
    if (trouble) return told(t("frame.trouble", { why: trouble }));
    if (canAsk(this.source)) return told(t("frame.asking"));
    const [before, after] = t("frame.missing", { option: "\u0000" }).split("\u0000");
    return told(before ?? "", el("code", {}, option), after ?? "");
  }

  embedding() {
    const last = this.context[this.context.length - 1];
    const residual = residualOf(this.now?.recorded);
    const width = this.source.trace.model.hiddenSize;
    const lead = told(t("frame.embedding", { token: last ? `‹${tokenLabel(last)}›` : "", n: count(width) }));
    if (!residual) return [lead, this.missing("--record residual")];
    const { part, neighbours } = residual.embedding;
    return [lead, this.figures.embedding.element,
      el("dl", { class: "measures" }, fact(t("stream.length"), fixed(part.length, 3), "exact"), fact(`${t("stream.logit")} ${this.name}`, fixed(part.logit, 3), "reading")),
      neighbours.length === 0 ? null : table(t("frame.neighbours"), [t("column.token"), "id", `${t("frame.cosine")} (${t("frame.exact")})`],
        neighbours.map((near) => [word(tokenLabel(near)), near.id, fixed(near.cosine, 3)]))];
  }

  layer() {
    const { layer } = place();
    const lead = told(t("frame.layer", { layer }), this.lens(layer));
    const residual = residualOf(this.now?.recorded);
    const rows = lensOf(this.now?.recorded);
    const row = rows?.find((one) => one.layer === layer + 1);
    const missing = rows || canAsk(this.source) ? null : this.missing("--record hidden");
    const now = residual?.layers[layer];
    if (!now) return [lead, missing, this.missing("--record residual")];
    return [lead, missing, el("dl", { class: "measures" },
      fact(`${t("stream.attention")}${t("list.comma")}${t("stream.length")}`, fixed(now.attention.length, 2), "exact"), fact(`${t("stream.attention")}${t("list.comma")}${t("stream.logit")}`, fixed(now.attention.logit, 3), "reading"),
      fact(`${t("stream.mlp")}${t("list.comma")}${t("stream.length")}`, fixed(now.mlp.length, 2), "exact"), fact(`${t("stream.mlp")}${t("list.comma")}${t("stream.logit")}`, fixed(now.mlp.logit, 3), "reading"),
      fact(t("stream.stream"), fixed(now.length, 2), "exact"),
      row?.chosen ? fact(t("frame.lens.rank", { token: this.name }), String(row.chosen.rank), "reading") : null),
    el("h3", {}, t("stream.layers", { token: this.name })), this.figures.layers.element,
    el("h3", {}, t("stream.heads", { layer, token: this.name })), this.figures.heads.element];
  }

  /**
   * What the layer would say, if that is known.
   * @param {number} layer
   */
  lens(layer) {
    const row = lensOf(this.now?.recorded)?.find((one) => one.layer === layer + 1);
    const top = row?.top[0];
    if (!row || !top) return "";
    const said = sentenceGap() + t("frame.lens", { top: `‹${tokenLabel(top)}›`, share: percent(top.probability) });
    return row.chosen && row.chosen.rank > 1 ? said + sentenceGap() + t("frame.lens.chosen", { token: this.name, rank: count(row.chosen.rank), share: percent(row.chosen.probability) }) : said;
  }

  norm() {
    const residual = residualOf(this.now?.recorded);
    if (!residual) return [this.missing("--record residual")];
    const last = residual.layers[residual.layers.length - 1];
    return [told(t("frame.norm", { scale: fixed(residual.scale, 4) })),
      el("dl", { class: "measures" }, fact(t("frame.scale"), fixed(residual.scale, 4), "exact"), last ? fact(t("stream.stream"), fixed(last.length, 2), "exact") : null,
        residual.constant === 0 ? null : fact(`${t("stream.constant")}${t("list.comma")}${t("stream.logit")}`, fixed(residual.constant, 3), "exact"))];
  }

  /** @param {Step} step */
  logits(step) {
    const residual = residualOf(this.now?.recorded);
    const own = this.now?.recorded?.candidates.find((one) => one.id === this.now?.recorded?.token.id)?.logits[0];
    const best = table("", [t("column.token"), `logit (${t("frame.exact")})`, t("frame.rawShare")],
      step.candidates.slice(0, 5).map((one) => [word(tokenLabel(one)), logit(one.logits[0] ?? -Infinity), percent(one.rawProbability)]));
    if (!residual) return [this.missing("--record residual"), best];
    const isCapped = own !== null && own !== undefined && Math.abs(own - residual.logit) > capBar;
    const same = own === null || own === undefined ? "" : sentenceGap() + t(isCapped ? "frame.logits.capped" : "frame.logits.same", { logit: fixed(own, 4) });
    return [told(t("frame.logits", { token: this.name, sum: fixed(residual.logit, 4) }), same, sentenceGap(), t("frame.logits.most")),
      el("h3", {}, t("stream.parts", { token: this.name }), " ", el("small", { class: "kind reading" }, t("frame.reading"))), this.figures.parts.element, best];
  }

  /** @param {Step} step */
  stages(step) {
    const own = step.candidates.find((one) => one.id === step.token.id);
    const name = t("frame.logit.of", { token: `‹${tokenLabel(step.token)}›` });
    return [told(t("frame.stages")), table("", [t("frame.stage"), t("frame.kept"), t("frame.removed"), `${name} (${t("frame.exact")})`],
      step.stages.map((stage, i) => {
        const value = own?.logits[i];
        return [stageLabel(stage.name), count(stage.kept), count(stage.removed), value === null || value === undefined ? t("formula.out") : logit(value)];
      }))];
  }

  /** @param {Step} step */
  stop(step) {
    const { trace } = this.source;
    const settings = settingsAt(trace.settings, step.index);
    const is = (/** @type {string} */ why) => el("span", { class: step.finish === why ? "changed" : null }, t(step.finish === why ? "frame.yes" : "frame.no"));
    const limit = settings.context > 0 ? settings.context : trace.model.contextLength;
    const stops = Array.isArray(settings.stop) ? settings.stop.length : 0;
    const rows = [["eos", `‹${tokenLabel(step.token)}›`], ["stop", count(stops)], ["length", `${count(step.index + 1)} / ${count(settings.maxTokens)}`], ["context", `${count(step.position + 1)} / ${count(limit)}`]];
    return [told(t("frame.stop", { token: `‹${tokenLabel(step.token)}›` }), isForced(trace, step.index) ? sentenceGap() + t("draw.forced") : ""),
      table("", [t("frame.stop.check"), "", t("frame.stop.now")], rows.map(([why, value]) => [t(`frame.stop.${why}`), value ?? "", is(why ?? "")])),
      told(step.finish === null ? t("frame.stop.goes") : t("frame.stop.ended", { why: t(`finish.${step.finish}`) }))];
  }
}
