// The arcs: from the current token to the tokens it looks at, as thick as the weight. In a long text only the
// tokens that get most are set out, with the gaps between them counted.

import { t, words } from "../base/strings.js";
import { count, fixed, percentTo } from "../base/format.js";
import { fitted } from "../base/pen.js";
import { Figure, headParts } from "../base/figure.js";
import { mapColor } from "../base/palette.js";
import { move, place } from "../base/place.js";

words({
  "arcs.label": ["Arcs from the current token to those it looks at, layer {layer}, head {head}", "從目前詞元指向其所關注詞元的弧線，第 {layer} 層、頭 {head}"],
  "arcs.rest": ["{n} tokens with little weight are left out: {share} together", "省略 {n} 個權重很小的詞元：合計 {share}"],
});

/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */
/** @typedef {{ position: number, x: number }} Spot  Where a token stands on the line. */
/** @typedef {{ position: number, gap: number }} Slot  A token on the line, and how many are left out before it. */

/** Weights below this draw no arc: they would be thinner than a hair. */
const leastWeight = 0.004;
/** Room for a token on the line, in pixels. */
const slotWidth = 20;
const height = 206;
const base = 136;
/** The names lean to the right below the line, and end where the picture ends. */
const nameAngle = 52;
const nameRoom = (height - base - 18) / Math.sin((nameAngle * Math.PI) / 180);
/** Room at the left, and at the right for the slanted name of the current token. */
const edge = 14;
const rightEdge = 58;

/**
 * The tokens that are set out: all where there is room, otherwise those with the largest weights and the current one.
 * @param {Float32Array} row @param {number} query the position looked from @param {number} room how many fit
 * @returns {Slot[]}
 */
export function arcSlots(row, query, room) {
  let kept = [...row.keys()];
  if (row.length > room) {
    // Each gap takes a slot of its own, so only about half the room is for tokens.
    const best = kept.filter((key) => key !== query).sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0)).slice(0, Math.max(4, Math.floor(room / 2)));
    kept = [...new Set([0, ...best, query])].sort((a, b) => a - b);
  }
  return kept.map((position, i) => ({ position, gap: i === 0 ? position : position - (kept[i - 1] ?? 0) - 1 }));
}

/** @param {import("./heatmap.js").AttentionView} view */
export function arcsFigure(view) {
  /** @type {Spot[]} */
  let spots = [];
  /** @param {number} query */
  const rowFrom = (query) => view.weights.row(place().layer, place().head, query);
  return new Figure({
    name: "arcs",
    shows: headParts,
    label: () => [t("arcs.label", { layer: view.layerName(), head: view.headName() }),
      ...(view.isShownOff() ? [t("heatmap.off")] : [])].join(t("list.comma")),
    draw: (pen, w, theme) => {
      const query = view.query();
      const row = rowFrom(query);
      const slots = arcSlots(row, query, Math.floor((w - edge - rightEdge) / slotWidth));
      spots = layOut(pen, theme, slots, w);
      drawArcs(pen, theme, spots, row, query, w, Math.max(leastWeight, view.least()));
      drawTokens(pen, theme, spots, row, query, w, (position) => view.label(position));
      if (view.isShownOff()) pen.text(t("heatmap.off"), w, 12, { size: 12, weight: 600, fill: theme.accent, align: "right" });
      const rest = row.length - slots.length;
      if (rest > 0) {
        const shown = slots.reduce((sum, slot) => sum + (row[slot.position] ?? 0), 0);
        pen.text(t("arcs.rest", { n: count(rest), share: percentTo(Math.max(0, 1 - shown), view.weights.decimals) }), edge, 12, { size: 12, fill: theme.muted });
      }
      return height;
    },
    table: () => {
      const query = view.query();
      const row = rowFrom(query);
      return { caption: t("heatmap.table", { layer: view.layerName(), head: view.headName(), from: view.label(query), position: query }),
        head: [t("fact.position"), t("heatmap.key"), t("heatmap.weight")],
        rows: [...row.keys()].map((key) => [key, view.label(key), `${fixed(row[key] ?? 0, view.weights.decimals)} (${percentTo(row[key] ?? 0, view.weights.decimals)})`]) };
    },
    click: (px) => {
      const near = [...spots].sort((a, b) => Math.abs(a.x - px) - Math.abs(b.x - px))[0];
      if (near && near.position !== view.query()) move({ look: near.position });
    },
  });
}

/**
 * The arcs from the row's last token, the heaviest on top.
 * @param {Pen} pen @param {Theme} theme @param {Spot[]} spots @param {Float32Array} row @param {number} query
 * @param {number} w @param {number} least
 */
function drawArcs(pen, theme, spots, row, query, w, least) {
  const from = spots.find((spot) => spot.position === query)?.x ?? edge;
  const span = w - edge - rightEdge;
  for (const { position, x } of [...spots].sort((a, b) => (row[a.position] ?? 0) - (row[b.position] ?? 0))) {
    const weight = row[position] ?? 0;
    if (weight < least || position === query) continue;
    const rise = base - 10 - 104 * Math.min(1, Math.abs(from - x) / Math.min(span, 700)) ** 0.6;
    pen.curve([from, base], [from, rise], [x, rise], [x, base], mapColor(0.32 + 0.68 * Math.sqrt(weight), theme), Math.max(1, weight * 14), 0.9);
  }
}

/**
 * A point for each token, as large as its weight, and its name where there is room.
 * @param {Pen} pen @param {Theme} theme @param {Spot[]} spots @param {Float32Array} row @param {number} query
 * @param {number} w @param {(position: number) => string} label
 */
function drawTokens(pen, theme, spots, row, query, w, label) {
  const step = (w - edge - rightEdge) / Math.max(1, spots.length);
  for (const { position, x } of spots) {
    const weight = row[position] ?? 0;
    const r = Math.max(Math.min(step / 2.4, 2), Math.min(7, Math.sqrt(weight) * 8));
    pen.circle(x, base, r, { fill: position === query ? theme.accent : mapColor(0.25 + 0.75 * Math.sqrt(weight), theme) });
    if (step < 13 && position !== query) continue;
    const name = fitted(pen, label(position).replace(/^(\u2068?)␣(?=.)/, "$1"), { size: 11.5, weight: 600 }, nameRoom);
    const style = position === query ? { fill: theme.accent, weight: 600 } : { fill: theme.ink };
    pen.text(name, x + 4, base + 14, { size: 11.5, rotate: nameAngle, ...style });
  }
}

/**
 * Draws the line with its gaps and says where each token stands on it.
 * @param {Pen} pen @param {Theme} theme @param {Slot[]} slots @param {number} w
 * @returns {Spot[]}
 */
function layOut(pen, theme, slots, w) {
  const gaps = slots.filter((slot) => slot.gap > 0).length;
  const step = (w - edge - rightEdge) / Math.max(1, slots.length + gaps - 1);
  let place = 0;
  let last = edge;
  return slots.map((slot, i) => {
    if (slot.gap > 0) {
      const x = edge + place * step;
      pen.text("⋯", x, base + 4, { size: 12, fill: theme.muted, align: "center" });
      // Above the line: below it the names run through the gap.
      if (step > 15) pen.text(String(slot.gap), x, base - 7, { size: 9.5, fill: theme.muted, align: "center" });
      place += 1;
    }
    const x = edge + place * step;
    if (i > 0 && slot.gap === 0) pen.line(last, base, x, base, theme.line);
    last = x;
    place += 1;
    return { position: slot.position, x };
  });
}
