// The settings of a run in words, and what was set anew on the way.

import { t, words } from "./strings.js";
import { stageLabel } from "./stages.js";
import { count, plain, tokenLabel } from "./format.js";

words({
  "setting.chat": ["chat", "對話"],
  "setting.messages": ["messages", "對話訊息"],
  "setting.tools": ["tools", "工具"],
  "setting.date": ["date", "日期"],
  "setting.special": ["control tokens in the text", "文字中的控制詞元"],
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
  "setting.dropped": ["cache entries lost", "遺失的快取項目"],
  "setting.forced": ["tokens set by hand", "人為指定的詞元"],
  "setting.none": ["none", "無"],
  "setting.of": ["{n} tokens", "{n} 個詞元"],
  "setting.steps": ["at step {steps}", "第 {steps} 步"],
  "setting.on": ["on", "開"],
  "setting.off": ["off", "關"],
  "ledger.changed.one": ["{name} {before} → {after}", "{name} {before} → {after}"],
});

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

/** Settings that a file names only where they were asked for. */
const onRequest = ["messages", "tools", "date", "special", "dropped"];

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
  if (name === "forced") return t("setting.steps", { steps: plain(Object.keys(value).map((step) => Number(step) + 1).join(t("list.comma")), 120) });
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
  const found = [...Object.keys(defaults), ...onRequest].filter((name) => name !== "extra" && name !== "forced" && !same(before[name], after[name]))
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
  const parts = [...Object.keys(defaults), ...onRequest]
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
