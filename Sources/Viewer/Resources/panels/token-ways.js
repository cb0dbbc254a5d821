// The three ways in which a piece becomes tokens, each as steps that can be played: merges, the lattice of a unigram model, and
// longest match.

import { el } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { spelled } from "../base/bytes.js";
import { byteMark, count, isolated, plain } from "../base/format.js";

words({
  "way.merges": ["Neighbouring symbols merge, always the pair that stands highest in the list learned from data, until no listed pair is left.", "相鄰符號反覆合併，每次都合併在訓練所得清單中排名最前的一對，直到沒有可合併的為止。"],
  "way.whole": ["Nothing to merge: the piece is one symbol already.", "不需合併：這個片段本身就是一個符號。"],
  "way.apart": ["No two neighbours stand in the list as a pair: the piece stays in its {n} symbols.", "清單中沒有任何相鄰的一對可合併：這個片段維持 {n} 個符號。"],
  "way.next": ["Merge {done} of {all}. Next: {left} + {right}, number {rank} in the list.", "已合併 {done}／{all} 次。接著：{left} + {right}，清單中第 {rank} 名。"],
  "way.done": ["All {all} merges done: {n} tokens, with their ids.", "{all} 次合併全部完成：{n} 個詞元及其編號。"],
  "way.lattice": ["Every token that could stand here is a bar over its symbols, with its score, the logarithm of its probability. From left to right the best sum to each place is kept; the path with the largest sum at the end wins.", "每個可能出現的詞元是一條橫跨其符號的長條，下方是分數（機率的對數）。從左到右，保留到每個位置為止的最大總和；到終點總和最大的路徑勝出。"],
  "way.reached": ["The best sum to place {done} of {all} is {total}, its last token {token}.", "到第 {done}／{all} 個位置的最大總和是 {total}，最後一個詞元是 {token}。"],
  "way.nothing": ["No path reaches place {done} of {all}.", "沒有路徑到達第 {done}／{all} 個位置。"],
  "way.start": ["Nothing is summed up yet: step through the {all} places.", "還沒有加總：逐步走過 {all} 個位置。"],
  "way.path": ["The best path has {n} tokens and the sum {total}.", "最佳路徑有 {n} 個詞元，總和是 {total}。"],
  "way.match": ["From the left, the longest token of the vocabulary that fits is taken, then the longest from where it ended.", "從左邊開始取詞彙表中符合的最長詞元，再從它結束的地方取下一個最長的。"],
  "way.longest": ["{done} of {all} taken. Next: {token}, after {tried} longer ones that are no tokens.", "已取 {done}／{all} 個。接著：{token}，之前試過 {tried} 個更長的，都不是詞元。"],
  "way.none": ["{done} of {all} taken. Nothing fits here: the whole piece becomes the token for the unknown.", "已取 {done}／{all} 個。這裡沒有符合的詞元：整個片段變成代表未知的詞元。"],
  "way.taken": ["All {n} tokens taken.", "{n} 個詞元全部取完。"],
});

/** @typedef {import("../base/types.js").Piece} Piece */
/** @typedef {import("../base/types.js").LatticeEdge} LatticeEdge */
/**
 * A way as steps: `draw` and `note` show it after so many of them.
 * @typedef {{ steps: number, className: string, lead: string, draw: (done: number) => Node[], note: (done: number) => string }} Way
 */

/** Bars and columns that are drawn at most: the lattice of a long piece has thousands. */
const mostBars = 1500;
const mostColumns = 200;

/**
 * A symbol as text where its bytes are whole characters, as bytes where not.
 * @param {string} hex
 */
export function symbolText(hex) {
  const text = spelled(hex);
  if (text === null) return { text: byteMark(hex), raw: true };
  return { text: plain(text, 60).replace(/ /g, "␣").replace(/\n/g, "↵").replace(/\t/g, "⇥"), raw: false };
}

/**
 * The symbols of a piece after its first `done` merges.
 * @param {Piece} piece @param {number} done
 */
export function symbolsAfter(piece, done) {
  const symbols = [...piece.symbols];
  for (const merge of piece.merges.slice(0, done)) {
    symbols.splice(merge.index, 2, (symbols[merge.index] ?? "") + (symbols[merge.index + 1] ?? ""));
  }
  return symbols;
}

/**
 * @param {Piece} piece
 * @returns {Way}
 */
export function wayOf(piece) {
  if (piece.lattice) return latticeWay(piece, piece.lattice);
  if (piece.longestMatch) return matchWay(piece, piece.longestMatch);
  return mergesWay(piece);
}

/**
 * @param {Piece} piece
 * @returns {Way}
 */
