// The attention weights of a run as they travel in the trace: a byte (or two) per weight and a scale per row, packed
// by layer. A layer is unpacked when a picture first asks for it.

import { base64Bytes, inflate } from "./decode.js";
import { TraceProblem } from "./check.js";

/** @typedef {import("../base/types.js").AttentionText} AttentionText */
/** @typedef {number | "mean" | "max"} Head */
/**
 * What pictures ask of attention weights, wherever these come from.
 * @typedef {{ layers: number, heads: number, positions: number, keysPerRow: number, decimals: number,
 *   pattern(layer: number): Pattern, seen(layer: number, query: number): { from: number, to: number },
 *   has(layer: number): boolean, load(layer: number): Promise<void>,
 *   row(layer: number, head: Head, query: number): Float32Array, tail(layer: number, head: Head, query: number): number }} Weights
 */
/**
 * `keys` and `tails` are there where only each row's strongest keys were kept: which keys, and what the others sum to.
 * @typedef {{ codes: Uint8Array, scales: Uint8Array, keys: Uint16Array | null, tails: Uint8Array | null }} Layer
 */

/** What the largest code of each row stands for is stored as a 16-bit number: scale ÷ 65535. */
const scaleUnit = 1 / 65535;
/** Most weights of one layer that the page will unpack (2,048 positions of 64 heads). */
const layerWeightLimit = 1 << 27;

/**
 * What the unpacking of layers waits for.
 * @type {Promise<void>}
 */
let gate = Promise.resolve();

/**
 * Lets layers wait until a page that opens has been painted: the text and the numbers come first.
 * @param {Promise<void>} painted
 */
export function unpackAfter(painted) {
  gate = painted;
}

/**
 * Which keys a query sees: its own and all before it, its own and some before it, or all.
 * @typedef {{ kind: "causal" } | { kind: "window", width: number } | { kind: "full" }} Pattern
 */

/**
 * A pattern as the file writes it: "causal", "full" or {"window": 512}.
 * @param {any} written @returns {Pattern}
 */
export function patternOf(written) {
  if (written === "causal" || written === "full") return { kind: written };
  const width = written?.window;
  if (Number.isInteger(width) && width > 0) return { kind: "window", width };
  throw new TraceProblem("problem.attention", { why: `pattern ${JSON.stringify(written)?.slice(0, 60)}` });
}

/**
 * The keys that a query sees: from, and before which.
 * @param {Pattern} pattern @param {number} query @param {number} positions
 */
export function keysSeen(pattern, query, positions) {
  if (pattern.kind === "full") return { from: 0, to: positions };
  return { from: pattern.kind === "window" ? Math.max(0, query - pattern.width + 1) : 0, to: query + 1 };
}

/**
 * The weights of the first n rows of a head in a text of so many positions, when at most `most` of each are kept.
 * @param {Pattern} pattern @param {number} n @param {number} positions @param {number} most
 */
function weightCount(pattern, n, positions, most) {
  if (pattern.kind === "full") return n * Math.min(positions, most);
  const longest = pattern.kind === "window" ? Math.min(pattern.width, most) : most;
  const rising = Math.min(n, longest);
  return (rising * (rising + 1)) / 2 + (n > rising ? (n - rising) * longest : 0);
}

