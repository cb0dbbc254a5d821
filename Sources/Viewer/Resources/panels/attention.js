// Where the model looked: the map of all heads, one head large, and the arcs of the current token.
// Called by: main.

import { el, fill } from "../base/dom.js";
import { sentenceGap, t } from "../base/strings.js";
import { fixed, percent, tokenLabel } from "../base/format.js";
import { move, place } from "../base/place.js";
import { measures } from "../data/weights.js";
import { section } from "./section.js";
import { Heatmap } from "./heatmap.js";
import { HeadGrid } from "./head-grid.js";
import { arcsFigure } from "./arcs.js";
import { labelOf } from "./predict.js";

/** @typedef {import("../data/source.js").TraceSource} TraceSource */

/**
 * @param {TraceSource} source
 * @returns {import("../base/types.js").Panel}
 */
export function attentionPanel(source) {
  const weights = source.attention;
  if (!weights) {
    return { element: section("attention", [el("p", { class: "told" }, t("attention.none"))]), update() {} };
  }
  const { trace } = source;
  const tokens = [...trace.prompt.tokens, ...trace.steps.map((step) => step.token)];
  const promptLength = trace.prompt.tokens.length;
  const view = {
    weights, tokens, promptLength, groupSize: Math.max(1, Math.floor(trace.model.heads / trace.model.keyValueHeads)),
    /**
     * @param {number} position
     * @param {number} [limit]
     */
    label: (position, limit = 24) => labelOf(position - promptLength, tokenLabel(tokens[position] ?? { text: "" }, limit)),
    /** Seen from the last position read before the step's token was chosen, or from where the reader looks. */
    query: () => Math.min(place().look ?? promptLength + place().step - 1, weights.positions - 1),
  };
  const told = el("p", { class: "told", "aria-live": "polite" });
  const facts = el("dl", { class: "measures" });
  const pickers = el("div", { class: "pickers" });
  const grid = new HeadGrid(view);
  const heatmap = new Heatmap(view);
  const arcs = arcsFigure(view);
  const element = section("attention", [told, pickers,
    el("div", { class: "attention-pair" }, grid.element, heatmap.element), facts, arcs.element]);

  function paint() {
    const { layer, head } = place();
    if (!weights) return;
    if (!weights.has(layer)) {
      fill(told, t("attention.unpacking"));
      weights.load(layer).then(paintAll, (error) => fill(told, t(error.key ?? "problem.attention", error.values ?? { why: "" })));
      return;
    }
    const query = view.query();
    const row = weights.row(layer, head, query);
    const m = measures(row);
    fill(told, t(typeof head !== "number" ? "attention.told.many" : place().look === null ? "attention.told" : "attention.pinned", {
      layer, head: String(head),
      from: `‹${view.label(query)}›`, position: query, top: `‹${view.label(m.top)}›`, share: percent(m.max) }),
      weights.keysPerRow < Infinity ? sentenceGap() + t("attention.strongest", { n: weights.keysPerRow, share: percent(weights.tail(layer, head, query)) }) : "");
    fill(facts, [["measure.mean", fixed(m.mean, 4)], ["measure.max", fixed(m.max, 4)],
      ["measure.entropy", `${fixed(m.entropy, 2)} ${t("unit.bits")}`], ["measure.first", fixed(m.first, 4)]]
      .map(([key, value]) => el("div", {}, el("dt", {}, t(key ?? "")), el("dd", {}, value))));
  }

  function paintAll() {
    paint();
    paintPickers();
    heatmap.redraw();
    arcs.redraw();
  }

  function paintPickers() {
    const { layer, head } = place();
    const shared = trace.model.heads / trace.model.keyValueHeads;
    const layers = el("select", { id: "pick-layer", on: { change: () => move({ layer: Number(layers.value) }) } },
      Array.from({ length: weights?.layers ?? 0 }, (_, i) => el("option", { value: i, selected: i === layer }, i)));
    const heads = el("select", { id: "pick-head", on: { change: () => move({ head: heads.value === "mean" || heads.value === "max" ? heads.value : Number(heads.value) }) } },
      Array.from({ length: weights?.heads ?? 0 }, (_, i) => el("option", { value: i, selected: i === head }, i)),
      /** @type {const} */ (["mean", "max"]).map((name) => el("option", { value: name, selected: name === head }, t(`head.${name}`))));
    fill(pickers, el("label", {}, t("attention.layer"), " ", layers), el("label", {}, t("attention.head"), " ", heads),
      typeof head === "number" && shared > 1
        ? el("span", { class: "label" }, t("attention.shared", { kv: Math.floor(head / shared), from: Math.floor(head / shared) * shared, to: (Math.floor(head / shared) + 1) * shared - 1 })) : null,
      place().look !== null ? el("button", { type: "button", class: "quiet", on: { click: () => move({ look: null }) } }, t("attention.follow")) : null);
  }

  /** @param {Set<string>} changed */
  function update(changed) {
    if (changed.has("layer") || changed.has("head") || changed.has("look")) paintPickers();
    if (["step", "layer", "head", "look", "theme"].some((name) => changed.has(name))) {
      paint();
      grid.update(changed);
      heatmap.redraw();
      arcs.redraw();
    }
  }
  paintPickers();
  paint();
  return { element, update };
}
