// The board: what is projected. It has the room's code and no name, no secret, and no bet that is not revealed.

import { el, fill, svg } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { place } from "../base/place.js";
import { ask, fetched, listen, ClassProblem } from "../class/asking.js";
import { betChart } from "../class/chart.js";

words({
  "board.join": ["Join at", "加入班級"],
  "board.code": ["with the code", "輸入教室碼"],
  "board.here": ["students: {n}", "{n} 位學生"],
  "board.locked": ["The room is locked.", "教室已鎖上。"],
  "board.ended": ["The class is over. Thank you.", "這堂課結束了，謝謝大家。"],
  "board.picture": ["The address as a picture for a camera", "給相機掃的網址圖"],
  "board.only-teacher": ["Open the board from the teacher's page.", "請從老師的頁面打開投影畫面。"],
});

/** @typedef {import("./teacher.js").View} View */
/** @typedef {{ address: string, room: string, rows: string[] }} Joining */

/** Free space around the picture, in squares, which cameras ask for. */
const margin = 4;

/** @param {Joining} joining */
function picture({ rows }) {
  const size = rows.length + 2 * margin;
  const dark = rows.flatMap((row, y) => [...row].flatMap((sign, x) => sign === "1" ? [`M${x + margin} ${y + margin}h1v1h-1z`] : []));
  return svg("svg", { viewBox: `0 0 ${size} ${size}`, class: "qr", role: "img", "aria-label": t("board.picture") },
    svg("rect", { width: size, height: size, fill: "#fff" }), svg("path", { d: dark.join(""), fill: "#000" }));
}

class Board {
  /** @param {HTMLElement} main */
  constructor(main) {
    this.main = main;
    /** @type {View | null} */
    this.view = null;
    /** @type {Joining | null} */
    this.joining = null;
    /** @type {import("../class/chart.js").Bets[]} */
    this.bets = [];
    /** @type {import("./teacher.js").LessonRow[]} */
    this.lessons = [];
    /** @type {unknown} */
    this.problem = null;
    this.renew();
    listen(() => this.renew());
  }

  async renew() {
    try {
      this.view = /** @type {View} */ (await ask({ do: "view" }));
      this.joining = await fetched("/class/code");
      if (this.lessons.length === 0) this.lessons = (await fetched("/class/course")).lessons;
      const [lesson, screen] = this.view.opened.split("/");
      const shown = this.lessons.find((one) => one.id === lesson)?.screens.find((one) => one.id === screen);
      const revealed = new Set(this.view.revealed);
      const asked = (shown?.exercises ?? []).filter((one) => one.kind === "predict" || revealed.has(one.id));
      this.bets = await Promise.all(asked.map((one) => ask({ do: "bets", exercise: one.id })));
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
    this.paint();
  }

  paint() {
    if (this.problem instanceof ClassProblem) return fill(this.main, el("p", { class: "problem-line", role: "alert" }, t("board.only-teacher")));
    const { view, joining } = this;
    if (!view || !joining) return;
    const lesson = this.lessons.find((one) => one.id === view.opened.split("/")[0]);
    const here = view.students.filter((one) => !one.removed).length;
    fill(this.main, el("h1", {}, view.ended ? t("board.ended") : view.class),
      el("section", { class: "joining", hidden: view.ended },
        el("div", {}, el("p", { class: "board-label" }, t("board.join")), el("p", { class: "board-address", dir: "ltr" }, joining.address.replace(/\/$/, "")),
          el("p", { class: "board-label" }, t(view.locked ? "board.locked" : "board.code")),
          view.locked ? null : el("div", { class: "code", id: "room-code", dir: "ltr" }, joining.room),
          el("p", { class: "note", id: "count" }, t("board.here", { n: here }))),
        view.locked || joining.rows.length === 0 ? null : picture(joining)),
      lesson ? el("h2", {}, lesson.title[place().lang]) : null,
      ...this.bets.map(betChart));
  }
}

/** @param {HTMLElement} main */
export function boardView(main) {
  return new Board(main);
}
