// The words of a lesson as elements: paragraphs, lists, and lines that stand as they are because they begin with a blank.

import { el } from "../base/dom.js";

/**
 * @param {string} text
 * @returns {HTMLElement[]}
 */
export function prose(text) {
  /** @type {HTMLElement[]} */
  const made = [];
  for (const block of text.split(/\n\s*\n/)) {
    const lines = block.split("\n").filter((line) => line !== "");
    while (lines.length > 0) made.push(taken(lines));
  }
  return made;
}

/**
 * Takes the lines of one element off the front.
 * @param {string[]} lines
 */
function taken(lines) {
  /** @param {(line: string) => boolean} belongs */
  const run = (belongs) => {
    const count = lines.findIndex((line) => !belongs(line));
    return lines.splice(0, count < 0 ? lines.length : count);
  };
  const first = lines[0] ?? "";
  if (first.startsWith(" ")) return asTheyStand(run((line) => line.startsWith(" ")).map((line) => line.slice(1)));
  if (first.startsWith("- ")) {
    /** @type {string[]} */
    const items = [];
    // A line without a dash goes on with the item before.
    for (const line of run((line) => !line.startsWith(" "))) {
      if (line.startsWith("- ")) items.push(line.slice(2));
      else items.push(joined(items.pop() ?? "", line));
    }
    return el("ul", {}, items.map((item) => el("li", {}, item)));
  }
  return el("p", {}, run((line) => !line.startsWith(" ") && !line.startsWith("- ")).reduce(joined));
}

/**
 * Lines that keep their blanks; where they are wider than the window, the keyboard can scroll them.
 * @param {string[]} lines
 */
function asTheyStand(lines) {
  const block = el("pre", { class: "scroller" }, lines.join("\n"));
  new ResizeObserver(() => {
    const attributes = { tabindex: "0", role: "region", "aria-label": lines[0] ?? "" };
    for (const [name, value] of Object.entries(attributes)) {
      if (block.scrollWidth > block.clientWidth) block.setAttribute(name, value);
      else block.removeAttribute(name);
    }
  }).observe(block);
  return block;
}

/**
 * Two lines of one paragraph: Chinese has no blank where a line ends.
 * @param {string} before @param {string} line
 */
function joined(before, line) {
  return before + (/[\u2E80-\uFFEF]$/.test(before) || /^[\u2E80-\uFFEF]/.test(line) ? "" : " ") + line;
}
