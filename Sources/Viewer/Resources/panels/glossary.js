// A short glossary, each word in both languages: the course's terms.

import { el } from "../base/dom.js";
import { t, termIn, words } from "../base/strings.js";
import { panel } from "../base/panels.js";
import { place } from "../base/place.js";
import { section } from "./section.js";

words({
  "glossary.title": ["Glossary", "名詞解釋"],
  "glossary.lead": ["The terms of this page, in both languages.", "本頁用語，中英對照。"],
  "term.token": ["token", "詞元"],
  "term.token.text": ["The unit a model reads and writes: a word, a part of one, a character or a byte of one.", "模型讀寫的單位：一個詞、詞的一部分、一個字，或字的一個位元組。"],
  "term.logit": ["logit", "logit（未正規化分數）"],
  "term.logit.text": ["The model's raw score for a token. Only differences between logits matter.", "模型給詞元的原始分數。只有分數之間的差有意義。"],
  "term.softmax": ["softmax", "softmax（軟性最大化）"],
  "term.softmax.text": ["Turns scores into probabilities: e to the score, divided by the sum of all.", "把分數變成機率：取 e 的分數次方，再除以總和。"],
  "term.entropy": ["entropy", "熵"],
  "term.entropy.text": ["How undecided a distribution is, in bits: 1 bit is a coin toss, 0 is certainty.", "分布有多猶豫，以位元計：1 位元如擲硬幣，0 表示確定。"],
  "term.temperature": ["temperature", "溫度"],
  "term.temperature.text": ["Divides all logits. Low: the best stands out. High: all come closer. 0 takes the best.", "所有 logit 除以它。低溫讓最佳者突出，高溫使彼此接近；0 直接取最佳。"],
  "term.topk": ["top-k", "top-k"],
  "term.topk.text": ["Keeps the k largest logits.", "只留下最大的 k 個 logit。"],
  "term.topp": ["top-p", "top-p（核抽樣）"],
  "term.topp.text": ["Keeps the fewest best tokens whose probabilities reach p together.", "留下機率總和達到 p 的最少幾個最佳詞元。"],
  "term.minp": ["min-p", "min-p"],
  "term.minp.text": ["Keeps tokens at least min-p times as probable as the best.", "留下機率至少為最佳者 min-p 倍的詞元。"],
  "term.penalty": ["penalty", "懲罰"],
  "term.penalty.text": ["Lowers the logits of tokens that were used already.", "降低已用過詞元的 logit。"],
  "term.draw": ["draw", "抽選"],
  "term.draw.text": ["A random number in 0…1 falls into one token's share of the line.", "0 到 1 的亂數落在某個詞元所占的區間。"],
  "term.attention": ["attention", "注意力"],
  "term.attention.text": ["How much a position takes from each earlier one. The weights of a row sum to 1.", "一個位置從先前各位置取用多少。每一橫列的權重總和為 1。"],
  "term.head": ["head", "注意力頭"],
  "term.head.text": ["One of several attentions that work side by side in a layer.", "同一層中並行的多組注意力之一。"],
  "term.layer": ["layer", "層"],
  "term.layer.text": ["One round of attention and computation; a model stacks many.", "一輪注意力與計算；模型由許多層疊成。"],
  "term.gqa": ["grouped heads (GQA)", "分組查詢注意力（GQA）"],
  "term.gqa.text": ["Several heads share one set of keys and values, which makes the cache smaller.", "數個頭共用一組鍵與值，讓快取更小。"],
  "term.cache": ["key/value cache", "鍵值快取"],
  "term.cache.text": ["What each layer keeps of every position it has read.", "每一層為讀過的每個位置保留的內容。"],
  "term.prefill": ["prefill", "預填"],
  "term.prefill.text": ["Reading the whole prompt at once.", "一次讀完整個提示。"],
  "term.decode": ["decode", "解碼"],
  "term.decode.text": ["Producing tokens one at a time, each fed back as input.", "逐一產生詞元，並把每個詞元再餵回輸入。"],
  "term.ttft": ["TTFT and TPOT", "TTFT 與 TPOT"],
  "term.ttft.text": ["Time to first token; mean time per output token after it.", "首個詞元時間；其後每個輸出詞元的平均時間。"],
  "term.beam": ["beam search", "集束搜尋"],
  "term.beam.text": ["Follows several continuations at once and keeps those with the best sums of log-probabilities.", "同時追蹤多條接續，保留對數機率總和最好的幾條。"],
  "term.lens": ["logit lens", "logit 透鏡"],
  "term.lens.text": ["Reads a middle layer's state with the model's last step.", "用模型的最後一步來讀中間層的狀態。"],
  "term.embedding": ["embedding", "嵌入"],
  "term.embedding.text": ["The vector that a token becomes: its row of a matrix with a row for each token.", "詞元所變成的向量：嵌入矩陣中屬於它的那一橫列，每個詞元一橫列。"],
  "term.residual": ["residual stream", "殘差流"],
  "term.residual.text": ["The vector of a position that runs through all layers; each attention and each MLP adds to it.", "一個位置的向量，貫穿所有層；每個注意力與 MLP 都往上加。"],
  "term.attribution": ["direct logit attribution", "直接 logit 歸因"],
  "term.attribution.text": ["A logit as the sum of what each part added to the residual stream, with the norms’ scales held. What a part does through later layers is not in it.", "把 logit 看成各部分加入殘差流的總和，並固定正規化的縮放。某部分經由後面各層造成的影響不算在內。"],
  "term.rollout": ["attention rollout", "注意力各層相乘（rollout）"],
  "term.rollout.text": ["The attention of all layers multiplied, to sketch from which tokens something may have come.", "把各層的注意力相乘，粗略看出內容可能來自哪些詞元。"],
  "term.bpe": ["byte-pair encoding", "位元組對編碼（BPE）"],
  "term.bpe.text": ["Builds tokens from bytes by merging the most common pairs first.", "從位元組出發，先合併最常見的配對，組成詞元。"],
  "term.end": ["end token, stop string", "結束詞元、停止字串"],
  "term.end.text": ["What ends the text: a token of the model's own that means the end, or a text that one asked to stop at.", "讓文字結束的東西：模型自己表示結束的詞元，或指定要停下的文字。"],
  "term.context": ["context", "上下文"],
  "term.context.text": ["All the tokens that the model can look back at.", "模型能回頭看的所有詞元。"],
  "nav.glossary": ["Glossary", "名詞解釋"],
});

const terms = ["token", "logit", "softmax", "entropy", "temperature", "topk", "topp", "minp", "penalty", "draw", "attention", "head", "layer", "gqa", "cache", "prefill", "decode", "ttft", "beam", "lens", "embedding", "residual", "attribution", "rollout", "bpe", "end", "context"];

panel({ id: "glossary", area: "sections", order: 100, make: () => ({ element: section("glossary", [glossary()]) }) });

/**
 * A term's name and meaning in the reader's language; null for what is none of the glossary's.
 * @param {string} term
 */
export function glossaryEntry(term) {
  return terms.includes(term) ? { name: t(`term.${term}`), text: t(`term.${term}.text`) } : null;
}

function glossary() {
  const other = place().lang === "en" ? "zh-TW" : "en";
  return el("dl", { class: "glossary" }, terms.map((term) => el("div", {},
    el("dt", {}, t(`term.${term}`), " ", el("span", { lang: other }, termIn(other, `term.${term}`))), el("dd", {}, t(`term.${term}.text`)))));
}
