// How the prompt became tokens: its pieces, and the merges inside a piece, one at a time. Called by: main.

import { el, fill } from "../base/dom.js";
import { t } from "../base/strings.js";
import { spelled } from "../base/bytes.js";
import { byteMark, count, plain } from "../base/format.js";
import { section } from "./section.js";

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

/**
 * @param {import("../data/source.js").TraceSource} source
 * @returns {import("../base/types.js").Panel}
 */
export function tokensPanel(source) {
  const { pieces, tokens } = source.trace.prompt;
  const told = t("tokens.told", { pieces: count(pieces.length), tokens: count(tokens.length) });
  if (pieces.length === 0) {
    return { element: section("tokens", [el("p", { class: "told" }, told)]), update() {} };
  }
  let chosen = Math.max(0, pieces.findIndex((piece) => piece.merges.length > 0));
  let done = 0;
  let shown = piecesAtOnce;
  /** @type {ReturnType<typeof setInterval> | null} */
  let playing = null;
  const list = el("div", { class: "pieces", role: "listbox", tabindex: 0, "aria-label": t("tokens.pieces"), on: {
    click: (/** @type {Event} */ event) => {
      const chip = event.target instanceof Element ? event.target.closest("[data-piece]") : null;
      if (chip instanceof HTMLElement) choose(Number(chip.dataset.piece));
    },
    keydown: (/** @type {KeyboardEvent} */ event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      choose(chosen + by);
    },
  } });
  const symbols = el("div", { class: "symbols" });
  const note = el("p", { class: "note merge-note", "aria-live": "polite" });
  const slider = el("input", { type: "range", min: 0, step: 1, "aria-label": t("tokens.slider"), on: { input: () => go(Number(slider.value)) } });
  const play = el("button", { type: "button", on: { click: () => (playing === null ? start() : stop()) } });
  const controls = el("div", { class: "merge-controls" },
    el("button", { type: "button", "aria-label": t("tokens.back"), on: { click: () => go(done - 1) } }, "←"), play,
    el("button", { type: "button", "aria-label": t("tokens.forward"), on: { click: () => go(done + 1) } }, "→"), slider);
  const element = section("tokens", [el("p", { class: "told" }, told), list, symbols, note, controls]);

  function piece() {
    return /** @type {Piece} */ (pieces[chosen]);
  }

  /** @param {number} index */
  function choose(index) {
    stop();
    chosen = Math.max(0, Math.min(pieces.length - 1, index));
    done = 0;
    renderList();
    render();
  }

  /** @param {number} wish */
  function go(wish) {
    done = Math.max(0, Math.min(piece().merges.length, wish));
    if (done === piece().merges.length) stop();
    render();
  }

  function start() {
    if (done >= piece().merges.length) done = 0;
    playing = setInterval(() => go(done + 1), playPauseMilliseconds);
    render();
  }

  function stop() {
    if (playing !== null) clearInterval(playing);
    playing = null;
    fill(play, t("tokens.play"));
  }

  function renderList() {
    if (chosen >= shown) shown = chosen + piecesAtOnce;
    fill(list, pieces.slice(0, shown).map((one, i) => {
      const { text, raw } = symbolText(one.bytes);
      return el("span", { class: raw ? "piece raw" : "piece", role: "option", id: `piece-${i}`, "data-piece": i, "aria-selected": String(i === chosen) }, text,
        el("small", {}, one.ids.length));
    }), pieces.length > shown
      ? el("button", { type: "button", class: "quiet", on: { click: () => { shown += piecesAtOnce; renderList(); } } }, t("tokens.more", { n: pieces.length - shown })) : null);
    list.setAttribute("aria-activedescendant", `piece-${chosen}`);
  }

  function render() {
    const now = piece();
    const next = now.merges[done];
    const last = now.merges[done - 1];
    fill(symbols, symbolsAfter(now, done).map((hex, i) => {
      const { text, raw } = symbolText(hex);
      const classes = ["symbol", raw ? "raw" : "", next && (i === next.index || i === next.index + 1) ? "next" : "",
        last && i === last.index ? "merged" : ""];
      return el("span", { class: classes.join(" ") }, text,
        done === now.merges.length && now.ids[i] !== undefined ? el("small", {}, count(/** @type {number} */ (now.ids[i]))) : null);
    }));
    fill(note, now.merges.length === 0 ? t("tokens.whole")
      : next ? t("tokens.next", { left: symbolText(next.left).text, right: symbolText(next.right).text, rank: count(next.rank), done, all: now.merges.length })
        : t("tokens.done", { all: now.merges.length, n: now.ids.length }));
    slider.max = String(now.merges.length);
    slider.value = String(done);
    controls.hidden = now.merges.length === 0;
    fill(play, t(playing === null ? "tokens.play" : "tokens.pause"));
  }
  renderList();
  render();
  return { element, update() {} };
}
