// The ledger's table: a row for each candidate, a column for each stage that did something.

import { el, word } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { stageKind, stageLabel } from "../base/stages.js";
import { count, logit, percent, tokenLabel } from "../base/format.js";
import { isForced } from "../base/interventions.js";
import { offered } from "../base/offers.js";
import { finalProbabilityFormula, rawProbabilityFormula, stageFormula } from "./formulas.js";
import { isUnlisted, listedIn } from "./chances.js";
import { largest, smallest } from "../base/extremes.js";

words({
  "ledger.chosen": ["chosen", "被選中"],
  "ledger.set": ["set by hand", "人為指定"],
  "ledger.tail": ["{n} other tokens", "其他 {n} 個詞元"],
  "ledger.was": ["number {rank} one step before", "前一步排第 {rank}"],
  "ledger.new": ["not listed one step before", "前一步不在列表中"],
  "column.rawlogit": ["raw logit", "原始 logit"],
  "column.logprobability": ["log-probability", "對數機率"],
  "column.raw": ["raw", "原始"],
  "column.softmax": ["softmax", "softmax"],
  "column.kept": ["{n} left", "剩 {n}"],
});

/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {import("../base/types.js").Candidate} Candidate */

/** Logit bars never span less than this, so that near ties look like near ties. */
const leastSpan = 2;

/**
 * The stages that changed or removed a listed candidate.
 * @param {Step} step
 */
export function effectiveStages(step) {
  return step.stages.map((stage, index) => ({ stage, index })).slice(1).filter(({ stage, index }) =>
    step.candidates.some((c) => {
      const before = c.logits[index - 1];
      const after = c.logits[index];
      return c.removedBy === stage.name || (typeof before === "number" && typeof after === "number" && Math.abs(after - before) > 1e-9);
    }));
}

/**
 * @param {import("../base/types.js").Trace} trace @param {Step} step @param {Step | undefined} previous @param {Candidate[]} rows @param {"raw" | "final"} order
 * @param {(order: "raw" | "final") => void} sort
 * @param {(c: Candidate, f: { rule: string, numbers: string, note: string }, column: string) => void} explain
 * @param {string} ending how the token was taken in the end @param {Step} [ghost] the record behind a step that was wished
 */
