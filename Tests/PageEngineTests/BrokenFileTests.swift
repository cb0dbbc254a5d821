// Whatever a file holds, the module answers as the native engine does, and gives its memory back.
import Foundation
import JSONText
import Requests
import TestTools
import Testing

@Suite struct BrokenFileTests {
    private let tiny: TinyFiles
    private static let start =
        #"{"request":"start","model":1,"text":"Once upon a time","settings":{"maxTokens":9,"temperature":0.8,"seed":7}}"#

    init() throws { tiny = try TinyFiles() }

    @Test(.needs(.pageEngine, .node)) func brokenRecords() throws {
        let native = NativeEngine(kernels: "plain")
        try native.ask(try tiny.open())
        try native.ask(Asked(json: Self.start))
        try native.ask(Asked(json: #"{"request":"step","run":1,"count":9}"#))
        try native.ask(Asked(json: #"{"request":"trace","run":1}"#))
        let whole = try #require(native.attachments.last?.first).copied
        var random = SplitMix64(state: 5)
        for place in 0..<caseCount(300) {
            let bytes = mutated(whole, within: whole.count, &random)
            let file = try tiny.folder.write("record-\(place).json", bytes)
            let answer = try native.ask(Asked(json: #"{"request":"load"}"#, files: [file]))
            guard let run = answer["result"]?["run"]?.int else { continue }
            for line in ["step 5", "info attention 1.0", "print max(head, attention(head, 0))", "info kv"] {
                try native.ask(Asked(json: #"{"request":"line","run":\#(run),"line":"\#(line)"}"#))
            }
            try native.ask(Asked(json: #"{"request":"end","run":\#(run)}"#))
        }
        try native.ask(Asked(json: #"{"request":"run","run":1}"#))
        try expectSame(native)
    }

    @Test(.needs(.pageEngine, .node)) func brokenModels() throws {
        let native = NativeEngine(kernels: "plain")
        var random = SplitMix64(state: 6)
        let parts = [("model.safetensors", 2000), ("config.json", 9999), ("tokenizer.json", 2000)]
        for place in 0..<caseCount(60) {
            let (name, within) = parts[place % parts.count]
            let bytes = mutated(try tiny.bytes(of: name), within: within, &random)
            let answer = try native.ask(try tiny.open(replacing: [name: bytes], label: "\(place)"))
            guard let model = answer["result"]?["model"]?.int else { continue }
            let run = try native.ask(
                Asked(json: #"{"request":"start","model":\#(model),"text":"A dog","settings":{"maxTokens":2}}"#))
            if let run = run["result"]?["run"]?.int {
                try native.ask(Asked(json: #"{"request":"step","run":\#(run),"count":2}"#))
            }
            try native.ask(Asked(json: #"{"request":"close","model":\#(model)}"#))
        }
        try native.ask(try tiny.open())
        try expectSame(native)
    }

    @Test(.needs(.pageEngine, .node)) func brokenGGUFs() throws {
        let native = NativeEngine(kernels: "plain")
        var random = SplitMix64(state: 8)
        // A whole model first, tokenizer and all; then models whose tokenizer no program knows.
        let wholes = try ["PageEngineTests/Fixtures/whole", "TransformersTests/Fixtures/gpt2-tied"].map {
            [UInt8](try Data(contentsOf: TestMachine.repository.appendingPathComponent("Tests/\($0).gguf")))
        }
        var opened = 0
        for place in 0..<caseCount(90) {
            let whole = place % 5 == 4 ? wholes[1] : wholes[0]
            let bytes = place == 0 ? whole : mutated(whole, within: place % 2 == 0 ? 9000 : whole.count, &random)
            let file = try tiny.folder.write("model-\(place).gguf", bytes)
            let answer = try native.ask(Asked(json: #"{"request":"open","files":["x.gguf"]}"#, files: [file]))
            guard let model = answer["result"]?["model"]?.int else { continue }
            opened += 1
            try native.ask(Asked(json: #"{"request":"tokenize","model":\#(model),"text":"A dog"}"#))
            let run = try native.ask(
                Asked(json: #"{"request":"start","model":\#(model),"text":"A dog","settings":{"maxTokens":2}}"#))
            if let run = run["result"]?["run"]?.int {
                try native.ask(Asked(json: #"{"request":"step","run":\#(run),"count":2}"#))
            }
            try native.ask(Asked(json: #"{"request":"close","model":\#(model)}"#))
        }
        try native.ask(try tiny.open())
        // Some are refused and some are not.
        #expect(opened > caseCount(90) / 10 && opened < caseCount(90))
        try expectSame(native)
    }
}
