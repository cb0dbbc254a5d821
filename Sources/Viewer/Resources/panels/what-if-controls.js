// What if: the numbers of the stages to drag, and their order. What comes of it is shown where the step is shown; the
// record stands behind it as a ghost, and one button brings it back.

import { el, fill } from "../base/dom.js";
import { sentenceGap, t, words } from "../base/strings.js";
import { stageLabel } from "../base/stages.js";
import { fixed, plain, within } from "../base/format.js";
import { settingsAt } from "../base/settings.js";
import { place } from "../base/place.js";
import { isWishing, setBack, whatIfFound, whatIfTrouble, wishedOptions, wishedUniform, wishOption } from "../base/what-if.js";
import { EngineProblem, spoken } from "../engine/engine-client.js";
import { spokenName } from "./chances.js";
import { Rewriting } from "./rewriting.js";
import { StageOrder } from "./stage-order.js";

words({
  "whatif.title": ["What if …?", "如果……？"],
  "whatif.lead": ["Drag, and see what this step would have been.", "拖動滑桿，看看這一步會變成什麼。"],
  "whatif.more": ["Penalties and order", "懲罰與順序"],
  "whatif.off": ["off", "關閉"],
  "whatif.greedy": ["0: always the likeliest", "0：一律取最有可能的"],
  "whatif.back": ["Set back", "還原"],
  "whatif.same": ["u stays {u}: still ‹{token}›.", "亂數仍是 {u}：還是 ‹{token}›。"],
  "whatif.other": ["u stays {u}: now ‹{token}›.", "亂數仍是 {u}：變成 ‹{token}›。"],
  "whatif.moved": ["With u = {u}: ‹{token}›.", "亂數為 {u} 時：‹{token}›。"],
  "whatif.undrawn": ["No draw: ‹{token}›.", "沒有抽選：‹{token}›。"],
  "whatif.exact": ["Exact: no logit that this needs is missing.", "精確：所需的 logit 一個不缺。"],
  "whatif.bound": ["The record lists the likeliest tokens and keeps where the others lie: each probability is right within {bound}.", "紀錄列出最有可能的詞元，並保留其餘詞元的分布：各機率的誤差在 {bound} 以內。"],
  "whatif.sum": ["This record lists only the likeliest tokens, and of the others their sum: each probability is right within {bound}.", "這份紀錄只列出最有可能的詞元，其餘只有總和：各機率的誤差在 {bound} 以內。"],
  "whatif.unbounded": ["This depends on tokens that the record does not list one by one: an estimate. For the exact answer: stepglass replay.", "結果取決於紀錄未逐一列出的詞元：此為估計值。要精確結果請用 stepglass replay。"],
  "whatif.failed": ["That does not work: {why}", "這樣不行：{why}"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/**
 * A number of the stages: the option's name, where the record keeps it, its slider, and the value that switches it off.
 * @typedef {{ name: string, setting: string, min: number, max: number, step: number, off: number, isMore?: boolean }} Control
 */

/** @type {Control[]} */
const controls = [
  { name: "temperature", setting: "temperature", min: 0, max: 2, step: 0.05, off: 1 },
  { name: "top-k", setting: "topK", min: 0, max: 50, step: 1, off: 0 },
  { name: "top-p", setting: "topP", min: 0, max: 1, step: 0.01, off: 1 },
  { name: "min-p", setting: "minP", min: 0, max: 0.5, step: 0.005, off: 0 },
  { name: "repetition-penalty", setting: "repetitionPenalty", min: 1, max: 2, step: 0.01, off: 1, isMore: true },
  { name: "frequency-penalty", setting: "frequencyPenalty", min: 0, max: 2, step: 0.05, off: 0, isMore: true },
  { name: "presence-penalty", setting: "presencePenalty", min: 0, max: 2, step: 0.05, off: 0, isMore: true },
];

/** Below this the slider of temperature means 0: the option takes nothing between. */
const decimals = 4;

export class WhatIf {
  /** @param {TraceSource} source with an engine */
  constructor(source) {
    this.source = source;
    /** @type {Map<string, { input: HTMLInputElement, value: HTMLElement, row: HTMLElement }>} */
    this.rows = new Map();
    this.back = el("button", { type: "button", class: "quiet", id: "whatif-back", on: { click: () => this.setBack() } }, t("whatif.back"));
    this.told = el("p", { class: "whatif-told", role: "status" });
    this.order = new StageOrder((order) => this.wish("order", order.join(","), this.recordedOrder().join(",")));
    this.rewriting = new Rewriting(source);
    const more = el("details", { class: "whatif-more" }, el("summary", {}, t("whatif.more")), controls.filter((one) => one.isMore).map((one) => this.row(one)), this.order.element);
    this.element = el("div", { class: "whatif", id: "whatif", role: "group", "aria-label": t("whatif.title") },
      el("div", { class: "whatif-head" }, el("h3", {}, t("whatif.title")), this.back), el("p", { class: "note" }, t("whatif.lead")),
      controls.filter((one) => !one.isMore).map((one) => this.row(one)), more, this.told, this.rewriting.element);
    this.update(new Set(["step"]));
  }

  /** The settings that the step was made with. @returns {Record<string, any>} */
  settings() {
    return settingsAt(this.source.trace.settings, place().step);
  }

  /** @param {Control} control */
  recorded(control) {
    return Number(this.settings()[control.setting] ?? control.off);
  }

  /** @returns {string[]} */
  recordedOrder() {
    return this.settings().order ?? [];
  }

  /** @param {Control} control */
  row(control) {
    const id = `whatif-${control.name}`;
    const input = el("input", { type: "range", id, min: control.min, step: control.step, on: { input: () => {
      const value = String(Math.round(Number(input.value) * 10 ** decimals) / 10 ** decimals);
      this.wish(control.name, value, String(this.recorded(control)));
    } } });
    const value = el("output", { for: id });
    const row = el("div", { class: "whatif-row" }, el("label", { for: id }, stageLabel(control.name)), el("span", { class: "whatif-lane" }, el("i", { class: "mark" }), input), value);
    this.rows.set(control.name, { input, value, row });
    return row;
  }

  /**
   * @param {string} name @param {string} value @param {string} recorded
   */
  wish(name, value, recorded) {
    wishOption(this.source, name, value === recorded ? null : value);
    this.showControls();
  }

  setBack() {
    setBack(this.source);
    this.showControls();
    this.rows.get("temperature")?.input.focus({ preventScroll: true });
  }

  showControls() {
    const options = wishedOptions();
    for (const control of controls) {
      const row = this.rows.get(control.name);
      if (!row) continue;
      const recorded = this.recorded(control);
      const value = Number(options[control.name] ?? recorded);
      row.input.max = String(Math.max(control.max, recorded));
      row.input.min = String(Math.min(control.min, recorded));
      row.input.value = String(value);
      const told = control.name === "temperature" && value === 0 ? t("whatif.greedy") : value === control.off && control.name !== "temperature" ? t("whatif.off") : plain(String(value), 12);
      fill(row.value, control.name === "temperature" && value === 0 ? "0" : told);
      row.input.setAttribute("aria-valuetext", told);
      row.row.classList.toggle("changed-here", Object.hasOwn(options, control.name));
      const [min, max] = [Number(row.input.min), Number(row.input.max)];
      row.row.style.setProperty("--mark", String((recorded - min) / Math.max(1e-9, max - min)));
    }
    this.order.show(options.order?.split(",") ?? this.recordedOrder(), this.recordedOrder());
    this.back.setAttribute("aria-disabled", String(!isWishing()));
    this.back.classList.toggle("ready", isWishing());
  }

  /** What came of it, in a line: the draw, and how exact the numbers are. */
  tell() {
    const trouble = whatIfTrouble();
    const found = whatIfFound();
    const recorded = this.source.trace.steps[place().step];
    if (trouble !== null && isWishing()) {
      const why = trouble instanceof EngineProblem ? spoken(trouble.phrase) : String(trouble instanceof Error ? trouble.message : trouble);
      return fill(this.told, t("whatif.failed", { why: plain(why, 300) }));
    }
    if (!found || !recorded) return fill(this.told);
    const { step, bound } = found;
    const token = spokenName(step.token);
    const key = !step.draw ? "undrawn" : wishedUniform() !== null ? "moved" : step.token.id === recorded.token.id ? "same" : "other";
    const exactness = bound === null ? t("whatif.unbounded") : bound === 0 ? t("whatif.exact") : t(recorded.tail.logits ? "whatif.bound" : "whatif.sum", { bound: within(bound) });
    fill(this.told, el("strong", {}, draw(key, step.draw?.uniform ?? 0, token)), sentenceGap(), el("span", { class: "note" }, exactness));
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (["step", "growth", "whatif"].some((name) => changed.has(name))) {
      this.showControls();
      this.tell();
      this.rewriting.follow(changed.has("step"));
    }
  }
}

/**
 * @param {"undrawn" | "moved" | "same" | "other"} key @param {number} uniform @param {string} token
 */
function draw(key, uniform, token) {
  return t(`whatif.${key}`, { u: fixed(uniform, 4), token });
}
