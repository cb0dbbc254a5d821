// Throws changed records and models at the page's module in node: fuzz_module.mjs MODULE SECONDS SEED FOLDER FILE…
//
// A FILE is a record as JSON, or a GGUF file. Each turn changes a few bytes or numbers of one and asks the module about it. A trap, an
// answer that is no JSON, or one that takes ten seconds is a fault: the input is kept in FOLDER. Prints how many turns and faults.
import fs from "node:fs";
import { makeHost } from "./host.mjs";

const [module, seconds, seed, folder, ...files] = process.argv.slice(2);
const code = new WebAssembly.Module(fs.readFileSync(module));
const wholes = files.map((name) => fs.readFileSync(name));
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
    '{"request":"load","attach":["x"]}', '{"request":"load","attach":["x"]}', '{"request":"run","run":1}', '{"request":"steps","run":1}',
    '{"request":"stories","run":1}', '{"request":"attention","run":1,"layer":0}', '{"request":"ask","run":1,"step":0,"question":"max(head, attention(head, 0))"}',
    '{"request":"what-if","run":1,"step":0}', '{"request":"curve","run":1,"step":0,"tokens":[1],"temperatures":[0.1,2]}',
    '{"request":"compare","run":1,"other":2,"step":0}', '{"request":"line","run":1,"line":"info kv"}', '{"request":"line","run":1,"line":"run to end"}',
];
const MODEL = [
    '{"request":"open","files":["x.gguf"],"attach":["x"]}', '{"request":"tokenize","model":1,"text":"A dog"}',
    '{"request":"start","model":1,"text":"A dog","settings":{"maxTokens":2,"record":["attention"]}}', '{"request":"step","run":1,"count":2}',
];
const end = Date.now() + 1000 * Number(seconds);
let turns = 0, faults = 0;
while (Date.now() < end) {
    const whole = wholes[below(wholes.length)];
    const isText = whole[0] === "{".charCodeAt(0);
    const input = changed(whole, isText);
    // A fresh instance each time: numbers of runs begin at 1, and memory is given back.
    const ask = makeHost(code, () => input);
    // Of the processor: the machine may be busy with other things.
    const begin = process.cpuUsage();
    for (const request of isText ? RECORD : MODEL) {
        const answer = await ask(request);
        let told;
        try { told = JSON.parse(answer); } catch { told = { trap: "no JSON" }; }
        const spent = process.cpuUsage(begin);
        if (told.trap || spent.user + spent.system > 10_000_000) {
            faults++;
            const kept = `${folder}/module-${seed}-${turns}${isText ? ".json" : ".gguf"}`;
            fs.writeFileSync(kept, input);
            console.log(`${kept}: ${request}: ${told.trap ?? "over ten seconds"}`);
            break;
        }
        if (told.error && (request.includes('"load"') || request.includes('"open"'))) break;
    }
    turns++;
}
console.log(`module: ${turns} turns, ${faults} faults`);
process.exit(faults ? 1 : 0);
