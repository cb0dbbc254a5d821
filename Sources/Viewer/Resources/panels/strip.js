// The strip: the text as the model read and wrote it, token by token, tinted by what the reader asks for.
// Called by: main.

import { el, fill, word } from "../base/dom.js";
import { t } from "../base/strings.js";
import { byteMark, changedAt, count, fixed, percent, plain, spacedHex, tokenLabel } from "../base/format.js";
import { tint } from "../base/palette.js";
import { move, place } from "../base/place.js";
import { hiddenFrom } from "./predict.js";

/** @typedef {import("../base/types.js").Token} Token */
/** @typedef {import("../base/types.js").Step} Step */
/** @typedef {import("../data/source.js").TraceSource} TraceSource */

export const tintNames = ["probability", "entropy", "rank", "attention", "none"];
/** Entropy that takes the full tint, in bits. */
const fullEntropyBits = 8;
/** Rank that takes the full tint. */
const fullRank = 50;

/**
 * The step's chosen token among its candidates.
 * @param {Step} step
 */
export function chosenOf(step) {
  return step.candidates.find((candidate) => candidate.id === step.token.id);
}

/**
 * How strongly a token is tinted, 0…1: quiet where the model was sure.
 * @param {string} name @param {{ probability: number, rank: number, entropyBits: number }} score
 */
function strength(name, score) {
  if (name === "probability") return 1 - score.probability;
  if (name === "entropy") return Math.min(1, score.entropyBits / fullEntropyBits);
  if (name === "rank") return Math.min(1, Math.log2(score.rank) / Math.log2(fullRank));
  return 0;
}

/**
 * The text of a token as nodes: spaces get a faint dot, line ends a sign, unfinished characters their bytes.
 * @param {Token} token
 */
export function tokenNodes(token) {
  if (token.text === "" || token.text === "\ufffd") return [el("span", { class: "unfinished" }, byteMark(token.bytes))];
  if (token.special) return [el("span", { class: "special" }, plain(token.text))];
  return plain(token.text).split(/([ \n\t])/).filter((part) => part !== "").map((part) => {
    if (part === " ") return el("span", { class: "space" }, " ");
    if (part === "\t") return el("span", { class: "sign" }, "⇥\t");
    return part === "\n" ? el("span", { class: "sign" }, "↵\n") : document.createTextNode(part);
  });
}

/**
 * @param {TraceSource} source
 * @returns {import("../base/types.js").Panel}
 */
