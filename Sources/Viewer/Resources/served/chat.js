// A conversation with a model that has a chat template: each turn is a run of its own over all that was said before.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { plain } from "../base/format.js";
import { panel } from "../base/panels.js";
import { move } from "../base/place.js";
import { EngineProblem, spoken } from "../engine/engine-client.js";
import { section } from "../panels/section.js";
import { ServedRun } from "./served-run.js";
import { ServerClient } from "./server-client.js";

words({
  "chat.title": ["Chat", "對話"],
  "chat.lead": ["What you say is filled into the model’s own template with all that was said before; each answer is a run that you can step through.", "你說的話會連同之前的對話填入模型自己的範本；每次回答都是一次可以逐步檢視的執行。"],
  "chat.line": ["Say something", "說句話"],
  "chat.send": ["Send", "送出"],
  "chat.anew": ["Begin anew", "重新開始"],
  "chat.you": ["you", "你"],
  "chat.model": ["model", "模型"],
  "chat.log": ["What was said", "對話內容"],
  "chat.failed": ["That did not work: {why}", "沒有成功：{why}"],
  "nav.chat": ["Chat", "對話"],
});

/** @typedef {{ role: "user" | "assistant", content: string }} Said */

/**
 * What was said so far; kept while the page is built anew.
 * @type {Said[]}
 */
const said = [];
/** Which run the last answer grows in; null when none does. */
let answering = /** @type {number | null} */ (null);

/** Characters of one thing said that are shown. */
const most = 4000;
/** An answer ends by itself or after so many tokens. */
const longest = 200;

panel({
  id: "chat", area: "sections", order: 12,
  applies: (source) => source.live?.client instanceof ServerClient && source.live.client.hasChat,
  make: (source) => new Chat(source),
});

class Chat {
  /** @param {import("../data/source.js").TraceSource} source */
  constructor(source) {
    this.live = /** @type {import("../engine/live-run.js").LiveRun} */ (source.live);
    this.log = el("div", { class: "console-log tall", role: "log", tabindex: 0, "aria-label": t("chat.log") });
    this.line = el("input", { type: "text", id: "chat-line", autocomplete: "off", "aria-label": t("chat.line"), placeholder: t("chat.line"),
      on: { keydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === "Enter" && !event.isComposing) this.send(); } } });
    this.told = el("p", { class: "told", role: "status" });
    this.element = section("chat", [this.log, el("div", { class: "console-row" }, this.line,
      el("button", { type: "button", class: "primary", on: { click: () => this.send() } }, t("chat.send")),
      el("button", { type: "button", class: "quiet", on: { click: () => { said.length = 0; answering = null; this.draw(); } } }, t("chat.anew"))), this.told]);
    this.draw();
  }

  draw() {
    const { state } = this.live;
    const last = said.at(-1);
    if (last?.role === "assistant" && state && state.run === answering) last.content = state.text;
    this.log.hidden = said.length === 0;
    fill(this.log, said.map(({ role, content }) => el("p", { class: `said said-${role}` }, el("b", {}, t(role === "user" ? "chat.you" : "chat.model")), " ", el("bdi", {}, plain(content, most)))));
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (changed.has("growth")) this.draw();
  }

  async send() {
    const content = this.line.value.trim();
    if (content === "" || this.live.isRunning) return;
    this.draw();
    const before = said.length;
    said.push({ role: "user", content });
    this.line.value = "";
    fill(this.told);
    try {
      await this.answer();
    } catch (error) {
      // What was not answered was not said.
      said.length = before;
      const why = error instanceof EngineProblem ? spoken(error.phrase) : error instanceof Error ? error.message : String(error);
      fill(document.querySelector("#chat .told") ?? this.told, t("chat.failed", { why: plain(why, 300) }));
    }
  }

  async answer() {
    const { live } = this;
    const options = Object.fromEntries(["temperature", "top-k", "top-p", "seed"].flatMap((name) => {
      const field = document.getElementById(`prompt-${name}`);
      return field instanceof HTMLInputElement && field.value.trim() !== "" ? [[name, field.value]] : [];
    }));
    const model = await live.openModel();
    const before = live.state;
    const { result } = await live.client.ask({ request: "start", model, settings: { chat: true, messages: said.map((one) => ({ ...one })), maxTokens: longest }, options });
    if (before) await live.client.ask({ request: "end", run: before.run });
    said.push({ role: "assistant", content: "" });
    answering = result.run;
    Object.assign(live, { state: result, recorded: null });
    const points = live instanceof ServedRun ? live.points : [];
    await live.show();
    if (live instanceof ServedRun && points.length > 0) await live.takePoints(points);
    move({ step: 0, look: null });
    await live.step(longest);
  }
}
