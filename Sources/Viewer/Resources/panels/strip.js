// The strip: the text as the model read and wrote it, token by token, tinted by what the reader asks for.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { choices } from "../base/choices.js";
import { headsOff, interventionsAt } from "../base/interventions.js";
import { bind } from "../base/keys.js";
import { tint } from "../base/palette.js";
import { chosenOf, contextOf, isFilled, positionOf, queryOf, stepAt } from "../base/context.js";
import { panel } from "../base/panels.js";
import { move, place } from "../base/place.js";
import { hiddenFrom } from "./predict.js";
import { fact, promptFacts, stepFacts } from "./token-facts.js";
import { tokenSpan } from "./token-nodes.js";
import { largest } from "../base/extremes.js";

words({
  "strip.title": ["The text, token by token", "逐詞元的文字"],
  "strip.wrote": ["You wrote", "你寫的"],
  "strip.answer": ["The model wrote", "模型寫的"],
  "strip.waiting": ["nothing yet", "還沒有"],
  "strip.tint": ["Tint", "底色"],
  "tint.probability": ["probability", "機率"],
  "tint.probability.low": ["sure", "確定"],
  "tint.probability.high": ["unlikely", "不太可能"],
  "tint.entropy": ["entropy", "熵"],
  "tint.entropy.low": ["0 bits", "0 位元"],
  "tint.entropy.high": ["8 bits", "8 位元"],
  "tint.rank": ["rank", "名次"],
  "tint.rank.low": ["first", "第 1"],
  "tint.rank.high": ["50th", "第 50"],
  "tint.attention": ["attention", "注意力"],
  "tint.attention.low": ["ignored", "忽略"],
  "tint.attention.high": ["looked at", "關注"],
  "tint.none": ["none", "無"],
  "fact.finish": ["ended by", "結束原因"],
  "fact.off": ["heads off", "關閉的頭"],
  "strip.act.forced": ["token set by hand", "人為指定的詞元"],
  "strip.act.changed": ["settings changed from here on", "自此起改變設定"],
  "strip.act.off": ["heads off from here on", "自此起關閉部分的頭"],
  "ended.interrupted": ["an interruption", "中斷"],
  "ended.error": ["an error", "錯誤"],
  "finish.eos": ["end token", "結束詞元"],
  "finish.stop": ["stop string", "停止字串"],
  "finish.length": ["length limit", "長度上限"],
  "finish.context": ["full context", "上下文已滿"],
  "key.tint": ["next tint of the text", "切換文字底色"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */

panel({ id: "strip", area: "text", order: 10, make: (source) => new Strip(source) });

bind({ keys: ["t"], label: "key.tint", order: 90,
  run: () => move({ tint: tintNames[(tintNames.indexOf(place().tint) + 1) % tintNames.length] ?? "none" }) });

const tintNames = ["probability", "entropy", "rank", "attention", "none"];
/** Entropy that takes the full tint, in bits. */
const fullEntropyBits = 8;
/** Rank that takes the full tint. */
const fullRank = 50;

/**
 * How strongly a token is tinted, 0…1: quiet where the model was sure.
 * @param {string} name @param {{ probability: number, rank: number, entropyBits: number }} score
 */
function strength(name, score) {
  if (name === "probability") return 1 - score.probability;
  if (name === "entropy") return Math.min(1, score.entropyBits / fullEntropyBits);
  if (name === "rank") return Math.min(1, Math.log2(score.rank) / Math.log2(fullRank));
  return 0;
}

/** The text with its tints, their legend, and the facts of the token the reader is at. */
class Strip {
  /** @param {TraceSource} source */
  constructor(source) {
    this.source = source;
    /** @type {HTMLElement[]} one for each token so far; more as the run grows */
    this.spans = [];
    this.prompt = el("div", { class: "written" });
    this.answer = el("div", { class: "written by-model", "data-empty": t("strip.waiting") });
    this.text = el("div", { class: "strip-text", role: "group", "aria-label": t("strip.title"), on: {
      click: (/** @type {Event} */ event) => {
        const span = event.target instanceof Element ? event.target.closest(".token") : null;
        if (span instanceof HTMLElement) this.pick(Number(span.dataset.position));
      },
      keydown: (/** @type {KeyboardEvent} */ event) => this.pressed(event),
    } }, el("div", {}, el("p", { class: "label" }, t("strip.wrote")), this.prompt), el("div", {}, el("p", { class: "label" }, t("strip.answer")), this.answer));
    this.facts = el("p", { class: "facts", "aria-live": "polite" });
    this.legend = el("div", { class: "legend" });
    this.acts = el("p", { class: "note acts" });
    this.element = el("section", { class: "strip", id: "strip", "aria-label": t("strip.title") }, this.text, this.acts, place().numbers ? [this.legend, this.facts] : []);
    this.update(new Set(["growth", "step", "tint"]));
    requestAnimationFrame(() => this.keepInSight());
  }

  get promptLength() {
    return this.source.trace.prompt.tokens.length;
  }

  /** Sets the tokens that came since the last time behind the others. */
  append() {
    const { trace } = this.source;
    for (const token of contextOf(trace).slice(this.spans.length)) {
      const step = stepAt(trace, this.spans.length);
      const span = tokenSpan(token, this.spans.length, this.promptLength, step < 0 ? [] : interventionsAt(trace, step));
      this.spans.push(span);
      (step < 0 ? this.prompt : this.answer).append(span);
    }
    this.paintActs();
  }

  /** What the signs in the text mean, as far as they are there. */
  paintActs() {
    const there = this.source.trace.steps.flatMap((step) => interventionsAt(this.source.trace, step.index).map((act) => act.sign));
    const told = [["✎", "forced"], ["△", "changed"], ["⊘", "off"]].filter(([sign]) => there.includes(sign ?? ""));
    fill(this.acts, told.map(([sign, name]) => el("span", {}, el("span", { class: "act" }, sign), ` ${t(`strip.act.${name}`)}`)));
    this.acts.hidden = told.length === 0;
  }

  /** @param {number} position */
  pick(position) {
    const step = stepAt(this.source.trace, position);
    if (step >= 0) move({ step, look: null });
    else move({ look: place().look === position ? null : position });
  }

  /**
   * For the token that has the keyboard: Enter picks it, ↑ ↓ go to its neighbours.
   * @param {KeyboardEvent} event
   */
  pressed(event) {
    const held = event.target instanceof HTMLElement ? event.target.dataset.position : undefined;
    if (held === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by !== undefined) this.hold(Number(held) + by);
    else if (event.key === "Enter" || event.key === " ") this.pick(Number(held));
    else return;
    event.preventDefault();
  }

  /**
   * Gives the keyboard to a token: of all of them it is the one that Tab stops at.
   * @param {number} position
   */
  hold(position) {
    const span = this.spans[position];
    if (!span || span.hasAttribute("aria-hidden")) return;
    for (const one of this.spans) one.tabIndex = one === span ? 0 : -1;
    span.focus();
  }

  /** The weights of the row that is looked from, for the tint: from the last position read before the step's token. */
  attentionRow() {
    const weights = this.source.attention;
    const query = place().look ?? queryOf(this.source.trace, place().step);
    if (place().tint !== "attention" || !weights || query >= weights.positions) return null;
    if (!weights.has(place().layer)) weights.load(place().layer).then(() => this.paintTints(), () => {});
    return weights.row(place().layer, place().head, query);
  }

  paintTints() {
    const name = place().tint;
    const row = this.attentionRow();
    const top = row ? largest(row, 1e-9) : 1;
    this.spans.forEach((span, position) => {
      // √ keeps small weights visible; the heatmap has the numbers.
      const value = name === "attention" ? (row ? Math.sqrt((row[position] ?? 0) / top) : 0) : this.strengthAt(position, name);
      span.style.setProperty("--tint", value > 0.02 ? tint(value) : "transparent");
      span.style.setProperty("--depth", `${(value * 3).toFixed(1)}px`);
    });
  }

  /**
   * How strongly the token of a position is tinted.
   * @param {number} position @param {string} name
   */
  strengthAt(position, name) {
    const { prompt, steps } = this.source.trace;
    const at = stepAt(this.source.trace, position);
    if (at < 0) {
      const score = prompt.scores?.[position];
      return score ? strength(name, score) : 0;
    }
    const step = steps[at];
    const chosen = step ? chosenOf(step) : undefined;
    if (!step || !chosen) return 0;
    return strength(name, { probability: chosen.rawProbability, rank: chosen.rank, entropyBits: step.entropyBits.raw });
  }

  paintLegend() {
    const name = place().tint;
    fill(this.legend,
      el("span", { class: "label" }, t("strip.tint")),
      choices(t("strip.tint"), tintNames.map((value) => ({ value, text: t(`tint.${value}`), disabled: value === "attention" && !this.source.attention })),
        name, (tint) => move({ tint })),
      name === "none" ? null : el("span", { class: "ramp", "aria-hidden": "true" }, el("i", {}, t(`tint.${name}.low`)),
        el("b", {}), el("i", {}, t(`tint.${name}.high`))));
  }

  /**
   * Marks where the reader is, and hides what is to be guessed.
   * @param {boolean} hasMoved whether the keyboard goes along, if it is in the text
   */
  mark(hasMoved) {
    const { step, look } = place();
    const { trace } = this.source;
    const current = positionOf(trace, step);
    const hidden = isFilled(trace) ? Infinity : this.promptLength + hiddenFrom();
    this.spans.forEach((span, position) => {
      span.classList.toggle("current", position === current);
      span.classList.toggle("later", position > current && !isFilled(trace));
      span.classList.toggle("looking", position === look);
      span.classList.toggle("hidden-token", position >= hidden);
      if (position >= hidden) span.setAttribute("aria-hidden", "true");
      else span.removeAttribute("aria-hidden");
      if (position === current) span.setAttribute("aria-current", "step");
      else span.removeAttribute("aria-current");
    });
    const stop = Math.max(0, Math.min(look ?? current, hidden - 1, this.spans.length - 1));
    this.spans.forEach((span, position) => { span.tabIndex = position === stop ? 0 : -1; });
    if (hasMoved && this.text.contains(document.activeElement)) this.spans[stop]?.focus({ preventScroll: true });
  }

  /** Brings the current token into the strip's own window, and leaves the page where it is. */
  keepInSight() {
    const { text } = this;
    const span = this.spans[positionOf(this.source.trace, place().step)];
    if (!span || text.scrollHeight <= text.clientHeight) return;
    const top = span.offsetTop;
    if (top < text.scrollTop || top + span.offsetHeight > text.scrollTop + text.clientHeight) {
      text.scrollTop = Math.max(0, top - text.clientHeight / 2);
    }
  }

  paintFacts() {
    const { trace } = this.source;
    const { look } = place();
    const asked = look === null ? undefined : trace.prompt.tokens[look];
    if (asked && look !== null) return fill(this.facts, promptFacts(asked, look, trace.prompt.scores?.[look]));
    const step = trace.steps[place().step];
    if (!step) return fill(this.facts, t("strip.empty"));
    if (place().step >= hiddenFrom()) return fill(this.facts, t("predict.hidden"));
    const acts = interventionsAt(trace, step.index);
    const off = headsOff(trace, step.index);
    fill(this.facts, stepFacts(step), acts.map((act) => fact(act.sign, act.told)),
      off.length > 0 && !acts.some((act) => act.sign === "⊘") ? fact(t("fact.off"), off.join(t("list.comma"))) : null,
      step.finish ? fact(t("fact.finish"), t(`finish.${step.finish}`)) : null,
      trace.ended && step.index === trace.steps.length - 1 ? fact(t("fact.finish"), t(`ended.${trace.ended}`)) : null);
  }

  /** @param {Set<string>} changed */
  update(changed) {
    const grown = changed.has("growth");
    if (grown) this.append();
    if (grown || changed.has("step") || changed.has("look") || changed.has("predict")) {
      this.mark(changed.has("step"));
      this.paintFacts();
      this.keepInSight();
    }
    const tinted = grown || changed.has("tint") || changed.has("theme");
    const attends = ["step", "layer", "head", "look"].some((name) => changed.has(name));
    if (tinted || (attends && place().tint === "attention")) this.paintTints();
    if (grown || changed.has("tint")) this.paintLegend();
  }
}
