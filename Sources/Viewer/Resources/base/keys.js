// The keyboard: panels bind the keys they answer; the listener and the help read one list.

import { t, words } from "./strings.js";
import { choose } from "./place.js";
import { isPresenting } from "./presenting.js";

words({
  "key.panel": ["go to a panel", "跳到某個面板"],
});

/**
 * `label` is a key of the words, `order` the place in the help. Without `when` the keys are always bound.
 * @typedef {{ keys: string[], label: string, order: number, when?: () => boolean, run: (key: string) => void }} Binding
 */

/** @type {Binding[]} */
const bindings = [];

/**
 * Binds keys; two bindings of one key are a mistake of ours.
 * @param {Binding} binding
 */
export function bind(binding) {
  const taken = binding.keys.find((key) => bindings.some((other) => other.keys.includes(key)));
  if (taken !== undefined) throw new Error(`the key "${taken}" is bound twice`);
  bindings.push(binding);
  bindings.sort((a, b) => a.order - b.order);
}

/** All bindings with what they do, in the order of the help. */
export function keyList() {
  return bindings.map((binding) => ({ keys: binding.keys, told: t(binding.label) }));
}

/**
 * Does what a key does.
 * @param {string} key
 * @returns {boolean} whether it is bound
 */
export function press(key) {
  const binding = bindings.find((one) => one.keys.includes(key) && (one.when?.() ?? true));
  binding?.run(key);
  return binding !== undefined;
}

/**
 * To the panel's title, so that the keyboard is there too.
 * @param {number} index among the panels on show
 */
function jump(index) {
  const titles = [...document.querySelectorAll(".panel:not([hidden]) h2")];
  const title = titles[index];
  if (!(title instanceof HTMLElement)) return;
  if (isPresenting()) return choose("panel", title.closest(".panel")?.id ?? "");
  title.focus({ preventScroll: true });
  title.closest(".panel")?.scrollIntoView({ block: "start" });
}

bind({ keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], label: "key.panel", order: 130, run: (key) => jump(Number(key) - 1) });

/**
 * Keys that a focused control uses itself.
 * @param {EventTarget | null} target @param {string} key
 */
function usedByControl(target, key) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("input, textarea, select, dialog[open]")) return true;
  return target.closest("[role=slider], [role=radiogroup]") !== null && (key === "Enter" || key === " ");
}

/** Listens to the keyboard from now on. */
export function listenToKeys() {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (usedByControl(event.target, event.key)) return;
    if (press(event.key)) event.preventDefault();
  });
}
