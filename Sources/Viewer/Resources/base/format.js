// Numbers, sizes, tokens and settings as the page writes them.

import { t, words } from "./strings.js";
import { stageLabel } from "./stages.js";

words({
  "setting.chat": ["chat", "對話"],
  "setting.messages": ["messages", "對話訊息"],
  "setting.tools": ["tools", "工具"],
  "setting.date": ["date", "日期"],
  "setting.system": ["system message", "系統訊息"],
  "setting.maxTokens": ["at most", "至多"],
  "setting.minTokens": ["minimum length", "最短長度"],
  "setting.stop": ["stop at", "停止於"],
  "setting.temperature": ["temperature", "溫度"],
  "setting.topK": ["top-k", "top-k"],
  "setting.topP": ["top-p", "top-p"],
  "setting.minP": ["min-p", "min-p"],
  "setting.repetitionPenalty": ["repetition penalty", "重複懲罰"],
  "setting.presencePenalty": ["presence penalty", "出現懲罰"],
  "setting.frequencyPenalty": ["frequency penalty", "頻率懲罰"],
  "setting.penaltyScope": ["penalties count", "懲罰計入"],
  "setting.penaltyScope.both": ["prompt and output", "提示與輸出"],
  "setting.penaltyScope.output": ["output", "輸出"],
  "setting.penaltyScope.prompt": ["prompt", "提示"],
  "setting.order": ["order", "順序"],
  "setting.logitBias": ["logit bias", "logit 偏置"],
  "setting.bannedTokens": ["banned tokens", "禁用詞元"],
  "setting.dryBreakers": ["DRY breakers", "DRY 中斷字串"],
  "setting.seed": ["seed", "種子"],
  "setting.beams": ["beams", "集束寬度"],
  "setting.beamGroups": ["beam groups", "集束組數"],
  "setting.beamDiversity": ["beam diversity", "集束差異"],
  "setting.beamSample": ["sampled beams", "集束抽樣"],
  "setting.lengthPenalty": ["length penalty", "長度懲罰"],
  "setting.earlyStopping": ["early stopping", "提前停止"],
  "setting.candidates": ["candidates listed", "所列候選數"],
  "setting.record": ["recorded", "記錄"],
  "setting.context": ["context", "上下文"],
  "setting.precision": ["precision", "精度"],
  "setting.ablated": ["heads off", "關閉的頭"],
  "setting.forced": ["tokens set by hand", "人為指定的詞元"],
  "setting.none": ["none", "無"],
  "setting.of": ["{n} tokens", "{n} 個詞元"],
  "setting.steps": ["at step {steps}", "第 {steps} 步"],
  "setting.on": ["on", "開"],
  "setting.off": ["off", "關"],
  "ledger.changed.one": ["{name} {before} → {after}", "{name} {before} → {after}"],
});

/**
 * @param {number} x
 * @param {number} digits
 */
export function fixed(x, digits) {
  return x.toFixed(digits).replace("-", "−");
}

/**
 * A probability as a percentage with as many digits as matter: 97.2 %, 0.41 %, 0.0032 %, ~0.
 * @param {number} p
 */
export function percent(p) {
  const x = p * 100;
  if (x === 0 || x === 100) return `${x}\u00a0%`;
  if (x < 0.0001) return "<\u00a00.0001\u00a0%";
  if (x >= 99.995) return x > 100 ? "100\u00a0%" : ">\u00a099.99\u00a0%";
  const digits = x >= 99.95 ? 2 : x >= 10 ? 1 : x >= 0.1 ? 2 : x >= 0.01 ? 3 : x >= 0.001 ? 4 : 5;
  return `${x.toFixed(digits)}\u00a0%`;
}

/**
 * A logit.
 * @param {number} x
 */
export function logit(x) {
  return fixed(x, 2);
}

/** @param {number} n */
export function count(n) {
  return Math.round(n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * Decimal units, as the command prints them.
 * @param {number} n
 */
export function byteSize(n) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit += 1;
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)}\u00a0${units[unit]}`;
}

/** @param {number} s */
export function seconds(s) {
  if (s >= 100) return `${Math.round(s)}\u00a0s`;
  if (s >= 1) return `${s.toFixed(2)}\u00a0s`;
  if (s >= 0.1) return `${Math.round(s * 1000)}\u00a0ms`;
  if (s >= 0.001) return `${(s * 1000).toFixed(1)}\u00a0ms`;
  return `${Math.round(s * 1e6)}\u00a0µs`;
}

/** Characters that would turn the direction of the text around them, or hide. */
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/**
 * Text as it may stand on the page: control and direction characters become visible codes; long texts are cut with
 * their length said.
 * @param {string} text @param {number} [limit]
 */
export function plain(text, limit = 400) {
  const cut = text.length > limit ? `${text.slice(0, limit)}… (${count(text.length)})` : text;
  return cut.replace(unsafe, (c) => `⟨U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

/**
 * "E5 8F B0" from "e58fb0".
 * @param {string} hex
 */
export function spacedHex(hex) {
  return (hex.slice(0, 96).match(/../g) ?? []).join(" ").toUpperCase() + (hex.length > 96 ? " …" : "");
}

/**
 * Bytes that are no whole character: "⟨E5 8F⟩", as in the PNG figures.
 * @param {string} hex
 */
export function byteMark(hex) {
  return `⟨${spacedHex(hex)}⟩`;
}

