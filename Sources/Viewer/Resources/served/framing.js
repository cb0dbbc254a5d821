// Messages as bodies of requests, and back.

/**
 * Parts with their lengths before them, the lowest byte first.
 * @param {Uint8Array[]} parts
 */
export function framed(parts) {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length, true);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return bytes;
}

/**
 * @param {Uint8Array} bytes
 */
export function taken(bytes) {
  const view = new DataView(bytes.buffer);
  /** @type {Uint8Array[]} */
  const parts = [];
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint32(at, true);
    parts.push(bytes.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return parts;
}

/** @param {string} text base64 */
export function bytesOf(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
