// How the prompt became tokens: its pieces, and the merges inside a piece, one at a time.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { spelled } from "../base/bytes.js";
import { byteMark, count, directionOf, isolated, plain } from "../base/format.js";
import { panel } from "../base/panels.js";
import { section } from "./section.js";

words({
  "tokens.title": ["How the prompt became tokens", "提示如何變成詞元"],
  "tokens.lead": ["The text is cut into pieces; inside a piece, neighbouring symbols merge, always the pair that stands highest in the list learned from data, until no listed pair is left.", "文字先切成片段；在片段內，相鄰符號反覆合併，每次都合併在訓練所得清單中排名最前的一對，直到沒有可合併的為止。"],
  "tokens.told": ["{pieces} pieces became {tokens} tokens. Choose a piece to play its merges.", "{pieces} 個片段變成 {tokens} 個詞元。選一個片段，逐步播放合併過程。"],
  "tokens.pieces": ["Pieces", "片段"],
  "tokens.slider": ["Merges done", "已完成的合併"],
  "tokens.play": ["Play", "播放"],
  "tokens.pause": ["Pause", "暫停"],
  "tokens.back": ["One merge back", "退回一次合併"],
  "tokens.forward": ["One merge on", "前進一次合併"],
  "tokens.more": ["{n} more", "還有 {n} 個"],
  "tokens.whole": ["Nothing to merge: the piece is one symbol already.", "不需合併：這個片段本身就是一個符號。"],
  "tokens.apart": ["No two neighbours stand in the list as a pair: the piece stays in its {n} symbols.", "清單中沒有任何相鄰的一對可合併：這個片段維持 {n} 個符號。"],
  "tokens.next": ["Merge {done} of {all}. Next: {left} + {right}, number {rank} in the list.", "已合併 {done}／{all} 次。接著：{left} + {right}，清單中第 {rank} 名。"],
  "tokens.done": ["All {all} merges done: {n} tokens, with their ids.", "{all} 次合併全部完成：{n} 個詞元及其編號。"],
  "nav.tokens": ["Tokens", "詞元"],
});

/** @typedef {import("../base/types.js").Piece} Piece */

/** Time between merges when they are played, in milliseconds. */
const playPauseMilliseconds = 700;
/** Pieces shown before the reader asks for more. */
const piecesAtOnce = 400;

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
 * A symbol as text where its bytes are whole characters, as bytes where not.
 * @param {string} hex
 */
function symbolText(hex) {
  const text = spelled(hex);
  if (text === null) return { text: byteMark(hex), raw: true };
  return { text: plain(text, 60).replace(/ /g, "␣").replace(/\n/g, "↵").replace(/\t/g, "⇥"), raw: false };
}

/** @typedef {import("../data/source.js").TraceSource} TraceSource */

panel({
  id: "tokens", area: "sections", order: 60,
  make: (source) => (source.trace.prompt.pieces.length > 0 ? new Merges(source)
    : { element: section("tokens", [el("p", { class: "told" }, tell(source))]) }),
});

/** @param {TraceSource} source */
function tell(source) {
  const { pieces, tokens } = source.trace.prompt;
  return t("tokens.told", { pieces: count(pieces.length), tokens: count(tokens.length) });
}

