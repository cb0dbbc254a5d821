// The likeliest tokens of a step as large bars, each beginning where the one above it ends: the line from 0 to 1 of the
// draw, one token a row. The needle stands where the random number fell, and hits the bar of the token that was taken.

import { el, fill, word } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { stageLabel } from "../base/stages.js";
import { count, fixed, isolated, percent, tokenLabel } from "../base/format.js";
import { offered } from "../base/offers.js";
import { isShared } from "../data/stairs.js";

words({
  "chances.label": ["The likeliest tokens, and the draw", "最有可能的詞元，以及抽選"],
  "chances.others.count": ["{n} others", "其他 {n} 個"],
  "chances.notlisted": ["not listed", "未列出"],
  "chances.struck": ["raw {share}; struck out by {stage}", "原始 {share}，被 {stage} 劃掉"],
  "chances.needle": ["the draw", "抽選"],
  "chances.needle.told": ["the random number {u} falls on {token}", "亂數 {u} 落在 {token}"],
  "chances.was": ["recorded: {share}", "紀錄：{share}"],
  "chances.unlisted": ["a token that is not listed", "未列出的詞元"],
  "chances.taken": ["taken", "被選中"],
});

/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {import("../base/types.js").Candidate} Candidate */
/**
 * A row: where its bar begins and ends on the line; of a struck token the share that it had before the stages.
 * @typedef {{ id: number, name: string, from: number, to: number, struck: string | null, isTaken: boolean }} Row
 */

/** Tokens shown, beside the one that was taken. */
const most = 5;
/** How far a key moves the needle, and with Shift. */
const needleStep = { coarse: 0.01, fine: 0.0005 };
/** The random number is less than 1. */
const lastUniform = 1 - 2 ** -32;

/**
 * A token as people say it: without the blank before a word.
 * @param {{ text: string, bytes?: string, id?: number }} token
 */
export function spokenName(token) {
  if (token.text === "" && token.bytes === "") return t("chances.unlisted");
  const trimmed = token.text.trim();
  return trimmed !== "" && !/[\ufffd\n\t]/.test(token.text) ? isolated(trimmed.slice(0, 40)) : tokenLabel(token, 24);
}

/**
 * Whether what is not among a step's candidates is what another engine did not list: a record may keep fewer than are listed.
 * @param {Step} step @param {number | null} listed
 */
export function isUnlisted(step, listed) {
  return listed !== null && step.candidates.length >= listed;
}

/**
 * How many tokens the engine that ran the model lists; null: all, or the model was run here.
 * @param {import("../base/types.js").Trace} trace
 */
export function listedIn({ origin }) {
  return typeof origin?.listed === "number" ? origin.listed : null;
}

/**
 * The rows of a step, and what all others have together; what another engine did not list by itself.
 * @param {Step} step @param {number | null} listed how many tokens another engine lists; null: all
 * @returns {{ rows: Row[], rest: { from: number, to: number, name: string }[] }}
 */
