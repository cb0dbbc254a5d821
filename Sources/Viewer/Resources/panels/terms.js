// A term of the page, explained where it stands: its entry of the glossary, with the numbers of this step in it.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { stageKind, stageLabel, stageText } from "../base/stages.js";
import { count, fixed } from "../base/format.js";
import { place } from "../base/place.js";
import { shownStep } from "../base/what-if.js";
import { spokenName } from "./chances.js";
import { glossaryEntry } from "./glossary.js";

words({
  "here.token": ["Here: ‹{token}› is number {id} of the {size} that this model knows.", "在這裡：‹{token}› 是這個模型所認得的 {size} 個詞元中的第 {id} 號。"],
  "here.stage": ["Here: {parameters}; it struck out {removed} and left {kept}.", "在這裡：{parameters}；劃掉 {removed} 個，留下 {kept} 個。"],
  "here.stage.shift": ["Here: {parameters}.", "在這裡：{parameters}。"],
  "here.stage.off": ["It did not run in this step.", "這一步沒有用到它。"],
  "here.draw": ["Here: the random number {u} fell between {low} and {high}, the share of ‹{token}›.", "在這裡：亂數 {u} 落在 {low} 到 {high} 之間，那是 ‹{token}› 的區間。"],
  "here.entropy": ["Here: {raw} bits before the stages, {final} after them.", "在這裡：各階段之前 {raw} 位元，之後 {final} 位元。"],
  "here.head": ["Here: {layers} layers of {heads} heads each.", "在這裡：{layers} 層，每層 {heads} 個頭。"],
  "here.context": ["Here: {used} of at most {size} tokens.", "在這裡：最多 {size} 個詞元中的 {used} 個。"],
  "here.beam": ["Here: {n} beams.", "在這裡：集束寬度 {n}。"],
  "terms.close": ["Close", "關閉"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */

/** Stages whose entry is another's. */
const kin = { "top-k": "topk", "top-p": "topp", "min-p": "minp", "repetition-penalty": "penalty", "frequency-penalty": "penalty", "presence-penalty": "penalty", greedy: "temperature" };

/**
 * A word that opens its entry in a holder; pressed again it closes it.
 * @param {TraceSource} source @param {HTMLElement} holder @param {string} term @param {string} text
 */
export function termButton(source, holder, term, text) {
  const button = el("button", { type: "button", class: "term", "data-term": term, "aria-expanded": String(holder.dataset.term === term), on: { click: () => {
    showEntry(source, holder, holder.dataset.term === term ? null : term);
  } } }, text);
  return button;
}

/**
 * Shows a term's entry with the numbers of the step as it is now; null closes it.
 * @param {TraceSource} source @param {HTMLElement} holder @param {string | null} term
 */
export function showEntry(source, holder, term) {
  if (term === null) delete holder.dataset.term;
  else holder.dataset.term = term;
  for (const button of holder.parentElement?.querySelectorAll(".term") ?? []) {
    button.setAttribute("aria-expanded", String(term !== null && button instanceof HTMLElement && button.dataset.term === term));
  }
  if (term === null) return fill(holder);
  const close = () => {
    const button = holder.parentElement?.querySelector(`.term[data-term="${CSS.escape(term)}"]`);
    showEntry(source, holder, null);
    if (button instanceof HTMLElement) button.focus({ preventScroll: true });
  };
  const told = entryOf(term);
  fill(holder, el("div", { class: "entry", role: "note", on: { keydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === "Escape") close(); } } },
    el("button", { type: "button", class: "quiet", "aria-label": t("terms.close"), on: { click: close } }, "✕"),
    el("b", {}, told.name), " ", told.text, " ", el("span", { class: "here" }, here(source, term))));
}

/**
 * What a term means in general.
 * @param {string} term
 */
function entryOf(term) {
  const known = glossaryEntry(Object.hasOwn(kin, term) ? kin[/** @type {keyof typeof kin} */ (term)] : term);
  if (known) return known;
  const formula = stageKind(term)?.formulas[0];
  return { name: stageLabel(term), text: formula ? stageText(formula.rule) : "" };
}

/**
 * What it is in this step.
 * @param {TraceSource} source @param {string} term
 */
function here(source, term) {
  const { trace } = source;
  const step = shownStep(source);
  if (!step) return "";
  const { draw, token } = step;
  const name = spokenName(token);
  if (term === "token") return t("here.token", { token: name, id: count(token.id), size: count(trace.model.vocabularySize) });
  if (term === "draw" && draw) return t("here.draw", { u: fixed(draw.uniform, 4), low: fixed(draw.low, 4), high: fixed(draw.high, 4), token: name });
  if (term === "entropy") return t("here.entropy", { raw: fixed(step.entropyBits.raw, 2), final: fixed(step.entropyBits.final, 2) });
  if (term === "head") return t("here.head", { layers: trace.model.layers, heads: trace.model.heads });
  if (term === "context") return t("here.context", { used: count(step.position), size: count(trace.model.contextLength) });
  if (term === "beam") return t("here.beam", { n: trace.beam?.beams ?? 0 });
  return stageHere(step, term);
}

/**
 * @param {import("../base/types.js").Step} step @param {string} name
 */
function stageHere(step, name) {
  const kind = stageKind(name);
  if (!kind) return "";
  const stage = step.stages.find((one) => one.name === name || (name === "temperature" && one.name === "greedy"));
  if (!stage) return t("here.stage.off");
  const numbers = Object.entries(stage.parameters).map(([parameter, value]) => `${parameter} = ${Math.round(value * 1e4) / 1e4}`);
  const parameters = numbers.length > 0 ? numbers.slice(0, 3).join(t("list.comma")) : stageLabel(stage.name);
  return stage.removed > 0 ? t("here.stage", { parameters, removed: count(stage.removed), kept: count(stage.kept) }) : t("here.stage.shift", { parameters });
}
