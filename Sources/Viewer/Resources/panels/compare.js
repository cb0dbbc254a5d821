// A second trace beside the first, aligned at the fork. Called by: main; files are dropped anywhere on the page.

import { el, fill, word } from "../base/dom.js";
import { t } from "../base/strings.js";
import { percent, plain, tokenLabel } from "../base/format.js";
import { move, place } from "../base/place.js";
import { TraceProblem } from "../data/check.js";
import { fileSource } from "../data/source.js";
import { section } from "./section.js";
import { bar } from "./ledger-table.js";
import { tokenNodes } from "./strip.js";
import { hiddenFrom } from "./predict.js";

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

/**
 * @param {import("../data/source.js").TraceSource} source
 * @returns {import("../base/types.js").Panel}
 */
export function comparePanel(source) {
  const { trace } = source;
  const input = el("input", { type: "file", id: "compare-file", class: "visually-hidden", tabindex: -1, "aria-label": t("compare.open"), accept: ".json,.html", on: { change: () => { const file = input.files?.[0]; if (file) open(file).finally(() => { input.value = ""; }); } } });
  const button = el("button", { type: "button", class: "primary", on: { click: () => input.click() } }, t("compare.open"));
  const told = el("p", { class: "told", "aria-live": "polite" }, t("compare.hint"));
  const strips = el("div", {});
  const lists = el("div", { class: "two" });
  const differences = el("div", { class: "scroller" });
  const element = section("compare", [told, el("div", { class: "pickers" }, button, input), strips, lists, differences]);

  /** @param {File} file */
  async function open(file) {
    try {
      second = (await fileSource(file)).trace;
      element.scrollIntoView({ block: "start" });
    } catch (error) {
      const problem = error instanceof TraceProblem ? error : new TraceProblem("problem.other", { why: String(error) });
      const values = Object.fromEntries(Object.entries(problem.values).map(([name, value]) => [name, plain(String(value), 200)]));
      fill(told, t(problem.key, values));
      return;
    }
    renderAll();
  }

  function renderAll() {
    if (!second) return;
    const { at, left, right } = forkOf(trace, second);
    const promptLength = trace.prompt.tokens.length;
    const forkStep = at - promptLength;
    fill(told, at >= Math.max(left.length, right.length) ? t("compare.same")
      : forkStep < 0 ? t("compare.prompts", { position: at }) : t("compare.fork", { step: forkStep }),
      forkStep >= 0 && forkStep < trace.steps.length ? el("button", { type: "button", class: "quiet", on: { click: () => move({ step: forkStep }) } }, t("compare.go")) : null);
    fill(strips, [left, right].map((tokens, i) => el("p", { class: "compare-strip" },
      el("span", { class: "label" }, t(i === 0 ? "compare.first" : "compare.second")), " ",
      tokens.map((token, position) => el("span", { class: `token ${position < at ? "later" : ""} ${position === at ? "fork" : ""}`,
        "data-step": position - (i === 0 ? promptLength : second?.prompt.tokens.length ?? 0) }, tokenNodes(token))))));
    const keys = [...new Set([...Object.keys(trace.settings), ...Object.keys(second.settings)])]
      .filter((key) => JSON.stringify(trace.settings[key]) !== JSON.stringify(second?.settings[key]));
    const rows = keys.map((key) => [key, setting(trace.settings[key]), setting(second?.settings[key])]);
    if (trace.model.sha256 !== second.model.sha256) rows.unshift([t("run.model"), plain(trace.model.name), plain(second.model.name)]);
    fill(differences, rows.length === 0 ? el("p", { class: "note" }, t("compare.settings.same")) : el("table", { class: "facts-table" },
      el("caption", {}, t("compare.settings")), el("thead", {}, el("tr", {}, ["", t("compare.first"), t("compare.second")].map((title) => el("th", { scope: "col" }, title)))),
      el("tbody", {}, rows.map(([name, a, b]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, a), el("td", {}, b))))));
    renderLists();
  }

  function renderLists() {
    if (!second) return;
    const hidden = place().step >= hiddenFrom();
    element.classList.toggle("veiled", hidden);
    strips.hidden = hiddenFrom() < Infinity;
    const index = place().step;
    for (const span of strips.querySelectorAll("[data-step]")) {
      span.classList.toggle("current", span instanceof HTMLElement && Number(span.dataset.step) === index);
    }
    const shownAt = [trace, second].map((one) => one.steps[index]);
    const top = Math.max(...shownAt.flatMap((step) => step ? step.candidates.map((c) => c.probability) : [0]), 1e-9);
    fill(lists, shownAt.map((step, i) => el("div", {}, el("h3", {}, t(i === 0 ? "compare.first" : "compare.second")),
      hidden ? t("predict.hidden") : step ? el("table", { class: "ledger short" }, el("tbody", {},
        [...step.candidates].sort((a, b) => b.probability - a.probability || a.rank - b.rank).slice(0, listed).map((c) => el("tr", { class: c.id === step.token.id ? "chosen" : "" },
          el("th", { scope: "row", class: "word-column" }, c.id === step.token.id ? el("span", { class: "seal" }, "●") : null, word(tokenLabel(c, 24))),
          el("td", { class: "probability" }, el("span", { class: "lane" }, bar(c.probability / top)), el("span", { class: "number" }, percent(c.probability))))))) : t("compare.over"))));
  }

  document.body.ondragover = (event) => event.preventDefault();
  document.body.ondrop = (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) open(file);
  };

  /** @param {Set<string>} changed */
  function update(changed) {
    if (changed.has("step") || changed.has("predict")) renderLists();
  }
  renderAll();
  return { element, update };
}

/** @param {any} value */
function setting(value) {
  return value === undefined ? "–" : plain(typeof value === "string" ? value : JSON.stringify(value), 120);
}
