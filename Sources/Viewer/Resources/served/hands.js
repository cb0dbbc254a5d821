// What a served page offers beside what it shows: take another token of the ledger, switch a head off, walk until a
// question holds, open a record. Candidates and heads offer the same where they are shown.

import { el, fill, word } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { plain, tokenLabel } from "../base/format.js";
import { isOff } from "../base/interventions.js";
import { offers } from "../base/offers.js";
import { panel } from "../base/panels.js";
import { place } from "../base/place.js";
import { chosenOf, isFilled } from "../base/context.js";
import { fileSource } from "../data/source.js";
import { section } from "../panels/section.js";
import { QuestionBox, reasonOf } from "./question-box.js";
import { ServerClient } from "./server-client.js";

words({
  "hands.title": ["Put a hand in", "動手改"],
  "hands.lead": ["Change one thing at the step you look at; the run goes on from there on a branch of its own.", "在正在看的步驟改一件事；之後會在自己的分支上接著走。"],
  "hands.take": ["Take another token here", "在這裡改選詞元"],
  "hands.take.one": ["Take {token} here", "在這裡改選 {token}"],
  "hands.taken": ["the one that was taken", "原來選中的"],
  "hands.head": ["Head {layer}.{head}", "頭 {layer}.{head}"],
  "hands.off": ["switch it off from here on", "從這裡起關閉"],
  "hands.on": ["switch it on again", "再打開"],
  "hands.nohead": ["Choose one head in the panel of attention to switch it off.", "在注意力面板選一個頭，就能把它關閉。"],
  "hands.until": ["Walk until", "一直走到條件成立"],
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
    this.box = new QuestionBox(this.live, "hands-until", { command: "until", placeholder: t("hands.until.example"), go: () => this.walk() });
    this.until = this.box.field;
    this.until.value = question;
    this.until.addEventListener("input", () => { question = this.until.value; });
    const file = el("input", { type: "file", id: "hands-file", class: "visually-hidden", tabindex: -1, accept: ".json,.html", "aria-label": t("hands.record"),
      on: { change: () => { const one = file.files?.[0]; file.value = ""; if (one) this.carryOut(() => this.open(one)); } } });
    this.element = section("hands", [el("h3", {}, t("hands.take")), this.tokens, this.head,
      el("p", { class: "console-row" }, el("label", { for: "hands-until" }, t("hands.until")), this.until, this.box.ends,
        el("button", { type: "button", class: "primary", on: { click: () => this.walk() } }, t("hands.until.go"))),
      el("p", {}, el("button", { type: "button", class: "quiet", on: { click: () => file.click() } }, t("hands.record")), file), this.told]);
    this.draw();
    // A search is one whole, and masks are not chosen one after the other.
    const isWalk = !source.trace.beam && !isFilled(source.trace);
    offers.candidate = isWalk ? (id, text) => this.takeOf(id, text) : null;
    offers.head = isWalk ? (layer, head) => this.switchOf(layer, head, "attention-switch") : null;
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
    fill(this.head, t("hands.head", { layer, head }), " ", this.switchOf(layer, head, "hands-head"));
  }

  /** @param {number} layer @param {number} head @param {string} id */
  switchOf(layer, head, id) {
    const off = isOff(this.source.trace, place().step, layer, head);
    return el("button", { type: "button", class: "quiet", id, on: { click: () => this.say(`${off ? "restore" : "ablate"} ${layer}.${head}`) } }, t(off ? "hands.on" : "hands.off"));
  }

  /**
   * A candidate's word, to press unless it is the one that was taken.
   * @param {number} id @param {HTMLElement} text
   */
  takeOf(id, text) {
    const step = this.source.trace.steps[place().step];
    if (!step || id === step.token.id) return text;
    const told = t("hands.take.one", { token: `‹${text.textContent}›` });
    return el("button", { type: "button", class: "take", title: told, "aria-label": told, "data-control": "take", on: { click: () => this.say(`force #${id}`) } }, text);
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
      fill(document.querySelector("#hands .told") ?? this.told, t("hands.failed", { why: plain(reasonOf(error), 300) }));
    }
  }

  /** @param {string} line */
  say(line) {
    return this.carryOut(async () => {
      const { text } = await this.live.line(line, 80);
      // What came of it; the panel may have been made anew meanwhile.
      fill(document.querySelector("#hands .told") ?? this.told, plain(text[place().lang][0] ?? "", 300));
    });
  }

  walk() {
    if (this.box.text === "") return;
    return this.say(`until ${this.box.text}`);
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
