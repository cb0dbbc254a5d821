// The page's module, run by node, against the same requests answered natively: the same bits, whatever is asked.
import CTinyModel
import Foundation
import JSONText
import Kernels
import Requests
import TestTools
import Testing
import Traces

/// A request with what goes along, as the module's host and the native engine both take it.
private struct Asked {
    var json: String
    var files: [String] = []
    /// What an earlier answer brought, by its number.
    var answers: [Int] = []
}

@Suite struct ModuleTests {
    private let folder: TemporaryFolder
    private let tiny: [(name: String, path: String)]

    init() throws {
        folder = try TemporaryFolder()
        var files: [(name: String, path: String)] = []
        var index: Int32 = 0
        while let file = sg_tiny_file_at(index), let name = file.pointee.name {
            let bytes = UnsafeBufferPointer(start: file.pointee.bytes, count: file.pointee.count)
            let label = String(cString: name)
            files.append((label, try folder.write(label, Array(bytes))))
            index += 1
        }
        tiny = files
    }

    private func open(replacing changed: [String: [UInt8]] = [:]) throws -> Asked {
        let names = tiny.map { "\"\($0.name)\"" }.joined(separator: ",")
        let paths = try tiny.map { file in
            try changed[file.name].map { try folder.write("changed-" + file.name, $0) } ?? file.path
        }
        return Asked(json: #"{"request":"open","name":"stepglass-tiny","files":[\#(names)]}"#, files: paths)
    }

    /// What the module answers, a line each.
    private func module(_ requests: [Asked]) throws -> [JSONValue] {
        let lines = requests.map { asked in
            let files = asked.files.map { "\"\($0)\"" } + asked.answers.map { #"{"answer":\#($0),"attachment":0}"# }
            return asked.json.dropLast() + #","attach":[\#(files.joined(separator: ","))]}"#
        }
        let host = TestMachine.repository.appendingPathComponent("Tests/PageEngineTests/host.mjs").path
        let node = try #require(TestMachine.program("node"))
        let outcome = try run(
            [node, host, TestMachine.pageEngine], input: Array((lines.joined(separator: "\n") + "\n").utf8))
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try outcome.text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
    }

    /// What the native engine answers on the kernels that the module has.
    private func native(_ requests: [Asked]) throws -> [JSONValue] {
        let engine = Engine(compute: Compute(kernels: KernelSet.named("plain")!, threads: 1))
        var kept: [[AttachedBytes]] = []
        return try requests.map { asked in
            let files = try asked.files.map { AttachedBytes([UInt8](try Data(contentsOf: URL(fileURLWithPath: $0)))) }
            let answer = engine.call(
                Message(json: Array(asked.json.utf8), attachments: files + asked.answers.map { kept[$0][0] }))
            kept.append(answer.attachments)
            return try JSONValue(parsing: answer.json)
        }
    }

    /// The value without what differs between two equal runs: times, and how many bytes a file has.
    private func lasting(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let items): return .array(items.map(lasting))
        case .object(let object):
            var kept = JSONObject()
            for (key, value) in object.members where key != "seconds" {
                if key == "bytes", case .number = value { continue }
                _ = kept.append(key, lasting(value))
            }
            return .object(kept)
        default: return value
        }
    }

    private func expectSame(_ requests: [Asked], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let (here, there) = (try native(requests), try module(requests))
        try #require(here.count == there.count)
        for (place, request) in requests.enumerated() {
            #expect(
                lasting(there[place]) == lasting(here[place]), "\(request.json)", sourceLocation: sourceLocation)
        }
    }

    @Test(.needs(.pageEngine)) func isMadeOfTheseSources() throws {
        let script = TestMachine.repository.appendingPathComponent(".ci/page-engine-sources").path
        let made = try String(contentsOfFile: TestMachine.pageEngine + ".sources", encoding: .utf8)
        #expect(try run(["/bin/bash", script]).text == made, "make page-engine")
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
        let path = try #require(tiny.first { $0.name == "tokenizer.json" }).path
        var text = try String(contentsOfFile: path, encoding: .utf8)
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

    /// Whatever a file holds, the module answers; and it gives its memory back.
    @Test(.needs(.pageEngine, .node)) func livesThroughBrokenFiles() throws {
        var requests = [try open(), Asked(json: Self.sampled), Asked(json: #"{"request":"step","run":1,"count":8}"#)]
        requests.append(Asked(json: #"{"request":"trace","run":1}"#))
        let whole = try #require(try nativeAttachments(requests).last?.first)
        var random = SplitMix64(state: 5)
        for place in 0..<300 {
            var bytes = Array(whole.bytes)
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let file = try folder.write("mutated-\(place).json", bytes)
            requests.append(Asked(json: #"{"request":"load"}"#, files: [file]))
        }
        for place in 0..<40 {
            var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: tiny[0].path)))
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<2000, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            requests.append(try open(replacing: [tiny[0].name: bytes]))
            requests.append(Asked(json: #"{"request":"close","model":\#(place + 2)}"#))
        }
        requests.append(Asked(json: #"{"request":"run","run":1}"#))
        try expectSame(requests)
    }

    private func nativeAttachments(_ requests: [Asked]) throws -> [[AttachedBytes]] {
        let engine = Engine(compute: Compute(kernels: KernelSet.named("plain")!, threads: 1))
        return try requests.map { asked in
            let files = try asked.files.map { AttachedBytes([UInt8](try Data(contentsOf: URL(fileURLWithPath: $0)))) }
            return engine.call(Message(json: Array(asked.json.utf8), attachments: files)).attachments
        }
    }
}
