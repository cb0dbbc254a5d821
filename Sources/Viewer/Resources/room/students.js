// The students of a class: where each is, how far, and what the teacher does with one.

import { el } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { trimmed } from "../class/numbers.js";

words({
  "students.name": ["Name", "名字"],
  "students.place": ["Where", "所在"],
  "students.answers": ["Answers", "作答"],
  "students.points": ["Points", "得分"],
  "students.away": ["not here", "不在線上"],
  "students.contents": ["at the contents", "在目錄"],
  "students.remove": ["Remove", "移出"],
  "students.return": ["Let in again", "讓他回來"],
  "students.merge": ["is …", "其實是…"],
  "students.merge-with": ["{name} is the same as", "{name} 其實是"],
  "students.delete": ["Delete", "刪除"],
  "students.sure": ["Delete {name} and all answers?", "刪除 {name} 和所有答案？"],
  "students.acts": ["What to do", "動作"],
  "students.none": ["Nobody has joined yet.", "還沒有人加入。"],
});

/** @typedef {import("./teacher.js").StudentRow} StudentRow */

/**
 * @param {StudentRow[]} students @param {(place: string) => string} placeName
 * @param {(command: Record<string, any>) => void} act
 */
export function studentTable(students, placeName, act) {
  if (students.length === 0) return el("p", { class: "note" }, t("students.none"));
  return el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": t("teacher.students") }, el("table", { class: "room-table", id: "students" },
    el("thead", {}, el("tr", {}, ["students.name", "students.place", "students.answers", "students.points", "students.acts"].map((key) => el("th", { scope: "col" }, t(key))))),
    el("tbody", {}, students.map((one) => el("tr", { "data-student": one.id, class: one.removed ? "is-removed" : null },
      el("th", { scope: "row", dir: "auto" }, one.name),
      el("td", {}, one.place === null ? t("students.away") : one.place === "" ? t("students.contents") : placeName(one.place)),
      el("td", {}, one.answers), el("td", {}, trimmed(one.points)), el("td", { class: "acts" }, acts(one, students, act)))))));
}

/** @param {StudentRow} one @param {StudentRow[]} students @param {(command: Record<string, any>) => void} act */
function acts(one, students, act) {
  const merge = el("select", { "aria-label": t("students.merge-with", { name: one.name }), class: "merge", on: { change: () => act({ do: "merge", student: one.id, into: Number(merge.value) }) } },
    el("option", { value: "" }, t("students.merge")), students.filter((other) => other.id < one.id).map((other) => el("option", { value: other.id }, other.name)));
  return [
    el("button", { type: "button", class: "quiet remove", on: { click: () => act({ do: "remove", student: one.id, on: !one.removed }) } }, t(one.removed ? "students.return" : "students.remove")),
    students.some((other) => other.id < one.id) ? merge : null,
    el("button", { type: "button", class: "quiet delete", on: { click: () => { if (confirm(t("students.sure", { name: one.name }))) act({ do: "delete", student: one.id }); } } }, t("students.delete")),
  ];
}
