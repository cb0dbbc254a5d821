// The head of the page: what this is, what ran, and the few switches.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { plain, stepNumber } from "../base/format.js";
import { settingsTold } from "../base/settings.js";
import { isFilled } from "../base/context.js";
import { bind, press } from "../base/keys.js";
import { contentsOf, panel } from "../base/panels.js";
import { move, place } from "../base/place.js";

words({
  "header.help": ["Keys", "按鍵"],
  "header.greedy": ["greedy", "貪婪解碼"],
  "header.beams": ["{n} beams", "集束寬度 {n}"],
  "header.filled": ["masks filled: {n}", "填入的遮罩：{n} 個"],
  "header.temperature": ["temperature {x}", "溫度 {x}"],
  "header.seed": ["seed {x}", "種子 {x}"],
  "header.changed": ["changed at step {steps}", "第 {steps} 步起改變設定"],
  "header.predict": ["Guess", "猜詞模式"],
  "nav.label": ["Panels", "面板"],
  "nav.switches": ["Language, look and help", "語言、外觀與說明"],
  "key.theme": ["light or dark", "淺色或深色"],
  "key.language": ["the other language", "切換語言"],
});

/** @typedef {import("../base/types.js").Trace} Trace */

const themeOrder = /** @type {const} */ (["auto", "light", "dark"]);

/**
 * How the tokens were chosen, in a few words: every setting that is not its default, and for a run that draws its
 * temperature and seed in any case.
 * @param {Trace} trace @returns {string[]}
 */
export function strategy(trace) {
  if (isFilled(trace)) return [t("header.filled", { n: trace.steps.length })];
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
    el("button", { type: "button", class: "in-line", on: { click: () => move({ step }) } }, stepNumber(step))]), after];
}

panel({ id: "header", area: "head", order: 10, make: header });

/** The other language. */
const otherLanguage = () => (place().lang === "en" ? "zh-TW" : "en");
const nextTheme = () => themeOrder[(themeOrder.indexOf(place().theme) + 1) % 3];

bind({ keys: ["d"], label: "key.theme", order: 140, run: () => move({ theme: document.documentElement.dataset.theme === "dark" ? "light" : "dark" }) });
bind({ keys: ["g"], label: "key.language", order: 150, run: () => move({ lang: otherLanguage() }) });

/**
 * A link that scrolls to a section and gives it the keyboard; the address keeps the place.
 * @param {string} name
 */
function link(name) {
  return el("a", { href: `#${name}`, on: { click: (/** @type {Event} */ event) => {
    event.preventDefault();
    document.getElementById(name)?.scrollIntoView({ block: "start" });
    document.getElementById(`${name}-title`)?.focus({ preventScroll: true });
  } } }, t(`nav.${name}`));
}

/** @param {import("../data/source.js").TraceSource} source */
function header(source) {
  const { trace } = source;
  const theme = () => t("header.theme", { name: t(`theme.${place().theme}`) });
  const themeButton = el("button", { type: "button", id: "theme-button", on: { click: () => move({ theme: nextTheme() }) } }, theme());
  const predictButton = el("button", { type: "button", id: "predict-button", "aria-pressed": String(place().predict), on: { click: () => move({ predict: !place().predict }) } }, t("header.predict"));
  const facts = el("p", { class: "run-facts" });
  const tell = () => fill(facts, [plain(trace.model.name), ...strategy(trace)].join(" · "), changes(trace));
  tell();
  const element = el("header", { class: "page-head" },
    el("div", { class: "masthead" },
      el("h1", { class: "wordmark" }, "Stepglass ", el("span", { lang: "zh-TW" }, "步鏡")),
      el("nav", { class: "switches", "aria-label": t("nav.switches") }, isFilled(trace) ? null : predictButton,
        el("button", { type: "button", id: "language-button", lang: otherLanguage(), on: { click: () => move({ lang: otherLanguage() }) } }, t("header.language")),
        themeButton,
        el("button", { type: "button", id: "present-button", on: { click: () => press("v") } }, t("present.start")),
        el("button", { type: "button", id: "share-button", on: { click: () => press("s") } }, t("share.title")),
        el("button", { type: "button", id: "help-button", on: { click: () => press("?") } }, t("header.help"), " ", el("kbd", {}, "?")))),
    facts,
    el("nav", { class: "contents", "aria-label": t("nav.label") }, contentsOf(source).map(link)));
  /** @param {Set<string>} changed */
  function update(changed) {
    if (changed.has("theme")) fill(themeButton, theme());
    if (changed.has("predict")) predictButton.setAttribute("aria-pressed", String(place().predict));
    if (changed.has("growth")) tell();
  }
  return { element, update };
}
