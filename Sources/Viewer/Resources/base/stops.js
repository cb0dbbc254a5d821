// The stops of a talk: places in the order in which they are shown. They stand in the address, so that a link carries them,
// and can be kept in a file beside the trace.

import { addressOf, choiceOf, choose, declareChoice, place, readAddress, move } from "./place.js";

/** Addresses without their `#`, with `|` between. */
declareChoice("stops", "", /^[^|]{1,2000}(\|[^|]{1,2000}){0,99}$/);

const mostStops = 100;
const longestStop = 2000;
const format = "stepglass-stops";
const version = 1;

/** What a file of stops is called: it stands beside trace.json. */
export const stopsFile = "trace.stops.json";

/** All stops as addresses without their `#`. @returns {string[]} */
export function stops() {
  return choiceOf("stops").split("|").filter((stop) => stop !== "");
}

/** The view as it is now, without what the whole talk has: language, look, the stops themselves. */
function here() {
  const { choices, ...at } = place();
  const { stops: _, present: __, ...own } = choices;
  return addressOf({ ...at, choices: own }).slice(1).split("&").filter((part) => !/^(lang|theme|lesson|screen)=/.test(part)).join("&");
}

/** Which stop the view is, from 0; −1 when it is none. */
export function stopHere() {
  return stops().indexOf(here());
}

/** Where the talk was last, for what is shown between two stops. */
let last = -1;

/** Makes the view as it is now the stop after the last one that was shown. */
export function addStop() {
  const all = stops();
  if (stopHere() >= 0 || all.length >= mostStops) return;
  last = Math.min(last, all.length - 1) + 1;
  setStops([...all.slice(0, last), here(), ...all.slice(last)]);
}

/** Takes away the stop that is shown. */
export function removeStop() {
  const at = stopHere();
  if (at < 0) return;
  last = at - 1;
  setStops(stops().filter((_, i) => i !== at));
}

/** @param {string[]} all */
export function setStops(all) {
  choose("stops", all.join("|"));
}

/**
 * To the stop so many after the one that is shown, or was shown last.
 * @param {1 | -1} by
 */
export function goToStop(by) {
  const all = stops();
  const at = stopHere();
  if (at >= 0) last = at;
  const next = at < 0 && by < 0 ? Math.max(0, last) : last + by;
  const stop = all[next];
  if (stop === undefined) return;
  last = next;
  const { stops: listed, present } = place().choices;
  const wish = readAddress(stop);
  move({ look: null, predict: false, numbers: false, tint: "probability", ...wish,
    choices: { ...wish.choices, ...(listed ? { stops: listed } : {}), ...(present ? { present } : {}) } });
}

/** The stops as a file. */
export function stopsAsFile() {
  return new Blob([`${JSON.stringify({ format, version, stops: stops() }, null, 1)}\n`], { type: "application/json" });
}

/**
 * The stops of a file; null for what is no such file.
 * @param {string} text @returns {string[] | null}
 */
export function stopsOfFile(text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    return null;
  }
  const found = file?.format === format && file.version === version ? file.stops : null;
  const isStop = (/** @type {unknown} */ stop) => typeof stop === "string" && stop !== "" && stop.length <= longestStop && !stop.includes("|");
  return Array.isArray(found) && found.length <= mostStops && found.every(isStop) ? found : null;
}
