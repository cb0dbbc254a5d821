// What calls a module of the page outside of a page: in node by run_host.mjs, in a browser by browser_host.py.
//
// A request has "attach" besides its members: files that go with it by their paths, or {"answer": N, "attachment": PLACE}
// for what an earlier answer brought. An answer is a line, {"trap": …} where the module gave up.

/**
 * As the page lends its engine products: whether the engine took them; null where the host has none, or the engine no use.
 * @param {WebAssembly.Exports} engine @returns {boolean | null}
 */
function lendProducts({ memory, __indirect_function_table: table, lentModule, lentModuleCount, lend }) {
    if (!lend) return null;
    const bytes = new Uint8Array(memory.buffer, lentModule() >>> 0, lentModuleCount()).slice();
    if (!WebAssembly.validate(bytes)) return null;
    const place = table.grow(1);
    table.set(place, new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports.halfUnit);
    return lend(place) !== 0;
}

/**
 * @param {WebAssembly.Module} code @param {(path: string) => Uint8Array} read a file's bytes
 * @param {boolean} [lends] whether the engine is offered what the host has
 */
export function makeHost(code, read, lends = true) {
    let seed = 1;
    const page = {
        seconds: () => performance.now() / 1000,
        random: () => (seed = (Math.imul(seed, 1103515245) + 12345) | 0),
    };
    const kept = [];
    let engine = null;
    let lent = null;

    function put(bytes) {
        const place = engine.allocate(bytes.length) >>> 0;
        if (place === 0) throw new Error("no memory is left");
        new Uint8Array(engine.memory.buffer, place, bytes.length).set(bytes);
        return place;
    }

    function call({ attach = [], ...request }) {
        for (const what of attach) {
            const bytes = typeof what === "string" ? read(what) : kept[what.answer][what.attachment];
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

    return async (line) => {
        // A browser's page may make no large instance but by a promise.
        if (!engine) {
            engine = (await WebAssembly.instantiate(code, { page })).exports;
            lent = lends ? lendProducts(engine) : null;
        }
        try {
            const request = JSON.parse(line);
            // The host itself is asked.
            if (request.request === "lent") return JSON.stringify({ lent });
            return call(request);
        } catch (error) {
            kept.push([]);
            engine = null;
            return JSON.stringify({ trap: String(error) });
        }
    };
}
