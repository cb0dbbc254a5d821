// Bytes from the text they travel in: base64, zlib.

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

/**
 * Undoes zlib with the browser's own decompressor, which works off the main thread. Stops at `limit` bytes, so a
 * small file cannot fill the memory.
 * @param {Uint8Array} bytes @param {number} limit
 * @returns {Promise<Uint8Array>}
 */
export async function inflate(bytes, limit) {
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
