// The engine as a WebAssembly module: one request in, one answer out, both JSON with bytes beside them.

/**
 * What the module exports.
 * @typedef {{ _initialize?: () => void, memory: WebAssembly.Memory, allocate: (count: number) => number, attach: (pointer: number, count: number) => void,
 *   call: (pointer: number, count: number) => number, answerCount: () => number, attachmentTotal: () => number,
 *   attachment: (index: number) => number, attachmentCount: (index: number) => number,
 *   __indirect_function_table?: WebAssembly.Table, lentModule?: () => number, lentModuleCount?: () => number,
 *   lend?: (place: number) => number }} Exports
 *
 * @typedef {{ answer: any, attachments: Uint8Array[] }} Reply
 */

/**
 * Lends the engine products by the processor's own multiply-add where the browser has it: in a small module of their
 * own, as a browser that lacks the instructions refuses whatever holds one. The engine tries them and takes those that
 * give its own bits. The engine for records has no use for them.
 * @param {Exports} exports
 */
function lendProducts({ memory, __indirect_function_table: table, lentModule, lentModuleCount, lend }) {
  if (!table || !lentModule || !lentModuleCount || !lend) return;
  const bytes = new Uint8Array(memory.buffer, lentModule() >>> 0, lentModuleCount()).slice();
  if (!WebAssembly.validate(bytes)) return;
  const lent = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const place = table.grow(1);
  table.set(place, lent.exports.halfUnit);
  lend(place);
}

/** An engine in memory. After a trap it is of no more use: make a new one. */
export class EngineModule {
  /** @param {Exports} exports */
  constructor(exports) {
    this.exports = exports;
  }

  /**
   * @param {BufferSource} bytes of the module @returns {Promise<EngineModule>}
   */
  static async make(bytes) {
    const page = {
      seconds: () => performance.now() / 1000,
      random: () => crypto.getRandomValues(new Int32Array(1))[0],
    };
    const { instance } = await WebAssembly.instantiate(bytes, { page });
    const exports = /** @type {Exports} */ (/** @type {unknown} */ (instance.exports));
    exports._initialize?.();
    lendProducts(exports);
    return new EngineModule(exports);
  }

  /**
   * Bytes in the module's memory. Addresses pass 2 GB, where a signed number would be below zero.
   * @param {Uint8Array} bytes
   */
  put(bytes) {
    const pointer = this.exports.allocate(bytes.length) >>> 0;
    if (pointer === 0) throw new RangeError("no memory is left");
    new Uint8Array(this.exports.memory.buffer, pointer, bytes.length).set(bytes);
    return pointer;
  }

  /**
   * A copy of bytes in the module's memory: the next call may move them.
   * @param {number} pointer @param {number} count
   */
  take(pointer, count) {
    return new Uint8Array(this.exports.memory.buffer, pointer >>> 0, count >>> 0).slice();
  }

  /**
   * @param {Record<string, any>} request @param {Uint8Array[]} attachments @returns {Reply}
   */
  call(request, attachments) {
    const { exports } = this;
    for (const bytes of attachments) exports.attach(this.put(bytes), bytes.length);
    const text = new TextEncoder().encode(JSON.stringify(request));
    const answer = exports.call(this.put(text), text.length);
    return {
      answer: JSON.parse(new TextDecoder().decode(this.take(answer, exports.answerCount()))),
      attachments: Array.from({ length: exports.attachmentTotal() }, (_, i) => this.take(exports.attachment(i), exports.attachmentCount(i))),
    };
  }
}
