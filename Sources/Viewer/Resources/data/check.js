// Looks at a trace before anything is built from it: the first thing that is wrong is said with its place, and nothing
// else of the file is shown. What each field may hold is a table that the page builder hands over; how fields have to
// agree with each other stands here.

const traceFormat = "stepglass-trace";
const traceVersion = 1;
/** Most elements of a list, far above any context the page is meant for, and longest text. */
const listLimit = 262_144;
const textLimit = 1 << 26;

/**
 * What may stand in a field; the kinds are said where the table is made.
 * @typedef {{ kind: string, low?: number, high?: number, pattern?: string, words?: string[], text?: string,
 *   name?: string, keys?: string, of?: Shape, or?: Shape, optional?: boolean, expression?: RegExp }} Shape
 */

/**
 * The fields of each type by name, once they are read.
 * @type {Record<string, Record<string, Shape>> | null}
 */
let tables = null;

/**
 * The way to the value that is looked at.
 * @type {(string | number)[]}
 */
let way = [];

/** What is wrong with a trace, for the reader. */
export class TraceProblem extends Error {
  /**
   * @param {string} key a key of the string table
   * @param {Record<string, string | number>} [values]
   */
  constructor(key, values = {}) {
    super(`${key} ${JSON.stringify(values)}`);
    this.key = key;
    this.values = values;
  }
}

/**
 * @param {string} expected @param {string} [path] where; here, if nothing is said
 * @returns {never}
 */
function broken(expected, path = way.map((name) => (typeof name === "number" ? `[${name}]` : `.${name}`)).join("").slice(1)) {
  throw new TraceProblem("problem.field", { path, expected });
}

/**
 * Looks at what stands one step further.
 * @param {string | number} name @param {any} value @param {Shape | undefined} shape
 */
function inside(name, value, shape) {
  way.push(name);
  look(value, shape);
  way.pop();
}

/** @param {any} value @param {number} low @param {number} high */
function number(value, low, high) {
  if (typeof value !== "number" || !Number.isFinite(value)) broken("a finite number");
  if (value < low || value > high) broken(`${low} … ${high}`);
}

/** @param {any} value @param {Shape} shape */
function text(value, shape) {
  const limit = shape.high ?? textLimit;
  if (typeof value !== "string") broken("a text");
  if (value.length > limit) broken(`≤ ${limit} characters, not ${value.length}`);
  if (shape.pattern === undefined) return;
  shape.expression ??= new RegExp(shape.pattern);
  if (!shape.expression.test(value)) broken(shape.kind === "bytes" ? "hexadecimal" : shape.pattern);
}

/** @param {any} value */
function object(value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) broken("{…}");
}

/** @param {any} value @param {Shape} shape */
function list(value, shape) {
  const limit = shape.high ?? listLimit;
  if (!Array.isArray(value)) broken("[…]");
  if (value.length > limit) broken(`≤ ${limit}`);
  if (value.length < (shape.low ?? 0)) broken(`≥ ${shape.low}`);
  for (let i = 0; i < value.length; i += 1) inside(i, value[i], shape.of);
}

/** @param {any} value @param {Shape} shape */
function map(value, shape) {
  object(value);
  const keys = shape.keys === undefined ? null : new RegExp(shape.keys);
  for (const [name, entry] of Object.entries(value)) {
    if (keys && !keys.test(name)) broken(`{${keys.source}: …}`);
    inside(name.slice(0, 40), entry, shape.of);
  }
}

/** @param {any} value @param {Shape} shape */
function either(value, shape) {
  const length = way.length;
  try {
    look(value, shape.of);
  } catch {
    way.length = length;
    look(value, shape.or);
  }
}

/** @param {any} value @param {string} name */
function fields(value, name) {
  object(value);
  // What has no table (the attention weights) is looked at by whoever reads it.
  for (const [key, shape] of Object.entries(tables?.[name] ?? {})) {
    if (!shape.optional || value[key] !== undefined) inside(key, value[key], shape);
  }
}

/** @param {any} value @param {Shape | undefined} shape */
function look(value, shape) {
  switch (shape?.kind) {
    case "integer":
      number(value, shape.low ?? 0, shape.high ?? Number.MAX_SAFE_INTEGER);
      if (!Number.isInteger(value)) broken("an integer");
      return;
    case "number": return number(value, shape.low ?? -Infinity, shape.high ?? Infinity);
    case "text": case "bytes": return text(value, shape);
    case "anyObject": if (typeof value !== "object" || value === null || Array.isArray(value)) broken("{ }"); return;
    case "flag": if (typeof value !== "boolean") broken("true | false"); return;
    case "words": if (!shape.words?.includes(value)) broken(shape.words?.join(" | ") ?? ""); return;
    case "constant": if (JSON.stringify(value) !== shape.text) broken(shape.text ?? ""); return;
    case "null": if (value !== null) look(value, shape.of); return;
    case "either": return either(value, shape);
    case "list": return list(value, shape);
    case "map": return map(value, shape);
    default: return fields(value, shape?.name ?? "");
  }
}

/**
 * Steps stand in their places after the prompt; a candidate has a logit for each stage.
 * @param {import("../base/types.js").Trace} trace
 */
function checkSteps(trace) {
  if (trace.run === "fill") return checkMasks(trace);
  if (trace.masks) broken('"run": "fill"', "masks");
  const first = trace.prompt.tokens.length;
  trace.steps.forEach((step, i) => {
    const path = `steps[${i}]`;
    if (step.index !== i) broken(String(i), `${path}.index`);
    if (step.position < first) broken(`${first} … ${Number.MAX_SAFE_INTEGER}`, `${path}.position`);
    const stages = step.stages.length;
    step.candidates.forEach(({ logits }, k) => {
      if (logits.length !== stages) broken(`${stages} numbers, not ${logits.length}`, `${path}.candidates[${k}].logits`);
    });
    if (step.residual) checkResidual(step.residual, trace.model, `${path}.residual`);
  });
}

