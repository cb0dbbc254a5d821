// The engine behind this page: the program that served it, asked by fetch; steps come as events while they are made.

import { place } from "../base/place.js";
import { t, words } from "../base/strings.js";
import { EngineClient, EngineStopped } from "../engine/engine-client.js";
import { LiveAttention } from "../engine/live-attention.js";
import { bytesOf, framed, taken } from "./framing.js";
import { Walk } from "./walk.js";

words({
  "served.gone": ["stepglass does not know this browser any longer: open the address that it prints when it starts", "stepglass 不再認得這個瀏覽器：請開啟它啟動時印出的網址"],
});

/** @typedef {import("../engine/engine-module.js").Reply} Reply */
/**
 * @typedef {import("./walk.js").Part} Part
 * @typedef {{ work: string, done: number, of: number }} Progress
 * @typedef {{ place: number, of: number, heldMegabytes: number, mostMegabytes: number }} Standing
 */

/** How long to wait before a message is sent again that did not get through, in milliseconds. */
const pause = 500;
/** Under which name the run of this tab is kept over a reload. */
export const keptName = "stepglass-run";

/** The engine of the server that this page came from. */
export class ServerClient extends EngineClient {
  constructor() {
    super("", "", true);
    /** Calls of this page are told from those of others by it. */
    this.name = Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    /** The server's name of this browser's session, once it is known. */
    this.session = "";
    /**
     * Walks by the run that they make, and by their call.
     * @type {Map<number, Walk>}
     */
    this.walks = new Map();
    /** @type {Map<string, Walk>} */
    this.calls = new Map();
    /**
     * What came with the last part of a walk, by what it answers.
     * @type {Map<string, Reply>}
     */
    this.ready = new Map();
    /**
     * Runs that are only tried: nobody is told their stories.
     * @type {Set<number>}
     */
    this.tries = new Set();
    /** @type {EventSource | null} */
    this.events = null;
    /**
     * The page's run, whose looked-at layer comes with its steps.
     * @type {import("../engine/live-run.js").LiveRun | null}
     */
    this.live = null;
    /** Whether the model that was opened last has a template for conversations. */
    this.hasChat = false;
    /** Whether the server cannot be reached at present. */
    this.isLost = false;
    /** @type {Progress | null} */
    this.progress = null;
    /**
     * How this browser's session stands: its place among those who wait, and its memory.
     * @type {Standing | null}
     */
    this.standing = null;
    /** Whether the page's run was there already when the page was loaded. */
    this.isResumed = false;
    /** @type {() => void} */
    this.onState = () => {};
  }

  get isApart() {
    return true;
  }

  make() {
    this.events?.close();
    const events = new EventSource("engine/events");
    this.events = events;
    const data = (/** @type {Event} */ event) => JSON.parse(/** @type {MessageEvent} */ (event).data);
    events.addEventListener("part", (event) => this.took(data(event)));
    events.addEventListener("progress", (event) => this.say({ progress: data(event) }));
    events.addEventListener("state", (event) => this.say({ standing: data(event) }));
    events.addEventListener("lost", () => this.forget());
    return /** @type {Promise<void>} */ (new Promise((resolve, reject) => {
      events.addEventListener("open", () => {
        this.say({ isLost: false });
        document.documentElement.dataset.engine = "ready";
        resolve();
      });
      events.addEventListener("error", () => {
        if (events.readyState !== EventSource.CLOSED) return this.say({ isLost: true });
        // The server is there and does not know this browser: it began anew, or has let the session go.
        reject(new EngineStopped(t("served.gone")));
        this.stop(t("served.gone"));
      });
    }));
  }

  /** @param {{ isLost?: boolean, progress?: Progress | null, standing?: Standing }} state */
  say(state) {
    Object.assign(this, state);
    this.onState();
  }

  /** Parts of walks are gone: whoever waits for one looks at the run as it is. */
  forget() {
    for (const [call, walk] of this.calls) walk.add({ call, run: -1, ended: true });
  }

  /**
   * A session that is lost tells no more parts.
   * @param {string} why
   */
  stop(why) {
    super.stop(why);
    this.forget();
    this.calls.clear();
    this.walks.clear();
  }

  /** @param {Part} part */
  took(part) {
    this.say({ progress: null });
    const walk = this.calls.get(part.call);
    if (!walk) return;
    walk.add(part);
    if (part.ended) this.calls.delete(part.call);
  }

  /** @param {Record<string, any>} request @param {Uint8Array[]} attachments @returns {Promise<Reply>} */
  async reply(request, attachments) {
    const here = this.ready.get(keyOf(request));
    if (here) {
      this.ready.delete(keyOf(request));
      return here;
    }
    if (request.request === "step" && request.milliseconds !== undefined) return this.walked(request);
    if (request.request === "end" || request.request === "go") this.leave(request.run);
    const reply = await this.post(request, attachments);
    const run = reply.answer.result?.run;
    if (request.request === "use") this.hasChat = reply.answer.result?.chat === true;
    if (request.request === "try" && typeof run === "number") this.tries.add(run);
    if (request.request === "start" || request.request === "load") this.keep(0);
    return reply;
  }

