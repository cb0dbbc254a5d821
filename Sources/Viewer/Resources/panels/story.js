// The first thing one reads of a step: a few sentences, the likeliest tokens as bars with the draw, and what one may try.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { isFilled } from "../base/context.js";
import { percent, stepNumber, stepsCountFromZero, tokenLabel } from "../base/format.js";
import { bind } from "../base/keys.js";
import { panel } from "../base/panels.js";
import { move, place } from "../base/place.js";
import { ghostStep, shownStep, whatIfFound, wishUniform } from "../base/what-if.js";
import { Chances, listedIn } from "./chances.js";
import { hiddenFrom } from "./predict.js";
import { showEntry, termButton } from "./terms.js";
import { WhatIf } from "./what-if-controls.js";

words({
  "story.label": ["This step", "這一步"],
  "story.title": ["Step {n} of {count}", "第 {n} 步，共 {count} 步"],
  "story.title.from-zero": ["Step {n} (of 0 to {last})", "第 {n} 步（從 0 到 {last}）"],
  "story.title.none": ["Not begun yet", "還沒開始"],
  "story.title.mask": ["Mask {n} of {count}", "第 {n} 個遮罩，共 {count} 個"],
  "story.filled": ["An encoder reads what stands before the mask and behind it. {token} fits best: {share}.", "編碼器會讀遮罩前面和後面的字。最合適的是 {token}：{share}。"],
  "story.none": ["The model has not written anything yet.", "模型還沒寫出任何東西。"],
  "story.numbers": ["Show the numbers", "顯示數字"],
  "story.numbers.hide": ["Hide the numbers", "收起數字"],
  "key.numbers": ["show or hide the numbers", "顯示或收起數字"],
});

/** @typedef {import("../base/types.js").StoryPiece} StoryPiece */
/** @typedef {import("../data/source.js").TraceSource} TraceSource */

panel({ id: "story", area: "text", order: 25, make: (source) => new StoryPanel(source) });

bind({ keys: ["n"], label: "key.numbers", order: 95, run: () => move({ numbers: !place().numbers }) });

/** The sentences, the bars, and beside them what one may try. */
class StoryPanel {
  /** @param {TraceSource} source */
  constructor(source) {
    this.source = source;
    this.title = el("h2", { class: "story-title", tabindex: -1 });
    this.text = el("p", { class: "story-text", "aria-live": "polite" });
    this.entry = el("div", { class: "story-entry" });
    this.chances = new Chances(source.live ? (uniform) => wishUniform(source, uniform) : null, listedIn(source.trace));
    this.numbers = el("button", { type: "button", class: "quiet", id: "numbers-button", "aria-expanded": String(place().numbers),
      on: { click: () => move({ numbers: !place().numbers }) } }, t(place().numbers ? "story.numbers.hide" : "story.numbers"), " ", el("kbd", {}, "n"));
    this.whatIf = source.live && !source.trace.beam && !isFilled(source.trace) ? new WhatIf(source) : null;
    const told = el("div", { class: "story-told" }, this.title, this.text, this.entry, this.chances.element, el("div", { class: "tools" }, this.numbers));
    this.element = el("section", { class: this.whatIf ? "story with-what-if" : "story", id: "story", "aria-label": t("story.label") }, told, this.whatIf?.element ?? null);
    this.render();
  }

  render() {
    const { source } = this;
    const step = shownStep(source);
    const isHidden = place().step >= hiddenFrom();
    const { length } = source.trace.steps;
    fill(this.title, step ? this.titleOf(length) : t("story.title.none"));
    this.chances.element.hidden = !step || isHidden;
    if (this.whatIf) this.whatIf.element.hidden = !step || isHidden;
    if (!step || isHidden) {
      fill(this.text, t(step ? "predict.hidden" : "story.none"));
      return showEntry(source, this.entry, null);
    }
    const story = whatIfFound()?.story ?? source.stories[place().step];
    const pieces = story?.[place().lang] ?? [];
    const best = step.candidates[0];
    if (isFilled(source.trace) && best) fill(this.text, t("story.filled", { token: `‹${tokenLabel(best)}›`, share: percent(best.rawProbability) }));
    else fill(this.text, pieces.map((piece) => this.node(piece)));
    this.text.classList.toggle("wished", whatIfFound() !== null);
    if (this.entry.dataset.term !== undefined) showEntry(source, this.entry, this.entry.dataset.term);
    this.chances.show(step, ghostStep(source));
  }

  /** @param {number} length of the run, in steps */
  titleOf(length) {
    const n = stepNumber(place().step);
    if (isFilled(this.source.trace)) return t("story.title.mask", { n, count: length });
    if (!stepsCountFromZero()) return t("story.title", { n, count: length });
    return length > 1 ? t("story.title.from-zero", { n, last: length - 1 }) : t("story.label");
  }

  /** @param {StoryPiece} piece */
  node(piece) {
    if (typeof piece === "string") return piece;
    if ("token" in piece) return el("bdi", { class: "story-token" }, piece.token);
    return termButton(this.source, this.entry, piece.term, piece.text);
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (["step", "predict", "growth", "whatif"].some((name) => changed.has(name))) {
      if (changed.has("step")) showEntry(this.source, this.entry, null);
      this.render();
    }
    this.whatIf?.update(changed);
  }
}