export function ledgerTable(trace, step, previous, rows, order, sort, explain, ending, ghost) {
  const recorded = new Map((ghost?.candidates ?? []).map((c) => [c.id, c.probability]));
  const stages = effectiveStages(step);
  // Another engine tells no logits.
  const first = t(trace.origin ? "column.logprobability" : "column.rawlogit");
  const topProbability = largest(recorded.values(), largest(step.candidates.map((c) => Math.max(c.rawProbability, c.probability)), 1e-12));
  const axis = logitAxis(step, rows, stages.map((s) => s.index));
  /**
   * @param {string} name
   * @param {"raw" | "final"} key @param {string} detail
   */
  const sortable = (name, key, detail) => el("th", { scope: "col", class: key === "final" ? "probability final" : "probability",
    "aria-sort": order === key ? "descending" : "none" },
    el("button", { type: "button", class: "sort", "data-control": key, on: { click: () => sort(key) } }, name, order === key ? " ↓" : ""),
    el("small", {}, detail));
  const head = el("tr", {},
    el("th", { scope: "col", class: "rank" }, "#"),
    el("th", { scope: "col", class: "word-column" }, t("column.token")),
    el("th", { scope: "col", class: "logit" }, first, trace.origin ? null : el("small", {}, "z")),
    sortable(t("column.raw"), "raw", t("column.softmax")),
    stages.map(({ stage }) => el("th", { scope: "col", class: "logit" }, stageLabel(stage.name),
      el("small", {}, parametersOf(stage)), stage.removed > 0 ? el("small", {}, t("column.kept", { n: count(stage.kept) })) : null)),
    sortable(t("column.final"), "final", ending));
  const forced = ghost === undefined && isForced(trace, step.index);
  const seal = el("span", { class: "seal", title: t(forced ? "ledger.set" : "ledger.chosen") }, forced ? "✎" : "●");
  const body = rows.map((candidate, i) => {
    const gap = i > 0 && candidate.rank - (rows[i - 1]?.rank ?? 0) > 1 && order === "raw";
    /**
     * @param {Node} cell
     * @param {() => { rule: string, numbers: string, note: string }} make @param {string} column
     */
    const told = (cell, make, column) => {
      const tell = () => explain(candidate, make(), column);
      cell.addEventListener("pointerenter", tell);
      cell.addEventListener("focus", tell);
      return cell;
    };
    return el("tr", { class: [candidate.id === step.token.id ? "chosen" : "", candidate.removedBy ? "removed" : "",
      gap ? "gap" : ""].join(" ") },
      el("td", { class: "rank" }, candidate.rank, was(candidate, previous)),
      el("th", { scope: "row", class: "word-column" },
        candidate.id === step.token.id ? seal : null,
        offered(candidate.id, word(tokenLabel(candidate, 24)))),
      told(logitCell(candidate, 0, axis, null), () => ({ rule: trace.origin ? "ln p" : "z", numbers: logit(candidate.logits[0] ?? 0),
        note: t(trace.origin ? "formula.logprobability" : "formula.logit") }), first),
      told(shareCell(candidate.rawProbability, topProbability), () => rawProbabilityFormula(step, candidate), t("column.raw")),
      stages.map(({ stage, index }) => told(logitCell(candidate, index, axis, stage),
        () => stageFormula(step, candidate, index), stageLabel(stage.name))),
      told(shareCell(candidate.removedBy ? null : candidate.probability, topProbability, "final", recorded.get(candidate.id)),
        () => finalProbabilityFormula(step, candidate), t("column.final")));
  });
  const hiddenRows = step.candidates.length - rows.length;
  const rest = restOf(step, rows);
  const tail = el("tr", { class: "tail" }, el("td", {}), el("th", { scope: "row", class: "word-column" },
      hiddenRows === 0 && isUnlisted(step, listedIn(trace)) ? t("chances.notlisted") : t("ledger.tail", { n: count(step.tail.count + hiddenRows) })),
    el("td", { class: "stage-gap" }), shareCell(rest.raw, topProbability), stages.map(() => el("td", { class: "stage-gap" })),
    shareCell(rest.final, topProbability, "final"));
  return el("table", { class: "ledger", style: { "--number": numberRoom(step, rows), "--share": shareRoom(rows) } }, el("caption", { class: "visually-hidden" }, t("ledger.title")),
    el("thead", {}, head), el("tbody", {}, body), el("tfoot", {}, tail));
}

/**
 * Room for the longest logit of the table, so that no number runs into the next column and all bars have one scale.
 * @param {Step} step @param {Candidate[]} rows
 */
function numberRoom(step, rows) {
  const shown = [0, ...effectiveStages(step).map((s) => s.index)];
  const longest = Math.max(5, ...rows.flatMap((c) => shown.map((k) => { const z = c.logits[k]; return typeof z === "number" ? logit(z).length : 0; })));
  return `${Math.ceil(longest * 7.1 + 5)}px`;
}

/**
 * The same for probabilities.
 * @param {Candidate[]} rows
 */
function shareRoom(rows) {
  const longest = Math.max(6, ...rows.flatMap((c) => [percent(c.rawProbability).length, percent(c.probability).length]));
  return `${Math.ceil(longest * 7.4 + 4)}px`;
}

/**
 * The mass of everything not in the rows: the tail, and listed candidates that are folded away.
 * @param {Step} step @param {Candidate[]} rows
 */
function restOf(step, rows) {
  const rest = { raw: step.tail.rawProbability, final: step.tail.probability };
  for (const c of step.candidates) {
    if (rows.includes(c)) continue;
    rest.raw += c.rawProbability;
    rest.final += c.probability;
  }
  return rest;
}

/**
 * Where this token stood one step before.
 * @param {Candidate} candidate @param {Step | undefined} previous
 */
function was(candidate, previous) {
  if (!previous) return null;
  const before = previous.candidates.find((c) => c.id === candidate.id);
  if (!before) return el("small", { class: "new", title: t("ledger.new") }, "+");
  const moved = before.rank - candidate.rank;
  const title = t("ledger.was", { rank: before.rank });
  return el("small", { title }, moved > 0 ? `↑${moved}` : moved < 0 ? `↓${-moved}` : "=");
}

