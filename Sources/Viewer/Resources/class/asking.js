// What a page of a class asks of its server: commands by POST, and news that something has changed.

import { words, t } from "../base/strings.js";

words({
  "asking.lost": ["The server cannot be reached; trying again …", "連不上伺服器；重試中……"],
  "asking.odd": ["The server gave no answer that can be read ({status}).", "伺服器的回應無法讀取（{status}）。"],
});

/** A command that was refused, with the server's words for it. */
export class ClassProblem extends Error {
  /** @param {string} kind @param {{ en: string, "zh-TW": string }} phrase */
  constructor(kind, phrase) {
    super(phrase.en);
    this.kind = kind;
    this.phrase = phrase;
  }
}

/** The server could not be reached at all. */
export class Unreached extends Error {}

/**
 * @param {string} path @param {RequestInit} [how]
 * @returns {Promise<any>}
 */
export async function fetched(path, how = {}) {
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", ...how });
  } catch {
    throw new Unreached(t("asking.lost"));
  }
  /** @type {any} */
  let told = null;
  try {
    told = JSON.parse(await answer.text());
  } catch {
    // The server's own words, as when too much is asked, are a line of text.
    if (answer.status >= 500 || answer.status === 429) throw new Unreached(t("asking.lost"));
    throw new Error(t("asking.odd", { status: answer.status }));
  }
  if (told?.error) throw new ClassProblem(told.error.kind, told.error.message);
  return told;
}

/**
 * Carries out a command of the class.
 * @param {Record<string, any>} command
 * @returns {Promise<any>}
 */
export function ask(command) {
  return fetched("/class/do", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(command) });
}

/**
 * Calls `onNews` when something has changed, at most twice a second, and once the connection is there again.
 * @param {() => void} onNews @param {(isThere: boolean) => void} [onLine]
 */
export function listen(onNews, onLine = () => {}) {
  const events = new EventSource("/class/events");
  let isWaiting = false;
  const soon = () => {
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(() => { isWaiting = false; onNews(); }, 500);
  };
  events.addEventListener("news", soon);
  events.addEventListener("lost", soon);
  events.addEventListener("open", () => { onLine(true); soon(); });
  events.addEventListener("error", () => onLine(false));
}
