// Looks at a trace before anything is built from it: the first thing that is wrong is said with its place, and
// nothing else of the file is shown. Called by: the trace source.

const traceFormat = "stepglass-trace";
const traceVersion = 1;
/** Longest text of one token or candidate; real tokens stay under a few hundred characters. */
const tokenTextLimit = 4096;
/** Most steps and prompt tokens the page takes; far above any context the page is meant for. */
const tokenCountLimit = 262_144;

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
 * @param {string} path
 * @param {string} expected @returns {never}
 */
function broken(path, expected) {
  throw new TraceProblem("problem.field", { path, expected });
}

/**
 * @param {any} value
 * @param {string} path
 */
function object(value, path) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) broken(path, "{…}");
}

/**
 * @param {any} value
 * @param {string} path @param {number} [limit] @returns {any[]}
 */
function array(value, path, limit = tokenCountLimit) {
  if (!Array.isArray(value)) broken(path, "[…]");
  if (value.length > limit) broken(path, `≤ ${limit}`);
  return value;
}

/**
 * @param {any} value
 * @param {string} path @param {number} [low] @param {number} [high]
 */
function number(value, path, low = -Infinity, high = Infinity) {
  if (typeof value !== "number" || !Number.isFinite(value)) broken(path, "a finite number");
  if (value < low || value > high) broken(path, `${low} … ${high}`);
}

/**
 * @param {any} value
 * @param {string} path @param {number} [low] @param {number} [high]
 */
function integer(value, path, low = 0, high = Number.MAX_SAFE_INTEGER) {
  number(value, path, low, high);
  if (!Number.isInteger(value)) broken(path, "an integer");
}

/**
 * @param {any} value
 * @param {string} path @param {number} [limit]
 */
function string(value, path, limit = 1 << 26) {
  if (typeof value !== "string") broken(path, "a text");
  if (value.length > limit) broken(path, `≤ ${limit} characters, not ${value.length}`);
}

/**
 * @param {any} value
 * @param {string} path
 */
function token(value, path) {
  object(value, path);
  integer(value.id, `${path}.id`);
  string(value.text, `${path}.text`, tokenTextLimit);
  string(value.bytes, `${path}.bytes`, 2 * tokenTextLimit);
  if (!/^([0-9a-f]{2})*$/.test(value.bytes)) broken(`${path}.bytes`, "hexadecimal");
  integer(value.start, `${path}.start`);
  integer(value.end, `${path}.end`);
}

/** Probabilities may overshoot 1 by rounding. */
const one = 1 + 1e-6;

/**
 * @param {any} step
 * @param {number} index @param {number} promptLength
 */
function checkStep(step, index, promptLength) {
  const path = `steps[${index}]`;
  object(step, path);
  if (step.index !== index) broken(`${path}.index`, String(index));
  integer(step.position, `${path}.position`, promptLength);
  token(step.token, `${path}.token`);
  const stages = array(step.stages, `${path}.stages`, 64);
  stages.forEach((stage, i) => {
    object(stage, `${path}.stages[${i}]`);
    string(stage.name, `${path}.stages[${i}].name`, 100);
    object(stage.parameters, `${path}.stages[${i}].parameters`);
    for (const [name, value] of Object.entries(stage.parameters)) {
      number(value, `${path}.stages[${i}].parameters.${name.slice(0, 40)}`);
    }
    integer(stage.kept, `${path}.stages[${i}].kept`);
    integer(stage.removed, `${path}.stages[${i}].removed`);
  });
  array(step.candidates, `${path}.candidates`).forEach((candidate, i) => {
    const place = `${path}.candidates[${i}]`;
    object(candidate, place);
    integer(candidate.id, `${place}.id`);
    string(candidate.text, `${place}.text`, tokenTextLimit);
    string(candidate.bytes, `${place}.bytes`, 2 * tokenTextLimit);
    integer(candidate.rank, `${place}.rank`, 1);
    const logits = array(candidate.logits, `${place}.logits`, 64);
    if (logits.length !== stages.length) broken(`${place}.logits`, `${stages.length} numbers, not ${logits.length}`);
    logits.forEach((x, k) => {
      if (x !== null) number(x, `${place}.logits[${k}]`);
    });
    number(candidate.rawProbability, `${place}.rawProbability`, 0, one);
    number(candidate.probability, `${place}.probability`, 0, one);
    if (candidate.removedBy !== null) string(candidate.removedBy, `${place}.removedBy`, 100);
  });
  object(step.tail, `${path}.tail`);
  integer(step.tail.count, `${path}.tail.count`);
  number(step.tail.rawProbability, `${path}.tail.rawProbability`, 0, one);
  number(step.tail.probability, `${path}.tail.probability`, 0, one);
  object(step.entropyBits, `${path}.entropyBits`);
  number(step.entropyBits.raw, `${path}.entropyBits.raw`, -1e-6);
  number(step.entropyBits.final, `${path}.entropyBits.final`, -1e-6);
  number(step.logSumExp, `${path}.logSumExp`);
  if (step.draw) {
    number(step.draw.uniform, `${path}.draw.uniform`, 0, 1);
    number(step.draw.low, `${path}.draw.low`, 0, one);
    number(step.draw.high, `${path}.draw.high`, 0, one);
  }
  if (step.seconds) {
    object(step.seconds, `${path}.seconds`);
    for (const key of ["forward", "choose", "record"]) number(step.seconds[key], `${path}.seconds.${key}`, 0);
  }
  if (step.lens) {
    array(step.lens, `${path}.lens`, 4096).forEach((row, i) => {
      object(row, `${path}.lens[${i}]`);
      integer(row.layer, `${path}.lens[${i}].layer`);
      array(row.top, `${path}.lens[${i}].top`, 1024).forEach((entry, k) => {
        object(entry, `${path}.lens[${i}].top[${k}]`);
        string(entry.text, `${path}.lens[${i}].top[${k}].text`, tokenTextLimit);
        number(entry.probability, `${path}.lens[${i}].top[${k}].probability`, 0, one);
      });
    });
  }
}

