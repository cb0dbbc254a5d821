// LZMA, which packs code a third smaller than what browsers unpack by themselves. Igor Pavlov's format with its header of
// 13 bytes (.lzma), as his specification describes it: a range coder whose bits each have an adaptive probability, and
// matches with what was written before.

/** Bits of the probabilities, and how fast they learn. */
const [probabilityBits, learning] = [11, 5];
/** Below this the range takes in another byte. */
const least = 2 ** 24;

/**
 * Probabilities at one half.
 * @param {number} count
 */
const even = (count) => new Uint16Array(count).fill(1 << (probabilityBits - 1));

/** Takes decisions out of the packed bytes. */
class RangeDecoder {
  /** @param {Uint8Array} bytes @param {number} at */
  constructor(bytes, at) {
    this.bytes = bytes;
    // The first byte is always 0.
    this.at = at + 1;
    this.range = 0xffffffff;
    this.code = 0;
    for (let i = 0; i < 4; i += 1) this.code = ((this.code << 8) | this.next()) >>> 0;
  }

  next() {
    if (this.at >= this.bytes.length) throw new Error("the packed code ends early");
    this.at += 1;
    return /** @type {number} */ (this.bytes[this.at - 1]);
  }

  /**
   * One bit by its probability, which learns from it.
   * @param {Uint16Array} probabilities @param {number} place
   */
  bit(probabilities, place) {
    const probability = /** @type {number} */ (probabilities[place]);
    const bound = (this.range >>> probabilityBits) * probability;
    let bit = 0;
    if (this.code < bound) {
      this.range = bound;
      probabilities[place] = probability + (((1 << probabilityBits) - probability) >> learning);
    } else {
      this.range -= bound;
      this.code -= bound;
      probabilities[place] = probability - (probability >> learning);
      bit = 1;
    }
    if (this.range < least) {
      this.range = (this.range << 8) >>> 0;
      this.code = ((this.code << 8) | this.next()) >>> 0;
    }
    return bit;
  }

  /**
   * Bits that are as likely 0 as 1, the highest first.
   * @param {number} count
   */
  direct(count) {
    let value = 0;
    for (let i = 0; i < count; i += 1) {
      this.range >>>= 1;
      const bit = this.code >= this.range ? 1 : 0;
      if (bit) this.code -= this.range;
      value = value * 2 + bit;
      if (this.range < least) {
        this.range = (this.range << 8) >>> 0;
        this.code = ((this.code << 8) | this.next()) >>> 0;
      }
    }
    return value;
  }

  /**
   * A number of so many bits, the highest first, each with a probability for what came before it.
   * @param {Uint16Array} tree @param {number} from @param {number} bits
   */
  number(tree, from, bits) {
    let node = 1;
    for (let i = 0; i < bits; i += 1) node = node * 2 + this.bit(tree, from + node);
    return node - (1 << bits);
  }

  /**
   * The same, the lowest bit first.
   * @param {Uint16Array} tree @param {number} from @param {number} bits
   */
  reverse(tree, from, bits) {
    let [node, value] = [1, 0];
    for (let i = 0; i < bits; i += 1) {
      const bit = this.bit(tree, from + node);
      node = node * 2 + bit;
      value += bit * 2 ** i;
    }
    return value;
  }
}

/** How long a match is: 2 … 273. */
class Lengths {
  /** @param {number} states of the position */
  constructor(states) {
    this.choices = even(2);
    this.low = even(states << 3);
    this.middle = even(states << 3);
    this.high = even(256);
  }

  /** @param {RangeDecoder} coder @param {number} state of the position */
  read(coder, state) {
    if (coder.bit(this.choices, 0) === 0) return 2 + coder.number(this.low, state << 3, 3);
    if (coder.bit(this.choices, 1) === 0) return 10 + coder.number(this.middle, state << 3, 3);
    return 18 + coder.number(this.high, 0, 8);
  }
}

/** How far back a match lies. */
class Distances {
  constructor() {
    this.slots = even(4 * 64);
    this.special = even(128);
    this.low = even(16);
  }