/**
 * Weights of layer, head and query over the keys that the layer's pattern has the query see.
 * @implements {Weights}
 */
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
    const written = packed.pattern ?? "causal";
    if (Array.isArray(written) && written.length !== layers) throw new TraceProblem("problem.attention", { why: `${written.length} patterns` });
    /**
     * By layer.
     * @type {Pattern[]}
     */
    this.patterns = Array.from({ length: layers }, (_, layer) => patternOf(Array.isArray(written) ? written[layer] : written));
    for (const pattern of this.patterns) {
      if (heads * weightCount(pattern, positions, positions, this.keysPerRow) > layerWeightLimit) throw new TraceProblem("problem.attention", { why: `${positions} positions` });
    }
    this.layers = /** @type {number} */ (layers);
    this.heads = /** @type {number} */ (heads);
    this.positions = /** @type {number} */ (positions);
    this.wide = bits === 16;
    this.maximumError = Number(packed.maximumError) || 0;
    /** Decimals of a weight that what is stored vouches for: the last of them is right but for one. */
    this.decimals = Math.max(1, Math.min(6, Math.floor(-Math.log10(2 * (this.maximumError || 0.5 * scaleUnit)))));
    this.parts = packed.parts;
    /** Weight of each code's high byte relative to its row's scale. */
    this.fractions = Float32Array.from({ length: 256 }, (_, code) => (code / 255) ** power);
    /** @type {(Layer | null)[]} */
    this.unpacked = Array.from({ length: layers }, () => null);
    /** @type {(Promise<void> | null)[]} */
    this.pending = Array.from({ length: layers }, () => null);
  }

  /** @param {number} layer @returns {Pattern} */
  pattern(layer) {
    return this.patterns[layer] ?? { kind: "causal" };
  }

  /**
   * The keys that a query sees: from, and before which.
   * @param {number} layer @param {number} query
   */
  seen(layer, query) {
    return keysSeen(this.pattern(layer), query, this.positions);
  }

  /**
   * Where a row lies in its head's codes: from which weight on, and how many.
   * @param {number} layer @param {number} query
   */
  kept(layer, query) {
    const before = (/** @type {number} */ n) => weightCount(this.pattern(layer), n, this.positions, this.keysPerRow);
    return { from: before(query), count: before(query + 1) - before(query) };
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
    const loading = gate.then(() => this.unpack(layer));
    this.pending[layer] = loading;
    return loading;
  }

  /**
   * Weights of one head in a layer.
   * @param {number} layer
   */
  perHead(layer) {
    return weightCount(this.pattern(layer), this.positions, this.positions, this.keysPerRow);
  }

  /** @param {number} layer */
  async unpack(layer) {
    const rows = this.heads * this.positions;
    const weights = this.heads * this.perHead(layer);
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
        const { from, to } = this.seen(layer, query);
        for (let end = at + this.kept(layer, query).count; at < end; at += 1) {
          key += 256 * (gaps[at] ?? 0) + (gaps[count + at] ?? 0);
          if (key < from || key >= to) throw new TraceProblem("problem.attention", { why: `parts[${layer}].gaps: ${key}, not ${from} … ${to - 1}` });
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
   * The scale of a row: what its largest code stands for.
   * @param {Layer} unpacked @param {number} head @param {number} query
   */
  scale(unpacked, head, query) {
    const at = 2 * (head * this.positions + query);
    return ((unpacked.scales[at] ?? 0) + 256 * (unpacked.scales[at + 1] ?? 0)) * scaleUnit;
  }

  /**
   * One row; for "mean" and "max" it is taken over the layer's heads, key by key. Zeros while the layer is packed.
   * @param {number} layer @param {Head} head @param {number} query
   * @returns {Float32Array} a weight for each key up to the last one seen; 0 for those before the first one
   */
  row(layer, head, query) {
    const row = new Float32Array(this.seen(layer, query).to);
    const unpacked = this.unpacked[layer];
    if (!unpacked || query < 0 || query >= this.positions) return row;
    if (typeof head === "number") {
      this.addRow(unpacked, layer, head, query, row, false, 1);
    } else {
      for (let h = 0; h < this.heads; h += 1) this.addRow(unpacked, layer, h, query, row, head === "max", this.heads);
    }
    return row;
  }

  /**
   * @param {Layer} unpacked @param {number} layer
   * @param {number} head @param {number} query @param {Float32Array} row @param {boolean} largest @param {number} divisor
   */
  addRow(unpacked, layer, head, query, row, largest, divisor) {
    const { codes, keys } = unpacked;
    const perHead = this.perHead(layer);
    const place = this.kept(layer, query);
    const from = head * perHead + place.from;
    const firstKey = this.seen(layer, query).from;
    const low = this.heads * perHead;
    const scale = this.scale(unpacked, head, query);
    const fractions = this.fractions;
    for (let i = 0; i < place.count; i += 1) {
      const code = codes[from + i] ?? 0;
      const share = this.wide ? (256 * code + (codes[low + from + i] ?? 0)) * scaleUnit : fractions[code] ?? 0;
      const weight = share * scale;
      const key = keys ? keys[from + i] ?? 0 : firstKey + i;
      const before = row[key] ?? 0;
      row[key] = largest ? Math.max(before, weight) : before + weight / divisor;
    }
  }
}

/**
 * What a row says in a few numbers.
 * @param {Float32Array} row @param {number} [seen] how many keys the query sees
 */
export function measures(row, seen = row.length) {
  let entropy = 0;
  let top = 0;
  let sum = 0;
  for (let key = 0; key < row.length; key += 1) sum += row[key] ?? 0;
  for (let key = 0; key < row.length; key += 1) {
    const share = (row[key] ?? 0) / (sum || 1);
    if (share > 0) entropy -= share * Math.log2(share);
    if ((row[key] ?? 0) > (row[top] ?? 0)) top = key;
  }
  return { entropy, top, max: row[top] ?? 0, mean: seen ? sum / seen : 0, first: row[0] ?? 0 };
}
