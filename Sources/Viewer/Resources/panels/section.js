// The form all panels share: a title and one sentence in the margin, the matter beside it.

import { el } from "../base/dom.js";
import { t } from "../base/strings.js";

/**
 * @param {string} name the panel's name in the string table and its id in the page
 * @param {(Node | null)[]} body @param {(Node | null)[]} [margin] what else stands in the margin
 * @param {string | null} [lead] the sentence's name in the string table, where it is not the panel's own
 * @returns {HTMLElement}
 */
export function section(name, body, margin = [], lead = null) {
  return el("section", { class: `panel panel-${name}`, id: name, "aria-labelledby": `${name}-title` },
    el("header", { class: "margin" },
      el("h2", { id: `${name}-title`, tabindex: -1 }, t(`${name}.title`)),
      el("p", { class: "lead" }, t(lead ?? `${name}.lead`)),
      margin),
    el("div", { class: "body" }, body));
}
