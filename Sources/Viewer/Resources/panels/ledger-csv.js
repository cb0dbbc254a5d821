// A step's candidates as CSV, for spreadsheets.

/** @typedef {import("../base/types.js").Step} Step */

/** @param {string | number | null} value */
function csvField(value) {
  const text = value === null ? "" : String(value);
  // Such a sign would make a spreadsheet run the text as a formula, where a cell begins or a semicolon parts cells.
  const safe = typeof value === "string" ? text.replace(/(^|;"*)(?=[=+\-@＝＋－＠\t\r])/g, "$1'") : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/**
 * The whole step as CSV: one line per candidate, one column per stage.
 * @param {Step} step
 */
export function ledgerCSV(step) {
  const head = ["rank", "id", "token", "bytes", ...step.stages.map((s) => s.name), "rawProbability", "probability", "removedBy", "chosen"];
  const lines = step.candidates.map((c) => [c.rank, c.id, c.text, c.bytes, ...c.logits, c.rawProbability, c.probability,
    c.removedBy, c.id === step.token.id ? 1 : 0]);
  return [head, ...lines].map((line) => line.map(csvField).join(",")).join("\r\n") + "\r\n";
}
