// What context costs: the curves of this model's cache and work against the length of the text, with this run on them, and
// what the cache saves. All numbers are the record's; here they are only added up.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { byteSize, count, percent, seconds } from "../base/format.js";
import { choices } from "../base/choices.js";
import { Figure, stepPart } from "../base/figure.js";
import { panel } from "../base/panels.js";
import { choiceOf, choose, declareChoice, move, place } from "../base/place.js";
import { Curves, scaled } from "./cost-curves.js";
import { section } from "./section.js";

words({
  "costs.title": ["What context costs", "上下文的代價"],
  "costs.lead": ["Computed from the model's shape, not measured: the cache grows with the text, the attention's part of reading a prompt with its square. A line that climbs twice as steeply doubles twice when the text doubles once.", "由模型的形狀算出，並非量測：快取隨文字成正比增加，讀提示時注意力的部分則隨文字長度的平方增加。斜率加倍的線，在文字長度加倍時會變成四倍。"],
  "costs.show": ["What the curves show", "曲線顯示"],
  "costs.cache": ["cache", "快取"],
  "costs.prefill": ["reading a prompt", "讀入提示"],
  "costs.decode": ["one more token", "再一個詞元"],
  "costs.part.projections": ["projections", "投影"],
  "costs.part.mlp": ["MLP", "MLP"],
  "costs.part.attention": ["attention", "注意力"],
  "costs.part.head": ["logits", "logit"],
  "costs.part.total": ["all", "總計"],
  "costs.part.cache": ["keys and values", "鍵與值"],
  "costs.context": ["tokens of context", "上下文詞元數"],
  "costs.here": ["this run", "這次執行"],
  "costs.told.cache": ["At {n} tokens the keys and values of this run take {now}; at the model's {all} they would take {then}.", "這次執行在 {n} 個詞元時，鍵與值占 {now}；到模型上限 {all} 個時會占 {then}。"],
  "costs.told.prefill": ["Reading this prompt of {n} tokens took {now} multiply-adds; reading {all} would take {then}, {share} of them for attention.", "讀入這份 {n} 個詞元的提示用了 {now} 次乘加；讀入 {all} 個要 {then} 次，其中 {share} 用在注意力。"],
  "costs.told.decode": ["The token after {n} others took {now} multiply-adds; after {all} it would take {then}, {share} of them for attention.", "在 {n} 個詞元之後，這個詞元用了 {now} 次乘加；在 {all} 個之後要 {then} 次，其中 {share} 用在注意力。"],
  "costs.told.first": ["The first token comes with reading the prompt; step on to see a later one.", "第一個詞元隨讀入提示而來；前進一步，就能看到之後的詞元。"],
  "costs.hint": ["Point at the curves to read them.", "指向曲線可讀取數值。"],
  "costs.table": ["Costs at each context", "各上下文長度的代價"],
  "costs.saved": ["With the cache, and without it", "有快取與沒有快取"],
  "costs.saved.told": ["Up to this step: {cached} multiply-adds with the cache. Without it each pass would read the whole text again: {uncached}, {times} times as many.", "到這一步為止：有快取用了 {cached} 次乘加。沒有快取時，每次都要重讀整段文字：{uncached} 次，是 {times} 倍。"],
  "costs.saved.label": ["Multiply-adds up to each step, with the cache and without", "到各步為止的乘加次數：有快取與沒有快取"],
  "costs.passes": ["passes", "前向計算（遍）"],
  "costs.read": ["tokens read", "讀入的詞元"],
  "costs.work": ["multiply-adds", "乘加"],
  "costs.with": ["with the cache", "有快取"],
  "costs.without": ["without it", "沒有快取"],
  "costs.measured": ["Measured on this machine", "在這台機器上量測"],
  "costs.measured.none": ["No times were measured; stepglass trace --measure-context records some.", "沒有量測時間；stepglass trace --measure-context 會記錄一些。"],
  "costs.measured.with": ["a later token, with the cache", "後續詞元（有快取）"],
  "costs.measured.without": ["the whole text: each token without it", "整段文字：沒有快取時的每個詞元"],
  "nav.costs": ["Costs", "代價"],
});

/** @typedef {import("../base/types.js").Costs} Costs */
/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/** @typedef {import("./cost-curves.js").Line} Line */

