// What was answered to one exercise, with names or without.

import { el } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { ask } from "../class/asking.js";

words({
  "answers.name": ["Student", "學生"],
  "answers.answer": ["Last answer", "最後的答案"],
  "answers.attempt": ["Attempt", "第幾次"],
  "answers.right": ["right", "答對"],
  "answers.wrong": ["not yet", "還沒"],
  "answers.state": ["So far", "目前"],
});

/** @typedef {{ name: string | null, answer: string, right: boolean, misconception: string | null, attempt: number }} Given */

/** @param {string} exercise @param {boolean} isNamed @returns {Promise<Given[]>} */
export async function answersOf(exercise, isNamed) {
  return (await ask({ do: "answers", exercise, named: isNamed })).answers;
}

/** @param {Given[]} answers @param {boolean} isNamed */
export function answerTable(answers, isNamed) {
  const names = isNamed ? ["answers.name"] : [];
  return el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": t("answers.answer") }, el("table", { class: "room-table", id: "answers" },
    el("thead", {}, el("tr", {}, [...names, "answers.answer", "answers.state", "answers.attempt"].map((key) => el("th", { scope: "col" }, t(key))))),
    el("tbody", {}, answers.map((one) => el("tr", {}, isNamed ? el("th", { scope: "row", dir: "auto" }, one.name) : null,
      el("td", { dir: "auto" }, one.answer), el("td", {}, t(one.right ? "answers.right" : "answers.wrong")), el("td", {}, one.attempt))))));
}