function mergesWay(piece) {
  const all = piece.merges.length;
  return {
    steps: all, className: "symbols", lead: t("way.merges"),
    draw: (done) => {
      const [next, last] = [piece.merges[done], piece.merges[done - 1]];
      return symbolsAfter(piece, done).map((hex, i) => {
        const { text, raw } = symbolText(hex);
        const classes = ["symbol", raw ? "raw" : "", next && (i === next.index || i === next.index + 1) ? "next" : "",
          last && i === last.index ? "merged" : ""];
        return el("span", { class: classes.join(" ") }, el("bdi", {}, text),
          done === all && piece.ids[i] !== undefined ? el("small", {}, count(/** @type {number} */ (piece.ids[i]))) : null);
      });
    },
    note: (done) => {
      const next = piece.merges[done];
      if (all === 0) return t(piece.symbols.length > 1 ? "way.apart" : "way.whole", { n: piece.symbols.length });
      if (!next) return t("way.done", { all, n: piece.ids.length });
      return t("way.next", { left: isolated(symbolText(next.left).text), right: isolated(symbolText(next.right).text), rank: count(next.rank), done, all });
    },
  };
}

/**
 * The edge with the largest sum among those that end at each place.
 * @param {LatticeEdge[]} edges
 */
export function bestEdges(edges) {
  /** @type {Map<number, LatticeEdge>} */
  const best = new Map();
  for (const edge of edges) {
    const other = best.get(edge.end);
    if (!other || edge.total > other.total) best.set(edge.end, edge);
  }
  return best;
}

/** @param {number} value */
const score = (value) => value.toFixed(2).replace("-", "−");

/**
 * @param {Piece} piece @param {LatticeEdge[]} edges
 * @returns {Way}
 */
function latticeWay(piece, edges) {
  const best = bestEdges(edges);
  const all = piece.symbols.length;
  const path = edges.filter((edge) => edge.chosen);
  /** @param {LatticeEdge} edge */
  const textOf = (edge) => symbolText(piece.symbols.slice(edge.start, edge.end).join("")).text;
  return {
    steps: all + 1, className: "lattice", lead: t("way.lattice"),
    draw: (done) => grid(piece, edges.filter((edge) => edge.end <= done || done > all).map((edge) => ({
      start: edge.start, end: edge.end, text: textOf(edge), told: score(edge.score), id: edge.chosen && done > all ? edge.id : null,
      className: done > all ? (edge.chosen ? "chosen" : "") : best.get(edge.end) === edge ? "best" : "",
    }))),
    note: (done) => {
      if (done > all) return t("way.path", { n: path.length, total: score(path.at(-1)?.total ?? 0) });
      if (done === 0) return t("way.start", { all });
      const edge = best.get(done);
      return edge ? t("way.reached", { done, all, total: score(edge.total), token: isolated(textOf(edge)) }) : t("way.nothing", { done, all });
    },
  };
}

/**
 * @param {Piece} piece @param {import("../base/types.js").LongestMatch[]} matches
 * @returns {Way}
 */
function matchWay(piece, matches) {
  const all = matches.length;
  return {
    steps: all, className: "lattice", lead: t("way.match"),
    draw: (done) => grid(piece, matches.slice(0, done).map((match, i) => ({
      start: match.start, end: match.end, text: symbolText(match.spelled).text, told: "", id: match.id,
      className: match.id === null ? "none" : i === done - 1 ? "best" : "chosen",
    }))),
    note: (done) => {
      const next = matches[done];
      if (!next) return t("way.taken", { n: piece.ids.length });
      return t(next.id === null ? "way.none" : "way.longest", { done, all, token: isolated(symbolText(next.spelled).text), tried: count(next.tried) });
    },
  };
}

/**
 * The symbols of a piece as columns, and bars over some of them in as few rows as they need.
 * @param {Piece} piece
 * @param {{ start: number, end: number, text: string, told: string, id: number | null, className: string }[]} bars
 */
function grid(piece, bars) {
  /** @type {number[]} where each row is free from on */
  const rows = [];
  const shown = bars.filter((bar) => bar.end <= mostColumns).slice(0, mostBars);
  const heads = piece.symbols.slice(0, mostColumns).map((hex, i) => {
    const { text, raw } = symbolText(hex);
    return el("span", { class: raw ? "head raw" : "head", style: { "grid-column": i + 1, "grid-row": 1 } }, el("bdi", {}, text));
  });
  return [...heads, ...shown.map((bar) => {
    let row = rows.findIndex((free) => free <= bar.start);
    if (row < 0) row = rows.length;
    rows[row] = bar.end;
    return el("span", { class: `bar ${bar.className}`, style: { "grid-column": `${bar.start + 1} / ${bar.end + 1}`, "grid-row": row + 2 } },
      el("bdi", {}, bar.text), el("small", {}, [bar.told, bar.id === null ? "" : count(bar.id)].filter((part) => part !== "").join(" · ")));
  })];
}
