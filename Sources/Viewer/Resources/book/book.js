// The book: an index, and lessons screen by screen. The bundle of a book ends with it.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { countStepsFromZero, plain } from "../base/format.js";
import { applyTheme, loadPalette, onSystemTheme, setPrinting } from "../base/palette.js";
import { paintAllFigures } from "../base/figure.js";
import { begin, keepInAddress, move, onMove, place, readAddress } from "../base/place.js";
import { updatePanels } from "../base/panels.js";
import { takeElement } from "../data/source.js";
import { spoken } from "../engine/engine-client.js";
import { engineInPage } from "../engine/live-page.js";
import { contentsView } from "./contents.js";
import { CourseReader } from "./course.js";
import { exerciseNumber, exerciseView } from "./exercise.js";
import { Figures } from "./figure-of.js";
import { keeping } from "./keeping.js";
import { isPresenting, leave, present } from "./presenter.js";
import { onKey } from "./keys-of-book.js";
import { Progress } from "./progress.js";
import { prose } from "./prose.js";
import { showWhole } from "./whole.js";

words({
  "book.contents": ["Contents", "目錄"],
  "book.next": ["Next", "下一頁"],
  "book.back": ["Back", "上一頁"],
  "book.next-lesson": ["Lesson {n}", "第 {n} 課"],
  "book.screen": ["{n} of {all}", "第 {n} 頁，共 {all} 頁"],
  "book.loading": ["The engine is starting …", "引擎啟動中……"],
  "book.running": ["The model is running …", "模型執行中……"],
  "book.no-engine": ["This book carries no engine.", "這本書沒有引擎。"],
  "book.trouble": ["Something went wrong: {why}", "發生錯誤：{why}"],
  "book.lesson": ["Lesson {n}", "第 {n} 課"],
  "book.present": ["Present", "簡報"],
  "book.present-key": ["One screen at a time, in big type (P)", "一次一頁，大字（P）"],
  "book.present-end": ["End", "結束"],
  "book.switches": ["Contents, language and look", "目錄、語言與外觀"],
  "book.pages": ["Pages of this lesson", "這一課的各頁"],
});

/** @typedef {import("./course.js").LessonFacts} LessonFacts */

/** The place of the whole course as one page, beside the lessons from 0 on and −1 for the index. */
const wholeCourse = -2;

/** Where the book shows itself: beside the page's data, parts of which are read late. */
const room = el("div", {});

/** The pages of the course, and which of them is shown. */
class Book {
  /** @param {CourseReader} reader @param {{ course: number, title: import("./course.js").Phrase, version: string, lessons: LessonFacts[], tests: LessonFacts[] }} course */
  constructor(reader, course) {
    this.reader = reader;
    this.course = course;
    /** Lessons, and behind them the forms of the test. */
    this.parts = [...course.lessons, ...course.tests];
    this.progress = keeping.keeper?.progress(course.version) ?? new Progress(course.version);
    /** Which page is being made: an older one that comes late is not shown. */
    this.turn = 0;
    this.lesson = -1;
    this.screen = 0;
    /**
     * The figures of the page that is shown.
     * @type {Figures | null}
     */
    this.figures = null;
    /**
     * The check under way: each attempt follows the one before it.
     * @type {Promise<unknown>}
     */
    this.checking = Promise.resolve();
  }

