// The prompt of a living page: tokens as they are typed, a few settings, and the buttons that make the run go on.

import { el, fill, save } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { plain, stepNumber } from "../base/format.js";
import { bind } from "../base/keys.js";
import { isFilled } from "../base/context.js";
import { panel } from "../base/panels.js";
import { move, place } from "../base/place.js";
import { EngineProblem, spoken } from "../engine/engine-client.js";
import { firstPrompt } from "../engine/live-page.js";
import { beginWith, settings, typed, withoutFields } from "./prompt-fields.js";
import { tokenNodes } from "./token-nodes.js";

words({
  "prompt.label": ["Prompt", "提示"],
  "prompt.fold": ["Write a prompt of your own, or go on with this run", "自己寫提示，或接著執行"],
  "prompt.fold.record": ["Open a model, or save this record", "開啟模型檔，或儲存紀錄"],
  "prompt.counted": ["{n} tokens in {model}", "{model} 切成 {n} 個詞元"],
  "prompt.counted.one": ["1 token in {model}", "{model} 切成 1 個詞元"],
  "prompt.counted.none": ["no tokens", "沒有詞元"],
  "prompt.without": ["Begun anew, it goes without the record’s {list}.", "重新開始時，不沿用紀錄裡的 {list}。"],
  "prompt.begin": ["Begin", "開始"],
  "prompt.step": ["One step", "走一步"],
  "prompt.run": ["Run", "一直走"],
  "prompt.pause": ["Pause", "暫停"],
  "prompt.model": ["Open a model …", "開啟模型檔……"],
  "prompt.save": ["Save the trace", "儲存紀錄"],
  "prompt.verify": ["Make this record again here", "在這裡重做這份紀錄"],
  "prompt.temperature": ["Temperature", "溫度"],
  "prompt.top-k": ["Top-k", "Top-k"],
  "prompt.top-p": ["Top-p", "Top-p"],
  "prompt.seed": ["Seed", "種子"],
  "prompt.max-tokens": ["At most", "最多"],
  "prompt.greedy": ["1 (0: greedy)", "1（0：貪婪解碼）"],
  "prompt.off": ["off", "關閉"],
  "prompt.server": ["The models here are those of the server: choose one above.", "這裡的模型由伺服器提供：請在上面選擇。"],
  "prompt.busy": ["Working …", "計算中……"],
  "prompt.reading": ["Reading {name}: {share}", "正在讀取 {name}：{share}"],
  "prompt.opening": ["Unpacking {name} …", "正在展開 {name}……"],
  "prompt.ended": ["The run has ended.", "這次執行已結束。"],
  "prompt.stopped": ["The engine stopped ({why}). Begin again: it starts anew.", "引擎停止了（{why}）。請再按一次「開始」，它會重新啟動。"],
  "prompt.failed": ["That did not work: {why}", "沒有成功：{why}"],
  "prompt.same": ["The same, to the last bit.", "完全相同，每一個位元都一樣。"],
  "prompt.near": ["The same within {distance}.", "相同，差距不超過 {distance}。"],
  "prompt.different": ["Not the same, first at step {step}: {what}", "不相同，第一處在第 {step} 步：{what}"],
  "key.run": ["run, or pause", "一直走，或暫停"],
});

/** @typedef {import("../data/source.js").TraceSource} TraceSource */

/**
 * What the run on the page was begun with, or the one that is being begun; "" where that came to nothing.
 * @type {string | null}
 */
let begun = null;
/** @type {Promise<void>} until no run is being begun any more */
let beginning = Promise.resolve();

/** How long the reader pauses in typing before the tokens are shown, in milliseconds. */
const typingPause = 60;
/** A run is begun with so many steps at most when it is to go on by itself. */
const everyStep = 1_000_000;

panel({ id: "prompt", area: "text", order: 5, applies: (source) => (source.live?.client.opensModels ?? false) && !isFilled(source.trace), make: (source) => {
  current = new Prompt(source);
  return current;
} });

bind({ keys: ["r"], label: "key.run", order: 45, run: () => document.getElementById("prompt-run")?.click() });

/**
 * The one on the page.
 * @type {Prompt | null}
 */
let current = null;

/** The fields were filled with what the run on the page was begun with. */
export function settlePrompt() {
  current?.settle();
}

/** @param {File} file */
export function holdsModel(file) {
  return /\.(gguf|safetensors)$/i.test(file.name);
}

/**
 * Opens a model that was dropped onto the page; false where these files are none, or the page has no engine.
 * @param {File[]} files
 */
