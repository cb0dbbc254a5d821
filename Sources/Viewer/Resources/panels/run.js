// The run itself: model, settings, figures of merit, notes. Called by: main.

import { el } from "../base/dom.js";
import { t } from "../base/strings.js";
import { byteSize, changedAt, count, fixed, plain, seconds } from "../base/format.js";
import { section } from "./section.js";

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

/**
 * @param {import("../data/source.js").TraceSource} source
 * @returns {import("../base/types.js").Panel}
 */
export function runPanel(source) {
  const { trace } = source;
  const { model, engine } = trace;
  const types = Object.entries(model.tensorTypes ?? {}).map(([type, n]) => `${plain(type, 20)} × ${n}`).join(", ");
  /** @type {[string, string][]} */
  const modelRows = [[t("run.name"), plain(model.name)], [t("run.architecture"), plain(String(model.architecture))], [t("run.file"), plain(String(model.file))],
    ["SHA-256", plain(String(model.sha256)).slice(0, 16) + "…"], [t("run.shape"), t("run.shape.value", { layers: model.layers, heads: model.heads, kv: model.keyValueHeads, d: model.headSize, hidden: count(model.hiddenSize) })],
    [t("run.vocabulary"), count(model.vocabularySize)], [t("run.context"), count(model.contextLength)], [t("run.parameters"), count(model.parameters)],
    [t("run.weights"), `${byteSize(model.weightBytes)} (${types})`],
    [t("run.engine"), `Stepglass ${plain(String(engine.version), 40)}, ${plain(String(engine.kernels), 40)}${engine.threads ? `, ${t("run.threads", { n: engine.threads })}` : ""}`]];
  const settings = Object.entries(trace.settings).filter(([key, value]) => value !== null && key !== "changes" && JSON.stringify(value) !== "[]" && JSON.stringify(value) !== "{}")
    .map(([key, value]) => /** @type {[string, string]} */ ([plain(key, 60), plain(Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : JSON.stringify(value), 200)]));
  const metrics = Object.entries(trace.metrics ?? {}).filter(([, value]) => value !== null)
    .map(([key, value]) => /** @type {[string, string]} */ ([plain(key, 60), metric(key, Number(value))]))
    .map(([key, value]) => /** @type {[string, string]} */ ([t(`metric.${key}`), value]));
  const notes = [...(trace.notes ?? []).map((note) => plain(note, 500)),
    ...(trace.parent ? [t("run.parent", { step: Number(trace.parent.step), change: plain(String(trace.parent.change), 200) })] : [])];
  const changes = (trace.settings.changes ?? []).map((/** @type {any} */ change) => el("p", { class: "told" }, t("run.changed", { step: change.step, changes: changedAt(trace.settings, change.step) })));
  const rendered = trace.prompt.rendered !== trace.prompt.text
    ? [el("h3", {}, t("run.rendered")), el("pre", { class: "rendered" }, plain(trace.prompt.rendered, 20_000))] : [];
  const element = section("run", [notes.length > 0 ? el("ul", { class: "notes" }, notes.map((note) => el("li", {}, note))) : null, ...rendered,
    el("div", { class: "two" }, facts(t("run.model"), modelRows), el("div", {}, facts(t("run.metrics"), metrics))), el("h3", {}, t("run.settings")),
    el("dl", { class: "facts-list" }, settings.map(([name, value]) => el("div", {}, el("dt", {}, name), " ", el("dd", {}, value)))), ...changes]);
  return { element, update() {} };
}
