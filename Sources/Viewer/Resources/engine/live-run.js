// A run that the page's own engine makes: it asks the engine and keeps the page's source up to date.

import { isFilled } from "../base/context.js";
import { move, place } from "../base/place.js";
import { checkedTrace } from "../data/check.js";
import { TraceSource } from "../data/source.js";
import { LiveAttention, liveAttention, positionsOf } from "./live-attention.js";
import { LiveModel } from "./live-model.js";
import { askedWhatIf, toldSteps } from "./live-what-if.js";

/** @typedef {import("./engine-client.js").EngineClient} EngineClient */
/**
 * What the engine says of its run after each request; the fields are the engine's.
 * @typedef {{ run: number, branch: number, step: number | null, steps: number, finish: string | null, canGoOn: boolean,
 *   text: string, collecting: boolean, settingNames: string[],
 *   branches: { id: number, name: string | null, steps: number }[] }} RunState
 * A run with what the page shows beside it.
 * @typedef {{ trace: import("../base/types.js").Trace, attention: import("../data/weights.js").Weights | null, stories: import("../base/types.js").Story[] }} Whole
 * New steps with what the page shows beside them.
 * @typedef {{ steps: import("../base/types.js").Step[], stories: import("../base/types.js").Story[], attention: LiveAttention | null, text: string }} Told
 * @typedef {{ outcomes: any[], text: { en: string[], "zh-TW": string[] }, files: { format: string, bytes: Uint8Array }[] }} Carried
 */

/** How long the engine makes steps before the page draws them: apart from the page, and within it. */
const sliceMilliseconds = { apart: 120, here: 8 };

