// Where each node of the beam tree stands: a column for every step, in it the nodes of that step from top to bottom,
// so the tree never grows higher than the search was wide.

/** @typedef {import("../base/types.js").BeamNode} BeamNode */
/** @typedef {{ node: BeamNode, row: number, parent: Spot | null, foldedCount: number }} Spot */

/**
 * How much a state counts when a node's best descendant is looked for.
 * @type {Record<string, number>}
 */
const weight = { chosen: 3, finished: 2, live: 1, pruned: 0 };

/**
 * The best state at or below each node, and how many nodes stand there.
 * @param {BeamNode[]} nodes parents before children
 */
function below(nodes) {
  /** @type {Map<number, number>} */
  const best = new Map();
  /** @type {Map<number, number>} */
  const size = new Map();
  for (const node of [...nodes].reverse()) {
    best.set(node.id, Math.max(weight[node.state] ?? 0, best.get(node.id) ?? 0));
    size.set(node.id, (size.get(node.id) ?? 0) + 1);
    if (node.parent === null) continue;
    best.set(node.parent, Math.max(best.get(node.parent) ?? 0, best.get(node.id) ?? 0));
    size.set(node.parent, (size.get(node.parent) ?? 0) + (size.get(node.id) ?? 0));
  }
  return { best, size };
}

/**
 * @param {BeamNode[]} nodes parents before children
 * @param {string} show "chosen" (paths to finished hypotheses), "live" (what was ever a beam) or "all"
 * @param {Set<number>} folded nodes whose descendants are folded away
 * @returns {{ spots: Spot[], rows: number }} spots column by column, from top to bottom
 */
export function beamLayout(nodes, show, folded) {
  const { best, size } = below(nodes);
  const least = show === "all" ? 0 : show === "live" ? 1 : 2;
  /** @type {Map<number, Spot>} */
  const placed = new Map();
  /** @type {BeamNode[][]} */
  const columns = [];
  for (const node of nodes) (columns[node.depth] ??= []).push(node);
  let rows = 0;
  for (const column of columns) {
    /** @type {Spot[]} */
    const spots = [];
    for (const node of column ?? []) {
      const parent = node.parent === null ? null : placed.get(node.parent);
      // A parent that is not on show, or folded, takes its children with it.
      if (parent === undefined || (parent !== null && folded.has(parent.node.id)) || (best.get(node.id) ?? 0) < least) continue;
      spots.push({ node, row: 0, parent, foldedCount: folded.has(node.id) ? (size.get(node.id) ?? 1) - 1 : 0 });
    }
    // The chosen path runs along the top; below it, children keep the order of their parents, so lines cross little.
    const chosen = (/** @type {Spot} */ spot) => (spot.node.state === "chosen" ? 0 : 1);
    spots.sort((a, b) => chosen(a) - chosen(b) || (a.parent?.row ?? 0) - (b.parent?.row ?? 0)
      || (best.get(b.node.id) ?? 0) - (best.get(a.node.id) ?? 0) || b.node.sumLogProbability - a.node.sumLogProbability);
    spots.forEach((spot, row) => {
      spot.row = row;
      placed.set(spot.node.id, spot);
    });
    rows = Math.max(rows, spots.length);
  }
  return { spots: [...placed.values()], rows };
}
