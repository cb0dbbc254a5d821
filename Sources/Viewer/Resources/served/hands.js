// What a served page offers beside what it shows: take another token of the ledger, switch a head off, walk until a
// question holds, open a record.

import { el, fill, word } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { plain, tokenLabel } from "../base/format.js";
import { isOff } from "../base/interventions.js";
import { panel } from "../base/panels.js";
import { place } from "../base/place.js";
import { chosenOf } from "../base/context.js";
import { fileSource } from "../data/source.js";
import { section } from "../panels/section.js";
import { EngineProblem, spoken } from "../engine/engine-client.js";
import { ServerClient } from "./server-client.js";

words({
  "hands.title": ["Put a hand in", "動手改"],
  "hands.lead": ["Change one thing at the step you look at; the run goes on from there on a branch of its own.", "在正在看的步驟改一件事；之後會在自己的分支上接著走。"],
  "hands.take": ["Take another token here", "在這裡改選詞元"],
  "hands.taken": ["the one that was taken", "原來選中的"],
  "hands.head": ["Head {layer}.{head}", "頭 {layer}.{head}"],
  "hands.off": ["switch it off from here on", "從這裡起關閉"],
  "hands.on": ["switch it on again", "再打開"],
  "hands.nohead": ["Choose one head in the panel of attention to switch it off.", "在注意力面板選一個頭，就能把它關閉。"],
  "hands.until": ["Walk until", "走到"],
  "hands.until.go": ["Walk", "走"],
  "hands.until.example": ["entropy > 2", "entropy > 2"],
  "hands.record": ["Open a record …", "開啟紀錄……"],
  "hands.failed": ["That did not work: {why}", "沒有成功：{why}"],
  "nav.hands": ["Change", "動手"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/** @typedef {import("../engine/live-run.js").LiveRun} LiveRun */

/** Candidates that are offered. */
const most = 12;
/** How often the reader pauses in typing before the line's ends are looked up, in milliseconds. */
const pause = 150;

/** What stands in the box; kept while the page is built anew. */
let question = "";

panel({ id: "hands", area: "sections", order: 14, applies: (source) => source.live?.client instanceof ServerClient, make: (source) => new Hands(source) });

class Hands {
  /** @param {TraceSource} source */
  constructor(source) {
    this.source = source;
    this.live = /** @type {LiveRun} */ (source.live);
    this.tokens = el("p", { class: "hands-tokens" });
    this.head = el("p", {});
    this.told = el("p", { class: "told", role: "status" });
    this.ends = el("datalist", { id: "hands-ends" });
    this.until = el("input", { type: "text", id: "hands-until", list: "hands-ends", autocomplete: "off", autocapitalize: "off", spellcheck: "false", placeholder: t("hands.until.example"),
      on: { input: () => this.typed(), keydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === "Enter" && !event.isComposing) this.walk(); } } });
    this.until.value = question;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.waiting = undefined;
    const file = el("input", { type: "file", id: "hands-file", class: "visually-hidden", tabindex: -1, accept: ".json,.html", "aria-label": t("hands.record"),
      on: { change: () => { const one = file.files?.[0]; file.value = ""; if (one) this.carryOut(() => this.open(one)); } } });
    this.element = section("hands", [el("h3", {}, t("hands.take")), this.tokens, this.head,
      el("p", { class: "console-row" }, el("label", { for: "hands-until" }, t("hands.until")), this.until, this.ends,
        el("button", { type: "button", class: "primary", on: { click: () => this.walk() } }, t("hands.until.go"))),
      el("p", {}, el("button", { type: "button", class: "quiet", on: { click: () => file.click() } }, t("hands.record")), file), this.told]);
    this.draw();
  }

  draw() {
    const { trace } = this.source;
    const step = trace.steps[place().step];
    const { layer, head } = place();
    const taken = step ? chosenOf(step)?.id ?? step.token.id : -1;
    fill(this.tokens, (step?.candidates ?? []).slice(0, most).map((one) => el("button", { type: "button", class: "quiet", disabled: one.id === taken, title: one.id === taken ? t("hands.taken") : `#${one.id}`,
      on: { click: () => this.say(`force #${one.id}`) } }, word(tokenLabel(one, 24)))));
    this.tokens.hidden = !step;
    if (typeof head !== "number") return fill(this.head, el("span", { class: "note" }, t("hands.nohead")));
    const off = isOff(trace, place().step, layer, head);
    fill(this.head, t("hands.head", { layer, head }), " ", el("button", { type: "button", class: "quiet", id: "hands-head", on: { click: () => this.say(`${off ? "restore" : "ablate"} ${layer}.${head}`) } }, t(off ? "hands.on" : "hands.off")));
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (["step", "layer", "head", "growth"].some((name) => changed.has(name))) this.draw();
  }

  /** @param {() => Promise<unknown>} work */
  async carryOut(work) {
    fill(this.told);
    try {
      await work();
    } catch (error) {
      const why = error instanceof EngineProblem ? spoken(error.phrase) : error instanceof Error ? error.message : String(error);
      fill(document.querySelector("#hands .told") ?? this.told, t("hands.failed", { why: plain(why, 300) }));
    }
  }

  /** @param {string} line */
  say(line) {
    return this.carryOut(() => this.live.line(line, 80));
  }

  /** What the question's last word could become. */
  typed() {
    question = this.until.value;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(async () => {
      const line = `until ${this.until.value}`;
      try {
        const { candidates, wordLength } = await this.live.complete(line);
        const stem = this.until.value.slice(0, this.until.value.length - wordLength);
        fill(this.ends, candidates.slice(0, 30).map((one) => el("option", { value: stem + one })));
      } catch { /* What is typed is no question yet. */ }
    }, pause);
  }

  walk() {
    if (this.until.value.trim() === "") return;
    return this.say(`until ${this.until.value}`);
  }

  /**
   * A record in the place of the run, which its model goes on with if it is the one at hand.
   * @param {File} file
   */
  async open(file) {
    const source = await fileSource(file);
    const bytes = source.file ? await source.file() : new Uint8Array(await file.arrayBuffer());
    const before = this.live.state;
    const { result } = await this.live.client.ask({ request: "load", model: await this.live.openModel() }, [bytes]);
    if (before) await this.live.client.ask({ request: "end", run: before.run });
    this.live.state = result;
    await this.live.show();
  }
}
