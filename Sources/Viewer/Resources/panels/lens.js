// The logit lens: what each layer would have said if the model ended there.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { spelled } from "../base/bytes.js";
import { percent, tokenLabel, stepNumber } from "../base/format.js";
import { fitted } from "../base/pen.js";
import { Figure, stepPart } from "../base/figure.js";
import { inkOn, mapColor } from "../base/palette.js";
import { panel } from "../base/panels.js";
import { choiceOf, choose, declareChoice, place } from "../base/place.js";
import { choices } from "../base/choices.js";
import { section } from "./section.js";
import { hiddenFrom } from "./predict.js";
import { LensRun } from "./lens-run.js";
import { ask, canAsk, lensOf, troubleOf } from "./readings.js";
import { largest } from "../base/extremes.js";

words({
  "lens.title": ["What each layer would have said", "每一層會說什麼"],
  "lens.lead": ["The logit lens reads every layer as if it were the last. Early layers guess wildly; somewhere the answer takes shape.", "logit 透鏡把每一層都當成最後一層來讀。前段各層多半亂猜，到某一層答案逐漸成形。"],
  "lens.none": ["No hidden states were recorded at this step.", "這一步沒有記錄隱藏狀態。"],
  "lens.since": ["{token} is in front from layer {layer} on.", "從第 {layer} 層起，{token} 一直領先。"],
  "lens.never": ["{token} is not in front at the last layer: the stages, the draw or the search chose it.", "{token} 在最後一層並未領先：是階段處理、抽選或搜尋的結果。"],
  "lens.embedding": ["embedding", "嵌入"],
  "lens.table": ["The most probable tokens after each layer, layer 0 being the embedding", "各層之後最可能的詞元，第 0 層為嵌入"],
  "lens.view": ["What is shown", "顯示內容"],
  "lens.view.step": ["this step", "這一步"],
  "lens.view.run": ["the whole run", "整次執行"],
  "lens.step": ["step", "步"],
  "lens.ask": ["Have the engine read the layers", "請引擎讀取各層"],
  "lens.asking": ["Reading step {n} of {count} …", "正在讀第 {n} 步，共 {count} 步……"],
  "lens.trouble": ["The engine could not read the layers: {why}", "引擎無法讀取各層：{why}"],
  "nav.lens": ["Layers", "各層"],
});

declareChoice("lens", "step", /^run$/);

const rowHeight = 24;
const layerRoom = 74;
const top = 22;

/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */
/** @typedef {import("../data/source.js").TraceSource} TraceSource */
/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {import("../base/types.js").LensToken} LensToken */

panel({
  id: "lens", area: "sections", numbers: true, order: 40,
  applies: (source) => source.trace.steps.some((step) => (step.lens?.length ?? 0) > 0) || (canAsk(source) && source.trace.steps.length > 0),
  make: (source) => new LensPanel(source),
});

/** A step layer by layer, or the whole run; what the record lacks the engine reads when it is asked to. */
class LensPanel {
  /** @param {TraceSource} source */
  constructor(source) {
    this.source = source;
    /** Whether the reader has asked the engine: from then on it reads what is looked at. */
    this.isWanted = false;
    this.isReading = false;
    const bytes = knownBytes(source);
    const label = (/** @type {LensToken} */ entry) => tokenLabel({ ...entry, text: spelled(bytes(entry.id) ?? "") || entry.text, bytes: bytes(entry.id) });
    this.told = el("p", { class: "told" });
    this.figure = new Figure({
      name: "lens",
      shows: () => [stepPart()],
      label: () => this.told.textContent ?? "",
      draw: (pen, w, theme) => {
        const rows = this.rows;
        return rows && this.step ? drawLens(pen, w, theme, this.step, rows, label) : 1;
      },
      table: () => ({ caption: t("lens.table"), head: [t("attention.layer"), "1", "2", "3", "4", "5"],
        rows: (this.rows ?? []).map((row) => [row.layer, ...row.top.slice(0, 5).map((e) => `${label(e)} ${percent(e.probability)}`)]) }),
    });
    this.run = new LensRun(source);
    this.row = el("div", { class: "pickers" });
    this.asking = el("p", { class: "told", "aria-live": "polite" });
    this.element = section("lens", [this.row, this.asking, this.told, this.figure.element, this.run.element]);
    this.paint();
  }

  /** The step the reader is at, unless it is still to be guessed. */
  get step() {
    return place().step >= hiddenFrom() ? undefined : this.source.trace.steps[place().step];
  }

  get rows() {
    return lensOf(this.step);
  }

  paint() {
    const isRun = choiceOf("lens") === "run";
    fill(this.row, choices(t("lens.view"), ["step", "run"].map((value) => ({ value, text: t(`lens.view.${value}`) })), choiceOf("lens"), (value) => choose("lens", value)));
    [this.told.hidden, this.figure.element.hidden, this.run.element.hidden] = [isRun, isRun || !this.rows, !isRun];
    if (isRun) this.run.redraw();
    else {
      fill(this.told, tellLens(this.source.trace.steps[place().step]));
      this.figure.redraw();
    }
    this.paintAsking();
    if (this.isWanted) this.read();
  }

