// The figures of a lesson are the page's own panels, of a run that the engine in the page has made.

import { el } from "../base/dom.js";
import { panelsNamed, updatePanels } from "../base/panels.js";
import { move, onMove, place, setLimits } from "../base/place.js";
import { textSource } from "../data/source.js";

/**
 * The panels that show what a lesson calls a figure.
 * @type {Record<string, string[]>}
 */
const panels = {
  staircase: ["staircase", "ledger"], ledger: ["ledger"], draw: ["ledger"], steps: ["strip", "ledger"], attention: ["attention"], heads: ["attention"],
  merges: ["tokens"], beams: ["beams"], timeline: ["timeline"], cache: ["run"], cost: ["run"], compare: ["compare"], lens: ["lens"], inside: ["lens"],
};

/** Panels follow the place; there is one figure at a time. */
onMove((changed) => updatePanels(changed));

/**
 * The panels of one figure, in the place of those shown before.
 * @param {string} name @param {string} trace trace.json @param {number} step
 * @returns {HTMLElement}
 */
export function figureOf(name, trace, step) {
  const source = textSource(trace);
  setLimits({ steps: source.trace.steps.length, layers: source.trace.model.layers, heads: source.trace.model.heads,
    positions: source.attention?.positions ?? source.trace.prompt.tokens.length });
  if (place().step !== step) move({ step });
  const found = panelsNamed(panels[name] ?? ["ledger"], source);
  return el("div", { class: "lesson-figure" }, found);
}
