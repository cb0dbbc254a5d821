// The head of the page: what this is, what ran, and the few switches. Called by: main.

import { el } from "../base/dom.js";
import { t } from "../base/strings.js";
import { plain } from "../base/format.js";
import { move, place } from "../base/place.js";

/** @typedef {import("../base/types.js").Trace} Trace */

const themeOrder = /** @type {const} */ (["auto", "light", "dark"]);

/**
 * How the tokens were chosen, in a few words.
 * @param {Trace} trace @returns {string[]}
 */
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
 * @param {Trace} trace @param {{ help: () => void }} actions @param {string[]} panels the names of the panels on the page
 * @returns {import("../base/types.js").Panel}
 */
export function header(trace, actions, panels) {
  const theme = () => t("header.theme", { name: t(`theme.${place().theme}`) });
  const themeButton = el("button", { type: "button", id: "theme-button", on: { click: () => {
    move({ theme: themeOrder[(themeOrder.indexOf(place().theme) + 1) % 3] });
  } } }, theme());
  const language = place().lang === "en" ? "zh-TW" : "en";
  const head = el("header", { class: "page-head" },
    el("div", { class: "masthead" },
      el("h1", { class: "wordmark" }, "Stepglass ", el("span", { lang: "zh-TW" }, "步鏡")),
      el("nav", { class: "switches" },
        el("button", { type: "button", id: "predict-button", "aria-pressed": String(place().predict), on: { click: () => move({ predict: !place().predict }) } }, t("header.predict")),
        el("button", { type: "button", id: "language-button", lang: language, on: { click: () => move({ lang: language }) } }, t("header.language")),
        themeButton,
        el("button", { type: "button", id: "help-button", on: { click: actions.help } }, t("header.help"), " ", el("kbd", {}, "?")))),
    el("p", { class: "run-facts" }, [plain(trace.model.name), ...strategy(trace)].join(" · ")),
    el("nav", { class: "contents", "aria-label": t("nav.label") }, panels.map((name) => el("a", { href: `#${name}`, on: { click: (/** @type {Event} */ event) => {
      // The address keeps the place; the link only scrolls.
      event.preventDefault();
      document.getElementById(name)?.scrollIntoView({ block: "start" });
      document.getElementById(`${name}-title`)?.focus({ preventScroll: true });
    } } }, t(`nav.${name}`)))));
  /** @param {Set<string>} changed */
  function update(changed) {
    if (changed.has("theme")) themeButton.replaceChildren(theme());
    if (changed.has("predict")) head.querySelector("#predict-button")?.setAttribute("aria-pressed", String(place().predict));
  }
  return { element: head, update };
}
