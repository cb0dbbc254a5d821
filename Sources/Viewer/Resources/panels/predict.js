// Predict mode, for class: the next token stays hidden until the reader has guessed; how well they foresaw is kept as
// log-loss beside the model's own. Called by: main; the strip and others ask what is hidden.

import { el, fill } from "../base/dom.js";
import { t } from "../base/strings.js";
import { fixed, percent, tokenLabel } from "../base/format.js";
import { move, place, setStepCeiling } from "../base/place.js";
import { section } from "./section.js";

/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {{ step: number, choice: number | null, confidence: number, right: boolean, bits: number, modelBits: number }} Guess */

/** How many tokens are offered; "another" is offered beside them. */
const offered = 5;
const confidences = [0.4, 0.6, 0.8, 0.95];

/** What stays while the page is rebuilt in the other language. */
const game = { entered: false, revealed: 0, guesses: /** @type {Guess[]} */ ([]), confidence: 0.6 };

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
 * The tokens on offer, in an order that tells nothing: by id.
 * @param {Step} step
 */
export function answersFor(step) {
  const best = [...step.candidates].sort((a, b) => a.rank - b.rank).filter((c) => c.text !== "").slice(0, offered);
  return best.sort((a, b) => a.id - b.id);
}

/**
 * @param {import("../data/source.js").TraceSource} source
 * @returns {import("../base/types.js").Panel & { onReveal: (listener: () => void) => void }}
 */
export function predictPanel(source) {
  const { trace } = source;
  const body = el("div", {});
  const score = el("div", { class: "score" });
  const element = section("predict", [body, score]);

  function enter() {
    game.entered = true;
    game.revealed = place().step;
    game.guesses = [];
  }

  /**
   * @param {Step} step
   * @param {number | null} choice the id, null for "another"
   */
  function guess(step, choice) {
    const answers = answersFor(step);
    const listed = answers.some((c) => c.id === step.token.id);
    const right = choice === null ? !listed : choice === step.token.id;
    const chosen = step.candidates.find((c) => c.id === step.token.id);
    game.guesses.push({ step: step.index, choice, confidence: game.confidence, right,
      bits: guessBits(right, game.confidence, answers.length + 1), modelBits: -Math.log2(Math.max(1e-12, chosen?.probability ?? 1)) });
    game.revealed = step.index + 1;
    setStepCeiling(game.revealed);
    move({ predict: true });
    render(true);
    refresh();
  }

  /** @param {boolean} [focusNext] */
  function render(focusNext = false) {
    element.hidden = !place().predict;
    if (!place().predict) return;
    const step = trace.steps[place().step];
    if (!step) return fill(body, t("strip.empty"));
    const guessed = game.guesses.find((g) => g.step === step.index);
    const context = [...trace.prompt.tokens, ...trace.steps.slice(0, step.index).map((s) => s.token)].slice(-14);
    const line = el("p", { class: "predict-line" }, el("span", { class: "word" }, "…", context.map((token) => token.text).join("")), el("span", { class: "blank" }, step.index < hiddenFrom() ? tokenLabel(step.token) : "?"));
    if (step.index < hiddenFrom()) {
      const next = el("button", { type: "button", class: "primary", on: { click: () => move({ step: step.index + 1 }) } }, t("predict.next"));
      fill(body, line, el("p", { class: "told", role: "status" }, guessed ? t(guessed.right ? "predict.right" : "predict.wrong",
        { token: `‹${tokenLabel(step.token)}›`, bits: fixed(guessed.bits, 2), model: fixed(guessed.modelBits, 2) }) : t("predict.seen")), step.index + 1 < trace.steps.length ? next : null);
      if (focusNext) next.focus();
    } else {
      fill(body, line, el("div", { class: "answers" },
        answersFor(step).map((candidate) => el("button", { type: "button", class: "answer word", on: { click: () => guess(step, candidate.id) } }, tokenLabel(candidate, 30))),
        el("button", { type: "button", class: "answer", on: { click: () => guess(step, null) } }, t("predict.other"))),
      el("div", { class: "pickers" }, el("span", { class: "label" }, t("predict.confidence")), el("span", { class: "choices", role: "radiogroup", "aria-label": t("predict.confidence") },
        confidences.map((value) => el("button", { type: "button", role: "radio", "aria-checked": String(value === game.confidence), on: { click: () => { game.confidence = value; render(); } } }, percent(value).replace(".0", ""))))));
    }
    renderScore();
  }

  function renderScore() {
    const n = game.guesses.length;
    if (n === 0) return fill(score, el("p", { class: "note" }, t("predict.rule")));
    const mean = (/** @type {(g: Guess) => number} */ value) => fixed(game.guesses.reduce((sum, g) => sum + value(g), 0) / n, 2);
    fill(score, el("dl", { class: "measures" }, [["predict.count", `${game.guesses.filter((g) => g.right).length} / ${n}`],
      ["predict.yours", `${mean((g) => g.bits)} ${t("unit.bits")}`], ["predict.models", `${mean((g) => g.modelBits)} ${t("unit.bits")}`]]
      .map(([key, value]) => el("div", {}, el("dt", {}, t(key ?? "")), el("dd", {}, value)))));
  }

  /** Other panels learn that a token was revealed. */
  let refresh = () => {};

  /** @param {Set<string>} changed */
  function update(changed) {
    if (changed.has("predict")) {
      if (place().predict) enter();
      else game.entered = false;
      setStepCeiling(place().predict ? game.revealed : Infinity);
    }
    if (changed.has("step") || changed.has("predict")) render();
  }
  // An address can ask for guessing before anything listens, or together with the other language.
  if (place().predict && !game.entered) enter();
  if (!place().predict) game.entered = false;
  setStepCeiling(place().predict ? game.revealed : Infinity);
  render();
  return { element, update, onReveal: (/** @type {() => void} */ listener) => { refresh = listener; } };
}
