// Inside a step: the way of a token from the text to the text, frame by frame. A key goes on, layer by layer in the middle,
// and from the last frame to the next step.

import { el, fill } from "../base/dom.js";
import { stepNumber } from "../base/format.js";
import { t, words } from "../base/strings.js";
import { choices } from "../base/choices.js";
import { isFilled } from "../base/context.js";
import { bind } from "../base/keys.js";
import { panel } from "../base/panels.js";
import { choiceOf, choose, declareChoice, move, place } from "../base/place.js";
import { shownStep } from "../base/what-if.js";
import { Frames } from "./inside-frames.js";
import { ask, canAsk, lensOf, residualOf } from "./readings.js";
import { hiddenFrom } from "./predict.js";
import { section } from "./section.js";

words({
  "inside.title": ["Inside a step", "一步之內"],
  "inside.lead": ["From the text to the next token, frame by frame. What is exact is called exact; a reading holds something that in truth moves.", "從文字到下一個詞元，一格一格看。精確的數值標為「精確」；「讀數」則固定了某個其實會變的量。"],
  "inside.frames": ["Frames", "畫格"],
  "inside.frame.text": ["text", "文字"],
  "inside.frame.pieces": ["pieces", "片段"],
  "inside.frame.embedding": ["embedding", "嵌入"],
  "inside.frame.layer": ["layers", "各層"],
  "inside.frame.norm": ["final norm", "最後的正規化"],
  "inside.frame.logits": ["logits", "logit"],
  "inside.frame.stages": ["stages", "階段"],
  "inside.frame.draw": ["draw", "抽選"],
  "inside.frame.stop": ["stop?", "停止？"],
  "inside.back": ["Back", "上一格"],
  "inside.forward": ["Forward", "下一格"],
  "inside.place": ["Step {n}, frame {at} of {count}: {name}", "第 {n} 步，第 {at} 格，共 {count} 格：{name}"],
  "inside.place.layer": ["Step {n}, frame {at} of {count}: layer {layer} of 0…{last}", "第 {n} 步，第 {at} 格，共 {count} 格：第 {layer} 層（0…{last}）"],
  "inside.none": ["There is no step yet.", "還沒有任何一步。"],
  "nav.inside": ["Inside", "內部"],
  "key.frame-forward": ["inside the step: next frame", "一步之內：下一格"],
  "key.frame-back": ["inside the step: frame before", "一步之內：上一格"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */

/** The frames in their order; `layer` is one for each layer. */
export const frames = ["text", "pieces", "embedding", "layer", "norm", "logits", "stages", "draw", "stop"];
declareChoice("frame", "", /^[a-z]{1,20}$/);
/** The frames that tell of the pass, and what they need of it. */
const parts = /** @type {Record<string, import("./readings.js").Part[]>} */ ({ embedding: ["residual"], layer: ["residual", "lens"], norm: ["residual"], logits: ["residual"] });

/**
 * The panel on the page.
 * @type {Inside | null}
 */
let shown = null;

panel({ id: "inside", area: "sections", numbers: true, order: 45, applies: (source) => !isFilled(source.trace) && (source.trace.steps.length > 0 || source.live !== null),
  make: (source) => (shown = new Inside(source)) });

bind({ keys: ["."], label: "key.frame-forward", order: 96, run: () => walk(1) });
bind({ keys: [","], label: "key.frame-back", order: 97, run: () => walk(-1) });

/** @param {1 | -1} by */
function walk(by) {
  const wasHidden = !place().numbers;
  if (wasHidden) move({ numbers: true });
  if (!shown?.element.isConnected) return;
  // The first press brings the panel; the next ones walk.
  const { top, bottom } = shown.element.getBoundingClientRect();
  const isSeen = bottom > 0 && top < innerHeight - 80;
  if (!isSeen) scroll();
  // The pictures above it take their room once they are drawn.
  if (wasHidden) requestAnimationFrame(() => requestAnimationFrame(scroll));
  if (isSeen || choiceOf("frame") !== "") shown.walk(by);
}

/** Brings the panel to the top of the window. */
function scroll() {
  shown?.element.scrollIntoView({ block: "start" });
}

/** The frame that is shown. */
function frame() {
  return frames.includes(choiceOf("frame")) ? choiceOf("frame") : "text";
}

/** The row of frames, the place within, and the frame itself. */
class Inside {
  /** @param {TraceSource} source */
  constructor(source) {
    this.source = source;
    this.frames = new Frames(source);
    this.row = el("div", { class: "pickers inside-frames" });
    this.at = el("p", { class: "label", "aria-live": "polite" });
    this.matter = el("div", { class: "inside-frame" });
    const button = (/** @type {1 | -1} */ by, /** @type {string} */ text, /** @type {string} */ key) =>
      el("button", { type: "button", class: by > 0 ? "primary" : "quiet", "data-control": `frame-${by}`, on: { click: () => this.walk(by) } }, text, " ", el("kbd", {}, key));
    this.element = section("inside", [this.row, el("div", { class: "merge-controls inside-walk" }, button(-1, t("inside.back"), ","), button(1, t("inside.forward"), "."), this.at), this.matter]);
    this.render();
  }

  get layers() {
    return this.source.trace.model.layers;
  }

  /**
   * To the next frame or the one before; from the last frame to the next step, which a run with an engine then makes.
   * @param {1 | -1} by
   */
  walk(by) {
    const { step, layer } = place();
    const now = frame();
    const last = this.layers - 1;
    if (now === "layer" && layer + by >= 0 && layer + by <= last) return move({ layer: layer + by });
    const next = frames[frames.indexOf(now) + by];
    if (next === "layer") return choose("frame", next, { layer: by > 0 ? 0 : last });
    if (next !== undefined) return choose("frame", next);
    const { steps } = this.source.trace;
    if (by > 0 && (step + 1 < steps.length || (canAsk(this.source) && steps[step]?.finish === null))) choose("frame", "text", { step: step + 1 });
    if (by < 0 && step > 0) choose("frame", "stop", { step: step - 1 });
  }

  /** Which of all frames this is, the layers counted one by one. */
  count() {
    const now = frame();
    const index = frames.indexOf(now);
    const layer = frames.indexOf("layer");
    return 1 + index + (index > layer ? this.layers - 1 : index === layer ? place().layer : 0);
  }

  render() {
    const now = frame();
    const { trace } = this.source;
    fill(this.row, choices(t("inside.frames"), frames.map((value) => ({ value, text: t(`inside.frame.${value}`) })), now, (value) => choose("frame", value)));
    const step = shownStep(this.source);
    const values = { n: stepNumber(place().step), at: this.count(), count: frames.length + this.layers - 1, name: t(`inside.frame.${now}`), layer: place().layer, last: this.layers - 1 };
    fill(this.at, step ? t(now === "layer" ? "inside.place.layer" : "inside.place", values) : "");
    if (!step) return fill(this.matter, el("p", { class: "told" }, t("inside.none")));
    if (place().step >= hiddenFrom()) return fill(this.matter, el("p", { class: "told" }, t("predict.hidden")));
    const recorded = trace.steps[place().step];
    fill(this.matter, this.frames.of(now, step, recorded));
    this.frames.redraw(now);
    if (recorded) this.ask(recorded, parts[now] ?? []);
  }

  /**
   * Has the engine say what the frame needs and the record does not hold.
   * @param {import("../base/types.js").Step} step @param {import("./readings.js").Part[]} wanted
   */
  async ask(step, wanted) {
    if (!canAsk(this.source)) return;
    for (const part of wanted) {
      if (part === "lens" ? lensOf(step) : residualOf(step)) continue;
      await ask(this.source, step, part);
      if (this.element.isConnected && this.source.trace.steps[place().step] === step) this.show(step);
    }
  }

  /**
   * The frame anew with what has come meanwhile; what failed is not asked for again by itself.
   * @param {import("../base/types.js").Step} step
   */
  show(step) {
    const now = frame();
    if (place().step >= hiddenFrom()) return;
    fill(this.matter, this.frames.of(now, shownStep(this.source) ?? step, step));
    this.frames.redraw(now);
  }

  /** @param {Set<string>} changed */
  update(changed) {
    const layer = changed.has("layer") && ["layer", "logits"].includes(frame());
    if (layer || ["step", "frame", "theme", "predict", "growth", "whatif"].some((name) => changed.has(name))) this.render();
  }
}
