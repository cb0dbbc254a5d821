// Numbers, sizes and tokens as the page writes them.

import { joined, tokenParts } from "./bytes.js";

/**
 * @param {number} x
 * @param {number} digits
 */
export function fixed(x, digits) {
  const text = x.toFixed(digits);
  return /[1-9]/.test(text) ? text.replace("-", "−") : text.replace("-", "");
}

/**
 * A probability as a percentage with as many digits as matter: 97.2 %, 0.41 %, 0.0032 %, ~0.
 * @param {number} p
 */
export function percent(p) {
  const x = p * 100;
  if (x === 0 || x === 100) return `${x}\u00a0%`;
  if (x < 0.0001) return "<\u00a00.0001\u00a0%";
  if (x >= 99.995) return x > 100 ? "100\u00a0%" : ">\u00a099.99\u00a0%";
  const digits = x >= 99.95 ? 2 : x >= 10 ? 1 : x >= 0.1 ? 2 : x >= 0.01 ? 3 : x >= 0.001 ? 4 : 5;
  return `${x.toFixed(digits)}\u00a0%`;
}

/** The number that people call the first step by. */
let firstStep = 1;

/** From here on steps count from 0, as the course does, whose questions and answers name them. */
export function countStepsFromZero() {
  firstStep = 0;
}

/** Whether steps count from 0. */
export function stepsCountFromZero() {
  return firstStep === 0;
}

/**
 * A step as people call it.
 * @param {number} index from 0
 */
export function stepNumber(index) {
  return index + firstStep;
}

/**
 * A logit.
 * @param {number} x
 */
export function logit(x) {
  return fixed(x, 2);
}

/** @param {number} n */
export function count(n) {
  return Math.round(n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * Decimal units, as the command prints them.
 * @param {number} n
 */
export function byteSize(n) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit += 1;
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)}\u00a0${units[unit]}`;
}

/** @param {number} s */
export function seconds(s) {
  if (s >= 100) return `${Math.round(s)}\u00a0s`;
  if (s >= 1) return `${s.toFixed(2)}\u00a0s`;
  if (s >= 0.1) return `${Math.round(s * 1000)}\u00a0ms`;
  if (s >= 0.001) return `${(s * 1000).toFixed(1)}\u00a0ms`;
  return `${Math.round(s * 1e6)}\u00a0µs`;
}

/**
 * A share known to so many decimals, as a percentage with no more than they allow; what would read as nothing or as all,
 * and is not, says so.
 * @param {number} x 0…1 @param {number} decimals
 */
export function percentTo(x, decimals) {
  const digits = Math.max(0, decimals - 2);
  const least = 10 ** -digits;
  if (x > 0 && 100 * x < least / 2) return `<\u00a0${least.toFixed(digits)}\u00a0%`;
  if (x < 1 && 100 * (1 - x) < least / 2) return `>\u00a0${(100 - least).toFixed(digits)}\u00a0%`;
  const own = percent(x);
  const coarse = `${(100 * x).toFixed(digits)}\u00a0%`;
  return own.length <= coarse.length ? own : coarse;
}

/**
 * A difference of two probabilities in percentage points, with its sign.
 * @param {number} x
 */
export function points(x) {
  const size = Math.abs(100 * x);
  const digits = size >= 10 ? 1 : size >= 0.1 ? 2 : 3;
  if (size > 0 && size < 0.0005) return x > 0 ? "<\u00a0+0.001" : ">\u00a0−0.001";
  return `${x > 0 ? "+" : x < 0 ? "−" : ""}${size === 0 ? "0" : size.toFixed(digits)}`;
}

/** Characters that would turn the direction of the text around them, or hide. */
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/**
 * Text as it may stand on the page: control and direction characters become visible codes; long texts are cut with
 * their length said.
 * @param {string} text @param {number} [limit]
 */
export function plain(text, limit = 400) {
  const cut = text.length > limit ? `${text.slice(0, limit)}… (${count(text.length)})` : text;
  return cut.replace(unsafe, (c) => `⟨U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

/**
 * "E5 8F B0" from "e58fb0".
 * @param {string} hex
 */
export function spacedHex(hex) {
  return (hex.slice(0, 96).match(/../g) ?? []).join(" ").toUpperCase() + (hex.length > 96 ? " …" : "");
}

/**
 * Bytes that are no whole character: "⟨E5 8F⟩", as in the PNG figures.
 * @param {string} hex
 */
export function byteMark(hex) {
  return `⟨${spacedHex(hex)}⟩`;
}

/** Letters that are read from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and their kin. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A text that may stand among others: where it is read from right to left it stands between two signs that keep its
 * direction to itself, on the page, in pictures and in names for screen readers alike.
 * @param {string} text
 */
export function isolated(text) {
  return rightToLeft.test(text) ? `\u2068${text}\u2069` : text;
}

/**
 * Which way a text is read: the way of its first letter.
 * @param {string} text
 */
export function directionOf(text) {
  return rightToLeft.test(text.match(/\p{L}/u)?.[0] ?? "") ? "rtl" : "ltr";
}

/**
 * Text with its spaces and line ends visible.
 * @param {string} text @param {number} limit
 */
function signed(text, limit) {
  return plain(text, limit).replace(/ /g, "␣").replace(/\n/g, "↵").replace(/\t/g, "⇥");
}

/**
 * The text of tokens that follow each other, with the bytes of a character that is not whole yet.
 * @param {{ text: string, bytes: string }[]} tokens @param {number} [limit]
 */
export function joinedText(tokens, limit) {
  const { text, unfinished } = joined(tokens);
  return plain(text, limit) + (unfinished ? byteMark(unfinished) : "");
}

/**
 * The end of what tokens spell, on one line, with its blanks to be seen.
 * @param {{ text: string, bytes: string }[]} tokens @param {number} room characters at most
 */
export function endOfText(tokens, room) {
  const { text, unfinished } = joined(tokens);
  const shown = [...text];
  const cut = shown.length > room ? `…${shown.slice(1 - room).join("")}` : text;
  return signed(cut, Infinity) + (unfinished ? byteMark(unfinished) : "");
}

/**
 * A token on one line, for lists and labels: spaces and line ends visible, bytes where it is no whole character, its
 * number where not even those are known.
 * @param {{ text: string, bytes?: string, id?: number }} token @param {number} [limit]
 */
export function tokenLabel(token, limit = 40) {
  if (token.bytes === undefined && token.id !== undefined && /^\ufffd*$/.test(token.text)) return `⟨#${token.id}⟩`;
  const parts = tokenParts(token, limit).map((part) => (part.raw ? byteMark(part.text) : signed(part.text, limit)));
  return isolated(parts.join("") || byteMark(token.bytes ?? ""));
}

/**
 * A bound on probabilities in percentage points, rounded up.
 * @param {number} bound
 */
export function within(bound) {
  const digits = bound >= 0.01 ? 1 : bound >= 1e-4 ? 3 : 6;
  return `±${(Math.ceil(bound * 100 * 10 ** digits) / 10 ** digits).toFixed(digits)}\u00a0%`;
}
