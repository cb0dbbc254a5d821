// A second trace beside the first, aligned at the fork. Files are dropped anywhere on the page.

import { el, fill, word } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { percent, plain, tokenLabel } from "../base/format.js";
import { bind } from "../base/keys.js";
import { panel } from "../base/panels.js";
import { move, place } from "../base/place.js";
import { TraceProblem } from "../data/check.js";
import { fileSource } from "../data/source.js";
import { section } from "./section.js";
import { bar } from "./ledger-table.js";
import { tokenNodes } from "./strip.js";
import { hiddenFrom } from "./predict.js";

words({
  "compare.title": ["Compare with another run", "與另一次執行比較"],
  "compare.lead": ["Drop a second trace.json or trace.html onto this page. It stays on this computer.", "把另一份 trace.json 或 trace.html 拖到本頁。檔案不會離開這台電腦。"],
  "compare.hint": ["No second trace is open.", "尚未開啟第二份紀錄。"],
  "compare.open": ["Open a second trace …", "開啟第二份紀錄……"],
  "compare.same": ["Both runs have the same tokens.", "兩次執行的詞元完全相同。"],
  "compare.fork": ["The runs part at step {step}.", "兩次執行從第 {step} 步開始分歧。"],
  "compare.prompts": ["The prompts differ from position {position} on; steps are set side by side by number.", "提示自位置 {position} 起不同；以步號並排。"],
  "compare.go": ["Go to the fork", "前往分歧處"],
  "compare.first": ["this run", "本次"],
  "compare.second": ["second run", "另一次"],
  "compare.over": ["This run has ended before this step.", "這次執行在此步之前已結束。"],
  "compare.settings": ["Settings that differ", "不同的設定"],
  "compare.settings.same": ["The settings are the same.", "設定相同。"],
  "nav.compare": ["Compare", "比較"],
  "key.compare": ["open a second trace", "開啟第二份紀錄"],
});

/** @typedef {import("../base/types.js").Trace} Trace */

/** Candidates in each of the two short lists. */
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
    this.lists = el("div", { class: "two" });
    this.differences = el("div", { class: "scroller" });
    this.element = section("compare", [this.told, el("div", { class: "pickers" }, button, input), this.strips, this.lists, this.differences]);
    document.body.ondragover = (event) => event.preventDefault();
    document.body.ondrop = (event) => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file) this.open(file);
    };
    this.render();
  }

  /** @param {File} file */
  async open(file) {
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
      : forkStep < 0 ? t("compare.prompts", { position: at }) : t("compare.fork", { step: forkStep }),
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
    const top = Math.max(...shownAt.flatMap((step) => step ? step.candidates.map((c) => c.probability) : [0]), 1e-9);
    fill(this.lists, shownAt.map((step, i) => el("div", {}, el("h3", {}, t(i === 0 ? "compare.first" : "compare.second")),
      hidden ? t("predict.hidden") : step ? shortLedger(step, top) : t("compare.over"))));
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (changed.has("growth")) this.render();
    else if (changed.has("step") || changed.has("predict")) this.renderLists();
  }
}

/**
 * A step's best candidates.
 * @param {import("../base/types.js").Step} step @param {number} top the probability of the longest bar
 */
function shortLedger(step, top) {
  const best = [...step.candidates].sort((a, b) => b.probability - a.probability || a.rank - b.rank).slice(0, listed);
  return el("table", { class: "ledger short" }, el("tbody", {}, best.map((c) => el("tr", { class: c.id === step.token.id ? "chosen" : "" },
    el("th", { scope: "row", class: "word-column" }, c.id === step.token.id ? el("span", { class: "seal" }, "●") : null, word(tokenLabel(c, 24))),
    el("td", { class: "probability" }, el("span", { class: "lane" }, bar(c.probability / top)), el("span", { class: "number" }, percent(c.probability)))))));
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
