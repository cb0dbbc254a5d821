// The attention weights of a run that is being made: asked of the engine layer by layer, as pictures need them.

import { keysSeen, patternOf } from "../data/weights.js";

/** @typedef {import("../data/weights.js").Weights} Weights */
/** @typedef {import("../data/weights.js").Head} Head */

/**
 * Weights as the engine has them, in 32-bit floats. A run that grows gets a new one; `before` lends its layers until
 * theirs are asked for anew.
 * @implements {Weights}
 */
export class LiveAttention {
  /**
   * @param {{ layers: number, heads: number, positions: number }} size
   * @param {(layer: number) => Promise<{ pattern: any, weights: Float32Array }>} ask weights as (head, query, key)
   */
  constructor(size, ask) {
    this.layers = size.layers;
    this.heads = size.heads;
    this.positions = size.positions;
    this.ask = ask;
    this.keysPerRow = Infinity;
    this.decimals = 6;
    /** @type {(Float32Array | undefined)[]} */
    this.weights = [];
    /** @type {import("../data/weights.js").Pattern[]} */
    this.patterns = [];
    /** @type {(Promise<void> | undefined)[]} */
    this.pending = [];
  }

  /** @param {number} layer */
  pattern(layer) {
    return this.patterns[layer] ?? { kind: /** @type {const} */ ("causal") };
  }

  /** @param {number} layer @param {number} query */
  seen(layer, query) {
    return keysSeen(this.pattern(layer), query, this.positions);
  }

  /** @param {number} layer */
  has(layer) {
    return this.weights[layer] !== undefined;
  }

  /** @param {number} layer @returns {Promise<void>} */
  load(layer) {
    const waiting = this.pending[layer];
    if (waiting) return waiting;
    const loading = this.ask(layer).then(({ pattern, weights }) => {
      this.patterns[layer] = patternOf(pattern);
      this.weights[layer] = weights;
    });
    this.pending[layer] = loading;
    return loading;
  }

  /**
   * One row; for "mean" and "max" it is taken over the layer's heads, key by key. Zeros while the layer is not here.
   * @param {number} layer @param {Head} head @param {number} query @returns {Float32Array}
   */
  row(layer, head, query) {
    const row = new Float32Array(this.seen(layer, query).to);
    const weights = this.weights[layer];
    if (!weights || query < 0 || query >= this.positions) return row;
    const heads = typeof head === "number" ? [head] : Array.from({ length: this.heads }, (_, h) => h);
    for (const h of heads) {
      const from = (h * this.positions + query) * this.positions;
      for (let key = 0; key < row.length; key += 1) {
        const weight = weights[from + key] ?? 0;
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
