// Predict mode, for class: the next token stays hidden until the reader has guessed; how well they foresaw is kept as
// log-loss beside the model's own. The strip and others ask what is hidden.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { fixed, joinedText, percent, tokenLabel } from "../base/format.js";
import { choices } from "../base/choices.js";
import { bind } from "../base/keys.js";
import { isFilled } from "../base/context.js";
import { panel, updatePanels } from "../base/panels.js";
import { move, onMove, place, setStepCeiling } from "../base/place.js";
import { section } from "./section.js";

words({
  "predict.title": ["Guess the next token", "猜下一個詞元"],
  "predict.lead": ["What comes next stays hidden until you have chosen. Say how sure you are: a wrong guess made boldly costs more.", "接下來的內容會先藏起來，等你選好才揭曉。請說你有多確定：越篤定而猜錯，代價越高。"],
  "predict.other": ["another token", "其他詞元"],
  "predict.confidence": ["How sure are you?", "你有多確定？"],
  "predict.next": ["Next token →", "下一個詞元 →"],
  "predict.right": ["Right: it was {token}. Your surprise: {bits} bits; the model's own: {model}.", "猜對了，是 {token}。你的驚訝程度：{bits} 位元；模型自己：{model}。"],
  "predict.wrong": ["It was {token}. Your surprise: {bits} bits; the model's own: {model}.", "答案是 {token}。你的驚訝程度：{bits} 位元；模型自己：{model}。"],
  "predict.seen": ["This token is shown already.", "這個詞元已經揭曉。"],
  "predict.rule": ["Surprise is −log₂ of the probability that was given to the right answer. Lower is better. You and the model answer the same question: for “another token” the model has the probabilities of all the others together.", "驚訝程度是 −log₂（給正確答案的機率），越低越好。你和模型回答同一題：「其他詞元」對模型來說是其餘所有詞元的機率總和。"],
  "predict.count": ["right", "猜對"],
  "predict.yours": ["your log-loss", "你的對數損失"],
  "predict.models": ["the model's log-loss", "模型的對數損失"],
  "key.predict": ["guess the next token", "猜詞模式"],
});

/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {{ step: number, choice: number | null, confidence: number, right: boolean, bits: number, modelBits: number }} Guess */

/** How many tokens are offered; "another" is offered beside them. */
const offered = 5;
const confidences = [0.4, 0.6, 0.8, 0.95];

/** What stays while the page is rebuilt in the other language. */
const game = { revealed: 0, guesses: /** @type {Guess[]} */ ([]), confidence: 0.6 };

/** The first step whose token is still hidden; infinite when nothing is. */
export function hiddenFrom() {
  return place().predict ? game.revealed : Infinity;
}

/**
 * A label that must not give a hidden token away.
 * @param {number} step @param {string} label
 */
export function labelOf(step, label) {
  return step >= hiddenFrom() ? "···" : label;
}

/**
 * Bits of surprise: the reader gives `confidence` to the choice and shares the rest evenly among the other answers.
 * @param {boolean} right @param {number} confidence @param {number} answers
 */
export function guessBits(right, confidence, answers) {
  return -Math.log2(right ? confidence : (1 - confidence) / Math.max(1, answers - 1));
}

/**
 * The model's surprise over the same answers: what it gave to the right one; to "another", all that the others have.
 * @param {Step} step
 */
export function modelBits(step) {
  const answers = answersFor(step);
  const right = answers.find((c) => c.id === step.token.id);
  const probability = right ? right.probability : 1 - answers.reduce((sum, c) => sum + c.probability, 0);
  return -Math.log2(Math.min(1, Math.max(1e-12, probability)));
}

/**
 * The tokens on offer, in an order that tells nothing: by id.
 * @param {Step} step
 */
export function answersFor(step) {
  const best = [...step.candidates].sort((a, b) => a.rank - b.rank).slice(0, offered);
  return best.sort((a, b) => a.id - b.id);
}

panel({ id: "predict", area: "sections", order: 10, unlisted: true, applies: (source) => !isFilled(source.trace), make: (source) => new Predict(source) });

bind({ keys: ["p"], label: "key.predict", order: 110, run: () => { if (document.getElementById("predict-button")) move({ predict: !place().predict }); } });

