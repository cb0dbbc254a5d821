// The page's own reading of attention, for a record's text: `node notebook_weights.mjs RESOURCES TRACE.json` prints every row
// of every layer and head as the bits of its 32-bit floats, in hexadecimal. RESOURCES holds the page's sources as modules.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const folder = pathToFileURL(process.argv[2] + "/").href;
const { AttentionWeights } = await import(folder + "data/weights.js");
const trace = JSON.parse(readFileSync(process.argv[3], "utf8"));
trace.steps ??= [];
const weights = new AttentionWeights(trace.attention, trace);
for (let layer = 0; layer < weights.layers; layer += 1) {
    await weights.load(layer);
    for (let head = 0; head < weights.heads; head += 1)
        for (let query = 0; query < weights.positions; query += 1) {
            const row = weights.row(layer, head, query);
            console.log(Buffer.from(row.buffer, row.byteOffset, row.byteLength).toString("hex"), weights.tail(layer, head, query));
        }
}
