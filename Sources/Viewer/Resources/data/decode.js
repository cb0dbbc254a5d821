// Bytes from the text they travel in: base64, the page's own denser text, zlib.

/**
 * Base64 to bytes; throws on anything else.
 * @param {string} text
 * @returns {Uint8Array}
 */
export function base64Bytes(text) {
  const native = /** @type {any} */ (Uint8Array).fromBase64;
  if (native) return native(text.trim());
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** The value of each character of the page's dense text: printable ASCII but for `"`, `&` and `<`. */
const values = (() => {
  const places = new Uint8Array(128).fill(255);
  let place = 0;
  for (let code = 33; code < 127; code += 1) {
    if (code === 34 || code === 38 || code === 60) continue;
    places[code] = place;
    place += 1;
  }
  return places;
})();

/**
 * The page's dense text to bytes: two characters a, b are 13 bits, a + 91 · b; one at the end is 6. Throws on anything
 * else.
 * @param {string} text
 * @returns {Uint8Array}
 */
export function packedBytes(text) {
  const pairs = text.length >> 1;
  const bytes = new Uint8Array((pairs * 13 + (text.length & 1) * 6) >> 3);
  let [bits, held, at, wrong] = [0, 0, 0, 0];
  const value = (/** @type {number} */ place) => {
    const code = text.charCodeAt(place);
    const found = code < 128 ? /** @type {number} */ (values[code]) : 255;
    wrong |= found & 128;
    return found;
  };
  for (let place = 0; place + 1 < text.length; place += 2) {
    const pair = value(place) + 91 * value(place + 1);
    wrong |= pair > 8191 ? 128 : 0;
    bits |= pair << held;
    held += 13;
    bytes[at] = bits;
    at += 1;
    bits >>>= 8;
    held -= 8;
    if (held >= 8) {
      bytes[at] = bits;
      at += 1;
      bits >>>= 8;
      held -= 8;
    }
  }
  if (text.length & 1) {
    const last = value(text.length - 1);
    wrong |= last > 63 ? 128 : 0;
    bytes[at] = bits | (last << held);
  }
  if (wrong) throw new Error("the packed text has characters that do not belong there");
  return bytes;
}

/**
 * Undoes zlib with the browser's own decompressor, which works off the main thread. Stops at `limit` bytes, so a
 * small file cannot fill the memory.
 * @param {Uint8Array} bytes @param {number} limit
 * @returns {Promise<Uint8Array>}
 */
export async function inflate(bytes, limit) {
  // No run repeats itself so much that it becomes two hundred times smaller; what is made to do so does.
  limit = Math.min(limit, 200 * bytes.length + (1 << 24));
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const reader = stream.readable.getReader();
  /** @type {Uint8Array[]} */
  const chunks = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      reader.cancel().catch(() => {});
      throw new Error(`unpacks to more than ${limit} bytes`);
    }
    chunks.push(value);
  }
  if (chunks.length === 1) return /** @type {Uint8Array} */ (chunks[0]);
  const whole = new Uint8Array(length);
  let place = 0;
  for (const chunk of chunks) {
    whole.set(chunk, place);
    place += chunk.length;
  }
  return whole;
}
