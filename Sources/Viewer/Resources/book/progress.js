// What the reader has done: kept in the browser where it lets a page from disk keep something, and handed in as a file.

/** @typedef {{ exercise: string, variant: string, answer: string, link: string }} Attempt */
/** @typedef {{ student: string, attempts: Attempt[], done: Record<string, number> }} Kept */

/** More attempts than a submission may hold are not kept. */
const limitAttempts = 2000;

/**
 * What stands in a saved file; null for any other file.
 * @param {string} text @returns {{ student: string, attempts: Attempt[] } | null}
 */
export function savedAttempts(text) {
  const found = parsed(text);
  return found?.format === "stepglass-submission" && isWhole(found) ? found : null;
}

/**
 * A text as JSON; null where it is none.
 * @param {string} text @returns {any}
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Whether a name and attempts are what they should be: any page from disk writes into what this one keeps.
 * @param {any} found
 */
function isWhole(found) {
  const isAttempt = (/** @type {any} */ one) => [one?.exercise, one?.variant, one?.answer, one?.link].every((member) => typeof member === "string");
  const { student, attempts } = found ?? {};
  return typeof student === "string" && Array.isArray(attempts) && attempts.length <= limitAttempts && attempts.every(isAttempt);
}

export class Progress {
  /** @param {string} version the course's */
  constructor(version) {
    this.version = version;
    this.key = `stepglass-book-${version}`;
    /** Whether the browser keeps anything beyond this visit. */
    this.isKept = true;
    /** @type {Kept} */
    this.kept = { student: "", attempts: [], done: {} };
    try {
      const found = parsed(localStorage.getItem(this.key) ?? "");
      const shares = found?.done;
      const isShares = shares && typeof shares === "object" && !Array.isArray(shares) && Object.values(shares).every(Number.isFinite);
      if (isWhole(found) && isShares) this.kept = found;
      localStorage.setItem(this.key, JSON.stringify(this.kept));
    } catch {
      this.isKept = false;
    }
  }

  get student() {
    return this.kept.student;
  }

  /** The link that the next attempt follows. */
  get lastLink() {
    return this.kept.attempts.at(-1)?.link ?? "";
  }

  /** @param {string} name */
  setStudent(name) {
    this.kept.student = name;
    this.write();
  }

  /** @param {string} exercise @returns {number | null} the best share of its points so far; null: not tried */
  best(exercise) {
    return Object.hasOwn(this.kept.done, exercise) ? this.kept.done[exercise] ?? null : null;
  }

  /** @param {Attempt} attempt @param {number} score */
  add(attempt, score) {
    if (this.kept.attempts.length >= limitAttempts) return;
    this.kept.attempts.push(attempt);
    this.kept.done[attempt.exercise] = Math.max(score, this.best(attempt.exercise) ?? 0);
    this.write();
  }

  write() {
    if (!this.isKept) return;
    try {
      localStorage.setItem(this.key, JSON.stringify(this.kept));
    } catch {
      this.isKept = false;
    }
  }

  forget() {
    this.begin(this.kept.student);
  }

  /** @param {string} student */
  begin(student) {
    this.kept = { student, attempts: [], done: {} };
    this.write();
  }

  /**
   * The file to hand in.
   * @param {"en" | "zh-TW"} language in which what is told about it is to be
   */
  submission(language) {
    const { student, attempts } = this.kept;
    return `${JSON.stringify({ format: "stepglass-submission", version: 1, course: this.version, student, language, attempts }, null, 1)}\n`;
  }
}
