// The attention weights of a run that is being made: asked of the engine layer by layer and row by row, as pictures
// need them.

import { isFilled } from "../base/context.js";
import { place } from "../base/place.js";
import { keysSeen, patternOf } from "../data/weights.js";

/** @typedef {import("../data/weights.js").Weights} Weights */
/** @typedef {import("../data/weights.js").Head} Head */
/**
 * What the engine gives of a layer: rows of so many keys, (head, query of from ..< to, key), and how many queries there
 * are by now.
 * @typedef {{ pattern: any, from: number, to: number, positions: number, weights: Float32Array }} Rows
 */

/** The rows of one layer that are here, from the first query on. */
class LayerRows {
  constructor() {
    /** @type {import("../data/weights.js").Pattern} */
    this.pattern = { kind: "causal" };
    /**
     * By query: the rows it came with.
     * @type {Rows[]}
     */
    this.at = [];
  }

  /** @param {Rows} rows that begin no later than what is here ends */
  add(rows) {
    this.pattern = patternOf(rows.pattern);
    for (let query = rows.from; query < rows.to; query += 1) this.at[query] = rows;
  }
}

/**
 * Weights as the engine has them, in 32-bit floats. What a query attends to does not change when the run grows: the
 * weights of the longer run are a new object, so that pictures see that they are others, with the rows of this one.
 * @implements {Weights}
 */
export class LiveAttention {
  /**
   * @param {{ layers: number, heads: number, positions: number }} size
   * @param {(layer: number, from: number) => Promise<Rows>} ask the rows of a layer from a query on
   * @param {LayerRows[]} rows those that are here, by layer
   */
  constructor(size, ask, rows = Array.from({ length: size.layers }, () => new LayerRows())) {
    this.layers = size.layers;
    this.heads = size.heads;
    this.positions = size.positions;
    this.ask = ask;
    this.keysPerRow = Infinity;
    this.decimals = 6;
    this.rows = rows;
    /** @type {(Promise<void> | undefined)[]} */
    this.pending = [];
  }

  /**
   * The weights of this run when it has grown.
   * @param {number} positions
   */
  grown(positions) {
    return new LiveAttention({ layers: this.layers, heads: this.heads, positions }, this.ask, this.rows);
  }

  /** @param {number} layer */
  pattern(layer) {
    return this.rows[layer]?.pattern ?? { kind: /** @type {const} */ ("causal") };
  }

  /** @param {number} layer @param {number} query */
  seen(layer, query) {
    return keysSeen(this.pattern(layer), query, this.positions);
  }

  /**
   * How many rows of a layer are here.
   * @param {number} layer
   */
  count(layer) {
    return this.rows[layer]?.at.length ?? 0;
  }

  /** @param {number} layer */
  has(layer) {
    return this.count(layer) >= this.positions;
  }

  /**
   * Brings the rows of a layer that are not here yet. What fails may be asked for again.
   * @param {number} layer @returns {Promise<void>}
   */
  load(layer) {
    const waiting = this.pending[layer];
    if (waiting) return waiting;
    const bringing = this.bring(layer).finally(() => { this.pending[layer] = undefined; });
    this.pending[layer] = bringing;
    return bringing;
  }

  /** @param {number} layer */
  async bring(layer) {
    if (this.has(layer)) return;
    const rows = await this.ask(layer, this.count(layer));
    this.positions = rows.positions;
    this.rows[layer]?.add(rows);
  }

  /**
   * One row; for "mean" and "max" it is taken over the layer's heads, key by key. Zeros while the row is not here.
   * @param {number} layer @param {Head} head @param {number} query @returns {Float32Array}
   */
  row(layer, head, query) {
    const row = new Float32Array(this.seen(layer, query).to);
    const rows = this.rows[layer]?.at[query];
    if (!rows || query < 0 || query >= this.positions) return row;
    const heads = typeof head === "number" ? [head] : Array.from({ length: this.heads }, (_, h) => h);
    for (const h of heads) {
      const from = (h * (rows.to - rows.from) + query - rows.from) * rows.positions;
      for (let key = 0; key < Math.min(row.length, rows.positions); key += 1) {
        const weight = rows.weights[from + key] ?? 0;
        const before = row[key] ?? 0;
        row[key] = head === "max" ? Math.max(before, weight) : before + weight / heads.length;
      }
    }
    return row;
  }

  /** Nothing is left out here. */
  tail() {
    return 0;
  }
}

/**
 * The positions that a run's passes went over: the last token is not read before the next is wanted.
 * @param {import("../base/types.js").Trace} trace
 */
export function positionsOf(trace) {
  return trace.prompt.tokens.length + (isFilled(trace) ? 0 : Math.max(0, trace.steps.length - 1));
}

/**
 * The attention of a run that the engine has; null where the run records none.
 * @param {import("./engine-client.js").EngineClient} client @param {number} run
 * @param {import("../base/types.js").Trace} trace the run as it is now
 * @param {boolean} isShown with the layer that is looked at here already
 */
export async function liveAttention(client, run, trace, isShown) {
  if (!trace.settings.record.includes("attention")) return null;
  const { layers, heads } = trace.model;
  const attention = new LiveAttention({ layers, heads, positions: positionsOf(trace) }, async (layer, from) => {
    const { result, attachments } = await client.ask({ request: "attention", run, layer, from });
    return { ...result, weights: new Float32Array(attachments[0]?.buffer ?? new ArrayBuffer(0)) };
  });
  if (isShown) await attention.load(Math.min(place().layer, layers - 1));
  return attention;
}
