// Steps that the server makes on and on, as the page takes them.

/**
 * What comes of a walk: a part of it as the answer of `step`, with the stories and attention rows that belong to it.
 * @typedef {{ call: string, run: number, ended: boolean, step?: any, stories?: any, rows?: any, layer?: number, bytes?: string }} Part
 */

/** Steps that the server makes on and on; its parts are taken in their order. */
export class Walk {
  /** @param {string} call */
  constructor(call) {
    this.call = call;
    /** @type {Part[]} */
    this.parts = [];
    /** @type {((part: Part) => void) | null} */
    this.wake = null;
  }

  /** @param {Part} part */
  add(part) {
    const { wake } = this;
    this.wake = null;
    if (wake) wake(part); else this.parts.push(part);
  }

  /** @returns {Promise<Part>} */
  next() {
    const part = this.parts.shift();
    return part ? Promise.resolve(part) : new Promise((resolve) => { this.wake = resolve; });
  }
}
