// The stages in their order, to be dragged: by a pointer, or by the arrow keys on the one that has the keyboard.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { stageLabel } from "../base/stages.js";

words({
  "order.label": ["Order of the stages", "各階段的順序"],
  "order.lead": ["Drag a stage, or move it with the arrow keys.", "拖動階段，或用方向鍵移動。"],
  "order.place": ["{stage}, {n} of {count}", "{stage}，第 {n} 個，共 {count} 個"],
});

export class StageOrder {
  /** @param {(order: string[]) => void} wished hears the stages in their new order */
  constructor(wished) {
    this.wished = wished;
    /** @type {string[]} */
    this.order = [];
    this.list = el("ol", { class: "stage-order", "aria-label": t("order.label") });
    this.element = el("div", { class: "stage-order-box" }, el("p", { class: "note" }, t("order.lead")), this.list);
    /** @type {string | null} */
    this.dragged = null;
    this.list.addEventListener("pointermove", (event) => this.drag(event));
    for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) this.list.addEventListener(name, () => { this.dragged = null; });
  }

  /**
   * @param {string[]} order @param {string[]} recorded
   */
  show(order, recorded) {
    if (order.join() === this.order.join() && this.list.children.length > 0) return;
    this.order = [...order];
    const held = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.stage : undefined;
    fill(this.list, order.map((name, i) => el("li", {}, el("button", { type: "button", "data-stage": name, class: recorded[i] === name ? "" : "moved",
      "aria-label": t("order.place", { stage: stageLabel(name), n: i + 1, count: order.length }),
      on: { keydown: (/** @type {KeyboardEvent} */ event) => this.key(event, name), pointerdown: (/** @type {PointerEvent} */ event) => this.begin(event, name) } }, stageLabel(name)))));
    const again = held === undefined ? null : this.list.querySelector(`[data-stage="${CSS.escape(held)}"]`);
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
  }

  /**
   * @param {PointerEvent} event @param {string} name
   */
  begin(event, name) {
    this.dragged = name;
    this.list.setPointerCapture(event.pointerId);
    if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus({ preventScroll: true });
  }

  /** @param {PointerEvent} event */
  drag(event) {
    if (this.dragged === null || !(event.buttons & 1)) return;
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-stage]");
    const name = under instanceof HTMLElement && this.list.contains(under) ? under.dataset.stage : undefined;
    if (name !== undefined && name !== this.dragged) this.move(this.dragged, this.order.indexOf(name));
  }

  /**
   * @param {KeyboardEvent} event @param {string} name
   */
  key(event, name) {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.move(name, this.order.indexOf(name) + by);
  }

  /**
   * @param {string} name @param {number} to
   */
  move(name, to) {
    if (to < 0 || to >= this.order.length) return;
    const order = this.order.filter((other) => other !== name);
    order.splice(to, 0, name);
    this.wished(order);
  }
}
