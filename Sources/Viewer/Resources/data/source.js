// Where the page's data comes from: a saved page and a dropped file are read here, and a run may grow while it is shown.

import { base64Bytes, inflate } from "./decode.js";
import { TraceProblem, checkedTrace } from "./check.js";
import { AttentionWeights } from "./weights.js";

/** Largest trace the page unpacks, in bytes. */
const traceBytesLimit = 1 << 29;

/**
 * All the page knows of a run. `trace` may grow at its end. `attention` is null when the run recorded none; its layers
 * are unpacked as they are asked for. What shows a run reads both when it draws, and keeps no part of them.
 */
export class TraceSource {
  /**
   * @param {import("../base/types.js").Trace} trace @param {import("../base/types.js").AttentionText | null} attention
   */
  constructor(trace, attention) {
    this.trace = trace;
    /** @type {import("./weights.js").Weights | null} */
    this.attention = attention ? new AttentionWeights(attention, trace) : null;
    /**
     * Each step as a story, as far as they are told.
     * @type {(import("../base/types.js").Story | undefined)[]}
     */
    this.stories = [];
    /**
     * The engine behind the run, where this page has one.
     * @type {import("../engine/live-run.js").LiveRun | null}
     */
    this.live = null;
    /**
     * The bytes of the trace.json that this came from, where the page holds them.
     * @type {(() => Promise<Uint8Array>) | null}
     */
    this.file = null;
    /**
     * The number under which the engine has it, where it was taken from there.
     * @type {number | null}
     */
    this.run = null;
    /** @type {(() => void)[]} */
    this.listeners = [];
    /** @type {((step: number | null) => void)[]} */
    this.replacementListeners = [];
  }

  /** @param {() => void} listener runs each time the run has grown */
  onGrowth(listener) {
    this.listeners.push(listener);
  }

  /**
   * Adds steps at the run's end, with the other parts of the trace that changed by them.
   * @param {Partial<import("../base/types.js").Trace>} more its `steps` are the new ones, all else stands for what was
   */
  grow(more) {
    const { steps, attention, ...rest } = more;
    this.trace.steps.push(...(steps ?? []));
    Object.assign(this.trace, rest);
    if (attention) this.attention = new AttentionWeights(attention, this.trace);
    for (const listener of this.listeners) listener();
  }

  /** @param {(step: number | null) => void} listener runs each time another run has taken this one's place, with where to look at it */
  onReplacement(listener) {
    this.replacementListeners.push(listener);
  }

  /**
   * Another run in this one's place.
   * @param {import("../base/types.js").Trace} trace @param {import("./weights.js").Weights | null} attention
   * @param {import("../base/types.js").Story[]} stories
   * @param {number | null} [step] where to look at it; null: where the reader is
   */
  replace(trace, attention, stories, step = null) {
    this.trace = trace;
    this.attention = attention;
    this.stories = stories;
    for (const listener of this.replacementListeners) listener(step);
  }
}

/**
 * The text of one of this page's data elements, which is taken out of the page: it can be most of it.
 * @param {string} id
 */
export function takeElement(id) {
  const element = document.getElementById(id);
  element?.remove();
  return element?.textContent ?? "";
}

/**
 * The source of the trace inside this page; null in a page that makes its own.
 * @returns {Promise<TraceSource | null>}
 */
export async function pageSource() {
  const trace = takeElement("trace");
  const attention = takeElement("attention");
  const stories = takeElement("stories").trim();
  if (trace.trim() === "") return null;
  const source = await packedSource(trace, attention);
  if (stories !== "") source.stories = JSON.parse(new TextDecoder().decode(await inflate(base64Bytes(stories), traceBytesLimit)));
  return source;
}

/**
 * The source of the second trace inside this page; null where there is none, and once it was taken.
 * @returns {Promise<TraceSource | null>}
 */
export async function secondSource() {
  const packed = takeElement("second").trim();
  return packed === "" ? null : packedSource(packed, "");
}

/**
 * The source of a file: trace.json, or a page like this one.
 * @param {Blob} file @returns {Promise<TraceSource>}
 */
export async function fileSource(file) {
  const text = await file.text();
  if (!/^\s*</.test(text)) {
    const source = sourceOf(text, "");
    source.file = async () => new Uint8Array(await file.arrayBuffer());
    return source;
  }
  const trace = elementText(text, "trace");
  if (trace === null) throw new TraceProblem("problem.format");
  return packedSource(trace, elementText(text, "attention") ?? "");
}

/**
 * What stands in one of a page's data elements; neither kind of data holds a "<".
 * @param {string} page @param {string} id
 */
function elementText(page, id) {
  const opening = `id="${id}">`;
  const start = page.indexOf(opening);
  const end = page.indexOf("<", start);
  return start < 0 || end < 0 ? null : page.slice(start + opening.length, end);
}

/**
 * @param {string} packed zlib in base64 @param {string} attention JSON, or nothing
 */
async function packedSource(packed, attention) {
  const unpacked = () => inflate(base64Bytes(packed), traceBytesLimit);
  let bytes;
  try {
    bytes = await unpacked();
  } catch (error) {
    throw new TraceProblem("problem.packed", { why: String(error instanceof Error ? error.message : error) });
  }
  const source = sourceOf(new TextDecoder().decode(bytes), attention);
  // The whole file again, with the attention that the page keeps apart in its place, on a line of its own.
  source.file = async () => {
    const text = new TextDecoder().decode(await unpacked());
    return new TextEncoder().encode(attention.trim() === "" ? text : text.replace('\n"attention":null', () => `\n"attention":${attention}`));
  };
  return source;
}

/**
 * The source of a trace.json.
 * @param {string} text
 */
export function textSource(text) {
  return sourceOf(text, "");
}

/**
 * @param {string} text trace.json @param {string} apart the attention that was taken out of it, or nothing
 * @returns {TraceSource}
 */
function sourceOf(text, apart) {
  const trace = checkedTrace(text);
  let packed = trace.attention;
  if (!packed && apart.trim() !== "") {
    try {
      packed = JSON.parse(apart);
    } catch (error) {
      throw new TraceProblem("problem.attention", { why: String(error instanceof Error ? error.message : error) });
    }
  }
  trace.attention = null;
  return new TraceSource(trace, packed);
}
