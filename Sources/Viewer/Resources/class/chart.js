// The class's bets as bars: how many stand behind each choice, once the teacher reveals them.

import { el } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { place } from "../base/place.js";
import { trimmed } from "./numbers.js";

words({
  "chart.placed": ["bets placed: {n}", "已下注 {n} 人"],
  "chart.hidden": ["Hidden until they are revealed.", "公開之前先藏起來。"],
});

/** @typedef {{ en: string, "zh-TW": string }} Phrase */
/** @typedef {{ exercise: string, count: number, revealed: boolean, choices: { key: string, words: Phrase, sum: number | null }[] }} Bets */

/** @param {Bets} bets */
export function betChart(bets) {
  const most = Math.max(1, ...bets.choices.map((choice) => choice.sum ?? 0));
  return el("figure", { class: "bets", "data-revealed": String(bets.revealed) },
    el("figcaption", { class: "note" }, t("chart.placed", { n: bets.count }), bets.revealed ? null : ` · ${t("chart.hidden")}`),
    el("ul", {}, bets.choices.map((choice) => el("li", {},
      el("span", { class: "bet-words" }, choice.words[place().lang]),
      el("span", { class: "bet-bar", style: { "--share": String((choice.sum ?? 0) / most) } }),
      el("output", {}, choice.sum === null ? "–" : trimmed(choice.sum))))));
}
