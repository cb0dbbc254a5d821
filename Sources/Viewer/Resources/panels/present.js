// In front of a room: one panel a screen, large, with the bar that steps and the teacher's own stops below it.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { redrawAllFigures } from "../base/figure.js";
import { bind } from "../base/keys.js";
import { panel } from "../base/panels.js";
import { choiceOf, choose, move, place } from "../base/place.js";
import { isPresenting, presentZoom, sayBesidePointer } from "../base/presenting.js";
import { addStop, goToStop, removeStop, stopHere, stops } from "../base/stops.js";
import { beginMark, clearMark, drawMark } from "./mark.js";

words({
  "present.label": ["Presenting", "簡報"],
  "present.start": ["Present", "簡報"],
  "present.panel": ["Panel", "面板"],
  "present.previous": ["Stop before (Page Up)", "上一個停留點（Page Up）"],
  "present.next": ["Next stop (Page Down)", "下一個停留點（Page Down）"],
  "present.at": ["stop {n} of {count}", "停留點 {n}／{count}"],
  "present.between": ["{count} stops", "{count} 個停留點"],
  "present.none": ["no stops", "沒有停留點"],
  "present.add": ["Make this view a stop (+)", "將目前畫面設為停留點（+）"],
  "present.remove": ["Take this stop away", "移除這個停留點"],
  "present.circle": ["Circle (o): drag on the picture, or use the arrows", "圓圈（o）：在圖上拖曳，或用方向鍵"],
  "present.note": ["Note (m)", "註記（m）"],
  "present.clear": ["Clear circle and note (x)", "清除圓圈與註記（x）"],
  "present.leave": ["Leave (v)", "離開（v）"],
  "key.present": ["present: one panel a screen", "簡報：一個畫面一個面板"],
  "key.panel-next": ["presenting: next panel", "簡報：下一個面板"],
  "key.panel-previous": ["presenting: panel before", "簡報：上一個面板"],
  "present.figure": ["One picture alone (z)", "只看一張圖（z）"],
  "key.figure": ["presenting: one picture alone, then the next", "簡報：只看一張圖，再按換下一張"],
  "key.stop-next": ["presenting: next stop", "簡報：下一個停留點"],
  "key.stop-previous": ["presenting: stop before", "簡報：上一個停留點"],
  "key.stop-add": ["presenting: make this view a stop", "簡報：將目前畫面設為停留點"],
  "key.circle": ["presenting: circle something", "簡報：圈起重點"],
  "key.note": ["presenting: write a note", "簡報：寫註記"],
  "key.clear": ["presenting: clear circle and note", "簡報：清除圓圈與註記"],
});

/**
 * The panels that can have the screen: what has a name; the bar that steps has none.
 * @returns {HTMLElement[]}
 */
function screens() {
  return [...document.querySelectorAll("main > *")].flatMap((one) => (one instanceof HTMLElement && !one.hidden && one.id !== "" ? [one] : []));
}

/** The panel that has the screen: the one that was asked for, else the first that has a figure. */
function screen() {
  const all = screens();
  return all.find((one) => one.id === choiceOf("panel")) ?? all.find((one) => one.id === "story") ?? all[0];
}

/** @param {HTMLElement} one */
function titleOf(one) {
  return one.getAttribute("aria-label") ?? one.querySelector("h2")?.textContent ?? one.id;
}

/** The panel at the top of the window; none where the page's head is still in sight. */
export function panelInSight() {
  if (isPresenting()) return screen()?.id ?? "";
  const found = scrollY < 60 ? undefined : screens().find((one) => one.getBoundingClientRect().bottom > 160);
  return found?.id ?? "";
}

/** The next picture of the panel alone; after the last one the whole panel again. */
function otherFigure() {
  const names = [...(screen()?.querySelectorAll(".figure:not([hidden])") ?? [])].map((one) => [...one.classList].find((name) => name.startsWith("figure-"))?.slice("figure-".length) ?? "");
  choose("figure", names[names.indexOf(choiceOf("figure")) + 1] ?? "");
}

/** Whether the page stands as its address asked: it leads to a panel once, not each time the page is built anew. */
let isOpened = false;

/** Whether the next drag draws a circle. */
let isDrawing = false;

/** @param {boolean} on */
function setDrawing(on) {
  isDrawing = on;
  document.documentElement.toggleAttribute("data-drawing", on);
}

function toggle() {
  if (!isPresenting()) choose("panel", panelInSight() || screen()?.id || "");
  choose("present", isPresenting() ? "" : "1");
}

/** The choices without the picture that stood alone: another panel has others. */
function withoutFigure() {
  const { figure: _, ...others } = place().choices;
  return others;
}

/** @param {1 | -1} by */
function otherPanel(by) {
  const all = screens();
  const next = all[all.findIndex((one) => one === screen()) + by];
  if (next) move({ choices: { ...withoutFigure(), panel: next.id } });
}

const when = isPresenting;
bind({ keys: ["v"], label: "key.present", order: 141, run: toggle });
bind({ keys: ["]"], label: "key.panel-next", order: 142, when, run: () => otherPanel(1) });
bind({ keys: ["["], label: "key.panel-previous", order: 143, when, run: () => otherPanel(-1) });
bind({ keys: ["z"], label: "key.figure", order: 143, when, run: otherFigure });
bind({ keys: ["PageDown"], label: "key.stop-next", order: 144, when, run: () => goToStop(1) });
bind({ keys: ["PageUp"], label: "key.stop-previous", order: 145, when, run: () => goToStop(-1) });
bind({ keys: ["+"], label: "key.stop-add", order: 146, when, run: addStop });
bind({ keys: ["o"], label: "key.circle", order: 147, when, run: circle });
bind({ keys: ["m"], label: "key.note", order: 148, when, run: () => document.getElementById("present-note")?.click() });
bind({ keys: ["x"], label: "key.clear", order: 149, when, run: clearMark });

