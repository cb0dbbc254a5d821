// How the page asks the engine: in a worker where the browser lets it have one, else in the page itself.

import { inflate, packedBytes } from "../data/decode.js";
import { joinColumns } from "../data/columns.js";
import { unpackLZMA } from "../data/lzma.js";
import { place } from "../base/place.js";
import { EngineModule } from "./engine-module.js";

/** @typedef {import("./engine-module.js").Reply} Reply */
/** @typedef {{ en: string, "zh-TW": string }} Phrase */

/** Largest module that the page unpacks, in bytes. */
const moduleLimit = 1 << 26;

/** What the engine says is wrong with a request, in both languages. */
export class EngineProblem extends Error {
  /** @param {string} kind @param {Phrase} phrase @param {{ start?: number, end?: number }} [where] UTF-8 offsets in a question */
  constructor(kind, phrase, where = {}) {
    super(phrase.en);
    this.kind = kind;
    this.phrase = phrase;
    this.where = where;
  }
}

/** The engine is gone, and its models and runs with it. */
export class EngineStopped extends Error {}

/**
 * The way to an engine that is not inside the page, and to the run that it still has of this page; where a page has neither
 * they stay null.
 * @type {{ make: (() => import("./live-run.js").LiveRun) | null, resume: ((live: import("./live-run.js").LiveRun) => Promise<boolean>) | null }}
 */
export const elsewhere = { make: null, resume: null };

/**
 * A phrase of the engine in the reader's language.
 * @param {Phrase} phrase
 */
export function spoken(phrase) {
  return phrase[place().lang];
}

/**
 * The engine of this page; begun at the first request.
 *
 * There are two. The whole one opens models and answers all requests. The one for records, which a page without a model
 * carries, answers `sample`, `load` (without `model`), `run`, `end`, `steps`, `attention` and `ask`: stages over logits, and
 * questions about the record. All others it refuses in words, so ask `opensModels` first.
 */
export class EngineClient {
  /**
   * @param {string} packed the module in the page's dense text: by zlib, which browsers unpack fast, or the smaller one by
   *   LZMA, which they do not and which is smaller still
   * @param {string} workerText the worker's script
   * @param {boolean} opensModels which of the two it is
   */
  constructor(packed, workerText, opensModels) {
    this.packed = packed;
    this.workerText = workerText;
    this.opensModels = opensModels;
    this.last = 0;
    /** @type {Map<number, { resolve: (reply: Reply) => void, reject: (error: Error) => void }>} */
    this.waiting = new Map();
    /** @type {Promise<void> | null} */
    this.begun = null;
    /** Whether a request can be sent at once. */
    this.isReady = false;
    /** @type {Worker | null} */
    this.worker = null;
    /** @type {EngineModule | null} */
    this.here = null;
    /**
     * Tells those who hold models and runs that they are gone.
     * @type {(() => void)[]}
     */
    this.onStop = [];
  }

  /** Makes the engine, once; again after it stopped. */
  begin() {
    this.begun ??= this.make().catch((error) => { this.begun = null; throw error; });
    return this.begun;
  }

  async make() {
    const packed = packedBytes(this.packed);
    const module = this.opensModels ? await inflate(packed, moduleLimit) : joinColumns(unpackLZMA(packed, moduleLimit));
    try {
      await this.beginWorker(module);
    } catch {
      // Some browsers give a page from disk no worker: the same module runs here then, in shorter pieces.
      this.worker?.terminate();
      this.worker = null;
      this.here = await EngineModule.make(/** @type {BufferSource} */ (module));
    }
    this.isReady = true;
    document.documentElement.dataset.engine = "ready";
  }

  /** Whether somebody waits for an answer. */
  get isAsked() {
    return this.waiting.size > 0;
  }

  /** @param {Uint8Array} module */
  async beginWorker(module) {
    const address = URL.createObjectURL(new Blob([this.workerText], { type: "text/javascript" }));
    const worker = new Worker(address);
    this.worker = worker;
    worker.addEventListener("message", (event) => this.settle(event.data));
    try {
      await new Promise((resolve, reject) => {
        worker.addEventListener("error", (event) => { reject(new EngineStopped(event.message)); this.stop(event.message); });
        this.send({ module }, []).then(resolve, reject);
      });
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  /** Whether the engine runs beside the page, so that long work does not hold it up. */
  get isApart() {
    return this.worker !== null;
  }

  /**
   * @param {Record<string, any>} message @param {Transferable[]} transfer @returns {Promise<Reply>}
   */
  send(message, transfer) {
    this.last += 1;
    const id = this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker?.postMessage({ id, ...message }, transfer);
    });
  }

  /** @param {{ id: number, fault?: string } & Reply} message */
  settle({ id, fault, answer, attachments }) {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (fault === undefined) return waiting?.resolve({ answer, attachments });
    waiting?.reject(new EngineStopped(fault));
    this.stop(fault);
  }

  /** Nobody waits for more of what is under way; an engine inside the page makes no more than was asked. */
  rest() {}

  /**
   * Ends an engine that failed: a new one is made at the next request.
   * @param {string} why
   */
  stop(why) {
    if (this.begun === null && !this.isReady) return;
    this.begun = null;
    this.isReady = false;
    delete document.documentElement.dataset.engine;
    this.worker?.terminate();
    this.worker = null;
    this.here = null;
    for (const { reject } of this.waiting.values()) reject(new EngineStopped(why));
    this.waiting.clear();
    for (const tell of this.onStop) tell();
  }

  /**
   * @param {Record<string, any>} request @param {Uint8Array[]} [attachments] handed over: the caller's are empty afterwards
   * @returns {Promise<{ result: any, attachments: Uint8Array[] }>}
   * @throws {EngineProblem | EngineStopped}
   */
  async ask(request, attachments = []) {
    // What is asked before the page draws is sent before it does.
    if (!this.isReady) await this.begin();
    const { answer, attachments: bytes } = await this.reply(request, attachments);
    if (answer.error) throw new EngineProblem(answer.error.kind, answer.error.message, answer.error);
    return { result: answer.result, attachments: bytes };
  }

  /** @param {Record<string, any>} request @param {Uint8Array[]} attachments @returns {Promise<Reply>} */
  async reply(request, attachments) {
    if (this.worker) return this.send({ request, attachments }, attachments.map((bytes) => bytes.buffer));
    try {
      if (!this.here) throw new Error("the engine has not begun");
      return this.here.call(request, attachments);
    } catch (error) {
      const why = String(error instanceof Error ? error.message : error);
      this.stop(why);
      throw new EngineStopped(why);
    }
  }
}
