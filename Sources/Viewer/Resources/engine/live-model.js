// The model that the page's engine computes with: opened when it is first needed, and changed for another.

/** @typedef {import("./engine-client.js").EngineClient} EngineClient */
/**
 * A model by its files, or by the request that opens it where the engine has it.
 * @typedef {{ name: string, sha256?: string, parts: { name: string, bytes: () => Promise<Uint8Array> }[], request?: Record<string, any> }} ModelParts
 */

/** All methods throw what EngineClient.ask throws. */
export class LiveModel {
  /** @param {EngineClient} client @param {ModelParts} shipped the model inside the page */
  constructor(client, shipped) {
    this.client = client;
    /** @type {ModelParts} */
    this.parts = shipped;
    /** @type {number | null} */
    this.model = null;
    /** @type {Promise<number> | null} the model's opening, while it is under way */
    this.opening = null;
    client.onStop.push(() => { [this.model, this.opening] = [null, null]; });
  }

  /** Whether there is a model to make runs with. */
  get hasModel() {
    return this.parts.parts.length > 0 || this.parts.request !== undefined;
  }

  /** The number of the open model; opens it first, once for all who ask meanwhile. */
  async openModel() {
    if (this.model !== null) return this.model;
    this.opening ??= this.open().finally(() => { this.opening = null; });
    return this.opening;
  }

  async open() {
    const { parts } = this;
    const bytes = await Promise.all(parts.parts.map((part) => part.bytes()));
    const request = parts.request ?? { request: "open", files: parts.parts.map((part) => part.name), name: parts.name, ...(parts.sha256 ? { sha256: parts.sha256 } : {}) };
    const { result } = await this.client.ask(request, bytes);
    this.model = result.model;
    return result.model;
  }

  /**
   * Another model in the place of the one that is open; the one before stays when this one cannot be read.
   * @param {ModelParts} parts
   */
  async useModel(parts) {
    const before = { parts: this.parts, model: this.model };
    Object.assign(this, { parts, model: null, opening: null });
    try {
      await this.openModel();
    } catch (error) {
      // An engine that stopped has lost the model before, too; it is opened anew when it is needed.
      if (this.parts === parts) Object.assign(this, { parts: before.parts, model: this.client.begun === null ? null : before.model });
      throw error;
    }
    if (before.model !== null) await this.client.ask({ request: "close", model: before.model });
    this.forget();
  }

  /** @param {string} text @returns {Promise<{ tokens: import("../base/types.js").Token[] }>} */
  async tokenize(text) {
    return (await this.client.ask({ request: "tokenize", model: await this.openModel(), text })).result;
  }

  /** Hears that what was made with the model before is gone. */
  forget() {}
}
