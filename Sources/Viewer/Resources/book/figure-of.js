// The figures of a lesson are the page's own panels, of a run that the engine in the page has made and can play with.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { panelsNamed, updatePanels } from "../base/panels.js";
import { move, onMove, place, setLimits } from "../base/place.js";
import { setBack } from "../base/what-if.js";
import { textSource } from "../data/source.js";
import { LiveRun } from "../engine/live-run.js";
import { toldSteps } from "../engine/live-what-if.js";

words({
  "figure.show": ["Show its figure", "看它的圖"],
});

/**
 * The panels that show what a lesson calls a figure; with the numbers shown, the ledger too.
 * @type {Record<string, string[]>}
 */
const panels = {
  staircase: ["story", "step-list", "staircase"], undrawn: ["step-list", "staircase"], ledger: ["story", "ledger"], draw: ["story", "step-list"], steps: ["run-list", "strip", "story"], attention: ["attention"], heads: ["attention"],
  merges: ["tokens"], beams: ["beams"], timeline: ["timeline"], cache: ["costs"], cost: ["costs"], compare: ["compare"], lens: ["lens"], inside: ["inside"],
};

/** A step before its draw, which is the question: no panel tells what was drawn, and nothing is played with. */
const undrawn = "undrawn";
/** What a figure is on paper, where nothing can be turned to. */
const onPaper = ["step-list", "run-list"];

/** Panels follow the place; there is one figure at a time. */
onMove((changed) => updatePanels(changed));

/** @typedef {{ figure: string, trace: string | null, step: number, isHidden?: boolean }} Figured */
/** @typedef {import("../data/source.js").TraceSource} TraceSource */

/**
 * The places of a page's figures: one of them is open, the others are a button that opens them.
 */
export class Figures {
  /** @param {LiveRun} engine whose model makes the runs @param {boolean} [isOnPaper] whether lists alone are wanted */
  constructor(engine, isOnPaper = false) {
    this.engine = engine;
    this.isOnPaper = isOnPaper;
    /** @type {{ room: HTMLElement, matter: Figured }[]} */
    this.slots = [];
    this.isOpen = -1;
    /** @type {TraceSource | null} */
    this.source = null;
  }

  /**
   * A place for a figure; null for matter without one.
   * @param {Figured} matter
   */
  slot(matter) {
    if (matter.trace === null) return null;
    const room = el("div", { class: "lesson-figure" });
    this.slots.push({ room, matter });
    return room;
  }

  /** @param {number} open which of the slots, in their order */
  async show(open) {
    this.isOpen = open;
    this.slots.forEach(({ room }, i) => {
      if (i !== open) fill(room, el("button", { type: "button", class: "quiet", on: { click: () => this.show(i) } }, t("figure.show")));
    });
    const slot = this.slots[open];
    if (!slot) return;
    this.close();
    const source = await this.sourceOf(slot.matter);
    if (this.isOpen !== open) return;
    this.source = source;
    // What was chosen in another figure is no choice of this one.
    move({ choices: {} });
    setLimits({ steps: source.trace.steps.length, layers: source.trace.model.layers, heads: source.trace.model.heads,
      positions: source.attention?.positions ?? source.trace.prompt.tokens.length });
    if (place().step !== slot.matter.step) move({ step: slot.matter.step });
    this.draw();
  }

  /** The panels of the open figure anew. */
  draw() {
    const slot = this.slots[this.isOpen];
    if (!slot || !this.source) return;
    fill(slot.room, panelsNamed(this.names(slot.matter), this.source));
  }

  /** @param {Figured} matter */
  names(matter) {
    const names = panels[matter.figure] ?? ["ledger"];
    if (this.isOnPaper) return names.filter((name) => onPaper.includes(name));
    return place().numbers && matter.figure !== undrawn ? [...names, "ledger"] : names;
  }

  /**
   * The run of a figure, with the engine behind it; what a puzzle keeps to itself is not played with.
   * @param {Figured} matter
   */
  async sourceOf(matter) {
    if (matter.figure === undrawn) return textSource(withoutToken(withSizes(matter.trace ?? "").text));
    const { text, isByHand } = withSizes(matter.trace ?? "");
    const source = textSource(text);
    const live = new LiveRun(this.engine.client, isByHand ? { name: "", parts: [] } : this.engine.parts);
    live.model = isByHand ? null : this.engine.model;
    live.recorded = async () => new TextEncoder().encode(text);
    const run = await live.runNumber();
    source.stories = await toldSteps(live.client, run, 0, source.trace.steps.length);
    if (!matter.isHidden) Object.assign(source, { live });
    live.source = source;
    return source;
  }

  /** What was played with is set back, and the engine forgets the run. */
  close() {
    if (!this.source) return;
    setBack(this.source);
    const { live } = this.source;
    this.source = null;
    if (live?.state) live.client.ask({ request: "end", run: live.state.run }).catch(() => {});
  }
}

/**
 * A run from logits written by hand has no model, and says 0 for each of its sizes; what reads runs wants some model, of
 * which nothing is shown here.
 * @param {string} text trace.json
 */
function withSizes(text) {
  const trace = JSON.parse(text);
  const isByHand = trace.model.layers === 0;
  if (!isByHand) return { text, isByHand };
  for (const [name, value] of Object.entries(trace.model)) if (value === 0) trace.model[name] = 1;
  return { text: JSON.stringify(trace), isByHand };
}

/**
 * The token that a question keeps back has the number −1, and what reads runs wants one that could be: beyond every vocabulary.
 * @param {string} text trace.json
 */
function withoutToken(text) {
  const trace = JSON.parse(text);
  const last = trace.steps.at(-1);
  if (last) last.token.id = Number.MAX_SAFE_INTEGER;
  return JSON.stringify(trace);
}
