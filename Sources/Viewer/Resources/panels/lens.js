// The logit lens: what each layer would have said if the model ended there.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { spelled } from "../base/bytes.js";
import { percent, tokenLabel } from "../base/format.js";
import { fitted } from "../base/pen.js";
import { Figure, stepPart } from "../base/figure.js";
import { inkOn, mapColor } from "../base/palette.js";
import { panel } from "../base/panels.js";
import { place } from "../base/place.js";
import { section } from "./section.js";
import { hiddenFrom } from "./predict.js";

words({
  "lens.title": ["What each layer would have said", "每一層會說什麼"],
  "lens.lead": ["The logit lens reads every layer as if it were the last. Early layers guess wildly; somewhere the answer takes shape.", "logit 透鏡把每一層都當成最後一層來讀。前段各層多半亂猜，到某一層答案逐漸成形。"],
  "lens.none": ["No hidden states were recorded at this step.", "這一步沒有記錄隱藏狀態。"],
  "lens.since": ["{token} is in front from layer {layer} on.", "從第 {layer} 層起，{token} 一直領先。"],
  "lens.never": ["{token} is not in front at the last layer: the stages, the draw or the search chose it.", "{token} 在最後一層並未領先：是階段處理、抽選或搜尋的結果。"],
  "lens.embedding": ["embedding", "嵌入"],
  "lens.table": ["The most probable tokens after each layer, layer 0 being the embedding", "各層之後最可能的詞元，第 0 層為嵌入"],
  "nav.lens": ["Layers", "各層"],
});

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
  applies: (source) => source.trace.steps.some((step) => (step.lens?.length ?? 0) > 0),
  make: lensView,
});

/** @param {TraceSource} source */
function lensView(source) {
  /** The step the reader is at, unless it is still to be guessed. */
  const step = () => (place().step >= hiddenFrom() ? undefined : source.trace.steps[place().step]);
  const bytes = knownBytes(source);
  const label = (/** @type {LensToken} */ entry) => tokenLabel({ ...entry, text: spelled(bytes(entry.id) ?? "") || entry.text, bytes: bytes(entry.id) });
  const told = el("p", { class: "told" });
  const figure = new Figure({
    name: "lens",
    shows: () => [stepPart()],
    label: () => told.textContent ?? "",
    draw: (pen, w, theme) => {
      const now = step();
      return now?.lens?.length ? drawLens(pen, w, theme, now, label) : 1;
    },
    table: () => ({ caption: t("lens.table"), head: [t("attention.layer"), "1", "2", "3", "4", "5"],
      rows: (step()?.lens ?? []).map((row) => [row.layer, ...row.top.slice(0, 5).map((e) => `${label(e)} ${percent(e.probability)}`)]) }),
  });

  /** @param {Set<string>} changed */
  function update(changed) {
    if (!["step", "theme", "predict", "growth"].some((name) => changed.has(name))) return;
    fill(told, tellLens(source.trace.steps[place().step]));
    figure.redraw();
  }
  update(new Set(["step"]));
  return { element: section("lens", [told, figure.element]), update };
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
  const rows = [...(step?.lens ?? [])].sort((a, b) => a.layer - b.layer);
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
 * @param {Pen} pen @param {number} w @param {Theme} theme @param {Step} step @param {(entry: LensToken) => string} label
 */
function drawLens(pen, w, theme, step, label) {
  const rows = [...(step.lens ?? [])].sort((a, b) => b.layer - a.layer);
  const columns = Math.max(...rows.map((row) => row.top.length), 1);
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
