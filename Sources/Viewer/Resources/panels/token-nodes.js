// A token as it stands in a line of text.

import { el } from "../base/dom.js";
import { t } from "../base/strings.js";
import { tokenParts } from "../base/bytes.js";
import { byteMark, plain, tokenLabel } from "../base/format.js";

/** @typedef {import("../base/types.js").Token} Token */

/** Characters of a token that are set out; longer ones are cut, and their length is said. */
const longestText = 401;

/**
 * The text of a token as nodes: spaces get a faint dot, line ends a sign, unfinished characters their bytes.
 * @param {Token} token
 * @returns {Node[]}
 */
export function tokenNodes(token) {
  if (token.special && token.text !== "") return [el("span", { class: "special" }, plain(token.text))];
  const parts = tokenParts(token, longestText);
  if (parts.length === 0) return [el("span", { class: "unfinished" }, byteMark(token.bytes))];
  return parts.flatMap(({ text, raw }) => (raw ? [el("span", { class: "unfinished" }, byteMark(text))] : textNodes(text)));
}

/**
 * @param {string} text
 * @returns {Node[]}
 */
function textNodes(text) {
  return plain(text).split(/([ \n\t])/).filter((part) => part !== "").map((part) => {
    if (part === " ") return el("span", { class: "space" }, " ");
    if (part === "\t") return el("span", { class: "sign" }, "⇥\t");
    return part === "\n" ? el("span", { class: "sign" }, "↵\n") : document.createTextNode(part);
  });
}

/**
 * @param {Token} token
 * @param {number} position @param {number} promptLength @param {{ sign: string, told: string }[]} acts what was done here by hand
 */
export function tokenSpan(token, position, promptLength, acts) {
  const role = position < promptLength ? "prompt" : "output";
  const told = acts.map((act) => act.told).join(t("list.comma"));
  return el("span", { class: acts.length > 0 ? `token ${role} acted` : `token ${role}`, role: "button", tabindex: -1, "data-position": position,
    "data-act": acts.length > 0 ? acts.map((act) => act.sign).join("") : null, title: told || null,
    "aria-label": [tokenLabel(token), told].filter((part) => part !== "").join(t("list.comma")) }, tokenNodes(token));
}
