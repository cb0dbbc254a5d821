// Coming into a class: by the code on the board and a name, or back again by one's own code.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { place } from "../base/place.js";
import { ask, ClassProblem } from "../class/asking.js";

words({
  "join.title": ["Join the class", "加入班級"],
  "join.code": ["Code on the board", "投影畫面上的教室碼"],
  "join.name": ["Your name, as your class knows you", "你的名字（同學認得的）"],
  "join.go": ["Join", "加入"],
  "join.again": ["I was here before", "我之前來過"],
  "join.resume": ["Your own code", "你自己的續課碼"],
  "join.back": ["Come back", "回到班級"],
  "join.welcome": ["Welcome, {name}", "歡迎，{name}"],
  "join.keep": ["Write this code down. It brings you back on another device; it is shown only now.", "請抄下這個續課碼。換裝置時用它回來；只在這裡顯示一次。"],
  "join.begin": ["Begin", "開始"],
  "join.kept": ["The class keeps this name and your answers, on the teacher's computer alone.", "班級只在老師的電腦上存你的名字和答案，沒有別的。"],
});

/**
 * What was refused, in words.
 * @param {unknown} error
 */
function told(error) {
  const phrase = error instanceof ClassProblem ? error.phrase[place().lang] : String(error instanceof Error ? error.message : error);
  return el("p", { class: "problem-line", role: "alert" }, phrase);
}

class JoinView {
  /** @param {HTMLElement} main */
  constructor(main) {
    this.main = main;
    /** @type {{ name: string, resume: string | null } | null} */
    this.joined = null;
    /** @type {unknown} */
    this.problem = null;
    const code = location.pathname.match(/^\/join\/([A-Za-z0-9-]{1,20})$/)?.[1] ?? "";
    // Fields are made once: what is typed stays when the language changes.
    this.code = el("input", { type: "text", id: "code", value: code, maxlength: 20, autocomplete: "off", autocapitalize: "characters", spellcheck: "false", required: true });
    this.name = el("input", { type: "text", id: "name", maxlength: 80, autocomplete: "off", required: true });
    this.resume = el("input", { type: "text", id: "resume", maxlength: 20, autocomplete: "off", autocapitalize: "characters", spellcheck: "false", required: true });
    // Whoever is in already goes on.
    ask({ do: "standing" }).then(() => location.replace("/"), (/** @type {unknown} */ error) => {
      if (error instanceof ClassProblem && error.kind === "removed") {
        this.problem = error;
        this.paint();
      }
    });
  }

  /** @param {Record<string, string>} command */
  async send(command) {
    try {
      this.joined = await ask(command);
      this.problem = null;
      if (!this.joined?.resume) return location.replace("/");
    } catch (error) {
      this.problem = error;
    }
    this.paint();
    this.main.querySelector("h1")?.focus({ preventScroll: true });
  }

  paint() {
    const { joined } = this;
    if (joined?.resume) {
      return fill(this.main, el("h1", { tabindex: -1 }, t("join.welcome", { name: joined.name })),
        el("div", { class: "code", id: "own-code", dir: "ltr" }, joined.resume), el("p", { class: "lead-line" }, t("join.keep")),
        el("button", { type: "button", class: "primary", id: "begin", on: { click: () => location.assign("/") } }, t("join.begin")));
    }
    fill(this.main, el("h1", { tabindex: -1 }, t("join.title")), this.problem ? told(this.problem) : null,
      this.form("join-form", () => this.send({ do: "join", room: this.code.value, name: this.name.value }),
        el("label", { for: "code" }, t("join.code")), this.code, el("label", { for: "name" }, t("join.name")), this.name,
        el("button", { type: "submit", class: "primary" }, t("join.go"))),
      el("p", { class: "note" }, t("join.kept")),
      el("h2", {}, t("join.again")),
      this.form("resume-form", () => this.send({ do: "resume", code: this.resume.value }),
        el("label", { for: "resume" }, t("join.resume")), this.resume, el("button", { type: "submit" }, t("join.back"))));
  }

  /** @param {string} id @param {() => void} send @param {...Node} children */
  form(id, send, ...children) {
    return el("form", { id, class: "room-form", on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); send(); } } }, ...children);
  }
}

/** @param {HTMLElement} main */
export function joinView(main) {
  return new JoinView(main);
}
