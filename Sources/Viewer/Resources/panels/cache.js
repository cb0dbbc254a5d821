// The key/value cache as a wall: a column of bricks for each position read, a brick for each layer; and how much of
// the context is used.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { byteSize, count, percent } from "../base/format.js";
import { Figure } from "../base/figure.js";
import { mapColor } from "../base/palette.js";
import { place } from "../base/place.js";

words({
  "cache.title": ["The key/value cache", "鍵值快取"],
  "cache.told": ["{n} positions are in the cache: {size}, {layer} in each layer. One brick is {brick} bytes: a key and a value of {kv} heads × {d} numbers × {b} bytes.", "快取中有 {n} 個位置：共 {size}，每層 {layer}。一塊磚是 {brick} 位元組：鍵與值各 {kv} 頭 × {d} 個數 × {b} 位元組。"],
  "cache.layers": ["{n} layers, a row each", "{n} 層，每層一橫列"],
  "cache.positions": ["{n} positions, a column each", "{n} 個位置，每個一直行"],
  "cache.context": ["{used} of {all} positions of the context used ({share})", "上下文已用 {used}／{all} 個位置（{share}）"],
  "cache.table": ["Bytes of the cache by layer", "各層快取大小"],
  "cache.bytes": ["now", "目前"],
  "cache.atend": ["at the end", "結束時"],
});

/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */

const wallTop = 8;
const wallHeight = 120;

/**
 * Bytes of a brick (one layer, one position: a key and a value), from the recorded size of the whole cache.
 * @param {import("../base/types.js").Trace} trace
 */
export function brickBytes(trace) {
  const { model, metrics } = trace;
  const read = trace.prompt.tokens.length + Math.max(0, trace.steps.length - 1);
  const whole = metrics?.keyValueCacheBytes ?? 0;
  const numbers = 2 * model.keyValueHeads * model.headSize;
  const each = read > 0 ? whole / (model.layers * read * numbers) : 0;
  // Bytes of a number are 4, 2 or 1; a recorded size that says otherwise (a cache allocated ahead) is taken as 4 · what was read.
  const known = [4, 2, 1].find((size) => Math.abs(each - size) < 0.01);
  return { brick: numbers * (known ?? 4), bytesEach: known ?? 4, exact: known !== undefined };
}

/**
 * How much of the cache and the context is used at the step the reader is at, and in the end.
 * @param {import("../base/types.js").Trace} trace
 */
function cacheUse(trace) {
  const prompt = trace.prompt.tokens.length;
  const most = prompt + Math.max(0, trace.steps.length - 1);
  const context = Number(trace.settings.context) > 0 ? Number(trace.settings.context) : trace.model.contextLength;
  // Positions in the cache when the step's token is chosen.
  return { prompt, most, now: Math.min(most, prompt + place().step), context };
}

/** @param {import("../data/source.js").TraceSource} source */
export function cacheFigure(source) {
  const { trace } = source;
  const told = el("p", { class: "told" });
  const figure = new Figure({
    name: "cache",
    label: () => told.textContent ?? "",
    draw: (pen, w, theme) => {
      const use = cacheUse(trace);
      drawWall(pen, w, theme, use, trace.model.layers);
      const y = wallTop + wallHeight;
      pen.text(t("cache.layers", { n: trace.model.layers }), 0, y + 16, { size: 11, fill: theme.muted });
      pen.text(t("cache.positions", { n: use.most }), w, y + 16, { size: 11, fill: theme.muted, align: "right" });
      drawContext(pen, w, theme, use, y + 40);
      return y + 78;
    },
    table: () => {
      const { most, now } = cacheUse(trace);
      const { brick } = brickBytes(trace);
      return { caption: t("cache.table"), head: [t("attention.layer"), t("cache.bytes"), t("cache.atend")],
        rows: Array.from({ length: trace.model.layers }, (_, layer) => [layer, byteSize(brick * now), byteSize(brick * most)]) };
    },
  });
  const element = el("div", { class: "cache" }, el("h3", {}, t("cache.title")), told, figure.element);

  function update() {
    const { model } = trace;
    const { now } = cacheUse(trace);
    const { brick, bytesEach } = brickBytes(trace);
    fill(told, t("cache.told", { n: count(now), size: byteSize(brick * model.layers * now), layer: byteSize(brick * now),
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
function drawWall(pen, w, theme, { prompt, most, now }, layers) {
  const pitch = w / Math.max(1, most);
  const rowHeight = wallHeight / layers;
  const seam = pitch > 5 ? 1 : 0;
  const bed = rowHeight > 3 ? 1 : 0;
  for (let position = 0; position < most; position += 1) {
    const here = position < now;
    const width = Math.max(0.6, pitch - seam);
    const color = !here ? `${theme.line}66` : position === now - 1 ? theme.accent : mapColor(position < prompt ? 0.6 : 0.38, theme);
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
 */
function drawContext(pen, w, theme, { prompt, now, context }, y) {
  const share = context > 0 ? now / context : 0;
  const read = w * Math.min(1, prompt / context);
  pen.rect(0, y, w, 10, theme.line);
  pen.rect(0, y, Math.max(2, read), 10, mapColor(0.6, theme));
  pen.rect(read, y, Math.max(1, w * Math.min(1, (now - prompt) / context)), 10, mapColor(0.38, theme));
  pen.text(t("cache.context", { used: count(now), all: count(context), share: percent(share) }), 0, y + 28, { size: 12, fill: theme.muted });
}