/** @param {any} prompt */
function checkPrompt(prompt) {
  object(prompt, "prompt");
  string(prompt.text, "prompt.text");
  string(prompt.rendered, "prompt.rendered");
  array(prompt.tokens, "prompt.tokens").forEach((value, i) => token(value, `prompt.tokens[${i}]`));
  array(prompt.pieces, "prompt.pieces").forEach((piece, i) => {
    const path = `prompt.pieces[${i}]`;
    object(piece, path);
    integer(piece.start, `${path}.start`);
    integer(piece.end, `${path}.end`);
    string(piece.bytes, `${path}.bytes`);
    array(piece.symbols, `${path}.symbols`).forEach((s, k) => string(s, `${path}.symbols[${k}]`));
    array(piece.ids, `${path}.ids`).forEach((id, k) => integer(id, `${path}.ids[${k}]`));
    array(piece.merges, `${path}.merges`).forEach((merge, k) => {
      object(merge, `${path}.merges[${k}]`);
      integer(merge.rank, `${path}.merges[${k}].rank`);
      integer(merge.index, `${path}.merges[${k}].index`, 0, piece.symbols.length);
      string(merge.left, `${path}.merges[${k}].left`);
      string(merge.right, `${path}.merges[${k}].right`);
    });
  });
  if (prompt.scores) {
    if (array(prompt.scores, "prompt.scores").length !== prompt.tokens.length) {
      broken("prompt.scores", `${prompt.tokens.length} entries`);
    }
    for (const [i, score] of prompt.scores.entries()) {
      if (score !== null) number(score?.probability, `prompt.scores[${i}].probability`, 0, one);
    }
  }
}

/** @param {any} beam */
function checkBeam(beam) {
  object(beam, "beam");
  integer(beam.beams, "beam.beams", 1, 1024);
  number(beam.lengthPenalty, "beam.lengthPenalty");
  const ids = new Set();
  array(beam.nodes, "beam.nodes").forEach((node, i) => {
    const path = `beam.nodes[${i}]`;
    object(node, path);
    integer(node.id, `${path}.id`);
    // Parents stand before their children: no cycles, and one pass builds the tree.
    if (node.parent !== null && !ids.has(node.parent)) broken(`${path}.parent`, "an earlier node");
    if (ids.has(node.id)) broken(`${path}.id`, "a new id");
    ids.add(node.id);
    integer(node.depth, `${path}.depth`, 0, tokenCountLimit);
    token(node.token, `${path}.token`);
    for (const key of ["logProbability", "sumLogProbability", "score"]) number(node[key], `${path}.${key}`);
    string(node.state, `${path}.state`, 40);
  });
  array(beam.hypotheses, "beam.hypotheses").forEach((hypothesis, i) => {
    const path = `beam.hypotheses[${i}]`;
    object(hypothesis, path);
    array(hypothesis.tokens, `${path}.tokens`).forEach((id, k) => integer(id, `${path}.tokens[${k}]`));
    string(hypothesis.text, `${path}.text`);
    number(hypothesis.sumLogProbability, `${path}.sumLogProbability`);
    number(hypothesis.score, `${path}.score`);
  });
}

/** @param {any} settings */
function checkSettings(settings) {
  object(settings, "settings");
  if (settings.changes === undefined) return;
  array(settings.changes, "settings.changes").forEach((change, i) => {
    object(change, `settings.changes[${i}]`);
    integer(change.step, `settings.changes[${i}].step`, 1);
    object(change.settings, `settings.changes[${i}].settings`);
  });
}

/**
 * A trace from the text of its file, or a TraceProblem.
 * @param {string} text
 * @returns {import("../base/types.js").Trace}
 */
export function checkedTrace(text) {
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
  object(trace.engine, "engine");
  object(trace.model, "model");
  string(trace.model.name, "model.name", 1000);
  for (const key of ["layers", "heads", "keyValueHeads"]) integer(trace.model[key], `model.${key}`, 1, 65_536);
  for (const key of ["headSize", "hiddenSize", "vocabularySize", "contextLength", "parameters", "weightBytes"]) {
    integer(trace.model[key], `model.${key}`);
  }
  checkSettings(trace.settings);
  checkPrompt(trace.prompt);
  array(trace.steps, "steps").forEach((step, i) => checkStep(step, i, trace.prompt.tokens.length));
  string(trace.text, "text");
  if (trace.beam) checkBeam(trace.beam);
  if (trace.attention) object(trace.attention, "attention");
  if (trace.metrics) {
    object(trace.metrics, "metrics");
    for (const [key, value] of Object.entries(trace.metrics)) {
      if (value !== null) number(value, `metrics.${key.slice(0, 60)}`, 0);
    }
  }
  if (trace.notes) array(trace.notes, "notes").forEach((note, i) => string(note, `notes[${i}]`));
  return trace;
}
