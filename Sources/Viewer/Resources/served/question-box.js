// A box for a condition in the debugger's question language, which says as one types what its last word could become.

import { el, fill } from "../base/dom.js";
import { t } from "../base/strings.js";
import { TraceProblem } from "../data/check.js";
import { EngineProblem, spoken } from "../engine/engine-client.js";

/** How long the reader pauses in typing before the line's ends are looked up, in milliseconds. */
const pause = 150;
/** Ends that are offered at most. */
const mostEnds = 40;

/**
 * What went wrong, in the reader's language.
 * @param {unknown} error
 */
export function reasonOf(error) {
  if (error instanceof TraceProblem) return t(error.key, error.values);
  return error instanceof EngineProblem ? spoken(error.phrase) : error instanceof Error ? error.message : String(error);
}

export class QuestionBox {
  /**
   * @param {import("../engine/live-run.js").LiveRun} live @param {string} id of the field
   * @param {{ command: string, placeholder: string, go: () => void }} use the debugger's command that the question belongs to,
   *   and what Enter does
   */
  constructor(live, id, { command, placeholder, go }) {
    this.live = live;
    this.command = command;
    this.ends = el("datalist", { id: `${id}-ends` });
    this.field = el("input", { type: "text", id, list: `${id}-ends`, autocomplete: "off", autocapitalize: "off", spellcheck: "false", placeholder,
      on: { input: () => this.typed(), keydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === "Enter" && !event.isComposing) go(); } } });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.waiting = undefined;
  }

  get text() {
    return this.field.value.trim();
  }

  /** What the question's last word could become. */
  typed() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(async () => {
      const { value } = this.field;
      try {
        const { candidates, wordLength } = await this.live.complete(`${this.command} ${value}`);
        const before = value.slice(0, value.length - wordLength);
        // A list chosen for another text would complete it wrongly.
        if (value === this.field.value) fill(this.ends, candidates.slice(0, mostEnds).map((one) => el("option", { value: before + one })));
      } catch {
        // Without a list of ends one types on.
      }
    }, pause);
  }
}
