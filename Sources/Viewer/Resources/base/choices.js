// A few choices of which one is taken: a row of buttons that is one stop of the Tab key, in which the arrows choose.

import { el } from "./dom.js";

const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * @typedef {{ value: string, text: string, disabled?: boolean }} Choice
 */

/**
 * @param {string} label the group's name @param {Choice[]} options @param {string} current the value that is taken
 * @param {(value: string) => void} choose makes the group anew, with the new value taken
 */
export function choices(label, options, current, choose) {
  const open = options.filter((option) => !option.disabled);
  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = steps[/** @type {keyof typeof steps} */ (event.key)];
    const at = { Home: 0, End: open.length - 1 }[event.key]
      ?? (by === undefined ? undefined : (open.findIndex((option) => option.value === current) + by + open.length) % open.length);
    if (at === undefined) return;
    // The page's own arrow keys step; here they must not.
    event.preventDefault();
    event.stopPropagation();
    const next = open[at];
    if (next && next.value !== current) choose(next.value);
  };
  return el("span", { class: "choices", role: "radiogroup", "aria-label": label, on: { keydown: keys } }, options.map((option) =>
    el("button", { type: "button", role: "radio", "aria-checked": String(option.value === current), tabindex: option.value === current ? 0 : -1,
      disabled: option.disabled, on: { click: () => choose(option.value) } }, option.text)));
}
