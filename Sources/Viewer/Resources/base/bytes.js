// Bytes written as hexadecimal, and the text they spell.

const decoder = new TextDecoder("utf-8", { fatal: true });

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