  nextCall() {
    this.last += 1;
    return `${this.name}-${this.last}`;
  }

  /**
   * Sends a message until it is answered; the server carries it out once, however often it comes.
   * @param {Record<string, any>} request @param {Uint8Array[]} attachments @param {string} call @returns {Promise<Reply>}
   */
  async post(request, attachments, call = this.nextCall()) {
    const body = framed([new TextEncoder().encode(JSON.stringify(request)), ...attachments]);
    for (;;) {
      let answer;
      try {
        answer = await fetch(`engine/call?id=${call}`, { method: "POST", headers: { "Content-Type": "application/x-stepglass-message" }, body });
        if (answer.ok) {
          const bytes = new Uint8Array(await answer.arrayBuffer());
          this.say({ isLost: false, progress: null });
          this.check(answer.headers.get("Stepglass-Session") ?? "");
          const [json, ...others] = taken(bytes);
          return { answer: JSON.parse(new TextDecoder().decode(json)), attachments: others };
        }
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        this.say({ isLost: true });
      }
      if (answer && !answer.ok && answer.status !== 429 && answer.status !== 503) {
        const why = answer.status === 403 ? t("served.gone") : (await answer.text()).trim();
        this.stop(why);
        throw new EngineStopped(why);
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /**
   * Another session than before has none of this page's models and runs.
   * @param {string} session
   */
  check(session) {
    const before = this.session;
    this.session = session;
    if (before === "" || before === session) return;
    this.stop(t("served.gone"));
    throw new EngineStopped(t("served.gone"));
  }

  /**
   * The next part of the walk that makes this run; begins one where there is none.
   * @param {Record<string, any>} request of the kind `step` @returns {Promise<Reply>}
   */
  async walked(request) {
    const { run, count, milliseconds } = request;
    let walk = this.walks.get(run);
    if (!walk) {
      walk = new Walk(this.nextCall());
      this.walks.set(run, walk);
      this.calls.set(walk.call, walk);
      const isTry = this.tries.has(run);
      if (!isTry) this.keep(count);
      const begun = await this.post({ request: "walk", run, count, milliseconds, tells: !isTry, ...this.rowsWanted(run) }, [], walk.call);
      if (begun.answer.error) {
        this.leave(run);
        return begun;
      }
    }
    const part = await walk.next();
    if (part.ended) {
      if (this.walks.get(run) === walk) this.walks.delete(run);
      if (!this.tries.has(run)) this.keep(0);
    }
    if (!part.step) return { answer: { result: { steps: [], run: (await this.post({ request: "run", run }, [])).answer.result } }, attachments: [] };
    this.takeIn(part);
    return { answer: part.step, attachments: [] };
  }

  /**
   * The rows of attention that are not here yet, of the layer that is looked at.
   * @param {number} run
   */
  rowsWanted(run) {
    const attention = this.live?.state?.run === run ? this.live.source?.attention : null;
    if (!(attention instanceof LiveAttention)) return {};
    const layer = Math.min(place().layer, attention.layers - 1);
    return { layer, from: attention.count(layer) };
  }

  /** @param {Part} part */
  takeIn(part) {
    this.ready.clear();
    const { run, step, stories, rows, layer, bytes } = part;
    if (stories?.result) this.ready.set(keyOf({ request: "stories", run, from: step.result.steps[0]?.index }), { answer: stories, attachments: [] });
    if (rows?.result && bytes !== undefined) this.ready.set(keyOf({ request: "attention", run, layer, from: rows.result.from }), { answer: rows, attachments: [bytesOf(bytes)] });
  }

  /** What is walked ends; parts on their way are nobody's. */
  rest() {
    for (const run of [...this.walks.keys()]) if (!this.tries.has(run)) this.leave(run);
  }

  /** @param {number} run */
  leave(run) {
    const walk = this.walks.get(run);
    this.walks.delete(run);
    if (!walk || !this.calls.has(walk.call)) return;
    if (!walk.wake) {
      this.calls.delete(walk.call);
      // The server may not have begun it: whoever comes to wait for a part then finds that there is none.
      walk.add({ call: walk.call, run, ended: true });
    }
    fetch(`engine/cancel?id=${walk.call}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }).catch(() => {});
  }

  /**
   * Keeps which run this tab shows, and how many steps it still walks, for when the tab is loaded anew.
   * @param {number} left
   */
  keep(left) {
    setTimeout(() => {
      const { live } = this;
      if (!live?.state || live.model === null) return;
      const kept = { session: this.session, run: live.state.run, model: live.model, name: live.parts.name, chat: this.hasChat, left };
      try { sessionStorage.setItem(keptName, JSON.stringify(kept)); } catch { /* A browser that keeps nothing begins anew. */ }
    });
  }
}

/** @param {Record<string, any>} request */
function keyOf(request) {
  return `${request.request} ${request.run} ${request.layer ?? ""} ${request.from}`;
}
