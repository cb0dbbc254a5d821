// The whole course on one page, to be printed: every screen's words and figure, and every exercise with room for an answer.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { paintAllFigures } from "../base/figure.js";
import { applyTheme, setPrinting } from "../base/palette.js";
import { place } from "../base/place.js";
import { plain } from "../base/format.js";
import { spoken } from "../engine/engine-client.js";
import { answerForm } from "./answer-forms.js";
import { exerciseNumber, exercisePoints, givenFacts } from "./exercise.js";
import { Figures } from "./figure-of.js";
import { prose } from "./prose.js";

words({
  "whole.making": ["Screen {n} of {all} …", "第 {n} 頁，共 {all} 頁……"],
  "whole.answer": ["Your answer:", "你的答案："],
});

/** @typedef {import("./course.js").LessonFacts} LessonFacts */
/** @typedef {import("./course.js").ScreenFacts} ScreenFacts */
/** @typedef {import("./course.js").ExerciseMatter} ExerciseMatter */
/**
 * What the page needs of the book.
 * @typedef {{ reader: import("./course.js").CourseReader, progress: { student: string },
 *   course: { title: import("./course.js").Phrase }, parts: LessonFacts[], isShown: () => boolean, isTest: (part: number) => boolean }} Book
 */

/**
 * Fills a page with the whole course, screen by screen: a figure is made where it is seen, and stays as its picture.
 * @param {Book} book @param {HTMLElement} main
 */
export async function showWhole(book, main) {
  const told = el("p", { class: "note", role: "status" });
  fill(main, el("h1", { tabindex: -1 }, spoken(book.course.title)), told);
  const all = book.parts.reduce((sum, part) => sum + part.screens.length, 0);
  let n = 0;
  for (const [i, part] of book.parts.entries()) {
    const title = book.isTest(i) ? spoken(part.title) : `${part.number} ${spoken(part.title)}`;
    const section = el("section", { class: "whole-lesson" }, el("h2", {}, title));
    main.append(section);
    for (const screen of part.screens) {
      n += 1;
      fill(told, t("whole.making", { n, all }));
      await addScreen(book, part, screen, section);
      if (!book.isShown()) return;
    }
  }
  fill(told);
}

/** @param {Book} book @param {LessonFacts} part @param {ScreenFacts} screen @param {HTMLElement} section */
async function addScreen(book, part, screen, section) {
  const matter = await book.reader.screen(part.id, screen.id);
  section.append(el("div", { class: "screen-words" }, prose(spoken(matter.words))));
  await addFigure(book, matter, section);
  for (const id of screen.exercises) {
    const exercise = await book.reader.exercise(id, book.progress.student);
    const shown = onPaper(exercise, exerciseNumber(part, id));
    section.append(shown);
    // Its list alone: what can be turned to nothing has no place on paper.
    if (exercise.trace !== null && listed.includes(exercise.figure)) await addFigure(book, exercise, shown, true);
  }
}

/** The figures that have a list. */
const listed = ["staircase", "undrawn", "draw", "steps"];

/** @param {ExerciseMatter} matter @param {number} number */
function onPaper(matter, number) {
  const given = matter.given[place().lang];
  const { choices } = given.answer;
  const room = choices.length > 0 ? el("ul", { class: "answer-paper" }, choices.map((one) => el("li", {}, `☐ ${one.text}`)))
    : given.answer.type === "cells" ? answerForm(given, matter.tokens.map((token) => plain(token, 20))).element
    : el("p", { class: "answer-room" }, t("whole.answer"));
  return el("div", { class: "exercise" }, el("div", { class: "exercise-head" }, el("h3", {}, t("exercise.title", { n: number })), exercisePoints(given)),
    prose(given.text), givenFacts(given), room);
}

/**
 * Makes a figure, and leaves its picture: the next one has another run and another step.
 * @param {Book} book @param {import("./course.js").ScreenMatter | ExerciseMatter} matter @param {HTMLElement} section
 * @param {boolean} [isList] whether its list alone is wanted, above the room for the answer
 */
async function addFigure(book, matter, section, isList = false) {
  const figures = new Figures(book.reader.live, isList);
  const room = figures.slot(matter);
  if (!room) return;
  if (isList) section.lastElementChild?.before(room);
  else section.append(room);
  // Paper is white, whatever the theme of the window is.
  setPrinting(true);
  applyTheme(place().theme);
  try {
    await figures.show(0);
    await untilDrawn(room);
    paintAllFigures();
    room.replaceWith(pictureOf(room));
  } finally {
    setPrinting(false);
    applyTheme(place().theme);
  }
  figures.close();
}

/**
 * Waits for what a figure asks of the engine after it has been made.
 * @param {HTMLElement} room
 */
async function untilDrawn(room) {
  for (let frames = 0; frames < 240; frames += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    if (frames >= 2 && room.querySelector("[aria-busy=true]") === null) return;
  }
}

/**
 * A part of the page as it looks now: nothing in it moves or can be pressed.
 * @param {HTMLElement} room
 */
function pictureOf(room) {
  const copy = /** @type {HTMLElement} */ (room.cloneNode(true));
  const drawn = [...room.querySelectorAll("canvas")];
  copy.querySelectorAll("canvas").forEach((canvas, i) => {
    const original = drawn[i];
    if (!original || original.width === 0) return canvas.remove();
    const picture = el("img", { class: "picture", src: original.toDataURL(), alt: original.getAttribute("aria-label") ?? "" });
    picture.style.width = `${original.clientWidth}px`;
    canvas.replaceWith(picture);
  });
  for (const one of copy.querySelectorAll(".tools, .pickers, .choices, .whatif, nav, .merge-controls, .twin, .readout, .panel .note, [role=status]")) one.remove();
  for (const one of copy.querySelectorAll("[id]")) one.removeAttribute("id");
  for (const one of copy.querySelectorAll("[aria-labelledby], [tabindex]")) {
    one.removeAttribute("aria-labelledby");
    one.removeAttribute("tabindex");
  }
  for (const one of copy.querySelectorAll("section")) one.replaceWith(el("div", { class: one.className }, ...one.childNodes));
  for (const one of copy.querySelectorAll(".term")) one.replaceWith(...one.childNodes);
  copy.inert = true;
  return copy;
}
