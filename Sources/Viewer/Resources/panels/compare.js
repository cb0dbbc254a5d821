// A second run beside the first: both texts on one scrubber, what of a step's choice differs, and one head in both. The second
// stands in the page, or its file is dropped anywhere onto it.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { plain, stepNumber } from "../base/format.js";
import { bind } from "../base/keys.js";
import { isFilled } from "../base/context.js";
import { panel } from "../base/panels.js";
import { move, place } from "../base/place.js";
import { TraceProblem } from "../data/check.js";
import { fileSource, secondSource } from "../data/source.js";
import { LivePair } from "../engine/live-compare.js";
import { CompareHeads } from "./compare-heads.js";
import { CompareStep } from "./compare-step.js";
import { bothLedgers, differencesOf } from "./compare-tables.js";
import { holdsModel, openModelFiles } from "./prompt.js";
import { section } from "./section.js";
import { tokenNodes } from "./token-nodes.js";
import { hiddenFrom } from "./predict.js";
import { largest } from "../base/extremes.js";

words({
  "compare.title": ["Compare with another run", "與另一次執行比較"],
  "compare.lead": ["Drop a second trace.json or trace.html onto this page. It stays on this computer.", "把另一份 trace.json 或 trace.html 拖到本頁。檔案不會離開這台電腦。"],
  "compare.model": ["This page shows a record and opens no models. A page made by “stepglass page” does.", "這個頁面只顯示紀錄，不能開啟模型；請改用 stepglass page 製作的頁面。"],
  "compare.hint": ["No second trace is open.", "尚未開啟第二份紀錄。"],
  "compare.open": ["Open a second trace …", "開啟第二份紀錄……"],
  "compare.same": ["Both runs have the same tokens.", "兩次執行的詞元完全相同。"],
  "compare.fork": ["The runs part at step {step}.", "兩次執行從第 {step} 步開始分歧。"],
  "compare.prompts": ["The prompts differ from position {position} on; steps are set side by side by number.", "提示自位置 {position} 起不同；以步號並排。"],
  "compare.go": ["Go to the fork", "前往分歧處"],
  "compare.first": ["this run", "本次"],
  "compare.lists": ["The candidates of both", "兩次的候選"],
  "compare.texts": ["The tokens of both, step by step", "兩次的詞元，逐步並排"],
  "compare.prompt": ["prompt", "提示"],
  "compare.scrub": ["Step of both", "兩次執行的步驟"],
  "compare.second": ["second run", "另一次"],
  "compare.over": ["This run has ended before this step.", "這次執行在此步之前已結束。"],
  "nav.compare": ["Compare", "比較"],
  "key.compare": ["open a second trace", "開啟第二份紀錄"],
});

/** @typedef {import("../base/types.js").Trace} Trace */
/** @typedef {import("../base/types.js").Token} Token */
/** @typedef {import("../data/source.js").TraceSource} TraceSource */

/**
 * The second run stays while the page is rebuilt in the other language.
 * @type {TraceSource | null}
 */
let second = null;
/** @type {LivePair | null} */
let pair = null;

/**
 * The one on the page.
 * @type {Compare | null}
 */
let current = null;

/**
 * Sets another run beside the one on the page.
 * @param {TraceSource} run
 */
export async function setBeside(run) {
  await current?.take(Promise.resolve(run), true);
}

/** The element with a second run that the page was made with. */
const brought = (document.getElementById("second")?.textContent ?? "").trim() !== "";

/**
 * The first position at which two runs differ, over prompt and output; the shorter length when they do not.
 * @param {Trace} a @param {Trace} b
 */
function forkOf(a, b) {
  const left = [...a.prompt.tokens, ...a.steps.map((step) => step.token)];
  const right = [...b.prompt.tokens, ...b.steps.map((step) => step.token)];
  const shorter = Math.min(left.length, right.length);
  let at = 0;
  while (at < shorter && left[at]?.id === right[at]?.id) at += 1;
  return { at, isSame: at >= Math.max(left.length, right.length) };
}

