// The page's module, run by node, against the same requests answered natively: the same bits, whatever is asked.
import Foundation
import JSONText
import Kernels
import Requests
import TestTools
import Testing

@Suite struct ModuleTests {
    private let tiny: TinyFiles

    init() throws { tiny = try TinyFiles() }

    private func open(replacing changed: [String: [UInt8]] = [:]) throws -> Asked {
        try tiny.open(replacing: changed)
    }

    @Test(.needs(.pageEngine)) func isMadeOfTheseSources() throws {
        let script = TestMachine.repository.appendingPathComponent(".ci/page-engine-sources").path
        for module in [TestMachine.pageEngine, TestMachine.recordEngine] {
            let made = try String(contentsOfFile: module + ".sources", encoding: .utf8)
            #expect(try run(["/bin/bash", script]).text == made, "make page-engine")
        }
    }

    /// A browser lends the engine its processor's multiply-add, and the engine finds its own bits in what it makes.
    @Test(.needs(.pageEngine, .browser)) func takesTheProcessorsMultiplyAdd() throws {
        let answers = try module([Asked(json: #"{"request":"lent"}"#)], on: .chromium)
        // Processors that run no set but the plain one have none.
        #expect(answers.first?["lent"]?.bool == (KernelSet.available.count > 1))
    }

    private static let sampled =
        #"{"request":"start","model":1,"text":"Once upon a time","settings":{"maxTokens":94,"temperature":0.8,"topP":0.95,"seed":7,"bannedTokens":[]}}"#

    @Test(.needs(.pageEngine, .node)) func aSampledRunHasTheSameBits() throws {
        try expectSame([
            try open(), Asked(json: Self.sampled), Asked(json: #"{"request":"step","run":1,"count":94}"#),
            Asked(json: #"{"request":"trace","run":1}"#),
            // Read back, with its attention; and made again.
            Asked(json: #"{"request":"load","model":1}"#, answers: [3]),
            Asked(json: #"{"request":"steps","run":2}"#),
            Asked(json: #"{"request":"line","run":2,"line":"info attention 1.0"}"#),
            Asked(json: #"{"request":"verify","model":1}"#, answers: [3]),
        ])
    }

    /// Every command of the debugger that tells something, and questions of all kinds; the answers' words in both languages.
    @Test(.needs(.pageEngine, .node)) func theDebuggerSaysTheSame() throws {
        let lines = [
            "step 3", "where", "step in", "step", "step", "step in", "step in", "finish", "info candidates 5",
            "info attention 1.0", "info stages", "info kv", "info tokens", "info settings", "info branches", "list",
            "print entropy", "print p(top(2))", "print max(head, attention(head, 0))", "print 0.1 + 1.25e-3",
            "print rank(\"the\")", "break entropy > 2", "commands", "print surprise", "end", "continue", "back",
            "watch entropy", "info watches", "display rank", "why top(5)", "lens", "sweep top(2) 5", "force \" the\"",
            "set temperature 1.5", "set top-k 40", "step 4", "ablate 1.0", "step 2", "restore all", "fork other",
            "branches", "diff 1", "checkpoint here", "restart here", "reverse-continue", "run to 2", "until rank > 1",
            "help why", "help questions", "assert entropy > 0", "set temperature -1", "print nonsense(",
            "nothing at all",
            "set seed 18446744073709551616", "step", "set min-tokens 3", "print exp", "info beam", "save a.json",
        ]
        var requests = [try open(), Asked(json: Self.sampled.replacing("\"maxTokens\":94", with: "\"maxTokens\":20"))]
        for line in lines {
            let text = line.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            requests.append(Asked(json: #"{"request":"line","run":1,"line":"\#(text)"}"#))
        }
        try expectSame(requests)
    }

    @Test(.needs(.pageEngine, .node)) func searchesWithBeamsAlike() throws {
        try expectSame([
            try open(),
            Asked(
                json:
                    #"{"request":"start","model":1,"text":"法國的首都是","settings":{"maxTokens":12,"beams":4,"beamGroups":2,"beamDiversity":0.5,"record":["attention","prompt"]}}"#
            ),
            Asked(json: #"{"request":"step","run":1}"#), Asked(json: #"{"request":"line","run":1,"line":"info beam"}"#),
            Asked(json: #"{"request":"trace","run":1}"#), Asked(json: #"{"request":"verify","model":1}"#, answers: [4]),
        ])
    }

    /// A tokenizer with Unicode's form C in front, and texts that composing changes.
    @Test(.needs(.pageEngine, .node)) func composesCharactersAlike() throws {
        var text = String(decoding: try tiny.bytes(of: "tokenizer.json"), as: UTF8.self)
        let range = try #require(text.range(of: #""normalizer":\s*null"#, options: .regularExpression))
        text.replaceSubrange(range, with: #""normalizer":{"type":"NFC"}"#)
        var random = SplitMix64(state: 11)
        var requests = [try open(replacing: ["tokenizer.json": Array(text.utf8)])]
        let starters: [UInt32] = [0x41, 0x65, 0x3B1, 0x1100, 0xAC00, 0x915, 0x4E2D, 0x1E69]
        let marks: [UInt32] = [0x301, 0x323, 0x307, 0x345, 0x1161, 0x11A8, 0x93C, 0x308, 0x327, 0x5B0]
        for _ in 0..<200 {
            var text = ""
            for _ in 0..<12 {
                let pool = Bool.random(using: &random) ? starters : marks
                text.unicodeScalars.append(Unicode.Scalar(pool.randomElement(using: &random)!)!)
            }
            requests.append(Asked(json: #"{"request":"tokenize","model":1,"text":"\#(text)"}"#))
        }
        try expectSame(requests)
    }

    /// What the module packs is what zlib unpacks, and hardly more of it than zlib's own.
    @Test(.needs(.pageEngine, .node)) func savesAsZlibDoes() throws {
        let requests = [
            try open(), Asked(json: Self.sampled), Asked(json: #"{"request":"step","run":1,"count":94}"#),
            Asked(json: #"{"request":"trace","run":1}"#),
        ]
        let native = NativeEngine(kernels: "plain")
        for request in requests { try native.ask(request) }
        let (here, there) = (native.answers[3], try module(requests)[3])
        let (own, zlib) = (try #require(there["result"]?["bytes"]?.int), try #require(here["result"]?["bytes"]?.int))
        #expect(own < zlib + zlib / 50)
        // It reads its own and, in aSampledRunHasTheSameBits, zlib's.
        let again = try module(requests + [Asked(json: #"{"request":"verify","model":1}"#, answers: [3])])
        #expect(again[4]["result"]?["outcome"]?.string == "identical")
    }

    /// A reading, a search and a verification in parts come to what they come to at once.
    @Test(.needs(.pageEngine, .node)) func worksInParts() throws {
        let native = NativeEngine(kernels: "plain")
        try native.ask(try open())
        let long = String(repeating: "Once upon a time there was a dog. ", count: 4)
        let starts = [
            #"{"request":"start","model":1,"text":"\#(long)","settings":{"maxTokens":3,"record":["attention","prompt"]}}"#,
            #"{"request":"start","model":1,"text":"A cat","settings":{"maxTokens":6,"beams":3}}"#,
        ]
        var parts: [JSONValue] = []
        for (place, start) in starts.enumerated() {
            // At once, then in parts.
            let (whole, cut) = (2 * place + 1, 2 * place + 2)
            try native.ask(Asked(json: start))
            try native.ask(Asked(json: #"{"request":"step","run":\#(whole),"count":9}"#))
            try native.ask(Asked(json: start))
            var isReady = false
            while !isReady {
                let part = try native.ask(Asked(json: #"{"request":"prepare","run":\#(cut)}"#))
                parts.append(part)
                isReady = try #require(part["result"]?["isReady"]) == .bool(true)
                try #require(parts.count < 500)
            }
            try native.ask(Asked(json: #"{"request":"step","run":\#(cut),"count":9}"#))
            let steps = [whole, cut].map { Asked(json: #"{"request":"steps","run":\#($0)}"#) }
            let (once, cutUp) = (try native.ask(steps[0]), try native.ask(steps[1]))
            #expect(lasting(once) == lasting(cutUp))
        }
        #expect(parts.count > 8)
        try native.ask(Asked(json: #"{"request":"trace","run":2}"#))
        let record = native.asked.count - 1
        var answer = try native.ask(
            Asked(json: #"{"request":"verify","model":1,"milliseconds":0}"#, answers: [record]))
        var count = 1
        while let more = answer["result"]?["more"], count < 500 {
            let number = try #require(more["verification"]?.int)
            answer = try native.ask(Asked(json: #"{"request":"verify","verification":\#(number),"milliseconds":0}"#))
            count += 1
        }
        #expect(count > 4)
        #expect(answer["result"]?["outcome"]?.string == "identical")
        // The module's parts may be others; it ends at the same.
        let there = try module(native.asked)
        for place in native.asked.indices where native.asked[place].json.contains(#""request":"steps""#) {
            #expect(lasting(there[place]) == lasting(native.answers[place]))
        }
    }

    /// A sweep that is stopped goes on where it was when it is asked for again.
    @Test(.needs(.pageEngine, .node)) func sweepsInParts() throws {
        let native = NativeEngine(kernels: "plain")
        try native.ask(try open())
        try native.ask(Asked(json: Self.sampled))
        try native.ask(Asked(json: #"{"request":"step","run":1,"count":3}"#))
        let line = #"{"request":"line","run":1,"line":"sweep"}"#
        let whole = try native.ask(Asked(json: line))
        let patient = Asked(json: line.dropLast() + #","milliseconds":0}"#)
        let answers = try module(native.asked + Array(repeating: patient, count: 8))
        let found = answers.dropFirst(4)
        #expect(found.first?["result"]?["more"]?["of"]?.int == 16)
        let done = try #require(found.first { $0["result"]?["more"] == nil })
        #expect(done["result"]?["outcomes"] == whole["result"]?["outcomes"])
    }
}
