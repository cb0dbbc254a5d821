// The run of a served page: how the page comes to it, the one that the server still has of this tab or a new one; lines that
// walk in parts, so that the steps come as they are made and the walk can be stopped; and the run's breakpoints.

import { place } from "../base/place.js";
import { EngineProblem, elsewhere } from "../engine/engine-client.js";
import { LiveRun } from "../engine/live-run.js";
import { ServerClient, keptName } from "./server-client.js";

/** @typedef {{ id: number, source: string, enabled: boolean, hits: number }} Point */
/** @typedef {{ step: number, reason: string, breakpoints?: number[] }} Stop where a walk ended, and why */

/** How long a part of a line that walks may take, in milliseconds. */
const part = 120;
/** Characters a line of an answer may have. */
const standardWidth = 88;

/** @param {string} name a model of the server; "": its first */
export function modelOf(name) {
  return { name, parts: [], request: name === "" ? { request: "use" } : { request: "use", name } };
}

export class ServedRun extends LiveRun {
  /** @param {ServerClient} client */
  constructor(client) {
    super(client, modelOf(""));
    /**
     * The breakpoints as they were asked for last.
     * @type {Point[]}
     */
    this.points = [];
    /** @type {(stop: Stop | null) => void} hears of other breakpoints, and where a walk ended */
    this.onPoints = () => {};
    /**
     * Steps that are being made, or a line: the next one waits.
     * @type {Promise<unknown>}
     */
    this.working = Promise.resolve();
  }

  /**
   * Steps at the run's end; where there are breakpoints, a longer walk goes on from the reader's step to the next that holds.
   * @param {number} count
   */
  async step(count) {
    if (this.isRunning) return;
    if (count > 1 && this.points.some((one) => one.enabled)) {
      await this.line("continue");
      return;
    }
    const work = this.working.then(() => super.step(count));
    this.working = work.catch(() => {});
    return work;
  }

  /**
   * Carries out a line of the debugger, from the step that the reader looks at; one that walks is carried out in parts.
   * @param {string} line @param {number} [width] in characters
   */
  async line(line, width = standardWidth) {
    if (this.isRunning) this.pause();
    const work = this.working.then(() => this.carryOut(line, width));
    this.working = work.catch(() => {});
    return work;
  }

  /** @param {string} line @param {number} width */
  async carryOut(line, width) {
    const run = await this.runNumber();
    if (!this.state?.collecting) await this.goTo((this.source?.trace.steps.length ?? 0) === 0 ? -1 : place().step);
    // A line that has been carried out in its first part never shows as one that runs.
    let isWalking = false;
    try {
      for (let next = line;;) {
        const before = this.state;
        const { result, attachments } = await this.client.ask({ request: "line", run, line: next, width, milliseconds: part });
        this.state = result.run;
        await this.follow(before, result.run, result.outcomes);
        next = result.more?.line;
        if (next === undefined || (isWalking && !this.isRunning)) return await this.ended(result, attachments);
        if (!isWalking) {
          isWalking = this.isRunning = true;
          this.tell();
        }
      }
    } finally {
      this.isRunning = false;
      this.tell();
    }
  }

  /** @param {any} result @param {Uint8Array[]} attachments */
  async ended(result, attachments) {
    const { outcomes, text } = result;
    const stop = outcomes.find((/** @type {any} */ one) => one.kind === "stopped");
    if (stop || outcomes.some((/** @type {any} */ one) => one.kind === "breakpoint" || one.breakpoints)) await this.askPoints(stop ?? null);
    const files = outcomes.flatMap((/** @type {any} */ one) =>
      one.kind === "file" && attachments[one.attachment] ? [{ format: String(one.format), bytes: attachments[one.attachment] }] : []);
    return { outcomes, text, files };
  }

  /**
   * Asks for the breakpoints; a walk's end is told with them.
   * @param {Stop | null} [stop]
   */
  async askPoints(stop = null) {
    if (!this.state || this.state.collecting) return;
    const { result } = await this.client.ask({ request: "line", run: this.state.run, line: "info breakpoints", width: standardWidth });
    const found = result.outcomes.find((/** @type {any} */ one) => one.breakpoints);
    if (found) this.points = found.breakpoints;
    this.onPoints(stop);
  }

  /**
   * Breakpoints of another run in the one that is there now; those that it cannot have are left out.
   * @param {Point[]} points
   */
  async takePoints(points) {
    const run = await this.runNumber();
    const say = async (/** @type {string} */ line) => (await this.client.ask({ request: "line", run, line, width: standardWidth })).result.outcomes;
    for (const { source, enabled } of points) {
      try {
        const made = (await say(`break ${source}`)).find((/** @type {any} */ one) => one.kind === "breakpoint");
        if (made && !enabled) await say(`disable ${made.id}`);
      } catch {
        // A question about a stage that this run does not have.
      }
    }
    await this.askPoints();
  }

  /**
   * The run on the page is the one that this tab has when it is loaded anew.
   * @param {import("../engine/live-run.js").Whole} whole @param {number | null} [step]
   */
  take(whole, step = null) {
    super.take(whole, step);
    /** @type {ServerClient} */ (this.client).keep(0);
  }

  /** Whether the reader's runs hold as much as they may. */
  get isFull() {
    const { standing } = /** @type {ServerClient} */ (this.client);
    return standing !== null && standing.heldMegabytes >= standing.mostMegabytes;
  }

  /** @param {string} text @param {Record<string, string>} options */
  async begin(text, options) {
    const { points, state } = this;
    try {
      await super.begin(text, options);
    } catch (error) {
      // The run that is shown may hold all the memory that there is for a reader: it makes room for the new one.
      if (!(error instanceof EngineProblem) || !state || !this.isFull) throw error;
      await this.client.ask({ request: "end", run: state.run });
      this.state = null;
      await super.begin(text, options);
    }
    if (points.length > 0) await this.takePoints(points);
  }
}

elsewhere.make = () => {
  const client = new ServerClient();
  client.live = new ServedRun(client);
  return client.live;
};

elsewhere.resume = async (live) => {
  const client = /** @type {ServerClient} */ (live.client);
  const { first } = (await client.ask({ request: "models" })).result;
  live.parts = modelOf(first);
  /** @type {any} */
  let kept;
  try { kept = JSON.parse(sessionStorage.getItem(keptName) ?? "null"); } catch { return false; }
  if (kept?.session !== client.session) return false;
  try {
    const { result } = await client.ask({ request: "run", run: kept.run });
    Object.assign(live, { state: result, model: kept.model, parts: modelOf(kept.name) });
    client.hasChat = kept.chat === true;
    client.isResumed = true;
    await live.show();
  } catch {
    Object.assign(live, { state: null, model: null, parts: modelOf(first) });
    return false;
  }
  // What was on its way goes on.
  if (kept.left > 0) setTimeout(() => live.step(kept.left).catch((error) => live.report(error)));
  return true;
};
