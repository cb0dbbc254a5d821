// The room of a class: by its address the page for joining, the teacher's, or the board's. The bundle of a room ends with it.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { begin, move, onMove, place } from "../base/place.js";
import { applyTheme, loadPalette, onSystemTheme } from "../base/palette.js";
import { boardView } from "./board.js";
import { joinView } from "./join.js";
import { teacherView } from "./teacher.js";

words({
  "room.switches": ["Language and look", "語言與外觀"],
});

const main = el("main", { id: "top" });
const head = el("header", { class: "page-head" });

function isDark() {
  return document.documentElement.dataset.theme === "dark";
}

function paintHead() {
  const other = place().lang === "en" ? "zh-TW" : "en";
  fill(head, el("div", { class: "masthead" }, el("p", { class: "wordmark" }, "Stepglass ", el("span", { lang: "zh-TW" }, "步鏡")),
    el("nav", { class: "switches", "aria-label": t("room.switches") },
      el("button", { type: "button", id: "language-button", lang: other, on: { click: () => move({ lang: other }) } }, t("header.language")),
      el("button", { type: "button", id: "theme-button", on: { click: () => move({ theme: isDark() ? "light" : "dark" }) } }, t("header.theme", { name: t(`theme.${place().theme}`) })))));
}

function start() {
  loadPalette();
  begin({ lang: (navigator.language || "").toLowerCase().startsWith("zh") ? "zh-TW" : "en", theme: "auto" });
  applyTheme(place().theme);
  const path = location.pathname;
  const view = path === "/teacher" ? teacherView(main) : path === "/board" ? boardView(main) : joinView(main);
  document.documentElement.dataset.view = path === "/teacher" ? "teacher" : path === "/board" ? "board" : "join";
  document.body.append(head, main);
  const paint = () => {
    document.documentElement.lang = place().lang;
    paintHead();
    view.paint();
  };
  onMove((changed) => {
    if (changed.has("theme")) applyTheme(place().theme);
    if (changed.has("lang") || changed.has("theme")) paint();
  });
  onSystemTheme(() => applyTheme(place().theme));
  paint();
  document.documentElement.dataset.ready = "true";
}

start();
