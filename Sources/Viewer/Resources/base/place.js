// Where the reader is and what is chosen: one value, kept in the address, that every panel follows. A panel's own choice is
// declared beside the panel.

/** @typedef {import("./types.js").Place} Place */

/** @type {Place} */
const start = { step: 0, layer: 0, head: 0, look: null, lang: "en", tint: "probability", theme: "auto", predict: false, numbers: false, choices: {} };

/** @type {Place} */
let now = { ...start };
/** @type {((changed: Set<string>) => void)[]} */
const listeners = [];
const limits = { steps: 1, layers: 1, heads: 1, positions: 1 };

/**
 * The choices that panels add to the place, by their names in the address: what each is where nothing was chosen, and
 * which texts it takes.
 * @type {Map<string, { start: string, takes: RegExp }>}
 */
const declared = new Map();

/**
 * Adds a choice to the place: it is kept in the address, and `choiceOf` and `choose` read and set it. Two of one name are
 * a mistake of ours.
 * @param {string} name @param {string} initial @param {RegExp} takes
 */
export function declareChoice(name, initial, takes) {
  if (declared.has(name) || name in start) throw new Error(`two choices are named "${name}"`);
  declared.set(name, { start: initial, takes });
}

/**
 * What is chosen now.
 * @param {string} name of a choice that was declared
 */
export function choiceOf(name) {
  return now.choices[name] ?? declared.get(name)?.start ?? "";
}

/**
 * Chooses; panels hear the choice's name.
 * @param {string} name @param {string} value @param {Partial<Place>} wish where the reader goes with it
 */
export function choose(name, value, wish = {}) {
  move({ ...wish, choices: withChoice(now.choices, name, value) });
}

/**
 * @param {Readonly<Record<string, string>>} choices @param {string} name @param {string} value
 */
function withChoice(choices, name, value) {
  const { [name]: _, ...others } = choices;
  return value === declared.get(name)?.start ? others : { ...others, [name]: value };
}

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
  const changed = changesTo(next);
  if (changed.size === 0) return;
  now = next;
  writeAddress();
  for (const listener of listeners) listener(changed);
}

/**
 * The names of what would be another in the next place; of choices their own names.
 * @param {Place} next
 */
function changesTo(next) {
  const { choices: before, ...parts } = now;
  const changed = new Set(/** @type {string[]} */ (/** @type {(keyof typeof parts)[]} */ (Object.keys(parts)).filter((key) => next[key] !== now[key])));
  for (const name of declared.keys()) if (before[name] !== next.choices[name]) changed.add(name);
  return changed;
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
  for (const [name, value] of Object.entries(at.choices)) parts.push(`${name}=${encodeURIComponent(value)}`);
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
  if (query.get("predict") === "1") wish.predict = true;
  if (query.get("numbers") === "1") wish.numbers = true;
  for (const [name, { takes }] of declared) {
    const text = query.get(name);
    if (text !== null && takes.test(text)) wish.choices = withChoice(wish.choices ?? {}, name, text);
  }
  return wish;
}

/**
 * Follows the address when the reader changes it by hand or by a link. An address that does not ask for guessing leaves
 * it: what it points at must be seen. Choices that it does not name are as they were in the beginning.
 */
export function followAddress() {
  addEventListener("hashchange", (event) => goTo(new URL(event.newURL).hash));
}

/**
 * Goes where an address points, which is all of the view but for language and look where it leaves these out.
 * @param {string} hash
 */
export function goTo(hash) {
  move({ look: null, predict: false, choices: {}, ...readAddress(hash) });
}
