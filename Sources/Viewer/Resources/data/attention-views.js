// Attention as it may be looked at beside the model's own weights: over all layers, and without the first token. Weights of
// the same kind come out, so that every picture takes them.

import { TraceProblem } from "./check.js";

/** @typedef {import("./weights.js").Weights} Weights */
/** @typedef {import("./weights.js").Head} Head */
/** @typedef {"" | "mean" | "max" | "rollout"} Over */

/** Products that a rollout takes at most: a few seconds' work. */
const mostProducts = 4e9;
/** How long the page may stand still meanwhile, in milliseconds. */
const part = 30;

/**
 * The weights of one run, seen over its layers and with or without the first token.
 * @implements {Weights}
 */
export class ViewedWeights {
  /** @param {Weights} own the model's @param {Over} over empty: each layer by itself @param {boolean} rest without the first token */
  constructor(own, over, rest) {
    this.own = own;
    this.over = over;
    this.rest = rest;
    /**
     * The rollout, (query, key).
     * @type {Float32Array | null}
     */
    this.product = null;
    /** @type {Promise<void> | null} */
    this.pending = null;
  }

  get layers() { return this.own.layers; }
  get heads() { return this.own.heads; }
  get positions() { return this.own.positions; }
  get keysPerRow() { return this.own.keysPerRow; }
  get decimals() { return this.own.decimals; }

  /** The layers that are taken together. */
  get all() {
    return Array.from({ length: this.layers }, (_, layer) => layer);
  }

  /** @param {number} layer @returns {import("./weights.js").Pattern} */
  pattern(layer) {
    if (this.over === "") return this.own.pattern(layer);
    return { kind: this.all.some((one) => this.own.pattern(one).kind === "full") ? "full" : "causal" };
  }

  /** @param {number} layer @param {number} query */
  seen(layer, query) {
    if (this.over === "") return this.own.seen(layer, query);
    return { from: 0, to: this.pattern(0).kind === "full" ? this.positions : query + 1 };
  }

  /** @param {number} layer */
  has(layer) {
    if (this.over === "") return this.own.has(layer);
    return this.all.every((one) => this.own.has(one)) && (this.over !== "rollout" || this.product !== null);
  }

  /** @param {number} layer @returns {Promise<void>} */
  load(layer) {
    if (this.over === "") return this.own.load(layer);
    this.pending ??= this.loadAll().catch((error) => { this.pending = null; throw error; });
    return this.pending;
  }

  async loadAll() {
    const { positions: n, layers } = this;
    if (this.over === "rollout" && (layers * n ** 3) / (this.pattern(0).kind === "full" ? 1 : 6) > mostProducts) throw new TraceProblem("problem.rollout", { n });
    for (const layer of this.all) {
      await this.own.load(layer);
      await pause();
    }
    if (this.over === "rollout") await this.roll();
  }

  /**
   * Attention rollout (Abnar & Zuidema 2020): the product of the layers, the last one on the left, each as half the mean of
   * its heads and half the token's own place, which stands for the residual stream. Row by row.
   */
  async roll() {
    const n = this.positions;
    const isFull = this.pattern(0).kind === "full";
    let before = new Float32Array(n * n);
    for (let place = 0; place < n; place += 1) before[place * n + place] = 1;
    let since = performance.now();
    for (const layer of this.all) {
      const after = new Float32Array(n * n);
      for (let query = 0; query < n; query += 1) {
        const row = this.own.row(layer, "mean", query);
        const sum = new Float64Array(n);
        for (let key = 0; key < row.length; key += 1) {
          const weight = 0.5 * (row[key] ?? 0) + (key === query ? 0.5 : 0);
          if (weight === 0) continue;
          const end = isFull ? n : key + 1;
          for (let place = 0, at = key * n; place < end; place += 1, at += 1) sum[place] = (sum[place] ?? 0) + weight * (before[at] ?? 0);
        }
        after.set(sum, query * n);
        if (performance.now() - since > part) {
          await pause();
          since = performance.now();
        }
      }
      before = after;
    }
    this.product = before;
  }

  /**
   * One row; over the layers a single head means nothing, so the mean of the heads stands for it.
   * @param {number} layer @param {Head} head @param {number} query @returns {Float32Array}
   */
  row(layer, head, query) {
    const row = this.over === "" ? this.own.row(layer, head, query) : this.over === "rollout" ? this.rolled(query) : this.together(typeof head === "number" ? "mean" : head, query);
    return this.rest ? withoutFirst(row, this.over === "" ? this.own.tail(layer, head, query) : 0) : row;
  }

  /** @param {number} query */
  rolled(query) {
    const { to } = this.seen(0, query);
    const from = query * this.positions;
    return this.product ? this.product.slice(from, from + to) : new Float32Array(to);
  }

  /** @param {Head} head @param {number} query */
  together(head, query) {
    const row = new Float32Array(this.seen(0, query).to);
    for (const layer of this.all) {
      this.own.row(layer, head, query).forEach((weight, key) => {
        const before = row[key] ?? 0;
        row[key] = this.over === "max" ? Math.max(before, weight) : before + weight / this.layers;
      });
    }
    return row;
  }

  /**
   * What is not kept of a row; known of a layer's own alone.
   * @param {number} layer @param {Head} head @param {number} query
   */
  tail(layer, head, query) {
    return this.over === "" ? this.own.tail(layer, head, query) : 0;
  }
}

/**
 * A row with nothing for the first token, the rest scaled up to the sum it had with it.
 * @param {Float32Array} row @param {number} tail what the row's other keys have that are not kept
 */
function withoutFirst(row, tail) {
  const first = row[0] ?? 0;
  const sum = row.reduce((all, weight) => all + weight, tail);
  const rest = sum - first;
  return row.map((weight, key) => (key === 0 || rest <= 0 ? 0 : (weight * sum) / rest));
}

const pause = () => new Promise((resolve) => setTimeout(resolve));
