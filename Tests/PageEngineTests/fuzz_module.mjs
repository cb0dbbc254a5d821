// Throws changed records and models at the page's module in node: fuzz_module.mjs MODULE SECONDS SEED FOLDER FILE…
//
// A FILE is a record as JSON, or a GGUF file. Each turn changes a few bytes or numbers of one and asks the module about it; an instance
// lives for some records, as a page keeps its, or for one model. A trap, an answer that is no JSON, or one that takes ten seconds is a fault: the inputs of
// the instance's turns are kept in FOLDER, the last of them the fault's. Prints how many turns and faults.
import fs from "node:fs";
import { makeHost } from "./host.mjs";

const [module, seconds, seed, folder, ...files] = process.argv.slice(2);
const code = new WebAssembly.Module(fs.readFileSync(module));
const wholes = files.map((name) => fs.readFileSync(name));
const isRecord = (/** @type {Buffer} */ bytes) => bytes[0] === "{".charCodeAt(0);
const records = wholes.filter(isRecord), models = wholes.filter((bytes) => !isRecord(bytes));
const EDGES = ["0", "-1", "1e308", "2147483647", "2147483648", "4294967296", "9007199254740993", "-9223372036854775808", "0.5", "null", "[]", "{}", '""'];
let state = BigInt(seed);

/** A whole number below `most` (Steele, Lea, Flood 2014). */
function below(most) {
    const mask = (1n << 64n) - 1n;
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    return Number((z ^ (z >> 31n)) % BigInt(most));
}

/** Bytes with some of them, or a number in the text, another. */
function changed(bytes, isText) {
    let copy = Buffer.from(bytes);
    for (let times = below(3) + 1; times > 0; times--) {
        const place = below(copy.length);
        if (isText && below(4) > 0) {
            const text = copy.toString("latin1");
            const found = /[-\d][\d.e+-]*/g;
            found.lastIndex = place;
            const match = found.exec(text);
            if (match) copy = Buffer.from(text.slice(0, match.index) + EDGES[below(EDGES.length)] + text.slice(match.index + match[0].length), "latin1");
        } else if (below(8) === 0) {
            copy = copy.subarray(0, place + 1);
        } else {
            copy[place] = below(256);
        }
    }
    return copy;
}

const RECORD = [
    '{"request":"load","attach":["x"]}', '{"request":"load","attach":["x"]}', '{"request":"run","run":RUN}', '{"request":"steps","run":RUN}',
    '{"request":"stories","run":RUN}', '{"request":"attention","run":RUN,"layer":0}', '{"request":"ask","run":RUN,"step":0,"question":"max(head, attention(head, 0))"}',
    '{"request":"what-if","run":RUN,"step":0}', '{"request":"curve","run":RUN,"step":0,"tokens":[1],"temperatures":[0.1,2]}',
    '{"request":"compare","run":RUN,"other":OTHER,"step":0}', '{"request":"line","run":RUN,"line":"info kv"}', '{"request":"line","run":RUN,"line":"run to end"}',
];
const MODEL = [
    '{"request":"open","files":["x.gguf"],"attach":["x"]}', '{"request":"tokenize","model":MODEL,"text":"A dog"}',
    '{"request":"start","model":MODEL,"text":"A dog","settings":{"maxTokens":2,"record":["attention"]}}', '{"request":"step","run":RUN,"count":2}',
];
const end = Date.now() + 1000 * Number(seconds);
// To make an instance takes as long as to ask it about a record.
const LIFE = 16;
let turns = 0, faults = 0;
/** @type {{ ask: (line: string) => Promise<string>, inputs: Buffer[] } | null} */
let page = null;
while (Date.now() < end) {
    // A model takes ten times a record's time.
    const isText = !models.length || (records.length > 0 && below(8) > 0);
    const kind = isText ? records : models;
    const whole = kind[below(kind.length)];
    const input = changed(whole, isText);
    // Of a model's key/value cache nothing is written in fresh memory; memory that was used would be cleared for all positions.
    if (!page || page.inputs.length === LIFE || !isText) {
        const inputs = [];
        page = { ask: makeHost(code, () => inputs.at(-1)), inputs };
    }
    page.inputs.push(input);
    // What the records and the model of this turn are called.
    let run = 0, other = 0, model = 0;
    // Of the processor: the machine may be busy with other things.
    const begin = process.cpuUsage();
    for (const form of isText ? RECORD : MODEL) {
        const request = form.replace("RUN", String(run)).replace("OTHER", String(other)).replace("MODEL", String(model));
        const answer = await page.ask(request);
        let told;
        try { told = JSON.parse(answer); } catch { told = { trap: "no JSON" }; }
        const spent = process.cpuUsage(begin);
        if (told.trap || spent.user + spent.system > 10_000_000) {
            faults++;
            const kept = `${folder}/module-${seed}-${turns}`;
            page.inputs.forEach((bytes, place) => fs.writeFileSync(`${kept}-${place}${isRecord(bytes) ? ".json" : ".gguf"}`, bytes));
            console.log(`${kept}-${page.inputs.length - 1}: ${request}: ${told.trap ?? "over ten seconds"}`);
            page = null;
            break;
        }
        if (told.error && (request.includes('"load"') || request.includes('"open"'))) break;
        if (request.includes('"open"')) model = told.result.model;
        else if (request.includes('"load"') || request.includes('"start"')) [other, run] = [run || told.result?.run, told.result?.run];
    }
    turns++;
    if (!isText) page = null;
}
console.log(`module: ${turns} turns, ${faults} faults`);
process.exit(faults ? 1 : 0);
