// Beam search: the tree with its live, pruned, finished and chosen paths, and the finished hypotheses ranked again
// under another length penalty.

import { el } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { panel } from "../base/panels.js";
import { section } from "./section.js";
import { BeamTree } from "./beam-tree.js";
import { Hypotheses } from "./hypotheses.js";

words({
  "beams.title": ["Beam search", "集束搜尋"],
  "beams.lead": ["Several continuations are kept at once. At each step all are extended, the best stay, the others are pruned; finished ones wait with their score.", "同時保留多條接續。每一步都把它們延伸，留下最好的，剪去其餘；已完成的帶著分數等候。"],
  "beams.legend": ["● chosen  ○ live  ■ finished  × pruned. Arrow keys walk the tree, Enter folds a branch.", "● 選中　○ 存活　■ 完成　× 剪除。方向鍵在樹上移動，Enter 收合分支。"],
  "nav.beams": ["Beams", "集束搜尋"],
});

panel({ id: "beams", area: "sections", order: 50, applies: (source) => Boolean(source.trace.beam), make: beamsView });

/** @param {import("../data/source.js").TraceSource} source of a run that searched */
function beamsView(source) {
  const beam = () => /** @type {import("../base/types.js").Beam} */ (source.trace.beam);
  const tree = new BeamTree(beam);
  const hypotheses = new Hypotheses(beam);
  const element = section("beams", [tree.tools, tree.figure.element, el("p", { class: "note" }, t("beams.legend")), tree.detail,
    hypotheses.element]);

  /** @param {Set<string>} changed */
  function update(changed) {
    if (!["step", "theme", "predict", "growth", "beams", "node"].some((name) => changed.has(name))) return;
    if (changed.has("beams")) {
      tree.paintChoices();
      tree.relayout();
    }
    if (changed.has("growth")) {
      tree.relayout();
      hypotheses.render();
    }
    if (changed.has("step") || changed.has("node") || changed.has("predict") || changed.has("growth")) tree.followStep();
    tree.figure.redraw();
  }
  return { element, update };
}
