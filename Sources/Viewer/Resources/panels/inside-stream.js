// The pictures of the residual stream inside a step: the embedding as a strip of numbers, what each layer added, what each
// head added, and the parts of the logit by their size.

import { t, words } from "../base/strings.js";
import { fixed } from "../base/format.js";
import { Figure, stepPart } from "../base/figure.js";
import { mapColor } from "../base/palette.js";
import { choiceOf, choose, move, place } from "../base/place.js";
import { signedBars, signedRow } from "./signed-bars.js";
import { largest, smallest } from "../base/extremes.js";

words({
  "stream.strip": ["The {n} numbers of the embedding, the largest in size {most}", "嵌入的 {n} 個數值，絕對值最大為 {most}"],
  "stream.strip.table": ["The numbers of the embedding", "嵌入的各個數值"],
  "stream.number": ["place", "第幾個"],
  "stream.value": ["value", "數值"],
  "stream.layers": ["What attention and MLP of each layer add to the logit of {token}", "各層的注意力與 MLP 為 {token} 的 logit 加上多少"],
  "stream.layers.table": ["What each layer added: lengths (exact), and what that adds to the logit of {token} (readings)", "各層所加：長度（精確），以及它為 {token} 的 logit 加上多少（讀數）"],
  "stream.attention": ["attention", "注意力"],
  "stream.mlp": ["MLP", "MLP"],
  "stream.length": ["length", "長度"],
  "stream.stream": ["stream, length", "殘差流長度"],
  "stream.logit": ["to the logit", "對 logit"],
  "stream.heads": ["What each head of layer {layer} adds to the logit of {token}", "第 {layer} 層各頭為 {token} 的 logit 加上多少"],
  "stream.head": ["head {head}", "頭 {head}"],
  "stream.bias": ["bias", "偏置"],
  "stream.parts": ["The largest parts of the logit of {token}", "{token} 的 logit 中最大的幾個部分"],
  "stream.parts.table": ["All parts of the logit of {token}, the largest first", "{token} 的 logit 的所有部分，由大到小"],
  "stream.part": ["part", "部分"],
  "stream.embedding": ["embedding", "嵌入"],
  "stream.constant": ["norm’s bias", "正規化的偏置"],
  "stream.part.head": ["head {layer}.{head}", "頭 {layer}.{head}"],
  "stream.part.mlp": ["MLP {layer}", "MLP {layer}"],
  "stream.part.bias": ["bias of attention {layer}", "注意力 {layer} 的偏置"],
  "stream.others": ["{n} others", "其他 {n} 個"],
  "stream.sum": ["sum", "總和"],
});

/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */
/** @typedef {import("../base/types.js").Residual} Residual */
/** @typedef {{ label: string, value: number, layer?: number, head?: number }} Part */
/** @typedef {() => { residual: Residual | null, token: string }} Told */

/** Parts of the logit that are set out one by one. */
const partsShown = 12;
/** A layer takes no more room than this, in pixels. */
const mostPitch = 90;
/** Bars thinner than this share pixels. */
const leastBar = 1;

/**
 * What the bias of a layer's attention output adds; nothing where rounding is all there is.
 * @param {import("../base/types.js").ResidualLayer} layer
 */
function biasOf(layer) {
  const rest = layer.attention.logit - layer.headLogits.reduce((sum, x) => sum + x, 0);
  return Math.abs(rest) < 1e-4 ? 0 : rest;
}

/**
 * All parts of the logit, the largest in size first.
 * @param {Residual} residual @returns {Part[]}
 */
export function partsOf(residual) {
  /** @type {Part[]} */
  const parts = [{ label: t("stream.embedding"), value: residual.embedding.part.logit }];
  if (residual.constant !== 0) parts.push({ label: t("stream.constant"), value: residual.constant });
  residual.layers.forEach((layer, l) => {
    layer.headLogits.forEach((value, head) => parts.push({ label: t("stream.part.head", { layer: l, head }), value, layer: l, head }));
    const bias = biasOf(layer);
    if (bias !== 0) parts.push({ label: t("stream.part.bias", { layer: l }), value: bias, layer: l });
    parts.push({ label: t("stream.part.mlp", { layer: l }), value: layer.mlp.logit, layer: l });
  });
  return parts.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}

