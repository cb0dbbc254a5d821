// Questions that look beyond their step: over the steps, at another step, in another run, at an answer.
import Debugging
import JSONText
import Phrases
import Testing
import TraceSamples
import Traces

@Suite struct WiderQuestionTests {
    let trace = sampleTrace(SampleShape())

    private func ask(
        _ source: String, at step: Int = 0, _ supplies: QuestionSupplies = QuestionSupplies(),
        answer: QuestionType? = nil
    ) throws -> QuestionValue {
        var scope = QuestionScope(trace)
        scope.runs = [.base, .mine]
        scope.answer = answer
        return try Question(source, in: scope).answer(at: step, in: TraceReader(trace), supplies: supplies).value
    }

    @Test func stepsAreAskedOneByOne() throws {
        let entropies = trace.steps.map(\.entropyBitsFinal)
        let last = trace.steps.count - 1
        for step in [0, last] {
            #expect(try ask("max over steps of entropy", at: step) == .number(entropies.max()!))
            #expect(try ask("sum over steps of 1", at: step) == .number(Double(trace.steps.count)))
        }
        #expect(try ask("count over steps of (step == s)") == .number(Double(trace.steps.count)))
        let limit = entropies.sorted()[entropies.count / 2]
        let first = try #require(entropies.firstIndex { $0 >= limit })
        #expect(try ask("first over steps where (entropy >= \(limit))") == .number(Double(first)))
        #expect(try ask("at(\(last), step)") == .number(Double(last)))
        #expect(try ask("at(\(last), entropy)") == .number(entropies[last]))
        if case .unknown(.noStep) = try ask("at(\(last + 1), entropy)") {
        } else {
            Issue.record("there is no such step")
        }
    }

    @Test func whereLeavesOthersOut() throws {
        let step = trace.steps[1]
        let best = step.candidates.filter { $0.rank <= 2 }.reduce(0) { $0 + $1.rawProbability }
        #expect(try ask("sum over candidates where rank(c) <= 2 of p(c, raw)", at: 1) == .number(best))
        #expect(try ask("sum over candidates where rank(c) < 1 of p(c, raw)", at: 1) == .number(0))
        #expect(try ask("any over candidates where false of true", at: 1) == .boolean(false))
        #expect(try ask("all over candidates where false of false", at: 1) == .boolean(true))
    }

    /// A running candidate keeps being that token where another step is asked, whose list is another.
    @Test func aCandidateIsTheSameTokenAtAnotherStep() throws {
        let last = trace.steps.count - 1
        let there = Set(trace.steps[last].candidates.map(\.id))
        let both = trace.steps[0].candidates.count { there.contains($0.id) }
        #expect(try ask("count over candidates of at(\(last), known(rank(c)))") == .number(Double(both)))
    }

    /// So does a token that is found in one run and looked up in another, which lists it elsewhere.
    @Test func aTokenIsItselfInAnotherRun() throws {
        var other = trace
        other.steps[0].candidates.reverse()
        let supplies = QuestionSupplies(base: TraceReader(trace), mine: TraceReader(other))
        let best = try #require(trace.steps[0].candidates.first { $0.rank == 1 })
        #expect(try ask("mine.p(base.top(1), raw)", supplies) == .number(best.rawProbability))
    }

    @Test func theWayOfThePrompt() throws {
        var other = trace
        other.text = "shown"
        let supplies = QuestionSupplies(mine: TraceReader(other))
        #expect(try ask("mine.text.shown", supplies) == .text(Array("shown".utf8)))
        let merges = trace.prompt.pieces.flatMap(\.merges)
        #expect(
            try ask("merges")
                == .text(Array(merges.map { visible($0.left) + "+" + visible($0.right) }.joined(separator: ", ").utf8)))
        #expect(try ask("setting(drop)") == .number(0))
    }

    @Test func runsAndAnswers() throws {
        var other = trace
        other.steps[0].entropyBitsFinal = 99
        let supplies = QuestionSupplies(
            base: TraceReader(trace), mine: TraceReader(other), answer: .range(low: 0.25, high: 0.5))
        #expect(try ask("mine.entropy", supplies) == .number(99))
        #expect(try ask("base.entropy < mine.entropy", supplies) == .boolean(true))
        #expect(try ask("answer.high - answer.low", supplies, answer: .range) == .number(0.25))
        if case .unknown(.noRun(.mine)) = try ask("mine.entropy") {} else { Issue.record("there is no such run") }
        #expect(throws: DebuggingError.self) { try ask("answer > 1") }
        #expect(throws: DebuggingError.self) { try Question("mine.entropy") }
        #expect(try ask("setting(temperature)") == .number(trace.settings.temperature))
    }

    @Test func budgetsHoldOverSteps() throws {
        let source = "sum over steps of sum over steps of sum over steps of sum over candidates of 1"
        #expect(throws: DebuggingError.self) { try ask(source) }
        let question = try Question("sum over steps of sum over steps of sum over steps of 1")
        let answer = question.answer(at: 0, in: TraceReader(trace), budget: ReadingBudget(steps: 50))
        #expect(answer.value == .unknown(.tooMuchWork))
    }
}
