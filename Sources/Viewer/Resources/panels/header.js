// The head of the page: what this is, what ran, and the few switches. Called by: main.

import { el } from "../base/dom.js";
import { t } from "../base/strings.js";
import { plain } from "../base/format.js";
import { move, place } from "../base/place.js";

/** @typedef {import("../base/types.js").Trace} Trace */

const themeOrder = /** @type {const} */ (["auto", "light", "dark"]);

/** How the tokens were chosen, in a few words. @param {Trace} trace @returns {string[]} */
export function strategy(trace) {
  const s = trace.settings;
  if (Number(s.beams) > 1) return [t("header.beams", { n: Number(s.beams) })];
  if (Number(s.temperature) === 0) return [t("header.greedy")];
  const parts = [t("header.temperature", { x: Number(s.temperature) })];
  if (Number(s.topK) > 0) parts.push(`top-k ${Number(s.topK)}`);
  if (Number(s.topP) < 1) parts.push(`top-p ${Number(s.topP)}`);
  if (Number(s.minP) > 0) parts.push(`min-p ${Number(s.minP)}`);
  parts.push(t("header.seed", { x: plain(String(s.seed), 40) }));
  return parts;
}

/**
 * @param {Trace} trace @param {{ help: () => void }} actions
 */
export function header(trace, actions) {
  const theme = () => t("header.theme", { name: t(`theme.${place().theme}`) });
  const themeButton = el("button", { type: "button", id: "theme-button", on: { click: () => {
    move({ theme: themeOrder[(themeOrder.indexOf(place().theme) + 1) % 3] });
  } } }, theme());
  const language = place().lang === "en" ? "zh-TW" : "en";
  return el("header", { class: "page-head" },
    el("div", { class: "masthead" },
      el("p", { class: "wordmark" }, "Stepglass ", el("span", { lang: "zh-TW" }, "步鏡")),
      el("nav", { class: "switches" },
        el("button", { type: "button", id: "language-button", lang: language, on: { click: () => move({ lang: language }) } }, t("header.language")),
        themeButton,
        el("button", { type: "button", id: "help-button", on: { click: actions.help } }, t("header.help"), " ", el("kbd", {}, "?")))),
    el("p", { class: "run-facts" }, [plain(trace.model.name), ...strategy(trace)].join(" · ")));
}