/** @param {Told} told */
export function stripFigure(told) {
  const values = () => told().residual?.embedding.values ?? [];
  const most = () => largest(values().map(Math.abs), 1e-9);
  return new Figure({
    name: "embedding",
    shows: () => [stepPart()],
    label: () => t("stream.strip", { n: values().length, most: fixed(most(), 3) }),
    draw: (pen, w, theme) => drawStrip(pen, w, theme, values(), most()),
    table: () => ({ caption: t("stream.strip.table"), head: [t("stream.number"), t("stream.value")], rows: values().map((x, i) => [i, fixed(x, 5)]) }),
  });
}

/**
 * A bar for each number, up or down; where there is no room for all, the largest of its neighbours stands for them.
 * @param {Pen} pen @param {number} w @param {Theme} theme @param {number[]} values @param {number} most
 */
function drawStrip(pen, w, theme, values, most) {
  const [left, half, top] = [44, 44, 8];
  const middle = top + half;
  const bars = Math.min(values.length, Math.floor((w - left) / leastBar));
  const pitch = (w - left) / Math.max(1, bars);
  for (let i = 0; i < bars; i += 1) {
    const part = values.slice(Math.floor((i * values.length) / bars), Math.floor(((i + 1) * values.length) / bars));
    for (const x of [largest(part, 0), smallest(part, 0)]) {
      if (x === 0) continue;
      const height = Math.max(0.75, (half * Math.abs(x)) / most);
      pen.rect(left + i * pitch, x > 0 ? middle - height : middle, Math.max(leastBar, pitch - (pitch > 3 ? 1 : 0)), height, mapColor(0.4 + 0.6 * (Math.abs(x) / most), theme));
    }
  }
  pen.line(left, middle, w, middle, theme.line);
  const style = { size: 10.5, fill: theme.muted, align: /** @type {const} */ ("right") };
  pen.text(`+${fixed(most, 2)}`, left - 6, top + 8, style);
  pen.text("0", left - 6, middle + 4, style);
  pen.text(`−${fixed(most, 2)}`, left - 6, top + 2 * half, style);
  pen.text("0", left, top + 2 * half + 16, { ...style, align: "left" });
  pen.text(String(values.length - 1), w, top + 2 * half + 16, style);
  return top + 2 * half + 22;
}

/** @param {Told} told */
export function layersFigure(told) {
  let columns = { left: 0, pitch: 1 };
  return new Figure({
    name: "layers",
    shows: () => [stepPart()],
    label: () => t("stream.layers", { token: told().token }),
    draw: (pen, w, theme) => {
      const { residual } = told();
      if (!residual) return 1;
      const { height, ...found } = drawLayers(pen, w, theme, residual);
      columns = found;
      return height;
    },
    table: () => ({ caption: t("stream.layers.table", { token: told().token }),
      head: [t("attention.layer"), `${t("stream.attention")}${t("list.comma")}${t("stream.length")}`, `${t("stream.attention")}${t("list.comma")}${t("stream.logit")}`, `${t("stream.mlp")}${t("list.comma")}${t("stream.length")}`, `${t("stream.mlp")}${t("list.comma")}${t("stream.logit")}`, t("stream.stream")],
      rows: (told().residual?.layers ?? []).map((layer, i) => [i, fixed(layer.attention.length, 3), fixed(layer.attention.logit, 4), fixed(layer.mlp.length, 3), fixed(layer.mlp.logit, 4), fixed(layer.length, 3)]) }),
    click: (x) => {
      const layer = Math.floor((x - columns.left) / columns.pitch);
      if (layer >= 0) choose("frame", "layer", { layer });
    },
  });
}

/**
 * Two bars for each layer, side by side; the one that is shown stands out.
 * @param {Pen} pen @param {number} w @param {Theme} theme @param {Residual} residual
 */
