// Two runs in tables: the candidates of both at a step, and the settings that differ.

import { el, word } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { percent, plain, points, tokenLabel, stepNumber } from "../base/format.js";

words({
  "compare.step": ["The candidates of both at step {step}: raw is the model's own probability, final that after the stages; the differences are second run less this run, in percentage points.", "兩者在第 {step} 步的候選：「原始」為模型本身的機率，「最終」為經過各階段之後；「差」為另一次減本次，單位為百分點。"],
  "compare.raw": ["raw", "原始"],
  "compare.rank": ["rank", "名次"],
  "compare.difference": ["difference", "差"],
  "compare.unlisted": ["not listed", "未列出"],
  "compare.settings": ["Settings that differ", "不同的設定"],
  "compare.settings.same": ["The settings are the same.", "設定相同。"],
});

/** The best candidates of each run that are set side by side. */
const listed = 8;

/** @typedef {import("../base/types.js").Trace} Trace */
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
export function bothLedgers(first, second, index) {
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
  return el("table", { class: "both" }, el("caption", { class: "visually-hidden" }, t("compare.step", { step: stepNumber(index) })), head, el("tbody", {}, rows));
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
export function differencesOf(a, b) {
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
