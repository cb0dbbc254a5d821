// One exercise: its words, the form of its answer, the verdict of the engine, and hints for who asks.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { place } from "../base/place.js";
import { spoken } from "../engine/engine-client.js";
import { plain } from "../base/format.js";
import { answerForm, isTyped } from "./answer-forms.js";
import { prose } from "./prose.js";

words({
  "exercise.check": ["Check", "檢查"],
  "exercise.commit": ["Place the bet", "下注"],
  "exercise.hand": ["Keep it", "存下"],
  "exercise.hint": ["Hint", "線索"],
  "exercise.checking": ["The engine is checking …", "引擎檢查中……"],
  "exercise.points": ["{n} points", "{n} 分"],
  "exercise.bet": ["a bet: no points", "下注：不計分"],
  "exercise.point": ["1 point", "1 分"],
  "exercise.given": ["Given: {facts}", "已知：{facts}"],
  "exercise.logits": ["logits {list}", "logit：{list}"],
  "exercise.kept": ["Kept. A later answer takes its place.", "已存下。之後再作答會取代它。"],
  "exercise.title": ["Exercise {n}", "練習 {n}"],
  "exercise.quoted": ["“{text}”", "「{text}」"],
  "exercise.empty": ["Write an answer first.", "請先作答。"],
});

/** @typedef {import("./course.js").ExerciseMatter} ExerciseMatter */
/** @typedef {import("./course.js").Given} Given */

/**
 * @param {{ matter: ExerciseMatter, figure: HTMLElement | null, number: number, best: number | null, isTest: boolean,
 *   check: (answer: string) => Promise<import("./course.js").Verdict> }} exercise
 * @returns {HTMLElement}
 */
export function exerciseView({ matter, figure, number, best, isTest, check }) {
  const given = matter.given[place().lang];
  const form = answerForm(given, matter.tokens.map((token) => plain(token, 20)));
  const feedback = el("div", { class: "feedback", role: "status", "aria-live": "polite" });
  const hints = el("div", { class: "hints", "aria-live": "polite" });
  let shown = 0;
  const nextHint = () => {
    const hint = matter.hints[shown];
    if (!hint) return;
    shown += 1;
    hints.append(el("div", { class: "hint" }, prose(spoken(hint))));
    more.hidden = shown >= matter.hints.length;
  };
  const more = el("button", { type: "button", class: "quiet", hidden: isTest || matter.hints.length === 0, on: { click: nextHint } }, t("exercise.hint"));
  const send = el("button", { type: "submit", class: "primary" }, t(isTest ? "exercise.hand" : verbOf(given.kind)));
  const ask = async () => {
    // As it was typed: a blank at the beginning of a prompt is part of it.
    const answer = form.text();
    if (answer.trim() === "") return fill(feedback, el("p", {}, t("exercise.empty")));
    if (send.getAttribute("aria-disabled") === "true") return;
    // Not disabled: a button that goes grey must not lose the keyboard.
    send.setAttribute("aria-disabled", "true");
    fill(feedback, el("p", { class: "note" }, t("exercise.checking")));
    try {
      const verdict = await check(answer);
      if (isTest) {
        element.dataset.verdict = "kept";
        return fill(feedback, el("p", {}, t("exercise.kept")));
      }
      element.dataset.verdict = verdict.right ? "right" : "wrong";
      fill(feedback, el("div", { class: verdict.right ? "is-right" : "is-wrong" }, prose(spoken(verdict.feedback))));
      // A wrong answer brings the first hint; the button goes on from there.
      if (verdict.hint && shown === 0) nextHint();
    } catch (error) {
      // What is no answer of this kind is told as the engine tells it.
      const phrase = /** @type {any} */ (error).phrase;
      element.dataset.verdict = "none";
      fill(feedback, el("p", { class: "is-wrong" }, phrase ? spoken(phrase) : String(error)));
    } finally {
      send.removeAttribute("aria-disabled");
    }
  };
  const element = el("form", { class: "exercise", "data-exercise": given.id, "aria-labelledby": `exercise-${given.id}`, on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); ask(); } } },
    el("header", { class: "exercise-head" }, el("h2", { id: `exercise-${given.id}` }, t("exercise.title", { n: number })),
      exercisePoints(given)),
    prose(given.text), givenFacts(given), figure, form.element,
    isTyped(given) ? el("p", { class: "form-note note" }, given.answer.form) : null,
    el("div", { class: "exercise-tools" }, send, more), feedback, hints);
  if (best !== null) element.dataset.best = String(best);
  return element;
}

/**
 * The number of an exercise in its lesson: in the order of the screens, as the reader meets them.
 * @param {import("./course.js").LessonFacts} lesson @param {string} id
 */
export function exerciseNumber(lesson, id) {
  return lesson.screens.flatMap((screen) => screen.exercises).indexOf(id) + 1;
}

/**
 * What an exercise counts.
 * @param {Given} given
 */
export function exercisePoints(given) {
  if (given.kind === "predict") return el("span", { class: "note" }, t("exercise.bet"));
  return el("span", { class: "note" }, given.points === 1 ? t("exercise.point") : t("exercise.points", { n: given.points }));
}

/** @param {string} kind */
function verbOf(kind) {
  if (kind === "predict") return "exercise.commit";
  return kind === "free" ? "exercise.hand" : "exercise.check";
}

/**
 * The run that the exercise is about, as far as it may be seen.
 * @param {Given} given
 */
export function givenFacts(given) {
  const { prompt, logits, labels, settings } = given.given;
  const facts = [];
  if (prompt) facts.push(t("exercise.quoted", { text: prompt }));
  if (logits) facts.push(t("exercise.logits", { list: logits.map((logit, i) => `${labels?.[i] ?? i} ${logit}`).join(t("list.comma")) }));
  const options = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  if (options.length > 0) facts.push(options.join(t("list.comma")));
  return facts.length === 0 ? null : el("p", { class: "given note" }, t("exercise.given", { facts: facts.join(" · ") }));
}
