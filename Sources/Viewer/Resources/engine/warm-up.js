// A browser makes good code only of what has run for a while: the first tokens of an engine take twice as long as later
// ones. So an engine that has a model and nothing to do writes a few that nobody sees, until somebody wants something.

/** How many tokens make the browser compile what a step runs, in both browsers that we looked at, and how many at a time. */
const enough = 64;
const atOnce = 4;

/**
 * @param {import("./live-run.js").LiveRun} live whose model is open
 * @param {string} text of the run that nobody sees
 */
export async function warmUp(live, text) {
  const { client, model } = live;
  // Only an engine of the page, and beside it: within the page it would hold up what is looked at.
  if (model === null || client.worker === null) return;
  try {
    const { run } = (await client.ask({ request: "start", model, text, options: { "max-tokens": String(enough) } })).result;
    for (let made = 0; made < enough && !client.isAsked; made += atOnce) {
      const { result } = await client.ask({ request: "step", run, count: atOnce });
      if (!result.run.canGoOn) break;
    }
    await client.ask({ request: "end", run });
  } catch {
    // What is wrong with the engine is told to who asks it for something.
  }
}
