// A circle and a note that a teacher puts on a picture or a panel. They are part of the place: a link and a stop have them.

import { el } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { plain } from "../base/format.js";
import { panel } from "../base/panels.js";
import { choiceOf, choose, declareChoice } from "../base/place.js";

words({
  "mark.label": ["Circle: arrows move it, + and − change its size, Delete takes it away", "圓圈：方向鍵移動，＋ － 改變大小，Delete 移除"],
});

/** On what the circle is, and in thousandths of its width how far from its left and top, and how large. */
declareChoice("mark", "", /^[a-z-]{1,40}(:\d{1,5}){3}$/);
declareChoice("note", "", /^[^\u0000-\u001f]{1,200}$/);

/** @typedef {{ on: string, x: number, y: number, r: number }} Mark */

const unit = 1000;
/** How large a circle begins, how far a key moves it, and by what it grows. */
const first = 70;
const step = 15;
const growth = 1.15;
const sizes = { least: 15, most: 600 };

/** @returns {Mark | null} */
function mark() {
  const [on, x, y, r] = choiceOf("mark").split(":");
  return on && r !== undefined ? { on, x: Number(x), y: Number(y), r: Number(r) } : null;
}

/** @param {Mark} wish */
function put({ on, x, y, r }) {
  const whole = (/** @type {number} */ n, most = 99_999) => Math.max(0, Math.min(most, Math.round(n)));
  choose("mark", [on, whole(x), whole(y), Math.max(sizes.least, whole(r, sizes.most))].join(":"));
}

/**
 * What a circle stands on: the picture it was drawn on, else the panel.
 * @param {string} name @returns {HTMLElement | null}
 */
function groundNamed(name) {
  const found = document.querySelector(`.figure-${name} > .scroller`) ?? document.querySelector(`main > #${name}`);
  return found instanceof HTMLElement && found.checkVisibility() ? found : null;
}

/**
 * The same, of what stands under the pointer.
 * @param {Element} target
 */
function groundUnder(target) {
  const figure = target.closest(".figure");
  const name = [...(figure?.classList ?? [])].find((one) => one.startsWith("figure-"))?.slice("figure-".length);
  return name ?? target.closest("main > *")?.id ?? null;
}

/**
 * A circle in the middle of the first picture of a panel, ready for the keys.
 * @param {Element} screen
 */
export function beginMark(screen) {
  const target = [...screen.querySelectorAll(".figure canvas")].find((one) => one.checkVisibility()) ?? screen;
  const on = groundUnder(target);
  const ground = on ? groundNamed(on) : null;
  if (!on || !ground) return;
  if (mark()?.on !== on) put({ on, x: unit / 2, y: Math.min(unit / 2, (unit * ground.clientHeight) / Math.max(1, 2 * ground.clientWidth)), r: first });
  requestAnimationFrame(() => document.querySelector(".mark-ring")?.closest("[tabindex]")?.dispatchEvent(new Event("wanted")));
}

export function clearMark() {
  choose("mark", "");
  choose("note", "");
}

/**
 * Draws a circle by the pointer: from its middle to its edge.
 * @param {PointerEvent} event @returns {boolean} whether there was something to draw on
 */
export function drawMark(event) {
  const target = event.target instanceof Element ? event.target : null;
  const on = target ? groundUnder(target) : null;
  const ground = on ? groundNamed(on) : null;
  if (!on || !ground) return false;
  const box = ground.getBoundingClientRect();
  const at = (/** @type {PointerEvent} */ now) => ({ x: (unit * (now.clientX - box.left)) / box.width, y: (unit * (now.clientY - box.top)) / box.width });
  const { x, y } = at(event);
  put({ on, x, y, r: first });
  const drag = (/** @type {PointerEvent} */ now) => {
    const edge = at(now);
    const r = Math.hypot(edge.x - x, edge.y - y);
    if (r > sizes.least) put({ on, x, y, r });
  };
  addEventListener("pointermove", drag);
  addEventListener("pointerup", () => removeEventListener("pointermove", drag), { once: true });
  return true;
}

panel({ id: "mark", area: "layers", order: 30, make: () => new MarkView() });

/** The circle with its note, wherever on the page it belongs. */
class MarkView {
  constructor() {
    this.ring = el("div", { class: "mark-ring" });
    this.note = el("p", { class: "mark-note" });
    this.element = el("div", { class: "mark", role: "group", tabindex: 0, hidden: true, "aria-label": t("mark.label"),
      on: { keydown: (/** @type {KeyboardEvent} */ event) => this.key(event), wanted: () => this.element.focus() } }, this.ring, this.note);
    /** @type {HTMLElement | null} */
    this.ground = null;
    this.watch = new ResizeObserver(() => this.put());
    requestAnimationFrame(() => this.show());
  }

  /** Finds what the mark stands on, which may have been made anew. */
  show() {
    const wish = mark();
    const ground = wish ? groundNamed(wish.on) : null;
    this.element.hidden = ground === null;
    if (ground !== this.ground) {
      this.watch.disconnect();
      if (ground) this.watch.observe(ground);
      this.ground = ground;
    }
    if (ground && this.element.parentElement !== ground) ground.append(this.element);
    this.put();
  }

  put() {
    const wish = mark();
    const { ground } = this;
    if (!wish || !ground?.isConnected) return;
    const width = ground.clientWidth;
    const [x, y, r] = [wish.x, wish.y, wish.r].map((part) => (part * width) / unit);
    for (const [name, value] of [["left", (x ?? 0) - (r ?? 0)], ["top", (y ?? 0) - (r ?? 0)], ["width", 2 * (r ?? 0)], ["height", 2 * (r ?? 0)]]) {
      this.element.style.setProperty(String(name), `${Number(value)}px`);
    }
    this.note.hidden = choiceOf("note") === "";
    this.note.textContent = plain(choiceOf("note"), 200);
    // Where there is more room.
    this.element.classList.toggle("note-left", (x ?? 0) > width / 2);
    this.element.classList.toggle("note-above", (y ?? 0) > ground.clientHeight / 2);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const wish = mark();
    if (!wish || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    const factor = { "+": growth, "=": growth, "-": 1 / growth }[event.key];
    if (by) put({ ...wish, x: wish.x + (by[0] ?? 0), y: wish.y + (by[1] ?? 0) });
    else if (factor) put({ ...wish, r: wish.r * factor });
    else if (event.key === "Delete" || event.key === "Backspace") clearMark();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (["mark", "note", "panel", "present", "step", "growth", "numbers"].some((name) => changed.has(name))) this.show();
  }
}
