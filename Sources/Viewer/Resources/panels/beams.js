// Beam search: the tree with its live, pruned, finished and chosen paths, and the finished hypotheses ranked again
// under another length penalty. Called by: main, where a run used beams.

import { el, fill } from "../base/dom.js";
import { t } from "../base/strings.js";
import { fixed, plain, tokenLabel } from "../base/format.js";
import { Figure } from "../base/figure.js";
import { mapColor } from "../base/palette.js";
import { move, place } from "../base/place.js";
import { section } from "./section.js";
import { hiddenFrom } from "./predict.js";
import { beamLayout } from "./beam-layout.js";

/** @typedef {import("../base/types.js").BeamNode} BeamNode */
/** @typedef {import("../base/types.js").Hypothesis} Hypothesis */

const rowHeight = 22;
const headRoom = 20;
/** Trees up to this size start with everything on show. */
const smallTree = 160;
const penaltyRange = { low: -1, high: 3 };

/**
 * The score under a length penalty: sum of log-probabilities ÷ length^penalty.
 * @param {Hypothesis} hypothesis @param {number} penalty
 */
export function penalizedScore(hypothesis, penalty) {
  return hypothesis.sumLogProbability / Math.max(1, hypothesis.tokens.length) ** penalty;
}

/**
 * @param {import("../data/source.js").TraceSource} source
 * @returns {import("../base/types.js").Panel | null}
 */
