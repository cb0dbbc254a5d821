// Traces that are cut, twisted or lie about themselves: each is one plain error, none a crash.
import Testing
import TraceSamples

@testable import Traces

@Suite struct HostileTraceTests {
    let text = String(decoding: try! traceJSON(fullSample()), as: UTF8.self)

    /// The message for the sample with one stretch of text replaced.
    func message(_ old: String, _ new: String) throws -> String {
        let place = try #require(text.firstRange(of: old), "\(old) is not in the sample")
        let twisted = text.replacingCharacters(in: place, new)
        do {
            _ = try Trace(parsing: Array(twisted.utf8))
            return "no error"
        } catch { return error.description }
    }

    @Test func truncatedAtFiftyPlaces() {
        let bytes = Array(text.utf8)
        for place in 0..<50 {
            #expect(throws: TraceError.self) { try Trace(parsing: Array(bytes.prefix(bytes.count * place / 50))) }
        }
    }

    @Test func notATrace() throws {
        #expect(try message("stepglass-trace", "other") == TraceError.notATrace(found: "\"other\"").description)
        for other in ["[]", "3", "null", "{}", "{\"format\":3}"] {
            #expect(throws: TraceError.notATrace(found: "missing")) { try Trace(parsing: Array(other.utf8)) }
        }
    }