  /** The steps that are looked at and whose layers nobody has read yet. */
  get unread() {
    if (!canAsk(this.source)) return [];
    const looked = choiceOf("lens") === "run" ? this.source.trace.steps.slice(0, hiddenFrom()) : this.step ? [this.step] : [];
    return looked.filter((step) => !lensOf(step));
  }

  /** @param {string} [said] */
  paintAsking(said = "") {
    const unread = this.unread;
    this.asking.hidden = unread.length === 0 && said === "";
    const trouble = troubleOf(unread[0]);
    fill(this.asking, said || (trouble ? t("lens.trouble", { why: trouble }) : ""), said ? null : el("button", { type: "button", class: "primary", on: { click: () => {
      this.isWanted = true;
      this.read();
    } } }, t("lens.ask")));
  }

  /** Reads one step after the other, for as long as they are looked at. */
  async read() {
    if (this.isReading) return;
    this.isReading = true;
    for (let next = this.unread[0]; next && this.element.isConnected; next = this.unread[0]) {
      this.paintAsking(t("lens.asking", { n: stepNumber(next.index), count: this.source.trace.steps.length }));
      if (!(await ask(this.source, next, "lens"))) {
        this.isWanted = false;
        break;
      }
      if (choiceOf("lens") === "run") this.run.redraw();
    }
    this.isReading = false;
    const wanted = this.isWanted;
    this.isWanted = false;
    if (this.element.isConnected) this.paint();
    this.isWanted = wanted;
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (["step", "theme", "predict", "growth", "lens"].some((name) => changed.has(name))) this.paint();
  }
}

/**
 * The bytes of a token by its id, as far as the run has told them: the lens has texts only, which of a part of a character
 * say nothing.
 * @param {TraceSource} source @returns {(id: number) => string | undefined}
 */
function knownBytes({ trace }) {
  /** @type {Map<number, string>} */
  const known = new Map();
  let read = -1;
  return (id) => {
    if (read < 0) for (const token of trace.prompt.tokens) known.set(token.id, token.bytes);
    for (read = Math.max(read, 0); read < trace.steps.length; read += 1) {
      const step = /** @type {Step} */ (trace.steps[read]);
      for (const token of [step.token, ...step.candidates]) known.set(token.id, token.bytes);
    }
    return known.get(id);
  };
}

/**
 * From which layer on the chosen token stays in front.
 * @param {Step | undefined} step
 */
function tellLens(step) {
  const rows = [...(lensOf(step) ?? [])].sort((a, b) => a.layer - b.layer);
  if (!step || rows.length === 0) return t("lens.none");
  if (place().step >= hiddenFrom()) return t("predict.hidden");
  let since = -1;
  for (const row of rows) {
    if (row.top[0]?.id !== step.token.id) since = -1;
    else if (since < 0) since = row.layer;
  }
  const token = `‹${tokenLabel(step.token)}›`;
  return since < 0 ? t("lens.never", { token }) : t("lens.since", { token, layer: since });
}

/**
 * A row for each layer, the last on top, with as many columns as there is room for; returns the height.
 * @param {Pen} pen @param {number} w @param {Theme} theme @param {Step} step
 * @param {import("../base/types.js").LensRow[]} lens @param {(entry: LensToken) => string} label
 */
function drawLens(pen, w, theme, step, lens, label) {
  const rows = [...lens].sort((a, b) => b.layer - a.layer);
  const columns = largest(rows.map((row) => row.top.length), 1);
  const shown = Math.min(columns, Math.max(1, Math.floor((w - layerRoom) / 104)));
  const cell = (w - layerRoom) / shown;
  for (let k = 0; k < shown; k += 1) pen.text(`${k + 1}`, layerRoom + k * cell + 6, 14, { size: 11, fill: theme.muted });
  rows.forEach((row, i) => {
    const y = top + i * rowHeight;
    pen.text(row.layer === 0 ? t("lens.embedding") : String(row.layer), layerRoom - 10, y + 16, { size: 11.5, fill: theme.muted, align: "right" });
    row.top.slice(0, shown).forEach((entry, k) => {
      const value = Math.sqrt(entry.probability);
      const x = layerRoom + k * cell;
      pen.rect(x, y, cell - 2, rowHeight - 2, mapColor(value, theme));
      const isChosen = entry.id === step.token.id;
      if (isChosen) pen.rect(x, y, 4, rowHeight - 2, theme.accent);
      const share = percent(entry.probability);
      const ink = inkOn(value, theme);
      const room = cell - 18 - pen.measure(share, { size: 10.5 });
      const name = fitted(pen, label(entry), { size: 14, serif: true, weight: 700 }, room);
      pen.text(name, x + 8, y + 16, { size: 14, serif: true, fill: ink, weight: isChosen ? 700 : 400 });
      if (cell > 70) pen.text(share, x + cell - 8, y + 15, { size: 10.5, fill: ink, align: "right" });
    });
  });
  return top + rows.length * rowHeight + 4;
}
