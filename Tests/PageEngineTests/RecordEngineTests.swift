// The smaller module, which pages without a model carry: it answers about a record what the native engine answers.
import Foundation
import JSONText
import Requests
import TestTools
import Testing

@Suite struct RecordEngineTests {
    /// A record of the model that ships, with all that can be recorded in a trace.json.
    private func record() throws -> (folder: TinyFiles, path: String) {
        let tiny = try TinyFiles()
        let maker = NativeEngine(kernels: "plain")
        try maker.ask(try tiny.open())
        try maker.ask(
            Asked(
                json:
                    #"{"request":"start","model":1,"text":"Once upon a time","settings":{"maxTokens":12,"temperature":0.8,"topK":40,"seed":7,"record":["attention","prompt","hidden"]}}"#
            ))
        try maker.ask(Asked(json: #"{"request":"step","run":1,"count":12}"#))
        try maker.ask(Asked(json: #"{"request":"trace","run":1}"#))
        let bytes = try #require(maker.attachments.last?.first).copied
        return (tiny, try tiny.folder.write("record.json", bytes))
    }

    private static let questions = [
        "entropy", "p(top(2))", "max(head, attention(head, 0))", "rank(\" the\")", "0.1 + 1.25e-3", "chosen", "text",
        "entropy > 2 and rank > 1", "any(layer, layer > 2)", "sum(head, attention(head, 0, 1))", "known(p(\"zzz\"))",
        "nonsense(", "entropyy", "max(", "\"", "1 +", "chosen = \"a", "p(#99999)", "exp", "stage(\"top-k\")",
        // One character in two spellings, and a letter that is another's double: texts are their bytes.
        "\"\u{E9}\" == \"e\u{301}\"", "p(\"e\u{301}\")", "chosen in {\"\u{E9}\", \"e\u{301}\"}",
        "stage(\"top-\u{212A}\")",
        "ran\u{212A}", "e\u{301} + 1",
    ]

    @Test(.needs(.pageEngine, .node)) func answersAboutARecordAsTheNativeEngineDoes() throws {
        let (folder, path) = try record()
        defer { withExtendedLifetime(folder) {} }
        let native = NativeEngine.ofRecords()
        let loaded = try native.ask(Asked(json: #"{"request":"load"}"#, files: [path]))
        #expect(loaded["result"]?["steps"]?.int == 12)
        for (place, question) in Self.questions.enumerated() {
            let text = question.replacing("\"", with: "\\\"")
            try native.ask(Asked(json: #"{"request":"ask","run":1,"step":\#(place % 12),"question":"\#(text)"}"#))
        }
        for request in [
            #"{"request":"run","run":1}"#, #"{"request":"steps","run":1,"from":2,"to":5}"#,
            #"{"request":"ask","run":1,"step":12,"question":"entropy"}"#,
            #"{"request":"attention","run":1,"layer":1,"from":3,"to":5}"#,
            #"{"request":"sample","logits":[4,3,2,null,1],"labels":["a","b","c","d","e"],"history":[1,1,0],"uniform":0.7,"options":{"temperature":"0.7","top-p":"0.9","repetition-penalty":"1.3"}}"#,
            #"{"request":"sample","logits":[1,2],"options":{"logit-bias":"x=3"}}"#, #"{"request":"end","run":1}"#,
            // Another record's end.
            #"{"request":"run","run":1}"#,
        ] {
            try native.ask(Asked(json: request))
        }
        try expectSame(native)
    }

    /// What it cannot do is refused with the list of what it can.
    @Test(.needs(.pageEngine, .node), arguments: ["open", "start", "tokenize", "verify", "line"])
    func refusesWhatNeedsAModel(_ name: String) throws {
        let native = NativeEngine.ofRecords()
        let answer = try native.ask(Asked(json: #"{"request":"\#(name)","model":1,"run":1}"#))
        let told = try #require(answer["error"]?["message"]?["en"]?.string)
        #expect(told.contains("there is no request") && told.contains("sample, load, run"))
        try expectSame(native)
    }

    /// The page stays small: as text in it, the module and what unpacks it, some 2 kB, take less than 0.4 MB.
    @Test(.needs(.pageEngine)) func isSmall() throws {
        let packed = TestMachine.repository.appendingPathComponent("Sources/CPageEngine/records.wasm.lzma")
        #expect(try Data(contentsOf: packed).count * 16 / 13 + 2_000 <= 400_000)
    }

    @Test(.needs(.pageEngine, .node)) func brokenRecords() throws {
        let (folder, path) = try record()
        let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        var random = SplitMix64(state: 15)
        let native = NativeEngine.ofRecords()
        for place in 0..<caseCount(100) {
            let bytes = mutated(whole, within: whole.count, &random)
            let file = try folder.folder.write("broken-\(place).json", bytes)
            let answer = try native.ask(Asked(json: #"{"request":"load"}"#, files: [file]))
            guard let run = answer["result"]?["run"]?.int else { continue }
            for question in ["entropy", "max(head, attention(head, 0))", "rank(\\\" the\\\")", "text"] {
                try native.ask(
                    Asked(json: #"{"request":"ask","run":\#(run),"step":5,"question":"\#(question)"}"#))
            }
            try native.ask(Asked(json: #"{"request":"attention","run":\#(run),"layer":1}"#))
            try native.ask(Asked(json: #"{"request":"end","run":\#(run)}"#))
        }
        try expectSame(native)
    }
}