function circle() {
  const one = screen();
  if (!one) return;
  setDrawing(true);
  beginMark(one);
}

panel({ id: "present", area: "layers", order: 20, make: () => new Presenting() });

// In the capture phase: what is under the pointer must not take the click for its own.
addEventListener("pointerdown", (event) => {
  if (!isDrawing || !(event.target instanceof Element) || !event.target.closest("main")) return;
  if (!drawMark(event)) return;
  event.preventDefault();
  event.stopPropagation();
  addEventListener("click", (click) => { click.preventDefault(); click.stopPropagation(); }, { once: true, capture: true });
  addEventListener("pointerup", () => setDrawing(false), { once: true });
}, { capture: true });
addEventListener("resize", () => apply());

/** Gives the screen to its panel, or the page back. */
function apply() {
  const root = document.documentElement;
  const zoom = presentZoom();
  root.toggleAttribute("data-present", isPresenting());
  root.style.setProperty("--present-zoom", String(zoom));
  const shown = isPresenting() ? screen() : undefined;
  for (const one of document.querySelectorAll("main > .on-screen")) if (one !== shown) one.classList.remove("on-screen");
  shown?.classList.add("on-screen");
  for (const one of document.querySelectorAll(".alone")) one.classList.remove("alone");
  const alone = choiceOf("figure") === "" ? null : shown?.querySelector(`.figure-${choiceOf("figure")}`);
  for (let one = alone; one && one !== shown; one = one.parentElement) one.classList.add("alone");
  shown?.classList.toggle("alone", Boolean(alone));
  if (!isPresenting()) {
    setDrawing(false);
    sayBesidePointer("", 0, 0);
  }
}

/** The bar of the talk. */
class Presenting {
  constructor() {
    const button = (/** @type {string} */ name, /** @type {string} */ sign, /** @type {() => void} */ run) =>
      el("button", { type: "button", id: `present-${name}`, "aria-label": t(`present.${name}`), title: t(`present.${name}`), on: { click: run } }, sign);
    this.panels = el("select", { id: "present-panel", "aria-label": t("present.panel"), on: { change: () => move({ choices: { ...withoutFigure(), panel: this.panels.value } }) } });
    this.at = el("output", { class: "present-at" });
    this.change = button("add", "＋", () => (stopHere() >= 0 ? removeStop() : addStop()));
    this.field = el("input", { class: "present-field", type: "text", maxlength: 200, hidden: true, "aria-label": t("present.note"), on: {
      keydown: (/** @type {KeyboardEvent} */ event) => this.key(event), blur: () => this.closeNote(true) } });
    this.element = el("nav", { class: "present-bar", id: "present", "aria-label": t("present.label") },
      this.panels, button("previous", "◂", () => goToStop(-1)), this.at, button("next", "▸", () => goToStop(1)), this.change,
      button("figure", "▣", otherFigure), button("circle", "◯", circle), button("note", "✎", () => this.openNote()), this.field, button("clear", "⌫", clearMark), button("leave", "✕", toggle));
    // The panels that can have the screen are there once the page is built.
    requestAnimationFrame(() => this.show(!isOpened && choiceOf("panel") !== ""));
    requestAnimationFrame(() => { isOpened = true; });
  }

  openNote() {
    this.field.hidden = false;
    this.field.value = choiceOf("note");
    this.field.focus();
    const one = screen();
    // A note without a circle would stand nowhere.
    if (one && choiceOf("mark") === "") beginMark(one);
    requestAnimationFrame(() => this.field.focus());
  }

  /** @param {boolean} keeps what was written */
  closeNote(keeps) {
    if (this.field.hidden) return;
    this.field.hidden = true;
    if (keeps) choose("note", this.field.value.trim().replace(/[\u0000-\u001f]/g, " ").slice(0, 200));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.preventDefault();
    this.closeNote(event.key === "Enter");
    document.getElementById("present-note")?.focus();
  }

  /** @param {boolean} hasMoved another panel has the screen, or none any more */
  show(hasMoved) {
    apply();
    const one = screen();
    fill(this.panels, screens().map((each) => el("option", { value: each.id, selected: each === one }, titleOf(each))));
    const count = stops().length;
    const at = stopHere();
    fill(this.at, at >= 0 ? t("present.at", { n: at + 1, count }) : count > 0 ? t("present.between", { count }) : t("present.none"));
    const key = at >= 0 ? "present.remove" : "present.add";
    fill(this.change, at >= 0 ? "－" : "＋");
    for (const name of ["aria-label", "title"]) this.change.setAttribute(name, t(key));
    if (!hasMoved) return;
    redrawAllFigures();
    const title = one?.querySelector("h2[tabindex]");
    if (isPresenting() && title instanceof HTMLElement && !this.element.contains(document.activeElement)) title.focus({ preventScroll: true });
    // What had the keyboard may be out of sight now.
    const held = document.activeElement;
    if (!held?.checkVisibility() || held === document.body) (isPresenting() ? this.panels : document.getElementById("present-button"))?.focus({ preventScroll: true });
    if (isPresenting()) document.querySelector("main")?.scrollTo(0, 0);
    else if (one) bring(one);
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (changed.has("panel") || changed.has("present") || changed.has("figure")) this.show(true);
    else if (isPresenting()) this.show(false);
  }
}

/**
 * Brings a panel to the top of the window, for some frames: the pictures above it take their room meanwhile.
 * @param {Element} one
 */
function bring(one, frames = 12) {
  one.scrollIntoView({ block: "start" });
  if (frames > 0) requestAnimationFrame(() => bring(one, frames - 1));
}
