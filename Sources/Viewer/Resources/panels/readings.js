// What is known of the pass behind a step: from the record, else from the engine in the page, which makes the pass again.

import { isFilled } from "../base/context.js";
import { plain } from "../base/format.js";
import { EngineProblem, spoken } from "../engine/engine-client.js";
import { askedLens, askedResidual } from "../engine/live-inside.js";

/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {import("../base/types.js").LensRow} LensRow */
/** @typedef {import("../base/types.js").Residual} Residual */
/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/** @typedef {"lens" | "residual"} Part */

/**
 * What the engine said of steps that do not have it themselves; a step of another run is another object.
 * @type {WeakMap<Step, { lens?: LensRow[], residual?: Residual, asking: Set<Part>, trouble: unknown }>}
 */
const told = new WeakMap();

/**
 * What each layer would have said; null where it is not known (yet).
 * @param {Step | undefined} step @returns {LensRow[] | null}
 */
export function lensOf(step) {
  if (step?.lens?.length) return step.lens;
  return (step && told.get(step)?.lens) ?? null;
}

/**
 * What each part added; null where it is not known (yet).
 * @param {Step | undefined} step @returns {Residual | null}
 */
export function residualOf(step) {
  return step?.residual ?? (step && told.get(step)?.residual) ?? null;
}

/**
 * Whether the page has an engine with the run's model.
 * @param {TraceSource} source
 */
export function canAsk(source) {
  return source.live !== null && source.live.client.opensModels && source.live.hasModel && !isFilled(source.trace);
}

/**
 * Why a step could not be asked about, in words; empty where nothing went wrong.
 * @param {Step | undefined} step
 */
export function troubleOf(step) {
  const trouble = step ? told.get(step)?.trouble : null;
  if (!trouble) return "";
  return plain(trouble instanceof EngineProblem ? spoken(trouble.phrase) : String(trouble instanceof Error ? trouble.message : trouble), 300);
}

/**
 * Has the engine say what is not known of a step; true once it is, false where it cannot be or another asks already.
 * @param {TraceSource} source @param {Step} step @param {Part} part
 */
export async function ask(source, step, part) {
  if (part === "lens" ? lensOf(step) : residualOf(step)) return true;
  const { live } = source;
  if (!live || !canAsk(source)) return false;
  const entry = told.get(step) ?? { asking: new Set(), trouble: null };
  told.set(step, entry);
  if (entry.asking.has(part)) return false;
  entry.asking.add(part);
  try {
    const run = await live.runNumber();
    if (part === "lens") entry.lens = await askedLens(live.client, run, step.index);
    else entry.residual = await askedResidual(live.client, run, step.index);
    entry.trouble = null;
  } catch (error) {
    entry.trouble = error;
  } finally {
    entry.asking.delete(part);
  }
  return entry.trouble === null;
}