export function beamsPanel(source) {
  const beam = source.trace.beam;
  if (!beam) return null;
  let show = beam.nodes.length <= smallTree ? "all" : "live";
  let zoom = 1;
  /** @type {Set<number>} nodes whose children are folded away */
  const folded = new Set();
  /** @type {number | null} */
  let picked = beam.nodes.find((node) => node.state === "chosen")?.id ?? beam.nodes[0]?.id ?? null;
  let layout = beamLayout(beam.nodes, show, folded);
  const detail = el("p", { class: "told beam-detail", "aria-live": "polite" });
  const choices = el("span", { class: "choices", role: "radiogroup", "aria-label": t("beams.show") });

  /** @param {import("../base/pen.js").Pen} pen */
  function columns(pen) {
    /** @type {number[]} */
    const widths = [];
    for (const spot of layout.spots) {
      const width = Math.min(140, pen.measure(tokenLabel(spot.node.token, 14), { size: 14, serif: true, weight: 700 }) + 44) * zoom;
      widths[spot.node.depth] = Math.max(widths[spot.node.depth] ?? 20, width);
    }
    let x = 14;
    return widths.map((width) => {
      const from = x;
      x += width ?? 20;
      return { from, to: x };
    });
  }

  /** @type {{ from: number, to: number }[]} */
  let places = [];
  /** The step has moved since the tree was last scrolled to it. */
  let unseen = true;
  const figure = new Figure({
    name: "beams",
    label: () => t("beams.label", { beams: beam.beams, nodes: beam.nodes.length }),
    draw: (pen, w, theme, saved) => {
      places = columns(pen);
      const height = headRoom + layout.rows * rowHeight + 8;
      const hidden = hiddenFrom();
      // A saved picture is squeezed into its width; on the screen the column scrolls.
      const squeeze = saved ? Math.min(1, w / ((places.at(-1)?.to ?? w) + 10)) : 1;
      const at = (/** @type {BeamNode} */ node) => (places[node.depth]?.from ?? 0) * squeeze;
      const y = (/** @type {number} */ row) => headRoom + row * rowHeight + 15;
      const column = places[place().step];
      if (column) pen.rect(column.from * squeeze - 4, 0, (column.to - column.from) * squeeze, height, mapColor(0.05, theme));
      places.forEach((p, depth) => {
        if (depth % 5 === 0 || depth === place().step) pen.text(String(depth), p.from * squeeze, 12, { size: 10.5, fill: depth === place().step ? theme.accent : theme.muted });
      });
      for (const spot of layout.spots) {
        const { node } = spot;
        if (node.depth >= hidden) continue;
        const parent = spot.parent;
        const style = look(node, theme);
        const x = at(node);
        if (parent) {
          const right = (places[parent.node.depth]?.to ?? 0) * squeeze - 28;
          const [y0, y1] = [y(parent.row) - 5, y(spot.row) - 5];
          if (y0 === y1) pen.line(right, y0, x - 3, y1, style.line, style.width);
          else pen.curve([right, y0], [right + 10, y0], [x - 14, y1], [x - 3, y1], style.line, style.width, 1);
        }
        if (node.id === picked) pen.rect(x - 2, y(spot.row) - 15, (places[node.depth]?.to ?? 0) * squeeze - x - 24, rowHeight - 1, mapColor(0.16, theme), 3);
        pen.text(style.sign, x, y(spot.row), { size: 11, fill: style.ink });
        if (squeeze > 0.4) {
          pen.text(tokenLabel(node.token, 14), x + 11, y(spot.row), { size: 14, serif: true, fill: style.ink, weight: node.state === "chosen" ? 700 : 400 });
        }
        if (spot.foldedCount > 0) pen.text(`▸${spot.foldedCount}`, (places[node.depth]?.to ?? 0) * squeeze - 30, y(spot.row), { size: 10, fill: theme.muted });
      }
      return height;
    },
    painted: () => {
      if (unseen) scrollToStep();
    },
    get minWidth() { return (places.at(-1)?.to ?? 0) + 40; },
    table: () => ({ caption: t("beams.label", { beams: beam.beams, nodes: beam.nodes.length }),
      head: [t("beams.depth"), t("column.token"), "log p", "Σ log p", t("beams.score"), t("beams.state"), t("beams.why")],
      rows: beam.nodes.filter((node) => node.depth < hiddenFrom()).map((node) => [node.depth, tokenLabel(node.token), fixed(node.logProbability, 3), fixed(node.sumLogProbability, 3),
        fixed(node.score, 3), t(`beams.${node.state}`), plain(node.why ?? "")]) }),
    click: (x, y) => {
      const row = Math.floor((y - headRoom) / rowHeight);
      const depth = places.findIndex((p) => x >= p.from - 6 && x < p.to - 6);
      const spot = layout.spots.find((s) => s.row === row && s.node.depth === depth);
      if (!spot) return;
      if (spot.node.id === picked) toggle(spot.node.id);
      pick(spot.node);
    },
    keys: (event) => {
      const spot = layout.spots.find((s) => s.node.id === picked);
      if (!spot) return false;
      const near = { ArrowUp: () => layout.spots.filter((s) => s.node.depth === spot.node.depth && s.row < spot.row).at(-1),
        ArrowDown: () => layout.spots.find((s) => s.node.depth === spot.node.depth && s.row > spot.row),
        ArrowLeft: () => spot.parent, ArrowRight: () => layout.spots.find((s) => s.parent === spot) };
      if (event.key === "Enter" || event.key === " ") {
        toggle(spot.node.id);
        return true;
      }
      const find = /** @type {Record<string, () => typeof spot | null | undefined>} */ (near)[event.key];
      const target = find?.();
      if (target) pick(target.node);
      return find !== undefined;
    },
  });

  /** @param {number} id */
  function toggle(id) {
    if (!folded.delete(id)) folded.add(id);
    relayout();
  }

  function relayout() {
    layout = beamLayout(beam?.nodes ?? [], show, folded);
    figure.redraw();
  }

  /** @param {BeamNode} node */
  function pick(node) {
    picked = node.id;
    if (node.state === "chosen") move({ step: node.depth });
    tell();
    figure.redraw();
  }

  function tell() {
    const node = beam?.nodes.find((n) => n.id === picked);
    if (!node || !beam || node.depth >= hiddenFrom()) return fill(detail, t("predict.hidden"));
    const byId = new Map(beam.nodes.map((n) => [n.id, n]));
    /** @type {string[]} */
    const path = [];
    for (let at = /** @type {BeamNode | undefined} */ (node); at; at = at.parent === null ? undefined : byId.get(at.parent)) path.unshift(plain(at.token.text));
    fill(detail, el("span", { class: "word" }, path.join("")), " ", t("beams.detail", { state: t(`beams.${node.state}`), p: fixed(node.logProbability, 3), sum: fixed(node.sumLogProbability, 3),
      length: node.depth + 1, score: fixed(node.score, 3) }), node.why ? ` ${plain(node.why)}` : "");
  }

  function paintChoices() {
    fill(choices, ["chosen", "live", "all"].map((name) => el("button", { type: "button", role: "radio", "aria-checked": String(name === show),
      on: { click: () => { show = name; paintChoices(); relayout(); } } }, t(`beams.show.${name}`))));
  }
  paintChoices();
  const tools = el("div", { class: "pickers" }, choices, el("span", { class: "tools" },
    ...[["－", 1 / 1.3, "beams.narrow"], ["＋", 1.3, "beams.wide"]].map(([sign, factor, key]) =>
      el("button", { type: "button", class: "quiet", "aria-label": t(String(key)), on: { click: () => { zoom = Math.max(0.3, Math.min(3, zoom * Number(factor))); figure.redraw(); } } }, sign))));
  const element = section("beams", [tools, figure.element, el("p", { class: "note" }, t("beams.legend")), detail, rankedHypotheses(beam)]);

  /** Brings the step's column into the window of the tree, once the picture knows where it is. */
  function scrollToStep() {
    unseen = false;
    const column = places[place().step];
    const { scrollLeft, clientWidth } = figure.scroller;
    if (column && (column.from < scrollLeft || column.to > scrollLeft + clientWidth)) {
      figure.scroller.scrollLeft = Math.max(0, column.from - clientWidth / 2);
    }
  }

  function followStep() {
    const chosen = beam?.nodes.find((node) => node.state === "chosen" && node.depth === place().step);
    if (chosen) picked = chosen.id;
    unseen = true;
    tell();
  }

  /** @param {Set<string>} changed */
  function update(changed) {
    if (!["step", "theme", "predict"].some((name) => changed.has(name))) return;
    if (changed.has("step") || changed.has("predict")) followStep();
    figure.redraw();
  }
  followStep();
  return { element, update };
}

