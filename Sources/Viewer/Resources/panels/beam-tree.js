// The beam tree as the reader uses it: which paths are on show, what is folded, which node is picked.

import { el, fill } from "../base/dom.js";
import { sentenceGap, t, told, words } from "../base/strings.js";
import { fixed, isolated, joinedText, plain, tokenLabel } from "../base/format.js";
import { choices } from "../base/choices.js";
import { Figure, stepPart } from "../base/figure.js";
import { choiceOf, choose, declareChoice, move, place } from "../base/place.js";
import { hiddenFrom } from "./predict.js";
import { beamLayout } from "./beam-layout.js";
import { TreeDrawing, headRoom, measureColumns, rowHeight } from "./beam-draw.js";

words({
  "beams.label": ["Tree of a search with {beams} beams, {nodes} nodes", "集束寬度 {beams} 的搜尋樹，{nodes} 個節點"],
  "beams.show": ["Paths on show", "顯示的路徑"],
  "beams.show.chosen": ["finished", "已完成"],
  "beams.show.live": ["live", "存活"],
  "beams.show.all": ["all", "全部"],
  "beams.narrow": ["Narrower columns", "縮窄直行"],
  "beams.wide": ["Wider columns", "加寬直行"],
  "beams.chosen": ["chosen", "選中"],
  "beams.live": ["live", "存活"],
  "beams.finished": ["finished", "完成"],
  "beams.pruned": ["pruned", "剪除"],
  "beams.detail": ["{state}: log p {p}, sum {sum}, length {length}, score {score}.", "{state}：log p {p}，總和 {sum}，長度 {length}，分數 {score}。"],
  "beams.quoted": ["‹{text}›", "「{text}」"],
  "beams.depth": ["step", "步"],
  "beams.state": ["state", "狀態"],
  "beams.score": ["score", "分數"],
  "beams.why": ["why", "原因"],
});

/** @typedef {import("../base/types.js").Beam} Beam */
/** @typedef {import("../base/types.js").BeamNode} BeamNode */
/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */

/** Trees up to this size start with everything on show. */
const smallTree = 160;

/** Nodes on show, and the one that the reader picked. */
declareChoice("beams", "", /^(chosen|live|all)$/);
declareChoice("node", "", /^\d{1,9}$/);

/** The tree of the search with what is shown of it, and the node the reader picked. */
export class BeamTree {
  /** @param {() => Beam} search as far as it has come */
  constructor(search) {
    this.search = search;
    const { nodes } = this.beam;
    this.zoom = 1;
    /** @type {Set<number>} nodes whose descendants are folded away */
    this.folded = new Set();
    /** @type {number | null} */
    this.picked = nodes.find((node) => node.state === "chosen")?.id ?? nodes[0]?.id ?? null;
    this.layout = beamLayout(nodes, this.show, this.folded);
    /** @type {import("./beam-draw.js").Column[]} */
    this.columns = [];
    /** The step has moved since the tree was last scrolled to it. */
    this.unseen = true;
    this.detail = el("p", { class: "told beam-detail", "aria-live": "polite" });
    this.choices = el("span", {});
    const label = () => t("beams.label", { beams: this.beam.beams, nodes: this.beam.nodes.length });
    const width = () => (this.columns.at(-1)?.to ?? 0) + 8;
    this.figure = new Figure({
      name: "beams",
      shows: () => [stepPart()],
      label,
      draw: (pen, room, theme, saved) => this.draw(pen, theme, saved ? room : Infinity),
      painted: () => this.scrollToStep(),
      get minWidth() { return width(); },
      table: () => ({ caption: label(), ...this.table() }),
      click: (x, y) => this.go(x, y),
      keys: (event) => this.key(event),
    });
    const button = (/** @type {string} */ sign, /** @type {number} */ factor, /** @type {string} */ name) =>
      el("button", { type: "button", class: "quiet", "aria-label": name, on: { click: () => this.widen(factor) } }, sign);
    this.tools = el("div", { class: "pickers" }, this.choices,
      el("span", { class: "tools" }, button("－", 1 / 1.3, t("beams.narrow")), button("＋", 1.3, t("beams.wide"))));
    this.paintChoices();
    this.followStep();
  }

  get beam() {
    return this.search();
  }

  /** Which nodes are on show: as the reader chose, else as many as can be seen. */
  get show() {
    return choiceOf("beams") || (this.beam.nodes.length <= smallTree ? "all" : "live");
  }

  paintChoices() {
    fill(this.choices, choices(t("beams.show"), ["chosen", "live", "all"].map((value) => ({ value, text: t(`beams.show.${value}`) })), this.show,
      (name) => choose("beams", name)));
  }

  relayout() {
    this.layout = beamLayout(this.beam.nodes, this.show, this.folded);
    this.figure.redraw();
  }