/** The engine's side of what the page shows. All methods that ask the engine throw what EngineClient.ask throws. */
export class LiveRun extends LiveModel {
  /** @param {EngineClient} client @param {import("./live-model.js").ModelParts} shipped the model inside the page */
  constructor(client, shipped) {
    super(client, shipped);
    /** @type {RunState | null} */
    this.state = null;
    /** @type {TraceSource | null} */
    this.source = null;
    /**
     * The trace.json that the page came with: the engine takes it up when it is first asked.
     * @type {(() => Promise<Uint8Array>) | null}
     */
    this.recorded = null;
    /** @type {Promise<number> | null} the record's taking up, while it is under way */
    this.loading = null;
    this.isRunning = false;
    /** The steps that are being made, or were last. */
    this.walk = { goesOn: false };
    /** @type {Promise<void>} until none is being made any more */
    this.walked = Promise.resolve();
    /**
     * A run that is shown with its first steps; until then the page has the one before.
     * @type {Whole | null}
     */
    this.unseen = null;
    /**
     * What went wrong last, until something goes well.
     * @type {unknown}
     */
    this.trouble = null;
    /** @type {(() => void)[]} */
    this.listeners = [];
    client.onStop.push(() => {
      [this.state, this.isRunning, this.loading] = [null, false, null];
      if (this.unseen) this.take(this.unseen, 0);
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

  forget() {
    this.state = null;
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

  /**
   * Begins a run: its prompt is read, nothing is chosen yet.
   * @param {string} text @param {Record<string, string>} options as typed in the command, by their long names
   * @param {boolean} [isGoingOn] steps are made at once: the run is shown with the first of them
   */
  async begin(text, options, isGoingOn = false) {
    if (this.isRunning) this.pause();
    const model = await this.openModel();
    const { result } = await this.client.ask({ request: "start", model, text, options });
    const whole = await this.whole(result.run);
    const before = this.state;
    this.state = result;
    this.recorded = null;
    if (isGoingOn) this.unseen = whole;
    else this.take(whole);
    if (before) await this.client.ask({ request: "end", run: before.run });
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
    this.take(await this.whole(await this.runNumber()));
  }

  /**
   * A run of the engine as it is now, and what the page shows beside it.
   * @param {number} run @returns {Promise<Whole>}
   */
  async whole(run) {
    const { attachments } = await this.client.ask({ request: "trace", run, attention: false });
    const trace = checkedTrace(new TextDecoder().decode(attachments[0]));
    const [attention, stories] = await Promise.all([liveAttention(this.client, run, trace), toldSteps(this.client, run, 0, trace.steps.length)]);
    return { trace, attention, stories };
  }

  /**
   * @param {Whole} whole
   * @param {number | null} [step] where to look at it; null: where the reader is
   */
  take({ trace, attention, stories }, step = null) {
    this.unseen = null;
    const source = this.source ?? new TraceSource(trace, null);
    if (this.source) source.replace(trace, attention, stories, step);
    Object.assign(source, { attention, stories, live: this });
    this.source = source;
  }

  /**
   * Makes steps at the run's end and shows them as they come; after those that are still under way when a pause came.
   * @param {number} count
   */
  async step(count) {
    if (this.isRunning) return;
    this.isRunning = true;
    this.tell();
    const walk = { goesOn: true };
    this.walk = walk;
    const work = this.walked.then(() => this.make(count, walk));
    this.walked = work.catch(() => {});
    await work;
  }

  /** @param {number} count @param {{ goesOn: boolean }} walk */
  async make(count, walk) {
    try {
      const run = await this.runNumber();
      const milliseconds = this.client.isApart ? sliceMilliseconds.apart : sliceMilliseconds.here;
      if (!this.unseen) await this.goTo((this.source?.trace.steps.length ?? 0) - 1);
      let left = count;
      const ask = () => this.client.ask({ request: "step", run, count: left, milliseconds });
      for (let asked = left > 0 && walk.goesOn ? ask() : null; asked !== null;) {
        const { result } = await asked;
        left -= Math.max(1, result.steps.length);
        // Steps of a run that another one has taken the place of are nobody's any more.
        if (this.state?.run !== run) break;
        const told = await this.told(result.steps, result.run);
        if (this.state?.run !== run) break;
        const goesOn = left > 0 && walk.goesOn && result.run.canGoOn && result.steps.length > 0;
        // The engine goes on while the page draws; what is wrong with it is told when its turn comes.
        asked = goesOn ? ask() : null;
        asked?.catch(() => {});
        this.grow(told);
        if (!this.client.isApart) await new Promise((resolve) => setTimeout(resolve));
      }
    } finally {
      if (this.walk === walk) this.isRunning = false;
      this.tell();
      // Where no step could be made, the prompt is shown all the same.
      if (this.unseen) this.take(this.unseen, 0);
    }
  }

  /** Ends what is running after the steps that are being made. */
  pause() {
    this.isRunning = this.walk.goesOn = false;
    this.client.rest();
    this.tell();
  }

  /**
   * What else the page shows of new steps, asked of the engine.
   * @param {import("../base/types.js").Step[]} steps @param {RunState} state @returns {Promise<Told>}
   */
  async told(steps, state) {
    this.state = state;
    const shown = this.unseen ?? this.source;
    if (!shown) return { steps: [], stories: [], attention: null, text: state.text };
    const known = shown.trace.steps.length;
    const fresh = steps.filter((step) => step.index >= known);
    // Only the rows of the new positions come, and only of the layer that is looked at.
    const attention = fresh.length > 0 && shown.attention instanceof LiveAttention ? shown.attention.grown(positionsOf(shown.trace) + fresh.length) : null;
    const [stories] = await Promise.all([
      fresh.length > 0 ? toldSteps(this.client, state.run, known, known + fresh.length) : [],
      attention?.load(Math.min(place().layer, attention.layers - 1))]);
    return { steps: fresh, stories, attention, text: state.text };
  }

  /**
   * Takes new steps onto the page.
   * @param {Told} told
   */
  grow(told) {
    const { source, unseen } = this;
    if (!source || told.steps.length === 0) return;
    if (unseen) {
      const steps = [...unseen.trace.steps, ...told.steps];
      const stories = [...unseen.stories, ...told.stories];
      this.take({ trace: { ...unseen.trace, steps, text: told.text }, attention: told.attention ?? unseen.attention, stories }, steps.length - 1);
      return;
    }
    if (told.attention) source.attention = told.attention;
    source.stories.push(...told.stories);
    source.grow({ steps: told.steps, text: told.text });
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
