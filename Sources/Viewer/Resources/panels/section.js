// The form all panels share: a title and one sentence in the margin, the matter beside it.

import { el } from "../base/dom.js";
import { t } from "../base/strings.js";

/**
 * @param {string} name the panel's name in the string table and its id in the page
 * @param {(Node | null)[]} body @param {(Node | null)[]} [margin] what else stands in the margin
 * @returns {HTMLElement}
 */
export function section(name, body, margin = []) {
  return el("section", { class: `panel panel-${name}`, id: name, "aria-labelledby": `${name}-title` },
    el("header", { class: "margin" },
      el("h2", { id: `${name}-title`, tabindex: -1 }, t(`${name}.title`)),
      el("p", { class: "lead" }, t(`${name}.lead`)),
      margin),
    el("div", { class: "body" }, body));
}
