// Runs the page's module in node: `node run_host.mjs MODULE <REQUESTS >ANSWERS`, a line each.
import { readFileSync } from "node:fs";
import { makeHost } from "./host.mjs";

// Here the engine makes all products by itself, as in a browser that lends it nothing.
const answer = makeHost(new WebAssembly.Module(readFileSync(process.argv[2])), (path) => readFileSync(path), false);
for (const line of readFileSync(0, "utf8").split("\n")) {
    if (!line) continue;
    const start = performance.now();
    const text = await answer(line);
    if (process.env.SHOW_TIMES) console.error((performance.now() - start).toFixed(1), "ms", line.slice(0, 70));
    process.stdout.write(text + "\n");
}
