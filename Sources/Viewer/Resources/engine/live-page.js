// What of an engine this page carries, and the run that a page without a record begins with.

import { place } from "../base/place.js";
import { inflate, packedBytes } from "../data/decode.js";
import { TraceProblem } from "../data/check.js";
import { takeElement } from "../data/source.js";
import { EngineClient, elsewhere } from "./engine-client.js";
import { LiveRun } from "./live-run.js";

/**
 * A file of the model: its bytes, how many its zlib stream in the page has, and how they stand in it: 2: those at even
 * places first, then the others.
 * @typedef {{ name: string, count: number, stride: number, packed: number }} FileFacts
 */

/** The prompts that a new page shows, by language. */
const firstPrompts = { en: "The capital of France is", "zh-TW": "法國的首都是" };

/** The engine inside this page, not begun yet; null where there is none. */
export function engineInPage() {
  const packed = takeElement("engine").trim();
  const worker = takeElement("worker");
  const facts = /** @type {{ opensModels?: boolean, name?: string, sha256?: string, files?: FileFacts[] }} */ (JSON.parse(takeElement("model-facts").trim() || "{}"));
  const model = takeElement("model").trim();
  if (packed === "") return elsewhere.make?.() ?? null;
  const parts = filesOf(model, facts.files ?? []);
  return new LiveRun(new EngineClient(packed, worker, facts.opensModels === true), { name: facts.name ?? "", ...(facts.sha256 ? { sha256: facts.sha256 } : {}), parts });
}

/**
 * The files of the model inside this page, each a zlib stream; the streams stand one after another in one text.
 * @param {string} text @param {FileFacts[]} files
 */
function filesOf(text, files) {
  /** @type {Uint8Array | null} */
  let whole = null;
  let from = 0;
  return files.map(({ name, count, stride, packed }) => {
    const start = from;
    from += packed;
    const bytes = async () => {
      whole ??= packedBytes(text);
      // Unpacked each time: what is handed over is gone here, and a model may be opened again.
      const bytes = await inflate(whole.subarray(start, start + packed), count);
      return stride === 2 ? together(bytes) : bytes;
    };
    return { name, bytes };
  });
}

/**
 * Bytes of which those at even places stand first, in order again.
 * @param {Uint8Array} apart
 */
function together(apart) {
  const bytes = new Uint8Array(apart.length);
  const evens = (apart.length + 1) >> 1;
  for (let i = 0; i < evens; i += 1) bytes[2 * i] = /** @type {number} */ (apart[i]);
  for (let i = evens; i < apart.length; i += 1) bytes[2 * (i - evens) + 1] = /** @type {number} */ (apart[i]);
  return bytes;
}

/**
 * A run of which only the prompt was read.
 * @param {LiveRun | null} engine
 */
export async function firstRun(engine) {
  if (!engine?.hasModel) throw new TraceProblem("problem.format");
  if (!(await elsewhere.resume?.(engine))) await engine.begin(firstPrompts[place().lang], { temperature: "0" });
  if (!engine.source) throw new Error("the engine gave no run");
  return engine.source;
}

/** @param {"en" | "zh-TW"} lang */
export function firstPrompt(lang) {
  return firstPrompts[lang];
}
