// What the page asks the engine of two runs side by side: where they part, how far their distributions lie apart at a step,
// and how one head's weights differ.

/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/**
 * KL(this ‖ second) in bits: the value where it is exact, else a bound below it and, where one is proven, one above. Null bits
 * are infinite.
 * @typedef {{ bits: number | null, exact: boolean, atMost: number | null }} Divergence
 * @typedef {{ sameContext: boolean, raw: Divergence | null, final: Divergence | null,
 *   candidates: { id: number, raw: number, final: number }[] }} ComparedStep
 * @typedef {{ samePrompt: boolean, sameKind: boolean, sameVocabulary: boolean, sharedSteps: number, fork: number | null,
 *   step: ComparedStep | null }} Compared
 */

/** The two runs in the engine, which takes the second up when it is first asked about it. */
export class LivePair {
  /** @param {import("./live-run.js").LiveRun} live @param {TraceSource} second with its file */
  constructor(live, second) {
    this.live = live;
    this.second = second;
    /** @type {Promise<number> | null} */
    this.other = null;
    live.client.onStop.push(() => { this.other = second.run = null; });
  }

  /** @param {Record<string, any>} request */
  async ask(request) {
    const { client } = this.live;
    const run = await this.live.runNumber();
    this.other ??= this.load();
    return client.ask({ ...request, run, other: await this.other });
  }

  /** @returns {Promise<number>} */
  async load() {
    if (this.second.run !== null) return this.second.run;
    const bytes = await /** @type {() => Promise<Uint8Array>} */ (this.second.file)();
    return (await this.live.client.ask({ request: "load" }, [bytes])).result.run;
  }

  /** @param {number} step @returns {Promise<Compared>} */
  async step(step) {
    return (await this.ask({ request: "compare", step })).result;
  }

  /**
   * The second run's weights less this one's, (query, key) over the positions of both.
   * @param {number} layer @param {number} head @returns {Promise<{ positions: number, weights: Float32Array }>}
   */
  async head(layer, head) {
    const { result, attachments } = await this.ask({ request: "compare-head", layer, head });
    const bytes = attachments[result.attachment] ?? new Uint8Array();
    return { positions: result.positions, weights: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4) };
  }

  /** The second run is not asked about any more. */
  end() {
    this.other?.then((run) => this.live.client.ask({ request: "end", run })).catch(() => {});
    this.other = null;
  }
}