  /** @param {string} hash */
  readAddress(hash) {
    const query = new URLSearchParams(hash.replace(/^#/, ""));
    if (query.get("lesson") === "all") {
      this.lesson = wholeCourse;
      return;
    }
    this.lesson = this.parts.findIndex((lesson) => lesson.id === query.get("lesson") || String(lesson.number) === query.get("lesson"));
    const screens = this.parts[this.lesson]?.screens ?? [];
    this.screen = Math.max(0, screens.findIndex((screen) => screen.id === query.get("screen")));
  }

  /** @param {number} lesson −1: the index @param {number} screen */
  async go(lesson, screen) {
    [this.lesson, this.screen] = [lesson, screen];
    if (lesson < 0) leave();
    await this.render();
    document.querySelector("h1")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  /**
   * The next screen, or the one before; past the end the next lesson.
   * @param {1 | -1} by
   */
  turnPage(by) {
    const screens = this.parts[this.lesson]?.screens ?? [];
    if (this.screen + by >= 0 && this.screen + by < screens.length) return this.go(this.lesson, this.screen + by);
    const following = this.following();
    if (by > 0 && this.lesson >= 0) return this.go(following ? this.lesson + 1 : -1, 0);
    return by < 0 && this.lesson >= 0 ? this.go(-1, 0) : Promise.resolve();
  }

  /** The lesson after this one; none after the last, and none after a form of the test. */
  following() {
    return this.lesson + 1 < this.course.lessons.length ? this.course.lessons[this.lesson + 1] : undefined;
  }

  /** Whether a part is a form of the test: what was right is not told there. */
  isTest(part = this.lesson) {
    return part >= this.course.lessons.length;
  }

  /** The whole course on one page, and the window that prints it. */
  async printAll() {
    await this.go(wholeCourse, 0);
    if (this.lesson === wholeCourse) print();
  }

  async render() {
    this.turn += 1;
    const { turn } = this;
    document.documentElement.lang = place().lang;
    const lesson = this.parts[this.lesson];
    const screen = lesson?.screens[this.screen];
    keepInAddress(lesson && screen ? `lesson=${lesson.id}&screen=${screen.id}&` : this.lesson === wholeCourse ? "lesson=all&" : "");
    const main = el("main", { id: "top", "aria-busy": "true" }, el("p", { class: "note" }, t("book.running")));
    fill(room, this.head(), keeping.keeper?.bar() ?? null, main);
    try {
      if (this.lesson === wholeCourse) await this.showWhole(main, turn);
      else {
        const matter = lesson && screen ? await this.screenMatter(lesson, screen) : contentsView(this);
        if (turn !== this.turn) return;
        fill(main, matter);
      }
      if (turn !== this.turn) return;
    } catch (error) {
      if (turn === this.turn) fill(main, trouble(error));
    }
    main.removeAttribute("aria-busy");
    document.documentElement.dataset.screen = screen?.id ?? (this.lesson === wholeCourse ? "all" : "index");
    keeping.keeper?.look(lesson && screen ? `${lesson.id}/${screen.id}` : "");
    requestAnimationFrame(() => updatePanels(["step"]));
  }

  /**
   * Goes where a class is.
   * @param {string} place a lesson's name, or a lesson's and a screen's with a stroke between
   */
  follow(place) {
    const [lesson, screen] = place.split("/");
    const found = this.parts.findIndex((one) => one.id === lesson);
    if (found >= 0) this.go(found, Math.max(0, this.parts[found]?.screens.findIndex((one) => one.id === screen) ?? 0));
  }

  /** @param {HTMLElement} main @param {number} turn */
  async showWhole(main, turn) {
    this.figures?.close();
    this.figures = null;
    const { reader, progress, course, parts } = this;
    await showWhole({ reader, progress, course, parts, isShown: () => turn === this.turn, isTest: (part) => this.isTest(part) }, main);
  }

  head() {
    const other = place().lang === "en" ? "zh-TW" : "en";
    return el("header", { class: "page-head" }, el("div", { class: "masthead" },
      el("p", { class: "wordmark" }, "Stepglass ", el("span", { lang: "zh-TW" }, "步鏡")),
      el("nav", { class: "switches", "aria-label": t("book.switches") },
        this.lesson < 0 ? null : el("button", { type: "button", id: "present-button", "aria-pressed": String(isPresenting()), title: t("book.present-key"),
          on: { click: () => this.togglePresenting() } }, t(isPresenting() ? "book.present-end" : "book.present")),
        el("button", { type: "button", id: "contents-button", on: { click: () => this.go(-1, 0) } }, t("book.contents")),
        el("button", { type: "button", id: "language-button", lang: other, on: { click: () => move({ lang: other }) } }, t("header.language")),
        el("button", { type: "button", id: "theme-button", on: { click: () => move({ theme: document.documentElement.dataset.theme === "dark" ? "light" : "dark" }) } }, themeTold()))));
  }

  /** Big type for a class, or back again. What is written in an answer stays. */
  togglePresenting() {
    if (this.lesson < 0) return;
    if (isPresenting()) leave();
    else present();
    const button = document.getElementById("present-button");
    button?.setAttribute("aria-pressed", String(isPresenting()));
    button?.replaceChildren(t(isPresenting() ? "book.present-end" : "book.present"));
    // Figures are drawn to the width they have.
    requestAnimationFrame(() => this.figures?.draw());
  }

  /** @param {LessonFacts} lesson @param {import("./course.js").ScreenFacts} screen */
  async screenMatter(lesson, screen) {
    const matter = await this.reader.screen(lesson.id, screen.id);
    const exercises = await Promise.all(screen.exercises.map((id) => this.reader.exercise(id, this.progress.student)));
    // One figure at a time is open, the screen's or that of an exercise.
    this.figures?.close();
    const figures = new Figures(this.reader.live);
    this.figures = figures;
    const figure = figures.slot(matter);
    const views = exercises.map((exercise, i) => {
      const id = screen.exercises[i] ?? "";
      return exerciseView({ matter: exercise, best: this.progress.best(id), number: exerciseNumber(lesson, id), figure: figures.slot(exercise),
        isTest: this.isTest(), check: (answer) => this.check(id, answer) });
    });
    figures.show(0).catch((error) => { if (figure) fill(figure, trouble(error)); });
    return [
      el("p", { class: "note" }, `${this.isTest() ? "" : `${t("book.lesson", { n: lesson.number })} · `}${t("book.screen", { n: this.screen + 1, all: lesson.screens.length })}`),
      el("h1", { tabindex: -1 }, spoken(lesson.title)),
      el("div", { class: "screen-words" }, prose(spoken(matter.words))), figure, ...views, this.pager(lesson),
    ];
  }

  /**
   * @param {string} exercise @param {string} answer
   * @returns {Promise<import("./course.js").Verdict>}
   */
  check(exercise, answer) {
    const next = this.checking.then(() => this.checkNow(exercise, answer));
    this.checking = next.catch(() => {});
    return next;
  }

  /** @param {string} exercise @param {string} answer */
  async checkNow(exercise, answer) {
    const { progress } = this;
    const verdict = await (keeping.keeper?.answer(exercise, answer) ?? this.reader.check(exercise, progress.student, answer, progress.lastLink));
    this.progress.add({ exercise, variant: verdict.variant, answer, link: verdict.link }, verdict.score);
    return verdict;
  }

  /** @param {LessonFacts} lesson */
  pager(lesson) {
    const after = this.following();
    const following = this.screen + 1 < lesson.screens.length ? t("book.next") : after ? t("book.next-lesson", { n: after.number }) : t("book.contents");
    return el("nav", { class: "pager", "aria-label": t("book.pages") },
      el("button", { type: "button", id: "back", on: { click: () => this.turnPage(-1) } }, `← ${t("book.back")}`),
      el("ol", { class: "dots" }, lesson.screens.map((one, i) => el("li", {}, el("button", { type: "button", "aria-label": t("book.screen", { n: i + 1, all: lesson.screens.length }),
        ...(i === this.screen ? { "aria-current": "page" } : {}), on: { click: () => this.go(this.lesson, i) } })))),
      el("button", { type: "button", class: "primary", id: "next", on: { click: () => this.turnPage(1) } }, `${following} →`));
  }
}

function themeTold() {
  return t("header.theme", { name: t(`theme.${place().theme}`) });
}

/** @param {unknown} error */
function trouble(error) {
  const phrase = /** @type {any} */ (error).phrase;
  const why = phrase ? spoken(phrase) : String(error instanceof Error ? error.message : error);
  return el("p", { class: "problem", role: "alert" }, t("book.trouble", { why: plain(why, 300) }));
}

async function start() {
  loadPalette();
  countStepsFromZero();
  const asked = readAddress(location.hash);
  const language = (navigator.language || "").toLowerCase().startsWith("zh") ? "zh-TW" : "en";
  begin({ lang: asked.lang ?? language, theme: asked.theme ?? "auto" });
  applyTheme(place().theme);
  document.documentElement.lang = place().lang;
  const packed = takeElement("course");
  // What a run's page has its data in is empty here, and panels have the same names.
  for (const id of ["trace", "attention", "stories"]) takeElement(id);
  const engine = engineInPage();
  document.body.append(room);
  fill(room, el("p", { class: "note" }, t(engine ? "book.loading" : "book.no-engine")));
  if (!engine || (keeping.keeper && !(await keeping.keeper.begin()))) return;
  const reader = new CourseReader(engine, packed);
  const book = new Book(reader, await reader.open());
  book.readAddress(location.hash);
  onMove((changed) => {
    if (changed.has("theme")) {
      applyTheme(place().theme);
      document.getElementById("theme-button")?.replaceChildren(themeTold());
    }
    if (changed.has("lang")) book.render();
    if (changed.has("numbers")) book.figures?.draw();
  });
  onSystemTheme(() => { applyTheme(place().theme); updatePanels(["theme"]); });
  addEventListener("keydown", (event) => onKey(event, book));
  addEventListener("hashchange", () => {
    // What moves writes the address anew, of the screen that is still there.
    const asked = location.hash;
    move(readAddress(asked));
    const before = [book.lesson, book.screen].join();
    book.readAddress(asked);
    if (before !== [book.lesson, book.screen].join()) book.render();
  });
  addEventListener("beforeprint", () => { setPrinting(true); applyTheme(place().theme); updatePanels(["theme"]); paintAllFigures(); });
  addEventListener("afterprint", () => { setPrinting(false); applyTheme(place().theme); updatePanels(["theme"]); });
  await book.render();
  keeping.keeper?.onOpen((place) => book.follow(place));
  document.documentElement.dataset.ready = "true";
  performance.mark("stepglass-ready");
}

start().catch((error) => fill(room, trouble(error)));