export function stripPanel(source) {
  const { trace } = source;
  const promptLength = trace.prompt.tokens.length;
  const weights = source.attention;
  const tokens = [...trace.prompt.tokens, ...trace.steps.map((step) => step.token)];
  const spans = tokens.map((token, position) => tokenSpan(token, position, promptLength));
  const text = el("div", { class: "strip-text", role: "group", "aria-label": t("strip.title"), on: {
    click: (/** @type {Event} */ event) => {
      const span = event.target instanceof Element ? event.target.closest(".token") : null;
      if (span instanceof HTMLElement) pick(Number(span.dataset.position));
    },
    keydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      if (event.target instanceof HTMLElement && event.target.dataset.position) {
        pick(Number(event.target.dataset.position));
        event.preventDefault();
      }
    },
  } }, spans);
  const facts = el("p", { class: "facts", "aria-live": "polite" });
  const legend = el("div", { class: "legend" });
  const element = el("section", { class: "strip", id: "strip", "aria-label": t("strip.title") }, text, legend, facts);

  /** @param {number} position */
  function pick(position) {
    if (position >= promptLength) move({ step: position - promptLength, look: null });
    else move({ look: place().look === position ? null : position });
  }

  /** Where the attention is looked from: the last position read before the step's token was chosen. */
  function query() {
    return place().look ?? promptLength + place().step - 1;
  }

  function paintTints() {
    const name = place().tint;
    const row = name === "attention" && weights && query() < weights.positions
      ? weights.row(place().layer, place().head, query()) : null;
    if (row && weights && !weights.has(place().layer)) weights.load(place().layer).then(paintTints, () => {});
    const top = row ? Math.max(...row, 1e-9) : 1;
    spans.forEach((span, position) => {
      let value = 0;
      if (name === "attention") {
        // √ keeps small weights visible; the heatmap has the numbers.
        value = row ? Math.sqrt((row[position] ?? 0) / top) : 0;
      } else if (position >= promptLength) {
        const step = trace.steps[position - promptLength];
        const chosen = step ? chosenOf(step) : undefined;
        if (step && chosen) {
          value = strength(name, { probability: chosen.rawProbability, rank: chosen.rank, entropyBits: step.entropyBits.raw });
        }
      } else {
        const score = trace.prompt.scores?.[position];
        if (score) value = strength(name, score);
      }
      span.style.setProperty("--tint", value > 0.02 ? tint(value) : "transparent");
      span.style.setProperty("--depth", `${(value * 3).toFixed(1)}px`);
    });
  }

  function paintLegend() {
    const name = place().tint;
    fill(legend,
      el("span", { class: "label" }, t("strip.tint")),
      el("span", { class: "choices", role: "radiogroup", "aria-label": t("strip.tint") }, tintNames.map((choice) =>
        el("button", { type: "button", role: "radio", "aria-checked": String(choice === name),
          disabled: choice === "attention" && !weights,
          on: { click: () => move({ tint: choice }) } }, t(`tint.${choice}`)))),
      name === "none" ? null : el("span", { class: "ramp", "aria-hidden": "true" }, el("i", {}, t(`tint.${name}.low`)),
        el("b", {}), el("i", {}, t(`tint.${name}.high`))));
  }

  /** @param {number} step */
  function mark(step) {
    const current = promptLength + step;
    const look = place().look;
    const hidden = hiddenFrom();
    spans.forEach((span, position) => {
      span.classList.toggle("current", position === current);
      span.classList.toggle("later", position > current);
      span.classList.toggle("looking", position === look);
      span.classList.toggle("hidden-token", position >= promptLength + hidden);
      if (position >= promptLength + hidden) span.setAttribute("aria-hidden", "true");
      else span.removeAttribute("aria-hidden");
      span.tabIndex = position === current ? 0 : -1;
      if (position === current) span.setAttribute("aria-current", "step");
      else span.removeAttribute("aria-current");
    });
  }

  /** Brings the current token into the strip's own window, and leaves the page where it is. */
  function keepInSight() {
    const span = spans[promptLength + place().step];
    if (!span || text.scrollHeight <= text.clientHeight) return;
    const top = span.offsetTop;
    if (top < text.scrollTop || top + span.offsetHeight > text.scrollTop + text.clientHeight) {
      text.scrollTop = Math.max(0, top - text.clientHeight / 2);
    }
  }

  /**
   * A prompt token that the reader looks from.
   * @param {number} position
   */
  function promptFacts(position) {
    const token = /** @type {Token} */ (tokens[position]);
    const score = trace.prompt.scores?.[position];
    fill(facts, fact(t("fact.token"), word(tokenLabel(token))), fact(t("fact.id"), count(token.id)), fact(t("fact.bytes"), spacedHex(token.bytes)),
      fact(t("fact.position"), String(position)), score ? [fact(t("fact.foreseen"), percent(score.probability)), fact(t("fact.rank"), String(score.rank)),
        fact(t("fact.entropy"), `${fixed(score.entropyBits, 2)} ${t("unit.bits")}`)] : null);
  }

  function paintFacts() {
    const look = place().look;
    if (look !== null && look < promptLength) return promptFacts(look);
    const step = trace.steps[place().step];
    if (!step) return fill(facts, t("strip.empty"));
    if (place().step >= hiddenFrom()) return fill(facts, t("predict.hidden"));
    const chosen = chosenOf(step);
    fill(facts, fact(t("fact.token"), word(tokenLabel(step.token))),
      fact(t("fact.id"), count(step.token.id)), fact(t("fact.bytes"), spacedHex(step.token.bytes)),
      fact(t("fact.position"), String(step.position)),
      chosen ? [fact(t("fact.raw"), percent(chosen.rawProbability)), fact(t("fact.final"), percent(chosen.probability)),
        fact(t("fact.rank"), String(chosen.rank))] : [],
      fact(t("fact.entropy"), `${fixed(step.entropyBits.raw, 2)} ${t("unit.bits")}`),
      changedAt(trace.settings, step.index) ? fact(t("fact.changed"), t("fact.changed.here")) : null,
      step.finish ? fact(t("fact.finish"), t(`finish.${step.finish}`)) : null);
  }

  /** @param {Set<string>} changed */
  function update(changed) {
    if (changed.has("step") || changed.has("look") || changed.has("predict")) {
      mark(place().step);
      paintFacts();
      keepInSight();
    }
    const tinted = changed.has("tint") || changed.has("theme");
    const attends = ["step", "layer", "head", "look"].some((name) => changed.has(name));
    if (tinted || (attends && place().tint === "attention")) paintTints();
    if (changed.has("tint")) paintLegend();
  }
  update(new Set(["step", "tint"]));
  requestAnimationFrame(keepInSight);
  return { element, update };
}

/**
 * @param {Token} token
 * @param {number} position @param {number} promptLength
 */
function tokenSpan(token, position, promptLength) {
  const role = position < promptLength ? "prompt" : "output";
  return el("span", { class: `token ${role}`, role: "button", tabindex: -1, "data-position": position,
    "aria-label": tokenLabel(token) }, tokenNodes(token));
}

/**
 * @param {string} name
 * @param {string | Node} value
 */
function fact(name, value) {
  return el("span", { class: "fact" }, el("span", { class: "label" }, name), " ", el("span", { class: "value" }, value));
}
