// Where the page's data comes from. A saved page and a dropped file are read here; a live engine gives the same
// interface later. Called by: main, the compare panel.

import { base64Bytes, inflate } from "./decode.js";
import { TraceProblem, checkedTrace } from "./check.js";
import { AttentionWeights } from "./weights.js";

/** Largest trace the page unpacks, in bytes. */
const traceBytesLimit = 1 << 30;

/**
 * All the page knows of a run. `trace` may grow at its end in a live source, which then calls the listeners.
 * `attention` is null when the run recorded none; its layers are unpacked as they are asked for.
 * @typedef {{ trace: import("../base/types.js").Trace, attention: AttentionWeights | null,
 *   onGrowth: (listener: () => void) => void }} TraceSource
 */

/**
 * The source of the trace inside this page.
 * @returns {Promise<TraceSource>}
 */
export async function pageSource() {
  const holder = document.getElementById("trace");
  const text = holder?.textContent ?? "";
  let bytes;
  try {
    bytes = await inflate(base64Bytes(text), traceBytesLimit);
  } catch (error) {
    throw new TraceProblem("problem.packed", { why: String(error instanceof Error ? error.message : error) });
  }
  holder?.remove();
  return sourceOf(new TextDecoder().decode(bytes));
}

/**
 * The source of a file: trace.json, or a page like this one.
 * @param {Blob} file @returns {Promise<TraceSource>}
 */
export async function fileSource(file) {
  const text = await file.text();
  if (!/^\s*</.test(text)) return sourceOf(text);
  const start = text.indexOf('id="trace">');
  const end = text.indexOf("<", start);
  if (start < 0 || end < 0) throw new TraceProblem("problem.format");
  let bytes;
  try {
    bytes = await inflate(base64Bytes(text.slice(start + 'id="trace">'.length, end)), traceBytesLimit);
  } catch (error) {
    throw new TraceProblem("problem.packed", { why: String(error instanceof Error ? error.message : error) });
  }
  return sourceOf(new TextDecoder().decode(bytes));
}

/**
 * @param {string} text
 * @returns {TraceSource}
 */
function sourceOf(text) {
  const trace = checkedTrace(text);
  const packed = trace.attention;
  trace.attention = null;
  return { trace, attention: packed ? new AttentionWeights(packed, trace) : null, onGrowth() {} };
}
