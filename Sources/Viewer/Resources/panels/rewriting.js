// The text as it would have gone on: written anew by the engine while the reader drags, beside the recorded one from where
// they part. A new wish ends the one under way.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { joinedText } from "../base/format.js";
import { place } from "../base/place.js";
import { whatIfFound, wishedOptions, wishedUniform } from "../base/what-if.js";
import { writeAnew } from "../engine/live-what-if.js";

words({
  "rewriting.recorded": ["The record goes on", "紀錄的後文"],
  "rewriting.new": ["It would go on", "會變成這樣"],
  "rewriting.later": ["How the text would go on, the model alone can tell. Beside the record:", "後文要由模型才能得知。請在紀錄所在的資料夾執行："],
  "rewriting.same": ["The text would stay the same as far as it was written anew.", "重寫到這裡為止，文字都一樣。"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/** @typedef {import("../base/types.js").Step} Step */

/** Tokens written anew at most. */
const most = 40;

export class Rewriting {
  /** @param {TraceSource} source */
  constructor(source) {
    this.source = source;
    this.element = el("div", { class: "rewriting", hidden: true });
    /** What is being written, as a text: another one ends it. */
    this.wish = "";
    this.isWriting = false;
    /** @type {Step[]} */
    this.steps = [];
  }

  /** Only a model can go on. */
  get canWrite() {
    const { live } = this.source;
    return live !== null && live.hasModel;
  }

  /** @param {boolean} hasMoved */
  follow(hasMoved) {
    const found = whatIfFound();
    if (!found) {
      [this.wish, this.element.hidden] = ["", true];
      return;
    }
    if (!this.canWrite) return this.showCommand();
    const token = wishedUniform() === null ? null : found.step.token.id;
    const wish = { step: found.index, options: { ...wishedOptions() }, token, most };
    const text = JSON.stringify(wish);
    if (text === this.wish) return;
    this.wish = text;
    if (hasMoved) this.element.hidden = true;
    if (!this.isWriting) this.write();
  }

  /** The command that goes on with the settings that are wished. */
  showCommand() {
    const options = Object.entries(wishedOptions());
    this.element.hidden = options.length === 0;
    const command = ["stepglass replay trace.json", ...options.map(([name, value]) => `--${name} ${value}`)].join(" ");
    fill(this.element, el("div", {}, el("p", { class: "note" }, t("rewriting.later")), el("p", {}, el("code", { class: "replay-command" }, command))));
  }

  /** Writes until the wish stands still. */
  async write() {
    this.isWriting = true;
    while (this.wish !== "") {
      const { wish } = this;
      const { live } = this.source;
      if (!live) break;
      try {
        await writeAnew(live.client, await live.runNumber(), JSON.parse(wish), (steps) => {
          if (wish === this.wish) this.show(steps);
          return wish === this.wish;
        });
      } catch {
        // What cannot be chosen cannot go on; the line above says why.
        this.element.hidden = true;
      }
      if (wish === this.wish) break;
    }
    this.isWriting = false;
  }

  /** @param {Step[]} steps as far as they are written */
  show(steps) {
    const from = steps[0]?.index ?? place().step;
    const recorded = this.source.trace.steps.slice(from);
    const parts = steps.findIndex((step, i) => step.token.id !== recorded[i]?.token.id);
    this.element.hidden = steps.length === 0;
    if (parts < 0) return fill(this.element, el("p", { class: "note" }, t("rewriting.same")));
    const side = (/** @type {string} */ title, /** @type {Step[]} */ run, /** @type {string} */ kind) => el("div", {}, el("p", { class: "label" }, title),
      el("p", { class: `rewritten ${kind}`, dir: "auto" }, el("span", { class: "shared" }, textOf(run.slice(0, parts))), textOf(run.slice(parts, parts + most))));
    fill(this.element, side(t("rewriting.recorded"), recorded, "recorded"), side(t("rewriting.new"), steps, "anew"));
  }
}

/** @param {Step[]} steps */
function textOf(steps) {
  return joinedText(steps.map((step) => step.token), 2000);
}
