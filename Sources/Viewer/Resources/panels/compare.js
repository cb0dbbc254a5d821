// A second trace beside the first, aligned at the fork. Files are dropped anywhere on the page.

import { el, fill, word } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { percent, plain, points, tokenLabel } from "../base/format.js";
import { bind } from "../base/keys.js";
import { panel } from "../base/panels.js";
import { move, place } from "../base/place.js";
import { TraceProblem } from "../data/check.js";
import { fileSource } from "../data/source.js";
import { holdsModel, openModelFiles } from "./prompt.js";
import { section } from "./section.js";
import { tokenNodes } from "./token-nodes.js";
import { hiddenFrom } from "./predict.js";

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
  "compare.second": ["second run", "另一次"],
  "compare.over": ["This run has ended before this step.", "這次執行在此步之前已結束。"],
  "compare.step": ["The candidates of both at step {step}: raw is the model's own probability, final that after the stages; the differences are second run less this run, in percentage points.", "兩者在第 {step} 步的候選：「原始」為模型本身的機率，「最終」為經過各階段之後；「差」為另一次減本次，單位為百分點。"],
  "compare.raw": ["raw", "原始"],
  "compare.rank": ["rank", "名次"],
  "compare.difference": ["difference", "差"],
  "compare.unlisted": ["not listed", "未列出"],
  "compare.settings": ["Settings that differ", "不同的設定"],
  "compare.settings.same": ["The settings are the same.", "設定相同。"],
  "nav.compare": ["Compare", "比較"],
  "key.compare": ["open a second trace", "開啟第二份紀錄"],
});

/** @typedef {import("../base/types.js").Trace} Trace */

/** The best candidates of each run that are set side by side. */
const listed = 8;

/**
 * The second trace stays while the page is rebuilt in the other language.
 * @type {Trace | null}
 */
let second = null;

/**
 * The first position at which two runs differ, over prompt and output; the shorter length when they do not.
 * @param {Trace} a @param {Trace} b
 */
export function forkOf(a, b) {
  const left = [...a.prompt.tokens, ...a.steps.map((step) => step.token)];
  const right = [...b.prompt.tokens, ...b.steps.map((step) => step.token)];
  const shorter = Math.min(left.length, right.length);
  let at = 0;
  while (at < shorter && left[at]?.id === right[at]?.id) at += 1;
  return { at, left, right };
}

panel({ id: "compare", area: "sections", order: 80, make: (source) => new Compare(source) });

bind({ keys: ["c"], label: "key.compare", order: 120, run: () => document.getElementById("compare-file")?.click() });

/** Both texts, the candidates of both at the step, and the settings that differ. */
class Compare {
  /** @param {import("../data/source.js").TraceSource} source */
  constructor(source) {
    this.source = source;
    const input = el("input", { type: "file", id: "compare-file", class: "visually-hidden", tabindex: -1, "aria-label": t("compare.open"), accept: ".json,.html",
      on: { change: () => { const file = input.files?.[0]; if (file) this.open(file).finally(() => { input.value = ""; }); } } });
    const button = el("button", { type: "button", class: "primary", on: { click: () => input.click() } }, t("compare.open"));
    this.told = el("p", { class: "told", "aria-live": "polite" }, t("compare.hint"));
    this.strips = el("div", {});
    this.legend = el("p", { class: "note" });
    this.lists = el("div", { class: "scroller", role: "region", tabindex: 0, "aria-label": t("compare.lists") });
    this.lists.hidden = true;
    this.differences = el("div", { class: "scroller" });
    this.element = section("compare", [this.told, el("div", { class: "pickers" }, button, input), this.strips, this.legend, this.lists, this.differences]);
    document.body.ondragover = (event) => event.preventDefault();
    document.body.ondrop = (event) => {
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files[0] && !openModelFiles(files)) this.open(files[0]);
    };
    this.render();
  }

  /** @param {File} file */
  async open(file) {
    if (holdsModel(file)) return fill(this.told, t("compare.model"));
    try {
      second = (await fileSource(file)).trace;
      this.element.scrollIntoView({ block: "start" });
    } catch (error) {
      const problem = error instanceof TraceProblem ? error : new TraceProblem("problem.other", { why: String(error) });
      const values = Object.fromEntries(Object.entries(problem.values).map(([name, value]) => [name, plain(String(value), 200)]));
      fill(this.told, t(problem.key, values));
      return;
    }
    this.render();
  }

  render() {
    if (!second) return;
    const { trace } = this.source;
    const { at, left, right } = forkOf(trace, second);
    const lengths = [trace, second].map((one) => one.prompt.tokens.length);
    const forkStep = at - trace.prompt.tokens.length;
    fill(this.told, at >= Math.max(left.length, right.length) ? t("compare.same")
      : forkStep < 0 ? t("compare.prompts", { position: at }) : t("compare.fork", { step: forkStep + 1 }),
      forkStep >= 0 && forkStep < trace.steps.length ? el("button", { type: "button", class: "quiet", on: { click: () => move({ step: forkStep }) } }, t("compare.go")) : null);
    fill(this.strips, [left, right].map((tokens, i) => el("p", { class: "compare-strip" },
      el("span", { class: "label" }, t(i === 0 ? "compare.first" : "compare.second")), " ",
      tokens.map((token, position) => el("span", { class: `token ${position < at ? "later" : ""} ${position === at ? "fork" : ""}`,
        "data-step": position - (lengths[i] ?? 0) }, tokenNodes(token))))));
    fill(this.differences, differencesOf(trace, second));
    this.renderLists();
  }

  renderLists() {
    if (!second) return;
    const hidden = place().step >= hiddenFrom();
    this.element.classList.toggle("veiled", hidden);
    this.strips.hidden = hiddenFrom() < Infinity;
    const index = place().step;
    for (const span of this.strips.querySelectorAll("[data-step]")) {
      span.classList.toggle("current", span instanceof HTMLElement && Number(span.dataset.step) === index);
    }
    const shownAt = [this.source.trace, second].map((one) => one.steps[index]);
    this.lists.hidden = false;
    fill(this.legend, hidden ? "" : t("compare.step", { step: index + 1 }));
    const over = shownAt.map((step, i) => (step ? null : el("p", { class: "note" }, `${t(i === 0 ? "compare.first" : "compare.second")}: ${t("compare.over")}`)));
    fill(this.lists, hidden ? t("predict.hidden") : [...over, shownAt.some((step) => step) ? bothLedgers(shownAt[0], shownAt[1], index) : null]);
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (changed.has("growth")) this.render();
    else if (changed.has("step") || changed.has("predict")) this.renderLists();
  }
}

