// The engine in a thread of its own: what the page sends is answered in order. Its text is a script by itself.

import { EngineModule } from "./engine-module.js";

/** @typedef {{ id: number, module?: Uint8Array, request?: Record<string, any>, attachments?: Uint8Array[] }} Message */

/** @type {EngineModule | null} */
let engine = null;

/** @param {Message} message */
async function carryOut(message) {
  if (message.module) {
    engine = await EngineModule.make(/** @type {BufferSource} */ (message.module));
    return { answer: {}, attachments: [] };
  }
  if (!engine) throw new Error("the engine has not begun");
  return engine.call(message.request ?? {}, message.attachments ?? []);
}

addEventListener("message", (event) => {
  const message = /** @type {Message} */ (event.data);
  carryOut(message).then(
    ({ answer, attachments }) => postMessage({ id: message.id, answer, attachments }, { transfer: attachments.map((bytes) => bytes.buffer) }),
    (error) => postMessage({ id: message.id, fault: String(error instanceof Error ? error.message : error) }));
});
