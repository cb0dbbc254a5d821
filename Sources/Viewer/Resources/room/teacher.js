// The teacher's page: who is where, what was answered, and what is done for all.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { place } from "../base/place.js";
import { ask, ClassProblem, fetched, listen } from "../class/asking.js";
import { answersOf, answerTable } from "./answers.js";
import { betChart } from "../class/chart.js";
import { studentTable } from "./students.js";

words({
  "teacher.code": ["Code {code}", "教室碼 {code}"],
  "teacher.count": ["students: {n}, here now: {here}", "{n} 位學生，{here} 位在線上"],
  "teacher.board": ["Board", "投影畫面"],
  "teacher.lock": ["Lock the room", "鎖上教室"],
  "teacher.unlock": ["Open the room", "開放教室"],
  "teacher.new-code": ["New code", "換教室碼"],
  "teacher.end": ["End the class", "結束課堂"],
  "teacher.resume": ["Go on", "繼續上課"],
  "teacher.open": ["Take all to", "帶全班到"],
  "teacher.go": ["Go", "前往"],
  "teacher.free": ["Let go", "自由瀏覽"],
  "teacher.page": ["{title}, page {n}", "{title}，第 {n} 頁"],
  "teacher.students": ["Students", "學生"],
  "teacher.exercises": ["Exercises", "練習"],
  "teacher.choose": ["Choose an exercise", "選一個練習"],
  "teacher.tried": ["{id}: {right} of {n} right", "{id}：{n} 人作答，{right} 人答對"],
  "teacher.names": ["with names", "顯示名字"],
  "teacher.reveal": ["Reveal the bets", "公開下注"],
  "teacher.files": ["Grades and backup", "成績與備份"],
  "teacher.backup": ["Backup of the class", "班級備份"],
  "teacher.plain": ["Over plain HTTP, whoever is in the same network can read what is sent, names and codes too. Serve with --tls where that matters.", "一般 HTTP 在同一個網路裡可以被人讀取，包括名字和教室碼。有需要時請用 --tls 開啟。"],
  "teacher.stranger": ["This page is the teacher's. Its address stands on the terminal.", "這是老師的頁面。網址在終端機上。"],
});

/** @typedef {{ en: string, "zh-TW": string }} Phrase */
/** @typedef {{ id: number, name: string, removed: boolean, place: string | null, answers: number, right: number, points: number }} StudentRow */
/** @typedef {{ class: string, room: string, locked: boolean, ended: boolean, opened: string, revealed: string[], students: StudentRow[], exercises: { id: string, answered: number, right: number }[] }} View */
/** @typedef {{ id: string, number: number, title: Phrase, screens: { id: string, exercises: { id: string, kind: string }[] }[] }} LessonRow */

class Teacher {
  /** @param {HTMLElement} main */
  constructor(main) {
    this.main = main;
    /** @type {View | null} */
    this.view = null;
    /** @type {LessonRow[]} */
    this.lessons = [];
    this.exercise = "";
    this.isNamed = false;
    /** @type {import("../class/chart.js").Bets | null} */
    this.bets = null;
    /** @type {import("./answers.js").Given[]} */
    this.answers = [];
    /** @type {unknown} */
    this.problem = null;
    this.place = "";
    this.renew();
    // A list that is open would close under the hand; what is new is shown once it is left.
    const isChoosing = () => document.activeElement instanceof HTMLSelectElement;
    listen(() => { if (!isChoosing()) this.renew(); });
    main.addEventListener("focusout", (event) => { if (event.target instanceof HTMLSelectElement) setTimeout(() => { if (!isChoosing()) this.renew(); }, 0); });
  }