  /** @param {number} factor */
  widen(factor) {
    this.zoom = Math.max(0.3, Math.min(3, this.zoom * factor));
    this.unseen = true;
    this.figure.redraw();
  }

  /**
   * @param {Pen} pen
   * @param {Theme} theme @param {number} room a saved picture is squeezed into it
   */
  draw(pen, theme, room) {
    this.columns = measureColumns(pen, this.layout.spots, this.zoom);
    const squeeze = Math.min(1, room / ((this.columns.at(-1)?.to ?? room) + 8));
    return new TreeDrawing(pen, theme, this.columns, { zoom: this.zoom, squeeze, picked: this.picked }).draw(this.layout);
  }

  table() {
    return { head: [t("beams.depth"), t("column.token"), "log p", "Σ log p", t("beams.score"), t("beams.state"), t("beams.why")],
      rows: this.beam.nodes.filter((node) => node.depth < hiddenFrom()).map((node) => [node.depth + 1, tokenLabel(node.token),
        fixed(node.logProbability, 3), fixed(node.sumLogProbability, 3), fixed(node.score, 3), t(`beams.${node.state}`), plain(told(node.why ?? ""))]) };
  }

  /**
   * A click picks a node; a second one folds it.
   * @param {number} x @param {number} y
   */
  go(x, y) {
    const row = Math.floor((y - headRoom) / rowHeight);
    const depth = this.columns.findIndex((column) => x >= column.from - 6 && x < column.to - 6);
    const spot = this.layout.spots.find((s) => s.row === row && s.node.depth === depth);
    if (!spot) return;
    if (spot.node.id === this.picked) this.toggle(spot.node.id);
    this.pick(spot.node);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const spot = this.layout.spots.find((s) => s.node.id === this.picked);
    if (!spot) return false;
    if (event.key === "Enter" || event.key === " ") {
      this.toggle(spot.node.id);
      return true;
    }
    const column = this.layout.spots.filter((s) => s.node.depth === spot.node.depth);
    const near = { ArrowUp: column.filter((s) => s.row < spot.row).at(-1), ArrowDown: column.find((s) => s.row > spot.row),
      ArrowLeft: spot.parent, ArrowRight: this.layout.spots.find((s) => s.parent === spot) };
    if (!Object.hasOwn(near, event.key)) return false;
    const target = near[/** @type {keyof typeof near} */ (event.key)];
    if (target) this.pick(target.node);
    return true;
  }

  /** @param {number} id */
  toggle(id) {
    if (!this.folded.delete(id)) this.folded.add(id);
    this.relayout();
  }

  /** @param {BeamNode} node */
  pick(node) {
    this.picked = node.id;
    if (node.state === "chosen") move({ step: node.depth });
    choose("node", String(node.id));
    this.tell();
    this.figure.redraw();
  }

  /** The picked node's path and scores, in words. */
  tell() {
    const { nodes } = this.beam;
    const node = nodes.find((n) => n.id === this.picked);
    if (!node || node.depth >= hiddenFrom()) return fill(this.detail, t("predict.hidden"));
    const byId = new Map(nodes.map((n) => [n.id, n]));
    /** @type {import("../base/types.js").Token[]} */
    const path = [];
    for (let at = /** @type {BeamNode | undefined} */ (node); at; at = at.parent === null ? undefined : byId.get(at.parent)) path.unshift(at.token);
    fill(this.detail, el("bdi", { class: "word" }, t("beams.quoted", { text: isolated(joinedText(path).trim()) })), sentenceGap(), t("beams.detail", { state: t(`beams.${node.state}`),
      p: fixed(node.logProbability, 3), sum: fixed(node.sumLogProbability, 3), length: node.depth + 1, score: fixed(node.score, 3) }),
    node.why ? sentenceGap() + plain(told(node.why)) : "");
  }

  /** Brings the step's column into the window of the tree, once the picture knows where it is. */
  scrollToStep() {
    if (!this.unseen) return;
    this.unseen = false;
    const column = this.columns[place().step];
    const { scroller } = this.figure;
    if (column && (column.from < scroller.scrollLeft || column.to > scroller.scrollLeft + scroller.clientWidth)) {
      scroller.scrollLeft = Math.max(0, column.from - scroller.clientWidth / 2);
    }
  }

  followStep() {
    const chosen = this.beam.nodes.find((node) => node.state === "chosen" && node.depth === place().step);
    const asked = choiceOf("node");
    const picked = this.beam.nodes.find((node) => asked !== "" && node.id === Number(asked) && (node.state !== "chosen" || node.depth === place().step));
    if (picked ?? chosen) this.picked = (picked ?? chosen)?.id ?? null;
    this.unseen = true;
    this.tell();
  }
}
