// What leaves the page: a link to the view with every choice in it, the stops as a file, and what goes to paper.

import { el, fill, save } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { choices } from "../base/choices.js";
import { bind } from "../base/keys.js";
import { panel } from "../base/panels.js";
import { addressOf, choiceOf, choose, place } from "../base/place.js";
import { setStops, stops, stopsAsFile, stopsFile, stopsOfFile } from "../base/stops.js";
import { panelInSight } from "./present.js";

words({
  "share.title": ["Share", "分享"],
  "share.link": ["A link to this view", "目前畫面的連結"],
  "share.link.note": ["With the step, the panel and every choice in it. It leads there wherever this page lies in the same place.", "包含步驟、面板與所有選擇。只要頁面放在同一個位置，就能連到這裡。"],
  "share.copy": ["Copy link to this view", "複製目前畫面的連結"],
  "share.copied": ["Copied.", "已複製。"],
  "share.refused": ["The browser does not let the page copy: the link is marked, press Ctrl-C.", "瀏覽器不允許頁面複製：連結已選取，請按 Ctrl-C。"],
  "share.stops": ["Stops of a talk", "簡報的停留點"],
  "share.stops.none": ["None yet: present with v, and + makes a view a stop.", "還沒有：按 v 開始簡報，按 + 將畫面設為停留點。"],
  "share.stops.some": ["{n} stops: the link has them too.", "{n} 個停留點：連結裡也有。"],
  "share.save": ["Save {file}", "儲存 {file}"],
  "share.load": ["Open a file of stops", "開啟停留點檔案"],
  "share.wrong": ["{name} is no file of stops; one is made with Save.", "{name} 不是停留點檔案；可用「儲存」產生。"],
  "share.loaded": ["{n} stops from {name}.", "已從 {name} 讀入 {n} 個停留點。"],
  "share.paper": ["On paper", "紙本"],
  "share.paper.steps": ["a handout: one step a page", "講義：一頁一步"],
  "share.paper.panels": ["this step with all panels", "這一步的所有面板"],
  "share.print": ["Print", "列印"],
  "key.share": ["share: link, stops, paper", "分享：連結、停留點、紙本"],
});

// Filled when it opens: what it shares is the view of then.
panel({ id: "share", area: "layers", order: 12,
  make: () => ({ element: el("dialog", { class: "keys share-dialog", id: "share", "aria-label": t("share.title") }) }) });

bind({ keys: ["s"], label: "key.share", order: 155, run: openShare });

/** The link to the view as it is now, the panel that is in sight named in it. */
function linkHere() {
  const at = place();
  const panelNow = panelInSight();
  const named = { ...at.choices };
  if (panelNow === "") delete named.panel;
  else named.panel = panelNow;
  return location.href.replace(/#.*$/, "") + addressOf({ ...at, choices: named });
}

function openShare() {
  const dialog = document.getElementById("share");
  if (!(dialog instanceof HTMLDialogElement)) return;
  if (dialog.open) return dialog.close();
  fillShare(dialog, linkHere());
  dialog.showModal();
}

/**
 * @param {HTMLDialogElement} dialog @param {string} link
 */
function fillShare(dialog, link) {
  const field = el("input", { type: "text", class: "share-link", readonly: true, value: link, "aria-label": t("share.link") });
  const said = el("p", { class: "note", role: "status" });
  const copy = el("button", { type: "button", class: "primary", id: "share-copy", autofocus: true, on: { click: () => copyLink(field, said) } }, t("share.copy"));
  fill(dialog, el("h2", {}, t("share.title")), field, el("div", { class: "merge-controls" }, copy), said, el("p", { class: "note" }, t("share.link.note")),
    el("h3", {}, t("share.stops")), stopsPart(dialog), el("h3", {}, t("share.paper")), paperPart(dialog),
    el("form", { method: "dialog" }, el("button", { class: "primary" }, t("keys.close"))));
}

/**
 * @param {HTMLInputElement} field @param {HTMLElement} said
 */
async function copyLink(field, said) {
  try {
    await navigator.clipboard.writeText(field.value);
    fill(said, t("share.copied"));
  } catch {
    field.focus();
    field.select();
    fill(said, t("share.refused"));
  }
}

/** @param {HTMLDialogElement} dialog */
function stopsPart(dialog) {
  const n = stops().length;
  const said = el("p", { class: "note", role: "status" }, n > 0 ? t("share.stops.some", { n }) : t("share.stops.none"));
  const file = el("input", { type: "file", accept: ".json", class: "visually-hidden", id: "stops-file", "aria-label": t("share.load"), on: { change: async () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    const found = stopsOfFile(await chosen.text());
    file.value = "";
    if (!found) return fill(said, t("share.wrong", { name: chosen.name }));
    setStops(found);
    fillShare(dialog, linkHere());
    fill(dialog.querySelector(".stops-said") ?? said, t("share.loaded", { n: found.length, name: chosen.name }));
  } } });
  said.classList.add("stops-said");
  return el("div", {}, said, el("div", { class: "merge-controls" },
    el("button", { type: "button", id: "stops-save", disabled: n === 0, on: { click: () => save(stopsFile, stopsAsFile()) } }, t("share.save", { file: stopsFile })),
    el("button", { type: "button", id: "stops-load", on: { click: () => file.click() } }, t("share.load")), file));
}

/** @param {HTMLDialogElement} dialog */
function paperPart(dialog) {
  const group = choices(t("share.paper"), ["steps", "panels"].map((value) => ({ value, text: t(`share.paper.${value}`) })), choiceOf("paper"), (value) => {
    choose("paper", value);
    fillShare(dialog, linkHere());
    const taken = dialog.querySelector("[role=radio][aria-checked=true]");
    if (taken instanceof HTMLElement) taken.focus();
  });
  const print = el("button", { type: "button", on: { click: () => { dialog.close(); setTimeout(() => window.print()); } } }, t("share.print"));
  return el("div", { class: "merge-controls" }, group, print);
}
