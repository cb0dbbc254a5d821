// What a step would be with other settings: one wish of the reader's, answered by the engine, that all panels show in the
// place of the record while it stands. Nothing is computed here.

import { updatePanels } from "./panels.js";
import { place } from "./place.js";

/** @typedef {import("./types.js").Step} Step */
/** @typedef {import("./types.js").Story} Story */
/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/**
 * The engine's answer; `index` is the step that was asked about, `bound` how far its probabilities may be off (null: not
 * known), `stairs` what stood before top-p.
 * @typedef {{ index: number, step: Step, story: Story, bound: number | null, notes: string[],
 *   stairs: { p: number, treads: { id: number, share: number }[] } | null }} Found
 */

/**
 * What the reader wishes: options of the command by their long names, as typed, and the number to draw with.
 * @type {{ options: Record<string, string>, uniform: number | null }}
 */
const wish = { options: {}, uniform: null };

/** @type {Found | null} */
let found = null;
/** Whether a question is under way; the next one waits for its answer. */
let isAsking = false;
/** Whether the wish changed since the question under way was asked. */
let isStale = false;
/** @type {unknown} */
let trouble = null;

/** The options that the reader changed. @returns {Readonly<Record<string, string>>} */
export function wishedOptions() {
  return wish.options;
}

/** The number the reader draws with; null for the record's own. */
export function wishedUniform() {
  return wish.uniform;
}

/** Whether anything is wished. */
export function isWishing() {
  return wish.uniform !== null || Object.keys(wish.options).length > 0;
}

/** What went wrong with the last question; null when nothing did. */
export function whatIfTrouble() {
  return trouble;
}

/**
 * The answer for the step that the reader is at; null when nothing is wished, or the answer is not here yet.
 * @returns {Found | null}
 */
export function whatIfFound() {
  return isWishing() && found?.index === place().step ? found : null;
}

/**
 * The step that the reader is at, as it is wished.
 * @param {TraceSource} source @returns {Step | undefined}
 */
export function shownStep(source) {
  return whatIfFound()?.step ?? source.trace.steps[place().step];
}

/**
 * The recorded step behind a wished one, for its ghosts; undefined where the record itself is shown.
 * @param {TraceSource} source @returns {Step | undefined}
 */
export function ghostStep(source) {
  return whatIfFound() ? source.trace.steps[place().step] : undefined;
}

/**
 * Sets one option, or gives it back to the record.
 * @param {TraceSource} source @param {string} name @param {string | null} value
 */
export function wishOption(source, name, value) {
  if (value === null) delete wish.options[name];
  else wish.options[name] = value;
  wishChanged(source);
}

/**
 * Draws with a number of the reader's own; null: with the record's.
 * @param {TraceSource} source @param {number | null} value in 0…1, less than 1
 */
export function wishUniform(source, value) {
  wish.uniform = value;
  wishChanged(source);
}

/**
 * The record again.
 * @param {TraceSource} source
 */
export function setBack(source) {
  wish.options = {};
  wish.uniform = null;
  wishChanged(source);
}

/**
 * Asks anew, once a question under way is answered: however fast a slider moves, the last wish is the one that stands.
 * @param {TraceSource} source
 */
export function wishChanged(source) {
  isStale = true;
  if (!isWishing()) {
    [found, trouble] = [null, null];
    updatePanels(["whatif"]);
  }
  if (!isAsking) ask(source);
}

/** @param {TraceSource} source */
async function ask(source) {
  isAsking = true;
  while (isStale && isWishing() && source.live && source.trace.steps.length > 0) {
    isStale = false;
    const index = place().step;
    try {
      const answer = await source.live.whatIf(index, { ...wish.options }, wish.uniform);
      [found, trouble] = [{ index, ...answer }, null];
    } catch (error) {
      [found, trouble] = [null, error];
    }
    updatePanels(["whatif"]);
    // One answer a frame is enough for any eye.
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  isAsking = false;
}