export function rowsOf(step, listed) {
  const byFinal = isShared(step);
  const share = (/** @type {Candidate} */ c) => (byFinal ? c.probability : c.rawProbability);
  const inPlay = step.candidates.filter((c) => share(c) > 0).sort((a, b) => share(b) - share(a) || a.id - b.id);
  let low = 0;
  const places = new Map(inPlay.map((c) => { const from = low; low += share(c); return [c.id, { from, to: low }]; }));
  // A token from beyond the list stands behind others that are not listed: its own place is that of the draw.
  if (step.draw) places.set(step.token.id, { from: step.draw.low, to: step.draw.high });
  const shown = inPlay.slice(0, most);
  const struck = byFinal ? step.candidates.filter((c) => c.removedBy !== null).sort((a, b) => a.rank - b.rank).slice(0, most - shown.length) : [];
  const taken = step.candidates.find((c) => c.id === step.token.id);
  if (taken && !shown.includes(taken) && !struck.includes(taken)) (taken.removedBy !== null && byFinal ? struck : shown).push(taken);
  const row = (/** @type {Candidate} */ c) => {
    const place = places.get(c.id);
    return { id: c.id, name: spokenName(c), from: place?.from ?? 0, to: place?.to ?? c.rawProbability,
      struck: place ? null : c.removedBy, isTaken: c.id === step.token.id };
  };
  const sum = shown.reduce((total, c) => total + share(c), 0);
  const kept = byFinal ? (step.stages.at(-1)?.kept ?? 0) : (step.stages[0]?.kept ?? 0);
  const unlisted = isUnlisted(step, listed) ? (byFinal ? step.tail.probability : step.tail.rawProbability) : 0;
  const others = kept - shown.length - (unlisted > 0 ? step.tail.count : 0);
  const rest = others > 0 && sum < 1 - unlisted - 1e-9 ? [{ from: sum, to: 1 - unlisted, name: t("chances.others.count", { n: count(others) }) }] : [];
  if (unlisted > 0) rest.push({ from: 1 - unlisted, to: 1, name: t("chances.notlisted") });
  return { rows: [...shown, ...struck].map(row), rest };
}

