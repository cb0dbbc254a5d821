// Numbers, sizes and tokens as the page writes them. Called by: every panel.

/**
 * @param {number} x
 * @param {number} digits
 */
export function fixed(x, digits) {
  return x.toFixed(digits).replace("-", "−");
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
 * Binary prefixes, as memory is measured.
 * @param {number} n
 */
export function byteSize(n) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) {
    n /= 1024;
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
 * "e5 8f b0" from "e58fb0".
 * @param {string} hex
 */
export function spacedHex(hex) {
  return (hex.slice(0, 96).match(/../g) ?? []).join(" ") + (hex.length > 96 ? " …" : "");
}

/**
 * A token on one line, for lists and labels: spaces and line ends visible, bytes where it is no whole character.
 * @param {{ text: string, bytes?: string }} token @param {number} [limit]
 */
export function tokenLabel(token, limit = 40) {
  if (token.text === "" || token.text === "\ufffd") return token.bytes ? `⟨${spacedHex(token.bytes)}⟩` : "⟨⟩";
  return plain(token.text, limit).replace(/ /g, "␣").replace(/\n/g, "↵").replace(/\t/g, "⇥");
}
