// What a step would be with other settings: one wish of the reader's, answered by the engine, that all panels show in the
// place of the record while it stands. Nothing is computed here.

import { updatePanels } from "./panels.js";
import { choiceOf, choose, declareChoice, place } from "./place.js";

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
 * What the reader wishes, in the address as `temperature:0.7;draw:0.25`: options of the command by their long names, as
 * typed, and the number to draw with. The engine says what is wrong with a value.
 */
declareChoice("try", "", /^[a-z-]{1,40}:[^;]{1,200}(;[a-z-]{1,40}:[^;]{1,200}){0,20}$/);

/** What the number to draw with is called among them. */
const drawName = "draw";

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
  const { [drawName]: _, ...options } = wishes();
  return options;
}

/** The number the reader draws with; null for the record's own. */
export function wishedUniform() {
  const written = Number(wishes()[drawName] ?? NaN);
  return written >= 0 && written < 1 ? written : null;
}

/** All that is wished, by name. @returns {Record<string, string>} */
function wishes() {
  return Object.fromEntries(choiceOf("try").split(";").filter((part) => part !== "").map((part) => {
    const colon = part.indexOf(":");
    return [part.slice(0, colon), part.slice(colon + 1)];
  }));
}

/**
 * Wishes one thing, or no more.
 * @param {TraceSource} source @param {string} name @param {string | null} value
 */
function setWish(source, name, value) {
  const { [name]: _, ...others } = wishes();
  const wished = Object.entries(value === null ? others : { ...others, [name]: value });
  choose("try", wished.map(([key, text]) => `${key}:${text}`).join(";"));
  followWish(source);
}

/** The wish that was last asked about. */
let followed = "";

/**
 * Asks about a wish that came in the address, or from a control; once for each.
 * @param {TraceSource} source
 */
export function followWish(source) {
  if (choiceOf("try") === followed) return;
  followed = choiceOf("try");
  wishChanged(source);
}

/** Whether anything is wished. */
export function isWishing() {
  return choiceOf("try") !== "";
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
  setWish(source, name, value);
}

/**
 * Draws with a number of the reader's own; null: with the record's.
 * @param {TraceSource} source @param {number | null} value in 0…1, less than 1
 */
export function wishUniform(source, value) {
  setWish(source, drawName, value === null ? null : String(value));
}

/** The record again, before the page is built anew. */
export function dropWish() {
  choose("try", "");
  [isStale, found, trouble] = [true, null, null];
}

/**
 * The record again.
 * @param {TraceSource} source
 */
export function setBack(source) {
  choose("try", "");
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
      const answer = await source.live.whatIf(index, wishedOptions(), wishedUniform());
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
