// The key/value cache as a wall: a column of bricks for each position read, a brick for each layer; and how much of
// the context is used.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { byteSize, count, percent } from "../base/format.js";
import { Figure, stepPart } from "../base/figure.js";
import { mapColor } from "../base/palette.js";
import { place } from "../base/place.js";
import { largest } from "../base/extremes.js";

words({
  "cache.title": ["The key/value cache", "鍵值快取"],
  "cache.told": ["{n} positions are in the cache: {size}, {layer} in each layer. One brick is {brick} bytes: a key and a value of {kv} heads × {d} numbers × {b} bytes.", "快取中有 {n} 個位置：共 {size}，每層 {layer}。一塊磚是 {brick} 位元組：鍵與值各 {kv} 頭 × {d} 個數 × {b} 位元組。"],
  "cache.beams": ["{n} positions are in the cache: the prompt's {prompt}, which all beams share, and {own} more of the {beams} beams that go on; where beams run together they hold a position once. That is {size}, {layer} in each layer. One brick is {brick} bytes: a key and a value of {kv} heads × {d} numbers × {b} bytes.", "快取中有 {n} 個位置：提示的 {prompt} 個由各路徑共用，另外 {own} 個屬於 {beams} 條存活路徑，重疊處只存一份。共 {size}，每層 {layer}。一塊磚是 {brick} 位元組：鍵與值各 {kv} 頭 × {d} 個數 × {b} 位元組。"],
  "cache.elsewhere": ["Unavailable: the engine that ran the model does not tell its key/value cache.", "無法取得：執行模型的引擎不提供鍵值快取。"],
  "cache.layers": ["{n} layers, a row each", "{n} 層，每層一橫列"],
  "cache.positions": ["{n} positions, a column each", "{n} 個位置，每個一直行"],
  "cache.context.beams": ["{used} of {all} positions of the context used by each beam ({share})", "每條路徑已用上下文 {used}／{all} 個位置（{share}）"],
  "cache.context": ["{used} of {all} positions of the context used ({share})", "上下文已用 {used}／{all} 個位置（{share}）"],
  "cache.table": ["Bytes of the cache by layer", "各層快取大小"],
  "cache.bytes": ["now", "目前"],
  "cache.atend": ["at the end", "結束時"],
  "cache.atmost": ["at most", "至多"],
});

/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */

const wallTop = 8;
const wallHeight = 120;

/**
 * What a search holds in the cache beside the prompt, by step: the positions of the beams that go on when the step's token
 * is chosen. Where beams run together they hold a position once; those of beams that were given up are free again.
 * @param {import("../base/types.js").Beam} beam
 * @returns {{ beams: number, chosen: number, others: number }[]} `chosen` of the path that won, `others` of all else
 */
export function beamPositions({ nodes }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Set(nodes.map((node) => node.parent));
  /** @type {import("../base/types.js").BeamNode[][]} */
  const columns = [];
  // A node was read by the model when it was a beam: it has children, or was open when the search ended.
  for (const node of nodes) if (parents.has(node.id) || node.state === "live") (columns[node.depth] ??= []).push(node);
  const held = Array.from(columns, (beams) => {
    /** @type {Set<import("../base/types.js").BeamNode>} */
    const found = new Set();
    for (const beam of beams ?? []) {
      for (let at = /** @type {import("../base/types.js").BeamNode | undefined} */ (beam); at && !found.has(at); at = at.parent === null ? undefined : byId.get(at.parent)) found.add(at);
    }
    const chosen = [...found].filter((node) => node.state === "chosen").length;
    return { beams: beams?.length ?? 0, chosen, others: found.size - chosen };
  });
  return [{ beams: 0, chosen: 0, others: 0 }, ...held];
}

/** @typedef {import("../base/types.js").Trace} Trace */

/**
 * The positions in the cache at a step, and the most there are in the run: those of the prompt, of the sequence that the
 * reader sees, and in a search of the other beams.
 * @param {Trace} trace
 */
function cacheUse(trace) {
  const prompt = trace.prompt.tokens.length;
  const context = Number(trace.settings.context) > 0 ? Number(trace.settings.context) : trace.model.contextLength;
  if (!trace.beam) {
    const most = prompt + Math.max(0, trace.steps.length - 1);
    // Positions in the cache when the step's token is chosen.
    const now = Math.min(most, prompt + place().step);
    return { prompt, most, now, context, chosen: now - prompt, beams: 1, each: now };
  }
  const steps = beamPositions(trace.beam);
  const at = steps[Math.min(place().step, steps.length - 1)] ?? { beams: 0, chosen: 0, others: 0 };
  return { prompt, most: prompt + largest(steps.map((one) => one.chosen + one.others)), now: prompt + at.chosen + at.others, context,
    chosen: at.chosen, beams: at.beams, each: prompt + place().step };
}

/**
 * Bytes of a brick (one layer, one position: a key and a value), from the recorded size of the whole cache.
 * @param {Trace} trace
 */
