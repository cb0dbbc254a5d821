// Every number of the ledger as the formula it comes from, with this value's own numbers in it.
// Called by: the ledger.

import { t } from "../base/strings.js";
import { fixed, logit, percent } from "../base/format.js";

/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {import("../base/types.js").Candidate} Candidate */

/**
 * Four decimals for the inside of formulas.
 * @param {number} x
 */
function f4(x) {
  return fixed(x, 4);
}

/** @param {number} x */
function power(x) {
  return `e^(${logit(x)})`;
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
    return { rule: "p = 0", numbers: "0", note: t("formula.removed", { stage: t(`stage.${candidate.removedBy}`) }) };
  }
  const last = candidate.logits.at(-1) ?? 0;
  const best = Math.max(...step.candidates.map((c) => c.logits.at(-1) ?? -Infinity));
  const top = Math.max(...step.candidates.map((c) => c.probability));
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
  const best = Math.max(...logits);
  const powers = logits.map((x) => Math.exp(x - best));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / sum);
}

/**
 * Stages whose inner numbers the record does not hold for each token: the rule alone. `shifts` says that it changes
 * logits instead of removing tokens.
 * @type {Record<string, { text: string, shifts?: boolean }>}
 */
const rules = {
  greedy: { text: "z′ = max z" },
  "logit-bias": { text: "z′ = z + b", shifts: true },
  "banned-tokens": { text: "z′ = −∞" },
  "min-tokens": { text: "z′ = −∞" },
  "no-repeat-n-gram": { text: "z′ = −∞" },
  dry: { text: "z′ = z − m · b^(n − a)", shifts: true },
  "typical-p": { text: "Σ p  (|−ln p − H| ↑) ≥ p" },
  epsilon: { text: "p < ε" },
  eta: { text: "p < min(ε, √ε · e^(−H))" },
  "top-n-sigma": { text: "z < max z − n · σ" },
  xtc: { text: "p ≥ t,  u ≤ q" },
  mirostat: { text: "−log₂ p > μ" },
};

/**
 * @param {Step} step
 * @param {Candidate} candidate @param {number} index the stage, from 1
 */
export function stageFormula(step, candidate, index) {
  const stage = step.stages[index];
  const before = candidate.logits[index - 1];
  const after = candidate.logits[index];
  if (!stage || before === null || before === undefined) {
    return { rule: "—", numbers: "—", note: t("formula.gone", { stage: t(`stage.${candidate.removedBy ?? "raw"}`) }) };
  }
  const first = Object.values(stage.parameters)[0] ?? 0;
  const same = after !== null && after !== undefined && Math.abs(after - before) < 1e-9;
  const unchanged = { rule: "z′ = z", numbers: logit(before), note: t("formula.untouched") };
  const done = after === null || after === undefined ? t("formula.out") : logit(after);
  const formulas = {
    temperature: () => ({ rule: "z′ = z ÷ T", numbers: `${logit(before)} ÷ ${first} = ${done}`, note: t("formula.temperature") }),
    "repetition-penalty": () => same ? unchanged : before > 0
      ? { rule: "z > 0:  z′ = z ÷ r", numbers: `${logit(before)} ÷ ${first} = ${done}`, note: t("formula.repetition") }
      : { rule: "z ≤ 0:  z′ = z · r", numbers: `${logit(before)} · ${first} = ${done}`, note: t("formula.repetition") },
    "frequency-penalty": () => same ? unchanged
      : { rule: "z′ = z − f · n", numbers: `${logit(before)} − ${first} · ${Math.round((before - (after ?? before)) / first)} = ${done}`, note: t("formula.frequency") },
    "presence-penalty": () => same ? unchanged
      : { rule: "z′ = z − p", numbers: `${logit(before)} − ${first} = ${done}`, note: t("formula.presence") },
    "log-softmax": () => ({ rule: "z′ = z − log Σ e^z", numbers: after === null || after === undefined ? done : `${logit(before)} − ${logit(before - after)} = ${done}`, note: t("formula.log-softmax") }),
    "top-k": () => topK(step, before, after ?? null, index, first),
    "top-p": () => topP(step, candidate, after ?? null, index, first),
    "min-p": () => minP(step, before, after ?? null, index, first),
  };
  const make = /** @type {Record<string, () => { rule: string, numbers: string, note: string }>} */ (formulas)[stage.name];
  if (make) return make();
  const rule = Object.hasOwn(rules, stage.name) ? rules[stage.name] : undefined;
  const values = Object.entries(stage.parameters).map(([name, value]) => `${name} = ${Math.round(value * 1e4) / 1e4}`).join(", ");
  if (same && rule?.shifts) return unchanged;
  return { rule: rule?.text ?? stage.name, numbers: `${logit(before)} → ${done}${values ? ` (${values})` : ""}`,
    note: rule ? t(`formula.${stage.name}`) : "" };
}

/**
 * @param {Step} step
 * @param {number} before @param {number | null} after @param {number} index @param {number} k
 */
function topK(step, before, after, index, k) {
  const kept = step.candidates.map((c) => c.logits[index]).filter((x) => typeof x === "number");
  const listed = kept.length === step.stages[index]?.kept;
  const edge = listed ? Math.min(.../** @type {number[]} */ (kept)) : null;
  const sign = after === null ? "<" : "≥";
  const right = edge === null ? `z(${k})` : logit(edge);
  return { rule: `z < z(k)  ⇒  ${t("formula.out")}`, numbers: `${logit(before)} ${sign} ${right}`,
    note: t(after === null ? "formula.topk.out" : "formula.topk.in", { k }) };
}

/**
 * @param {Step} step
 * @param {Candidate} candidate @param {number | null} after @param {number} index @param {number} p
 */
function topP(step, candidate, after, index, p) {
  const shares = stageProbabilities(step, index - 1);
  const own = shares?.[step.candidates.indexOf(candidate)] ?? 0;
  const rule = `Σ p(${t("formula.better")}) ≥ p  ⇒  ${t("formula.out")}`;
  const note = t(after === null ? "formula.topp.out" : "formula.topp.in");
  if (!shares) return { rule, numbers: `p = ${p}`, note };
  let better = 0;
  step.candidates.forEach((c, i) => {
    const share = shares[i] ?? 0;
    if (share > own || (share === own && c.id < candidate.id)) better += share;
  });
  return { rule, numbers: `${f4(better)} ${after === null ? "≥" : "<"} ${p}`, note };
}

/**
 * @param {Step} step
 * @param {number} before @param {number | null} after @param {number} index @param {number} p
 */
function minP(step, before, after, index, p) {
  const best = Math.max(...step.candidates.map((c) => c.logits[index - 1] ?? -Infinity));
  const ratio = Math.exp(before - best);
  return { rule: `p ÷ p(max) < min-p  ⇒  ${t("formula.out")}`,
    numbers: `${power(before - best)} = ${f4(ratio)} ${after === null ? "<" : "≥"} ${p}`,
    note: t(after === null ? "formula.minp.out" : "formula.minp.in") };
}
