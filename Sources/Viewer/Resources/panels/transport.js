// The bar that steps: first, back, forward, last, and the whole run as a line of bars that shows where the model
// hesitated. It stays in sight.

import { el, fill, word } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { percent, tokenLabel, stepNumber } from "../base/format.js";
import { interventionsAt } from "../base/interventions.js";
import { chosenOf, isFilled } from "../base/context.js";
import { bind } from "../base/keys.js";
import { currentTheme, mapColor } from "../base/palette.js";
import { panel } from "../base/panels.js";
import { move, place } from "../base/place.js";
import { hiddenFrom } from "./predict.js";

words({
  "transport.label": ["Steps", "步驟"],
  "transport.first": ["First step (Home)", "第一步（Home）"],
  "transport.previous": ["Step back (←)", "上一步（←）"],
  "transport.next": ["Step forward (→)", "下一步（→）"],
  "transport.last": ["Last step (End)", "最後一步（End）"],
  "transport.step": ["step {step} of {count}", "第 {step} 步，共 {count} 步"],
  "transport.step.one": ["step 1, the only one", "第 1 步，僅此一步"],
  "transport.share": ["raw {share}", "原始 {share}"],
  "transport.none": ["no steps", "沒有步驟"],
  "transport.mask": ["mask {step} of {count}", "第 {step} 個遮罩，共 {count} 個"],
  "transport.mask.one": ["mask 1, the only one", "第 1 個遮罩，僅此一個"],
  "transport.mask.none": ["no masks", "沒有遮罩"],
  "transport.scrub": ["How unsure the model was at each step", "模型在每一步的不確定程度"],
  "key.next": ["step forward", "前進一步"],
  "key.previous": ["step back", "後退一步"],
  "key.first": ["first step", "第一步"],
  "key.last": ["last step", "最後一步"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */

panel({ id: "transport", area: "text", order: 20, make: (source) => new Transport(source) });

/** Beyond every run: a place is drawn back to the last step. */
const lastStep = { step: Infinity };

bind({ keys: ["ArrowRight"], label: "key.next", order: 10, run: () => move({ step: place().step + 1 }) });
bind({ keys: ["ArrowLeft"], label: "key.previous", order: 20, run: () => move({ step: place().step - 1 }) });
bind({ keys: ["Home"], label: "key.first", order: 30, run: () => move({ step: 0 }) });
bind({ keys: ["End"], label: "key.last", order: 40, run: () => move(lastStep) });

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x @param {number} y
 */
function dot(context, x, y) {
  context.beginPath();
  context.arc(x, y, 2.5, 0, 2 * Math.PI);
  context.fill();
}

/** The buttons, the line of bars and what stands at its end. */
class Transport {
  /** @param {TraceSource} source */
  constructor(source) {
    this.source = source;
    this.now = el("output", { class: "now" });
    this.canvas = el("canvas", { class: "scrub", role: "slider", tabindex: 0, "aria-label": t("transport.scrub"), "aria-valuemin": 0 });
    const button = (/** @type {string} */ name, /** @type {string} */ sign, /** @type {() => void} */ go) =>
      el("button", { type: "button", id: `go-${name}`, "aria-label": t(`transport.${name}`), title: t(`transport.${name}`), on: { click: go } }, sign);
    this.element = el("nav", { class: "transport", "aria-label": t("transport.label") },
      el("div", { class: "buttons" },
        button("first", "⇤", () => move({ step: 0 })),
        button("previous", "←", () => move({ step: place().step - 1 })),
        button("next", "→", () => move({ step: place().step + 1 })),
        button("last", "⇥", () => move(lastStep))),
      this.canvas, this.now);
    this.canvas.addEventListener("pointerdown", (event) => { this.canvas.setPointerCapture(event.pointerId); this.scrub(event); });
    this.canvas.addEventListener("pointermove", (event) => { if (event.buttons & 1) this.scrub(event); });
    new ResizeObserver(() => this.paint()).observe(this.canvas);
    this.update(new Set(["step"]));
  }

  get steps() {
    return this.source.trace.steps;
  }

  paint() {
    const { canvas, steps } = this;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (width === 0 || steps.length === 0) return;
    const scale = Math.min(window.devicePixelRatio || 1, 3);
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d");
    if (!context) return;
    const theme = currentTheme();
    context.scale(scale, scale);
    const pitch = width / steps.length;
    const hidden = hiddenFrom();
    steps.forEach((one, step) => {
      const shown = step >= hidden ? 0 : 1 - (chosenOf(one)?.rawProbability ?? 1);
      const h = Math.max(2, shown * (height - 8));
      context.fillStyle = step === place().step ? theme.accent : mapColor(0.3 + 0.6 * shown, theme);
      context.globalAlpha = step > place().step ? 0.55 : 1;
      context.fillRect(step * pitch, height - h, Math.max(1, pitch - (pitch > 4 ? 1.5 : 0)), h);
    });
    context.globalAlpha = 1;
    context.fillStyle = theme.accent;
    // Where something was done by hand.
    for (const one of steps) {
      if (interventionsAt(this.source.trace, one.index).length > 0) dot(context, (one.index + 0.5) * pitch, 7);
    }
    context.fillRect(place().step * pitch, 0, Math.max(2, pitch - 1.5), 3);
  }

  /** @param {PointerEvent} event */
  scrub(event) {
    move({ step: Math.floor((event.offsetX / this.canvas.clientWidth) * this.steps.length) });
  }

  /** The step's number, token and probability, in words. */
  tell() {
    const step = this.steps[place().step];
    const hidden = place().step >= hiddenFrom();
    const count = this.steps.length;
    const kind = isFilled(this.source.trace) ? "transport.mask" : "transport.step";
    if (!step) fill(this.now, t(isFilled(this.source.trace) ? "transport.mask.none" : "transport.none"));
    else fill(this.now, el("span", { class: "now-step" }, count === 1 ? t(`${kind}.one`) : t(kind, { step: stepNumber(step.index), count })), " ",
      el("span", { class: "now-token" }, hidden ? "···" : word(tokenLabel(step.token, 16))), " ",
      el("span", { class: "now-share" }, hidden ? "" : t("transport.share", { share: percent(chosenOf(step)?.rawProbability ?? 0) })));
    this.canvas.setAttribute("aria-valuemax", String(Math.max(count - 1, 0)));
    this.canvas.setAttribute("aria-valuenow", String(place().step));
    this.canvas.setAttribute("aria-valuetext", step && !hidden
      ? [tokenLabel(step.token, 40), ...interventionsAt(this.source.trace, step.index).map((act) => act.told)].join(t("list.comma")) : "");
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (!["step", "theme", "predict", "growth"].some((name) => changed.has(name))) return;
    this.tell();
    const atFirst = place().step <= 0;
    const atLast = place().step >= this.steps.length - 1;
    for (const [id, off] of /** @type {[string, boolean][]} */ ([["first", atFirst], ["previous", atFirst], ["next", atLast], ["last", atLast]])) {
      // aria-disabled, not disabled: a focused button that goes grey must not lose the focus.
      this.element.querySelector(`#go-${id}`)?.setAttribute("aria-disabled", String(off));
    }
    this.paint();
  }
}