/** @param {Trace} run @param {number} step */
function nodesAt(run, step) {
  const token = run.steps[step]?.token;
  return token ? tokenNodes(token) : "";
}

// A page that was made of two runs shows them before all that tells of one.
panel({ id: "compare", area: "sections", order: brought ? 8 : 80, make: (source) => {
  current = new Compare(source);
  return current;
} });

bind({ keys: ["c"], label: "key.compare", order: 120, run: () => document.getElementById("compare-file")?.click() });

/** Both texts, what differs at the step, one head in both, and the settings that differ. */
class Compare {
  /** @param {TraceSource} source */
  constructor(source) {
    this.source = source;
    const input = el("input", { type: "file", id: "compare-file", class: "visually-hidden", tabindex: -1, "aria-label": t("compare.open"), accept: ".json,.html",
      on: { change: () => { const file = input.files?.[0]; if (file) this.open(file).finally(() => { input.value = ""; }); } } });
    const button = el("button", { type: "button", class: "primary", on: { click: () => input.click() } }, t("compare.open"));
    this.told = el("p", { class: "told", "aria-live": "polite" }, t("compare.hint"));
    this.scrubber = el("input", { type: "range", id: "compare-step", min: 0, step: 1, on: { input: () => move({ step: Number(this.scrubber.value) }) } });
    this.scrub = el("label", { class: "compare-scrub" }, t("compare.scrub"), " ", this.scrubber);
    this.strips = el("div", { class: "scroller compare-strips", role: "region", tabindex: 0, "aria-label": t("compare.texts") });
    this.legend = el("p", { class: "note" });
    this.lists = el("div", { class: "scroller", role: "region", tabindex: 0, "aria-label": t("compare.lists") });
    for (const one of [this.lists, this.strips, this.scrub]) one.hidden = true;
    this.differences = el("div", { class: "scroller" });
    this.stepPlace = el("div", {});
    this.headsPlace = el("div", {});
    /** @type {CompareStep | null} */
    this.step = null;
    /** @type {CompareHeads | null} */
    this.heads = null;
    this.element = section("compare", [this.told, el("div", { class: "pickers" }, button, input), this.scrub, this.strips, this.stepPlace, this.legend, this.lists, this.headsPlace, this.differences]);
    document.body.ondragover = (event) => event.preventDefault();
    document.body.ondrop = (event) => {
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files[0] && !openModelFiles(files)) this.open(files[0]);
    };
    if (second) this.build();
    else this.take(secondSource(), false);
  }

  /** @param {File} file */
  async open(file) {
    if (holdsModel(file)) return fill(this.told, t("compare.model"));
    await this.take(fileSource(file), true);
  }

  /** @param {Promise<TraceSource | null>} coming @param {boolean} isAsked whether the reader asked for it now */
  async take(coming, isAsked) {
    try {
      const taken = await coming;
      if (!taken) return;
      pair?.end();
      [second, pair] = [taken, null];
    } catch (error) {
      const problem = error instanceof TraceProblem ? error : new TraceProblem("problem.other", { why: String(error) });
      const values = Object.fromEntries(Object.entries(problem.values).map(([name, value]) => [name, plain(String(value), 200)]));
      fill(this.told, t(problem.key, values));
      return;
    }
    this.build();
    if (isAsked) this.element.scrollIntoView({ block: "start" });
  }

  /** What shows the two; made anew for another second run. */
  build() {
    if (!second) return;
    if (this.source.live && second.file) pair ??= new LivePair(this.source.live, second);
    this.step = pair ? new CompareStep(this.source, second, pair) : null;
    this.heads = this.source.attention && second.attention ? new CompareHeads(this.source, second, pair) : null;
    fill(this.stepPlace, this.step?.element ?? null);
    fill(this.headsPlace, this.heads?.element ?? null);
    this.render();
  }

  render() {
    if (!second) return;
    const { trace } = this.source;
    const { at, isSame } = forkOf(trace, second.trace);
    const forkStep = isFilled(trace) ? -1 : at - trace.prompt.tokens.length;
    fill(this.told, isSame ? t("compare.same") : forkStep < 0 ? t("compare.prompts", { position: at }) : t("compare.fork", { step: stepNumber(forkStep) }),
      forkStep >= 0 && forkStep < trace.steps.length ? el("button", { type: "button", class: "quiet", on: { click: () => move({ step: forkStep }) } }, t("compare.go")) : null);
    this.renderStrips(forkStep);
    fill(this.differences, differencesOf(trace, second.trace));
    this.renderLists();
  }

  /**
   * A column for each step, a row for each run; both stand on the same scrubber.
   * @param {number} fork the step at which they part; below 0 for before all
   */
  renderStrips(fork) {
    const runs = [this.source.trace, /** @type {TraceSource} */ (second).trace];
    const columns = largest(runs.map((run) => run.steps.length));
    this.scrubber.max = String(Math.max(0, this.source.trace.steps.length - 1));
    fill(this.strips, el("table", {},
      el("thead", {}, el("tr", {}, el("td", {}), el("th", { scope: "col" }, t("compare.prompt")),
        Array.from({ length: columns }, (_, i) => el("th", { scope: "col", "data-step": i }, stepNumber(i))))),
      el("tbody", {}, runs.map((run, i) => el("tr", { class: "compare-strip" },
        el("th", { scope: "row" }, t(i === 0 ? "compare.first" : "compare.second")),
        el("td", { class: "compare-prompt" }, el("span", {}, run.prompt.tokens.map((token) => el("span", { class: "token" }, tokenNodes(token))))),
        Array.from({ length: columns }, (_, step) => el("td", { class: step === fork ? "fork" : step < fork ? "" : "apart", "data-step": step,
          on: { click: () => move({ step }) } }, nodesAt(run, step))))))));
  }

  renderLists() {
    if (!second) return;
    const hidden = place().step >= hiddenFrom();
    this.element.classList.toggle("veiled", hidden);
    this.strips.hidden = this.scrub.hidden = hiddenFrom() < Infinity;
    this.stepPlace.hidden = this.headsPlace.hidden = hidden;
    const index = place().step;
    this.scrubber.value = String(index);
    this.mark(index);
    const shownAt = [this.source.trace, second.trace].map((one) => one.steps[index]);
    this.lists.hidden = false;
    fill(this.legend, hidden ? "" : t("compare.step", { step: stepNumber(index) }));
    const over = shownAt.map((step, i) => (step ? null : el("p", { class: "note" }, `${t(i === 0 ? "compare.first" : "compare.second")}: ${t("compare.over")}`)));
    fill(this.lists, hidden ? t("predict.hidden") : [...over, shownAt.some((step) => step) ? bothLedgers(shownAt[0], shownAt[1], index) : null]);
    if (!hidden) this.step?.update();
  }

  /**
   * Marks a step's column and brings it into sight, without moving the page.
   * @param {number} index
   */
  mark(index) {
    /** @type {HTMLElement | null} */
    let column = null;
    for (const cell of this.strips.querySelectorAll("[data-step]")) {
      if (!(cell instanceof HTMLElement)) continue;
      const isCurrent = Number(cell.dataset.step) === index;
      cell.classList.toggle("current", isCurrent);
      if (isCurrent) column ??= cell;
    }
    if (column) this.strips.scrollLeft = column.offsetLeft - this.strips.clientWidth / 2;
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (!second) return;
    if (changed.has("growth")) this.render();
    else if (["step", "predict", "apart"].some((name) => changed.has(name))) this.renderLists();
    if (["step", "layer", "head", "look", "pair", "theme", "window", "growth"].some((name) => changed.has(name))) this.heads?.update();
  }
}
