// The ledger: how this step's token was chosen, from the raw logits through every stage to the draw.
// Called by: main.

import { el, fill, save, word } from "../base/dom.js";
import { sentenceGap, t } from "../base/strings.js";
import { stageLabel } from "../base/stages.js";
import { changedAt, count, fixed, percent, tokenLabel } from "../base/format.js";
import { place } from "../base/place.js";
import { fileName } from "../base/figure.js";
import { section } from "./section.js";
import { finalProbabilityFormula } from "./formulas.js";
import { ledgerCSV } from "./ledger-csv.js";
import { effectiveStages, ledgerTable } from "./ledger-table.js";
import { drawFigure, isForced } from "./draw-line.js";
import { hiddenFrom } from "./predict.js";

/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {import("../base/types.js").Candidate} Candidate */
/** @typedef {import("../data/source.js").TraceSource} TraceSource */

/** Rows shown before the reader asks for all. */
const shortList = 12;

/**
 * @param {TraceSource} source
 * @returns {import("../base/types.js").Panel}
 */
export function ledgerPanel(source) {
  const { trace } = source;
  let all = false;
  /** @type {"raw" | "final"} */
  let order = "raw";
  const summary = el("p", { class: "summary" });
  const holder = el("div", { class: "scroller ledger-scroller" });
  const formula = el("div", { class: "formula", "aria-live": "polite" });
  const more = el("button", { type: "button", class: "quiet", on: { click: () => { all = !all; render(); } } });
  const copy = el("button", { type: "button", class: "quiet", on: { click: copyTable } }, t("ledger.csv"));
  // Narrow windows show raw and final only, until the reader asks for the stages between.
  const stagesButton = el("button", { type: "button", class: "quiet narrow-only", "aria-pressed": "false", on: { click: () => {
    const on = holder.classList.toggle("all-stages");
    stagesButton.setAttribute("aria-pressed", String(on));
  } } }, t("ledger.stages"));
  const draw = drawFigure(source);
  const element = section("ledger", [summary, holder, el("div", { class: "tools" }, stagesButton, more, copy), el("p", { class: "note" }, t("ledger.legend"), el("span", { class: "of-stages" }, sentenceGap(), t("ledger.legend.stages"))), formula, draw.element]);
  if (trace.beam) fill(element.querySelector(".lead") ?? element, t("ledger.lead.beams"));

  function step() {
    return trace.steps[place().step];
  }

  function render() {
    const now = step();
    const hidden = place().step >= hiddenFrom();
    element.classList.toggle("veiled", hidden);
    if (!now || hidden) {
      fill(summary, t(now ? "predict.hidden" : "strip.empty"));
      fill(holder);
      return;
    }
    const previous = trace.steps[place().step - 1];
    const changed = changedAt(trace.settings, now.index);
    fill(summary, summaryOf(now).join(sentenceGap()), changed ? el("strong", { class: "changed" }, t("ledger.changed", { changes: changed })) : null);
    const sorted = sortedCandidates(now, order);
    const chosen = sorted.findIndex((c) => c.id === now.token.id);
    const rows = all ? sorted : sorted.slice(0, shortList);
    if (!all && chosen >= shortList) rows.push(/** @type {Candidate} */ (sorted[chosen]));
    const kept = focusedColumn(holder);
    fill(holder, ledgerTable(now, previous, rows, order, (wish) => { order = wish; render(); }, explain, t(endingOf(trace, now))));
    fill(more, all ? t("ledger.fewer") : t("ledger.all", { n: now.candidates.length }));
    more.hidden = now.candidates.length <= shortList;
    explainDefault(now);
    makeRowReachable(holder, rows.findIndex((c) => c.id === now.token.id));
    if (kept >= 0) cellsOf(holder, ".chosen")[kept]?.focus();
  }

  /** @param {Step} now */
  function explainDefault(now) {
    const chosen = now.candidates.find((c) => c.id === now.token.id);
    if (chosen) explain(chosen, finalProbabilityFormula(now, chosen), t("column.final"));
  }

  /**
   * @param {Candidate} candidate
   * @param {{ rule: string, numbers: string, note: string }} lines @param {string} column
   */
  function explain(candidate, lines, column) {
    fill(formula,
      el("span", { class: "formula-of" }, word(tokenLabel(candidate)), ` · ${column}`),
      el("span", { class: "formula-rule" }, lines.rule),
      el("span", { class: "formula-numbers" }, lines.numbers),
      el("span", { class: "formula-note" }, lines.note));
  }

  function copyTable() {
    const now = step();
    if (!now) return;
    const text = ledgerCSV(now);
    navigator.clipboard?.writeText(text).then(
      () => { copy.textContent = t("ledger.copied"); },
      () => save(fileName(`step-${now.index}`, "csv"), new Blob([text], { type: "text/csv" })));
    setTimeout(() => { copy.textContent = t("ledger.csv"); }, 1500);
  }

  /** @param {Set<string>} changed */
  function update(changed) {
    if (changed.has("step") || changed.has("predict")) render();
    draw.update(changed);
  }
  render();
  return { element, update };
}

