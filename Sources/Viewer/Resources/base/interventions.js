// Where a reader of the run has put a hand in: tokens set in place of the choice, heads that are off, settings changed on
// the way, and the step at which the run leaves another.

import { t, words } from "./strings.js";
import { plain } from "./format.js";
import { changedAt, settingsAt } from "./settings.js";

words({
  "act.forced": ["set by hand", "人為指定"],
  "act.changed": ["settings changed from this step on: {changes}", "自此步起改變設定：{changes}"],
  "act.parent": ["from here on another run than the one it was made from: {change}", "自此步起與原來的執行不同：{change}"],
  "act.off": ["heads off: {heads}", "關閉的頭：{heads}"],
  "act.lost": ["not found in the cache from here on: the tokens at {positions}", "自此起在快取裡找不到第 {positions} 個位置的詞元"],
});

/** @typedef {import("./types.js").Trace} Trace */

/** The signs of what was done at a step, as they stand in the text and its legend. */
export const signs = { forced: "✎", changed: "△", off: "⊘" };

/**
 * Whether a token was put in place of the choice.
 * @param {Trace} trace @param {number} step
 */
export function isForced(trace, step) {
  return Object.hasOwn(trace.settings.forced ?? {}, String(step));
}

/**
 * The heads that are off at a step, as "layer.head".
 * @param {Trace} trace @param {number} step
 * @returns {string[]}
 */
export function headsOff(trace, step) {
  const off = settingsAt(trace.settings, step).ablated;
  return Array.isArray(off) ? off.map((head) => plain(String(head), 20)) : [];
}

/**
 * The positions that no later token finds in the cache at a step.
 * @param {Trace} trace @param {number} step
 * @returns {number[]}
 */
function entriesLost(trace, step) {
  const lost = settingsAt(trace.settings, step).dropped;
  return Array.isArray(lost) ? lost.map(Number).sort((a, b) => a - b) : [];
}

/**
 * Whether a head is off at a step.
 * @param {Trace} trace @param {number} step @param {number} layer @param {number | "mean" | "max"} head
 */
export function isOff(trace, step, layer, head) {
  return headsOff(trace, step).includes(`${layer}.${head}`);
}

/**
 * What was done at a step, in words, with the sign of each.
 * @param {Trace} trace @param {number} step
 * @returns {{ sign: string, told: string }[]}
 */
export function interventionsAt(trace, step) {
  const { forced, changes: later, ablated, dropped } = trace.settings;
  // Nearly all runs are left alone, and are asked of every step.
  if (!trace.parent && !later?.length && !ablated?.length && !dropped?.length && Object.keys(forced ?? {}).length === 0) return [];
  const found = isForced(trace, step) ? [{ sign: signs.forced, told: t("act.forced") }] : [];
  const changes = changedAt(trace.settings, step);
  if (changes) found.push({ sign: signs.changed, told: t("act.changed", { changes }) });
  const { parent } = trace;
  if (parent && Number(parent.step) === step) found.push({ sign: signs.changed, told: t("act.parent", { change: plain(String(parent.change), 200) }) });
  const off = headsOff(trace, step);
  // Where it begins; the facts of each step say that it goes on.
  if (off.length > 0 && (step === 0 || headsOff(trace, step - 1).join() !== off.join())) {
    found.push({ sign: signs.off, told: t("act.off", { heads: off.join(t("list.comma")) }) });
  }
  const lost = entriesLost(trace, step);
  if (lost.length > 0 && (step === 0 || entriesLost(trace, step - 1).join() !== lost.join())) {
    found.push({ sign: signs.off, told: t("act.lost", { positions: lost.join(t("list.comma")) }) });
  }
  return found;
}
