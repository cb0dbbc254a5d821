// The keyboard: one table of keys, read by the listener and by the help. Called by: main.

import { move, place } from "./place.js";

/** @typedef {{ keys: string[], label: string, run: (actions: Actions, key: string) => void }} Binding */
/** @typedef {{ steps: () => number, help: () => void, tints: string[] }} Actions */

/** @param {number} by */
function otherHead(by) {
  const head = place().head;
  move({ head: typeof head === "number" ? head + by : 0 });
}

/**
 * To the panel's title, so that the keyboard is there too.
 * @param {number} index among the panels on show
 */
function jump(index) {
  const titles = [...document.querySelectorAll(".panel:not([hidden]) h2")];
  const title = titles[index];
  if (!(title instanceof HTMLElement)) return;
  title.focus({ preventScroll: true });
  title.closest(".panel")?.scrollIntoView({ block: "start" });
}

/** @type {Binding[]} */
export const bindings = [
  { keys: ["ArrowRight"], label: "key.next", run: () => move({ step: place().step + 1 }) },
  { keys: ["ArrowLeft"], label: "key.previous", run: () => move({ step: place().step - 1 }) },
  { keys: ["Home"], label: "key.first", run: () => move({ step: 0 }) },
  { keys: ["End"], label: "key.last", run: (actions) => move({ step: actions.steps() - 1 }) },
  { keys: ["j"], label: "key.layer-down", run: () => move({ layer: place().layer + 1 }) },
  { keys: ["k"], label: "key.layer-up", run: () => move({ layer: place().layer - 1 }) },
  { keys: ["h"], label: "key.head-left", run: () => otherHead(-1) },
  { keys: ["l"], label: "key.head-right", run: () => otherHead(1) },
  { keys: ["t"], label: "key.tint", run: (actions) => move({ tint: actions.tints[(actions.tints.indexOf(place().tint) + 1) % actions.tints.length] }) },
  { keys: ["f"], label: "key.follow", run: () => move({ look: null }) },
  { keys: ["p"], label: "key.predict", run: () => move({ predict: !place().predict }) },
  { keys: ["c"], label: "key.compare", run: () => document.getElementById("compare-file")?.click() },
  { keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], label: "key.panel", run: (_, key) => jump(Number(key) - 1) },
  { keys: ["d"], label: "key.theme", run: () => move({ theme: document.documentElement.dataset.theme === "dark" ? "light" : "dark" }) },
  { keys: ["g"], label: "key.language", run: () => move({ lang: place().lang === "en" ? "zh-TW" : "en" }) },
  { keys: ["?"], label: "key.help", run: (actions) => actions.help() },
];

/**
 * Keys that a focused control uses itself.
 * @param {EventTarget | null} target @param {string} key
 */
function usedByControl(target, key) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("input, textarea, select, dialog[open]")) return true;
  return target.closest("[role=slider], [role=radiogroup]") !== null && (key === "Enter" || key === " ");
}

/** @param {Actions} actions */
export function listenToKeys(actions) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (usedByControl(event.target, event.key)) return;
    const binding = bindings.find((b) => b.keys.includes(event.key));
    if (!binding) return;
    event.preventDefault();
    binding.run(actions, event.key);
  });
}