/** @param {import("../base/types.js").Stage} stage */
function parametersOf(stage) {
  return Object.entries(stage.parameters).slice(0, 2).map(([name, x]) => {
    const value = String(Math.round(x * 1e4) / 1e4);
    return name.length <= 2 ? `${name} = ${value}` : value;
  }).join(" · ");
}

/**
 * One scale for all logit columns: each is read as its distance below the column's best, so a temperature below 1
 * is seen to stretch the gaps and a penalty to shorten a bar.
 * @param {Step} step @param {Candidate[]} rows @param {number[]} stages
 */
function logitAxis(step, rows, stages) {
  const columns = [0, ...stages];
  const best = columns.map((k) => largest(step.candidates.map((c) => c.logits[k] ?? -Infinity)));
  let span = leastSpan;
  columns.forEach((k, i) => {
    for (const c of rows) {
      const x = c.logits[k];
      if (typeof x === "number") span = Math.max(span, (best[i] ?? 0) - x);
    }
  });
  const cuts = columns.map((k, i) => cutOf(step, k, best[i] ?? 0));
  // A cut a little below the last row still belongs into the picture.
  for (const cut of cuts) if (cut !== null && cut < 1.5 * span) span = Math.max(span, cut);
  const length = span * 1.08;
  return {
    /**
     * @param {number} k
     * @param {number} x
     */
    share: (k, x) => Math.max(0, 1 - ((best[columns.indexOf(k)] ?? 0) - x) / length),
    /** @param {number} k */
    cut: (k) => {
      const at = cuts[columns.indexOf(k)];
      return at === null || at === undefined ? null : 1 - at / length;
    },
  };
}

/**
 * How far below the best a stage cut, in logits: everything below is out, everything above stays. null when it did not
 * cut at one height, or below the list.
 * @param {Step} step @param {number} k @param {number} best
 */
function cutOf(step, k, best) {
  const stage = step.stages[k];
  const cut = stage ? stageKind(stage.name)?.cut : null;
  if (!stage || stage.removed === 0 || !cut) return null;
  if (cut === "ratio") return -Math.log(Object.values(stage.parameters)[0] ?? 1);
  const kept = step.candidates.map((c) => c.logits[k]).filter((x) => typeof x === "number");
  if (kept.length !== stage.kept) return null;
  return best - smallest(/** @type {number[]} */ (kept));
}

/**
 * @param {Candidate} candidate @param {number} k @param {ReturnType<typeof logitAxis>} axis
 * @param {import("../base/types.js").Stage | null} stage
 */
function logitCell(candidate, k, axis, stage) {
  const value = candidate.logits[k];
  const cut = axis.cut(k);
  const style = { "--cut": cut === null ? "" : `${(cut * 100).toFixed(2)}%` };
  const mark = cut !== null && cut > 0 && cut <= 1 ? el("span", { class: "cut", style }) : null;
  if (typeof value !== "number") {
    const here = stage !== null && candidate.removedBy === stage.name;
    return el("td", { class: "logit gone", tabindex: -1 }, el("span", { class: "lane" }, mark),
      here ? el("span", { class: "struck" }, `✕ ${stageLabel(stage.name)}`) : null);
  }
  return el("td", { class: "logit", tabindex: -1 }, el("span", { class: "lane" }, bar(axis.share(k, value)), mark),
    el("span", { class: "number" }, logit(value)));
}

/**
 * A bar; what is not zero leaves at least a sliver, zero leaves nothing.
 * @param {number} share of the lane
 */
export function bar(share) {
  return share > 0 ? el("span", { class: "bar", style: { width: `${Math.min(100, share * 100).toFixed(2)}%` } }) : null;
}

/**
 * @param {number | null} share
 * @param {number} top @param {"" | "final"} [column] the last one stays in sight @param {number} [ghost] what the record has
 */
function shareCell(share, top, column = "", ghost) {
  const shadow = ghost === undefined || ghost <= 0 ? null : el("i", { class: "ghost", style: { width: `${Math.min(100, (ghost / top) * 100).toFixed(2)}%` } });
  if (share === null) return el("td", { class: `probability gone ${column}`, tabindex: -1 }, shadow ? el("span", { class: "lane" }, shadow) : null, el("span", { class: "number" }, "0"));
  return el("td", { class: `probability ${column}`, tabindex: -1 }, el("span", { class: "lane" }, bar(share / top), shadow),
    el("span", { class: "number" }, percent(share)));
}
