// The first page of the book: its lessons, and what the reader did, to be saved, taken up again or handed in.

import { el, fill, save } from "../base/dom.js";
import { place } from "../base/place.js";
import { t, words } from "../base/strings.js";
import { spoken } from "../engine/engine-client.js";
import { savedAttempts } from "./progress.js";

words({
  "book.minutes": ["{n} minutes", "{n} 分鐘"],
  "book.done": ["{done} of {all} exercises", "{all} 個練習完成 {done} 個"],
  "book.tried": [", {n} not right yet", "，{n} 個還沒答對"],
  "book.name": ["Your name or number, for your own variant of each exercise", "你的姓名或學號，每個練習會有你自己的題目"],
  "book.export": ["Save what I did, to hand in", "儲存作答紀錄，供繳交"],
  "book.open": ["Go on from a saved file", "從儲存的檔案繼續"],
  "book.not-saved": ["That file holds no saved answers.", "這個檔案不是儲存的作答紀錄。"],
  "book.replaces": ["It takes the place of the {n} answers here: save those first, or choose the file once more.", "它會取代這裡的 {n} 次作答：請先儲存，或再選一次同一個檔案。"],
  "book.opened": ["{n} answers were checked again; {kept} are kept.", "重新檢查了 {n} 次作答，保留 {kept} 次。"],
  "book.forget": ["Begin anew", "重新開始"],
  "book.sure": ["All answers of this browser go. Press again to begin anew.", "這個瀏覽器的作答全部會清除。再按一次就重新開始。"],
  "book.not-kept": ["This browser keeps nothing for a file from disk: save what you did before you close it.", "這個瀏覽器不替本機檔案保存資料：關閉前請先儲存作答紀錄。"],
  "book.print": ["Print the whole course", "列印整個課程"],
  "book.tests": ["Before and after the course", "課程前後的測驗"],
  "book.renamed": ["The {n} answers so far are of another name's variants: in a file of this name they are not scored. Save them first, and begin anew.", "先前的 {n} 次作答是另一個名字的版本，放在這個名字的檔案裡不計分。請先儲存，再重新開始。"],
});

/** @typedef {import("./course.js").LessonFacts} LessonFacts */
/**
 * What the page needs of the book.
 * @typedef {{ course: { title: import("./course.js").Phrase, lessons: LessonFacts[], tests: LessonFacts[] },
 *   progress: import("./progress.js").Progress, go: (lesson: number, screen: number) => Promise<void>,
 *   render: () => Promise<void>, printAll: () => Promise<void>, check: (exercise: string, answer: string) => Promise<unknown> }} Book
 */

/** The saved file that may take the place of what is here. */
let sureOf = "";

/** @param {Book} book */
export function contentsView(book) {
  const { lessons, tests, title } = book.course;
  return [
    el("h1", { tabindex: -1 }, spoken(title)),
    list(book, lessons, 0, (lesson) => String(lesson.number)),
    tests.length > 0 ? el("h2", {}, t("book.tests")) : null,
    tests.length > 0 ? list(book, tests, lessons.length, (_, i) => "AB"[i] ?? "") : null,
    handIn(book),
  ];
}

/**
 * How far a lesson is done. A bet is done once it is placed, and of a test nobody is told what was right.
 * @param {Book} book @param {LessonFacts} lesson @param {boolean} isTest
 */
function doneTold(book, lesson, isTest) {
  const tried = lesson.exercises.filter((one) => book.progress.best(one.id) !== null);
  const done = tried.filter((one) => isTest || one.kind === "predict" || (book.progress.best(one.id) ?? 0) > 0);
  const open = tried.length - done.length;
  return t("book.done", { done: done.length, all: lesson.exercises.length }) + (open > 0 ? t("book.tried", { n: open }) : "");
}

/** @param {Book} book @param {LessonFacts[]} parts @param {number} from @param {(lesson: LessonFacts, i: number) => string} sign */
function list(book, parts, from, sign) {
  return el("ol", { class: "lessons" }, parts.map((lesson, i) => el("li", {}, el("button", { type: "button", on: { click: () => book.go(from + i, 0) } },
    el("span", { class: "lesson-number" }, sign(lesson, i)), el("span", { class: "lesson-title" }, spoken(lesson.title)),
    el("span", { class: "note" }, `${t("book.minutes", { n: lesson.minutes })} · ${doneTold(book, lesson, from > 0)}`)))));
}

/** @param {Book} book */
function handIn(book) {
  const { progress } = book;
  const status = el("p", { class: "note", role: "status" }, progress.isKept ? null : t("book.not-kept"));
  const name = el("input", { type: "text", id: "student", maxlength: 60, autocomplete: "off", value: progress.student, on: { change: () => {
    const [before, now] = [progress.student, name.value.trim()];
    progress.setStudent(now);
    const n = progress.kept.attempts.length;
    if (now !== before && n > 0) fill(status, t("book.renamed", { n }));
  } } });
  let isSure = false;
  const forget = el("button", { type: "button", class: "quiet", on: { click: () => {
    if (!isSure) {
      isSure = true;
      return fill(status, t("book.sure"));
    }
    progress.forget();
    book.go(-1, 0);
  } } }, t("book.forget"));
  const saved = el("input", { type: "file", accept: ".json", id: "saved", on: { change: () => {
    const file = saved.files?.[0];
    if (file) openSaved(book, file, status);
    // The same file may be chosen once more.
    saved.value = "";
  } } });
  return el("div", { class: "hand-in" }, el("label", { for: "student" }, t("book.name")), name,
    el("button", { type: "button", class: "primary", id: "export", on: { click: () => hand(progress) } }, t("book.export")),
    el("label", {}, t("book.open"), " ", saved), forget,
    el("button", { type: "button", class: "quiet", id: "print", on: { click: () => book.printAll() } }, t("book.print")), status);
}

/** @param {import("./progress.js").Progress} progress */
function hand(progress) {
  const name = progress.student.replace(/[^\p{L}\p{N}]+/gu, "-") || "answers";
  save(`stepglass-${name}.json`, new Blob([progress.submission(place().lang)], { type: "application/json" }));
}

/**
 * Takes up what a file says was answered: the engine checks each answer again.
 * @param {Book} book @param {File} file @param {HTMLElement} status
 */
async function openSaved(book, file, status) {
  const { progress } = book;
  const saved = savedAttempts(await file.text());
  if (!saved) return fill(status, t("book.not-saved"));
  const here = progress.kept.attempts.length;
  if (here > 0 && sureOf !== file.name) {
    sureOf = file.name;
    return fill(status, t("book.replaces", { n: here }));
  }
  progress.begin(saved.student.slice(0, 60));
  fill(status, t("exercise.checking"));
  // An exercise that this course does not have, or what is no answer of its kind, is left out.
  for (const { exercise, answer } of saved.attempts) await book.check(exercise, answer).catch(() => {});
  await book.render();
  const told = document.querySelector(".hand-in [role=status]");
  if (told) fill(told, t("book.opened", { n: saved.attempts.length, kept: progress.kept.attempts.length }));
}
