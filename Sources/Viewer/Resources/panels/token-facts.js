// The facts of a token in a line: what it is, and how sure the model was of it.

import { el, word } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { count, fixed, percent, spacedHex, tokenLabel } from "../base/format.js";
import { chosenOf } from "../base/context.js";

words({
  "fact.token": ["token", "詞元"],
  "fact.id": ["id", "編號"],
  "fact.bytes": ["bytes", "位元組"],
  "fact.raw": ["raw", "原始"],
  "fact.final": ["final", "最終"],
  "fact.foreseen": ["foreseen with", "預測機率"],
  "fact.rank": ["rank", "名次"],
  "fact.entropy": ["entropy", "熵"],
});

/** @typedef {import("../base/types.js").Token} Token */
/** @typedef {import("../base/types.js").Step} Step */

/**
 * A prompt token that the reader looks from.
 * @param {Token} token @param {number} position @param {import("../base/types.js").PromptScore | null} [score]
 */
export function promptFacts(token, position, score) {
  return [fact(t("fact.token"), word(tokenLabel(token))), fact(t("fact.id"), count(token.id)), fact(t("fact.bytes"), spacedHex(token.bytes)),
    fact(t("fact.position"), String(position)), ...(score ? [fact(t("fact.foreseen"), percent(score.probability)), fact(t("fact.rank"), String(score.rank)),
      fact(t("fact.entropy"), `${fixed(score.entropyBits, 2)} ${t("unit.bits")}`)] : [])];
}

/**
 * The token of a step.
 * @param {Step} step
 */
export function stepFacts(step) {
  const chosen = chosenOf(step);
  return [fact(t("fact.token"), word(tokenLabel(step.token))),
    fact(t("fact.id"), count(step.token.id)), fact(t("fact.bytes"), spacedHex(step.token.bytes)),
    fact(t("fact.position"), String(step.position)),
    ...(chosen ? [fact(t("fact.raw"), percent(chosen.rawProbability)), fact(t("fact.final"), percent(chosen.probability)),
      fact(t("fact.rank"), String(chosen.rank))] : []),
    fact(t("fact.entropy"), `${fixed(step.entropyBits.raw, 2)} ${t("unit.bits")}`)];
}

/**
 * One fact: what it is, and its value.
 * @param {string} name @param {string | Node} value
 */
export function fact(name, value) {
  return el("span", { class: "fact" }, el("span", { class: "label" }, name), " ", el("span", { class: "value" }, value));
}
