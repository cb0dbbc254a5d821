// The requests on the model that ships: each answers, and what is wrong is said.
import CTinyModel
import JSONText
import Kernels
import Testing

@testable import Requests

@Suite struct EngineTests {
    let engine = Engine(compute: Compute(kernels: KernelSet.named("plain")!, threads: 1))

    private func call(_ json: String, _ attachments: [AttachedBytes] = []) throws -> (JSONValue, [AttachedBytes]) {
        let answer = engine.call(Message(json: Array(json.utf8), attachments: attachments))
        return (try JSONValue(parsing: answer.json), answer.attachments)
    }

    private func result(_ json: String, _ attachments: [AttachedBytes] = []) throws -> JSONValue {
        let answer = try call(json, attachments).0
        return try #require(answer["result"], "\(answer)")
    }

    private func open() throws {
        var (names, attachments) = ([String](), [AttachedBytes]())
        var index: Int32 = 0
        while let file = sg_tiny_file_at(index), let name = file.pointee.name {
            names.append("\"\(String(cString: name))\"")
            attachments.append(
                AttachedBytes(UnsafeRawBufferPointer(start: file.pointee.bytes, count: file.pointee.count)) {})
            index += 1
        }
        let answer = try result(
            #"{"request":"open","name":"stepglass-tiny","files":[\#(names.joined(separator: ","))]}"#, attachments)
        #expect(answer["model"]?.int == 1)
        #expect(answer["info"]?["layers"]?.int == 4)
    }

    /// Records that are sent count with what the runs hold, whatever they say of themselves; so do those that are verified.
    @Test func whatIsSentIsHeld() throws {
        try open()
        _ = try result(
            #"{"request":"start","model":1,"text":"Once","settings":{"maxTokens":3}}"#)
        _ = try result(#"{"request":"step","run":1,"count":3}"#)
        let trace = try call(#"{"request":"trace","run":1}"#).1
        let before = engine.heldBytes
        let text = String(decoding: trace[0].copied, as: UTF8.self)
        let changed = text.replacing(#/"recordBytes": ?\d+/#, with: #""recordBytes":9007199254740992"#)
        #expect(changed != text)
        let bytes = Array(changed.utf8)
        for _ in 0..<3 {
            try bytes.withUnsafeBytes { bytes in
                _ = try result(#"{"request":"load"}"#, [AttachedBytes(bytes) {}])
                _ = try result(#"{"request":"verify","model":1,"milliseconds":0}"#, [AttachedBytes(bytes) {}])
            }
        }
        let held = engine.heldBytes - before
        #expect(held >= 12 * Int64(bytes.count) && held < 4 << 40, "\(held)")
        for number in 1...3 { _ = try call(#"{"request":"verify","verification":\#(number)}"#) }
        #expect(engine.heldBytes - before < held)
    }

    private func openEncoder() throws {
        var (names, attachments) = ([String](), [AttachedBytes]())
        var index: Int32 = 0
        while let file = sg_tiny_bert_file_at(index), let name = file.pointee.name {
            names.append("\"\(String(cString: name))\"")
            attachments.append(
                AttachedBytes(UnsafeRawBufferPointer(start: file.pointee.bytes, count: file.pointee.count)) {})
            index += 1
        }
        _ = try result(
            #"{"request":"open","name":"stepglass-tiny-bert","files":[\#(names.joined(separator: ","))]}"#, attachments)
    }

    @Test func fillsMasks() throws {
        try openEncoder()
        let filled = try result(
            #"{"request":"fill","model":1,"text":"The capital of [MASK] is Paris.","candidates":5,"record":["attention","logits"]}"#
        )
        #expect(filled["steps"]?.int == 1 && filled["canGoOn"]?.bool == false)
        #expect(filled["text"]?.string == "The capital of France is Paris.")
        let (steps, _) = try call(#"{"request":"steps","run":1}"#)
        let mask = try #require(steps["result"]?["steps"]?.array?.first)
        #expect(mask["position"]?.int == 4 && mask["candidates"]?.array?.count == 5)
        let (attention, matrices) = try call(#"{"request":"attention","run":1,"layer":3}"#)
        #expect(attention["result"]?["pattern"]?.string == "full")
        #expect(matrices[0].bytes.count == 4 * 9 * 9 * 4)
        let (_, trace) = try call(#"{"request":"trace","run":1}"#)
        #expect(try result(#"{"request":"load","model":1}"#, trace)["steps"]?.int == 1)
        #expect(try result(#"{"request":"verify","model":1}"#, trace)["outcome"]?.string == "identical")
        for line in [
            "step", #"print p(\" France\")"#, "info candidates 3", "info attention 1.2", "list", "print top(2)",
        ] {
            _ = try result(#"{"request":"line","run":1,"line":"\#(line)"}"#)
        }
        let refused = try call(#"{"request":"line","run":1,"line":"force \" Rome\""}"#).0
        #expect(refused["error"]?["message"]?["en"]?.string?.contains("filled masks at once") == true)
        let scored = try result(#"{"request":"fill","model":1,"text":"A cat.","scoreEach":true}"#)
        #expect(scored["steps"]?.int == 0)
        let residual = try call(#"{"request":"fill","model":1,"text":"A [MASK].","record":["residual"]}"#).0
        #expect(residual["error"]?["message"]?["en"]?.string?.contains("no sum over what the layers add") == true)
        for (text, problem) in [("No mask", "has no mask"), ("", "has no mask")] {
            let answer = try call(#"{"request":"fill","model":1,"text":"\#(text)"}"#).0
            #expect(answer["error"]?["message"]?["en"]?.string?.contains(problem) == true, "\(answer)")
        }
        let start = try call(#"{"request":"start","model":1,"text":"Hello"}"#).0
        #expect(start["error"]?["message"]?["en"]?.string?.contains("is an encoder") == true)
    }

    /// What the page plays with: stories, a step with other settings, the curve, the text written anew.
    @Test func playsWithAStep() throws {
        try open()
        _ = try result(
            #"{"request":"start","model":1,"text":"The capital of France is","settings":{"maxTokens":6},"options":{"temperature":"1","seed":"7"}}"#
        )
        _ = try result(#"{"request":"step","run":1,"count":4}"#)
        let stories = try result(#"{"request":"stories","run":1,"from":0,"to":4}"#)["stories"]?.array ?? []
        #expect(stories.count == 4)
        #expect(stories.allSatisfy { $0["en"]?.array?.isEmpty == false && $0["zh-TW"]?.array?.isEmpty == false })
        let same = try result(#"{"request":"what-if","run":1,"step":1,"options":{}}"#)
        let recorded = try result(#"{"request":"steps","run":1,"from":1,"to":2}"#)["steps"]?.array?[0]
        #expect(same["bound"]?.double == 0)
        #expect(same["step"]?["candidates"] == recorded?["candidates"])
        #expect(same["step"]?["draw"]?["uniform"] == recorded?["draw"]?["uniform"])
        #expect(same["story"] == stories[1])
        let hot = try result(
            #"{"request":"what-if","run":1,"step":1,"options":{"temperature":"2","top-p":"0.9"},"uniform":0.99}"#)
        #expect(hot["step"]?["stages"]?.array?.count == 3)
        #expect(hot["stairs"]?["p"]?.double == 0.9)
        #expect(hot["step"]?["draw"]?["uniform"]?.double == 0.99)
        let curve = try result(
            #"{"request":"curve","run":1,"step":0,"tokens":[\#(recorded?["candidates"]?.array?[0]["id"]?.int ?? 0)],"temperatures":[0.5,1,2]}"#
        )
        #expect(curve["points"]?.array?.count == 3)
        let other = try result(#"{"request":"try","run":1,"step":2,"options":{"temperature":"0"},"token":100}"#)
        let number = try #require(other["run"]?.int)
        #expect(other["steps"]?.int == 2)
        let written = try result(#"{"request":"step","run":\#(number),"count":3}"#)["steps"]?.array ?? []
        #expect(written.count == 3 && written[0]["token"]?["id"]?.int == 100)
        #expect(try result(#"{"request":"run","run":1}"#)["steps"]?.int == 4, "the run itself stays as it is")
        _ = try result(#"{"request":"end","run":\#(number)}"#)
        for broken in [
            #"{"request":"what-if","run":1,"step":99}"#, #"{"request":"what-if","run":1,"step":-1}"#,
            #"{"request":"what-if","run":1,"step":0,"uniform":1}"#,
            #"{"request":"what-if","run":1,"step":0,"options":{"top-p":"7"}}"#,
            #"{"request":"curve","run":1,"step":0,"tokens":[1],"temperatures":[-1]}"#,
            #"{"request":"curve","run":1,"step":0,"tokens":[1],"temperatures":[\#(Array(repeating: "1", count: 201).joined(separator: ","))]}"#,
            #"{"request":"try","run":1,"step":99}"#,
        ] {
            #expect(try call(broken).0["error"]?["message"]?["en"]?.string?.isEmpty == false, "\(broken)")
        }
    }

    /// The pass behind a step, asked of a run that recorded nothing of it: what a record of the same run holds.
    @Test func looksInsideAStep() throws {
        try open()
        for record in [#"[]"#, #"["hidden","residual"]"#] {
            _ = try result(
                #"{"request":"start","model":1,"text":"Once upon a time","settings":{"maxTokens":4,"record":\#(record)},"options":{"temperature":"0"}}"#
            )
        }
        for run in 1...2 { _ = try result(#"{"request":"step","run":\#(run),"count":4}"#) }
        let recorded = try result(#"{"request":"steps","run":2}"#)["steps"]?.array ?? []
        for step in [3, 0, 2] {
            let lens = try result(#"{"request":"lens","run":1,"step":\#(step)}"#)
            let residual = try result(#"{"request":"residual","run":1,"step":\#(step)}"#)
            #expect(lens["lens"] == recorded[step]["lens"] && lens["lens"]?.array?.count == 5)
            #expect(residual["residual"] == recorded[step]["residual"] && residual["residual"] != nil)
        }
        let other = try #require(recorded[1]["candidates"]?.array?[3])
        let id = try #require(other["id"]?.int)
        let asked = try result(#"{"request":"residual","run":1,"step":1,"token":\#(id)}"#)["residual"]
        let sum = try #require(asked?["logit"]?.double)
        let logit = try #require(other["logits"]?.array?[0].double)
        #expect(asked?["token"]?.int == id && abs(sum - logit) < 1e-4)
        for broken in [#""step":4"#, #""step":-1"#, #""step":0,"token":8192000"#] {
            for request in ["lens", "residual"] {
                let answer = try call(#"{"request":"\#(request)","run":1,\#(broken)}"#).0
                #expect(answer["error"]?["message"]?["en"]?.string?.contains("there is no") == true, "\(answer)")
            }
        }
    }

    @Test func walksARunThroughEveryRequest() throws {
        try open()
        let tokens = try result(#"{"request":"tokenize","model":1,"text":"The capital"}"#)
        #expect(tokens["tokens"]?.array?.isEmpty == false)
        let start = try result(
            #"{"request":"start","model":1,"text":"Once upon a time","settings":{"maxTokens":12},"options":{"temperature":"0.8","top_p":"0.9"}}"#
        )
        #expect(start["run"]?.int == 1)
        #expect(start["settings"]?["topP"]?.double == 0.9)
        #expect(start["step"] == .null)
        let walked = try result(#"{"request":"step","run":1,"count":5}"#)
        #expect(walked["steps"]?.array?.count == 5)
        #expect(walked["run"]?["step"]?.int == 4)
        let printed = try result(#"{"request":"line","run":1,"line":"print entropy"}"#)
        #expect(printed["outcomes"]?.array?[0]["type"]?.string == "number")
        #expect(printed["text"]?["zh-TW"]?.array?.isEmpty == false)
        let why = try result(#"{"request":"line","run":1,"line":"why top(5)"}"#)
        #expect(why["outcomes"]?.array?[0]["kind"]?.string == "why")
        _ = try result(#"{"request":"go","run":1,"to":2}"#)
        let forced = try result(#"{"request":"force","run":1,"token":100}"#)
        #expect(forced["run"]?["branches"]?.array?.count == 2)
        for name in ["set\",\"name\":\"temperature\",\"value\":\"0.5", "fork\",\"name\":\"other"] {
            _ = try result(#"{"request":"\#(name)","run":1}"#)
        }
        // The first branch beside this one, as a run of its own that is forgotten again.
        let beside = try result(#"{"request":"beside","run":1,"branch":1}"#)
        let other = try #require(beside["run"]?.int)
        #expect(other != 1 && beside["steps"]?.int == 5 && beside["canGoOn"]?.bool == false)
        #expect(try result(#"{"request":"compare","run":1,"other":\#(other)}"#)["fork"]?.int == 2)
        #expect(try call(#"{"request":"beside","run":1,"branch":9}"#).0["error"] != nil)
        _ = try result(#"{"request":"end","run":\#(other)}"#)
        _ = try result(#"{"request":"ablate","run":1,"layer":1,"head":0}"#)
        _ = try result(#"{"request":"step","run":1,"count":2,"milliseconds":1000}"#)
        _ = try result(#"{"request":"restore","run":1}"#)
        _ = try result(#"{"request":"switch","run":1,"branch":1}"#)
        let (steps, _) = try call(#"{"request":"steps","run":1,"from":1,"to":3}"#)
        #expect(steps["result"]?["steps"]?.array?.count == 2)
        let completed = try result(#"{"request":"complete","run":1,"line":"pri"}"#)
        #expect(completed["candidates"]?.array == [.string("print")])
        let (attention, matrices) = try call(#"{"request":"attention","run":1,"layer":0}"#)
        let positions = try #require(attention["result"]?["positions"]?.int)
        let heads = try #require(attention["result"]?["heads"]?.int)
        #expect(matrices[0].bytes.count == heads * positions * positions * 4)
        try holdsRowsOfAttention(matrices[0], heads: heads, positions: positions)
        let (_, trace) = try call(#"{"request":"trace","run":1}"#)
        let loaded = try result(#"{"request":"load","model":1}"#, trace)
        #expect(loaded["steps"]?.int == 5)
        let reloaded = try #require(loaded["run"]?.int)
        let verified = try result(#"{"request":"verify","model":1}"#, trace)
        #expect(verified["outcome"]?.string == "identical")
        _ = try result(#"{"request":"end","run":\#(reloaded)}"#)
        _ = try result(#"{"request":"close","model":1}"#)
        #expect(try call(#"{"request":"run","run":1}"#).0["error"]?["kind"]?.string == "request")
    }

    /// Rows that are asked for alone are those of the whole.
    private func holdsRowsOfAttention(_ whole: AttachedBytes, heads: Int, positions: Int) throws {
        let weights = withExtendedLifetime(whole) { Array(whole.bytes.bindMemory(to: Float.self)) }
        for (from, to) in [(0, positions), (3, 5), (positions - 1, positions), (positions, positions)] {
            let end = to == positions ? "" : ",\"to\":\(to)"
            let (answer, rows) = try call(#"{"request":"attention","run":1,"layer":0,"from":\#(from)\#(end)}"#)
            #expect(answer["result"]?["from"]?.int == from && answer["result"]?["to"]?.int == to)
            #expect(answer["result"]?["pattern"]?.string == "causal")
            let expected = (0..<heads).flatMap { head in
                weights[((head * positions + from) * positions)..<((head * positions + to) * positions)]
            }
            // The bytes are theirs who hold the attachment.
            let found = withExtendedLifetime(rows) { Array(rows[0].bytes.bindMemory(to: Float.self)) }
            #expect(found == expected)
        }
        for wrong in ["\"from\":-1", "\"from\":3,\"to\":2", "\"to\":\(positions + 1)"] {
            let (answer, _) = try call(#"{"request":"attention","run":1,"layer":0,\#(wrong)}"#)
            #expect(answer["error"]?["kind"]?.string == "request")
        }
    }

    /// The engine without models walks along a record, and says what it cannot do.
    @Test func anEngineForRecordsAlone() throws {
        try open()
        _ = try result(#"{"request":"start","model":1,"text":"Once upon a time","settings":{"maxTokens":3}}"#)
        _ = try result(#"{"request":"step","run":1,"count":3}"#)
        let (_, trace) = try call(#"{"request":"trace","run":1}"#)
        let records = Engine()
        func ask(_ json: String, _ attachments: [AttachedBytes] = []) throws -> JSONValue {
            try JSONValue(parsing: records.call(Message(json: Array(json.utf8), attachments: attachments)).json)
        }
        let loaded = try ask(#"{"request":"load"}"#, trace)
        #expect(loaded["result"]?["steps"]?.int == 3)
        #expect(loaded["result"]?["canGoOn"] == .bool(false))
        for question in ["entropy", "rank(\\\"the\\\")", "0.1 + 1"] {
            let asked = #"{"request":"ask","run":1,"step":1,"question":"\#(question)"}"#
            let there = try ask(asked)["result"]
            #expect(there?["text"]?["zh-TW"]?.array?.isEmpty == false, "\(question)")
            // The whole engine answers the same.
            #expect(try result(asked) == there)
        }
        let wrong = try ask(#"{"request":"ask","run":1,"step":1,"question":"entropyy"}"#)["error"]
        #expect(wrong?["kind"]?.string == "question" && wrong?["end"]?.int == 8)
        #expect(
            try ask(#"{"request":"ask","run":1,"step":3,"question":"entropy"}"#)["error"]?["kind"]?.string == "command")
        #expect(try ask(#"{"request":"line","run":1,"line":"step"}"#)["error"]?["kind"]?.string == "request")
        #expect(try ask(#"{"request":"open","files":["x.gguf"]}"#, trace)["error"]?["kind"]?.string == "request")
        #expect(try ask(#"{"request":"sample","logits":[1,2]}"#)["result"]?["stages"] != nil)
    }

    /// A point of a curve is a choice among the whole vocabulary, of which a record may say that it is large.
    @Test func aCurveIsNoMoreWorkThanItsPointsMayBe() throws {
        try open()
        _ = try result(#"{"request":"start","model":1,"text":"The sky is","settings":{"maxTokens":1}}"#)
        _ = try result(#"{"request":"step","run":1,"count":1}"#)
        let (_, trace) = try call(#"{"request":"trace","run":1,"attention":false}"#)
        let claim = String(decoding: trace[0].copied, as: UTF8.self)
            .replacing("\"vocabularySize\":2048", with: "\"vocabularySize\":4000000")
        let records = Engine()
        func ask(_ json: String, _ attachments: [AttachedBytes] = []) throws -> JSONValue {
            try JSONValue(parsing: records.call(Message(json: Array(json.utf8), attachments: attachments)).json)
        }
        #expect(try ask(#"{"request":"load"}"#, [AttachedBytes(Array(claim.utf8))])["result"]?["steps"]?.int == 1)
        let points = Array(repeating: "1", count: 17).joined(separator: ",")
        let refused = try ask(#"{"request":"curve","run":1,"step":0,"tokens":[],"temperatures":[\#(points)]}"#)["error"]
        #expect(refused?["message"]?["en"]?.string == "17 points are too many for such a vocabulary")
    }

    @Test func samplesByHand() throws {
        let answer = try result(
            #"{"request":"sample","logits":[4,3,2,1],"options":{"temperature":"0.5","top-p":"0.9"},"uniform":0.1}"#)
        #expect(answer["chosen"]?.int == 0)
    }

    @Test(arguments: [
        ("nonsense", "request"), (#"{"request":"open","files":[]}"#, "request"), (#"{"request":"x"}"#, "request"),
        (#"{"request":"step","run":7}"#, "request"), (#"{"request":"sample","logits":[]}"#, "run"),
        (#"{"request":"sample","logits":[1],"settings":{"topP":"x"}}"#, "request"),
        (#"{"request":"sample","logits":[1],"options":{"topp":"2"}}"#, "run"),
        (#"{"request":"sample","logits":[1],"options":{"top-k":"x"}}"#, "command"),
    ])
    func saysWhatIsWrong(_ request: String, _ kind: String) throws {
        let error = try #require(try call(request).0["error"])
        #expect(error["kind"]?.string == kind)
        for language in ["en", "zh-TW"] { #expect(error["message"]?[language]?.string?.isEmpty == false) }
    }

    @Test func refusesFilesThatAreNoModels() throws {
        let junk = AttachedBytes([UInt8](repeating: 7, count: 1000))
        let error = try call(#"{"request":"open","files":["a.gguf"]}"#, [junk]).0["error"]
        #expect(error?["kind"]?.string == "model")
        let trace = try call(#"{"request":"load"}"#, [junk]).0["error"]
        #expect(trace?["kind"]?.string == "run")
    }
}
