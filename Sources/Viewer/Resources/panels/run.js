// The run itself: model, settings, figures of merit, notes.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { byteSize, count, fixed, plain, seconds } from "../base/format.js";
import { changedAt } from "../base/settings.js";
import { panel } from "../base/panels.js";
import { section } from "./section.js";

words({
  "run.title": ["This run", "這次執行"],
  "run.lead": ["A run is a function of the model, the prompt and the settings: with the same three it comes out the same.", "執行結果由模型、提示與設定決定：三者相同，結果就相同。"],
  "run.model": ["Model", "模型"],
  "run.name": ["name", "名稱"],
  "run.architecture": ["architecture", "架構"],
  "run.file": ["file", "檔案"],
  "run.shape": ["shape", "形狀"],
  "run.shape.value": ["{layers} layers, {heads} heads of {d} ({kv} for keys and values), hidden size {hidden}", "{layers} 層，{heads} 個頭、每頭 {d} 維（鍵值頭 {kv} 個），隱藏維度 {hidden}"],
  "run.vocabulary": ["vocabulary", "詞彙表"],
  "run.context": ["context", "上下文"],
  "run.parameters": ["parameters", "參數"],
  "run.weights": ["weights", "權重"],
  "run.engine": ["engine", "引擎"],
  "run.threads": ["{n} threads", "{n} 個執行緒"],
  "run.metrics": ["Times and memory", "時間與記憶體"],
  "run.settings": ["Settings, named as in trace.json", "設定（名稱同 trace.json）"],
  "run.changed": ["Set anew from step {step} on: {changes}.", "自第 {step} 步起改變設定：{changes}。"],
  "metric.loadSeconds": ["loading the model", "載入模型"],
  "metric.tokenizeSeconds": ["tokenizing", "切分詞元"],
  "metric.prefillSeconds": ["prefill", "預填"],
  "metric.timeToFirstTokenSeconds": ["time to first token (TTFT)", "首個詞元時間（TTFT）"],
  "metric.timePerOutputTokenSeconds": ["time per output token (TPOT)", "每個輸出詞元時間（TPOT）"],
  "metric.promptTokensPerSecond": ["prompt tokens a second", "每秒提示詞元數"],
  "metric.tokensPerSecond": ["generated tokens a second, the first and its wait included", "每秒產生詞元數（含第一個及其等待）"],
  "metric.weightBytes": ["weights", "權重"],
  "metric.keyValueCacheBytes": ["key/value cache", "鍵值快取"],
  "metric.recordBytes": ["recorded tensors", "記錄的張量"],
  "metric.peakMemoryBytes": ["peak memory of the process", "行程記憶體峰值"],
  "run.rendered": ["What the model read", "模型實際讀到的文字"],
  "run.parent": ["Made from another run, from step {step} on: {change}", "由另一次執行自第 {step} 步改變而來：{change}"],
  "nav.run": ["Run", "執行"],
});

/**
 * @param {string} key
 * @param {number} value
 */
function metric(key, value) {
  if (key.endsWith("PerSecond")) return fixed(value, 1);
  if (key.endsWith("Seconds")) return seconds(value);
  return key.endsWith("Bytes") ? byteSize(value) : String(value);
}

/**
 * @param {string} caption
 * @param {[string, string][]} rows
 */
function facts(caption, rows) {
  return el("table", { class: "facts-table" }, el("caption", {}, caption),
    el("tbody", {}, rows.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value)))));
}

/** @typedef {import("../base/types.js").Trace} Trace */

panel({
  id: "run", area: "sections", numbers: true, order: 90,
  make: (source) => {
    const element = section("run", told(source.trace));
    const update = (/** @type {Set<string>} */ changed) => {
      if (changed.has("growth")) fill(/** @type {Element} */ (element.querySelector(".body")), told(source.trace));
    };
    return { element, update };
  },
});

/**
 * @param {Trace} trace
 * @returns {[string, string][]}
 */
function modelRows({ model, engine }) {
  const types = Object.entries(model.tensorTypes ?? {}).map(([type, n]) => `${plain(type, 20)} × ${n}`).join(", ");
  return [[t("run.name"), plain(model.name)], [t("run.architecture"), plain(String(model.architecture))], [t("run.file"), plain(String(model.file))],
    ["SHA-256", plain(String(model.sha256)).slice(0, 16) + "…"], [t("run.shape"), t("run.shape.value", { layers: model.layers, heads: model.heads, kv: model.keyValueHeads, d: model.headSize, hidden: count(model.hiddenSize) })],
    [t("run.vocabulary"), count(model.vocabularySize)], [t("run.context"), count(model.contextLength)], [t("run.parameters"), count(model.parameters)],
    [t("run.weights"), `${byteSize(model.weightBytes)} (${types})`],
    [t("run.engine"), `Stepglass ${plain(String(engine.version), 40)}, ${plain(String(engine.kernels), 40)}${engine.threads ? `, ${t("run.threads", { n: engine.threads })}` : ""}`]];
}

/**
 * The settings that say something, under the names they have in the file.
 * @param {Trace} trace
 */
function settingRows(trace) {
  return Object.entries(trace.settings).filter(([key, value]) => value !== null && key !== "changes" && JSON.stringify(value) !== "[]" && JSON.stringify(value) !== "{}")
    .map(([key, value]) => [plain(key, 60), plain(Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : JSON.stringify(value), 200)]);
}

/**
 * @param {Trace} trace
 * @returns {[string, string][]}
 */
function metricRows(trace) {
  return Object.entries(trace.metrics ?? {}).filter(([, value]) => value !== null)
    .map(([key, value]) => [t(`metric.${plain(key, 60)}`), metric(plain(key, 60), Number(value))]);
}

/**
 * All that the panel tells, notes first.
 * @param {Trace} trace
 */
function told(trace) {
  const notes = [...(trace.notes ?? []).map((note) => plain(note, 500)),
    ...(trace.parent ? [t("run.parent", { step: Number(trace.parent.step) + 1, change: plain(String(trace.parent.change), 200) })] : [])];
  const changes = (trace.settings.changes ?? []).map((/** @type {any} */ change) => el("p", { class: "told" }, t("run.changed", { step: Number(change.step) + 1, changes: changedAt(trace.settings, change.step) })));
  const rendered = trace.prompt.rendered !== trace.prompt.text
    ? [el("h3", {}, t("run.rendered")), el("pre", { class: "rendered" }, plain(trace.prompt.rendered, 20_000))] : [];
  return [notes.length > 0 ? el("ul", { class: "notes" }, notes.map((note) => el("li", {}, note))) : null, ...rendered,
    el("div", { class: "two" }, facts(t("run.model"), modelRows(trace)), el("div", {}, facts(t("run.metrics"), metricRows(trace)))), el("h3", {}, t("run.settings")),
    el("dl", { class: "facts-list" }, settingRows(trace).map(([name, value]) => el("div", {}, el("dt", {}, name), " ", el("dd", {}, value)))), ...changes];
}
