// The figures of a lesson are the page's own panels, of a run that the engine in the page has made.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { panelsNamed, updatePanels } from "../base/panels.js";
import { move, onMove, place, setLimits } from "../base/place.js";
import { textSource } from "../data/source.js";

words({
  "figure.show": ["Show its figure", "看它的圖"],
});

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

/** @typedef {{ figure: string, trace: string | null, step: number }} Figured */

/**
 * The places of a page's figures: one of them is open, the others are a button that opens them.
 */
export class Figures {
  constructor() {
    /** @type {{ room: HTMLElement, matter: Figured }[]} */
    this.slots = [];
  }

  /**
   * A place for a figure; null for matter without one.
   * @param {Figured} matter
   */
  slot(matter) {
    if (matter.trace === null) return null;
    const room = el("div", { class: "lesson-figure" });
    this.slots.push({ room, matter });
    return room;
  }

  /** @param {number} open which of the slots, in their order */
  show(open) {
    this.slots.forEach(({ room, matter }, i) => {
      if (i === open && matter.trace !== null) fill(room, panelsOf(matter.figure, matter.trace, matter.step));
      else fill(room, el("button", { type: "button", class: "quiet", on: { click: () => this.show(i) } }, t("figure.show")));
    });
  }
}

/**
 * The panels of one figure, in the place of those shown before.
 * @param {string} name @param {string} trace trace.json @param {number} step
 * @returns {HTMLElement[]}
 */
function panelsOf(name, trace, step) {
  const source = textSource(trace);
  setLimits({ steps: source.trace.steps.length, layers: source.trace.model.layers, heads: source.trace.model.heads,
    positions: source.attention?.positions ?? source.trace.prompt.tokens.length });
  if (place().step !== step) move({ step });
  return panelsNamed(panels[name] ?? ["ledger"], source);
}
