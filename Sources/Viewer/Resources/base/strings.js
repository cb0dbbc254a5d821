// The page's words in both languages. A module declares its own at its top, with `words`; here stand those that several
// modules share. Tests hold that no entry lacks a language, that both name the same values, and that each is used.

import { place } from "./place.js";

/**
 * All words declared so far: English, then 繁體中文.
 * @type {Record<string, [string, string]>}
 */
const table = Object.create(null);

/**
 * Declares words, a key a line; a key that stands already is a mistake of ours.
 * @param {Record<string, [string, string]>} entries
 */
export function words(entries) {
  for (const [key, entry] of Object.entries(entries)) {
    if (key in table) throw new Error(`the words of "${key}" are declared twice`);
    table[key] = entry;
  }
}

words({
  "list.comma": [", ", "、"],
  "header.language": ["中文", "English"],
  "header.theme": ["Theme: {name}", "主題：{name}"],
  "theme.auto": ["system", "跟隨系統"],
  "theme.light": ["light", "淺色"],
  "theme.dark": ["dark", "深色"],
  "unit.bits": ["bits", "位元"],
  "strip.empty": ["No token was generated.", "沒有產生任何詞元。"],
  "fact.position": ["position", "位置"],
  "column.token": ["token", "詞元"],
  "column.final": ["final", "最終"],
  "attention.layer": ["Layer", "層"],
  "predict.hidden": ["Hidden until you have guessed.", "猜完之前先藏起來。"],

  "problem.title": ["This trace cannot be shown", "無法顯示這份追蹤紀錄"],
  "problem.json": ["The file is not JSON: {why}", "檔案不是 JSON：{why}"],
  "problem.format": ["The file is not a Stepglass trace. Make one with: stepglass trace", "這不是 Stepglass 的追蹤紀錄。請用 stepglass trace 產生"],
  "problem.version": ["The trace has version {found}; this page reads version {known}. Make the page again with the newer stepglass.", "這份追蹤紀錄是第 {found} 版，本頁只讀第 {known} 版。請用新版 stepglass 重新產生頁面。"],
  "problem.field": ["A field is missing or wrong: {path} should be {expected}", "欄位缺少或有誤：{path} 應為 {expected}"],
  "problem.packed": ["The data in this page is damaged: {why}", "頁面中的資料已損壞：{why}"],
  "problem.attention": ["The attention weights cannot be read: {why}", "無法讀取注意力權重：{why}"],
  "problem.other": ["Something went wrong: {why}", "發生錯誤：{why}"],


  "formula.raw": ["Softmax over the whole vocabulary.", "對整個詞彙表取 softmax。"],
  "formula.final": ["Softmax over what the stages left.", "對各階段留下的詞元取 softmax。"],
  "formula.logprobability": ["What the engine that ran the model tells of this token, before any stage.", "執行模型的引擎給這個詞元的對數機率，尚未經過任何階段。"],
  "formula.logit": ["The model's own score for this token, before any stage.", "模型給這個詞元的分數，尚未經過任何階段。"],
  "formula.removed": ["Struck by {stage}.", "已被 {stage} 劃掉。"],
  "formula.gone": ["Already struck by {stage}.", "先前已被 {stage} 劃掉。"],
  "formula.out": ["out", "劃掉"],
});

/** What stands between two sentences: Chinese has no blank after its full stop. */
export function sentenceGap() {
  return place().lang === "en" ? " " : "";
}

/**
 * Read when the page opens: its body is replaced soon after.
 * @type {Record<string, string>}
 */
const builderWords = JSON.parse(document.getElementById("words")?.textContent || "{}");

/**
 * What the trace says in English, in the reader's language: the page builder hands over the words it knows.
 * @param {string} text
 */
export function told(text) {
  if (place().lang === "en") return text;
  if (Object.hasOwn(builderWords, text)) return builderWords[text] ?? text;
  for (const form of Object.keys(builderWords)) {
    const numbers = form.includes("{") ? numbersIn(text, form) : null;
    if (numbers) return (builderWords[form] ?? text).replace(/\{(\d)\}/g, (/** @type {string} */ _, /** @type {string} */ at) => numbers[at] ?? "");
  }
  return text;
}

/**
 * What stands in a text at the marks of a form; null for a text of another form.
 * @param {string} text @param {string} form with `{1}` for the first number @returns {Record<string, string> | null}
 */
function numbersIn(text, form) {
  const parts = form.split(/\{(\d)\}/);
  const marks = parts.filter((_, i) => i % 2 === 1);
  const written = parts.map((part, i) => (i % 2 === 1 ? "([0-9.]+)" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))).join("");
  const found = text.match(new RegExp(`^${written}$`));
  return found ? Object.fromEntries(marks.map((mark, i) => [mark, found[i + 1] ?? ""])) : null;
}

/**
 * A word in a given language, for the glossary.
 * @param {"en" | "zh-TW"} lang @param {string} key
 */
export function termIn(lang, key) {
  return table[key]?.[lang === "en" ? 0 : 1] ?? key;
}

/**
 * The text of a key in the reader's language, with `{name}` filled in. A key without words is shown as it stands.
 * @param {string} key @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const entry = table[key];
  const text = entry ? entry[place().lang === "en" ? 0 : 1] : key.slice(key.indexOf(".") + 1);
  return text.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}
