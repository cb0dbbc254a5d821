// The ledger: how this step's token was chosen, from the raw logits through every stage to the draw.

import { el, fill, save, word } from "../base/dom.js";
import { sentenceGap, t, words } from "../base/strings.js";
import { stageLabel } from "../base/stages.js";
import { count, fixed, percent, tokenLabel } from "../base/format.js";
import { headsOff, interventionsAt, isForced } from "../base/interventions.js";
import { chosenOf, isFilled } from "../base/context.js";
import { panel } from "../base/panels.js";
import { choiceOf, choose, declareChoice, place } from "../base/place.js";
import { ghostStep, shownStep, whatIfFound } from "../base/what-if.js";
import { fileName } from "../base/figure.js";
import { section } from "./section.js";
import { finalProbabilityFormula } from "./formulas.js";
import { ledgerCSV } from "./ledger-csv.js";
import { effectiveStages, ledgerTable } from "./ledger-table.js";
import { drawFigure } from "./draw-line.js";
import { hiddenFrom } from "./predict.js";

words({
  "ledger.title": ["How the token was chosen", "這個詞元如何被選中"],
  "ledger.lead": ["Each row is a candidate, each column a stage on the way from the model's raw logits to the draw. A stage can change a logit or strike the candidate.", "每一橫列是一個候選詞元，每一直行是從模型的原始 logit 到抽選之間的一個階段。階段會改變 logit，或把候選劃掉。"],
  "ledger.lead.beams": ["Each row is a candidate, each column a stage on the way from the model's raw logits to the beam search. A stage can change a logit or strike the candidate.", "每一橫列是一個候選詞元，每一直行是從模型的原始 logit 到集束搜尋之間的一個階段。階段會改變 logit，或把候選劃掉。"],
  "ledger.title.mask": ["What the mask hides", "遮罩底下是什麼"],
  "ledger.lead.mask": ["Each row is a candidate for the mask. The model has seen all other tokens of the text, on both sides; the softmax of its logits is the probability.", "每一橫列是遮罩的一個候選詞元。模型看得到文字兩側的其他所有詞元；logit 的 softmax 就是機率。"],
  "ledger.summary.mask": ["{token} is the best of {n} tokens: {raw}.", "{token} 是 {n} 個詞元中最好的：{raw}。"],
  "ledger.entropy.mask": ["The entropy is {raw} bits.", "熵為 {raw} 位元。"],
  "ledger.legend.mask": ["● the best. Logit bars: distance below it.", "● 最佳者。logit 長條：與最佳者的差距。"],
  "ledger.none.mask": ["No mask was filled: the model has no head over its vocabulary.", "沒有填入遮罩：模型沒有詞彙輸出頭。"],
  "ledger.summary": ["{token} was the model's number {rank}: {raw} raw, {final} after the stages.", "{token} 在模型心中排第 {rank}：原始機率 {raw}，經過各階段後 {final}。"],
  "ledger.entropy": ["Entropy went from {raw} to {final} bits.", "熵由 {raw} 變為 {final} 位元。"],
  "ledger.idle": ["No candidate listed here was touched by: {stages}.", "未影響所列候選的階段：{stages}。"],
  "ledger.idle.struck": [" ({n} others struck)", "（劃掉其他 {n} 個）"],
  "ledger.forced": ["This token was set by hand; neither the stages nor a draw chose it.", "這個詞元由人為指定，並非由各階段或抽選選出。"],
  "ledger.off": ["Heads switched off in this step: {heads}.", "這一步關閉的頭：{heads}。"],
  "ledger.all": ["All {n} candidates", "全部 {n} 個候選"],
  "ledger.legend": ["● chosen, ✎ set by hand. + new to the list, ↑ ↓ moved since the step before, = not moved.", "● 被選中，✎ 人為指定。+ 新進列表，↑ ↓ 與前一步相比的名次變動，= 名次不變。"],
  "ledger.legend.stages": ["Logit bars: distance below the column's best, one scale for all. Dashed: where a stage cuts.", "logit 長條：與該直行最佳者的差距，各直行同一尺度。虛線：該階段的切割處。"],
  "ledger.stages": ["Stages between", "中間階段"],
  "ledger.fewer": ["Fewer", "收合"],
  "ledger.csv": ["Copy as CSV", "複製為 CSV"],
  "ledger.copied": ["Copied", "已複製"],
  "column.drawn": ["drawn from", "由此抽選"],
  "column.beams": ["taken by the beam search", "由集束搜尋選出"],
  "column.largest": ["the largest is taken", "取最大者"],
  "column.best": ["softmax, the best first", "softmax，最佳者在前"],
  "column.forced": ["set by hand", "人為指定"],
  "nav.ledger": ["Choice", "選詞"],
});

