// What the page asks the engine of the pass behind a step: what each layer would have said, and what each part added.

/** @typedef {import("./engine-client.js").EngineClient} EngineClient */

/**
 * The rows of the logit lens, as a record with hidden states has them.
 * @param {EngineClient} client @param {number} run @param {number} step
 * @returns {Promise<import("../base/types.js").LensRow[]>}
 */
export async function askedLens(client, run, step) {
  return (await client.ask({ request: "lens", run, step })).result.lens;
}

/**
 * The residual stream as parts of the logit of the step's token, as a record of it has it.
 * @param {EngineClient} client @param {number} run @param {number} step
 * @returns {Promise<import("../base/types.js").Residual>}
 */
export async function askedResidual(client, run, step) {
  return (await client.ask({ request: "residual", run, step })).result.residual;
}