/**
 * The residual stream has as many parts as the model.
 * @param {import("../base/types.js").Residual} residual @param {import("../base/types.js").Model} model @param {string} path
 */
function checkResidual(residual, model, path) {
  const check = (/** @type {string} */ name, /** @type {number} */ count, /** @type {number} */ wanted) => { if (count !== wanted) broken(`${wanted} entries, not ${count}`, `${path}.${name}`); };
  check("embedding.values", residual.embedding.values.length, model.hiddenSize);
  check("layers", residual.layers.length, model.layers);
  residual.layers.forEach(({ headLogits, headLengths }, i) => {
    check(`layers[${i}].headLogits`, headLogits.length, model.heads);
    check(`layers[${i}].headLengths`, headLengths.length, model.heads);
  });
}

/**
 * Masks stand in the prompt, one behind the other, and have the raw logit alone; what shows steps shows them.
 * @param {import("../base/types.js").Trace} trace
 */
function checkMasks(trace) {
  if (trace.steps.length > 0) broken("[]", "steps");
  let next = 0;
  (trace.masks ?? []).forEach((mask, i) => {
    const last = trace.prompt.tokens.length - 1;
    if (mask.position < next || mask.position > last) broken(`${next} … ${last}`, `masks[${i}].position`);
    next = mask.position + 1;
    mask.candidates.forEach(({ logits }, k) => {
      if (logits.length !== 1) broken(`1 numbers, not ${logits.length}`, `masks[${i}].candidates[${k}].logits`);
    });
  });
  trace.steps = masksAsSteps(trace);
}

/**
 * The masks of a run that fills, as steps with the raw stage alone.
 * @param {import("../base/types.js").Trace} trace
 * @returns {import("../base/types.js").Step[]}
 */
function masksAsSteps(trace) {
  return (trace.masks ?? []).map((mask, index) => {
    const hidden = trace.prompt.tokens[mask.position];
    const best = /** @type {import("../base/types.js").Candidate} */ (mask.candidates[0]);
    return { index, position: mask.position,
      token: { id: best.id, text: best.text, bytes: best.bytes, start: hidden?.start ?? 0, end: hidden?.end ?? 0, special: false },
      stages: [{ name: "raw", parameters: {}, kept: mask.candidates.length + mask.tail.count, removed: 0 }],
      candidates: mask.candidates, tail: mask.tail, entropyBits: { raw: mask.entropyBits, final: mask.entropyBits },
      logSumExp: mask.logSumExp, draw: null, finish: null };
  });
}

/**
 * Each list of costs has an entry for each context, or each step.
 * @param {import("../base/types.js").Costs} costs
 */
function checkCosts({ contexts, cacheBytes, prefill, decode, steps }) {
  const agree = (/** @type {string} */ path, /** @type {unknown[][]} */ lists, /** @type {number} */ length) => {
    for (const list of lists) if (list.length !== length) broken(`${length} entries, not ${list.length}`, `costs.${path}`);
  };
  agree("cacheBytes", [cacheBytes], contexts.length);
  agree("prefill", Object.values(prefill), contexts.length);
  agree("decode", Object.values(decode), decode.head.length === 0 ? 0 : contexts.length);
  agree("steps", Object.values(steps), steps.cached.length);
}

/** @param {import("../base/types.js").Prompt} prompt */
function checkPrompt(prompt) {
  prompt.pieces.forEach((piece, i) => piece.merges.forEach((merge, k) => {
    if (merge.index > piece.symbols.length) broken(`0 … ${piece.symbols.length}`, `prompt.pieces[${i}].merges[${k}].index`);
  }));
  if (prompt.scores && prompt.scores.length !== prompt.tokens.length) broken(`${prompt.tokens.length} entries`, "prompt.scores");
}

/**
 * Parents stand before their children: no cycles, and one pass builds the tree.
 * @param {import("../base/types.js").Beam} beam
 */
function checkBeam(beam) {
  const ids = new Set();
  beam.nodes.forEach((node, i) => {
    if (node.parent !== null && !ids.has(node.parent)) broken("an earlier node", `beam.nodes[${i}].parent`);
    if (ids.has(node.id)) broken("a new id", `beam.nodes[${i}].id`);
    ids.add(node.id);
  });
}

/**
 * A trace from the text of its file, or a TraceProblem.
 * @param {string} text
 * @returns {import("../base/types.js").Trace}
 */
export function checkedTrace(text) {
  tables ??= JSON.parse(document.getElementById("fields")?.textContent ?? "");
  /** @type {any} */
  let trace;
  try {
    trace = JSON.parse(text);
  } catch (error) {
    throw new TraceProblem("problem.json", { why: error instanceof Error ? error.message.slice(0, 200) : "" });
  }
  if (trace === null || typeof trace !== "object" || trace.format !== traceFormat) {
    throw new TraceProblem("problem.format");
  }
  if (trace.version !== traceVersion) {
    throw new TraceProblem("problem.version", { found: String(trace.version).slice(0, 20), known: traceVersion });
  }
  way = [];
  fields(trace, "trace");
  checkSteps(trace);
  checkPrompt(trace.prompt);
  if (trace.beam) checkBeam(trace.beam);
  if (trace.costs) checkCosts(trace.costs);
  return trace;
}
