// The debugger's line: every command and question of `stepglass debug`, carried out by the engine in the page.

import { el, fill, save } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { plain } from "../base/format.js";
import { bind } from "../base/keys.js";
import { panel } from "../base/panels.js";
import { place } from "../base/place.js";
import { EngineProblem } from "../engine/engine-client.js";
import { section } from "./section.js";

words({
  "console.title": ["Ask and command", "提問與指令"],
  "console.lead": ["The debugger's own commands and questions, from the step you look at; it counts steps from 0. help lists them.", "除錯器的指令與提問，從你正在看的步驟起算；它的步驟從 0 數起。輸入 help 看全部。"],
  "console.ask.lead": ["Questions about the step you look at. Commands need the model: stepglass debug, or a page made with --live.", "針對你正在看的步驟提問。指令需要模型：請用 stepglass debug，或以 --live 製作的頁面。"],
  "console.ask.example": ["for example: entropy > 2, or: max over heads of attention(0, h, 0)", "例如：entropy > 2，或：max over heads of attention(0, h, 0)"],
  "console.ask.only": ["Only questions are answered in this page. For commands: stepglass debug --trace FILE, or a page made with --live.", "這個網頁只回答提問。要用指令，請用 stepglass debug --trace 檔案，或以 --live 製作的頁面。"],
  "console.line": ["Command or question", "指令或提問"],
  "console.send": ["Carry out", "執行"],
  "console.log": ["What was asked and answered", "問與答"],
  "console.example": ["for example: list, or: print entropy > 2", "例如：list，或：print entropy > 2"],
  "nav.console": ["Commands", "指令"],
  "key.console": ["to the command line", "到指令列"],
});

/** Entries that are kept on the page; older ones are let go. */
const entryLimit = 200;
/** Characters a line of an answer may have. */
const width = 88;

/**
 * What was asked and answered so far; kept while the page is built anew.
 * @type {{ line: string, answer: { en: string[], "zh-TW": string[] }, isProblem: boolean }[]}
 */
const entries = [];

panel({ id: "console", area: "sections", order: 15, numbers: true, applies: (source) => source.live !== null, make: (source) => {
  current = new Console(source);
  return current;
} });

bind({ keys: [":"], label: "key.console", order: 125, run: () => document.getElementById("console-line")?.focus() });

/**
 * The one on the page: a line may build the page anew before its answer stands.
 * @type {Console | null}
 */
let current = null;

class Console {
  /** @param {import("../data/source.js").TraceSource} source with an engine */
  constructor(source) {
    this.live = /** @type {import("../engine/live-run.js").LiveRun} */ (source.live);
    this.past = entries.length;
    this.line = el("input", { type: "text", id: "console-line", autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-label": t("console.line"), placeholder: t(this.live.client.opensModels ? "console.example" : "console.ask.example"),
      on: { keydown: (/** @type {KeyboardEvent} */ event) => this.pressed(event) } });
    this.choices = el("p", { class: "note", "aria-live": "polite" });
    this.log = el("div", { class: "console-log tall", role: "log", tabindex: 0, "aria-label": t("console.log") });
    const button = el("button", { type: "button", class: "primary", on: { click: () => this.send() } }, t("console.send"));
    this.element = section("console", [this.log, el("div", { class: "console-row" }, this.line, button), this.choices], [],
      this.live.client.opensModels ? "console.lead" : "console.ask.lead");
    this.paint();
  }

  paint() {
    this.log.hidden = entries.length === 0;
    fill(this.log, entries.map(({ line, answer, isProblem }) => el("div", { class: "console-entry" },
      el("p", { class: "console-asked" }, el("bdi", {}, plain(line, 400))),
      el("pre", { class: isProblem ? "console-problem" : "" }, answer[place().lang].join("\n")))));
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.isComposing) return;
    if (event.key === "Enter") this.send();
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") this.recall(event.key === "ArrowUp" ? -1 : 1);
    else if (event.key === "Tab" && this.isToComplete && !event.shiftKey) this.complete();
    else return;
    event.preventDefault();
  }

  /** @param {number} by */
  recall(by) {
    this.past = Math.max(0, Math.min(entries.length, this.past + by));
    this.line.value = entries[this.past]?.line ?? "";
  }

  /** Whether Tab would add something to the line; where it just has, or cannot, it leaves the line as everywhere else. */
  get isToComplete() {
    return this.live.client.opensModels && this.line.value !== "" && this.line.value !== this.line.dataset.offered;
  }

  async complete() {
    try {
      const { candidates, wordLength } = await this.live.complete(this.line.value);
      const [only] = candidates;
      if (candidates.length === 1 && only !== undefined) this.line.value = this.line.value.slice(0, this.line.value.length - wordLength) + only;
      this.line.dataset.offered = this.line.value;
      fill(this.choices, candidates.length > 1 ? candidates.slice(0, 40).map((one) => plain(one, 40)).join("  ") : "");
    } catch (error) {
      this.line.dataset.offered = this.line.value;
      this.add(this.line.value, answerOf(error), true);
    }
  }

  async send() {
    const line = this.line.value;
    this.line.value = "";
    fill(this.choices, "");
    try {
      const { text, files } = await this.live.line(line, width);
      this.add(line, text, false);
      for (const { format, bytes } of files) save(`trace.${format === "trace" ? "json" : format}`, new Blob([/** @type {BlobPart} */ (bytes)]));
    } catch (error) {
      this.add(line, answerOf(error), true);
      if (!this.live.client.opensModels) fill(current?.choices ?? this.choices, t("console.ask.only"));
    }
  }

  /**
   * @param {string} line @param {{ en: string[], "zh-TW": string[] }} answer @param {boolean} isProblem
   */
  add(line, answer, isProblem) {
    entries.push({ line, answer, isProblem });
    if (entries.length > entryLimit) entries.shift();
    this.past = entries.length;
    current?.paint();
  }
}

/**
 * What went wrong, in both languages.
 * @param {unknown} error
 */
function answerOf(error) {
  if (error instanceof EngineProblem) return { en: [error.phrase.en], "zh-TW": [error.phrase["zh-TW"]] };
  const why = error instanceof Error ? error.message : String(error);
  return { en: [why], "zh-TW": [why] };
}
