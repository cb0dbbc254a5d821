// Modules of the page by themselves, in node: `node modules.mjs FOLDER PACKED MODULE <TEXTS`. FOLDER holds the page's sources as
// modules, PACKED files beside themselves as LZMA, MODULE is a WebAssembly module with MODULE.lzma beside it; each line of
// TEXTS is bytes in hexadecimal digits, a blank, and the page's dense text of them.
import assert from "node:assert";
import { readFileSync, readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";

const folder = pathToFileURL(process.argv[2] + "/").href;
const { packedBytes } = await import(folder + "data/decode.js");
const { joinColumns } = await import(folder + "data/columns.js");
const { unpackLZMA } = await import(folder + "data/lzma.js");
const { LiveAttention } = await import(folder + "engine/live-attention.js");

for (const line of readFileSync(0, "utf8").split("\n").filter((line) => line !== "")) {
    const [hex, text] = line.split(" ");
    assert.equal(Buffer.from(packedBytes(text)).toString("hex"), hex);
    assert.doesNotMatch(text, /[<&"\s]/);
}
for (const wrong of ["<!", "é!", "~~", "!!~"]) assert.throws(() => packedBytes(wrong), /do not belong/, wrong);

const limit = 1 << 20;
const packed = readdirSync(process.argv[3]).filter((name) => name.endsWith(".lzma")).map((name) => `${process.argv[3]}/${name}`);
assert.equal(packed.length, 24);
for (const path of packed) {
    const bytes = readFileSync(path);
    const whole = readFileSync(path.replace(".lzma", ""));
    assert.ok(Buffer.from(unpackLZMA(bytes, limit)).equals(whole), path);
    // What is cut off, or holds more than it may, is refused; whatever else is broken comes to an end.
    if (whole.length > 0) assert.throws(() => unpackLZMA(bytes, whole.length - 1), /more than|ends early/, path);
    assert.throws(() => unpackLZMA(bytes.subarray(0, bytes.length - 6), limit), /ends early|is none/, path);
    for (let at = 13; at < Math.min(bytes.length, 60); at += 1) {
        const broken = Uint8Array.from(bytes);
        broken[at] ^= 0x41;
        try { unpackLZMA(broken, limit); } catch (error) { assert.match(error.message, /the packed code|more than/); }
    }
}

// A module that `.ci/pack-engine.py` took apart and packed; one that it did not take apart stays as it is.
const module = readFileSync(process.argv[4]);
const columns = unpackLZMA(readFileSync(process.argv[4] + ".lzma"), 1 << 24);
assert.ok(Buffer.from(joinColumns(columns)).equals(module));
assert.ok(Buffer.from(joinColumns(module)).equals(module));
assert.ok(columns[0] !== 0 && !Buffer.from(columns).equals(module));
for (const length of [0, 1, 40, columns.length - 1]) assert.throws(() => joinColumns(columns.slice(0, length)), /columns of the code/);
for (let at = 1; at < columns.length; at += 99_991) {
    const broken = Uint8Array.from(columns);
    broken[at] ^= 0x41;
    try { joinColumns(broken); } catch (error) { assert.match(error.message, /columns of the code|bounds|length/); }
}

// An engine of two heads whose weight for (head, query, key) is told by its digits, and which fails when it is told to.
const asked = [];
let [positions, fails] = [3, false];
async function ask(layer, from) {
    asked.push([layer, from]);
    if (fails) throw new Error("no");
    const weights = new Float32Array(2 * (positions - from) * positions);
    for (let head = 0; head < 2; head += 1)
        for (let query = from; query < positions; query += 1)
            for (let key = 0; key <= query; key += 1)
                weights[(head * (positions - from) + query - from) * positions + key] = 100 * head + 10 * query + key;
    return { pattern: layer === 1 ? { window: 2 } : "causal", from, to: positions, positions, weights };
}

const first = new LiveAttention({ layers: 2, heads: 2, positions }, ask);
fails = true;
await assert.rejects(first.load(0), /no/);
assert.equal(first.has(0), false);
// What failed is asked for again.
fails = false;
await Promise.all([first.load(0), first.load(0)]);
await first.load(0);
assert.deepEqual(asked.splice(0), [[0, 0], [0, 0]]);
assert.deepEqual([...first.row(0, 1, 2)], [120, 121, 122]);
assert.deepEqual([...first.row(0, "mean", 2)], [70, 71, 72]);
assert.deepEqual([...first.row(0, "max", 1)], [110, 111]);

// A run that grows asks for its new rows alone, and keeps the others.
let last = first;
for (positions of [4, 6]) {
    last = last.grown(positions);
    assert.equal(last.has(0), false);
    assert.deepEqual([...last.row(0, 1, positions - 1)], Array(positions).fill(0));
    await last.load(0);
}
assert.deepEqual(asked.splice(0), [[0, 3], [0, 4]]);
for (let query = 0; query < 6; query += 1)
    assert.deepEqual([...last.row(0, 1, query)], Array.from({ length: query + 1 }, (_, key) => 100 + 10 * query + key));
// A layer that nobody looked at comes whole, with its pattern.
await last.load(1);
assert.deepEqual(asked.splice(0), [[1, 0]]);
assert.deepEqual(last.seen(1, 5), { from: 4, to: 6 });
// Nothing is asked for rows that are here.
await last.load(0);
assert.deepEqual(asked, []);

// What another engine did not list is a bar by itself, behind the tokens that are listed and not shown.
globalThis.document = { getElementById: () => null, querySelector: () => null, addEventListener() {}, documentElement: { dataset: {}, lang: "en" } };
const { rowsOf } = await import(folder + "panels/chances.js");
const shares = [0.3, 0.1, 0.08, 0.06, 0.05, 0.01, 0.02];
const step = (changes) => ({
    token: { id: 0 }, draw: null, stages: [{ kept: 2048 }], tail: { count: 2041, rawProbability: 0.38, probability: 0.38 }, ...changes,
    candidates: shares.map((share, id) => ({
        id, rank: id + 1, text: `t${id}`, bytes: "74", rawProbability: share, probability: share, removedBy: null, logits: [0] })),
});
const rests = (step, listed) => rowsOf(step, listed).rest.map(({ from, to, name }) => [from.toFixed(2), to.toFixed(2), name]);
assert.deepEqual(rests(step({}), null), [["0.59", "1.00", "2,043 others"]]);
assert.deepEqual(rests(step({}), 7), [["0.59", "0.62", "2 others"], ["0.62", "1.00", "not listed"]]);
assert.deepEqual(rests(step({ tail: { count: 0, rawProbability: 0, probability: 0 }, stages: [{ kept: 7 }] }), 7), [["0.59", "1.00", "2 others"]]);
// Where the record keeps fewer than the engine lists, nobody knows which of the others were listed.
assert.deepEqual(rests(step({}), 200), [["0.59", "1.00", "2,043 others"]]);

// A walk of the served page ends, whenever it is left and whatever becomes of the session: a line after it would wait for ever.
globalThis.location = { hash: "", search: "", href: "http://127.0.0.1/" };
globalThis.addEventListener = () => {};
globalThis.history = { replaceState() {}, pushState() {} };
globalThis.sessionStorage = { getItem: () => null, setItem() {} };
let stream;
globalThis.EventSource = class {
    static CLOSED = 2;
    constructor() { stream = this; this.hears = {}; queueMicrotask(() => this.tell("open")); }
    addEventListener(name, hear) { this.hears[name] = hear; }
    tell(name, data = null) { this.hears[name]?.({ data: JSON.stringify(data) }); }
    close() {}
};
const { framed, taken } = await import(folder + "served/framing.js");
const { ServerClient } = await import(folder + "served/server-client.js");
const run = { run: 1, steps: 0, canGoOn: true };
async function walked(leave, answersFirst) {
    let begin, answer;
    const hasBegun = new Promise((done) => { begin = done; });
    const isAnswered = new Promise((done) => { answer = done; });
    globalThis.fetch = async (url, { body }) => {
        if (url.startsWith("engine/cancel")) return { ok: true };
        const { request } = JSON.parse(new TextDecoder().decode(taken(new Uint8Array(body))[0]));
        if (request === "walk") { begin(); await isAnswered; }
        const bytes = framed([new TextEncoder().encode(JSON.stringify({ result: request === "run" ? run : {} }))]);
        return { ok: true, headers: { get: () => "s" }, arrayBuffer: async () => bytes.slice().buffer };
    };
    const client = new ServerClient();
    const step = client.ask({ request: "step", run: 1, count: 9, milliseconds: 100 }).then((reply) => reply.result, (error) => error);
    await hasBegun;
    if (answersFirst) { answer(); for (let turn = 0; turn < 50; turn += 1) await null; }
    leave(client);
    answer();
    return Promise.race([step, new Promise((done) => setTimeout(() => done("still waiting"), 5000))]);
}
assert.deepEqual(await walked((client) => client.rest(), false), { steps: [], run });
for (const answersFirst of [true, false]) assert.notEqual(await walked((client) => client.stop("gone"), answersFirst), "still waiting");
process.exit();
