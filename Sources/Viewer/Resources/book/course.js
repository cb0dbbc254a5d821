// The course as the engine in the page tells it: screens, exercises, verdicts.

import { base64Bytes, inflate } from "../data/decode.js";

/** @typedef {import("../engine/live-run.js").LiveRun} LiveRun */
/** @typedef {{ en: string, "zh-TW": string }} Phrase */
/** @typedef {{ id: string, kind: string, points: number }} ExerciseFacts */
/** @typedef {{ id: string, exercises: string[] }} ScreenFacts */
/** @typedef {{ id: string, number: number, title: Phrase, minutes: number, screens: ScreenFacts[], exercises: ExerciseFacts[] }} LessonFacts */
/** @typedef {{ words: Phrase, figure: string, step: number, trace: string | null }} ScreenMatter */
/**
 * An exercise in one language, as the command prints it.
 * @typedef {{ id: string, kind: string, points: number, text: string, variant: string, step: number,
 *   given: { model: string, prompt: string, logits?: number[], labels?: string[], settings: Record<string, string> },
 *   answer: { type: string, unit?: string, tolerance?: number, form: string, choices: { key: string, text: string }[], options?: string[] } }} Given
 */
/** @typedef {{ given: Record<"en" | "zh-TW", Given>, hints: Phrase[], tokens: string[], figure: string, isHidden: boolean, step: number, trace: string | null }} ExerciseMatter */
/** @typedef {{ right: boolean, score: number, misconception: string | null, feedback: Phrase, hint: Phrase | null, variant: string, link: string }} Verdict */

/** Largest course that is unpacked, in bytes. */
const courseLimit = 1 << 25;

/** What the engine is asked of the course; every method throws what EngineClient.ask throws. */
export class CourseReader {
  /** @param {LiveRun} live @param {string} packed the course: zlib in base64 */
  constructor(live, packed) {
    this.live = live;
    this.packed = packed;
    /** @type {Promise<{ course: number, title: Phrase, version: string, lessons: LessonFacts[], tests: LessonFacts[] }> | null} */
    this.opened = null;
    live.client.onStop.push(() => { this.opened = null; });
  }

  open() {
    this.opened ??= this.read().catch((error) => { this.opened = null; throw error; });
    return this.opened;
  }

  async read() {
    const model = await this.live.openModel();
    const bytes = await inflate(base64Bytes(this.packed), courseLimit);
    return (await this.live.client.ask({ request: "course", model }, [bytes])).result;
  }

  /**
   * @param {Record<string, any>} request
   * @returns {Promise<any>} the result, with the trace.json beside it as `trace`
   */
  async ask(request) {
    const { course } = await this.open();
    const { result, attachments } = await this.live.client.ask({ ...request, course });
    const bytes = typeof result.attachment === "number" ? attachments[result.attachment] : undefined;
    return { ...result, trace: bytes ? new TextDecoder().decode(bytes) : null };
  }

  /** @param {string} lesson @param {string} screen @returns {Promise<ScreenMatter>} */
  screen(lesson, screen) {
    return this.ask({ request: "screen", lesson, screen });
  }

  /** @param {string} exercise @param {string} student @returns {Promise<ExerciseMatter>} */
  exercise(exercise, student) {
    return this.ask({ request: "exercise", exercise, student });
  }

  /** @param {string} exercise @param {string} student @param {string} answer @param {string} previous @returns {Promise<Verdict>} */
  check(exercise, student, answer, previous) {
    return this.ask({ request: "check", exercise, student, answer, previous });
  }
}
