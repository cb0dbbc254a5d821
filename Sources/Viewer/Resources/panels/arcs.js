// The arcs: from the current token back to the tokens it looks at, as thick as the weight. Called by: the attention panel.

import { t } from "../base/strings.js";
import { fixed, percent } from "../base/format.js";
import { Figure } from "../base/figure.js";
import { mapColor } from "../base/palette.js";
import { move, place } from "../base/place.js";

/** Weights below this draw no arc: they would be thinner than a hair. */
const leastWeight = 0.004;
/** The strongest arcs get the names of their tokens. */
const namedArcs = 8;
const height = 190;
const base = 132;
/** Room at the left, and at the right for the slanted name of the current token. */
const edge = 14;
const rightEdge = 58;

/** @param {import("./heatmap.js").AttentionView} view */
export function arcsFigure(view) {
  const { weights } = view;
  let width = 0;
  const figure = new Figure({
    name: "arcs",
    label: () => t("arcs.label", { layer: place().layer, head: String(place().head) }),
    draw: (pen, w, theme) => {
      width = w;
      const query = view.query();
      const row = weights.row(place().layer, place().head, query);
      const step = (w - edge - rightEdge) / Math.max(1, query);
      const x = (/** @type {number} */ position) => edge + position * step;
      const order = [...row.keys()].sort((a, b) => (row[a] ?? 0) - (row[b] ?? 0));
      pen.line(edge - 8, base, w - rightEdge + 8, base, theme.line);
      for (const key of order) {
        const weight = row[key] ?? 0;
        if (weight < leastWeight || key === query) continue;
        const rise = base - 10 - 100 * Math.min(1, (query - key) * step / Math.min(w - edge - rightEdge, 700)) ** 0.6;
        pen.curve([x(query), base], [x(query), rise], [x(key), rise], [x(key), base], mapColor(0.32 + 0.68 * Math.sqrt(weight), theme), Math.max(1, weight * 14), 0.9);
      }
      for (let position = 0; position <= query; position += 1) {
        const weight = row[position] ?? 0;
        const r = Math.max(Math.min(step / 2.4, 2), Math.min(7, Math.sqrt(weight) * 8));
        pen.circle(x(position), base, r, position === query ? { fill: theme.accent } : { fill: mapColor(0.25 + 0.75 * Math.sqrt(weight), theme) });
      }
      names(pen, theme, x, row, query, step);
      return height;
    },
    table: () => {
      const query = view.query();
      const row = weights.row(place().layer, place().head, query);
      return { caption: t("heatmap.table", { layer: place().layer, head: String(place().head), from: view.label(query), position: query }),
        head: [t("fact.position"), t("heatmap.key"), t("heatmap.weight")],
        rows: [...row.keys()].map((key) => [key, view.label(key), `${fixed(row[key] ?? 0, 5)} (${percent(row[key] ?? 0)})`]) };
    },
    click: (px) => {
      const query = view.query();
      const at = Math.round((px - edge) / ((width - edge - rightEdge) / Math.max(1, query)));
      if (at >= 0 && at < query) move({ look: at });
    },
  });

  /**
   * Names under the line: all where there is room, otherwise the strongest and the ends.
   * @param {import("../base/pen.js").Pen} pen @param {import("../base/palette.js").Theme} theme
   * @param {(position: number) => number} x @param {Float32Array} row @param {number} query @param {number} step
   */
  function names(pen, theme, x, row, query, step) {
    const strongest = [...row.keys()].sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0));
    const candidates = [query, ...(step > 16 ? strongest : strongest.slice(0, namedArcs))];
    /** @type {number[]} */
    const taken = [];
    for (const position of candidates) {
      const at = x(position);
      if (taken.some((other) => Math.abs(other - at) < 13)) continue;
      taken.push(at);
      const name = view.label(position, 9).replace(/^␣(?=.)/, "");
      const current = position === query;
      pen.text(name, at + 4, base + 14, { size: 11.5, fill: current ? theme.accent : theme.ink, rotate: 52, weight: current ? 600 : 400 });
    }
  }
  return figure;
}
