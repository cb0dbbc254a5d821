// The context of a run: which tokens stand in it, where a step's own token is, and which row of the attention led to it. A
// run that fills has its masks for steps: they stand in the prompt, and each looks from its own place.

/** @typedef {import("./types.js").Trace} Trace */

/** @param {Trace} trace */
export function isFilled(trace) {
  return trace.run === "fill";
}

/**
 * All tokens of the context, in order.
 * @param {Trace} trace
 */
export function contextOf(trace) {
  return isFilled(trace) ? trace.prompt.tokens : [...trace.prompt.tokens, ...trace.steps.map((step) => step.token)];
}

/**
 * Where the token of a step stands; for a step that is not there yet, where it would.
 * @param {Trace} trace @param {number} step
 */
export function positionOf(trace, step) {
  return isFilled(trace) ? trace.steps[step]?.position ?? trace.prompt.tokens.length - 1 : trace.prompt.tokens.length + step;
}

/**
 * The step whose token stands at a position; below 0 for what was only read.
 * @param {Trace} trace @param {number} position
 */
export function stepAt(trace, position) {
  return isFilled(trace) ? trace.steps.findIndex((step) => step.position === position) : position - trace.prompt.tokens.length;
}

/**
 * The position whose row of the attention led to a step's token.
 * @param {Trace} trace @param {number} step
 */
export function queryOf(trace, step) {
  return positionOf(trace, step) - (isFilled(trace) ? 0 : 1);
}

/**
 * The step's chosen token among its candidates.
 * @param {import("./types.js").Step} step
 */
export function chosenOf(step) {
  return step.candidates.find((candidate) => candidate.id === step.token.id);
}
