// A run that the page's own engine makes: its steps, and what else the page asks about it.

import { move, place } from "../base/place.js";
import { LiveSteps } from "./live-steps.js";
import { askedWhatIf } from "./live-what-if.js";

/** @typedef {import("./live-steps.js").RunState} RunState */
/** @typedef {import("./live-steps.js").Whole} Whole */
/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/**
 * What came of a line.
 * @typedef {{ outcomes: any[], text: { en: string[], "zh-TW": string[] }, files: { format: string, bytes: Uint8Array }[] }} Carried
 */

/** The engine's side of what the page shows. All methods that ask the engine throw what EngineClient.ask throws. */
export class LiveRun extends LiveSteps {
  /**
   * The source that shows the run: the record of the page, or a run's first state.
   * @param {TraceSource} source
   */
  attach(source) {
    this.source = source;
    source.live = this;
    if (!this.state) this.recorded = source.file;
  }

  /**
   * Carries out a line of the debugger, from the step that the reader looks at.
   * @param {string} line @param {number} width in characters
   * @returns {Promise<Carried>}
   */
  async line(line, width) {
    if (!this.client.opensModels) return this.question(line, width);
    const run = await this.runNumber();
    if (!this.state?.collecting) await this.goTo((this.source?.trace.steps.length ?? 0) === 0 ? -1 : place().step);
    const before = this.state;
    const { result, attachments } = await this.client.ask({ request: "line", run, line, width });
    this.state = result.run;
    await this.follow(before, result.run, result.outcomes);
    const files = result.outcomes.flatMap((/** @type {any} */ one) =>
      one.kind === "file" && attachments[one.attachment] ? [{ format: String(one.format), bytes: attachments[one.attachment] }] : []);
    return { outcomes: result.outcomes, text: result.text, files };
  }

  /**
   * The answer to a question about the step that the reader looks at.
   * @param {string} line a question, with or without the debugger's `print` before it
   * @param {number} width in characters
   * @returns {Promise<Carried>}
   */
  async question(line, width) {
    const question = line.replace(/^\s*(print|p)\s+(?=\S)/, "");
    const { result } = await this.client.ask({ request: "ask", run: await this.runNumber(), step: place().step, question, width });
    return { outcomes: [], text: result.text, files: [] };
  }

  /**
   * The page after a line: the steps that came to the run, or another run whole, and the place that the line went to.
   * @param {RunState | null} before @param {RunState} state @param {any[]} outcomes
   */
  async follow(before, state, outcomes) {
    const isChanged = before?.branch !== state.branch || before.steps > state.steps || outcomes.some((one) => one.kind === "stopped" && one.reason === "changed");
    const hasGrown = !isChanged && before.steps < state.steps;
    if (isChanged) await this.show();
    else if (hasGrown) this.grow(await this.told((await this.client.ask({ request: "steps", run: state.run, from: before.steps })).result.steps, state));
    if (state.step !== null && (isChanged || hasGrown || state.step !== before?.step)) move({ step: state.step });
  }

  /**
   * What if: the stages over given logits, which a record's candidates have. Needs no model and touches no run.
   * @param {{ logits: (number | null)[], labels?: string[], history?: number[], promptHistory?: number[], uniform?: number,
   *   settings?: Record<string, any>, options?: Record<string, string> }} hand as `stepglass sample` takes them; null is −∞
   * @returns {Promise<any>} `stages`, `candidates`, `tail`, `entropyBits`, `logSumExp`, `draw`, `chosen`, `notes`, each as
   *   in a trace's step
   */
  async sample(hand) {
    return (await this.client.ask({ request: "sample", ...hand })).result;
  }

  /** @param {string} line @returns {Promise<{ candidates: string[], wordLength: number }>} */
  async complete(line) {
    return (await this.client.ask({ request: "complete", run: await this.runNumber(), line })).result;
  }

  /** @param {number} step @param {Record<string, string>} options @param {number | null} uniform */
  async whatIf(step, options, uniform) {
    return askedWhatIf(this.client, await this.runNumber(), step, options, uniform);
  }

  /** Makes the page's record again, here, and says whether it is the same. */
  async verify() {
    if (!this.recorded) throw new Error("there is no record");
    const model = await this.openModel();
    return (await this.client.ask({ request: "verify", model }, [await this.recorded()])).result;
  }

  /** The whole trace.json of the run as it is now. @returns {Promise<Uint8Array>} */
  async traceFile() {
    const { attachments } = await this.client.ask({ request: "trace", run: await this.runNumber() });
    return attachments[0] ?? new Uint8Array();
  }
}