  /**
   * The distance less one; 2³² − 1 is the end of all.
   * @param {RangeDecoder} coder @param {number} length of the match
   */
  read(coder, length) {
    const slot = coder.number(this.slots, Math.min(length - 2, 3) * 64, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const start = (2 + (slot & 1)) * 2 ** bits;
    if (slot < 14) return start + coder.reverse(this.special, start - slot, bits);
    return start + coder.direct(bits - 4) * 16 + coder.reverse(this.low, 0, 4);
  }
}

/**
 * Unpacks one stream; throws for one that is broken or has more than `limit` bytes in it.
 * @param {Uint8Array} packed @param {number} limit
 * @returns {Uint8Array}
 */
export function unpackLZMA(packed, limit) {
  const properties = packed[0] ?? 255;
  if (packed.length < 18 || properties >= 225) throw new Error("the packed code is none");
  const unpacker = new Unpacker(packed, limit, { literal: properties % 9, place: Math.floor(properties / 9) % 5, match: Math.floor(properties / 45) });
  while (unpacker.advance());
  return unpacker.output.slice(0, unpacker.length);
}

class Unpacker {
  /**
   * @param {Uint8Array} packed @param {number} limit
   * @param {{ literal: number, place: number, match: number }} bits of what came before, of the place, and of the place again, that
   *   literals and matches depend on
   */
  constructor(packed, limit, { literal, place, match }) {
    this.coder = new RangeDecoder(packed, 13);
    this.limit = limit;
    this.output = new Uint8Array(Math.min(limit, packed.length * 8));
    this.length = 0;
    /** What the last decisions were: below 7 it was a literal. */
    this.state = 0;
    /** The last four distances, less one. */
    this.last = [0, 0, 0, 0];
    this.literalBits = literal;
    this.literalMask = (1 << place) - 1;
    this.matchMask = (1 << match) - 1;
    this.literals = even(0x300 << (literal + place));
    this.isMatch = even(12 << 4);
    this.isLong = even(12 << 4);
    this.isRepeat = even(12);
    this.isOther = even(12);
    this.isThird = even(12);
    this.isFourth = even(12);
    this.lengths = new Lengths(1 << match);
    this.repeated = new Lengths(1 << match);
    this.distances = new Distances();
  }

  /** Writes a literal or a match; false at the end. */
  advance() {
    const { coder, state } = this;
    const place = this.length & this.matchMask;
    if (coder.bit(this.isMatch, (state << 4) + place) === 0) {
      this.put(this.literal());
      this.state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      return true;
    }
    if (coder.bit(this.isRepeat, state) === 0) {
      const length = this.lengths.read(coder, place);
      const distance = this.distances.read(coder, length);
      if (distance === 0xffffffff) return false;
      this.last = [distance, .../** @type {[number, number, number]} */ (this.last.slice(0, 3))];
      this.state = state < 7 ? 7 : 10;
      this.copy(length);
      return true;
    }
    if (this.repeatsOneByte(place)) {
      this.state = state < 7 ? 9 : 11;
      this.copy(1);
      return true;
    }
    const length = this.repeated.read(coder, place);
    this.state = state < 7 ? 8 : 11;
    this.copy(length);
    return true;
  }

  /**
   * Brings the distance that is used again to the front; whether only one byte is copied.
   * @param {number} place
   */
  repeatsOneByte(place) {
    const { coder, state, last } = this;
    if (coder.bit(this.isOther, state) === 0) return coder.bit(this.isLong, (state << 4) + place) === 0;
    const which = coder.bit(this.isThird, state) === 0 ? 1 : 2 + coder.bit(this.isFourth, state);
    last.unshift(/** @type {number} */ (last.splice(which, 1)[0]));
    return false;
  }

  /** One byte, with the byte before it in view; after a match also the one that the match would have gone on with. */
  literal() {
    const { coder, literals, output, length } = this;
    const before = length > 0 ? /** @type {number} */ (output[length - 1]) : 0;
    const from = 0x300 * (((length & this.literalMask) << this.literalBits) + (before >> (8 - this.literalBits)));
    let symbol = 1;
    if (this.state >= 7) {
      let matched = output[length - 1 - /** @type {number} */ (this.last[0])] ?? 0;
      while (symbol < 0x100) {
        const expected = (matched >> 7) & 1;
        matched <<= 1;
        const bit = coder.bit(literals, from + ((1 + expected) << 8) + symbol);
        symbol = symbol * 2 + bit;
        if (bit !== expected) break;
      }
    }
    while (symbol < 0x100) symbol = symbol * 2 + coder.bit(literals, from + symbol);
    return symbol & 255;
  }

  /** @param {number} count */
  copy(count) {
    const from = this.length - 1 - /** @type {number} */ (this.last[0]);
    if (from < 0) throw new Error("the packed code refers to what is not there");
    for (let i = 0; i < count; i += 1) this.put(/** @type {number} */ (this.output[from + i]));
  }

  /** @param {number} byte */
  put(byte) {
    if (this.length === this.output.length) this.grow();
    this.output[this.length] = byte;
    this.length += 1;
  }

  grow() {
    if (this.length >= this.limit) throw new Error(`unpacks to more than ${this.limit} bytes`);
    const larger = new Uint8Array(Math.min(this.limit, this.length * 2));
    larger.set(this.output);
    this.output = larger;
  }
}