/** The bars on the page. */
export class Chances {
  /**
   * @param {((uniform: number) => void) | null} dragged hears where the reader puts the needle; null: it stays
   * @param {number | null} listed how many tokens another engine lists
   */
  constructor(dragged, listed) {
    this.dragged = dragged;
    this.listed = listed;
    this.list = el("ol", { class: "chance-list" });
    this.needleText = el("span", { class: "needle-text" });
    this.needle = el("span", { class: "needle", "aria-label": t("chances.needle"), ...(dragged ? { role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": 1 } : { role: "img" }) }, el("i", {}), this.needleText);
    this.track = el("span", { class: "needle-track" }, this.needle);
    this.element = el("div", { class: "chances", role: "group", "aria-label": t("chances.label") }, this.track, this.list);
    /** @type {Step | undefined} */
    this.step = undefined;
    /** @type {Map<number, HTMLElement>} by token: a row that stays moves, and is not made anew */
    this.made = new Map();
    if (dragged) this.listen(dragged);
  }

  /** @param {(uniform: number) => void} dragged */
  listen(dragged) {
    const to = (/** @type {PointerEvent} */ event) => {
      const box = this.track.getBoundingClientRect();
      dragged(Math.max(0, Math.min(lastUniform, (event.clientX - box.left) / Math.max(1, box.width))));
    };
    this.needle.addEventListener("pointerdown", (event) => { this.needle.setPointerCapture(event.pointerId); event.preventDefault(); this.needle.focus(); });
    this.needle.addEventListener("pointermove", (event) => { if (this.needle.hasPointerCapture(event.pointerId)) to(event); });
    this.needle.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      const uniform = this.step?.draw?.uniform;
      if (uniform === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      const at = { Home: 0, End: lastUniform }[event.key] ?? (by === undefined ? undefined : uniform + by * (event.shiftKey ? needleStep.fine : needleStep.coarse));
      if (at === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      dragged(Math.max(0, Math.min(lastUniform, at)));
    });
  }

  /**
   * @param {Step} step what is shown @param {Step | undefined} ghost the record behind it
   */
  show(step, ghost) {
    this.step = step;
    const { rows, rest } = rowsOf(step, this.listed);
    const before = ghost ? new Map(rowsOf({ ...ghost, token: ghost.token }, this.listed).rows.map((row) => [row.id, row])) : null;
    const made = new Map();
    const items = rows.map((row) => {
      const item = this.made.get(row.id) ?? this.item();
      made.set(row.id, item);
      this.fill(item, row, before ? (before.get(row.id) ?? null) : undefined);
      return item;
    });
    this.made = made;
    const tail = rest.map((part) => this.restItem(part));
    // Rows that stay in their place keep their motion; the list is touched only where another row stands.
    const wanted = [...items, ...tail];
    if (wanted.length !== this.list.children.length || wanted.some((item, i) => this.list.children[i] !== item)) this.list.replaceChildren(...wanted);
    this.showNeedle(step);
  }

  item() {
    return el("li", {}, el("span", { class: "chance-word" }), el("span", { class: "chance-lane" }, el("i", { class: "ghost" }), el("b", {}), el("small", {})), el("span", { class: "chance-share" }));
  }

  /**
   * @param {HTMLElement} item @param {Row} row @param {Row | null | undefined} ghost undefined: the record is what is shown
   */
  fill(item, row, ghost) {
    const [name, lane, share] = /** @type {HTMLElement[]} */ ([...item.children]);
    const [shadow, bar, note] = /** @type {HTMLElement[]} */ ([...(lane?.children ?? [])]);
    if (!name || !share || !shadow || !bar || !note) return;
    item.classList.toggle("taken", row.isTaken);
    item.classList.toggle("struck", row.struck !== null);
    fill(name, row.isTaken ? el("span", { class: "seal", title: t("chances.taken") }, "●") : null, this.dragged && row.id >= 0 ? offered(row.id, word(row.name)) : word(row.name));
    place(bar, row.from, row.to);
    shadow.hidden = !ghost || ghost.struck !== null;
    if (ghost && ghost.struck === null) place(shadow, ghost.from, ghost.to);
    // What a struck token had is no share of these bars: that stands in the note.
    const struck = row.struck === null ? "" : t("chances.struck", { share: percent(row.to - row.from), stage: stageLabel(row.struck) });
    fill(share, percent(row.struck === null ? row.to - row.from : 0));
    item.title = [struck,
      ghost ? t("chances.was", { share: ghost.struck === null ? percent(ghost.to - ghost.from) : "0" }) : ""].filter((text) => text !== "").join(t("list.comma"));
    fill(note, struck);
    // Behind the bar, or where that leaves no room within it.
    const at = row.to > 0.4 ? 0 : 100 * row.to;
    note.style.setProperty("left", `calc(${at.toFixed(2)}% + 8px)`);
    note.style.setProperty("max-width", `calc(${(100 - at).toFixed(2)}% - 12px)`);
  }

  /** @param {{ from: number, to: number, name: string }} rest */
  restItem(rest) {
    const item = this.item();
    this.fill(item, { id: -1, name: "", from: rest.from, to: rest.to, struck: null, isTaken: false }, undefined);
    item.classList.add("others");
    const name = item.firstElementChild;
    if (name) fill(name, rest.name);
    return item;
  }

  /** @param {Step} step */
  showNeedle(step) {
    const { draw } = step;
    this.track.hidden = draw === null;
    this.element.classList.toggle("undrawn", draw === null);
    if (!draw) return;
    this.needle.style.setProperty("--at", `${(100 * draw.uniform).toFixed(3)}%`);
    this.needle.classList.toggle("late", draw.uniform > 0.7);
    fill(this.needleText, `${t("chances.needle")} ${fixed(draw.uniform, 4)}`);
    const told = t("chances.needle.told", { u: fixed(draw.uniform, 4), token: spokenName(step.token) });
    // A needle that stays is a picture: what a slider says of its value belongs into its name.
    this.needle.setAttribute("aria-label", this.dragged ? t("chances.needle") : told);
    if (!this.dragged) return;
    this.needle.setAttribute("aria-valuenow", draw.uniform.toFixed(4));
    this.needle.setAttribute("aria-valuetext", told);
  }
}

/**
 * @param {HTMLElement} bar @param {number} from @param {number} to
 */
function place(bar, from, to) {
  bar.style.setProperty("left", `${(100 * from).toFixed(3)}%`);
  bar.style.setProperty("width", `${(100 * Math.max(0, to - from)).toFixed(3)}%`);
}
