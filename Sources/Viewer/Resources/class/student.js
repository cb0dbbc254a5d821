// A student's book in a class: answers go to the server and count once it has acknowledged them; where the teacher is, the
// book goes.

import { el, fill } from "../base/dom.js";
import { ask, ClassProblem, listen, Unreached } from "./asking.js";
import { showBets } from "./bets.js";
import { t, words } from "../base/strings.js";
import { keeping } from "../book/keeping.js";
import { Progress } from "../book/progress.js";

words({
  "student.you": ["{name} in {room}", "{room}的 {name}"],
  "student.here": ["connected", "已連線"],
  "student.away": ["not connected; answers are kept here and sent later", "未連線；答案先留在這裡，稍後送出"],
  "student.ended": ["The class is over. Your answers are kept.", "這堂課已結束，你的答案都已存下。"],
  "student.live": ["runs on the class’s engine", "用全班的引擎執行"],
  "student.kept": ["answers on the way: {n}", "{n} 份答案傳送中"],
});

/** @typedef {{ student: number, name: string, class: string, opened: string, ended: boolean, best: Record<string, number>, revealed: string[] }} Standing */
/** @typedef {{ client: string, exercise: string, answer: string }} Given */

/** How long to wait before an answer is sent again, in milliseconds; then twice as long, up to the last. */
const pauses = [500, 1000, 2000, 4000, 8000];

/** A name for an answer that no other has, by which it is known when it is sent twice. */
function newClient() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Answers that are not acknowledged yet, over a reload of the page. */
class Unsent {
  /** @param {number} student */
  constructor(student) {
    this.key = `stepglass-unsent-${student}`;
    /** @type {Given[]} */
    this.all = [];
    try {
      const found = JSON.parse(localStorage.getItem(this.key) ?? "[]");
      if (Array.isArray(found)) this.all = found.filter((one) => typeof one?.client === "string" && typeof one.exercise === "string" && typeof one.answer === "string");
    } catch {
      // Nothing is kept over a reload then.
    }
  }

  write() {
    try {
      if (this.all.length === 0) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, JSON.stringify(this.all));
    } catch {
      // As above.
    }
  }

  /** @param {Given} given */
  add(given) {
    this.all.push(given);
    this.write();
  }

  /** @param {Given} given */
  remove(given) {
    this.all = this.all.filter((one) => one.client !== given.client);
    this.write();
  }
}

/** What a student's progress is in a class: the server's, and nothing of it is kept in the browser. */
class ClassProgress extends Progress {
  /** @param {string} version @param {Standing} standing */
  constructor(version, standing) {
    super(version);
    this.isKept = false;
    this.kept = { student: standing.name, attempts: [], done: { ...standing.best } };
  }
}

class ClassKeeper {
  constructor() {
    /** @type {Standing | null} */
    this.standing = null;
    this.unsent = new Unsent(0);
    this.isThere = true;
    this.at = "";
    this.element = el("p", { class: "class-bar", role: "status" });
    /** Whether the class has an engine that computes for all. */
    this.hasEngine = false;
    /** @type {((place: string) => void) | null} */
    this.go = null;
  }

  /** @returns {Promise<boolean>} whether there is a student behind the page; where not, it turns to joining */
  async begin() {
    const standing = await this.stand();
    if (!standing) return false;
    this.unsent = new Unsent(standing.student);
    for (const given of [...this.unsent.all]) this.send(given).catch(() => {});
    fetch("/class/engine").then((answer) => answer.json()).then(({ isThere }) => { this.hasEngine = isThere === true; this.tell(); }).catch(() => {});
    listen(() => this.renew(), (isThere) => {
      this.isThere = isThere;
      this.tell();
      // The server does not know where anybody is when it has begun anew.
      if (isThere) ask({ do: "look", place: this.at }).catch(() => {});
    });
    addEventListener("pagehide", () => {
      fetch("/class/do", { method: "POST", keepalive: true, headers: { "Content-Type": "application/json" }, body: '{"do":"leave"}' }).catch(() => {});
    });
    return true;
  }

  /** @returns {Promise<Standing | null>} */
  async stand() {
    for (let n = 0; ; n += 1) {
      try {
        this.standing = await ask({ do: "standing" });
        return this.standing;
      } catch (error) {
        if (!(error instanceof Unreached)) {
          location.assign("/join");
          return null;
        }
        await new Promise((resolve) => setTimeout(resolve, pauses[Math.min(n, pauses.length - 1)]));
      }
    }
  }

  async renew() {
    const before = this.standing;
    const now = await this.stand();
    if (!now || !before) return;
    // Merged into an earlier student: other variants, other answers.
    if (now.student !== before.student || now.name !== before.name) return location.reload();
    this.tell();
    this.showBets();
    if (now.opened !== before.opened && now.opened !== "") this.go?.(now.opened);
  }

  /** What the class bet, where the teacher has revealed it; what cannot be asked now is asked at the next news. */
  showBets() {
    showBets(this.standing?.revealed ?? []).catch(() => {});
  }

  /** @param {string} version */
  progress(version) {
    if (!this.standing) throw new Error("nobody is in the class yet");
    return new ClassProgress(version, this.standing);
  }

  /** @param {(place: string) => void} go */
  onOpen(go) {
    this.go = go;
    if (this.standing && this.standing.opened !== "" && location.hash === "") go(this.standing.opened);
  }

  /** @param {string} place */
  look(place) {
    // The page has been made anew, be it of the same place in the other language.
    this.showBets();
    if (place === this.at) return;
    this.at = place;
    ask({ do: "look", place }).catch(() => {});
  }

  /** @param {string} exercise @param {string} answer */
  async answer(exercise, answer) {
    const given = { client: newClient(), exercise, answer };
    this.unsent.add(given);
    return this.send(given);
  }

  /**
   * Sends an answer until it is acknowledged or refused.
   * @param {Given} given @returns {Promise<any>}
   */
  async send(given) {
    for (let n = 0; ; n += 1) {
      this.tell();
      try {
        const told = await ask({ do: "answer", ...given });
        this.unsent.remove(given);
        this.tell();
        this.showBets();
        return { link: "", right: false, score: 0, ...told };
      } catch (error) {
        const isLater = error instanceof Unreached || (error instanceof ClassProblem && (error.kind === "too-fast" || error.kind === "full"));
        if (!isLater) {
          this.unsent.remove(given);
          this.tell();
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, pauses[Math.min(n, pauses.length - 1)]));
      }
    }
  }

  tell() {
    if (!this.standing) return;
    const waiting = this.unsent.all.length;
    const state = this.standing.ended ? t("student.ended") : !this.isThere ? t("student.away") : waiting > 0 ? t("student.kept", { n: waiting }) : t("student.here");
    this.element.dataset.state = this.standing.ended ? "ended" : this.isThere ? "here" : "away";
    fill(this.element, el("strong", {}, t("student.you", { name: this.standing.name, room: this.standing.class })), " · ", state,
      this.hasEngine && !this.standing.ended ? [" · ", el("a", { href: "/live", target: "_blank", rel: "noopener" }, t("student.live"))] : null);
  }

  bar() {
    this.tell();
    return this.element;
  }
}

keeping.keeper = new ClassKeeper();