function drawLayers(pen, w, theme, residual) {
  const [left, top, high] = [48, 26, 116];
  const { layers } = residual;
  const values = layers.flatMap((layer) => [layer.attention.logit, layer.mlp.logit]);
  const [most, least] = [largest(values, 0.001), smallest(values, 0)];
  const y = (/** @type {number} */ value) => top + (high * (most - value)) / (most - least);
  const pitch = Math.min(mostPitch, (w - left) / layers.length);
  const bar = Math.max(1, Math.min(16, pitch * 0.4));
  const kinds = /** @type {const} */ ([["attention", 0.75], ["mlp", 0.35]]);
  let x = left;
  for (const [kind, share] of kinds) {
    pen.rect(x, 4, 10, 10, mapColor(share, theme));
    pen.text(t(`stream.${kind}`), x + 15, 13, { size: 11.5, fill: theme.muted });
    x += 32 + pen.measure(t(`stream.${kind}`), { size: 11.5 });
  }
  layers.forEach((layer, l) => {
    const middle = left + (l + 0.5) * pitch;
    const marked = l === place().layer && choiceOf("frame") === "layer";
    if (marked) pen.rect(left + l * pitch, top - 4, pitch, high + 8, `${theme.line}88`);
    kinds.forEach(([kind, share], i) => {
      const value = layer[kind].logit;
      const from = y(Math.max(value, 0));
      pen.rect(middle - bar + i * bar, from, bar - (bar > 4 ? 1 : 0), Math.max(1, y(Math.min(value, 0)) - from), mapColor(share, theme));
    });
    if (marked || pitch > 18 || l % Math.ceil(18 / pitch) === 0) {
      const near = !marked && choiceOf("frame") === "layer" && Math.abs(l - place().layer) * pitch < 18;
      if (!near) pen.text(String(l), middle, top + high + 20, { size: 10.5, align: "center", fill: marked ? theme.accent : theme.muted, weight: marked ? 600 : 400 });
    }
  });
  pen.line(left, y(0), left + layers.length * pitch, y(0), theme.line);
  const style = { size: 10.5, fill: theme.muted, align: /** @type {const} */ ("right") };
  pen.text(`+${fixed(most, 2)}`, left - 6, top + 8, style);
  if (least < 0) pen.text(fixed(least, 2), left - 6, top + high, style);
  return { height: top + high + 28, left, pitch };
}

/** @param {Told} told */
export function headsFigure(told) {
  const layer = () => told().residual?.layers[place().layer];
  const rows = () => {
    const now = layer();
    if (!now) return [];
    const heads = now.headLogits.map((value, head) => ({ label: t("stream.head", { head }), value,
      note: `${t("stream.length")} ${fixed(now.headLengths[head] ?? 0, 2)}`, marked: head === place().head }));
    const bias = biasOf(now);
    return bias === 0 ? heads : [...heads, { label: t("stream.bias"), value: bias, weak: true }];
  };
  return new Figure({
    name: "head-parts",
    shows: () => [stepPart(), `layer-${place().layer}`],
    label: () => t("stream.heads", { layer: place().layer, token: told().token }),
    draw: (pen, w, theme) => (layer() ? signedBars(pen, theme, w, 4, rows()) + 6 : 1),
    table: () => ({ caption: t("stream.heads", { layer: place().layer, token: told().token }), head: [t("attention.head"), t("stream.length"), t("stream.logit")],
      rows: (layer()?.headLogits ?? []).map((value, head) => [head, fixed(layer()?.headLengths[head] ?? 0, 3), fixed(value, 4)]) }),
    click: (_, y) => {
      const head = Math.floor((y - 4) / signedRow);
      if (head >= 0 && head < (layer()?.headLogits.length ?? 0)) move({ head });
    },
  });
}

/** @param {Told} told */
export function partsFigure(told) {
  /** @param {Residual} residual */
  const rows = (residual) => {
    const parts = partsOf(residual);
    const rest = parts.slice(partsShown);
    const more = rest.length > 0 ? [{ label: t("stream.others", { n: rest.length }), value: rest.reduce((sum, part) => sum + part.value, 0), weak: true }] : [];
    return [...parts.slice(0, partsShown), ...more, { label: t("stream.sum"), value: residual.logit, marked: true }];
  };
  return new Figure({
    name: "parts",
    shows: () => [stepPart()],
    label: () => t("stream.parts", { token: told().token }),
    draw: (pen, w, theme) => {
      const { residual } = told();
      return residual ? signedBars(pen, theme, w, 4, rows(residual)) + 6 : 1;
    },
    table: () => {
      const { residual, token } = told();
      return { caption: t("stream.parts.table", { token }), head: [t("stream.part"), t("stream.logit")],
        rows: residual ? [...partsOf(residual).map((part) => [part.label, fixed(part.value, 5)]), [t("stream.sum"), fixed(residual.logit, 5)]] : [] };
    },
    click: (_, y) => {
      const part = partsOf(told().residual ?? blank)[Math.floor((y - 4) / signedRow)];
      if (part?.head !== undefined) move({ layer: part.layer ?? 0, head: part.head });
      else if (part?.layer !== undefined) choose("frame", "layer", { layer: part.layer });
    },
  });
}

/** @type {Residual} */
const blank = { token: 0, embedding: { values: [], part: { length: 0, logit: 0 }, neighbours: [] }, layers: [], scale: 1, constant: 0, logit: 0 };
