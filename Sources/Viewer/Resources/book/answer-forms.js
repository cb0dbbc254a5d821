// How an answer is given, by kind: each form is a few controls and the text that they make.

import { el } from "../base/dom.js";
import { t, words } from "../base/strings.js";

words({
  "answer.sure": ["How sure are you of each? Together 100 %.", "你對每一項各有百分之幾的把握？合計 100%。"],
  "answer.share": ["{choice}: your share", "{choice}：你的把握"],
  "answer.low": ["from", "從"],
  "answer.high": ["to", "到"],
  "answer.up": ["up", "上移"],
  "answer.down": ["down", "下移"],
  "answer.answer": ["Your answer", "你的答案"],
  "answer.tokens": ["tokens", "個詞元"],
  "answer.row": ["row {row}, column {column}", "第 {row} 列，第 {column} 欄"],
});

/** @typedef {import("./course.js").Given} Given */
/** @typedef {{ element: HTMLElement, text: () => string }} AnswerForm */

/**
 * A row for each kind that has a form of its own; the others take a line of text.
 * @type {Record<string, (given: Given, tokens: string[]) => AnswerForm>}
 */
const forms = { choice, predict, settings, order, puzzle, cells, marks, prompt: longText, free: longText };

/**
 * The name of the exercise's form: tokens of the prompt are marked where they stand.
 * @param {Given} given
 */
function formOf(given) {
  const { type, options } = given.answer;
  return type === "tokens" && options?.join() === "prompt" ? "marks" : type;
}

/**
 * @param {Given} given @param {string[]} tokens the prompt's, for a figure of cells
 * @returns {AnswerForm}
 */
export function answerForm(given, tokens) {
  return (forms[formOf(given)] ?? line)(given, tokens);
}

/**
 * Whether the answer is a text that has a form of its own to be known.
 * @param {Given} given
 */
export function isTyped(given) {
  return !(formOf(given) in forms) || given.answer.type === "prompt";
}

/** @param {Given} given @returns {AnswerForm} */
function line(given) {
  const input = el("input", { type: "text", autocomplete: "off", spellcheck: "false", autocapitalize: "off", "aria-label": t("answer.answer"), class: "answer-line" });
  return { element: el("p", { class: "answer-row" }, input, unitOf(given)), text: () => input.value };
}

/** @param {Given} given */
function unitOf(given) {
  const { unit } = given.answer;
  return unit ? ` ${unit === "tokens" ? t("answer.tokens") : unit}` : null;
}

/** @returns {AnswerForm} */
function longText() {
  const area = el("textarea", { rows: 3, spellcheck: "false", "aria-label": t("answer.answer"), class: "answer-text" });
  return { element: area, text: () => area.value };
}

/** @param {Given} given @returns {AnswerForm} */
function choice(given) {
  let chosen = "";
  const element = el("div", { class: "answer-choices", role: "radiogroup", "aria-label": t("answer.answer") }, given.answer.choices.map((one) =>
    el("label", {}, el("input", { type: "radio", name: `choice-${given.id}`, value: one.key, on: { change: () => { chosen = one.key; } } }), ` ${one.text}`)));
  return { element, text: () => chosen };
}

/** @param {Given} given @returns {AnswerForm} */
function predict(given) {
  const { choices } = given.answer;
  const sliders = choices.map((one) => el("input", { type: "range", min: 0, max: 100, step: 1, value: 50, "aria-label": t("answer.share", { choice: one.text }) }));
  const shown = choices.map(() => el("output", {}));
  const shares = () => percentages(sliders.map((slider) => Number(slider.value)));
  const tell = () => shares().forEach((share, i) => {
    const output = shown[i];
    if (output) output.textContent = `${share}%`;
    sliders[i]?.setAttribute("aria-valuetext", `${share}%`);
  });
  for (const slider of sliders) slider.addEventListener("input", tell);
  tell();
  const element = el("div", { class: "answer-shares" }, el("p", { class: "note" }, t("answer.sure")),
    choices.map((one, i) => el("div", { class: "share" }, el("span", {}, one.text), sliders[i], shown[i])));
  return { element, text: () => JSON.stringify(Object.fromEntries(choices.map((one, i) => [one.key, (shares()[i] ?? 0) / 100]))) };
}

/**
 * Whole percentages in the proportion of the weights, 100 together: the largest remainders are rounded up.
 * @param {number[]} weights
 */
export function percentages(weights) {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (sum > 0 ? (100 * weight) / sum : 100 / weights.length));
  const whole = exact.map(Math.floor);
  let left = 100 - whole.reduce((a, b) => a + b, 0);
  const byRemainder = exact.map((share, i) => ({ i, rest: share - Math.floor(share) })).sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (const { i } of byRemainder) if (left-- > 0) whole[i] = (whole[i] ?? 0) + 1;
  return whole;
}

