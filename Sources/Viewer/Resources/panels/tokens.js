// How the prompt became tokens: its pieces, and the way of a piece, one step at a time.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { spelled } from "../base/bytes.js";
import { count, directionOf } from "../base/format.js";
import { panel } from "../base/panels.js";
import { choiceOf, choose, declareChoice } from "../base/place.js";
import { section } from "./section.js";
import { symbolText, wayOf } from "./token-ways.js";

words({
  "tokens.title": ["How the prompt became tokens", "提示如何變成詞元"],
  "tokens.lead": ["The text is cut into pieces, and each piece becomes tokens on its own.", "文字先切成片段，每個片段各自變成詞元。"],
  "tokens.told": ["{pieces} pieces became {tokens} tokens. Choose a piece to see how, step by step.", "{pieces} 個片段變成 {tokens} 個詞元。選一個片段，逐步看它的過程。"],
  "tokens.pieces": ["Pieces", "片段"],
  "tokens.slider": ["Steps done", "已完成的步驟"],
  "tokens.play": ["Play", "播放"],
  "tokens.pause": ["Pause", "暫停"],
  "tokens.back": ["One step back", "退回一步"],
  "tokens.forward": ["One step on", "前進一步"],
  "tokens.more": ["{n} more", "還有 {n} 個"],
  "nav.tokens": ["Tokens", "詞元"],
});

/** @typedef {import("../base/types.js").Piece} Piece */

/** Time between steps when they are played, in milliseconds. */
const playPauseMilliseconds = 700;
/** Pieces shown before the reader asks for more. */
const piecesAtOnce = 400;

/** @typedef {import("../data/source.js").TraceSource} TraceSource */

panel({
  id: "tokens", area: "sections", order: 60,
  make: (source) => (source.trace.prompt.pieces.length > 0 ? new Pieces(source)
    : { element: section("tokens", [el("p", { class: "told" }, tell(source))]) }),
});

/** @param {TraceSource} source */
function tell(source) {
  const { pieces, tokens } = source.trace.prompt;
  return t("tokens.told", { pieces: count(pieces.length), tokens: count(tokens.length) });
}

/** The piece that was chosen, and how many steps of its way are done. */
declareChoice("piece", "", /^\d{1,6}\.\d{1,6}$/);

/** The list of pieces, and the way of the one that was chosen. */
class Pieces {
  /** @param {TraceSource} source of a run whose prompt has pieces */
  constructor(source) {
    this.source = source;
    this.chosen = this.done = 0;
    this.follow();
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
    this.lead = el("p", { class: "note way-lead" });
    this.symbols = el("div", {});
    this.note = el("p", { class: "note merge-note", "aria-live": "polite" });
    this.slider = el("input", { type: "range", min: 0, step: 1, "aria-label": t("tokens.slider"), on: { input: () => this.go(Number(this.slider.value)) } });
    this.play = el("button", { type: "button", on: { click: () => (this.playing === null ? this.start() : this.stop()) } });
    this.controls = el("div", { class: "merge-controls" },
      el("button", { type: "button", "aria-label": t("tokens.back"), on: { click: () => this.go(this.done - 1) } }, "←"), this.play,
      el("button", { type: "button", "aria-label": t("tokens.forward"), on: { click: () => this.go(this.done + 1) } }, "→"), this.slider);
    this.element = section("tokens", [el("p", { class: "told" }, tell(source)), this.list, this.lead, this.symbols, this.note, this.controls]);
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
    this.keep();
    this.renderList();
    this.render();
  }

  /** @param {number} wish */
  go(wish) {
    const all = wayOf(this.piece).steps;
    this.done = Math.max(0, Math.min(all, wish));
    this.keep();
    if (this.done === all) this.stop();
    this.render();
  }

  start() {
    if (this.done >= wayOf(this.piece).steps) this.done = 0;
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

  /** The piece and the step of its way that were chosen; else the first piece that has a way. */
  follow() {
    const [piece, done] = choiceOf("piece").split(".").map(Number);
    this.chosen = Math.min(this.pieces.length - 1, done === undefined ? Math.max(0, this.pieces.findIndex((one) => wayOf(one).steps > 0)) : piece ?? 0);
    this.done = Math.min(wayOf(this.piece).steps, done ?? 0);
  }

  /** Keeps in the address where the reader is. */
  keep() {
    choose("piece", `${this.chosen}.${this.done}`);
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (!changed.has("piece") || choiceOf("piece") === `${this.chosen}.${this.done}`) return;
    this.stop();
    this.follow();
    this.renderList();
    this.render();
  }

  render() {
    const { piece, done } = this;
    const way = wayOf(piece);
    this.symbols.dir = directionOf(spelled(piece.bytes) ?? "");
    this.symbols.className = way.className;
    fill(this.lead, way.lead);
    fill(this.symbols, way.draw(done));
    fill(this.note, way.note(done));
    this.slider.max = String(way.steps);
    this.slider.value = String(done);
    this.controls.hidden = way.steps === 0;
    fill(this.play, t(this.playing === null ? "tokens.play" : "tokens.pause"));
  }
}
