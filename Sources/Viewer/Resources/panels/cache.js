// The key/value cache as a wall: a column of bricks for each position read, a brick for each layer; and how much of
// the context is used. Called by: the timeline panel.

import { el, fill } from "../base/dom.js";
import { t } from "../base/strings.js";
import { byteSize, count, percent } from "../base/format.js";
import { Figure } from "../base/figure.js";
import { mapColor } from "../base/palette.js";
import { place } from "../base/place.js";

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

/** @param {import("../data/source.js").TraceSource} source */
export function cacheFigure(source) {
  const { trace } = source;
  const { model } = trace;
  const promptLength = trace.prompt.tokens.length;
  const most = promptLength + Math.max(0, trace.steps.length - 1);
  const { brick, bytesEach } = brickBytes(trace);
  const context = Number(trace.settings.context) > 0 ? Number(trace.settings.context) : model.contextLength;
  /** Positions in the cache when the step's token is chosen. */
  const filled = () => Math.min(most, promptLength + place().step);
  const told = el("p", { class: "told" });
  const figure = new Figure({
    name: "cache",
    label: () => told.textContent ?? "",
    draw: (pen, w, theme) => {
      const now = filled();
      const pitch = w / Math.max(1, most);
      const rowHeight = wallHeight / model.layers;
      const seam = pitch > 5 ? 1 : 0;
      const bed = rowHeight > 3 ? 1 : 0;
      for (let position = 0; position < most; position += 1) {
        const here = position < now;
        const color = !here ? theme.line : position === now - 1 ? theme.accent : mapColor(position < promptLength ? 0.6 : 0.38, theme);
        if (bed === 0 || !here) {
          pen.rect(position * pitch, wallTop, Math.max(0.6, pitch - seam), here ? wallHeight : wallHeight, here ? color : `${theme.line}66`);
          continue;
        }
        for (let layer = 0; layer < model.layers; layer += 1) {
          pen.rect(position * pitch, wallTop + layer * rowHeight, Math.max(0.6, pitch - seam), rowHeight - bed, color);
        }
      }
      const y = wallTop + wallHeight;
      pen.text(t("cache.layers", { n: model.layers }), 0, y + 16, { size: 11, fill: theme.muted });
      pen.text(t("cache.positions", { n: most }), w, y + 16, { size: 11, fill: theme.muted, align: "right" });
      const share = context > 0 ? now / context : 0;
      pen.rect(0, y + 40, w, 10, `${theme.line}`);
      pen.rect(0, y + 40, Math.max(2, w * Math.min(1, promptLength / context)), 10, mapColor(0.6, theme));
      pen.rect(w * Math.min(1, promptLength / context), y + 40, Math.max(1, w * Math.min(1, (now - promptLength) / context)), 10, mapColor(0.38, theme));
      pen.text(t("cache.context", { used: count(now), all: count(context), share: percent(share) }), 0, y + 68, { size: 12, fill: theme.muted });
      return y + 78;
    },
    table: () => ({ caption: t("cache.table"), head: [t("attention.layer"), t("cache.bytes"), t("cache.atend")],
      rows: Array.from({ length: model.layers }, (_, layer) => [layer, byteSize(brick * filled()), byteSize(brick * most)]) }),
  });
  const element = el("div", { class: "cache" }, el("h3", {}, t("cache.title")), told, figure.element);

  function update() {
    const now = filled();
    fill(told, t("cache.told", { n: count(now), size: byteSize(brick * model.layers * now), layer: byteSize(brick * now),
      brick: count(brick), kv: model.keyValueHeads, d: model.headSize, b: bytesEach }));
    figure.redraw();
  }
  update();
  return { element, update };
}
