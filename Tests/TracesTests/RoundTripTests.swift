// A trace written, read and written again is the same byte for byte; in pieces or at once; with every part there is.
import Testing
import TraceSamples

@testable import Traces

/// Everything a trace can hold, in small.
func fullSample(_ shape: (inout SampleShape) -> Void = fullShape) -> Trace {
    var trace = sampleTrace(SampleShape(shape))
    trace.settings.system = "Be brief.\n\"Quoted\" \u{1F600} \u{0} \u{7F} \u{2028} </script>"
    trace.settings.stop = ["\n\n", "。"]
    trace.settings.seed = "340282366920938463463374607431768211455"
    trace.settings.extra = ["typical-p.p": 0.5, "mirostat.tau": 3]
    trace.settings.logitBias = [7: -1.5, 3: -.infinity, 90: 1e-3]
    trace.settings.bannedTokens = [4, 9]
    trace.settings.dryBreakers = ["\n", ":"]
    trace.settings.forced = [2: 17, 11: 3]
    trace.settings.ablated = ["0.3", "1.0"]
    trace.settings.dropped = [1, 7]
    var later = trace.settings
    (later.temperature, later.seed, later.order, later.ablated) = (0.25, "7", ["temperature", "top-k"], [])
    trace.settings.change(to: later, fromStep: 3)
    later.extra = [:]
    trace.settings.change(to: later, fromStep: 6)
    trace.parent = Parent(sha256: String(repeating: "ab", count: 32), step: 4, change: "temperature 0.7 → 1.5")
    trace.steps[1].draw = nil
    trace.steps[2].stages[1].parameters.append(StageRecord.Parameter("state", -0.0))
    trace.metrics.timePerOutputTokenSeconds = nil
    return trace
}

func fullShape(_ shape: inout SampleShape) {
    shape.steps = 9; shape.lens = true; shape.inside = true; shape.promptScores = true; shape.beams = 2;
    shape.candidates = 5
    shape.vocabularySize = 120; shape.layers = 2; shape.heads = 4; shape.tailLogits = true
}

@Suite struct RoundTripTests {
    @Test func everythingComesBack() throws {
        let trace = fullSample()
        let bytes = try traceJSON(trace)
        let read = try Trace(parsing: bytes)
        #expect(read.engine == trace.engine && read.model == trace.model && read.settings == trace.settings)
        #expect(read.prompt == trace.prompt && read.steps == trace.steps && read.text == trace.text)
        #expect(read.beam == trace.beam && read.parent == trace.parent && read.notes == trace.notes)
        #expect(read.metrics == trace.metrics)
        #expect(try traceJSON(read) == bytes)
    }

    @Test(arguments: [
        AttentionRecord.Storage.float32, .fixed16, .strongest(keysPerRow: 1), .strongest(keysPerRow: 6),
        .strongest(keysPerRow: 500),
    ])
    func attentionOfEveryForm(storage: AttentionRecord.Storage) throws {
        var trace = fullSample()
        trace.attention = copied(try #require(trace.attention), as: storage)
        let bytes = try traceJSON(trace)
        let read = try Trace(parsing: bytes)
        #expect(try traceJSON(read) == bytes)
        #expect(try canonicalBytes(read) == canonicalBytes(trace))
        let attention = try #require(read.attention)
        #expect(attention.positions == trace.attention?.positions && attention.keyValueHeads == 2)
        for head in 0..<4 {
            let want = trace.attention!.row(layer: 1, head: head, query: 20)
            let row = attention.row(layer: 1, head: head, query: 20)
            for (a, b) in zip(row, want) { #expect(abs(a - b) <= 0.000017) }
            let tails = [trace.attention!, attention].map { $0.tailMass(layer: 1, head: head, query: 20) }
            #expect(abs(tails[0] - tails[1]) <= 0.00001)
        }
    }

    @Test func eightBitsAlsoComeBack() throws {
        let trace = sampleTrace(
            SampleShape {
                $0.steps = 420; $0.candidates = 1; $0.vocabularySize = 100; $0.lens = false
            })
        #expect(trace.attention?.encoding == AttentionEncoding(precision: .bits8, keysPerRow: nil))
        let bytes = try traceJSON(trace)
        #expect(try traceJSON(try Trace(parsing: bytes)) == bytes)
    }

    @Test func inPiecesOrAtOnce() throws {
        let trace = fullSample()
        var header = trace
        header.steps = []
        header.text = ""
        header.attention = nil
        var writer = TraceWriter()
        var bytes = writer.begin(header)
        for step in trace.steps { bytes += writer.append(step) }
        try writer.finish(trace) { bytes += $0 }
        #expect(try traceJSON(trace) == bytes)
    }

    @Test func anEmptyRun() throws {
        var trace = sampleTrace(
            SampleShape {
                $0.steps = 0; $0.attention = false
            })
        trace.prompt.pieces = []
        #expect(try traceJSON(try Trace(parsing: try traceJSON(trace))) == traceJSON(trace))
        trace.attention = AttentionRecord(layers: 4, heads: 6, keyValueHeads: 2)
        #expect(try traceJSON(try Trace(parsing: try traceJSON(trace))) == traceJSON(trace))
    }

    @Test func timesAndThreadsDoNotNameARun() throws {
        let trace = fullSample()
        var other = trace
        other.engine.threads = 7
        other.metrics = Metrics()
        for index in other.steps.indices { other.steps[index].seconds = StepSeconds(forward: 1, choose: 2, record: 3) }
        #expect(try canonicalBytes(other) == canonicalBytes(trace))
        #expect(try canonicalBytes(try Trace(parsing: try traceJSON(trace))) == canonicalBytes(trace))
        other.steps[3].token.id = 2
        #expect(try canonicalBytes(other) != canonicalBytes(trace))
    }

    @Test func fieldsOfTheFutureAreIgnored() throws {
        let trace = fullSample()
        let text = String(decoding: try traceJSON(trace), as: UTF8.self)
        let extended = text.replacing("\"version\":1,", with: "\"version\":1,\"mood\":{\"calm\":[1,2]},")
            .replacing("{\"index\":3,", with: "{\"index\":3,\"weather\":null,")
        #expect(extended.utf8.count > text.utf8.count + 30)
        #expect(try traceJSON(try Trace(parsing: Array(extended.utf8))) == traceJSON(trace))
    }

    @Test func seedsAsNumbersOrDigits() {
        #expect(exactSeed("0") == 0 && exactSeed("9007199254740992") == 1 << 53)
        #expect(exactSeed("9007199254740993") == nil && exactSeed("007") == nil && exactSeed("-1") == nil)
    }
}
