// Records of filled masks: they come back from their file, and contradictions in one are refused.
import JSONText
import Testing
import TraceSamples

@testable import Traces

@Suite struct MaskTests {
    @Test func comesBack() throws {
        let trace = sampleFilling()
        let bytes = try traceJSON(trace)
        let read = try Trace(parsing: bytes)
        #expect(read.run == .fill && read.steps == trace.steps && read.text == trace.text)
        #expect(read.tokens == trace.prompt.tokens)
        #expect(try canonicalBytes(read) == canonicalBytes(trace))
        let root = try JSONValue(parsing: bytes)
        #expect(root["run"]?.string == "fill" && root["steps"]?.array?.isEmpty == true)
        #expect(root["masks"]?.array?.map { $0["position"]?.int } == [2, 8])
        #expect(root["attention"]?["pattern"]?.string == "full")
    }

    @Test func placesOfMasks() {
        let trace = sampleFilling()
        #expect(trace.steps.map { trace.query(of: $0) } == [2, 8])
        #expect(trace.steps.map { trace.seenPositions(at: $0) } == [15, 15])
        #expect([0, 1].map { trace.position(ofStep: $0) } == [2, 8])
        #expect([0, 2, 3, 8].map { trace.step(at: $0) } == [nil, 0, nil, 1])
        #expect(trace.logitsRow(ofStep: 1) == 8)
        let written = sampleTrace()
        let count = written.prompt.tokens.count
        #expect(written.query(of: written.steps[1]) == count && written.position(ofStep: 1) == count + 1)
        #expect(written.step(at: count + 1) == 1 && written.step(at: count - 1) == nil)
    }

    @Test(arguments: [
        ("\"position\":2,", "\"position\":8,", "masks[1].position"),
        ("\"position\":8,", "\"position\":15,", "masks[1].position"),
        ("\"run\":\"fill\",", "", "masks"),
        ("\"run\":\"fill\",", "\"run\":\"score\",", "masks"),
        ("\"steps\":[]", "\"steps\":[7]", "steps[0]"),
    ])
    func contradictionsAreRefused(old: String, new: String, path: String) throws {
        let text = String(decoding: try traceJSON(sampleFilling()), as: UTF8.self)
        let place = try #require(text.firstRange(of: old))
        let bytes = Array(text.replacingCharacters(in: place, new).utf8)
        let error = #expect(throws: TraceError.self) { try Trace(parsing: bytes) }
        guard case .field(let found, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found == path)
    }

    @Test func aMaskHasTheRawLogitAlone() throws {
        var trace = sampleFilling()
        trace.steps[0].candidates[1].logits = [1, 2]
        #expect(throws: TraceError.self) { try Trace(parsing: try traceJSON(trace)) }
        trace = sampleFilling()
        trace.steps[0].candidates = []
        #expect(throws: TraceError.self) { try Trace(parsing: try traceJSON(trace)) }
    }
}