/** The list of pieces, and the merges of the one that was chosen. */
class Merges {
  /** @param {TraceSource} source of a run whose prompt has pieces */
  constructor(source) {
    this.source = source;
    this.chosen = Math.max(0, this.pieces.findIndex((piece) => piece.merges.length > 0));
    this.done = 0;
    this.shown = piecesAtOnce;
    /** @type {ReturnType<typeof setInterval> | null} */
    this.playing = null;
    this.list = el("div", { class: "pieces", dir: directionOf(source.trace.prompt.text), role: "listbox", tabindex: 0, "aria-label": t("tokens.pieces"), on: {
      click: (/** @type {Event} */ event) => {
        const chip = event.target instanceof Element ? event.target.closest("[data-piece]") : null;
        if (chip instanceof HTMLElement) this.choose(Number(chip.dataset.piece));
      },
      keydown: (/** @type {KeyboardEvent} */ event) => {
        const on = this.list.dir === "rtl" ? -1 : 1;
        const by = { ArrowRight: on, ArrowDown: 1, ArrowLeft: -on, ArrowUp: -1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        this.choose(this.chosen + by);
      },
    } });
    this.symbols = el("div", { class: "symbols" });
    this.note = el("p", { class: "note merge-note", "aria-live": "polite" });
    this.slider = el("input", { type: "range", min: 0, step: 1, "aria-label": t("tokens.slider"), on: { input: () => this.go(Number(this.slider.value)) } });
    this.play = el("button", { type: "button", on: { click: () => (this.playing === null ? this.start() : this.stop()) } });
    this.controls = el("div", { class: "merge-controls" },
      el("button", { type: "button", "aria-label": t("tokens.back"), on: { click: () => this.go(this.done - 1) } }, "←"), this.play,
      el("button", { type: "button", "aria-label": t("tokens.forward"), on: { click: () => this.go(this.done + 1) } }, "→"), this.slider);
    this.element = section("tokens", [el("p", { class: "told" }, tell(source)), this.list, this.symbols, this.note, this.controls]);
    this.renderList();
    this.render();
  }

  get pieces() {
    return this.source.trace.prompt.pieces;
  }

  get piece() {
    return /** @type {Piece} */ (this.pieces[this.chosen]);
  }

  /** @param {number} index */
  choose(index) {
    this.stop();
    this.chosen = Math.max(0, Math.min(this.pieces.length - 1, index));
    this.done = 0;
    this.renderList();
    this.render();
  }

  /** @param {number} wish */
  go(wish) {
    const all = this.piece.merges.length;
    this.done = Math.max(0, Math.min(all, wish));
    if (this.done === all) this.stop();
    this.render();
  }

  start() {
    if (this.done >= this.piece.merges.length) this.done = 0;
    this.playing = setInterval(() => this.go(this.done + 1), playPauseMilliseconds);
    this.render();
  }

  stop() {
    if (this.playing !== null) clearInterval(this.playing);
    this.playing = null;
    fill(this.play, t("tokens.play"));
  }

  renderList() {
    const { pieces, chosen } = this;
    if (chosen >= this.shown) this.shown = chosen + piecesAtOnce;
    fill(this.list, pieces.slice(0, this.shown).map((one, i) => {
      const { text, raw } = symbolText(one.bytes);
      return el("span", { class: raw ? "piece raw" : "piece", role: "option", id: `piece-${i}`, "data-piece": i, "aria-selected": String(i === chosen) }, el("bdi", {}, text),
        el("small", {}, one.ids.length));
    }), pieces.length > this.shown
      ? el("button", { type: "button", class: "quiet", on: { click: () => { this.shown += piecesAtOnce; this.renderList(); } } }, t("tokens.more", { n: pieces.length - this.shown })) : null);
    this.list.setAttribute("aria-activedescendant", `piece-${chosen}`);
  }

  render() {
    const { piece, done } = this;
    const all = piece.merges.length;
    const next = piece.merges[done];
    const last = piece.merges[done - 1];
    this.symbols.dir = directionOf(spelled(piece.bytes) ?? "");
    fill(this.symbols, symbolsAfter(piece, done).map((hex, i) => {
      const { text, raw } = symbolText(hex);
      const classes = ["symbol", raw ? "raw" : "", next && (i === next.index || i === next.index + 1) ? "next" : "",
        last && i === last.index ? "merged" : ""];
      return el("span", { class: classes.join(" ") }, el("bdi", {}, text),
        done === all && piece.ids[i] !== undefined ? el("small", {}, count(/** @type {number} */ (piece.ids[i]))) : null);
    }));
    fill(this.note, all === 0 ? t(piece.symbols.length > 1 ? "tokens.apart" : "tokens.whole", { n: piece.symbols.length })
      : next ? t("tokens.next", { left: isolated(symbolText(next.left).text), right: isolated(symbolText(next.right).text), rank: count(next.rank), done, all })
        : t("tokens.done", { all, n: piece.ids.length }));
    this.slider.max = String(all);
    this.slider.value = String(done);
    this.controls.hidden = all === 0;
    fill(this.play, t(this.playing === null ? "tokens.play" : "tokens.pause"));
  }
}