/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {import("../base/types.js").Candidate} Candidate */
/** @typedef {import("../data/source.js").TraceSource} TraceSource */

/** A table of more columns has no room for bars on paper. */
const columnsOnPaper = 6;
/** Rows shown before the reader asks for all. */
const shortList = 12;

panel({ id: "ledger", area: "sections", order: 20, numbers: true, make: (source) => new Ledger(source) });

/** The order of the rows; whether all are on show, and in narrow windows the stages between. */
declareChoice("sort", "raw", /^(raw|final)$/);
declareChoice("rows", "few", /^(few|all)$/);
declareChoice("stages", "few", /^(few|all)$/);

/** The table of a step's candidates, the formula of the cell that is pointed at, and the draw. */
class Ledger {
  /** @param {TraceSource} source */
  constructor(source) {
    this.source = source;
    this.summary = el("p", { class: "summary" });
    this.holder = el("div", { class: "scroller ledger-scroller" });
    this.formula = el("div", { class: "formula", "aria-live": "polite" });
    this.more = el("button", { type: "button", class: "quiet", on: { click: () => choose("rows", this.all ? "few" : "all") } });
    this.copy = el("button", { type: "button", class: "quiet", on: { click: () => this.copyTable() } }, t("ledger.csv"));
    // Narrow windows show raw and final only, until the reader asks for the stages between.
    this.stages = el("button", { type: "button", class: "quiet narrow-only", on: { click: () => choose("stages", choiceOf("stages") === "all" ? "few" : "all") } }, t("ledger.stages"));
    this.draw = drawFigure(source);
    this.element = section("ledger", [this.summary, this.holder, el("div", { class: "tools" }, this.stages, this.more, this.copy),
      el("p", { class: "note" }, t("ledger.legend"), el("span", { class: "of-stages" }, sentenceGap(), t("ledger.legend.stages"))), this.formula, this.draw.element]);
    this.width = 0;
    /** Of what table the room is. */
    this.roomName = "";
    new ResizeObserver(() => {
      if (this.element.clientWidth !== this.width) this.makeRoom();
    }).observe(this.element);
    this.render();
  }

  /** Whether all candidates are on show. */
  get all() {
    return choiceOf("rows") === "all";
  }

  /** What the rows are sorted by. @returns {"raw" | "final"} */
  get order() {
    return choiceOf("sort") === "final" ? "final" : "raw";
  }

  /** The step the reader is at, as the reader wishes it; undefined where the run has none yet. */
  step() {
    return shownStep(this.source);
  }

  render() {
    const { trace } = this.source;
    const between = choiceOf("stages") === "all";
    this.holder.classList.toggle("all-stages", between);
    this.stages.setAttribute("aria-pressed", String(between));
    const now = this.step();
    const hidden = place().step >= hiddenFrom();
    if (isFilled(trace)) this.tellMask();
    else if (trace.beam) fill(this.element.querySelector(".lead") ?? this.element, t("ledger.lead.beams"));
    this.element.classList.toggle("veiled", hidden);
    if (!now || hidden) {
      fill(this.summary, t(now ? "predict.hidden" : isFilled(trace) ? "ledger.none.mask" : "strip.empty"));
      fill(this.holder);
      return;
    }
    fill(this.summary, (isFilled(trace) ? maskSummary(now) : summaryOf(now)).join(sentenceGap()), handsIn(trace, now).map((told) => el("strong", { class: "changed" }, told)));
    // Before the table: a cell that gets the focus back explains itself.
    const chosen = now.candidates.find((c) => c.id === now.token.id);
    if (chosen) this.explain(chosen, finalProbabilityFormula(now, chosen), t("column.final"));
    this.renderTable(now);
    fill(this.more, this.all ? t("ledger.fewer") : t("ledger.all", { n: now.candidates.length }));
    this.more.hidden = now.candidates.length <= shortList;
  }

  /** The panel's words where the candidates are those of a mask. */
  tellMask() {
    const { element } = this;
    for (const [name, key] of [["h2", "ledger.title.mask"], [".lead", "ledger.lead.mask"], [".note", "ledger.legend.mask"]]) {
      const found = element.querySelector(name ?? "");
      if (found) fill(found, t(key ?? ""));
    }
    this.draw.element.remove();
  }

