// Bytes written as hexadecimal, and the text they spell.

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Bytes of a character at most. */
const longestCharacter = 4;

/**
 * The text that bytes spell, or null when they are no whole characters.
 * @param {string} hex
 */
export function spelled(hex) {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/**
 * How many bytes the UTF-8 character takes that begins with this byte; 0 where none does.
 * @param {number} byte
 */
function lengthOf(byte) {
  if (byte < 0x80) return 1;
  if (byte >= 0xc2 && byte < 0xe0) return 2;
  if (byte >= 0xe0 && byte < 0xf0) return 3;
  return byte >= 0xf0 && byte < 0xf5 ? 4 : 0;
}

/**
 * A token in pieces: text where its bytes are whole characters, and bytes where they are not, so that none vanishes. A
 * token that completes a character shows its own bytes, then the character.
 * @param {{ text: string, bytes?: string }} token @param {number} [limit] characters looked at
 * @returns {{ text: string, raw: boolean }[]} `text` is hexadecimal where `raw`
 */
export function tokenParts(token, limit = Infinity) {
  const { text } = token;
  const hex = (token.bytes ?? "").slice(0, limit * longestCharacter * 2);
  const own = spelled(token.bytes ?? "");
  // A sign at the beginning stands for bytes of the tokens before, which show themselves.
  if (text !== "" && (hex === "" || own !== null)) return [{ text: own && text.endsWith(own) ? own : text, raw: false }];
  const pairs = hex.match(/../g) ?? [];
  /** @type {{ text: string, raw: boolean }[]} */
  const parts = [];
  const add = (/** @type {string} */ more, /** @type {boolean} */ raw) => {
    const last = parts.at(-1);
    if (last && last.raw === raw) last.text += more;
    else parts.push({ text: more, raw });
  };
  let begun = true;
  for (let at = 0; at < pairs.length;) {
    const length = lengthOf(parseInt(pairs[at] ?? "", 16));
    const character = length > 0 ? spelled(pairs.slice(at, at + length).join("")) : null;
    const whole = text !== "" && character !== null && at + length <= pairs.length;
    add(whole ? character : pairs[at] ?? "", !whole);
    at += whole ? length : 1;
    // The bytes that end a character begun in an earlier token.
    begun &&= isContinuation(pairs[at - 1]);
    const first = [...text][0];
    if (begun && first !== undefined && first !== "\ufffd" && !isContinuation(pairs[at])) {
      add(first, false);
      begun = false;
    }
  }
  return parts;
}

/** @param {string | undefined} pair two hexadecimal digits */
function isContinuation(pair) {
  return pair !== undefined && /^[89ab]/i.test(pair);
}

/**
 * The text of tokens that follow each other: whole characters, and the bytes of one that the last tokens do not complete.
 * @param {{ text: string, bytes: string }[]} tokens
 * @returns {{ text: string, unfinished: string }} `unfinished` in hexadecimal
 */
export function joined(tokens) {
  const text = tokens.map((token) => token.text).join("");
  const pairs = tokens.slice(-longestCharacter).map((token) => token.bytes).join("").slice(-2 * (longestCharacter - 1)).match(/../g) ?? [];
  const start = pairs.map(isContinuation).lastIndexOf(false);
  const isBegun = start >= 0 && lengthOf(parseInt(pairs[start] ?? "", 16)) > pairs.length - start;
  // The last token of a run has a sign where the rest never came.
  return isBegun ? { text: text.replace(/\ufffd$/, ""), unfinished: pairs.slice(start).join("") } : { text, unfinished: "" };
}