    @Test func aVersionFromTheFuture() throws {
        #expect(
            try message("\"version\":1", "\"version\":2")
                == "this trace has version 2; this build reads version 1 (use a newer stepglass)")
        #expect(try message("\"version\":1", "\"version\":0").contains("version is 0; it must be 1 or more"))
        #expect(try message("\"version\":1", "\"version\":1.5").contains("version is no whole number"))
    }

    /// What is twisted, and what the message has to say.
    static let twists: [(old: String, new: String, says: String)] = [
        ("\"threads\":2", "\"threads\":-2", "engine.threads is -2; it must be 0 or more"),
        ("\"threads\":2", "\"threads\":\"2\"", "engine.threads is no whole number"),
        ("\"threads\":2", "\"threads\":99999999999999999999", "engine.threads is no whole number"),
        ("\"threads\":2", "\"threads\":2,\"threads\":2", "the key \"threads\" stands twice"),
        ("\"layers\":2", "\"layers\":0", "model.layers is 0"),
        ("\"keyValueHeads\":2", "\"keyValueHeads\":3", "keyValueHeads is 3, which does not divide 4 heads"),
        ("\"Q4_1\":28", "\"Q4_1\":null", "model.tensorTypes.Q4_1 is no whole number"),
        ("\"temperature\":0.9", "\"temperature\":1e999", "settings.temperature is no finite number"),
        ("\"penaltyScope\":\"output\"", "\"penaltyScope\":\"all\"", "must be one of \"prompt\", \"output\", \"both\""),
        ("\"seed\":\"34", "\"seed\":\"94", "not an unsigned 128-bit number"),
        ("\"logitBias\":{\"3\"", "\"logitBias\":{\"-3\"", "settings.logitBias.-3 is no whole number"),
        ("\"record\":[\"attention\"", "\"record\":[\"everything\"", "settings.record[0] must be one of"),
        ("\"bytes\":\"e4bda0\"", "\"bytes\":\"e4bda\"", "odd number of hexadecimal digits"),
        ("\"bytes\":\"e4bda0\"", "\"bytes\":\"E4BDA0\"", "is not in hexadecimal digits"),
        ("\"start\":3,", "\"start\":30,", "end is 6; it must be 30 or more"),
        ("\"scores\":[null,", "\"scores\":[", "prompt.scores has 14 entries for 15 tokens"),
        ("{\"index\":3,\"position\":18", "{\"index\":3,\"position\":17", "steps[3].position is 17; it must be 18…18"),
        ("{\"index\":3,", "{\"index\":4,", "steps[3].index is 4; it must be 3…3"),
        ("{\"index\":3,", "{\"indices\":3,", "steps[3].index is missing"),
        ("\"stages\":[{\"name\":\"raw\"", "\"stages\":[{\"name\":\"cooked\"", "does not begin with \"raw\""),
        ("\"logits\":[", "\"logits\":[null,", "steps[0].candidates[0].logits has 9 entries for 8 stages"),
        ("\"logits\":[", "\"logits\":[1e39,", "logits[0] is no finite 32-bit number"),
        ("\"logits\":[", "\"logits\":[NaN,", "not a trace: JSON"),
        ("\"rank\":1,", "\"rank\":0,", "rank is 0; it must be 1 or more"),
        ("\"logSumExp\":", "\"logSumExp\":null,\"was\":", "steps[0].logSumExp is no finite number"),
        ("\"uniform\":0", "\"uniform\":7", "draw.uniform is 7"),
        ("\"finish\":null", "\"finish\":\"bored\"", "finish is \"bored\"; it must be one of"),
        ("\"lens\":[{\"layer\":0", "\"lens\":[{\"layer\":3", "lens[0].layer is 3; it must be 0…2"),
        (
            "\"headLogits\":[", "\"headLogits\":[0.5,",
            "residual.layers[0].headLogits has 5 heads, and headLengths has 4"
        ),
        ("\"values\":[", "\"values\":[1,", "steps[0].residual.embedding.values has 65 entries; the model has 64"),
        ("\"values\":[", "\"values\":[1e39,", "embedding.values[0] is no finite 32-bit number"),
        ("\"parent\":0,", "\"parent\":999,", "parent is 999, which is no node before this one"),
        ("\"parent\":0,\"depth\":1", "\"parent\":0,\"depth\":2", "depth is 2 below a parent of depth 0"),
        ("{\"id\":1,\"parent\"", "{\"id\":0,\"parent\"", "beam.nodes[1].id is 0 for a second time"),
        ("\"beam\":{\"beams\":2", "\"beam\":{\"beams\":257", "beam.beams is 257; it must be 1…256"),
        ("\"state\":\"chosen\"", "\"state\":\"lucky\"", "state is \"lucky\""),
        ("\"earlyStopping\":\"false\",\"nodes\"", "\"earlyStopping\":\"no\",\"nodes\"", "beam.earlyStopping is \"no\""),
        ("\"vocabularySize\":", "\"vocabularySize\":4000001,\"was\":", "vocabularySize is 4000001; it must be 1…"),
        ("\"kept\":", "\"kept\":4000000,\"was\":", "steps[0].stages[0].kept is 4000000; it must be 0…"),
        ("\"tail\":{\"count\":", "\"tail\":{\"count\":4000000,\"was\":", "tail.count is 4000000; it must be 0…"),
        ("\"positions\":23", "\"positions\":2300000", "attention.positions is 2300000; it must be 0…24"),
        ("\"positions\":23", "\"positions\":22", "does not expand to"),
        ("\"bits\":16", "\"bits\":12", "attention.bits is neither 8 nor 16"),
        ("\"bits\":16", "\"bits\":8", "attention.power is not 1.5"),
        ("\"encoding\":\"dense\"", "\"encoding\":\"magic\"", "attention.encoding is \"magic\""),
        ("\"encoding\":\"dense\"", "\"encoding\":\"strongest\"", "attention.keysPerRow is missing"),
        ("\"scales\":\"eA", "\"scales\":\"e!", "attention.parts[0].scales is not in base64"),
        ("\"scales\":\"eA", "\"scales\":\"AA", "attention.parts[0].scales does not expand to"),
        ("\"loadSeconds\":", "\"loadMinutes\":", "metrics.loadSeconds is missing"),
    ]

    @Test(arguments: twists.indices) func twisted(_ index: Int) throws {
        let twist = Self.twists[index]
        let message = try message(twist.old, twist.new)
        #expect(message.contains(twist.says), "\(message)")
        #expect(!message.contains("\n"))
    }

    @Test func changesThatCannotBe() throws {
        let second = "{\"step\":6,\"settings\""
        for step in [3, 2, 0] {
            #expect(try message(second, "{\"step\":\(step),\"settings\"").contains("not above 3, the one before"))
        }
        let inner = "{\"step\":3,\"settings\":{"
        #expect(try message(inner, inner + "\"changes\":[],").contains("stands inside another change"))
        let forced = "\"forced\":{}}},{\"step\":6"
        #expect(try message(forced, "\"forced\":{\"1\":5}}},{\"step\":6").contains("stands inside a change"))
        #expect(try message(inner + "\"chat\":false", inner + "\"chat\":true").contains("cannot change on the way"))
        #expect(try message("\"changes\":[", "\"changes\":[7,") != "no error")
    }

    @Test func bombs() throws {
        // A small stream that claims nothing and expands to much: refused at the size that the shape gives.
        var trace = fullSample()
        let zeros = String(
            decoding: base64(try deflated([UInt8](repeating: 0, count: 10_000_000), looksFor: .frequentBytes)),
            as: UTF8.self)
        let place = try #require(text.firstRange(of: "\"weights\":\""))
        let bomb = text[..<place.upperBound] + zeros + text[place.upperBound...].drop { $0 != "\"" }
        #expect(
            throws: TraceError.field(
                path: "attention.parts[0].weights", problem: "does not expand to 2208 bytes (zlib returned -5)")
        ) { try Trace(parsing: Array(String(bomb).utf8)) }
        // A shape that claims much and brings little: nothing is set aside for it.
        trace = sampleTrace(SampleShape { $0.attention = false })
        trace.model.heads = 1 << 10
        trace.model.layers = 1
        trace.attention = AttentionRecord(layers: 1, heads: 1 << 10, keyValueHeads: 2)
        let claim = String(decoding: try traceJSON(trace), as: UTF8.self)
            .replacing("\"positions\":0", with: "\"positions\":24")
        #expect {
            try Trace(parsing: Array(claim.utf8))
        } throws: { error in
            "\(error)".contains("parts[0].scales has") && "\(error)".contains("too few for 49152")
        }
    }

    @Test func nestedTooDeeply() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: TraceError.self) { try Trace(parsing: Array(deep.utf8)) }
    }

    /// Whatever happens to single bytes, the reader ends with a trace or an error.
    @Test func fiveThousandFlippedBytes() throws {
        var trace = sampleTrace(
            SampleShape {
                $0.steps = 2; $0.lens = true; $0.promptScores = true; $0.beams = 2; $0.candidates = 2
                $0.vocabularySize = 80; $0.layers = 1; $0.heads = 2
            })
        trace.prompt.pieces.removeLast(9)
        let bytes = try traceJSON(trace)
        var state: UInt64 = 20_240_607
        var read = 0
        for _ in 0..<5000 {
            var twisted = bytes
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                twisted[Int(state >> 33) % bytes.count] ^= UInt8(truncatingIfNeeded: 1 << (state >> 29 & 7))
            }
            if let trace = try? Trace(parsing: twisted) {
                read += 1
                _ = try traceJSON(trace)
            }
        }
        #expect(read > 0 && read < 5000)
    }
}

extension String {
    func replacingCharacters(in range: Range<String.Index>, _ new: String) -> String {
        self[..<range.lowerBound] + new + self[range.upperBound...]
    }
}
