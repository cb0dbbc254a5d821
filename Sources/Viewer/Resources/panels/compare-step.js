// How far two runs' distributions lie apart at the step, in bits, and what the second gives each candidate more or less. The
// engine computes both; nothing is computed here.

import { el, fill } from "../base/dom.js";
import { sentenceGap, t, words } from "../base/strings.js";
import { choices } from "../base/choices.js";
import { Figure, stepPart } from "../base/figure.js";
import { fixed, plain, points, stepNumber } from "../base/format.js";
import { choiceOf, choose, declareChoice, place } from "../base/place.js";
import { EngineProblem, spoken } from "../engine/engine-client.js";
import { spokenName } from "./chances.js";
import { signedBars } from "./signed-bars.js";

words({
  "apart.title": ["How far apart the choices are", "兩次的選擇相差多遠"],
  "apart.waiting": ["The engine compares the two.", "引擎正在比較。"],
  "apart.told": ["KL(this run ‖ second run) at step {step}: {raw} before the stages, {final} after them.", "第 {step} 步的 KL(本次 ‖ 另一次)：各階段之前為 {raw}，之後為 {final}。"],
  "apart.exact": ["{bits} bits", "{bits} 位元"],
  "apart.least": ["at least {bits} bits", "至少 {bits} 位元"],
  "apart.between": ["between {bits} and {most} bits", "{bits} 到 {most} 位元之間"],
  "apart.infinite": ["infinite", "無限大"],
  "apart.bound": ["The records list the likeliest tokens only; what they prove stands here.", "紀錄只列出最有可能的詞元；這裡是由此能證明的範圍。"],
  "apart.context": ["The texts before this step differ, so the two choices answer different questions.", "這一步之前的文字不同，兩次選擇回答的不是同一個問題。"],
  "apart.kind": ["One run fills masks and the other goes on with a text: their choices answer different questions, and no KL divergence is given.", "一次是填入遮罩，另一次是接續文字：兩者回答的問題不同，因此不給 KL 散度。"],
  "apart.vocabulary": ["The vocabularies differ, so that a token’s number is not the same token in both: no KL divergence is given.", "詞彙表不同，同一編號不是同一個詞元，因此不給 KL 散度。"],
  "apart.over": ["One of the runs has ended before this step.", "其中一次執行在此步之前已結束。"],
  "apart.same": ["The two choices are the same.", "兩次的選擇相同。"],
  "apart.bars": ["Second run less this run, in percentage points, of the tokens that both list.", "兩次都列出的詞元：另一次減本次，單位為百分點。"],
  "apart.which": ["Probability", "機率"],
  "apart.points": ["percentage points", "百分點"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/** @typedef {import("../engine/live-compare.js").Compared} Compared */
/** @typedef {import("../engine/live-compare.js").Divergence} Divergence */

declareChoice("apart", "final", /^raw$/);

/** The largest differences that are drawn. */
const drawn = 10;

export class CompareStep {
  /** @param {TraceSource} first @param {TraceSource} second @param {import("../engine/live-compare.js").LivePair} pair */
  constructor(first, second, pair) {
    this.first = first;
    this.second = second;
    this.pair = pair;
    /** @type {{ step: number, compared: Compared } | null} */
    this.found = null;
    [this.isAsking, this.isSeen] = [false, false];
    this.told = el("p", { class: "told apart-told", "aria-live": "polite" }, t("apart.waiting"));
    this.buttons = el("div", { class: "pickers" });
    this.figure = new Figure({
      name: "probability-differences",
      shows: () => [stepPart()],
      label: () => t("apart.bars"),
      draw: (pen, width, theme) => (this.rows().length > 0 ? signedBars(pen, theme, width, 4, this.rows().map((row) => ({ ...row, value: 100 * row.value }))) + 6 : 1),
      table: () => ({ caption: t("apart.bars"), head: [t("column.token"), t("apart.points")], rows: this.rows().map((row) => [row.label, points(row.value)]) }),
    });
    this.note = el("p", { class: "note" }, t("apart.bars"));
    this.element = el("div", {}, el("h3", {}, t("apart.title")), this.told, this.buttons, this.note, this.figure.element);
    // Asked for when it comes into sight: a reader of the first screen waits for nothing.
    new IntersectionObserver((entries) => {
      this.isSeen = entries.some((entry) => entry.isIntersecting);
      this.ask();
    }, { rootMargin: "200px" }).observe(this.told);
    this.paint();
  }

  update() {
    this.ask();
    this.paint();
  }

  async ask() {
    const { step } = place();
    if (!this.isSeen || this.isAsking || this.found?.step === step) return;
    this.isAsking = true;
    try {
      this.found = { step, compared: await this.pair.step(step) };
      this.paint();
    } catch (error) {
      this.found = null;
      fill(this.told, plain(error instanceof EngineProblem ? spoken(error.phrase) : String(error instanceof Error ? error.message : error), 300));
      this.isAsking = false;
      return;
    }
    this.isAsking = false;
    if (step !== place().step) this.ask();
  }

  /** What is known of the step; null while it is asked for. */
  now() {
    return this.found?.step === place().step ? this.found.compared : null;
  }

  /** The largest differences, and whether either run took the token. */
  rows() {
    const isRaw = choiceOf("apart") === "raw";
    const steps = [this.first, this.second].map((run) => run.trace.steps[place().step]);
    const names = new Map((steps[0]?.candidates ?? []).map((one) => [one.id, spokenName(one)]));
    return (this.now()?.step?.candidates ?? [])
      .map((one) => ({ label: names.get(one.id) ?? "", value: isRaw ? one.raw : one.final, marked: steps.some((step) => step?.token.id === one.id) }))
      .filter((row) => row.value !== 0).sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, drawn);
  }

  paint() {
    const compared = this.now();
    const step = compared?.step;
    const [raw, final] = [step?.raw ?? null, step?.final ?? null];
    const rows = this.rows();
    const held = this.buttons.contains(document.activeElement);
    fill(this.buttons, choices(t("apart.which"), [{ value: "final", text: t("column.final") }, { value: "raw", text: t("compare.raw") }], choiceOf("apart"),
      (value) => choose("apart", value)));
    if (held) /** @type {HTMLElement | null} */ (this.buttons.querySelector("[aria-checked=true]"))?.focus();
    this.buttons.hidden = !raw;
    this.note.hidden = this.figure.element.hidden = rows.length === 0;
    fill(this.told, compared ? sentences(compared, raw, final, rows.length).join(sentenceGap()) : t("apart.waiting"));
    if (rows.length > 0) this.figure.redraw();
  }
}

/**
 * @param {Compared} compared @param {Divergence | null} raw @param {Divergence | null} final @param {number} differing
 * @returns {string[]}
 */
function sentences(compared, raw, final, differing) {
  if (!compared.sameKind) return [t("apart.kind")];
  if (!compared.sameVocabulary) return [t("apart.vocabulary")];
  if (!compared.step) return [t("apart.over")];
  if (!raw || !final) return [];
  if (differing === 0 && raw.bits === 0 && final.bits === 0) return [t("apart.same")];
  return [t("apart.told", { step: stepNumber(place().step), raw: bits(raw), final: bits(final) }), raw.exact && final.exact ? "" : t("apart.bound"),
    compared.step.sameContext ? "" : t("apart.context")].filter((text) => text !== "");
}

/** @param {Divergence} divergence */
function bits(divergence) {
  if (divergence.bits === null) return t("apart.infinite");
  const most = divergence.atMost === null ? "" : upward(divergence.atMost);
  return t(divergence.exact ? "apart.exact" : most === "" ? "apart.least" : "apart.between", { bits: fixed(divergence.bits, 3), most });
}

/**
 * A bound above is rounded up.
 * @param {number} most
 */
function upward(most) {
  return fixed(Math.ceil(most * 1000) / 1000, 3);
}
