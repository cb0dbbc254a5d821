// The panels of the page. Each registers itself with `panel`; main builds and moves them and knows none by name.

import { place } from "./place.js";

/**
 * Where a panel stands: above everything, with the text, among the sections, or in a layer of its own (a dialog).
 * @typedef {"head" | "text" | "sections" | "layers"} Area
 *
 * What a panel put on the page. `update` runs after every change with the names of what changed: those of a place (step,
 * layer, head, look, tint, theme, predict), "growth" when the run has grown, and "whatif" when another choice than the recorded one is shown. All sizes are read from the source
 * then, never kept.
 * @typedef {{ element: HTMLElement, update?: (changed: Set<string>) => void }} View
 *
 * `numbers` marks a panel of numbers, which stands folded away until the reader asks for them.
 * `order` sorts the panels of an area (steps of 10 leave room between). `applies` says whether a run has anything for
 * the panel; without it every run has. Sections stand in the contents under their word `nav.` and id, unless `unlisted`.
 * @typedef {{ id: string, area: Area, order: number, unlisted?: boolean, numbers?: boolean, applies?: (source: TraceSource) => boolean,
 *   make: (source: TraceSource) => View }} Panel
 *
 * @typedef {import("../data/source.js").TraceSource} TraceSource
 */

/** @type {Panel[]} */
const registered = [];
/** @type {{ panel: Panel, view: View }[]} */
let made = [];

/**
 * Registers a panel; two of one id are a mistake of ours.
 * @param {Panel} one
 */
export function panel(one) {
  if (registered.some((other) => other.id === one.id)) throw new Error(`two panels are named "${one.id}"`);
  registered.push(one);
  registered.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
}

/**
 * The panels that have something to show of a run, in their order.
 * @param {TraceSource} source
 */
export function panelsFor(source) {
  return registered.filter((one) => (place().numbers || !one.numbers) && (one.applies?.(source) ?? true));
}

/**
 * The ids of a run's panels that stand in the contents.
 * @param {TraceSource} source
 */
export function contentsOf(source) {
  return panelsFor(source).filter((one) => one.area === "sections" && !one.unlisted).map((one) => one.id);
}

/**
 * Makes all panels of a run anew, in the place of those made before.
 * @param {TraceSource} source
 */
export function makePanels(source) {
  made = panelsFor(source).map((one) => ({ panel: one, view: one.make(source) }));
}

/**
 * Makes the panels of these names alone, in the place of those made before, and gives their elements; a name that no panel
 * of the run has is passed over.
 * @param {string[]} names @param {TraceSource} source
 */
export function panelsNamed(names, source) {
  const wanted = registered.filter((one) => names.includes(one.id) && (one.applies?.(source) ?? true));
  made = wanted.sort((a, b) => names.indexOf(a.id) - names.indexOf(b.id)).map((one) => ({ panel: one, view: one.make(source) }));
  return made.map((one) => one.view.element);
}

/**
 * The elements of an area's panels.
 * @param {Area} area
 */
export function elementsIn(area) {
  return made.filter((one) => one.panel.area === area).map((one) => one.view.element);
}

/**
 * Whether the panels on the page are those that the run has something for.
 * @param {TraceSource} source
 */
export function isComplete(source) {
  return panelsFor(source).map((one) => one.id).join() === made.map((one) => one.panel.id).join();
}

/**
 * Brings all panels up to date.
 * @param {Iterable<string>} changed
 */
export function updatePanels(changed) {
  const names = new Set(changed);
  for (const { view } of made) view.update?.(names);
}
