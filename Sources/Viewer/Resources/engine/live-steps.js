// The steps of a run that the page's own engine makes: how it is begun, goes on, and comes onto the page.

import { isFilled } from "../base/context.js";
import { move, place } from "../base/place.js";
import { checkedTrace } from "../data/check.js";
import { TraceSource } from "../data/source.js";
import { LiveAttention, liveAttention, positionsOf } from "./live-attention.js";
import { LiveModel } from "./live-model.js";
import { toldSteps } from "./live-what-if.js";

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
 */

/**
 * How long the engine makes steps before the page draws them: apart from the page, and within it. The first ones come soon,
 * as the engine makes the next ones while the page is built.
 */
const slices = { first: 40, apart: 160, here: 8 };

/** All methods that ask the engine throw what EngineClient.ask throws. */
export class LiveSteps extends LiveModel {
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
     * The first steps of a run that has just been begun, on their way.
     * @type {{ run: number, reply: Promise<{ result: any }> } | null}
     */
    this.asked = null;
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
   * @param {number} [count] so many steps follow, by `step`: the run is shown with the first of them
   */
  async begin(text, options, count = 0) {
    if (this.isRunning) this.pause();
    const model = await this.openModel();
    const { result } = await this.client.ask({ request: "start", model, text, options });
    const arriving = this.whole(result.run, count > 0);
    // The engine need not wait until the page has read the prompt's record.
    if (count > 0) this.asked = { run: result.run, reply: this.askSteps(result.run, count, slices.first) };
    const whole = await arriving;
    const before = this.state;
    this.state = result;
    this.recorded = null;
    if (count > 0) this.unseen = whole;
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
   * @param {number} run @param {boolean} [grows] at once, and no attention is shown before
   * @returns {Promise<Whole>}
   */
  async whole(run, grows = false) {
    const { attachments } = await this.client.ask({ request: "trace", run, attention: false });
    const trace = checkedTrace(new TextDecoder().decode(attachments[0]));
    const [attention, stories] = await Promise.all([liveAttention(this.client, run, trace, !grows), toldSteps(this.client, run, 0, trace.steps.length)]);
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

  /**
   * @param {number} run @param {number} count @param {number} milliseconds for as long the engine makes them
   * @returns {Promise<{ result: any }>}
   */
  askSteps(run, count, milliseconds) {
    const reply = this.client.ask({ request: "step", run, count, milliseconds: this.client.isApart ? milliseconds : slices.here });
    // What is wrong with it is told when its turn comes.
    reply.catch(() => {});
    return reply;
  }

  /** @param {number} count @param {{ goesOn: boolean }} walk */
  async make(count, walk) {
    try {
      const run = await this.runNumber();
      if (!this.unseen) await this.goTo((this.source?.trace.steps.length ?? 0) - 1);
      let left = count;
      const ask = () => (left > 0 && walk.goesOn ? this.askSteps(run, left, slices.apart) : null);
      // Steps that are made already come onto the page, paused or not.
      const first = this.asked?.run === run ? this.asked.reply : null;
      this.asked = null;
      for (let asked = first ?? ask(); asked !== null;) {
        const { result } = await asked;
        left -= Math.max(1, result.steps.length);
        // Steps of a run that another one has taken the place of are nobody's any more.
        if (this.state?.run !== run) break;
        const told = await this.told(result.steps, result.run);
        if (this.state?.run !== run) break;
        // The engine goes on while the page draws.
        asked = result.run.canGoOn && result.steps.length > 0 ? ask() : null;
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
}
