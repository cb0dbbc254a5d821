// The bar that steps: first, back, forward, last, and the whole run as a line of bars that shows where the model
// hesitated. It stays in sight. Called by: main.

import { el, fill, word } from "../base/dom.js";
import { t } from "../base/strings.js";
import { percent, tokenLabel } from "../base/format.js";
import { currentTheme, mapColor } from "../base/palette.js";
import { move, place } from "../base/place.js";
import { chosenOf } from "./strip.js";
import { hiddenFrom } from "./predict.js";

/**
 * @param {import("../data/source.js").TraceSource} source
 * @returns {import("../base/types.js").Panel}
 */
export function transportPanel(source) {
  const { trace } = source;
  const last = trace.steps.length - 1;
  const now = el("output", { class: "now" });
  const canvas = el("canvas", { class: "scrub", role: "slider", tabindex: 0, "aria-label": t("transport.scrub"),
    "aria-valuemin": 0, "aria-valuemax": Math.max(last, 0) });
  const button = (/** @type {string} */ name, /** @type {string} */ sign, /** @type {() => void} */ go) =>
    el("button", { type: "button", id: `go-${name}`, "aria-label": t(`transport.${name}`), title: t(`transport.${name}`), on: { click: go } }, sign);
  const element = el("nav", { class: "transport", "aria-label": t("transport.label") },
    el("div", { class: "buttons" },
      button("first", "⇤", () => move({ step: 0 })),
      button("previous", "←", () => move({ step: place().step - 1 })),
      button("next", "→", () => move({ step: place().step + 1 })),
      button("last", "⇥", () => move({ step: last }))),
    canvas, now);

  const surprise = trace.steps.map((step) => 1 - (chosenOf(step)?.rawProbability ?? 1));

  function paint() {
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (width === 0 || last < 0) return;
    const scale = Math.min(window.devicePixelRatio || 1, 3);
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d");
    if (!context) return;
    const theme = currentTheme();
    context.scale(scale, scale);
    const pitch = width / (last + 1);
    const hidden = hiddenFrom();
    surprise.forEach((value, step) => {
      const shown = step >= hidden ? 0 : value;
      const h = Math.max(2, shown * (height - 8));
      context.fillStyle = step === place().step ? theme.accent : mapColor(0.3 + 0.6 * shown, theme);
      context.globalAlpha = step > place().step ? 0.55 : 1;
      context.fillRect(step * pitch, height - h, Math.max(1, pitch - (pitch > 4 ? 1.5 : 0)), h);
    });
    context.globalAlpha = 1;
    context.fillStyle = theme.accent;
    context.fillRect(place().step * pitch, 0, Math.max(2, pitch - 1.5), 3);
  }

  /** @param {PointerEvent} event */
  function scrub(event) {
    move({ step: Math.floor((event.offsetX / canvas.clientWidth) * (last + 1)) });
  }
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); scrub(event); });
  canvas.addEventListener("pointermove", (event) => { if (event.buttons & 1) scrub(event); });
  new ResizeObserver(paint).observe(canvas);

  /** @param {Set<string>} changed */
  function update(changed) {
    if (!["step", "theme", "predict"].some((name) => changed.has(name))) return;
    const step = trace.steps[place().step];
    const hidden = place().step >= hiddenFrom();
    if (!step) fill(now, t("transport.none"));
    else fill(now, el("span", { class: "now-step" }, last === 0 ? t("transport.step.one") : t("transport.step", { step: step.index, count: last + 1 })), " ",
      el("span", { class: "now-token" }, hidden ? "···" : word(tokenLabel(step.token, 16))), " ",
      el("span", { class: "now-share" }, hidden ? "" : percent(chosenOf(step)?.rawProbability ?? 0)));
    canvas.setAttribute("aria-valuenow", String(place().step));
    canvas.setAttribute("aria-valuetext", step && !hidden ? tokenLabel(step.token, 40) : "");
    for (const [id, off] of /** @type {[string, boolean][]} */ ([["first", place().step <= 0], ["previous", place().step <= 0],
      ["next", place().step >= last], ["last", place().step >= last]])) {
      // aria-disabled, not disabled: a focused button that goes grey must not lose the focus.
      element.querySelector(`#go-${id}`)?.setAttribute("aria-disabled", String(off));
    }
    paint();
  }
  update(new Set(["step"]));
  return { element, update };
}
