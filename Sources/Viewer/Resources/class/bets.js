// What the class bet, beneath an exercise whose bets the teacher has revealed.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { ask } from "./asking.js";
import { betChart } from "./chart.js";

words({
  "bets.class": ["What the class bet", "全班下的注"],
});

/**
 * Brings the charts of those exercises on the page up to date that are among the revealed ones.
 * @param {string[]} revealed
 */
export async function showBets(revealed) {
  for (const form of document.querySelectorAll("main .exercise")) {
    const exercise = form instanceof HTMLElement ? form.dataset.exercise ?? "" : "";
    if (!revealed.includes(exercise)) continue;
    const bets = /** @type {import("./chart.js").Bets} */ (await ask({ do: "bets", exercise }));
    // While it was asked for, the reader may have turned the page, and another answer may have come.
    if (!bets.revealed || !form.isConnected) continue;
    let place = form.querySelector(".class-bets");
    if (!place) {
      place = el("section", { class: "class-bets", "aria-label": t("bets.class") });
      form.append(place);
    }
    fill(place, el("p", {}, t("bets.class")), betChart(bets));
  }
}