  /** @param {Step} now */
  renderTable(now) {
    const { trace } = this.source;
    const { holder, order } = this;
    const sorted = sortedCandidates(now, order);
    const chosen = sorted.findIndex((c) => c.id === now.token.id);
    const rows = this.all ? sorted : sorted.slice(0, shortList);
    if (!this.all && chosen >= shortList) rows.push(/** @type {Candidate} */ (sorted[chosen]));
    const kept = focusedColumn(holder);
    const before = isFilled(trace) ? undefined : trace.steps[place().step - 1];
    fill(holder, ledgerTable(trace, now, before, rows, order, (wish) => choose("sort", wish),
      (c, lines, column) => this.explain(c, lines, column), t(endingOf(trace, now, whatIfFound() !== null)), ghostStep(this.source)));
    this.makeRoomFor(place().step, now.stages.length);
    makeRowReachable(holder, rows.findIndex((c) => c.id === now.token.id));
    if (kept >= 0) cellsOf(holder, ".chosen")[kept]?.focus();
  }

  /**
   * The same room for the same step with as many stages: what a slider changes is not worth laying the page out twice.
   * @param {number} step @param {number} stages
   */
  makeRoomFor(step, stages) {
    const name = `${step} ${stages} ${this.all} ${choiceOf("stages")}`;
    if (name === this.roomName && this.element.isConnected) return;
    this.roomName = this.element.isConnected ? name : "";
    this.makeRoom();
  }

  /**
   * Whether the table needs more room than beside the panel's title: then it stands below it, as wide as the window. The
   * same on paper, where a table of many columns leaves its bars out.
   */
  makeRoom() {
    const table = this.holder.querySelector("table");
    if (!table || !this.element.isConnected) return;
    this.width = this.element.clientWidth;
    this.element.classList.remove("wide");
    this.element.classList.toggle("wide", this.holder.scrollWidth > this.holder.clientWidth + 1);
    this.holder.classList.toggle("crowded", table.querySelectorAll("thead th").length > columnsOnPaper);
  }

  /**
   * @param {Candidate} candidate
   * @param {{ rule: string, numbers: string, note: string }} lines @param {string} column
   */
  explain(candidate, lines, column) {
    fill(this.formula,
      el("span", { class: "formula-of" }, word(tokenLabel(candidate)), ` · ${column}`),
      el("span", { class: "formula-rule" }, lines.rule),
      el("span", { class: "formula-numbers" }, lines.numbers),
      el("span", { class: "formula-note" }, lines.note));
  }

  copyTable() {
    const now = this.step();
    if (!now) return;
    const text = ledgerCSV(now);
    navigator.clipboard?.writeText(text).then(
      () => { this.copy.textContent = t("ledger.copied"); },
      () => save(fileName(["ledger", `step-${now.index}`], "csv"), new Blob([text], { type: "text/csv" })));
    setTimeout(() => { this.copy.textContent = t("ledger.csv"); }, 1500);
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (["step", "predict", "growth", "whatif", "sort", "rows", "stages"].some((name) => changed.has(name))) this.render();
    this.draw.update(changed);
  }
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
 * @param {import("../base/types.js").Trace} trace @param {Step} step @param {boolean} isWished
 */
function endingOf(trace, step, isWished) {
  if (isForced(trace, step.index) && !isWished) return "column.forced";
  if (isFilled(trace)) return "column.best";
  if (step.draw) return "column.drawn";
  return trace.beam ? "column.beams" : "column.largest";
}

/**
 * What a reader of the run did at this step.
 * @param {import("../base/types.js").Trace} trace @param {Step} step
 */
function handsIn(trace, step) {
  const off = headsOff(trace, step.index);
  const acts = interventionsAt(trace, step.index).filter((act) => act.sign === "△").map((act) => `${act.sign} ${act.told}`);
  return [...(isForced(trace, step.index) ? [`✎ ${t("ledger.forced")}`] : []), ...acts,
    ...(off.length > 0 ? [`⊘ ${t("ledger.off", { heads: off.join(t("list.comma")) })}`] : [])];
}

/** @param {Step} step of a run that fills */
function maskSummary(step) {
  return [t("ledger.summary.mask", { token: `‹${tokenLabel(step.token)}›`, n: count(step.candidates.length + step.tail.count),
    raw: percent(chosenOf(step)?.rawProbability ?? 0) }), t("ledger.entropy.mask", { raw: fixed(step.entropyBits.raw, 2) })];
}

/** @param {Step} step */
function summaryOf(step) {
  const chosen = chosenOf(step);
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
