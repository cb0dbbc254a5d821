// Where the numbers of a run come from when another engine ran the model: what it said, what was worked out here, what
// nobody can have.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { count, percent, plain } from "../base/format.js";
import { panel } from "../base/panels.js";
import { place } from "../base/place.js";
import { section } from "./section.js";

words({
  "origin.title": ["Where the numbers come from", "數值的來源"],
  "origin.lead": ["Another engine ran the model. It tells the likeliest tokens; stages and draw are Stepglass's own.", "模型由另一個引擎執行。它給出最有可能的詞元；各階段與抽選由 Stepglass 進行。"],
  "origin.engine": ["{server} at {address}, model {model}", "{address} 的 {server}，模型 {model}"],
  "origin.listed": ["{n} tokens are listed at each step.", "每一步列出 {n} 個詞元。"],
  "origin.all": ["All tokens are listed at each step.", "每一步列出所有詞元。"],
  "origin.sent.ids": ["It is sent token ids.", "送給它的是詞元編號。"],
  "origin.sent.text": ["It is sent text, and says that it reads as many tokens.", "送給它的是文字，它說讀到的詞元數相同。"],
  "origin.named.ids": ["It names tokens by ids.", "它以編號指稱詞元。"],
  "origin.named.text": ["It names tokens by texts; a text counts where one token alone has it.", "它以文字指稱詞元；只有恰屬一個詞元的文字才算。"],
  "origin.rest": ["Not listed at this step: {share} before the stages, {final} after them.", "這一步未列出的部分：各階段之前 {share}，之後 {final}。"],
  "origin.observed": ["observed: the engine said it", "觀測：引擎給出"],
  "origin.recomputed": ["recomputed: worked out here from it, exactly", "重算：在這裡由它精確算出"],
  "origin.bounded": ["bounded: what is not listed counts as one outcome, so the true value is no less", "下限：未列出的部分當作一個結果，真值不會更小"],
  "origin.unavailable": ["unavailable: this engine does not tell", "無法取得：這個引擎不提供"],
  "origin.promptTokens": ["the prompt's tokens", "提示的詞元"],
  "origin.logProbabilities": ["log-probabilities", "對數機率"],
  "origin.unlistedMass": ["the mass not listed", "未列出的機率"],
  "origin.stages": ["stages", "各階段"],
  "origin.draw": ["the draw", "抽選"],
  "origin.entropy": ["entropy", "熵"],
  "origin.logits": ["logits", "logit"],
  "origin.attention": ["attention", "注意力"],
  "origin.hidden": ["hidden states", "隱藏狀態"],
  "origin.cache": ["the cache", "快取"],
  "origin.weights": ["weights", "權重"],
  "nav.origin": ["Source", "來源"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */

const kinds = ["promptTokens", "logProbabilities", "unlistedMass", "stages", "draw", "entropy", "logits", "attention", "hidden", "cache", "weights"];
const origins = ["observed", "recomputed", "bounded", "unavailable"];

panel({ id: "origin", area: "sections", order: 11, applies: (source) => Boolean(source.trace.origin), make: originPanel });

/** @param {TraceSource} source */
function originPanel(source) {
  const origin = source.trace.origin ?? {};
  const name = (/** @type {unknown} */ value) => plain(typeof value === "string" ? value : "", 200);
  const server = [name(origin.server), name(origin.version)].filter((part) => part !== "").join(" ");
  const values = typeof origin.values === "object" && origin.values !== null ? /** @type {Record<string, unknown>} */ (origin.values) : {};
  const rows = origins.flatMap((how) => {
    const own = kinds.filter((kind) => values[kind] === how);
    return own.length === 0 ? [] : [el("dt", {}, t(`origin.${how}`)), el("dd", {}, own.map((kind) => t(`origin.${kind}`)).join(t("list.comma")))];
  });
  const listed = typeof origin.listed === "number" ? t("origin.listed", { n: count(origin.listed) }) : t("origin.all");
  // How it is spoken with: only what the record says, one way or the other.
  const manner = (/** @type {string} */ name, /** @type {unknown} */ isIDs) => typeof isIDs === "boolean" ? [" ", t(`origin.${name}.${isIDs ? "ids" : "text"}`)] : [];
  const rest = el("p", { class: "told" });
  const tell = () => {
    const tail = source.trace.steps[place().step]?.tail;
    fill(rest, tail ? t("origin.rest", { share: percent(tail.rawProbability), final: percent(tail.probability) }) : "");
  };
  tell();
  const element = section("origin", [
    el("p", {}, t("origin.engine", { server, address: name(origin.address), model: name(origin.model) }), " · ", listed, manner("sent", origin.takesIds), manner("named", origin.namesIds)),
    rest, el("dl", { class: "origins" }, rows)]);
  return { element, update: (/** @type {Set<string>} */ changed) => { if (changed.has("step") || changed.has("growth")) tell(); } };
}
