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

  "stage.raw": ["raw", "原始"],
  "stage.log-softmax": ["log-probability", "對數機率"],
  "stage.min-tokens": ["minimum length", "最短長度"],
  "stage.logit-bias": ["logit bias", "logit 偏置"],
  "stage.banned-tokens": ["banned tokens", "禁用詞元"],
  "stage.repetition-penalty": ["repetition penalty", "重複懲罰"],
  "stage.frequency-penalty": ["frequency penalty", "頻率懲罰"],
  "stage.presence-penalty": ["presence penalty", "出現懲罰"],
  "stage.no-repeat-n-gram": ["no repeated n-gram", "禁止重複 n 元組"],
  "stage.dry": ["DRY", "DRY"],
  "stage.typical-p": ["typical-p", "typical-p"],
  "stage.epsilon": ["epsilon cutoff", "epsilon 截斷"],
  "stage.eta": ["eta cutoff", "eta 截斷"],
  "stage.top-n-sigma": ["top-nσ", "top-nσ"],
  "stage.xtc": ["XTC", "XTC"],
  "stage.mirostat": ["mirostat", "mirostat"],
  "stage.greedy": ["greedy", "貪婪選擇"],
  "stage.temperature": ["temperature", "溫度"],
  "stage.top-k": ["top-k", "top-k"],
  "stage.top-p": ["top-p", "top-p"],
  "stage.min-p": ["min-p", "min-p"],

  "formula.raw": ["Softmax over the whole vocabulary.", "對整個詞彙表取 softmax。"],
  "formula.final": ["Softmax over what the stages left.", "對各階段留下的詞元取 softmax。"],
  "formula.logit": ["The model's own score for this token, before any stage.", "模型給這個詞元的分數，尚未經過任何階段。"],
  "formula.removed": ["Struck by {stage}.", "已被 {stage} 劃掉。"],
  "formula.gone": ["Already struck by {stage}.", "先前已被 {stage} 劃掉。"],
  "formula.out": ["out", "劃掉"],
  "formula.untouched": ["This stage leaves the token as it is.", "這個階段不影響此詞元。"],
  "formula.temperature": ["Below 1 the gaps widen, above 1 they narrow.", "溫度低於 1 差距拉大，高於 1 差距縮小。"],
  "formula.repetition": ["The token stands in the text already.", "這個詞元已在文中出現過。"],
  "formula.frequency": ["n counts how often the token was used.", "n 是這個詞元已出現的次數。"],
  "formula.presence": ["The token was used at least once.", "這個詞元至少出現過一次。"],
  "formula.topk.in": ["Among the {k} largest: stays.", "在最大的 {k} 個之中：留下。"],
  "formula.topk.out": ["Not among the {k} largest: struck.", "不在最大的 {k} 個之中：劃掉。"],
  "formula.topp.in": ["The better tokens do not reach the mass yet: stays.", "排在前面的機率和尚未達到 p：留下。"],
  "formula.topp.out": ["The better tokens already reach the mass: struck.", "排在前面的機率和已達到 p：劃掉。"],
  "formula.minp.in": ["Likely enough beside the best: stays.", "與最佳者相比仍夠大：留下。"],
  "formula.minp.out": ["Too unlikely beside the best: struck.", "與最佳者相比太小：劃掉。"],
  "formula.greedy": ["Temperature 0: only the largest logit stays, ties go to the lower id.", "溫度 0：只留最大的 logit，同分取編號較小者。"],
  "formula.logit-bias": ["A bias b was given for this token.", "這個詞元設有偏置 b。"],
  "formula.log-softmax": ["Less the logarithm of all exponentials together: now a log-probability, which is what the search adds up.", "減去全部指數總和的對數，成為對數機率；搜尋累加的就是它。"],
  "formula.banned-tokens": ["Tokens of the list are struck.", "名單上的詞元一律劃掉。"],
  "formula.min-tokens": ["End tokens are struck until enough tokens are out.", "產生足夠詞元之前，結束詞元會被劃掉。"],
  "formula.no-repeat-n-gram": ["Struck if it would repeat n tokens that stand in the text already.", "若會重複文中已有的連續 n 個詞元，就劃掉。"],
  "formula.dry": ["Lowered if it would continue a repetition of n tokens; a are allowed.", "若會延續長度 n 的重複就降低分數；容許長度為 a。"],
  "formula.typical-p": ["Tokens whose surprise is nearest to the entropy H stay, until their probabilities reach p.", "驚訝程度最接近熵 H 的詞元先留下，直到機率和達到 p。"],
  "formula.epsilon": ["Tokens less likely than ε are struck; the best stays.", "機率低於 ε 的詞元劃掉；最佳者必留。"],
  "formula.eta": ["The bar sinks where the model is undecided (entropy H); the best stays.", "模型越猶豫（熵 H 越大）門檻越低；最佳者必留。"],
  "formula.top-n-sigma": ["Tokens more than n standard deviations below the best are struck.", "比最佳者低超過 n 個標準差的詞元劃掉。"],
  "formula.xtc": ["Now and then (u ≤ q) all tokens above the threshold t but the least likely of them are struck.", "偶爾（u ≤ q）把高於門檻 t 的詞元劃掉，只留其中機率最小的一個。"],
  "formula.mirostat": ["Tokens more surprising than μ are struck; μ follows the surprise that was drawn.", "驚訝程度超過 μ 的詞元劃掉；μ 隨抽到的驚訝程度調整。"],
  "formula.better": ["better", "較佳者"],
});

/** What stands between two sentences: Chinese has no blank after its full stop. */
export function sentenceGap() {
  return place().lang === "en" ? " " : "";
}

/** @type {Record<string, string> | null} */
let builderWords = null;

/**
 * What the trace says in English, in the reader's language: the page builder hands over the words it knows.
 * @param {string} text
 */
export function told(text) {
  builderWords ??= /** @type {Record<string, string>} */ (JSON.parse(document.getElementById("words")?.textContent || "{}"));
  return place().lang !== "en" && Object.hasOwn(builderWords, text) ? builderWords[text] ?? text : text;
}

/**
 * A word in a given language, for the glossary.
 * @param {"en" | "zh-TW"} lang @param {string} key
 */
export function termIn(lang, key) {
  return table[key]?.[lang === "en" ? 0 : 1] ?? key;
}

/**
 * The text of a key in the reader's language, with `{name}` filled in. A key without words is shown as it stands (names
 * of stages this page does not know).
 * @param {string} key @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const entry = table[key];
  const text = entry ? entry[place().lang === "en" ? 0 : 1] : key.slice(key.indexOf(".") + 1);
  return text.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}