/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {import("../base/types.js").Candidate} Candidate */

/**
 * The best candidates of a step.
 * @param {Step | undefined} step
 */
function bestOf(step) {
  return [...(step?.candidates ?? [])].sort((a, b) => b.probability - a.probability || a.rank - b.rank).slice(0, listed);
}

/**
 * A row for each token among the best of either run, with what both gave it.
 * @param {Step | undefined} first @param {Step | undefined} second @param {number} index
 */
function bothLedgers(first, second, index) {
  const names = new Map([...bestOf(first), ...bestOf(second)].map((c) => [c.id, c]));
  const runs = [first, second].map((step) => ({ step, byId: new Map(step?.candidates.map((c) => [c.id, c])) }));
  const columns = ["compare.rank", "compare.raw", "column.final"];
  const head = el("thead", {},
    el("tr", {}, el("th", { scope: "col", rowspan: 2, class: "word-column" }, t("column.token")),
      ["compare.first", "compare.second"].map((key) => el("th", { scope: "colgroup", colspan: columns.length }, t(key))),
      el("th", { scope: "colgroup", colspan: 2 }, t("compare.difference"))),
    el("tr", {}, [...columns, ...columns, "compare.raw", "column.final"].map((key) => el("th", { scope: "col" }, t(key)))));
  const rows = [...names.values()].map((token) => {
    const [a, b] = runs.map((run) => run.byId.get(token.id));
    const taken = runs.map((run) => run.step?.token.id === token.id);
    return el("tr", { class: taken.includes(true) ? "chosen" : "" },
      el("th", { scope: "row", class: "word-column" }, word(tokenLabel(token, 24))),
      [a, b].flatMap((c, i) => valuesOf(c, taken[i] === true)),
      el("td", { class: "run-start" }, a && b ? points(b.rawProbability - a.rawProbability) : "–"),
      el("td", {}, a && b ? points(b.probability - a.probability) : "–"));
  });
  return el("table", { class: "both" }, el("caption", { class: "visually-hidden" }, t("compare.step", { step: index + 1 })), head, el("tbody", {}, rows));
}

/**
 * Rank, raw and final probability of a candidate; of one that a run does not list, that it does not.
 * @param {Candidate | undefined} c @param {boolean} isTaken
 */
function valuesOf(c, isTaken) {
  const seal = isTaken ? el("span", { class: "seal" }, "●") : null;
  if (!c) return [el("td", { class: "run-start", colspan: 3 }, seal, el("span", { class: "label" }, t("compare.unlisted")))];
  return [el("td", { class: "run-start" }, seal, c.rank), el("td", {}, percent(c.rawProbability)), el("td", {}, percent(c.probability))];
}

/**
 * The settings, and the model, that are not the same.
 * @param {Trace} a @param {Trace} b
 */
function differencesOf(a, b) {
  const keys = [...new Set([...Object.keys(a.settings), ...Object.keys(b.settings)])]
    .filter((key) => JSON.stringify(a.settings[key]) !== JSON.stringify(b.settings[key]));
  const rows = keys.map((key) => [key, setting(a.settings[key]), setting(b.settings[key])]);
  if (a.model.sha256 !== b.model.sha256) rows.unshift([t("run.model"), plain(a.model.name), plain(b.model.name)]);
  if (rows.length === 0) return el("p", { class: "note" }, t("compare.settings.same"));
  return el("table", { class: "facts-table" },
    el("caption", {}, t("compare.settings")), el("thead", {}, el("tr", {}, ["", t("compare.first"), t("compare.second")].map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, rows.map(([name, left, right]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, left), el("td", {}, right)))));
}

/** @param {any} value */
function setting(value) {
  return value === undefined ? "–" : plain(typeof value === "string" ? value : JSON.stringify(value), 120);
}
