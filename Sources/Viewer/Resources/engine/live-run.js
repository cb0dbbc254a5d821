// A run that the page's own engine makes: it asks the engine and keeps the page's source up to date.

import { isFilled } from "../base/context.js";
import { move, place } from "../base/place.js";
import { checkedTrace } from "../data/check.js";
import { TraceSource } from "../data/source.js";
import { LiveAttention, liveAttention, positionsOf } from "./live-attention.js";
import { askedWhatIf, toldSteps } from "./live-what-if.js";

/** @typedef {import("./engine-client.js").EngineClient} EngineClient */
/**
 * What the engine says of its run after each request; the fields are the engine's.
 * @typedef {{ run: number, branch: number, step: number | null, steps: number, finish: string | null, canGoOn: boolean,
 *   text: string, collecting: boolean, settingNames: string[],
 *   branches: { id: number, name: string | null, steps: number }[] }} RunState
 * A model by its files, or by the request that opens it where the engine has it.
 * @typedef {{ name: string, sha256?: string, parts: { name: string, bytes: () => Promise<Uint8Array> }[], request?: Record<string, any> }} ModelParts
 * @typedef {{ outcomes: any[], text: { en: string[], "zh-TW": string[] }, files: { format: string, bytes: Uint8Array }[] }} Carried
 */

/** How long the engine makes steps before the page draws them: apart from the page, and within it. */
const sliceMilliseconds = { apart: 120, here: 8 };

/** The engine's side of what the page shows. All methods that ask the engine throw what EngineClient.ask throws. */
export class LiveRun {
  /** @param {EngineClient} client @param {ModelParts} shipped the model inside the page */
  constructor(client, shipped) {
    this.client = client;
    /** @type {ModelParts} */
    this.parts = shipped;
    /** @type {number | null} */
    this.model = null;
    /** @type {RunState | null} */
    this.state = null;
    /** @type {TraceSource | null} */
    this.source = null;
    /**
     * The trace.json that the page came with: the engine takes it up when it is first asked.
     * @type {(() => Promise<Uint8Array>) | null}
     */
    this.recorded = null;
    /** @type {Promise<number> | null} the model's opening, and the record's taking up, while they are under way */
    this.opening = this.loading = null;
    this.isRunning = false;
    /**
     * What went wrong last, until something goes well.
     * @type {unknown}
     */
    this.trouble = null;
    /** @type {(() => void)[]} */
    this.listeners = [];
    client.onStop.push(() => {
      [this.model, this.state, this.isRunning, this.opening, this.loading] = [null, null, false, null, null];
      this.tell();
    });
  }

  /**
   * The source that shows the run: the record of the page, or a run's first state.
   * @param {TraceSource} source
   */
  attach(source) {
    this.source = source;
    source.live = this;
    if (!this.state) this.recorded = source.file;
  }

  /** Whether the run came to its end; a record that the engine has not taken up yet may go on. */
  get hasEnded() {
    return (this.source !== null && isFilled(this.source.trace)) || (this.state !== null && (this.state.finish !== null || !this.state.canGoOn));
  }

  /** Whether there is a model to make runs with. */
  get hasModel() {
    return this.parts.parts.length > 0 || this.parts.request !== undefined;
  }

  /** One more step where that can be: past the last one the reader means to go on. */
  goOn() {
    if (this.client.opensModels && !this.hasEnded) this.step(1).catch((error) => this.report(error));
  }

  /** @param {unknown} error of something that nobody waits for */
  report(error) {
    this.trouble = error;
    this.tell();
  }

  /** @param {() => void} listener runs when something changed that is not in the trace */
  onChange(listener) {
    this.listeners = [listener];
  }

  tell() {
    for (const listener of this.listeners) listener();
  }

  /** The number of the open model; opens it first, once for all who ask meanwhile. */
  async openModel() {
    if (this.model !== null) return this.model;
    this.opening ??= this.open().finally(() => { this.opening = null; });
    return this.opening;
  }

  async open() {
    const { parts } = this;
    const bytes = await Promise.all(parts.parts.map((part) => part.bytes()));
    const request = parts.request ?? { request: "open", files: parts.parts.map((part) => part.name), name: parts.name, ...(parts.sha256 ? { sha256: parts.sha256 } : {}) };
    const { result } = await this.client.ask(request, bytes);
    this.model = result.model;
    return result.model;
  }

