// What goes to paper: a handout of one step a page, or the step that the reader is at with all its panels.

import { el } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { chosenOf, contextOf, isFilled, positionOf, stepAt } from "../base/context.js";
import { percent, plain, tokenLabel, stepNumber } from "../base/format.js";
import { choiceOf, declareChoice, place } from "../base/place.js";
import { Chances, listedIn } from "./chances.js";
import { strategy } from "./header.js";
import { hiddenFrom } from "./predict.js";
import { tokenNodes } from "./token-nodes.js";

words({
  "handout.title": ["Step {n} of {count}", "第 {n} 步，共 {count} 步"],
  "handout.mask": ["Mask {n} of {count}", "第 {n} 個遮罩，共 {count} 個"],
  "handout.token": ["token", "詞元"],
  "handout.raw": ["raw", "原始"],
  "handout.final": ["final", "最終"],
});

/** One step a page, or one step with all panels. */
declareChoice("paper", "steps", /^(steps|panels)$/);

/** Rows of a step's table at most. */
const mostRows = 8;
/** Tokens of the text before the step's own at most: a page holds no more. */
const mostTokens = 96;

/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/** @typedef {import("../base/types.js").Step} Step */

/**
 * Puts the handout on the page, in the place of the panels, while it is printed.
 * @param {TraceSource} source
 */
export function layOutHandout(source) {
  takeHandoutAway();
  const steps = source.trace.steps.slice(0, Math.min(source.trace.steps.length, hiddenFrom()));
  if (choiceOf("paper") !== "steps" || steps.length === 0) return;
  document.body.append(el("div", { class: "handout" }, steps.map((step) => sheet(source, step))));
  document.documentElement.setAttribute("data-handout", "");
}

export function takeHandoutAway() {
  document.querySelector(".handout")?.remove();
  document.documentElement.removeAttribute("data-handout");
}

/**
 * A step's page: what ran, the text up to the step, the story, the bars and the table.
 * @param {TraceSource} source @param {Step} step
 */
function sheet(source, step) {
  const { trace } = source;
  const chances = new Chances(null, listedIn(trace));
  chances.show(step, undefined);
  const key = isFilled(trace) ? "handout.mask" : "handout.title";
  const story = source.stories[step.index]?.[place().lang] ?? [];
  return el("section", { class: "sheet" },
    el("p", { class: "sheet-run" }, [plain(trace.model.name), ...strategy(trace)].join(" · ")),
    el("h2", {}, t(key, { n: stepNumber(step.index), count: trace.steps.length })),
    el("p", { class: "sheet-text" }, textUpTo(source, step)),
    el("p", { class: "story-text" }, story.map((piece) => (typeof piece === "string" ? piece : "token" in piece ? el("bdi", { class: "story-token" }, piece.token) : piece.text))),
    chances.element, candidates(step));
}

/**
 * The text with the step's token at its end; of masks also what follows. What is too far away is left out.
 * @param {TraceSource} source @param {Step} step
 */
function textUpTo({ trace }, step) {
  const at = positionOf(trace, step.index);
  const from = Math.max(0, at - mostTokens);
  const to = isFilled(trace) ? at + mostTokens / 2 : at + 1;
  const all = contextOf(trace);
  const spans = all.slice(from, to).map((token, i) => {
    const position = from + i;
    return el("span", { class: position === at ? "sheet-token" : stepAt(trace, position) < 0 ? "sheet-prompt" : null }, tokenNodes(token));
  });
  return [from > 0 ? "… " : null, ...spans, isFilled(trace) && to < all.length ? " …" : null];
}

/** @param {Step} step */
function candidates(step) {
  const rows = step.candidates.slice(0, mostRows);
  const chosen = chosenOf(step);
  if (chosen && !rows.includes(chosen)) rows.push(chosen);
  return el("table", { class: "sheet-table" },
    el("thead", {}, el("tr", {}, ["#", t("handout.token"), "logit", t("handout.raw"), t("handout.final")].map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, rows.map((one) => el("tr", { class: one === chosen ? "chosen" : null }, [one.rank, tokenLabel(one, 30), (one.logits[0] ?? 0).toFixed(2), percent(one.rawProbability),
      one.removedBy === null ? percent(one.probability) : "–"].map((cell) => el("td", {}, cell))))));
}
