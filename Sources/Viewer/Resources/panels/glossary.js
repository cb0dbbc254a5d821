// A short glossary, each word in both languages: the course's terms. And the list of keys. Called by: main.

import { el, fill } from "../base/dom.js";
import { t, termIn } from "../base/strings.js";
import { place } from "../base/place.js";
import { bindings } from "../base/keys.js";
import { section } from "./section.js";

const terms = ["token", "logit", "softmax", "entropy", "temperature", "topk", "topp", "minp", "penalty", "draw", "attention", "head", "layer", "gqa", "cache", "prefill", "decode", "ttft", "beam", "lens", "bpe"];

/** @returns {import("../base/types.js").Panel} */
export function glossaryPanel() {
  const other = place().lang === "en" ? "zh-TW" : "en";
  const list = el("dl", { class: "glossary" }, terms.map((term) => el("div", {},
    el("dt", {}, t(`term.${term}`), " ", el("span", { lang: other }, termIn(other, `term.${term}`))), el("dd", {}, t(`term.${term}.text`)))));
  return { element: section("glossary", [list]), update() {} };
}

const signs = { ArrowRight: "→", ArrowLeft: "←" };

/** The dialog that lists the keys. */
export function keysDialog() {
  const dialog = el("dialog", { class: "keys", "aria-labelledby": "keys-title" });
  fillKeys(dialog);
  return dialog;
}

/** @param {HTMLDialogElement} dialog */
export function openKeys(dialog) {
  fillKeys(dialog);
  dialog.showModal();
}

/**
 * The list of keys, of the digits those that have a panel now.
 * @param {HTMLDialogElement} dialog
 */
function fillKeys(dialog) {
  const panels = document.querySelectorAll(".panel:not([hidden])").length;
  fill(dialog, el("h2", { id: "keys-title" }, t("keys.title")),
    el("table", {}, el("tbody", {}, bindings.map((binding) => el("tr", {},
      el("th", { scope: "row" }, binding.keys.filter((key) => !(Number(key) > panels)).map((key) => el("kbd", {}, /** @type {Record<string, string>} */ (signs)[key] ?? key))), el("td", {}, t(binding.label)))))),
    el("p", { class: "note" }, t("keys.pictures")),
    el("form", { method: "dialog" }, el("button", { class: "primary", autofocus: true }, t("keys.close"))));
}