  async renew() {
    try {
      if (this.lessons.length === 0) this.lessons = (await fetched("/class/course")).lessons;
      this.view = /** @type {View} */ (await ask({ do: "view" }));
      if (this.exercise !== "") {
        this.bets = this.isBet() ? await ask({ do: "bets", exercise: this.exercise }) : null;
        // Who bet what is as hidden as how many did.
        this.answers = this.bets && !this.bets.revealed ? [] : await answersOf(this.exercise, this.isNamed);
      }
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
    this.paint();
  }

  isBet() {
    return this.lessons.some((lesson) => lesson.screens.some((screen) => screen.exercises.some((one) => one.id === this.exercise && one.kind === "predict")));
  }

  /** @param {Record<string, any>} command */
  async act(command) {
    try {
      await ask(command);
    } catch (error) {
      this.problem = error;
      return this.paint();
    }
    await this.renew();
  }

  /** @param {string} key @param {string} id @param {Record<string, any>} command */
  button(key, id, command) {
    return el("button", { type: "button", id, on: { click: () => this.act(command) } }, t(key));
  }

  paint() {
    const { view, problem } = this;
    if (!view) {
      if (problem) fill(this.main, el("p", { class: "problem-line", role: "alert" }, t("teacher.stranger")));
      return;
    }
    const open = view.students.filter((one) => !one.removed);
    fill(this.main, el("h1", { tabindex: -1 }, view.class),
      problem ? el("p", { class: "problem-line", role: "alert" }, problem instanceof ClassProblem ? problem.phrase[place().lang] : String(problem)) : null,
      el("p", { id: "state" }, el("strong", { dir: "ltr" }, t("teacher.code", { code: view.room })), " · ", t("teacher.count", { n: open.length, here: open.filter((one) => one.place !== null).length })),
      el("div", { class: "room-tools" }, el("a", { href: "/board", target: "_blank", rel: "noopener", class: "button", id: "board" }, t("teacher.board")),
        this.button(view.locked ? "teacher.unlock" : "teacher.lock", "lock", { do: "lock", on: !view.locked }), this.button("teacher.new-code", "new-code", { do: "new-code" }),
        this.button(view.ended ? "teacher.resume" : "teacher.end", "end", { do: "end", on: !view.ended })),
      this.opening(view), el("h2", {}, t("teacher.students")),
      studentTable(view.students, (at) => this.placeName(at), (command) => this.act(command)),
      el("h2", {}, t("teacher.exercises")), this.exercises(view),
      el("h2", {}, t("teacher.files")),
      el("p", { class: "room-tools" }, ["grades.csv", "canvas.csv", "results.json", "report.html"].map((name) => el("a", { href: `/class/grades/${name}`, download: name, class: "button" }, name)),
        el("a", { href: "/class/backup", download: `${view.class}.class`, class: "button" }, t("teacher.backup"))),
      location.protocol === "http:" && location.hostname !== "127.0.0.1" && location.hostname !== "localhost" ? el("p", { class: "note" }, t("teacher.plain")) : null);
  }

  /** @param {string} at */
  placeName(at) {
    const [lesson, screen] = at.split("/");
    const found = this.lessons.find((one) => one.id === lesson);
    return found ? t("teacher.page", { title: found.title[place().lang], n: found.screens.findIndex((one) => one.id === screen) + 1 }) : "";
  }

  /** @param {View} view */
  opening(view) {
    const select = el("select", { id: "place", "aria-label": t("teacher.open"), on: { change: () => { this.place = select.value; select.blur(); } } },
      this.lessons.map((lesson) => el("optgroup", { label: lesson.title[place().lang] }, lesson.screens.map((screen) => {
        const at = `${lesson.id}/${screen.id}`;
        return el("option", { value: at, selected: at === (this.place || view.opened) }, this.placeName(at));
      }))));
    return el("div", { class: "room-tools" }, el("span", {}, t("teacher.open")), select,
      el("button", { type: "button", class: "primary", id: "go", on: { click: () => this.act({ do: "open", place: select.value }) } }, t("teacher.go")),
      this.button("teacher.free", "free", { do: "open", place: "" }));
  }

  /** @param {View} view */
  exercises(view) {
    const tried = new Map(view.exercises.map((one) => [one.id, one]));
    const [lesson, screen] = view.opened.split("/");
    const opened = this.lessons.find((one) => one.id === lesson)?.screens.find((one) => one.id === screen)?.exercises ?? [];
    const ids = [...new Set([...opened.map((one) => one.id), ...tried.keys(), ...(this.exercise ? [this.exercise] : [])])];
    const select = el("select", { id: "exercise", "aria-label": t("teacher.choose"), on: { change: () => { this.exercise = select.value; select.blur(); this.renew(); } } },
      el("option", { value: "" }, t("teacher.choose")),
      ids.map((id) => el("option", { value: id, selected: id === this.exercise }, t("teacher.tried", { id, right: tried.get(id)?.right ?? 0, n: tried.get(id)?.answered ?? 0 }))));
    const names = el("input", { type: "checkbox", id: "named", checked: this.isNamed, on: { change: () => { this.isNamed = names.checked; this.renew(); } } });
    return el("div", { class: "exercise-view" },
      el("div", { class: "room-tools" }, select, el("label", {}, names, " ", t("teacher.names")),
        this.bets && !this.bets.revealed ? this.button("teacher.reveal", "reveal", { do: "reveal", exercise: this.exercise }) : null),
      this.bets ? betChart(this.bets) : null, this.exercise !== "" && this.answers.length > 0 ? answerTable(this.answers, this.isNamed) : null);
  }
}

/** @param {HTMLElement} main */
export function teacherView(main) {
  return new Teacher(main);
}