/** Settings whose values are texts or tokens, not numbers. */
const texts = new Set(["stop", "ban-tokens"]);

/** @param {Given} given @returns {AnswerForm} */
function settings(given) {
  const names = given.answer.options ?? [];
  const inputs = names.map((name) => el("input", { type: "text", inputmode: texts.has(name) ? "text" : "decimal", autocomplete: "off", spellcheck: "false", class: "answer-number", "aria-label": name }));
  const element = el("div", { class: "answer-settings" }, names.map((name, i) => el("p", { class: "answer-row" }, el("code", {}, name), " = ", inputs[i])));
  const text = () => {
    const given = names.flatMap((name, i) => (inputs[i]?.value.trim() ? [[name, inputs[i]?.value ?? ""]] : []));
    // A stop string may hold blanks, and begin with one; of numbers they are no part.
    return given.some(([name]) => texts.has(name ?? "")) ? JSON.stringify(Object.fromEntries(given)) : given.map(([name, value]) => `${name}=${value?.trim()}`).join(" ");
  };
  return { element, text };
}

/** @param {Given} given @returns {AnswerForm} */
function puzzle(given) {
  const [low, high] = [t("answer.low"), t("answer.high")].map((label) => el("input", { type: "text", inputmode: "decimal", autocomplete: "off", class: "answer-number", "aria-label": label }));
  return {
    element: el("p", { class: "answer-row" }, `${t("answer.low")} `, low, ` ${t("answer.high")} `, high, unitOf(given)),
    text: () => (low?.value.trim() && high?.value.trim() ? `${low.value.trim()}..${high.value.trim()}` : ""),
  };
}

/** @param {Given} given @returns {AnswerForm} */
function order(given) {
  const items = [...(given.answer.options ?? [])];
  // Events have words of their own; stages are called what they are.
  /** @param {string} item */
  const nameOf = (item) => given.answer.choices.find((choice) => choice.key === item)?.text;
  const element = el("ol", { class: "answer-order" });
  /** @param {number} from @param {number} to */
  const swap = (from, to) => {
    const [a, b] = [items[from], items[to]];
    if (a === undefined || b === undefined) return;
    [items[from], items[to]] = [b, a];
    render();
    const held = element.children[to]?.querySelector("button:not(:disabled)");
    if (held instanceof HTMLElement) held.focus();
  };
  const render = () => element.replaceChildren(...items.map((item, i) => el("li", {}, nameOf(item) ?? el("code", {}, item), " ",
    el("button", { type: "button", class: "quiet", disabled: i === 0, "aria-label": `${nameOf(item) ?? item}: ${t("answer.up")}`, on: { click: () => swap(i, i - 1) } }, "↑"),
    el("button", { type: "button", class: "quiet", disabled: i === items.length - 1, "aria-label": `${nameOf(item) ?? item}: ${t("answer.down")}`, on: { click: () => swap(i, i + 1) } }, "↓"))));
  render();
  return { element, text: () => items.join(", ") };
}

/** @param {Given} _given @param {string[]} tokens @returns {AnswerForm} */
function marks(_given, tokens) {
  /** @type {Set<number>} */
  const marked = new Set();
  const element = el("p", { class: "answer-marks" }, tokens.map((token, place) => {
    const button = el("button", { type: "button", class: "answer-mark", "aria-pressed": "false", on: { click: () => {
      if (!marked.delete(place)) marked.add(place);
      button.setAttribute("aria-pressed", String(marked.has(place)));
    } } }, el("span", { class: "note" }, String(place)), " ", el("span", {}, token.replace(/ /g, "␣")));
    return button;
  }));
  return { element, text: () => [...marked].sort((a, b) => a - b).join(", ") };
}

/** @param {Given} given @param {string[]} tokens @returns {AnswerForm} */
function cells(given, tokens) {
  const side = tokens.slice(0, 12);
  /** @type {Set<string>} */
  const marked = new Set();
  /** @param {number} row @param {number} column */
  const cell = (row, column) => {
    const name = `${row},${column}`;
    const button = el("button", { type: "button", class: "answer-cell", "aria-pressed": "false", "aria-label": t("answer.row", { row, column }), on: { click: () => {
      if (!marked.delete(name)) marked.add(name);
      button.setAttribute("aria-pressed", String(marked.has(name)));
    } } });
    return el("td", {}, button);
  };
  const table = el("table", { class: "answer-cells" },
    el("thead", {}, el("tr", {}, el("td", {}), side.map((token, i) => el("th", { scope: "col" }, `${i} ${token}`)))),
    el("tbody", {}, side.map((token, row) => el("tr", {}, el("th", { scope: "row" }, `${row} ${token}`), side.map((_, column) => cell(row, column))))));
  return { element: el("div", { class: "scroller" }, table), text: () => [...marked].join(" ") };
}
