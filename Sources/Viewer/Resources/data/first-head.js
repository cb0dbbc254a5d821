// The head that is shown first: the one whose row for a token tells most. Many heads rest on the first token or on the
// query itself when they have nothing to say; what counts is the weight on all others.

/** @typedef {import("./weights.js").Weights} Weights */

/** Weights looked through at most: beyond that a page would be busy for longer than a reader waits. */
const mostWeights = 1 << 25;

/**
 * The head that the rule chose; null before it did.
 * @type {{ layer: number, head: number } | null}
 */
let chosen = null;

/**
 * Whether a head is shown because of the rule.
 * @param {number} layer @param {number | string} head
 */
export function isFirstHead(layer, head) {
  return chosen !== null && chosen.layer === layer && chosen.head === head;
}

/**
 * The head with the most weight on keys other than the first and the query; of several the first. null where there are
 * too many to look through.
 * @param {Weights} weights @param {number} query @returns {Promise<{ layer: number, head: number } | null>}
 */
export async function firstHead(weights, query) {
  const { layers, heads, positions } = weights;
  if (query < 0 || query >= positions || (layers * heads * positions * positions) / 2 > mostWeights) return null;
  let best = -1;
  let found = null;
  for (let layer = 0; layer < layers; layer += 1) {
    await weights.load(layer);
    for (let head = 0; head < heads; head += 1) {
      const row = weights.row(layer, head, query);
      const sum = row.reduce((total, weight, key) => (key === 0 || key === query ? total : total + weight), 0);
      // Weights are kept to a few decimals: a head must be better by more than they tell.
      if (sum > best + 1e-4) [best, found] = [sum, { layer, head }];
    }
  }
  chosen = found;
  return found;
}
