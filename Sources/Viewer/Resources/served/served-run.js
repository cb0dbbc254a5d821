// How a served page comes to its run: the one that the server still has of this tab, or a new one.

import { elsewhere } from "../engine/engine-client.js";
import { LiveRun } from "../engine/live-run.js";
import { ServerClient, keptName } from "./server-client.js";

/** @param {string} name a model of the server; "": its first */
export function modelOf(name) {
  return { name, parts: [], request: name === "" ? { request: "use" } : { request: "use", name } };
}

elsewhere.make = () => {
  const client = new ServerClient();
  client.live = new LiveRun(client, modelOf(""));
  return client.live;
};

elsewhere.resume = async (live) => {
  const client = /** @type {ServerClient} */ (live.client);
  const { first } = (await client.ask({ request: "models" })).result;
  live.parts = modelOf(first);
  /** @type {any} */
  let kept;
  try { kept = JSON.parse(sessionStorage.getItem(keptName) ?? "null"); } catch { return false; }
  if (kept?.session !== client.session) return false;
  try {
    const { result } = await client.ask({ request: "run", run: kept.run });
    Object.assign(live, { state: result, model: kept.model, parts: modelOf(kept.name) });
    client.hasChat = kept.chat === true;
    client.isResumed = true;
    await live.show();
  } catch {
    Object.assign(live, { state: null, model: null, parts: modelOf(first) });
    return false;
  }
  // What was on its way goes on.
  if (kept.left > 0) setTimeout(() => live.step(kept.left).catch((error) => live.report(error)));
  return true;
};
