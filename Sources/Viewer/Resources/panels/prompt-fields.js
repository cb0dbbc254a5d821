// The settings that a prompt has in the open, and what stands in their fields.

import { settingsTold } from "../base/settings.js";

/** By the names of the command's options. */
export const settings = [
  { name: "temperature", step: 0.1, min: 0, start: "0", hint: "prompt.greedy" },
  { name: "top-k", step: 1, min: 0, start: "", hint: "prompt.off" },
  { name: "top-p", step: 0.05, min: 0, start: "", hint: "prompt.off" },
  { name: "seed", step: 1, min: 0, start: "0", hint: "" },
  { name: "max-tokens", step: 1, min: 1, start: "64", hint: "" },
];

/** What the reader typed; kept while the page is built anew. */
export const typed = { isOpen: false, text: /** @type {string | null} */ (null), settings: Object.fromEntries(settings.map((one) => [one.name, one.start])) };

let hasRecord = false;

/** What was kept of a run, which changes no token of it. */
const kept = ["record", "candidates"];

/**
 * What the fields hold for a run: a stage that is off has none.
 * @param {import("../data/source.js").TraceSource["trace"]["settings"]} settings
 */
export function fieldsOf(settings) {
  const off = (/** @type {unknown} */ value, /** @type {number} */ blank) => (Number(value) === blank ? "" : String(value));
  return { temperature: String(settings.temperature), "top-k": off(settings.topK, 0), "top-p": off(settings.topP, 1), seed: String(settings.seed), "max-tokens": String(settings.maxTokens) };
}

/**
 * The settings of a run in words that have no fields: a run that is begun with a prompt of one's own goes without them.
 * @param {import("../data/source.js").TraceSource["trace"]["settings"]} settings
 */
export function withoutFields(settings) {
  return settingsTold(settings, ["temperature", "topK", "topP", "seed", "maxTokens", ...kept]);
}

/**
 * A page that came with a record goes on from its settings, as far as there are fields for them; a record that wrote nothing
 * has no number of tokens to go on with. Once: what is typed stays.
 * @param {import("../data/source.js").TraceSource["trace"]["settings"]} settings
 */
export function beginWith(settings) {
  if (hasRecord) return;
  hasRecord = true;
  const { "max-tokens": most, ...values } = fieldsOf(settings);
  Object.assign(typed.settings, values, Number(most) > 0 ? { "max-tokens": most } : {});
}
