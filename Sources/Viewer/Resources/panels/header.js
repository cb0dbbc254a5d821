// The head of the page: what this is, what ran, and the few switches. Called by: main.

import { el } from "../base/dom.js";
import { t } from "../base/strings.js";
import { plain, settingsTold } from "../base/format.js";
import { move, place } from "../base/place.js";

/** @typedef {import("../base/types.js").Trace} Trace */

const themeOrder = /** @type {const} */ (["auto", "light", "dark"]);

/**
 * How the tokens were chosen, in a few words: every setting that is not its default, and for a run that draws its
 * temperature and seed in any case.
 * @param {Trace} trace @returns {string[]}
 */
export function strategy(trace) {
  const s = trace.settings;
  const searches = Number(s.beams) > 1;
  const draws = Number(s.temperature) !== 0 && (!searches || s.beamSample === true);
  const parts = searches ? [t("header.beams", { n: Number(s.beams) })] : [];
  if (Number(s.temperature) === 0) parts.push(t("header.greedy"));
  if (draws) parts.push(t("header.temperature", { x: Number(s.temperature) }), t("header.seed", { x: plain(String(s.seed), 40) }));
  return [...parts, ...settingsTold(s, ["beams", ...(draws ? ["temperature", "seed"] : Number(s.temperature) === 0 ? ["temperature"] : [])])];
}

/**
 * Links to the steps at which settings were changed on the way.
 * @param {Trace} trace
 */
function changes(trace) {
  const steps = (trace.settings.changes ?? []).map((/** @type {any} */ change) => Number(change.step));
  if (steps.length === 0) return [];
  const [before, after] = t("header.changed", { steps: "\n" }).split("\n");
  return [` · ${before}`, ...steps.flatMap((/** @type {number} */ step, /** @type {number} */ i) => [i > 0 ? t("list.comma") : "",
    el("button", { type: "button", class: "in-line", on: { click: () => move({ step }) } }, step)]), after];
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
    el("p", { class: "run-facts" }, [plain(trace.model.name), ...strategy(trace)].join(" · "), changes(trace)),
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