/**
 * The cells of the rows that match, in reading order.
 * @param {Element} table @param {string} row
 * @returns {HTMLElement[]}
 */
function cellsOf(table, row) {
  return [...table.querySelectorAll(`tbody tr${row} td[tabindex]`)].flatMap((cell) => (cell instanceof HTMLElement ? [cell] : []));
}

/**
 * Which cell of its row has the focus, −1 when none has.
 * @param {Element} table
 */
function focusedColumn(table) {
  const cell = document.activeElement?.closest("td");
  const row = cell?.parentElement;
  if (!cell || !row || !table.contains(cell)) return -1;
  return [...row.querySelectorAll("td[tabindex]")].indexOf(cell);
}

/**
 * Tab goes along one row; up and down go to its neighbours, so the table is a few stops and not a hundred.
 * @param {Element} table @param {number} index
 */
function makeRowReachable(table, index) {
  const rows = [...table.querySelectorAll("tbody tr")];
  rows.forEach((row, i) => {
    for (const cell of row.querySelectorAll("td[tabindex]")) cell.setAttribute("tabindex", i === index ? "0" : "-1");
  });
  const keys = (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const column = focusedColumn(table);
    const next = index + (by ?? 0);
    if (by === undefined || column < 0 || !rows[next]) return;
    event.preventDefault();
    makeRowReachable(table, next);
    const cells = [.../** @type {Element} */ (rows[next]).querySelectorAll("td[tabindex]")];
    const cell = cells[Math.min(column, cells.length - 1)];
    if (cell instanceof HTMLElement) cell.focus();
  };
  const body = table.querySelector("tbody");
  if (body instanceof HTMLElement) body.onkeydown = keys;
}

/**
 * @param {Step} step
 * @param {"raw" | "final"} order
 */
function sortedCandidates(step, order) {
  if (order === "raw") return [...step.candidates].sort((a, b) => a.rank - b.rank);
  return [...step.candidates].sort((a, b) => b.probability - a.probability || a.rank - b.rank);
}

/**
 * What took the token in the end, as a key of the string table.
 * @param {import("../base/types.js").Trace} trace @param {Step} step
 */
function endingOf(trace, step) {
  if (step.draw) return "column.drawn";
  if (isForced(trace, step)) return "column.forced";
  return trace.beam ? "column.beams" : "column.largest";
}

/** @param {Step} step */
function summaryOf(step) {
  const chosen = step.candidates.find((c) => c.id === step.token.id);
  const effective = effectiveStages(step);
  const idle = step.stages.slice(1).filter((stage) => !effective.some((e) => e.stage === stage));
  return [
    t("ledger.summary", { token: `‹${tokenLabel(step.token)}›`, raw: percent(chosen?.rawProbability ?? 0),
      final: percent(chosen?.probability ?? 0), rank: chosen?.rank ?? 0 }),
    t("ledger.entropy", { raw: fixed(step.entropyBits.raw, 2), final: fixed(step.entropyBits.final, 2) }),
    idle.length > 0 && idle.length < 9
      ? t("ledger.idle", { stages: idle.map((s) => stageLabel(s.name) + (s.removed > 0 ? t("ledger.idle.struck", { n: count(s.removed) }) : "")).join(t("list.comma")) }) : "",
  ].filter((sentence) => sentence !== "");
}