const shows = ["cache", "prefill", "decode"];
const partNames = /** @type {const} */ (["projections", "mlp", "attention", "head"]);
declareChoice("costs", "prefill", new RegExp(`^(${shows.join("|")})$`));

panel({ id: "costs", area: "sections", order: 75, numbers: true, applies: (source) => Boolean(source.trace.costs), make: (source) => new CostsPanel(source) });

/** @param {number[]} list */
const sum = (list) => list.reduce((a, b) => a + b, 0);

class CostsPanel {
  /** @param {TraceSource} source of a run whose record has costs */
  constructor(source) {
    this.source = source;
    this.told = el("p", { class: "told", "aria-live": "polite" });
    this.choices = el("div", {});
    this.readout = el("p", { class: "readout", "aria-live": "off" }, t("costs.hint"));
    this.curves = new Curves();
    this.figure = new Figure({
      name: "costs", shows: () => [choiceOf("costs"), ...(choiceOf("costs") === "decode" ? [stepPart()] : [])],
      label: () => this.told.textContent || t("costs.table"),
      draw: (pen, width, theme) => this.curves.draw(pen, width, theme, { contexts: this.costs.contexts, lines: this.lines(), here: this.here(), axis: t("costs.context"), hereName: t("costs.here"), unit: this.unit() }),
      pointer: (x) => fill(this.readout, this.read(x) || t("costs.hint")),
      leave: () => fill(this.readout, t("costs.hint")),
      reads: (x) => this.read(x),
      table: () => this.table(),
    });
    this.saved = el("div", { class: "costs-saved" });
    this.savedFigure = new Figure({
      name: "cache-work", label: () => t("costs.saved.label"),
      draw: (pen, width, theme) => this.curves.drawSums(pen, width, theme, this.sums(), place().step, { cached: t("costs.with"), uncached: t("costs.without") }),
      click: (x) => move({ step: this.curves.stepAt(x, this.steps) }),
      table: () => ({ caption: t("costs.saved.label"), head: [t("timeline.step"), t("costs.with"), t("costs.without")],
        rows: this.sums().cached.map((cached, i) => [i + 1, count(cached), count(this.sums().uncached[i] ?? 0)]) }),
    });
    this.measured = el("div", {});
    const { steps } = this;
    this.element = section("costs", [this.choices, this.told, this.figure.element, this.readout,
      steps > 0 ? el("h3", {}, t("costs.saved")) : null, ...(steps > 0 ? [this.saved, this.savedFigure.element] : []),
      el("h3", {}, t("costs.measured")), this.measured]);
    this.paint();
  }

  /** @returns {Costs} */
  get costs() {
    return /** @type {Costs} */ (this.source.trace.costs);
  }

  /** Steps whose work is known. */
  get steps() {
    return Math.min(this.source.trace.steps.length, this.costs.steps.cached.length);
  }

  /** The curves that are shown. @returns {Line[]} */
  lines() {
    const show = choiceOf("costs");
    if (show === "cache") return [{ name: t("costs.part.cache"), values: this.costs.cacheBytes, weight: "total" }];
    const work = show === "decode" ? this.costs.decode : this.costs.prefill;
    const parts = partNames.map((name) => ({ name: t(`costs.part.${name}`), values: work[name], weight: name })).filter((line) => line.values.some((value) => value > 0));
    return [...parts, { name: t("costs.part.total"), values: work.head.map((_, i) => sum(partNames.map((name) => work[name][i] ?? 0))), weight: "total" }];
  }

  unit() {
    return choiceOf("costs") === "cache" ? byteSize : scaled;
  }

  /** Where this run is on the curve of all; null where it has no such point. */
  here() {
    const prompt = this.source.trace.prompt.tokens.length;
    const { cached, cacheBytes } = this.costs.steps;
    const step = Math.min(place().step, this.steps - 1);
    if (step < 0) return null;
    const show = choiceOf("costs");
    if (show === "prefill") return { context: prompt, value: cached[0] ?? 0 };
    if (show === "cache") return { context: prompt + step, value: cacheBytes[step] ?? 0 };
    return step === 0 ? null : { context: prompt + step, value: cached[step] ?? 0 };
  }