export function brickBytes(trace) {
  const { model, metrics } = trace;
  const numbers = 2 * model.keyValueHeads * model.headSize;
  const { most } = cacheUse(trace);
  const each = most > 0 ? (metrics?.keyValueCacheBytes ?? 0) / (model.layers * most * numbers) : 0;
  // Bytes of a number are 4, 2 or 1. A cache that was larger than what the run can be seen to use holds the most of them
  // that fit; without a size it is taken as 4.
  const known = [4, 2, 1].find((size) => Math.abs(each - size) < 0.01) ?? [4, 2, 1].find((size) => size < each);
  return { brick: numbers * (known ?? 4), bytesEach: known ?? 4 };
}

/** @param {import("../data/source.js").TraceSource} source */
export function cacheFigure(source) {
  const { trace } = source;
  const told = el("p", { class: "told" });
  if (trace.origin) {
    fill(told, t("cache.elsewhere"));
    return { element: el("div", { class: "cache" }, el("h3", {}, t("cache.title")), told), update: () => {} };
  }
  const figure = new Figure({
    name: "cache",
    shows: () => [stepPart()],
    label: () => told.textContent ?? "",
    draw: (pen, w, theme) => {
      const use = cacheUse(trace);
      drawWall(pen, w, theme, use, trace.model.layers);
      const y = wallTop + wallHeight;
      pen.text(t("cache.layers", { n: trace.model.layers }), 0, y + 16, { size: 11, fill: theme.muted });
      pen.text(t("cache.positions", { n: use.most }), w, y + 16, { size: 11, fill: theme.muted, align: "right" });
      drawContext(pen, w, theme, use, y + 40, trace.beam ? "cache.context.beams" : "cache.context");
      return y + 78;
    },
    table: () => {
      const { most, now } = cacheUse(trace);
      const { brick } = brickBytes(trace);
      return { caption: t("cache.table"), head: [t("attention.layer"), t("cache.bytes"), t(trace.beam ? "cache.atmost" : "cache.atend")],
        rows: Array.from({ length: trace.model.layers }, (_, layer) => [layer, byteSize(brick * now), byteSize(brick * most)]) };
    },
  });
  const element = el("div", { class: "cache" }, el("h3", {}, t("cache.title")), told, figure.element);

  function update() {
    const { model } = trace;
    const { now, prompt, beams } = cacheUse(trace);
    const { brick, bytesEach } = brickBytes(trace);
    fill(told, t(trace.beam && beams > 0 ? "cache.beams" : "cache.told", { n: count(now), prompt: count(prompt), own: count(now - prompt), beams, size: byteSize(brick * model.layers * now), layer: byteSize(brick * now),
      brick: count(brick), kv: model.keyValueHeads, d: model.headSize, b: bytesEach }));
    figure.redraw();
  }
  update();
  return { element, update };
}

/**
 * A column of bricks for each position; one column where a brick would be too low to see.
 * @param {Pen} pen @param {number} w @param {Theme} theme @param {ReturnType<typeof cacheUse>} use @param {number} layers
 */
function drawWall(pen, w, theme, { prompt, most, now, chosen, beams }, layers) {
  const pitch = w / Math.max(1, most);
  const rowHeight = wallHeight / layers;
  const seam = pitch > 5 ? 1 : 0;
  const bed = rowHeight > 3 ? 1 : 0;
  for (let position = 0; position < most; position += 1) {
    const here = position < now;
    const width = Math.max(0.6, pitch - seam);
    const own = position < prompt + chosen;
    const newest = beams === 1 ? position === now - 1 : chosen > 0 && position === prompt + chosen - 1;
    const color = !here ? `${theme.line}66` : newest ? theme.accent : mapColor(position < prompt ? 0.6 : own ? 0.38 : 0.2, theme);
    if (bed === 0 || !here) {
      pen.rect(position * pitch, wallTop, width, wallHeight, color);
      continue;
    }
    for (let layer = 0; layer < layers; layer += 1) {
      pen.rect(position * pitch, wallTop + layer * rowHeight, width, rowHeight - bed, color);
    }
  }
}

/**
 * How much of the context is used, the prompt's part first.
 * @param {Pen} pen @param {number} w @param {Theme} theme @param {ReturnType<typeof cacheUse>} use @param {number} y
 * @param {string} key of the words below
 */
function drawContext(pen, w, theme, { prompt, each, context }, y, key) {
  const share = context > 0 ? each / context : 0;
  const read = w * Math.min(1, prompt / context);
  pen.rect(0, y, w, 10, theme.line);
  pen.rect(0, y, Math.max(2, read), 10, mapColor(0.6, theme));
  pen.rect(read, y, Math.max(1, w * Math.min(1, (each - prompt) / context)), 10, mapColor(0.38, theme));
  pen.text(t(key, { used: count(each), all: count(context), share: percent(share) }), 0, y + 28, { size: 12, fill: theme.muted });
}
