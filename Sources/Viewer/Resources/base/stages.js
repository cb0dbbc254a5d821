// The stages: their names, where they cut and their formulas, handed over by the page builder from the engine's own list.

import { place } from "./place.js";

/** @typedef {[string, string]} Text  English, then 繁體中文. */
/** @typedef {{ when: "always" | "unchanged" | "positive" | "removed", rule: Text, numbers: string[], note: Text }} Formula */
/** @typedef {{ label: Text, cut: "lowestKept" | "ratio" | null, formulas: Formula[] }} StageKind */

/**
 * Read when the page opens: its body is replaced soon after, and a run may bring its first step later.
 * @type {Record<string, StageKind>}
 */
const kinds = JSON.parse(document.getElementById("stages")?.textContent || "{}");

/**
 * What is known of a stage; undefined for names of no stage, which files may hold.
 * @param {string} name
 */
export function stageKind(name) {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}

/**
 * A text of the stages in the reader's language.
 * @param {Text} text
 */
export function stageText(text) {
  return text[place().lang === "en" ? 0 : 1];
}

/**
 * A stage's name in the reader's language; of one that is not known, the name in the file.
 * @param {string} name
 */
export function stageLabel(name) {
  const kind = stageKind(name);
  return kind ? stageText(kind.label) : name;
}
