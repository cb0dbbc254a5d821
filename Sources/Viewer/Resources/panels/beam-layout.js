// Where each node of the beam tree stands: a row for every path, the best child on its parent's row, so the chosen path
// runs straight along the top. Called by: the beam panel.

/** @typedef {import("../base/types.js").BeamNode} BeamNode */
/** @typedef {{ node: BeamNode, row: number, parent: Spot | null, foldedCount: number }} Spot */

/**
 * @param {BeamNode[]} nodes parents before children
 * @param {string} show "chosen" (paths to finished hypotheses), "live" (what was ever a beam) or "all"
 * @param {Set<number>} folded nodes whose children are folded away
 * @returns {{ spots: Spot[], rows: number }} spots from top to bottom within a column
 */
export function beamLayout(nodes, show, folded) {
  /** @type {Map<number | null, BeamNode[]>} */
  const children = new Map();
  for (const node of nodes) {
    const list = children.get(node.parent);
    if (list) list.push(node);
    else children.set(node.parent, [node]);
  }
  // From the leaves up: the best state below each node, for order and for what is shown.
  const weight = { chosen: 3, finished: 2, live: 1, pruned: 0 };
  /** @type {Map<number, number>} */
  const best = new Map();
  /** @type {Map<number, number>} */
  const size = new Map();
  for (const node of [...nodes].reverse()) {
    const own = /** @type {Record<string, number>} */ (weight)[node.state] ?? 0;
    best.set(node.id, Math.max(own, best.get(node.id) ?? 0));
    size.set(node.id, (size.get(node.id) ?? 0) + 1);
    if (node.parent !== null) {
      best.set(node.parent, Math.max(best.get(node.parent) ?? 0, best.get(node.id) ?? 0));
      size.set(node.parent, (size.get(node.parent) ?? 0) + (size.get(node.id) ?? 0));
    }
  }
  const least = show === "all" ? 0 : show === "live" ? 1 : 2;
  /** @type {Spot[]} */
  const spots = [];
  let rows = 0;
  // A stack instead of recursion: hostile trees may be deep.
  /** @type {{ node: BeamNode, parent: Spot | null, first: boolean }[]} */
  const stack = [];
  const shown = (/** @type {number | null} */ id) => (children.get(id) ?? []).filter((node) => (best.get(node.id) ?? 0) >= least)
    .sort((a, b) => (best.get(b.id) ?? 0) - (best.get(a.id) ?? 0) || b.sumLogProbability - a.sumLogProbability);
  const push = (/** @type {BeamNode[]} */ list, /** @type {Spot | null} */ parent) => {
    for (let i = list.length - 1; i >= 0; i -= 1) stack.push({ node: /** @type {BeamNode} */ (list[i]), parent, first: i === 0 });
  };
  push(shown(null), null);
  while (stack.length > 0) {
    const { node, parent, first } = /** @type {{ node: BeamNode, parent: Spot | null, first: boolean }} */ (stack.pop());
    const row = first && parent ? parent.row : rows++;
    const below = shown(node.id);
    const isFolded = folded.has(node.id) && below.length > 0;
    const spot = { node, row, parent, foldedCount: isFolded ? (size.get(node.id) ?? 1) - 1 : 0 };
    spots.push(spot);
    if (!isFolded) push(below, spot);
  }
  spots.sort((a, b) => a.row - b.row || a.node.depth - b.node.depth);
  return { spots, rows };
}
