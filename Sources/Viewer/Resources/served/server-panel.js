// What a served page has beside the prompt: the choice among the server's models, and how the server does.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { count, plain } from "../base/format.js";
import { panel } from "../base/panels.js";
import { place } from "../base/place.js";
import { settlePrompt } from "../panels/prompt.js";
import { fieldsOf } from "../panels/prompt-fields.js";
import { ServerClient } from "./server-client.js";
import { modelOf } from "./served-run.js";

words({
  "served.model": ["Model", "模型"],
  "served.lost": ["The connection to stepglass is lost; trying again …", "與 stepglass 的連線中斷；重新連線中……"],
  "served.reading": ["Reading the prompt: {done} of {of} tokens", "正在讀提示：{of} 個詞元中的 {done} 個"],
  "served.searching": ["Searching: {done} of {of} tokens", "搜尋中：{of} 個詞元中的第 {done} 個"],
  "served.waiting": ["Others compute too: you are number {place} of {of} in the row", "其他人也在計算：你排在第 {place} 位，共 {of} 位"],
  "served.memory": ["Your runs hold {held} of {most} MB here", "你的執行在這裡占了 {held} MB，上限 {most} MB"],
  "served.opening": ["Opening {name} …", "正在開啟 {name}……"],
});

/** @typedef {{ name: string, title: { en: string, "zh-TW": string }, purpose: { en: string, "zh-TW": string } }} Model */

/**
 * The server's models, asked for once.
 * @type {Promise<Model[]> | null}
 */
let models = null;

/**
 * The settings of a run that was there already, in the prompt's fields.
 * @param {import("../data/source.js").TraceSource} source
 */
function showSettings(source) {
  for (const [name, value] of Object.entries(fieldsOf(source.trace.settings))) {
    const field = document.getElementById(`prompt-${name}`);
    if (!(field instanceof HTMLInputElement)) continue;
    field.value = value;
    field.dispatchEvent(new Event("input"));
  }
  settlePrompt();
}

/** The share of its memory from which on a session is told of it. */
const much = 0.75;

/**
 * What is worth telling of how the session stands.
 * @param {ServerClient} client
 */
function standing({ standing: state }) {
  if (!state) return "";
  if (state.place > 0) return t("served.waiting", { place: count(state.place), of: count(state.of) });
  const { heldMegabytes: held, mostMegabytes: most } = state;
  return held > much * most ? t("served.memory", { held: count(held), most: count(most) }) : "";
}

panel({
  id: "served", area: "text", order: 4, applies: (source) => source.live?.client instanceof ServerClient,
  make: (source) => {
    const live = /** @type {import("../engine/live-run.js").LiveRun} */ (source.live);
    const client = /** @type {ServerClient} */ (live.client);
    const choice = el("select", { id: "served-model" });
    const told = el("p", { class: "told", role: "status", id: "served-told" });
    const tell = () => {
      const { isLost, progress } = client;
      // Where one waits for an answer, too.
      const waiting = document.querySelector("#prompt .told");
      if (isLost && waiting) fill(waiting, t("served.lost"));
      fill(told, isLost ? t("served.lost") : progress && progress.done < progress.of
        ? t(progress.work === "prompt" ? "served.reading" : "served.searching", { done: count(progress.done), of: count(progress.of) }) : standing(client));
    };
    choice.addEventListener("change", async () => {
      fill(told, t("served.opening", { name: plain(choice.value, 60) }));
      try {
        await live.useModel(modelOf(choice.value));
        document.getElementById("prompt-text")?.dispatchEvent(new Event("input"));
        document.getElementById("prompt-begin")?.click();
      } catch (error) {
        choice.value = live.parts.name;
        live.report(error);
      }
      tell();
    });
    models ??= client.ask({ request: "models" }).then(({ result }) => result.models).catch((error) => { models = null; throw error; });
    models.then((all) => {
      fill(choice, all.map((one) => el("option", { value: one.name }, `${plain(one.title[place().lang], 80)} · ${plain(one.purpose[place().lang], 120)}`)));
      choice.value = live.parts.name;
    }).catch((error) => live.report(error));
    client.onState = tell;
    if (client.isResumed) requestAnimationFrame(() => showSettings(source));
    client.isResumed = false;
    tell();
    return { element: el("section", { class: "served", "aria-label": t("served.model") }, el("label", {}, t("served.model"), " ", choice), told) };
  },
});