/**
 * @param {BeamNode} node
 * @param {import("../base/palette.js").Theme} theme
 */
function look(node, theme) {
  if (node.state === "chosen") return { line: theme.accent, width: 2, ink: theme.ink, sign: "●" };
  if (node.state === "finished") return { line: mapColor(0.7, theme), width: 1.5, ink: theme.ink, sign: "■" };
  if (node.state === "pruned") return { line: theme.line, width: 1, ink: theme.muted, sign: "×" };
  return { line: mapColor(0.5, theme), width: 1.25, ink: theme.ink, sign: "○" };
}

/**
 * The finished hypotheses, ranked again while the slider moves.
 * @param {import("../base/types.js").Beam} beam
 */
function rankedHypotheses(beam) {
  const holder = el("div", { class: "scroller tall", tabindex: 0, role: "group", "aria-label": t("beams.hypotheses") });
  const value = el("output", {});
  const slider = el("input", { type: "range", id: "length-penalty", min: penaltyRange.low, max: penaltyRange.high, step: 0.05, value: beam.lengthPenalty, on: { input: () => render() } });
  const recorded = [...beam.hypotheses];

  function render() {
    const penalty = Number(slider.value);
    fill(value, fixed(penalty, 2), Math.abs(penalty - beam.lengthPenalty) < 0.026 ? ` (${t("beams.recorded")})` : "");
    const ranked = [...recorded].sort((a, b) => penalizedScore(b, penalty) - penalizedScore(a, penalty));
    const hidden = hiddenFrom() < Infinity;
    fill(holder, el("table", { class: "hypotheses" },
      el("thead", {}, el("tr", {}, ["#", t("beams.was"), t("beams.text"), t("beams.length"), "Σ log p", t("beams.score")].map((title) => el("th", { scope: "col" }, title)))),
      el("tbody", {}, ranked.map((hypothesis, i) => {
        const before = recorded.indexOf(hypothesis);
        return el("tr", { class: i === 0 ? "chosen" : "" }, el("td", {}, i + 1), el("td", {}, before === i ? "=" : before > i ? `↑${before - i}` : `↓${i - before}`),
          el("th", { scope: "row", class: "word" }, hidden ? "···" : plain(hypothesis.text, 300).replace(/\n/g, "↵")), el("td", {}, hypothesis.tokens.length), el("td", {}, fixed(hypothesis.sumLogProbability, 3)),
          el("td", {}, fixed(penalizedScore(hypothesis, penalty), 4)));
      }))));
  }
  render();
  return el("div", { class: "draw" }, el("h3", {}, t("beams.hypotheses")), el("p", { class: "told" }, t("beams.penalty.told")),
    el("div", { class: "merge-controls" }, el("label", { for: "length-penalty" }, t("beams.penalty")), slider, value), holder);
}