/**
 * A token on one line, for lists and labels: spaces and line ends visible, bytes where it is no whole character.
 * @param {{ text: string, bytes?: string }} token @param {number} [limit]
 */
export function tokenLabel(token, limit = 40) {
  if (token.text === "" || token.text === "\ufffd") return byteMark(token.bytes ?? "");
  return plain(token.text, limit).replace(/ /g, "␣").replace(/\n/g, "↵").replace(/\t/g, "⇥");
}

/**
 * What a setting is where nothing was asked for.
 * @type {Record<string, unknown>}
 */
const defaults = {
  chat: false, system: null, maxTokens: 128, minTokens: 0, stop: [], temperature: 1, topK: 0, topP: 1, minP: 0,
  repetitionPenalty: 1, presencePenalty: 0, frequencyPenalty: 0, penaltyScope: "output",
  order: ["repetition-penalty", "frequency-penalty", "presence-penalty", "temperature", "top-k", "top-p", "min-p"],
  extra: {}, logitBias: {}, bannedTokens: [], dryBreakers: [], seed: 0, beams: 1, beamGroups: 1, beamDiversity: 0,
  beamSample: false, lengthPenalty: 1, earlyStopping: "false", candidates: 50, record: ["attention"], context: 0,
  precision: "exact", ablated: [], forced: {},
};

/** Lists longer than this are counted, not listed. */
const listedValues = 8;

/**
 * A setting's value in words.
 * @param {string} name @param {any} value
 */
function settingValue(name, value) {
  if (value === null || value === undefined) return t("setting.none");
  if (typeof value === "boolean") return t(value ? "setting.on" : "setting.off");
  if (name === "penaltyScope") return t(`setting.penaltyScope.${plain(String(value), 20)}`);
  const ids = name === "logitBias" || name === "bannedTokens" ? Object.keys(value).length : 0;
  if (name === "messages" || name === "tools") return count(value.length);
  if (name === "forced") return t("setting.steps", { steps: plain(Object.keys(value).join(t("list.comma")), 120) });
  if (name === "maxTokens") return t("setting.of", { n: count(value) });
  if (ids > 0) return t("setting.of", { n: count(ids) });
  if (name === "order" && Array.isArray(value)) return plain(value.map((stage) => stageLabel(stage)).join(" → "), 300);
  if (Array.isArray(value) && value.length > listedValues) return count(value.length);
  if (Array.isArray(value)) return value.length === 0 ? t("setting.none") : plain(value.map((x) => (name === "stop" || name === "dryBreakers" ? `‹${tokenLabel({ text: String(x) })}›` : x)).join(t("list.comma")), 120);
  return typeof value === "object" ? t("setting.none") : plain(name === "system" ? `‹${tokenLabel({ text: String(value) })}›` : String(value), 80);
}

/**
 * The settings in which two differ, by name, with both values in words. Further stages' numbers ("typical-p.p") count
 * one by one; the tokens set by hand and the changes on the way are no setting of a step.
 * @param {Record<string, any>} before @param {Record<string, any>} after
 */
export function settingChanges(before, after) {
  const found = Object.keys(defaults).filter((name) => name !== "extra" && name !== "forced" && !same(before[name], after[name]))
    .map((name) => ({ name: t(`setting.${name}`), before: settingValue(name, before[name]), after: settingValue(name, after[name]) }));
  const extra = [...new Set([...Object.keys(before.extra ?? {}), ...Object.keys(after.extra ?? {})])].filter((name) => !same(before.extra?.[name], after.extra?.[name]));
  return [...found, ...extra.map((name) => ({ name: extraName(name),
    before: settingValue(name, before.extra?.[name]), after: settingValue(name, after.extra?.[name]) }))];
}

/**
 * Every setting that is not as it would be without asking, in words.
 * @param {Record<string, any>} settings @param {string[]} told settings that are told in another way
 */
export function settingsTold(settings, told) {
  const parts = Object.keys(defaults)
    .filter((name) => name !== "extra" && !told.includes(name) && settings[name] !== undefined && !same(settings[name], defaults[name]))
    .map((name) => (settings[name] === true ? t(`setting.${name}`) : `${t(`setting.${name}`)} ${settingValue(name, settings[name])}`));
  return [...parts, ...Object.entries(settings.extra ?? {}).map(([name, value]) => `${extraName(name)} ${settingValue(name, value)}`)];
}

/**
 * "typical-p p" for "typical-p.p".
 * @param {string} name
 */
function extraName(name) {
  const [stage, parameter] = [name.slice(0, name.indexOf(".")), name.slice(name.indexOf(".") + 1)];
  return plain(`${stageLabel(stage)} ${parameter}`, 80);
}

/**
 * @param {unknown} a
 * @param {unknown} b
 */
function same(a, b) {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

/**
 * The settings that a step was made with: those of the last change up to it.
 * @param {Record<string, any>} settings @param {number} step
 * @returns {Record<string, any>}
 */
export function settingsAt(settings, step) {
  return (settings.changes ?? []).findLast((/** @type {any} */ change) => change.step <= step)?.settings ?? settings;
}

/**
 * What was set anew at a step, as one list; empty for nearly all.
 * @param {Record<string, any>} settings @param {number} step
 */
export function changedAt(settings, step) {
  if (!(settings.changes ?? []).some((/** @type {any} */ change) => change.step === step)) return "";
  return settingChanges(settingsAt(settings, step - 1), settingsAt(settings, step)).map((change) => t("ledger.changed.one", change)).join(t("list.comma"));
}