  /**
   * Another model in the place of the one that is open; the one before stays when this one cannot be read.
   * @param {ModelParts} parts
   */
  async useModel(parts) {
    const before = { parts: this.parts, model: this.model };
    Object.assign(this, { parts, model: null, opening: null });
    try {
      await this.openModel();
    } catch (error) {
      // An engine that stopped has lost the model before, too; it is opened anew when it is needed.
      if (this.parts === parts) Object.assign(this, { parts: before.parts, model: this.client.begun === null ? null : before.model });
      throw error;
    }
    if (before.model !== null) await this.client.ask({ request: "close", model: before.model });
    this.state = null;
  }

  /** @param {string} text @returns {Promise<{ tokens: import("../base/types.js").Token[] }>} */
  async tokenize(text) {
    return (await this.client.ask({ request: "tokenize", model: await this.openModel(), text })).result;
  }

  /**
   * Begins a run: its prompt is read, nothing is chosen yet.
   * @param {string} text @param {Record<string, string>} options as typed in the command, by their long names
   */
  async begin(text, options) {
    const model = await this.openModel();
    const before = this.state;
    const { result } = await this.client.ask({ request: "start", model, text, options });
    if (before) await this.client.ask({ request: "end", run: before.run });
    this.state = result;
    this.recorded = null;
    await this.show();
  }

  /** The number of the run; the record that the page came with is taken up first. */
  async runNumber() {
    if (this.state) return this.state.run;
    this.loading ??= this.takeUp().finally(() => { this.loading = null; });
    return this.loading;
  }

  /** @returns {Promise<number>} */
  async takeUp() {
    if (!this.recorded) throw new Error("there is no run");
    const model = this.hasModel ? { model: await this.openModel() } : {};
    const { result } = await this.client.ask({ request: "load", ...model }, [await this.recorded()]);
    this.state = result;
    return result.run;
  }

  /** Takes the engine's run as it is now onto the page. */
  async show() {
    const run = await this.runNumber();
    const { attachments } = await this.client.ask({ request: "trace", run, attention: false });
    const trace = checkedTrace(new TextDecoder().decode(attachments[0]));
    const attention = await liveAttention(this.client, run, trace);
    const stories = await toldSteps(this.client, run, 0, trace.steps.length);
    const source = this.source ?? new TraceSource(trace, null);
    if (this.source) source.replace(trace, attention, stories);
    Object.assign(source, { attention, stories, live: this });
    this.source = source;
  }

  /**
   * Makes steps at the run's end and shows them as they come.
   * @param {number} count
   */
  async step(count) {
    if (this.isRunning) return;
    this.isRunning = true;
    this.tell();
    try {
      const run = await this.runNumber();
      const milliseconds = this.client.isApart ? sliceMilliseconds.apart : sliceMilliseconds.here;
      await this.goTo((this.source?.trace.steps.length ?? 0) - 1);
      for (let left = count; left > 0 && this.isRunning;) {
        const { result } = await this.client.ask({ request: "step", run, count: left, milliseconds });
        left -= Math.max(1, result.steps.length);
        await this.grow(result.steps, result.run);
        if (!result.run.canGoOn || result.steps.length === 0) break;
        if (!this.client.isApart) await new Promise((resolve) => setTimeout(resolve));
      }
    } finally {
      this.isRunning = false;
      this.tell();
    }
  }

  /** Ends what is running after the steps that are being made. */
  pause() {
    this.isRunning = false;
    this.client.rest();
    this.tell();
  }

  /**
   * @param {import("../base/types.js").Step[]} steps @param {RunState} state
   */
  async grow(steps, state) {
    this.state = state;
    const { source } = this;
    if (!source || steps.length === 0) return;
    const known = source.trace.steps.length;
    const fresh = steps.filter((step) => step.index >= known);
    if (source.attention instanceof LiveAttention) {
      // Only the rows of the new positions come, and only of the layer that is looked at.
      const attention = source.attention.grown(positionsOf(source.trace) + fresh.length);
      await attention.load(Math.min(place().layer, attention.layers - 1));
      source.attention = attention;
    }
    source.stories.push(...(await toldSteps(this.client, state.run, known, known + fresh.length)));
    source.grow({ steps: fresh, text: state.text });
    move({ step: source.trace.steps.length - 1 });
  }

  /**
   * The engine's debugger goes where the reader is.
   * @param {number} step
   */
  async goTo(step) {
    const run = await this.runNumber();
    if ((this.state?.step ?? -1) === step) return;
    this.state = (await this.client.ask({ request: "go", run, to: step })).result.run;
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
    else if (hasGrown) await this.grow((await this.client.ask({ request: "steps", run: state.run, from: before.steps })).result.steps, state);
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
