// A WebAssembly module whose code was taken apart into columns, put together again. The instructions stand in one column,
// and in one for each kind what follows them: local variables, functions, places in memory, numbers. Where alike stands
// beside alike, packing takes a fourteenth less. `.ci/pack-engine.py` takes apart; how long a function is stands nowhere, as
// its instructions say where it ends.

/** The columns by their places; the frame is the module without the bodies of its functions. */
const column = { frame: 0, instruction: 1, head: 2, local: 3, global: 4, function: 5, memory: 6, number: 7, long: 8, branch: 9, other: 10 };
const columnCount = 11;

/** The section of a module that holds its code. */
const codeSection = 10;
const [branchTable, end, moreInstructions, vectorInstructions] = [0x0e, 0x0b, 0xfc, 0xfd];
/** block, loop, if: each has an end of its own. */
const [firstBlock, lastBlock] = [0x02, 0x04];

/**
 * What follows an instruction: so many variable-length numbers, and so many bytes, of a column.
 * @typedef {[first: number, last: number, column: number, numbers: number, bytes: number]} Operands
 */
/** @type {Operands[]} */
const operands = [
  [0x02, 0x04, column.instruction, 0, 1], [0x0c, 0x0d, column.branch, 1, 0], [0x10, 0x10, column.function, 1, 0],
  [0x11, 0x11, column.other, 2, 0], [0x20, 0x22, column.local, 1, 0], [0x23, 0x24, column.global, 1, 0],
  [0x28, 0x3e, column.memory, 2, 0], [0x3f, 0x40, column.other, 0, 1], [0x41, 0x41, column.number, 1, 0],
  [0x42, 0x42, column.long, 1, 0], [0x43, 0x43, column.other, 0, 4], [0x44, 0x44, column.other, 0, 8],
];
/**
 * The same of the instructions that have a number of their own behind 0xfc, on stretches of memory.
 * @type {Operands[]}
 */
const more = [[8, 8, column.other, 2, 0], [9, 9, column.other, 1, 0], [10, 10, column.other, 2, 0], [11, 11, column.other, 1, 0]];
/**
 * And behind 0xfd, on vectors.
 * @type {Operands[]}
 */
const vectors = [
  [0, 11, column.memory, 2, 0], [12, 13, column.other, 0, 16], [21, 34, column.other, 0, 1], [84, 91, column.memory, 2, 1],
  [92, 93, column.memory, 2, 0],
];

/**
 * A number of variable length (LEB128), without its sign.
 * @param {() => number} byte gives the next one
 */
function variableNumber(byte) {
  let [value, unit, next] = [0, 1, 0];
  do {
    next = byte();
    value += (next & 127) * unit;
    unit *= 128;
  } while (next & 128);
  return value;
}

class Joiner {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    let at = 0;
    const lengths = Array.from({ length: columnCount }, () => variableNumber(() => bytes[at++] ?? 0));
    /** @type {Uint8Array[]} */
    this.columns = lengths.map((length) => bytes.subarray(at, at += length));
    if (at !== bytes.length) throw new Error("the columns of the code are broken");
    /** Where each is read next. */
    this.places = new Uint32Array(columnCount);
    // Beside the columns it has the sizes of the bodies, which are longer than their sizes.
    this.output = new Uint8Array(2 * bytes.length);
    this.length = 0;
  }

  /** @param {number} column */
  byte(column) {
    const place = /** @type {number} */ (this.places[column]);
    const byte = /** @type {Uint8Array} */ (this.columns[column])[place];
    if (byte === undefined) throw new Error("the columns of the code are broken");
    this.places[column] = place + 1;
    this.output[this.length] = byte;
    this.length += 1;
    return byte;
  }

  /** @param {number} column @param {number} count */
  copy(column, count) {
    for (let i = 0; i < count; i += 1) this.byte(column);
  }

  /** @param {number} column */
  number(column) { return variableNumber(() => this.byte(column)); }

  module() {
    const frame = /** @type {Uint8Array} */ (this.columns[column.frame]);
    this.copy(column.frame, 8);
    while (/** @type {number} */ (this.places[column.frame]) < frame.length) {
      const section = this.byte(column.frame);
      const size = this.number(column.frame);
      if (section !== codeSection) this.copy(column.frame, size);
      else for (let count = this.number(column.frame); count > 0; count -= 1) this.body();
    }
    return this.output.slice(0, this.length);
  }

  /** The body of a function: its size, its local variables by their types, its instructions. */
  body() {
    const start = this.length;
    for (let types = this.number(column.head); types > 0; types -= 1) {
      this.number(column.head);
      this.byte(column.head);
    }
    for (let depth = 0; depth >= 0;) {
      const code = this.instruction();
      depth += firstBlock <= code && code <= lastBlock ? 1 : code === end ? -1 : 0;
    }
    const size = [];
    let rest = this.length - start;
    for (; rest > 127; rest >>= 7) size.push((rest & 127) | 128);
    size.push(rest);
    this.output.copyWithin(start + size.length, start, this.length);
    this.output.set(size, start);
    this.length += size.length;
  }

  /** Returns its code. */
  instruction() {
    const code = this.byte(column.instruction);
    if (code === branchTable) for (let count = this.number(column.branch); count >= 0; count -= 1) this.number(column.branch);
    else if (code === moreInstructions) this.follow(more, this.number(column.other));
    else if (code === vectorInstructions) this.follow(vectors, this.number(column.other));
    else this.follow(operands, code);
    return code;
  }

  /** @param {Operands[]} table @param {number} code */
  follow(table, code) {
    const row = table.find(([first, last]) => first <= code && code <= last);
    if (!row) return;
    const [, , from, numbers, bytes] = row;
    for (let i = 0; i < numbers; i += 1) this.number(from);
    this.copy(from, bytes);
  }
}

/**
 * The module; throws where the columns do not make one. One that was not taken apart stays: it begins with a 0, as no length
 * does.
 * @param {Uint8Array} bytes how long each column is, then the columns
 */
export function joinColumns(bytes) { return bytes[0] === 0 ? bytes : new Joiner(bytes).module(); }
