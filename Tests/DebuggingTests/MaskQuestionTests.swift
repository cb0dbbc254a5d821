// The debugger on a run that fills: its masks are its steps, all of the text is seen, and nothing goes on.
import Debugging
import Phrases
import Testing
import TraceSamples
import Traces

@Suite struct MaskQuestionTests {
    private let trace = sampleFilling()

    private func number(_ source: String, _ mask: Int) throws -> Double? {
        let value = try Question(source, in: QuestionScope(trace)).value(at: mask, in: TraceReader(trace))
        if case .number(let number) = value { return number }
        return nil
    }

    @Test func questionsSeeTheWholeText() throws {
        #expect(try number("position", 1) == 8)
        #expect(try number("tokens.count", 0) == 15)
        #expect(try number("step", 1) == 1)
        let record = try #require(trace.attention)
        for (mask, query) in [(0, 2), (1, 8)] {
            let last = Double(record.weight(layer: 1, head: 3, query: query, key: 14))
            #expect(try number("attention(1, 3, 14)", mask) == last)
            let other = Double(record.weight(layer: 0, head: 2, query: 14, key: 1))
            #expect(try number("attention(0, 2, 1, from: 14)", mask) == other)
            let sum = try #require(try number("(sum over positions of attention(1, 3, t))", mask))
            #expect(abs(sum - 1) < 1e-5)
            #expect(try number("p(top(1))", mask) == trace.steps[mask].candidates[0].rawProbability)
            #expect(try number("entropy", mask) == trace.steps[mask].entropyBitsRaw)
        }
        #expect(try number("attention(1, 3, 15)", 0) == nil)
    }

    @Test func stepsFromMaskToMask() throws {
        let debugger = Debugger(trace)
        #expect(!debugger.canGoOn)
        for line in ["step", "step", "step"] { _ = try debugger.execute(line: line) }
        #expect(debugger.place.step == 1)
        guard case .info(.attention(let table)) = try debugger.execute(line: "info attention 1.3") else {
            Issue.record("no table")
            return
        }
        #expect(table.query == 8)
        for line in ["list", "info tokens", "info candidates 3", "step in", "finish", "why top(2)", "back"] {
            _ = try debugger.execute(line: line)
        }
        for line in ["force 3", "set temperature 2", "ablate 0.0", "info kv", "sweep"] {
            #expect(throws: DebuggingError.self, "\(line)") { try debugger.execute(line: line) }
        }
    }
}
