// Every number of the ledger as the formula it comes from, with this value's own numbers in it. The stages' formulas are
// data; here their braces are filled in.

import { t } from "../base/strings.js";
import { stageKind, stageLabel, stageText } from "../base/stages.js";
import { fixed, logit, percent } from "../base/format.js";
import { largest, smallest } from "../base/extremes.js";

/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {import("../base/types.js").Candidate} Candidate */

/**
 * Four decimals for the inside of formulas.
 * @param {number} x
 */
function f4(x) {
  return fixed(x, 4);
}

/**
 * softmax of the raw logits.
 * @param {Step} step @param {Candidate} candidate
 */
export function rawProbabilityFormula(step, candidate) {
  const raw = candidate.logits[0] ?? 0;
  return {
    rule: "p = e^(z − log Σ e^z)",
    numbers: `e^(${f4(raw)} − ${f4(step.logSumExp)}) = ${percent(candidate.rawProbability)}`,
    note: t("formula.raw"),
  };
}

/**
 * What is left after the stages, made to sum to 1.
 * @param {Step} step @param {Candidate} candidate
 */
export function finalProbabilityFormula(step, candidate) {
  if (candidate.removedBy !== null) {
    return { rule: "p = 0", numbers: "0", note: t("formula.removed", { stage: stageLabel(candidate.removedBy) }) };
  }
  const last = candidate.logits.at(-1) ?? 0;
  const best = largest(step.candidates.map((c) => c.logits.at(-1) ?? -Infinity));
  const top = largest(step.candidates.map((c) => c.probability));
  // p = e^(z − best) · p(best): the normaliser is known through the best candidate's own probability.
  const normaliser = top > 0 ? best - Math.log(top) : 0;
  return {
    rule: "p = e^(z − log Σ e^z)",
    numbers: `e^(${f4(last)} − ${f4(normaliser)}) = ${percent(candidate.probability)}`,
    note: t("formula.final"),
  };
}

/**
 * Probabilities at a stage where every token still in play is listed, or where the record has them; null otherwise.
 * @param {Step} step @param {number} stage
 * @returns {number[] | null}
 */
export function stageProbabilities(step, stage) {
  if (stage === 0) return step.candidates.map((c) => c.rawProbability);
  if (stage === step.stages.length - 1) return step.candidates.map((c) => c.probability);
  const logits = step.candidates.map((c) => c.logits[stage] ?? -Infinity);
  const listed = logits.filter((x) => x > -Infinity).length;
  if (listed === 0 || listed !== step.stages[stage]?.kept) return null;
  const best = largest(logits);
  const powers = logits.map((x) => Math.exp(x - best));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / sum);
}

/**
 * What a formula may name in braces, beside `{=name}`; undefined where the record does not tell.
 * @type {Record<string, (at: At) => string | undefined>}
 */
const values = {
  before: (at) => logit(at.before),
  after: (at) => (at.after === null ? t("formula.out") : logit(at.after)),
  shift: (at) => logit(at.before - (at.after ?? at.before)),
  first: (at) => String(at.first),
  count: (at) => String(Math.round((at.before - (at.after ?? at.before)) / at.first)),
  parameters: (at) => {
    const all = Object.entries(at.stage.parameters).map(([name, x]) => `${name} = ${rounded(x)}`).join(", ");
    return all ? ` (${all})` : "";
  },
  edge: (at) => {
    const kept = at.step.candidates.map((c) => c.logits[at.index]).filter((x) => typeof x === "number");
    return kept.length === at.stage.kept ? logit(smallest(/** @type {number[]} */ (kept))) : undefined;
  },
  depth: (at) => logit(at.before - best(at)),
  ratio: (at) => f4(Math.exp(at.before - best(at))),
  share: (at) => {
    const share = stageProbabilities(at.step, at.index - 1)?.[at.step.candidates.indexOf(at.candidate)];
    return share === undefined ? undefined : f4(share);
  },
  better: (at) => {
    const shares = stageProbabilities(at.step, at.index - 1);
    if (!shares) return undefined;
    const own = shares[at.step.candidates.indexOf(at.candidate)] ?? 0;
    let better = 0;
    at.step.candidates.forEach((c, i) => {
      const share = shares[i] ?? 0;
      if (share > own || (share === own && c.id < at.candidate.id)) better += share;
    });
    return f4(better);
  },
};

/**
 * Where a value stands: a candidate before and after a stage.
 * @typedef {{ step: Step, candidate: Candidate, index: number, stage: import("../base/types.js").Stage,
 *   before: number, after: number | null, first: number }} At
 */

/** @param {number} x */
function rounded(x) {
  return String(Math.round(x * 1e4) / 1e4);
}

/** @param {At} at */
function best(at) {
  return largest(at.step.candidates.map((c) => c.logits[at.index - 1] ?? -Infinity));
}

/**
 * A template with its braces filled in; undefined when one of its values is not known.
 * @param {string} template @param {At} at
 */
function filled(template, at) {
  let isKnown = true;
  const text = template.replace(/\{(=?)([^}]+)\}/g, (_, named, /** @type {string} */ name) => {
    const x = Object.hasOwn(at.stage.parameters, name) ? at.stage.parameters[name] : undefined;
    const value = named ? (x === undefined ? undefined : rounded(x)) : values[name]?.(at);
    if (value === undefined) isKnown = false;
    return value ?? "";
  });
  return isKnown ? text : undefined;
}

/**
 * @param {Step} step
 * @param {Candidate} candidate @param {number} index the stage, from 1
 */
export function stageFormula(step, candidate, index) {
  const stage = step.stages[index];
  const before = candidate.logits[index - 1];
  const after = candidate.logits[index] ?? null;
  if (!stage || before === null || before === undefined) {
    return { rule: "—", numbers: "—", note: t("formula.gone", { stage: stageLabel(candidate.removedBy ?? "raw") }) };
  }
  const at = { step, candidate, index, stage, before, after, first: Object.values(stage.parameters)[0] ?? 0 };
  const holds = { always: true, positive: before > 0, removed: after === null,
    unchanged: after !== null && Math.abs(after - before) < 1e-9 };
  const formula = stageKind(stage.name)?.formulas.find((formula) => holds[formula.when]);
  if (!formula) return { rule: stage.name, numbers: filled("{before} → {after}{parameters}", at) ?? "", note: "" };
  const numbers = formula.numbers.map((template) => filled(template, at)).find((text) => text !== undefined);
  return { rule: stageText(formula.rule), numbers: numbers ?? "", note: filled(stageText(formula.note), at) ?? "" };
}
