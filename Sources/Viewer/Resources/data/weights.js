// The attention weights of a run as they travel in the trace: a byte (or two) per weight and a scale per row, packed
// by layer. A layer is unpacked when a picture first asks for it.

import { base64Bytes, inflate } from "./decode.js";
import { TraceProblem } from "./check.js";

/** @typedef {import("../base/types.js").AttentionText} AttentionText */
/** @typedef {number | "mean" | "max"} Head */
/**
 * `keys` and `tails` are there where only each row's strongest keys were kept: which keys, and what the others sum to.
 * @typedef {{ codes: Uint8Array, scales: Uint8Array, keys: Uint16Array | null, tails: Uint8Array | null }} Layer
 */

/** Rows of each row's largest weight are stored as 16-bit numbers: scale ÷ 65535. */
const scaleUnit = 1 / 65535;
/** Most weights of one layer that the page will unpack (2,048 positions of 64 heads). */
const layerWeightLimit = 1 << 27;

/** @param {number} n */
function triangle(n) {
  return (n * (n + 1)) / 2;
}

/**
 * The weights kept of the first n rows, when at most `most` of each are kept.
 * @param {number} n @param {number} most
 */
function keptWeights(n, most) {
  return n <= most ? triangle(n) : triangle(most) + (n - most) * most;
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
    const strongest = packed.encoding === "strongest";
    if (packed.encoding !== "dense" && !strongest) throw new TraceProblem("problem.attention", { why: `encoding ${String(packed.encoding).slice(0, 40)}` });
    if (!whole || layers !== trace.model.layers || heads !== trace.model.heads || positions > longest) {
      throw new TraceProblem("problem.attention", { why: `${layers} × ${heads} × ${positions}` });
    }
    if ((bits !== 8 && bits !== 16) || typeof power !== "number" || !(power > 0 && power <= 4)) {
      throw new TraceProblem("problem.attention", { why: `bits ${bits}, power ${power}` });
    }
    if (!Array.isArray(packed.parts) || packed.parts.length !== layers) {
      throw new TraceProblem("problem.attention", { why: "parts" });
    }
    if (strongest && !(Number.isInteger(packed.keysPerRow) && packed.keysPerRow > 0 && positions <= 65_536)) {
      throw new TraceProblem("problem.attention", { why: `keysPerRow ${String(packed.keysPerRow).slice(0, 40)}` });
    }
    /** At most so many keys of each row were kept; infinite when all were. */
    this.keysPerRow = strongest ? /** @type {number} */ (packed.keysPerRow) : Infinity;
    if (heads * keptWeights(positions, this.keysPerRow) > layerWeightLimit) throw new TraceProblem("problem.attention", { why: `${positions} positions` });
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
    const weights = this.heads * keptWeights(this.positions, this.keysPerRow);
    const part = this.parts[layer] ?? {};
    /**
     * One of the part's streams, which must have just this length.
     * @param {string} name @param {number} length
     */
    const stream = async (name, length) => {
      if (typeof part[name] !== "string") throw new TraceProblem("problem.attention", { why: `parts[${layer}].${name}` });
      let bytes;
      try {
        bytes = await inflate(base64Bytes(part[name]), length);
      } catch (error) {
        throw new TraceProblem("problem.attention", { why: `parts[${layer}].${name}: ${String(error)}` });
      }
      if (bytes.length !== length) throw new TraceProblem("problem.attention", { why: `parts[${layer}].${name}: ${bytes.length} ≠ ${length}` });
      return bytes;
    };
    const scales = await stream("scales", 2 * rows);
    const codes = await stream("weights", this.wide ? 2 * weights : weights);
    const sparse = this.keysPerRow < Infinity;
    const keys = sparse ? this.keysOf(await stream("gaps", 2 * weights), layer) : null;
    const tails = sparse ? await stream("tails", 2 * rows) : null;
    this.unpacked[layer] = { codes, scales, keys, tails };
    this.parts[layer] = null;
  }

  /**
   * The keys from the distances between them: in each row the first from 0, the others from the one before.
   * @param {Uint8Array} gaps all high bytes, then all low bytes @param {number} layer
   */
  keysOf(gaps, layer) {
    const count = gaps.length / 2;
    const keys = new Uint16Array(count);
    let at = 0;
    for (let head = 0; head < this.heads; head += 1) {
      for (let query = 0; query < this.positions; query += 1) {
        let key = 0;
        for (let end = at + Math.min(query + 1, this.keysPerRow); at < end; at += 1) {
          key += 256 * (gaps[at] ?? 0) + (gaps[count + at] ?? 0);
          if (key > query) throw new TraceProblem("problem.attention", { why: `parts[${layer}].gaps: ${key} > ${query}` });
          keys[at] = key;
        }
      }
    }
    return keys;
  }

  /**
   * The mass of a row that was not kept; 0 where all was.
   * @param {number} layer @param {Head} head @param {number} query
   */
  tail(layer, head, query) {
    const tails = this.unpacked[layer]?.tails;
    if (!tails || typeof head !== "number") return 0;
    const at = 2 * (head * this.positions + query);
    return ((tails[at] ?? 0) + 256 * (tails[at + 1] ?? 0)) * scaleUnit;
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
    const { codes, keys } = unpacked;
    const perHead = keptWeights(this.positions, this.keysPerRow);
    const from = head * perHead + keptWeights(query, this.keysPerRow);
    const low = this.heads * perHead;
    const scale = this.scale(unpacked, head, query);
    const fractions = this.fractions;
    const kept = Math.min(query + 1, this.keysPerRow);
    for (let i = 0; i < kept; i += 1) {
      const code = codes[from + i] ?? 0;
      const share = this.wide ? (256 * code + (codes[low + from + i] ?? 0)) * scaleUnit : fractions[code] ?? 0;
      const weight = share * scale;
      const key = keys ? keys[from + i] ?? 0 : i;
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