export function openModelFiles(files) {
  if (!current || !files.some(holdsModel)) return false;
  current.open(files);
  return true;
}

class Prompt {
  /** @param {TraceSource} source with an engine */
  constructor(source) {
    this.source = source;
    this.live = /** @type {import("../engine/live-run.js").LiveRun} */ (source.live);
    this.text = el("textarea", { id: "prompt-text", rows: 2, spellcheck: "false", lang: "", "aria-label": t("prompt.label"), on: {
      input: () => this.typedAnew(),
      keydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.begin(); } },
    } });
    if (this.live.recorded) beginWith(this.source.trace.settings);
    this.text.value = typed.text ?? (this.source.trace.prompt.text || firstPrompt(place().lang));
    if (begun === null) this.settle();
    this.tokens = el("p", { class: "prompt-tokens" });
    this.told = el("p", { class: "told", role: "status" });
    /** What making the record again showed. */
    this.verdict = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.pause = undefined;
    /** What needs a model. */
    this.making = el("div", {}, this.text, this.tokens, el("div", { class: "pickers" }, settings.map((one) => this.setting(one))));
    const left = this.live.recorded ? withoutFields(this.source.trace.settings) : [];
    if (left.length > 0) this.making.append(el("p", { class: "label" }, t("prompt.without", { list: left.join(t("list.comma")) })));
    const matter = [this.making, this.buttons(), this.told];
    // A page that came with a record shows that first; another prompt is a second thought.
    const isSecond = this.live.recorded !== null;
    const fold = el("details", { class: "prompt-fold", open: typed.isOpen, on: { toggle: () => { typed.isOpen = fold.open; } } }, el("summary", {}, t(this.canBegin ? "prompt.fold" : "prompt.fold.record")), matter);
    this.element = el("section", { class: "prompt", id: "prompt", "aria-label": t("prompt.label") }, isSecond ? fold : matter);
    this.live.onChange(() => this.tell());
    this.tell();
    if (this.canBegin) this.show();
  }

  /** Without a model the engine can look at the record, not make another. */
  get canBegin() {
    return this.live.hasModel;
  }

  /** @param {typeof settings[number]} one */
  setting({ name, step, min, hint }) {
    const input = el("input", { type: "number", id: `prompt-${name}`, step: name === "seed" ? 1 : "any", min, placeholder: hint ? t(hint) : "", title: hint ? t(hint) : "", "data-step": step,
      on: { input: () => { typed.settings[name] = input.value; } } });
    input.value = typed.settings[name] ?? "";
    return el("label", {}, t(`prompt.${name}`), " ", input);
  }

  buttons() {
    const button = (/** @type {string} */ name, /** @type {string} */ kind, /** @type {() => void} */ go) =>
      el("button", { type: "button", id: `prompt-${name}`, class: kind, on: { click: go } }, t(`prompt.${name}`));
    const file = el("input", { type: "file", id: "prompt-file", class: "visually-hidden", tabindex: -1, multiple: true, accept: ".gguf,.json,.safetensors,.txt,.jinja", "aria-label": t("prompt.model"),
      on: { change: () => { const files = [...(file.files ?? [])]; file.value = ""; this.open(files); } } });
    return el("div", { class: "prompt-buttons" }, button("begin", "primary", () => this.begin()), button("step", "primary", () => this.step()),
      button("run", "primary", () => this.run()), button("model", "quiet", () => file.click()), file,
      button("save", "quiet", () => this.save()), this.live.recorded && this.canBegin ? button("verify", "quiet", () => this.verify()) : null);
  }

  typedAnew() {
    typed.text = this.text.value;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.show(), typingPause);
  }

  /** The tokens of what stands in the box. */
  async show() {
    const { value } = this.text;
    try {
      const { tokens } = await this.live.tokenize(value);
      if (this.text.value !== value) return;
      const count = tokens.length === 0 ? t("prompt.counted.none") : t(tokens.length === 1 ? "prompt.counted.one" : "prompt.counted", { n: tokens.length, model: plain(this.live.parts.name || this.source.trace.model.name, 60) });
      fill(this.tokens, tokens.map((one) => el("span", { class: "chip", title: `${one.id}` }, tokenNodes(one))), " ", el("span", { class: "label" }, count));
    } catch (error) {
      this.say(error);
    }
  }

  /**
   * Does something with the engine, and says what went wrong.
   * @param {() => Promise<void>} work
   */
  async carryOut(work) {
    fill(this.told, t("prompt.busy"));
    this.live.trouble = null;
    this.verdict = "";
    try {
      await work();
      this.tell();
    } catch (error) {
      this.live.report(error);
    }
  }

  /** Whether the prompt or a setting is another than the run was begun with. */
  get isAnew() {
    return begun !== null && begun !== this.wanted;
  }

  /** What a run that is begun now would be made of. */
  get wanted() {
    return JSON.stringify([this.text.value, typed.settings]);
  }

  /** The run on the page is that of what stands in the fields. */
  settle() {
    begun = this.wanted;
  }

  begin() {
    return this.carryOut(() => this.beginNow());
  }

  /**
   * A run of what stands in the fields now, after those that are being begun.
   * @param {number} [count] so many steps are made at once
   */
  beginNow(count = 0) {
    const text = this.text.value;
    typed.text = text;
    const options = Object.fromEntries(Object.entries(typed.settings).filter(([, value]) => value.trim() !== ""));
    const { wanted } = this;
    begun = wanted;
    const work = beginning.then(async () => {
      try {
        await this.live.begin(text, options, count);
      } catch (error) {
        if (begun === wanted) begun = "";
        throw error;
      }
      if (!this.live.unseen) move({ step: 0, look: null });
    });
    beginning = work.catch(() => {});
    return work;
  }

  /**
   * So many steps of what stands in the fields: where that is another run than the one on the page, it is begun first.
   * @param {number} count
   */
  goOn(count) {
    return this.carryOut(async () => {
      await (this.isAnew ? this.beginNow(count) : beginning);
      await this.live.step(count);
    });
  }

  step() {
    return this.goOn(1);
  }

  run() {
    return this.live.isRunning ? this.live.pause() : this.goOn(everyStep);
  }

  save() {
    return this.carryOut(async () => {
      const bytes = await this.live.traceFile();
      save("trace.json", new Blob([/** @type {BlobPart} */ (bytes)], { type: "application/json" }));
    });
  }

  verify() {
    return this.carryOut(async () => {
      const found = await this.live.verify();
      this.verdict = found.outcome === "identical" || found.distance === 0 ? t("prompt.same") : found.outcome === "within" ? t("prompt.near", { distance: Number(found.distance).toExponential(1) })
        : t("prompt.different", { step: typeof found.step === "number" ? String(stepNumber(found.step)) : "–", what: found.what ? spoken(found.what) : "" });
    });
  }

  /**
   * A model from files: a GGUF alone, or the parts of a folder.
   * @param {File[]} files
   */
  open(files) {
    const [first] = files;
    if (!first) return;
    if (this.live.parts.request) return fill(this.told, t("prompt.server"));
    return this.carryOut(async () => {
      const parts = files.map((file) => ({ name: file.name, bytes: () => this.read(file) }));
      await this.live.useModel({ name: first.name.replace(/\.gguf$/i, ""), parts });
      await this.show();
      await this.begin();
    });
  }

  /**
   * A file's bytes, with how far it is told on the way.
   * @param {File} file
   */
  async read(file) {
    const bytes = new Uint8Array(file.size);
    const reader = file.stream().getReader();
    let at = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes.set(value, at);
      at += value.length;
      fill(this.told, t("prompt.reading", { name: plain(file.name, 60), share: `${Math.round((100 * at) / Math.max(1, file.size))} %` }));
    }
    fill(this.told, t("prompt.opening", { name: plain(file.name, 60) }));
    return bytes;
  }

  /** @param {unknown} error */
  say(error) {
    const why = error instanceof EngineProblem ? spoken(error.phrase) : error instanceof Error ? error.message : String(error);
    const key = error instanceof EngineProblem ? "prompt.failed" : "prompt.stopped";
    fill(this.told, t(key, { why: plain(why, 400) }));
  }

  /** The buttons and the line below them, as the run is now. */
  tell() {
    const { live } = this;
    const button = (/** @type {string} */ name) => this.element.querySelector(`#prompt-${name}`);
    const { hasEnded } = live;
    this.making.hidden = !this.canBegin;
    for (const name of ["begin", "step", "run"]) {
      const one = button(name);
      if (one instanceof HTMLElement) one.hidden = !this.canBegin;
      one?.setAttribute("aria-disabled", String(hasEnded && name !== "begin"));
    }
    const run = button("run");
    if (run) fill(run, t(live.isRunning ? "prompt.pause" : "prompt.run"));
    if (live.trouble !== null) return this.say(live.trouble);
    if (!live.isRunning) fill(this.told, this.verdict || (hasEnded ? t("prompt.ended") : ""));
  }
}
