// What scripts find of the engine: `<html data-engine="ready">` while it runs, and `window.stepglass.run(line)`.

/** @typedef {import("./live-run.js").LiveRun} LiveRun */

/** Width in characters of the text that an answer has. */
const width = 100;

/**
 * `stepglass.run("step")` promises the outcomes of a line of the debugger, and what it prints in both languages, as JSON;
 * in a page without a model the line is a question about the record.
 * @param {LiveRun} live
 */
export function offerToScripts(live) {
  const run = async (/** @type {unknown} */ line) => {
    const { outcomes, text } = await live.line(String(line), width);
    return { outcomes, text };
  };
  Object.defineProperty(window, "stepglass", { value: Object.freeze({ run }) });
}
