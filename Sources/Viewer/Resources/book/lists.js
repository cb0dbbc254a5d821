// The lists of a lesson, as the terminal prints them: the tokens of a step with their probabilities added up, and of a whole
// run how many tokens stayed at each step. The words of the course speak of their columns by name.

import { el, fill, word } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { count, endOfText, fixed, tokenLabel } from "../base/format.js";
import { contextOf } from "../base/context.js";
import { panel } from "../base/panels.js";
import { move, place } from "../base/place.js";
import { shownStep } from "../base/what-if.js";
import { stairsOf } from "../data/stairs.js";

words({
  "list.step": ["The tokens of this step, by rank", "這一步的詞元，依名次排列"],
  "list.steps": ["The steps of the run", "各步一覽"],
  "list.after": ["step {n}, after: {text}", "第 {n} 步，前文：{text}"],
  "list.raw": ["raw p", "原始機率"],
  "list.before": ["p here", "這時機率"],
  "list.sum": ["sum", "累計"],
  "list.final": ["final p", "最終機率"],
  "list.more": ["and {n} more", "另有 {n} 個"],
  "list.kept": ["kept: {n} of {all}", "留下 {n}／{all} 個"],
  "list.column.step": ["step", "步"],
  "list.column.kept": ["kept", "留下"],
  "list.column.edge": ["edge", "邊緣"],
  "list.removed": ["removed", "劃掉"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/** @typedef {import("../base/types.js").Step} Step */

/** Rows of a step: these at least, up to three behind the last that stayed, and these at most. */
const rows = { least: 6, behind: 3, most: 12 };
/** Characters of the text before a step. */
const beforeRoom = 56;

panel({ id: "step-list", area: "sections", order: 0, applies: (source) => source.trace.steps.length > 0, make: stepList });
panel({ id: "run-list", area: "sections", order: 0, applies: (source) => source.trace.steps.length > 0, make: runList });

/** @param {string} title @param {Node[]} body */
function list(title, body) {
  return el("div", { class: "list scroller", role: "region", tabindex: 0, "aria-label": title }, body);
}

/** @param {string[]} names @param {number} words how many of them head a column of words */
function head(names, words) {
  return el("thead", {}, el("tr", {}, names.map((name, i) => el("th", { scope: "col", class: i < words ? "word-column" : "" }, name))));
}

/** @param {TraceSource} source */
function stepList(source) {
  const element = list(t("list.step"), []);
  /** @param {Set<string>} changed */
  function update(changed) {
    if (!["step", "whatif", "growth"].some((name) => changed.has(name))) return;
    const step = shownStep(source);
    fill(element, step ? tableOf(source, step) : null);
  }
  update(new Set(["step"]));
  return { element, update };
}

/** @param {TraceSource} source @param {Step} step */
function tableOf(source, step) {
  const { shares, of } = stairsOf(source, true);
  const seen = of === "before" ? new Map(shares.map((one) => [one.id, one.share])) : null;
  const kept = step.candidates.filter((c) => c.removedBy === null).length;
  const shown = [...step.candidates].sort((a, b) => a.rank - b.rank)
    .slice(0, Math.max(rows.least, Math.min(kept + rows.behind, rows.most)));
  let sum = 0;
  const body = shown.map((candidate) => {
    // What an earlier stage removed had nothing left when top-p looked.
    const share = seen ? (seen.get(candidate.id) ?? 0) : candidate.rawProbability;
    sum += share;
    return el("tr", { class: candidate.removedBy === null ? "" : "removed" }, el("td", {}, candidate.rank), el("th", { scope: "row", class: "word-column" }, word(tokenLabel(candidate, 24))),
      el("td", {}, fixed(share, 4)), el("td", {}, fixed(sum, 4)),
      el("td", {}, candidate.removedBy === null ? fixed(candidate.probability, 4) : el("span", { role: "img", "aria-label": t("list.removed") }, "✗")));
  });
  const all = step.candidates.length + step.tail.count;
  const last = step.stages.at(-1)?.kept ?? all;
  const notes = [all > shown.length ? t("list.more", { n: count(all - shown.length) }) : "", last < all ? t("list.kept", { n: count(last), all: count(all) }) : ""];
  const before = contextOf(source.trace).slice(0, source.trace.prompt.tokens.length + step.index);
  return [before.length === 0 ? null : el("p", { class: "note" }, t("list.after", { n: step.index, text: endOfText(before, beforeRoom) })),
    el("table", {}, el("caption", { class: "visually-hidden" }, t("list.step")),
      head(["#", t("column.token"), t(seen ? "list.before" : "list.raw"), t("list.sum"), t("list.final")], 2), el("tbody", {}, body)),
    el("p", { class: "note" }, notes.filter((note) => note !== "").join(" · "))];
}

/** @param {TraceSource} source */
function runList(source) {
  const items = source.trace.steps.map((step) => {
    const kept = step.candidates.filter((c) => c.removedBy === null);
    const sum = kept.reduce((total, c) => total + c.rawProbability, 0);
    return el("tr", {}, el("td", {}, el("button", { type: "button", class: "in-line", on: { click: () => move({ step: step.index }) } }, step.index)),
      el("th", { scope: "row", class: "word-column" }, word(tokenLabel(step.token, 24))), el("td", {}, count(kept.length)),
      el("td", {}, fixed(sum, 4)), el("td", {}, fixed(kept.at(-1)?.rawProbability ?? 0, 4)));
  });
  const element = list(t("list.steps"), [el("table", {}, el("caption", { class: "visually-hidden" }, t("list.steps")),
    head([t("list.column.step"), t("column.token"), t("list.column.kept"), t("list.sum"), t("list.column.edge")], 2), el("tbody", {}, items))]);
  /** @param {Set<string>} changed */
  function update(changed) {
    if (!changed.has("step")) return;
    items.forEach((item, i) => { if (i === place().step) item.setAttribute("aria-current", "step"); else item.removeAttribute("aria-current"); });
  }
  update(new Set(["step"]));
  return { element, update };
}
