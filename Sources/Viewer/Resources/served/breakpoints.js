// The run's breakpoints: conditions in the question language at which a run stops, each with how often it held; and the ways
// to the next one and the one before.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { count, plain, stepNumber } from "../base/format.js";
import { panel } from "../base/panels.js";
import { section } from "../panels/section.js";
import { QuestionBox, reasonOf } from "./question-box.js";
import { ServedRun } from "./served-run.js";

words({
  "breakpoints.title": ["Breakpoints", "中斷點"],
  "breakpoints.lead": ["Write a condition, such as entropy > 2: the run stops at each step where it holds, whether you press Run or go on from here. Conditions count steps from 0.", "寫一個條件，例如 entropy > 2：不論按「一直走」或從這裡前進，條件成立的步驟都會停下。條件裡的步驟從 0 數起。"],
  "breakpoints.when": ["Stop when", "何時停下（條件）"],
  "breakpoints.add": ["Add", "加入"],
  "breakpoints.none": ["No breakpoint yet.", "還沒有中斷點。"],
  "breakpoints.list": ["Breakpoints of this run", "這次執行的中斷點"],
  "breakpoints.hits": ["held {n} times", "成立 {n} 次"],
  "breakpoints.hits.one": ["held once", "成立 1 次"],
  "breakpoints.hits.none": ["has not held yet", "還沒成立"],
  "breakpoints.delete": ["Delete", "刪除"],
  "breakpoints.delete.one": ["Delete the breakpoint {question}", "刪除中斷點 {question}"],
  "breakpoints.back": ["← Back to the one before", "← 回到前一個"],
  "breakpoints.on": ["On to the next →", "前進到下一個 →"],
  "breakpoints.stopped": ["Stopped at step {step}: {question}", "停在第 {step} 步：{question}"],
  "breakpoints.end": ["No breakpoint held until the end.", "直到結束都沒有中斷點成立。"],
  "breakpoints.start": ["No breakpoint holds before this step.", "這一步之前沒有中斷點成立。"],
  "breakpoints.failed": ["That did not work: {why}", "沒有成功：{why}"],
  "nav.breakpoints": ["Breakpoints", "中斷點"],
});

/** @typedef {import("./served-run.js").Point} Point */
/** @typedef {import("./served-run.js").Stop} Stop */

/** Characters of a question that are shown. */
const most = 120;

/** What stands in the box; kept while the page is built anew, as a walk to another branch does. */
let typed = "";
/** What was told last, kept likewise: in the page's language, which may be the other one by then. */
let told = () => "";

panel({
  id: "breakpoints", area: "sections", order: 13,
  applies: (source) => source.live instanceof ServedRun && !source.trace.beam,
  make: (source) => new Breakpoints(/** @type {ServedRun} */ (source.live)),
});

class Breakpoints {
  /** @param {ServedRun} live */
  constructor(live) {
    this.live = live;
    this.box = new QuestionBox(live, "breakpoints-when", { command: "break", placeholder: "entropy > 2", go: () => this.add() });
    this.box.field.value = typed;
    this.box.field.addEventListener("input", () => { typed = this.box.field.value; });
    this.list = el("ul", { class: "breakpoint-list", "aria-label": t("breakpoints.list") });
    this.told = el("p", { class: "told", role: "status" }, told());
    const go = (/** @type {string} */ name, /** @type {string} */ line) =>
      el("button", { type: "button", id: `breakpoints-${name}`, on: { click: () => this.carryOut(() => live.line(line)) } }, t(`breakpoints.${name}`));
    this.element = section("breakpoints", [
      el("p", { class: "console-row" }, el("label", { for: "breakpoints-when" }, t("breakpoints.when")), this.box.field, this.box.ends,
        el("button", { type: "button", class: "primary", id: "breakpoints-add", on: { click: () => this.add() } }, t("breakpoints.add"))),
      this.list, el("p", { class: "breakpoint-ways" }, go("back", "reverse-continue"), go("on", "continue")), this.told]);
    this.draw();
    live.onPoints = (stop) => {
      this.draw();
      if (stop) this.sayStop(stop);
    };
    // A page that was loaded anew does not know them yet; a run that has just begun has none.
    live.askPoints().catch(() => {});
  }

  draw() {
    const { points } = this.live;
    fill(this.list, points.length === 0 ? el("li", { class: "note" }, t("breakpoints.none")) : points.map((one) => this.row(one)));
  }

  /** @param {Point} point */
  row(point) {
    const question = plain(point.source, most);
    const box = el("input", { type: "checkbox", checked: point.enabled, "data-control": `point-${point.id}`,
      on: { change: () => {
        // A run that is begun before the engine has answered takes the reader's wish over.
        point.enabled = box.checked;
        return this.carryOut(() => this.live.line(`${box.checked ? "enable" : "disable"} ${point.id}`));
      } } });
    return el("li", {}, el("label", {}, box, " ", el("code", {}, question)), " ",
      el("span", { class: "label" }, point.hits === 0 ? t("breakpoints.hits.none") : point.hits === 1 ? t("breakpoints.hits.one") : t("breakpoints.hits", { n: count(point.hits) })), " ",
      el("button", { type: "button", class: "quiet", "aria-label": t("breakpoints.delete.one", { question }), on: { click: () => {
        this.live.points = this.live.points.filter((one) => one !== point);
        this.draw();
        return this.carryOut(() => this.live.line(`delete ${point.id}`));
      } } }, t("breakpoints.delete")));
  }

  /** @param {() => Promise<unknown>} work */
  async carryOut(work) {
    this.say(() => "");
    try {
      await work();
    } catch (error) {
      this.say(() => t("breakpoints.failed", { why: plain(reasonOf(error), 300) }));
      this.live.askPoints().catch(() => {});
    }
  }

  /** @param {() => string} text */
  say(text) {
    told = text;
    // The panel may have been made anew meanwhile.
    fill(document.querySelector("#breakpoints .told") ?? this.told, text());
  }

  add() {
    if (this.box.text === "") return;
    return this.carryOut(async () => {
      await this.live.line(`break ${this.box.text}`);
      typed = this.box.field.value = "";
    });
  }

  /** @param {Stop} stop */
  sayStop({ step, reason, breakpoints: ids = [] }) {
    const held = this.live.points.filter((one) => ids.includes(one.id)).map((one) => one.source).join(t("list.comma"));
    const none = this.live.points.length === 0 || held !== "" ? null : reason === "end" ? "breakpoints.end" : reason === "start" ? "breakpoints.start" : null;
    if (held !== "") this.say(() => t("breakpoints.stopped", { step: count(stepNumber(step)), question: plain(held, most) }));
    else this.say(() => none === null ? "" : t(none));
  }
}