  /** The work up to each step. */
  sums() {
    const added = (/** @type {number[]} */ list) => {
      let all = 0;
      return list.slice(0, this.steps).map((one) => (all += one));
    };
    return { cached: added(this.costs.steps.cached), uncached: added(this.costs.steps.uncached) };
  }

  /**
   * What the curves say at the context that is nearest to a point.
   * @param {number} x
   */
  read(x) {
    const at = this.curves.contextAt(x, this.costs.contexts);
    if (at < 0) return "";
    const told = this.lines().map((line) => `${line.name} ${this.unit()(line.values[at] ?? 0)}`);
    return `${count(this.costs.contexts[at] ?? 0)} ${t("costs.context")}: ${told.join(t("list.comma"))}`;
  }

  table() {
    const lines = this.lines();
    return { caption: t("costs.table"), head: [t("costs.context"), ...lines.map((line) => line.name)],
      rows: this.costs.contexts.map((context, i) => [count(context), ...lines.map((line) => exact(line.values[i] ?? 0))]) };
  }

  paint() {
    const show = choiceOf("costs");
    const here = this.here();
    const open = shows.filter((name) => name === "prefill" || (name === "decode" ? this.costs.decode.head.length > 0 : this.costs.cacheBytes.some((bytes) => bytes > 0)));
    fill(this.choices, choices(t("costs.show"), open.map((value) => ({ value, text: t(`costs.${value}`) })), show, (value) => choose("costs", value)));
    const total = this.lines().at(-1)?.values ?? [];
    const attention = (show === "decode" ? this.costs.decode : this.costs.prefill).attention.at(-1) ?? 0;
    const last = total.at(-1) ?? 0;
    const values = { all: count(this.costs.contexts.at(-1) ?? 0), then: this.unit()(last), share: percent(last > 0 ? attention / last : 0) };
    fill(this.told, here ? t(`costs.told.${show}`, { ...values, n: count(here.context), now: this.unit()(here.value) }) : this.steps > 0 && show === "decode" ? t("costs.told.first") : "");
    this.paintSaved();
    this.paintMeasured();
    this.figure.redraw();
    if (this.steps > 0) this.savedFigure.redraw();
  }

  /** Passes, tokens and work up to the step: with the cache a pass reads what is new, without it all. */
  paintSaved() {
    const passes = Math.min(place().step, this.steps - 1) + 1;
    if (passes < 1) return;
    const prompt = this.source.trace.prompt.tokens.length;
    const { cached, uncached } = this.sums();
    const [less, more] = [cached[passes - 1] ?? 0, uncached[passes - 1] ?? 0];
    const read = { with: prompt + passes - 1, without: passes * prompt + (passes * (passes - 1)) / 2 };
    fill(this.saved, el("p", { class: "told" }, t("costs.saved.told", { cached: scaled(less), uncached: scaled(more), times: (more / Math.max(less, 1)).toFixed(1) })),
      small(["", t("costs.with"), t("costs.without")],
        [[t("costs.passes"), count(passes), count(passes)], [t("costs.read"), count(read.with), count(read.without)], [t("costs.work"), exact(less), exact(more)]]));
  }

  paintMeasured() {
    const { measured } = this.costs;
    fill(this.measured, measured.length === 0 ? el("p", { class: "note" }, t("costs.measured.none"))
      : small([t("costs.context"), t("costs.measured.with"), t("costs.measured.without")],
        measured.map((one) => [count(one.context), seconds(one.perTokenSeconds), seconds(one.firstTokenSeconds)])));
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (["step", "theme", "growth", "costs"].some((name) => changed.has(name))) this.paint();
  }
}

/**
 * A table of a few rows.
 * @param {string[]} head @param {string[][]} rows
 */
function small(head, rows) {
  return el("table", { class: "facts-table costs-table" },
    el("thead", {}, el("tr", {}, head.map((title) => (title === "" ? el("td", {}) : el("th", { scope: "col" }, title))))),
    el("tbody", {}, rows.map(([name, ...cells]) => el("tr", {}, el("th", { scope: "row" }, name), cells.map((cell) => el("td", {}, cell))))));
}

/**
 * All digits of a count, as long as a number of the page has them all.
 * @param {number} n
 */
function exact(n) {
  return Number.isSafeInteger(n) ? count(n) : scaled(n);
}
