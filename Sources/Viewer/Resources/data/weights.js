// The attention weights of a run as they travel in the trace: a byte (or two) per weight and a scale per row, packed
// by layer. A layer is unpacked when a picture first asks for it. Called by: the strip, the attention panel.

import { base64Bytes, inflate } from "./decode.js";
import { TraceProblem } from "./check.js";

/** @typedef {import("../base/types.js").AttentionText} AttentionText */
/** @typedef {number | "mean" | "max"} Head */
/** @typedef {{ codes: Uint8Array, scales: Uint8Array }} Layer */

/** Rows of each row's largest weight are stored as 16-bit numbers: scale ÷ 65535. */
const scaleUnit = 1 / 65535;
/** Most weights of one layer that the page will unpack (2,048 positions of 64 heads). */
const layerWeightLimit = 1 << 27;

/** @param {number} n */
function triangle(n) {
  return (n * (n + 1)) / 2;
}

/** Weights of layer, head, query over keys 0…query. */
export class AttentionWeights {
  /**
   * Checks what the file says about its weights; the weights themselves are checked layer by layer as they come.
   * @param {AttentionText} packed @param {import("../base/types.js").Trace} trace
   */
  constructor(packed, trace) {
    const { layers, heads, positions, bits, power } = packed;
    const whole = [layers, heads, positions].every((n) => Number.isInteger(n) && n >= 0);
    const longest = trace.prompt.tokens.length + trace.steps.length;
    if (packed.encoding !== "dense") throw new TraceProblem("problem.attention", { why: `encoding ${String(packed.encoding).slice(0, 40)}` });
    if (!whole || layers !== trace.model.layers || heads !== trace.model.heads || positions > longest) {
      throw new TraceProblem("problem.attention", { why: `${layers} × ${heads} × ${positions}` });
    }
    if ((bits !== 8 && bits !== 16) || typeof power !== "number" || !(power > 0 && power <= 4)) {
      throw new TraceProblem("problem.attention", { why: `bits ${bits}, power ${power}` });
    }
    if (!Array.isArray(packed.parts) || packed.parts.length !== layers) {
      throw new TraceProblem("problem.attention", { why: "parts" });
    }
    if (heads * triangle(positions) > layerWeightLimit) throw new TraceProblem("problem.attention", { why: `${positions} positions` });
    this.layers = /** @type {number} */ (layers);
    this.heads = /** @type {number} */ (heads);
    this.positions = /** @type {number} */ (positions);
    this.wide = bits === 16;
    this.maximumError = Number(packed.maximumError) || 0;
    this.parts = packed.parts;
    /** Weight of each code's high byte relative to its row's scale. */
    this.fractions = Float32Array.from({ length: 256 }, (_, code) => (code / 255) ** power);
    /** @type {(Layer | null)[]} */
    this.unpacked = Array.from({ length: layers }, () => null);
    /** @type {(Promise<void> | null)[]} */
    this.pending = Array.from({ length: layers }, () => null);
  }

  /**
   * Whether a layer's rows can be read now.
   * @param {number} layer
   */
  has(layer) {
    return this.unpacked[layer] !== null && this.unpacked[layer] !== undefined;
  }

  /**
   * Unpacks a layer, once.
   * @param {number} layer @returns {Promise<void>}
   */
  load(layer) {
    const waiting = this.pending[layer];
    if (waiting) return waiting;
    const loading = this.unpack(layer);
    this.pending[layer] = loading;
    return loading;
  }

  /** @param {number} layer */
  async unpack(layer) {
    const rows = this.heads * this.positions;
    const weights = this.heads * triangle(this.positions);
    const expected = this.wide ? 2 * weights : weights;
    const part = this.parts[layer] ?? {};
    if (typeof part.scales !== "string" || typeof part.weights !== "string") {
      throw new TraceProblem("problem.attention", { why: `parts[${layer}]` });
    }
    let scales;
    let codes;
    try {
      scales = await inflate(base64Bytes(part.scales), 2 * rows);
      codes = await inflate(base64Bytes(part.weights), expected);
    } catch (error) {
      throw new TraceProblem("problem.attention", { why: `parts[${layer}]: ${String(error)}` });
    }
    if (scales.length !== 2 * rows || codes.length !== expected) {
      throw new TraceProblem("problem.attention", { why: `parts[${layer}]: ${codes.length} ≠ ${expected}` });
    }
    this.unpacked[layer] = { codes, scales };
    this.parts[layer] = null;
  }

  /**
   * The scale of a row: its largest weight.
   * @param {Layer} unpacked @param {number} head @param {number} query
   */
  scale(unpacked, head, query) {
    const at = 2 * (head * this.positions + query);
    return ((unpacked.scales[at] ?? 0) + 256 * (unpacked.scales[at + 1] ?? 0)) * scaleUnit;
  }

  /**
   * One row; for "mean" and "max" it is taken over the layer's heads, key by key. Zeros while the layer is packed.
   * @param {number} layer @param {Head} head @param {number} query
   * @returns {Float32Array} query + 1 weights
   */
  row(layer, head, query) {
    const row = new Float32Array(query + 1);
    const unpacked = this.unpacked[layer];
    if (!unpacked || query < 0 || query >= this.positions) return row;
    if (typeof head === "number") {
      this.addRow(unpacked, head, query, row, false, 1);
    } else {
      for (let h = 0; h < this.heads; h += 1) this.addRow(unpacked, h, query, row, head === "max", this.heads);
    }
    return row;
  }

  /**
   * @param {Layer} unpacked
   * @param {number} head @param {number} query @param {Float32Array} row @param {boolean} largest @param {number} divisor
   */
  addRow(unpacked, head, query, row, largest, divisor) {
    const { codes } = unpacked;
    const from = head * triangle(this.positions) + triangle(query);
    const low = this.heads * triangle(this.positions);
    const scale = this.scale(unpacked, head, query);
    const fractions = this.fractions;
    for (let key = 0; key <= query; key += 1) {
      const code = codes[from + key] ?? 0;
      const share = this.wide ? (256 * code + (codes[low + from + key] ?? 0)) * scaleUnit : fractions[code] ?? 0;
      const weight = share * scale;
      const before = row[key] ?? 0;
      row[key] = largest ? Math.max(before, weight) : before + weight / divisor;
    }
  }
}

/**
 * What a row says in a few numbers.
 * @param {Float32Array} row
 */
export function measures(row) {
  let entropy = 0;
  let top = 0;
  let sum = 0;
  for (let key = 0; key < row.length; key += 1) sum += row[key] ?? 0;
  for (let key = 0; key < row.length; key += 1) {
    const share = (row[key] ?? 0) / (sum || 1);
    if (share > 0) entropy -= share * Math.log2(share);
    if ((row[key] ?? 0) > (row[top] ?? 0)) top = key;
  }
  return { entropy, top, max: row[top] ?? 0, mean: row.length ? sum / row.length : 0, first: row[0] ?? 0 };
}
