// The page: reads its data, builds the panels, and lets them follow the reader and the run. The bundle ends with it: all
// other modules, and the panels that register themselves, stand before it.

import { el, fill } from "./base/dom.js";
import { t } from "./base/strings.js";
import { plain } from "./base/format.js";
import { applyTheme, loadPalette, onSystemTheme, setPrinting } from "./base/palette.js";
import { begin, followAddress, move, onBeyond, onMove, place, readAddress, setLimits } from "./base/place.js";
import { listenToKeys } from "./base/keys.js";
import { elementsIn, isComplete, makePanels, updatePanels } from "./base/panels.js";
import { remember, remembered } from "./base/remembered.js";
import { dropWish, followWish, isWishing, wishChanged } from "./base/what-if.js";
import { nameFilesAfter, paintAllFigures, showTables } from "./base/figure.js";
import { layOutHandout, takeHandoutAway } from "./panels/handout.js";
import { TraceProblem } from "./data/check.js";
import { firstHead } from "./data/first-head.js";
import { pageSource } from "./data/source.js";
import { unpackAfter } from "./data/weights.js";
import { engineInPage, firstRun } from "./engine/live-page.js";
import { offerToScripts } from "./engine/scripting.js";
import { warmUp } from "./engine/warm-up.js";

/** @typedef {import("./data/source.js").TraceSource} TraceSource */

/**
 * What changed since the panels were last brought up to date.
 * @type {Set<string>}
 */
let waiting = new Set();
let scheduled = false;

/**
 * Builds everything anew; called at the start, when the language changes, and when a run has grown something for a
 * panel that had nothing to show.
 * @param {TraceSource} source
 */
function build(source) {
  document.documentElement.lang = place().lang;
  makePanels(source);
  fill(document.body, elementsIn("head"), el("main", { id: "top" }, elementsIn("text"), elementsIn("sections")), elementsIn("layers"));
  // What was to be brought up to date is new.
  waiting = new Set();
}

/**
 * All panels move in one frame, however many keys or steps came in.
 * @param {Iterable<string>} changed
 */
function schedule(changed) {
  for (const name of changed) waiting.add(name);
  if (!scheduled) requestAnimationFrame(flush);
  scheduled = true;
}

function flush() {
  const changed = waiting;
  waiting = new Set();
  scheduled = false;
  updatePanels(changed);
}

/** @param {TraceSource} source */
function follow(source) {
  onMove((changed) => {
    if (changed.has("theme")) applyTheme(place().theme);
    if (changed.has("numbers")) remember("numbers", place().numbers ? "1" : "0");
    if (changed.has("try")) followWish(source);
    else if (changed.has("step") && isWishing()) wishChanged(source);
    if (changed.has("lang") || changed.has("numbers")) return build(source);
    if (changed.has("tables")) showTables();
    schedule(changed);
  });
  source.onReplacement((step) => {
    measure(source);
    dropWish();
    move(step === null ? { step: place().step } : { step, look: null });
    build(source);
  });
  source.onGrowth(() => {
    measure(source);
    if (!isComplete(source)) return build(source);
    schedule(["growth"]);
  });
}

/**
 * How far the reader can go in the run as it is now.
 * @param {TraceSource} source
 */
function measure(source) {
  const { trace, attention } = source;
  setLimits({ steps: trace.steps.length, layers: trace.model.layers, heads: trace.model.heads,
    positions: attention?.positions ?? trace.prompt.tokens.length });
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

/**
 * Goes to the head that tells most, once the page is there and has nothing else to do; a reader who chose one keeps it.
 * @param {TraceSource} source
 */
async function showFirstHead(source) {
  await new Promise((resolve) => setTimeout(resolve));
  if (!source.attention) return;
  const before = place();
  try {
    const found = await firstHead(source.attention, source.trace.prompt.tokens.length + before.step - 1);
    if (found && place().layer === before.layer && place().head === before.head && place().step === before.step) move(found);
  } catch {
    // Weights that cannot be read: the panel of attention says so.
  }
}

/** A browser that does not tell of its first paint is waited for no longer, in milliseconds. */
const longestPaint = 1500;

/**
 * When the page is on the screen for the first time; in the background, where nothing is painted, at once.
 * @returns {Promise<void>}
 */
function painted() {
  return new Promise((resolve) => {
    const unlessSeen = () => document.hidden && resolve();
    unlessSeen();
    setTimeout(resolve, longestPaint);
    document.addEventListener("visibilitychange", unlessSeen);
    if (PerformanceObserver.supportedEntryTypes.includes("paint")) {
      new PerformanceObserver((list) => list.getEntriesByName("first-contentful-paint").length > 0 && resolve()).observe({ type: "paint", buffered: true });
    } else requestAnimationFrame(() => setTimeout(resolve));
  });
}

async function start() {
  loadPalette();
  const asked = readAddress(location.hash);
  const language = (navigator.language || "").toLowerCase().startsWith("zh") ? "zh-TW" : "en";
  // Only how to look: where to stand is known once the run's size is.
  begin({ lang: asked.lang ?? language, theme: asked.theme ?? "auto", numbers: asked.numbers ?? remembered("numbers") === "1" });
  applyTheme(place().theme);
  const engine = engineInPage();
  const source = (await pageSource()) ?? (await firstRun(engine));
  if (engine) {
    engine.attach(source);
    offerToScripts(engine);
    onBeyond(() => engine.goOn());
  }
  measure(source);
  nameFilesAfter(source.trace.model.name);
  move(asked);
  unpackAfter(painted());
  build(source);
  follow(source);
  followWish(source);
  followAddress();
  listenToKeys();
  onSystemTheme(() => { applyTheme(place().theme); updatePanels(["theme"]); });
  addEventListener("beforeprint", () => { setPrinting(true); applyTheme(place().theme); updatePanels(["theme"]); paintAllFigures(); layOutHandout(source); });
  addEventListener("afterprint", () => { takeHandoutAway(); setPrinting(false); applyTheme(place().theme); updatePanels(["theme"]); });
  document.documentElement.dataset.step = String(place().step);
  document.documentElement.dataset.ready = "true";
  performance.mark("stepglass-ready");
  if (asked.layer === undefined && asked.head === undefined) await showFirstHead(source);
  if (engine) warmUp(engine, source.trace.prompt.text);
}

start().catch(showProblem);
