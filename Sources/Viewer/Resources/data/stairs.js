// What top-p looked at in a step: each listed token's share just before it, from the likeliest on, and the height where it
// stops. The staircase draws it, and a lesson's list adds it up.

import { updatePanels } from "../base/panels.js";
import { place } from "../base/place.js";
import { isWishing, shownStep, whatIfFound } from "../base/what-if.js";
import { largest } from "../base/extremes.js";

/** @typedef {import("./source.js").TraceSource} TraceSource */
/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {{ id: number, share: number }} Share */
/**
 * `of` says which probabilities the shares are: the model's own, those before top-p where earlier stages changed them, or
 * those drawn from, where no top-p ran or what it saw is not known.
 * @typedef {{ p: number | null, shares: Share[], of: "raw" | "before" | "final" }} Stairs
 */

const topP = "top-p";
/** The engine is asked of a step on which the reader rests so long, in milliseconds, not of each of a run that is played. */
const rest = 200;

/**
 * What the engine told of recorded steps; null while it is asked.
 * @type {WeakMap<Step, { p: number, treads: Share[] } | null>}
 */
const told = new WeakMap();

/**
 * The stairs of the step that is shown.
 * @param {TraceSource} source @param {boolean} [asks] whether the engine may be asked: by who is in sight
 * @returns {Stairs}
 */
export function stairsOf(source, asks = false) {
  const step = shownStep(source);
  if (!step) return { p: null, shares: [], of: "final" };
  const wished = whatIfFound()?.stairs;
  if (wished) return named(step, wished.p, wished.treads);
  const p = step.stages.find((stage) => stage.name === topP)?.parameters.p;
  if (p === undefined || whatIfFound()) return withoutTopP(step);
  const seen = listedBefore(step);
  if (seen) return named(step, p, seen);
  const found = told.get(step);
  if (found) return named(step, found.p, found.treads);
  if (asks) ask(source, step);
  return withoutTopP(step);
}

/**
 * Whether a token was taken by its share: else the bars show what the model itself thought.
 * @param {Step} step
 */
export function isShared(step) {
  return step.draw !== null || step.candidates.filter((c) => c.probability > 0).length > 1;
}

/** @param {Step} step @returns {Stairs} */
function withoutTopP(step) {
  const of = isShared(step) ? "final" : "raw";
  return { p: null, of, shares: sorted(step.candidates.map((c) => ({ id: c.id, share: of === "raw" ? c.rawProbability : c.probability }))) };
}

/** @param {Step} step @param {number} p @param {Share[]} shares @returns {Stairs} */
function named(step, p, shares) {
  const raw = new Map(step.candidates.map((c) => [c.id, c.rawProbability]));
  const isRaw = shares.every(({ id, share }) => Math.abs(share - (raw.get(id) ?? share)) < 1e-9);
  return { p, shares: sorted(shares), of: isRaw ? "raw" : "before" };
}

/** @param {Share[]} shares */
function sorted(shares) {
  return shares.filter((one) => one.share > 0).sort((a, b) => b.share - a.share || a.id - b.id);
}

/**
 * The shares as the record itself tells them: where nothing came before top-p, or every token then in play is listed.
 * @param {Step} step @returns {Share[] | null}
 */
function listedBefore(step) {
  const before = step.stages.findIndex((stage) => stage.name === topP) - 1;
  const logits = step.candidates.map((c) => ({ id: c.id, logit: c.logits[before] ?? null }));
  if (step.candidates.every((c, i) => logits[i]?.logit === c.logits[0])) return step.candidates.map((c) => ({ id: c.id, share: c.rawProbability }));
  const inPlay = logits.flatMap(({ id, logit }) => (logit === null ? [] : [{ id, logit }]));
  if (inPlay.length !== step.stages[before]?.kept) return null;
  const most = largest(inPlay.map((one) => one.logit));
  const sum = inPlay.reduce((total, one) => total + Math.exp(one.logit - most), 0);
  return inPlay.map(({ id, logit }) => ({ id, share: Math.exp(logit - most) / sum }));
}

/**
 * Asks the engine, once for each step: the step with its own settings, of which it tells what stood before top-p.
 * @param {TraceSource} source @param {Step} step
 */
async function ask(source, step) {
  if (!source.live || told.has(step) || isWishing()) return;
  told.set(step, null);
  await new Promise((resolve) => setTimeout(resolve, rest));
  if (place().step !== step.index || isWishing()) {
    told.delete(step);
    return;
  }
  try {
    const { stairs } = await source.live.whatIf(step.index, {}, null);
    if (!stairs) return;
    told.set(step, stairs);
    updatePanels(["whatif"]);
  } catch {
    // The final probabilities stay, under their own name.
  }
}
