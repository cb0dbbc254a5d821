// Where the reader is: one value, kept in the address, that every panel follows.

/** @typedef {import("./types.js").Place} Place */

/** @type {Place} */
const start = { step: 0, layer: 0, head: 0, look: null, lang: "en", tint: "probability", theme: "auto", predict: false, numbers: false,
  frame: "", over: "", rest: false, least: 0, lens: "step" };

/** @type {Place} */
let now = { ...start };
/** @type {((changed: Set<string>) => void)[]} */
const listeners = [];
const limits = { steps: 1, layers: 1, heads: 1, positions: 1 };

/** @returns {Readonly<Place>} */
export function place() {
  return now;
}

/**
 * Says how large the run is; places outside are drawn back into it.
 * @param {{ steps: number, layers: number, heads: number, positions: number }} size
 */
export function setLimits(size) {
  Object.assign(limits, size);
}

/** Steps beyond this are not entered (predict mode). */
let ceiling = Infinity;

/** @param {number} step */
export function setStepCeiling(step) {
  ceiling = step;
}

/**
 * What happens when the reader steps past the last step: a run with an engine behind it goes on.
 * @type {(() => void) | null}
 */
let beyond = null;

/** @param {() => void} action */
export function onBeyond(action) {
  beyond = action;
}

/** @param {(changed: Set<string>) => void} listener */
export function onMove(listener) {
  listeners.push(listener);
}

/**
 * Sets the place before anything listens, and leaves the address alone.
 * @param {Partial<Place>} wish
 */
export function begin(wish) {
  now = { ...now, ...wish };
}

/**
 * @param {number} value
 * @param {number} size
 */
function within(value, size) {
  return Math.max(0, Math.min(Math.max(size, 1) - 1, Math.round(value)));
}

/**
 * Moves the reader. Panels hear the names of what really changed; the address follows.
 * @param {Partial<Place>} wish
 */
export function move(wish) {
  // The next step where there is none yet; in a run without steps place 0 is none, too.
  if (wish.step === now.step + 1 && wish.step >= limits.steps && !(wish.predict ?? now.predict)) beyond?.();
  const next = { ...now, ...wish };
  next.step = within(next.predict ? Math.min(next.step, ceiling) : next.step, limits.steps);
  next.layer = within(next.layer, limits.layers);
  if (typeof next.head === "number") next.head = within(next.head, limits.heads);
  if (next.look !== null) next.look = within(next.look, limits.positions);
  // A step taken means: look from this step again.
  if (wish.step !== undefined && wish.step !== now.step && wish.look === undefined) next.look = null;
  const changed = new Set();
  for (const key of /** @type {(keyof Place)[]} */ (Object.keys(next))) if (next[key] !== now[key]) changed.add(key);
  if (changed.size === 0) return;
  now = next;
  writeAddress();
  for (const listener of listeners) listener(changed);
}

/** What stands in the address before the place, as `lesson=8&`. */
let before = "";

/** @param {string} text */
export function keepInAddress(text) {
  before = text;
  writeAddress();
}

/** The address of a place: `#step=3&layer=5&head=2&lang=zh-TW`, and what differs from the start after it. */
export function addressOf(/** @type {Place} */ at) {
  const parts = [`step=${at.step}`, `layer=${at.layer}`, `head=${at.head}`, `lang=${at.lang}`];
  if (at.look !== null) parts.push(`look=${at.look}`);
  if (at.tint !== start.tint) parts.push(`tint=${at.tint}`);
  if (at.theme !== start.theme) parts.push(`theme=${at.theme}`);
  if (at.predict) parts.push("predict=1");
  if (at.numbers) parts.push("numbers=1");
  if (at.frame !== start.frame) parts.push(`frame=${at.frame}`);
  if (at.over !== start.over) parts.push(`over=${at.over}`);
  if (at.rest) parts.push("rest=1");
  if (at.least !== start.least) parts.push(`least=${at.least}`);
  if (at.lens !== start.lens) parts.push(`lens=${at.lens}`);
  return `#${before}${parts.join("&")}`;
}

/** @type {ReturnType<typeof setTimeout> | null} */
let pendingWrite = null;

/** Writes the address at once, or a little later while a key is held down: browsers limit how often it may change. */
function writeAddress() {
  document.documentElement.dataset.step = String(now.step);
  if (pendingWrite !== null) return;
  const sinceLast = performance.now() - lastWrite;
  if (sinceLast > addressPauseMilliseconds) return replaceAddress();
  pendingWrite = setTimeout(replaceAddress, addressPauseMilliseconds - sinceLast);
}

const addressPauseMilliseconds = 150;
let lastWrite = -Infinity;

function replaceAddress() {
  pendingWrite = null;
  lastWrite = performance.now();
  history.replaceState(null, "", addressOf(now));
}

/** The largest share below which weights may be left out, in percent. */
export const mostLeast = 50;

/**
 * The part of a place that an address names; what is no such value is left out.
 * @param {string} hash
 */
export function readAddress(hash) {
  const query = new URLSearchParams(hash.replace(/^#/, ""));
  /** @type {Partial<Place>} */
  const wish = {};
  for (const key of /** @type {const} */ (["step", "layer", "look"])) {
    const text = query.get(key);
    if (text !== null && /^\d{1,9}$/.test(text)) wish[key] = Number(text);
  }
  const head = query.get("head");
  if (head === "mean" || head === "max") wish.head = head;
  else if (head !== null && /^\d{1,9}$/.test(head)) wish.head = Number(head);
  const lang = query.get("lang");
  if (lang === "en" || lang === "zh-TW") wish.lang = lang;
  const theme = query.get("theme");
  if (theme === "light" || theme === "dark" || theme === "auto") wish.theme = theme;
  const tint = query.get("tint");
  if (tint !== null && /^[a-z]{1,20}$/.test(tint)) wish.tint = tint;
  const frame = query.get("frame");
  if (frame !== null && /^[a-z]{1,20}$/.test(frame)) wish.frame = frame;
  const over = query.get("over");
  if (over === "mean" || over === "max" || over === "rollout") wish.over = over;
  if (query.get("rest") === "1") wish.rest = true;
  const least = query.get("least");
  if (least !== null && /^\d{1,2}$/.test(least)) wish.least = Math.min(mostLeast, Number(least));
  if (query.get("lens") === "run") wish.lens = "run";
  if (query.get("predict") === "1") wish.predict = true;
  if (query.get("numbers") === "1") wish.numbers = true;
  return wish;
}

/**
 * Follows the address when the reader changes it by hand or by a link. An address that does not ask for guessing leaves
 * it: what it points at must be seen.
 */
export function followAddress() {
  addEventListener("hashchange", (event) => move({ look: null, predict: false, frame: "", over: "", rest: false, least: 0, lens: "step", ...readAddress(new URL(event.newURL).hash) }));
}
