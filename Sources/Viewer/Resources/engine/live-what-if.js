// What the page asks the engine to play with a run: its steps as stories, a step with other settings, the curve over the
// temperature, and the text written anew from a step on.

/** @typedef {import("./engine-client.js").EngineClient} EngineClient */
/** @typedef {import("../base/types.js").Story} Story */
/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {{ temperature: number, probabilities: number[], entropyBits: number, bound: number }} CurvePoint */

/**
 * The stories of the steps from `from` on, before `to`.
 * @param {EngineClient} client @param {number} run @param {number} from @param {number} to @returns {Promise<Story[]>}
 */
export async function toldSteps(client, run, from, to) {
  if (from >= to) return [];
  return (await client.ask({ request: "stories", run, from, to })).result.stories;
}

/**
 * A step with other settings.
 * @param {EngineClient} client @param {number} run @param {number} step @param {Record<string, string>} options
 * @param {number | null} uniform the number to draw with; null: the record's own
 * @returns {Promise<Omit<import("../base/what-if.js").Found, "index">>}
 */
export async function askedWhatIf(client, run, step, options, uniform) {
  return (await client.ask({ request: "what-if", run, step, options, ...(uniform === null ? {} : { uniform }) })).result;
}

/**
 * How tokens of a step share the probability at each temperature.
 * @param {EngineClient} client @param {number} run @param {number} step @param {number[]} tokens @param {number[]} temperatures
 * @returns {Promise<CurvePoint[]>}
 */
export async function askedCurve(client, run, step, tokens, temperatures) {
  return (await client.ask({ request: "curve", run, step, tokens, temperatures })).result.points;
}

/** How long a part of a text being written anew may hold up the next question, in milliseconds. */
const part = 30;

/**
 * Writes the text anew from a step on, and says after each part how far it is.
 * @param {EngineClient} client @param {number} run
 * @param {{ step: number, options: Record<string, string>, token: number | null, most: number }} wish `token` is taken first
 * @param {(steps: Step[], hasEnded: boolean) => boolean} heard false ends it
 */
export async function writeAnew(client, run, { step, options, token, most }, heard) {
  const begun = await client.ask({ request: "try", run, step, options, ...(token === null ? {} : { token }) });
  const other = begun.result.run;
  /** @type {Step[]} */
  const steps = [];
  try {
    for (let goesOn = true; goesOn;) {
      const { result } = await client.ask({ request: "step", run: other, count: most - steps.length, milliseconds: part });
      steps.push(...result.steps);
      const hasEnded = result.steps.length === 0 || result.run.finish !== null || steps.length >= most;
      goesOn = heard(steps, hasEnded) && !hasEnded;
    }
  } finally {
    await client.ask({ request: "end", run: other });
  }
}
