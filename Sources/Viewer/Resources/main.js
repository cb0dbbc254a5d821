// The page: reads its data, builds the panels, and lets them follow the reader. The last module of the bundle.

import { el, fill } from "./base/dom.js";
import { t } from "./base/strings.js";
import { plain } from "./base/format.js";
import { applyTheme, loadPalette, onSystemTheme, setPrinting } from "./base/palette.js";
import { begin, followAddress, move, onMove, place, readAddress, setLimits } from "./base/place.js";
import { listenToKeys } from "./base/keys.js";
import { paintAllFigures } from "./base/figure.js";
import { TraceProblem } from "./data/check.js";
import { pageSource } from "./data/source.js";
import { header } from "./panels/header.js";
import { transportPanel } from "./panels/transport.js";
import { stripPanel, tintNames } from "./panels/strip.js";
import { ledgerPanel } from "./panels/ledger.js";
import { attentionPanel } from "./panels/attention.js";
import { predictPanel } from "./panels/predict.js";
import { tokensPanel } from "./panels/tokens.js";
import { timelinePanel } from "./panels/timeline.js";
import { beamsPanel } from "./panels/beams.js";
import { lensPanel } from "./panels/lens.js";
import { comparePanel } from "./panels/compare.js";
import { runPanel } from "./panels/run.js";
import { glossaryPanel, keysDialog, openKeys } from "./panels/glossary.js";

/** @typedef {import("./data/source.js").TraceSource} TraceSource */

/** @type {import("./base/types.js").Panel[]} */
let panels = [];
/**
 * What changed since the panels were last brought up to date.
 * @type {Set<string>}
 */
let waiting = new Set();
let scheduled = false;

/**
 * Builds everything anew; called at the start and when the language changes.
 * @param {TraceSource} source
 */
function build(source) {
  const focused = document.activeElement?.id;
  document.documentElement.lang = place().lang;
  // Before the others, which ask it what is hidden.
  const predict = predictPanel(source);
  const strip = stripPanel(source);
  const transport = transportPanel(source);
  const made = [predict, ledgerPanel(source), attentionPanel(source), lensPanel(source), beamsPanel(source), tokensPanel(source),
    timelinePanel(source), comparePanel(source), runPanel(source), glossaryPanel()];
  const rest = made.flatMap((panel) => (panel ? [panel] : []));
  const head = header(source.trace, actions, rest.slice(1).map((panel) => panel.element.id));
  // Predict mode goes first: the others ask it what is hidden.
  panels = [predict, head, strip, transport, ...rest.slice(1)];
  predict.onReveal(() => { for (const panel of panels) panel.update(new Set(["step", "predict-reveal", "theme"])); });
  const dialog = keysDialog();
  actions.help = () => (dialog.open ? dialog.close() : openKeys(dialog));
  fill(document.body, head.element, el("main", { id: "top" }, strip.element, transport.element, rest.map((panel) => panel.element)), dialog);
  if (focused) document.getElementById(focused)?.focus();
}

/** @type {import("./base/keys.js").Actions} */
const actions = { steps: () => 1, help: () => {}, tints: tintNames };

/** @param {TraceSource} source */
function follow(source) {
  onMove((changed) => {
    if (changed.has("theme")) applyTheme(place().theme);
    if (changed.has("lang")) return build(source);
    for (const name of changed) waiting.add(name);
    // All panels move in one frame, however many keys came in.
    if (!scheduled) requestAnimationFrame(flush);
    scheduled = true;
  });
}

function flush() {
  const changed = waiting;
  waiting = new Set();
  scheduled = false;
  for (const panel of panels) panel.update(changed);
}

/** @param {unknown} error */
function showProblem(error) {
  const key = error instanceof TraceProblem ? error.key : "problem.other";
  const values = error instanceof TraceProblem ? error.values : { why: error instanceof Error ? error.message : String(error) };
  const safe = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plain(String(value), 300)]));
  document.documentElement.lang = place().lang;
  fill(document.body, el("main", { class: "problem", role: "alert" },
    el("p", { class: "wordmark" }, "Stepglass ", el("span", { lang: "zh-TW" }, "步鏡")),
    el("h1", {}, t("problem.title")), el("p", {}, t(key, safe))));
}

async function start() {
  loadPalette();
  const asked = readAddress(location.hash);
  const language = (navigator.language || "").toLowerCase().startsWith("zh") ? "zh-TW" : "en";
  // Only how to look: where to stand is known once the run's size is.
  begin({ lang: asked.lang ?? language, theme: asked.theme ?? "auto" });
  applyTheme(place().theme);
  const source = await pageSource();
  const { trace } = source;
  setLimits({ steps: trace.steps.length, layers: trace.model.layers, heads: trace.model.heads,
    positions: source.attention?.positions ?? trace.prompt.tokens.length });
  move(asked);
  actions.steps = () => trace.steps.length;
  build(source);
  follow(source);
  followAddress();
  listenToKeys(actions);
  onSystemTheme(() => { applyTheme(place().theme); refreshAll(); });
  addEventListener("beforeprint", () => { setPrinting(true); applyTheme(place().theme); refreshAll(); paintAllFigures(); });
  addEventListener("afterprint", () => { setPrinting(false); applyTheme(place().theme); refreshAll(); });
  document.documentElement.dataset.step = String(place().step);
  document.documentElement.dataset.ready = "true";
  performance.mark("stepglass-ready");
}

function refreshAll() {
  for (const panel of panels) panel.update(new Set(["theme"]));
}

start().catch(showProblem);
