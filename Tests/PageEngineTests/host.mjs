// Runs the page's module outside of a page: `node host.mjs MODULE <SCRIPT >ANSWERS`.
//
// A script has one request a line; "attach" names files that go with it, or {"answer": LINE, "attachment": PLACE} for what
// an earlier line brought. An answer stands on a line of its own, {"trap": …} where the module gave up.
import { readFileSync } from "node:fs";

const code = new WebAssembly.Module(readFileSync(process.argv[2]));
let seed = 1;
const page = {
    seconds: () => performance.now() / 1000,
    random: () => (seed = (Math.imul(seed, 1103515245) + 12345) | 0),
};
const kept = [];
let engine;

function begin() {
    engine = new WebAssembly.Instance(code, { page }).exports;
    engine._initialize?.();
}

function put(bytes) {
    const place = engine.allocate(bytes.length) >>> 0;
    if (place === 0) throw new Error("no memory is left");
    new Uint8Array(engine.memory.buffer, place, bytes.length).set(bytes);
    return place;
}

function call({ attach = [], ...request }) {
    for (const what of attach) {
        const bytes = typeof what === "string" ? readFileSync(what) : kept[what.answer][what.attachment];
        engine.attach(put(bytes), bytes.length);
    }
    const json = new TextEncoder().encode(JSON.stringify(request));
    const answer = engine.call(put(json), json.length) >>> 0;
    const text = new TextDecoder("utf-8", { fatal: true })
        .decode(new Uint8Array(engine.memory.buffer, answer, engine.answerCount()));
    const attachments = [];
    for (let i = 0; i < engine.attachmentTotal(); i++)
        attachments.push(new Uint8Array(engine.memory.buffer, engine.attachment(i) >>> 0, engine.attachmentCount(i)).slice());
    kept.push(attachments);
    return text;
}

begin();
for (const line of readFileSync(0, "utf8").split("\n")) {
    if (!line) continue;
    const start = performance.now();
    let answer;
    try { answer = call(JSON.parse(line)); } catch (error) {
        answer = JSON.stringify({ trap: String(error) });
        kept.push([]);
        begin();
    }
    if (process.env.SHOW_TIMES) console.error((performance.now() - start).toFixed(1), "ms", line.slice(0, 70));
    process.stdout.write(answer + "\n");
}