// Before any panel is made or moved: they ask what is hidden.
onMove((changed) => {
  if (!changed.has("predict")) return;
  if (place().predict) Object.assign(game, { revealed: place().step, guesses: [] });
  setStepCeiling(hiddenFrom());
});

/** The line with its blank, the answers on offer, and the score. */
class Predict {
  /** @param {import("../data/source.js").TraceSource} source */
  constructor(source) {
    this.source = source;
    this.body = el("div", {});
    this.score = el("div", { class: "score" });
    this.element = section("predict", [this.body, this.score]);
    this.render();
  }

  /**
   * @param {Step} step
   * @param {number | null} choice the id, null for "another"
   */
  guess(step, choice) {
    const answers = answersFor(step);
    const listed = answers.some((c) => c.id === step.token.id);
    const right = choice === null ? !listed : choice === step.token.id;
    game.guesses.push({ step: step.index, choice, confidence: game.confidence, right,
      bits: guessBits(right, game.confidence, answers.length + 1), modelBits: modelBits(step) });
    game.revealed = step.index + 1;
    setStepCeiling(game.revealed);
    // All panels show what was hidden.
    updatePanels(["step", "theme"]);
    this.element.querySelector("button")?.focus();
  }

  render() {
    const left = this.element.contains(document.activeElement) && !place().predict;
    this.element.hidden = !place().predict;
    // The keyboard does not stay in a panel that is gone.
    if (left) document.getElementById("predict-button")?.focus();
    if (!place().predict) return;
    const { prompt, steps } = this.source.trace;
    const step = steps[place().step];
    if (!step) return fill(this.body, t("strip.empty"));
    const shown = step.index < hiddenFrom();
    const context = [...prompt.tokens, ...steps.slice(0, step.index).map((s) => s.token)].slice(-14);
    const line = el("p", { class: "predict-line" }, el("bdi", { class: "word" }, "…", joinedText(context)),
      el("span", { class: "blank" }, shown ? tokenLabel(step.token) : "?"));
    fill(this.body, line, shown ? this.outcome(step) : this.question(step));
    this.renderScore();
  }

  /**
   * How the guess went, and the way on.
   * @param {Step} step
   */
  outcome(step) {
    const guessed = game.guesses.find((g) => g.step === step.index);
    const told = guessed ? t(guessed.right ? "predict.right" : "predict.wrong",
      { token: `‹${tokenLabel(step.token)}›`, bits: fixed(guessed.bits, 2), model: fixed(guessed.modelBits, 2) }) : t("predict.seen");
    return [el("p", { class: "told", role: "status" }, told), step.index + 1 < this.source.trace.steps.length
      ? el("button", { type: "button", class: "primary", on: { click: () => move({ step: step.index + 1 }) } }, t("predict.next")) : null];
  }

  /**
   * The answers on offer, and how sure the reader is.
   * @param {Step} step
   */
  question(step) {
    const answers = el("div", { class: "answers" },
      answersFor(step).map((candidate) => el("button", { type: "button", class: "answer word", on: { click: () => this.guess(step, candidate.id) } }, tokenLabel(candidate, 30))),
      el("button", { type: "button", class: "answer", on: { click: () => this.guess(step, null) } }, t("predict.other")));
    const sure = choices(t("predict.confidence"), confidences.map((value) => ({ value: String(value), text: percent(value).replace(".0", "") })),
      String(game.confidence), (value) => { game.confidence = Number(value); this.render(); });
    return [answers, el("div", { class: "pickers" }, el("span", { class: "label" }, t("predict.confidence")), sure)];
  }

  renderScore() {
    const n = game.guesses.length;
    if (n === 0) return fill(this.score, el("p", { class: "note" }, t("predict.rule")));
    const mean = (/** @type {(g: Guess) => number} */ value) => fixed(game.guesses.reduce((sum, g) => sum + value(g), 0) / n, 2);
    fill(this.score, el("dl", { class: "measures" }, [["predict.count", `${game.guesses.filter((g) => g.right).length} / ${n}`],
      ["predict.yours", `${mean((g) => g.bits)} ${t("unit.bits")}`], ["predict.models", `${mean((g) => g.modelBits)} ${t("unit.bits")}`]]
      .map(([key, value]) => el("div", {}, el("dt", {}, t(key ?? "")), el("dd", {}, value)))));
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (changed.has("step") || changed.has("predict") || changed.has("growth")) this.render();
  }
}
