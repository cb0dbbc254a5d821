// The question language: what each name answers, what unknowns do, and where a fault is pointed at.
import JSONText
import Phrases
import Debugging
import Testing
import TraceSamples
import Traces

/// The answer to a question at a step of a trace.
private func ask(_ source: String, _ trace: Trace, _ step: Int = 0) throws -> QuestionValue {
    try Question(source, in: QuestionScope(trace)).value(at: step, in: TraceReader(trace))
}

private func number(_ source: String, _ trace: Trace, _ step: Int = 0) throws -> Double? {
    if case .number(let value) = try ask(source, trace, step) { value } else { nil }
}

/// The place and the English message of the fault in a question.
private func fault(_ source: String, _ trace: Trace? = nil) -> String {
    do {
        _ = try Question(source, in: trace.map { QuestionScope($0) } ?? QuestionScope())
        return "no fault"
    } catch {
        guard case .question(_, let span, let problem) = error else { return "another error" }
        return "\(span.lowerBound)..<\(span.upperBound) \(problem.phrase.english)"
    }
}

@Suite struct QuestionValues {
    static let lensRun = sampleTrace(SampleShape { $0.lens = true })
    static let beamRun = sampleTrace(SampleShape { $0.beams = 3 })
    let trace = lensRun
    let beams = beamRun

    @Test(arguments: QuestionFunction.allCases) func everyExampleHolds(_ function: QuestionFunction) throws {
        #expect(!function.meaning.english.isEmpty && !function.meaning.chinese.isEmpty)
        #expect(function.example.contains(function.isMemberOfBeam ? "beam(" : function.rawValue))
        let question = try Question(condition: function.example)
        for step in trace.steps.indices {
            _ = question.value(at: step, in: TraceReader(trace))
            _ = question.value(at: step, in: TraceReader(beams))
        }
    }

    @Test(arguments: Aggregate.allCases) func everyAggregateExampleHolds(_ aggregate: Aggregate) throws {
        _ = try Question(condition: aggregate.example)
    }

    @Test func numbersComeFromTheStep() throws {
        let step = trace.steps[3]
        #expect(try number("step", trace, 3) == 3)
        #expect(try number("position", trace, 3) == Double(step.position))
        #expect(try number("entropy", trace, 3) == step.entropyBitsFinal)
        #expect(try number("entropy(raw)", trace, 3) == step.entropyBitsRaw)
        #expect(try number("p(chosen)", trace, 3) == step.chosen?.probability)
        #expect(try number("p(chosen, raw)", trace, 3) == step.chosen?.rawProbability)
        #expect(try number("p(stage: raw, token: chosen)", trace, 3) == step.chosen?.rawProbability)
        #expect(try number("rank(argmax)", trace, 3) == 1)
        #expect(try number("rank(top(2))", trace, 3) == 2)
        #expect(try number("tail", trace, 3) == step.tail.probability)
        #expect(try number("tail(raw)", trace, 3) == step.tail.rawProbability)
        #expect(try number("tail.count", trace, 3) == Double(step.tail.count))
        #expect(try number("tokens.count", trace, 3) == Double(trace.prompt.tokens.count + 4))
        #expect(try number("logsumexp", trace, 3) == step.logSumExp)
        #expect(try number("draw.u", trace, 3) == step.draw?.uniform)
        #expect(try number("kept(top_k)", trace, 3) == 40)
        #expect(try number("parameter(top_p)", trace, 3) == 0.95)
        #expect(try number("seconds.forward * 1000", trace, 3) == step.seconds.forward * 1000)
        #expect(try number("layers * heads", trace) == 24)
    }

    @Test func logitsFollowTheStages() throws {
        let step = trace.steps[2]
        let best = step.candidates[0]
        for (index, stage) in step.stages.enumerated() {
            let name = String(stage.name.map { $0 == "-" ? "_" : $0 })
            #expect(try number("logit(argmax, stage: \(name))", trace, 2) == best.logits[index].map(Double.init))
        }
        #expect(try number("logit(argmax)", trace, 2) == best.logits.last!.map(Double.init))
    }

    @Test func probabilitiesAfterAStageNeedEveryTokenInPlay() throws {
        let wide = sampleTrace(SampleShape { $0.candidates = 60 })
        let sum = try #require(try number("sum over candidates of p(c, stage: top_k)", wide, 2))
        #expect(abs(sum - 1) < 1e-12)
        let final = try #require(try number("p(argmax, stage: min_p)", wide, 2))
        #expect(abs(final - wide.steps[2].candidates[0].probability) < 1e-5)
        #expect(
            try ask("p(argmax, stage: temperature)", wide, 2)
                == .unknown(.notListedAfter(stage: "temperature", kept: 400, listed: 60)))
    }

    @Test func removedTokensSayBySWhichStage() throws {
        let place = try #require(trace.steps.firstIndex { $0.candidates.contains { $0.removedBy != nil } })
        let gone = try #require(trace.steps[place].candidates.first { $0.removedBy != nil })
        let name = String(gone.removedBy!.map { $0 == "-" ? "_" : $0 })
        #expect(try ask("removed(#\(gone.id)) and by(#\(gone.id)) == \(name)", trace, place).isTrue)
        #expect(try ask("not removed(chosen) and by(chosen) == none", trace, place).isTrue)
        #expect(try number("p(#\(gone.id))", trace, place) == 0)
        #expect(
            try ask("logit(#\(gone.id))", trace, place)
                == .unknown(.removed(TokenReference(id: gone.id, bytes: gone.bytes), by: gone.removedBy)))
    }

    @Test func attentionSumsOverTheTokensATextTouches() throws {
        let record = try #require(trace.attention)
        let query = trace.steps[1].position - 1
        let row = record.row(layer: 2, head: 3, query: query)
        #expect(try number("mass(head(2, 3), 0..1)", trace, 1) == Double(row[0]) + Double(row[1]))
        #expect(try number("attention(layer: 2, head: 3, to: 1)", trace, 1) == Double(row[1]))
        let whole = try #require(try number("mass(head(2, 3), 0..\(query))", trace, 1))
        #expect(abs(whole - 1) < 1e-5)
        let token = trace.prompt.tokens[1]
        let text = String(decoding: token.bytes, as: UTF8.self)
        #expect(try number("attention(2, 3, \"\(text)\")", trace, 1) == Double(row[1]))
        let heads = (0..<6).map { Double(record.row(layer: 2, head: $0, query: query)[1]) }
        #expect(try number("max over heads of attention(layer: 2, to: 1)", trace, 1) == heads.max())
        #expect(try number("max over heads of attention(layer: 2, head: h, to: 1)", trace, 1) == heads.max())
        let answer = try Question("max over heads of attention(layer: 2, to: 1)").answer(at: 1, in: TraceReader(trace))
        #expect(answer.witness?.member == heads.firstIndex(of: heads.max()!))
        #expect(try ask("(count over heads of mass(head(2, h), 1) >= 0) == heads", trace, 1).isTrue)
    }

    /// A record in memory and the one read back from a file; few keys and whole rows are read in different ways.
    @Test func singleWeightsAreThoseOfTheRow() throws {
        let saved = try Trace(parsing: try traceJSON(trace))
        for trace in [trace, saved] {
            let record = try #require(trace.attention)
            for (layer, head, query) in [(0, 0, 0), (1, 5, 3), (3, 2, record.positions - 1)] {
                let row = record.row(layer: layer, head: head, query: query)
                for key in 0...query {
                    #expect(record.weight(layer: layer, head: head, query: query, key: key) == row[key])
                }
            }
            let query = trace.steps[2].position - 1
            let row = record.row(layer: 1, head: 2, query: query).map(Double.init)
            #expect(try number("mass(head(1, 2), 0..3)", trace, 2) == row[...3].reduce(0, +))
            #expect(try number("mass(head(1, 2), 0..9)", trace, 2) == row[...9].reduce(0, +))
        }
    }

    @Test func textIsWhatIsWrittenSoFar() throws {
        let first = String(decoding: trace.steps[0].token.bytes, as: UTF8.self)
        #expect(try ask("text == \"\(first)\" and text starts \"\(first)\" and text ends \"\(first)\"", trace).isTrue)
        #expect(try ask("token in tokens and not (\"never there\" in tokens)", trace, 4).isTrue)
        #expect(try ask("finish == eos or finish == length", trace, trace.steps.count - 1).isTrue)
        #expect(try ask("finish == none", trace, 0).isTrue)
        #expect(try ask("step in 0..0", trace, 0).isTrue)
    }

    @Test func lensAndBeams() throws {
        let top = trace.steps[1].lens[2].top[0]
        #expect(try number("lens(lens.top(2), layer: 2)", trace, 1) == top.probability)
        #expect(try ask("lens(\"x\", 0)", sampleTrace()) == .unknown(.noLens(layer: 0)))
        let level = beams.beam!.nodes.filter { $0.depth == 2 && $0.state != .pruned }
        let best = level.max { $0.sumLogProbability < $1.sumLogProbability }
        #expect(try number("beam(0).score", beams, 2) == best?.score)
        #expect(try number("beam.count", beams, 2) == Double(level.count))
        #expect(try ask("beam(0).sum >= beam(1).sum", beams, 2).isTrue)
        #expect(try ask("beam(0).text ends beam(0).token", beams, 2).isTrue)
        #expect(try ask("beam(9).score", beams, 2) == .unknown(.noBeamIndex(9, count: level.count)))
        #expect(try ask("beam(0).score", trace) == .unknown(.noBeam))
    }

    @Test func unknownsFollowKleene() throws {
        let unknown = QuestionValue.unknown(
            .notCandidate(TokenReference(id: nil, bytes: Array("zzz".utf8)), step: 0, listed: 8))
        for source in [
            "p(\"zzz\")", "p(\"zzz\") > 0.3", "not (p(\"zzz\") > 0.3)", "p(\"zzz\") + 1", "true and p(\"zzz\") > 0",
            "false or p(\"zzz\") > 0",
        ] { #expect(try ask(source, trace) == unknown, "\(source)") }
        #expect(try ask("false and p(\"zzz\") > 0", trace) == .boolean(false))
        #expect(try ask("p(\"zzz\") > 0 or true", trace) == .boolean(true))
        #expect(try ask("known(p(\"zzz\"))", trace) == .boolean(false))
        guard case .unknown(let why) = unknown else { return }
        #expect(why.phrase.english == "\"zzz\" is not among the 8 recorded candidates of step 0")
        #expect(try ask("1 / (step - step)", trace) == .unknown(.dividedByZero))
        #expect(
            try ask("max over positions of max over heads of max over layers of step / 0", trace)
                == .unknown(.dividedByZero))
    }

    /// What goes through much of the record in one term counts as much.
    @Test(arguments: [
        "characters(prompt) > 1", "prompt contains \"b\"", "words(prompt) == \"a\"", "margin > 0", "top(3) == \"x\"",
        "p(#9) > 1", "#1 in candidates", "p(#1, stage: temperature) > 0", "exchanged(prompt, text) > 1",
    ]) func aTermCountsWhatItGoesThrough(_ source: String) throws {
        var trace = trace
        trace.prompt.rendered = String(repeating: "a ", count: 5_000)
        let candidate = try #require(trace.steps[0].candidates.last)
        trace.steps[0].candidates += (0..<9_000).map { place in
            var other = candidate
            (other.id, other.rank) = (1_000_000 + place, 1_000 + place)
            return other
        }
        let question = try Question(source)
        let reader = TraceReader(trace)
        #expect(question.answer(at: 0, in: reader, budget: ReadingBudget(steps: 100)).value == .unknown(.tooMuchWork))
        #expect(
            question.answer(at: 0, in: reader, budget: ReadingBudget(steps: 5_000_000)).value != .unknown(.tooMuchWork))
    }

    @Test func workIsBounded() throws {
        let source = "sum over candidates of sum over candidates of sum over candidates of 1"
        let answer = try Question(source).answer(at: 0, in: TraceReader(trace), budget: ReadingBudget(steps: 500))
        #expect(answer.value == .unknown(.tooMuchWork))
        #expect(try number(source, trace) == 512)
    }
}

@Suite struct QuestionFaults {
    static let small = sampleTrace(SampleShape { $0.steps = 1 })

    @Test(arguments: [
        ("", "0..<0 a question is needed, for example entropy > 2"),
        (
            "entropy > 2 and margn < 0.1",
            "16..<21 margn is unknown here; expected a value of the step (help questions lists them); did you mean margin?"
        ),
        ("entropy >", "9..<9 expected a value before the end"),
        ("entropy > > 2", "10..<11 expected a value, found >"),
        ("entropy = 2", "8..<9 write == instead of ="),
        ("entropy > 2 && step > 3", "12..<14 write and instead of &&"),
        ("p(“ Paris”)", "2..<5 write \" instead of “"),
        ("p(\" Paris) > 0.3", "2..<16 this text has no closing \""),
        ("p(\"a\\qb\")", "4..<6 \\q is no escape; there are \\n \\r \\t \\\" \\\\ \\xHH \\u{HEX}"),
        ("p() > 1", "0..<3 p needs token, for example p(\" Paris\") > 0.3"),
        ("p > 1", "0..<1 p needs arguments, for example p(\" Paris\") > 0.3"),
        ("p(\"a\", raw, 3)", "12..<13 p takes at most 2 arguments"),
        ("p(tokn: \"a\")", "2..<6 p has no argument tokn; did you mean token?"),
        ("p(token: \"a\", token: \"b\")", "14..<19 token is given twice"),
        (
            "by(\" the\") == top_q",
            "14..<19 top_q is unknown here; expected the name of a stage (raw, temperature, top_p, …); did you mean top_k?"
        ),
        (
            "finish == oes",
            "10..<13 oes is unknown here; expected eos, stop, length, context or none; did you mean eos?"
        ),
        ("entropy(rwa)", "8..<11 rwa is unknown here; expected raw or final; did you mean raw?"),
        ("entropy + text", "10..<14 expected a number, found a text in double quotes"),
        ("entropy and true", "0..<7 expected a condition (true or false), found a number"),
        ("entropy > seconds.forward", "0..<25 bits and s do not compare or add"),
        ("1 < step < 3", "9..<10 comparisons do not chain; join them with and, or use ( )"),
        ("step 3", "5..<6 expected an operator or the end, found 3"),
        (
            "max over head of 1",
            "9..<13 head is unknown here; expected steps, heads, layers, candidates or positions; did you mean heads?"
        ),
        ("max over heads h", "15..<16 expected of, found h"),
        ("h > 1", "0..<1 h has a meaning only inside: max over heads of ( … h … )"),
        (
            "beam(0)",
            "0..<7 beam(…) is unknown here; expected beam(0).score, beam(0).sum, beam(0).logp, beam(0).token, beam(0).text"
        ),
        (
            "beam(0).scroe > 1",
            "0..<13 beam(…).scroe is unknown here; expected beam(0).score, beam(0).sum, beam(0).logp, beam(0).token, beam(0).text; did you mean score?"
        ),
        ("1e999", "0..<5 this number is too large"),
        ("# > 1", "0..<1 expected a token's number after #, found  "),
        ("entropy > 2;", "11..<12 ; does not belong to this language"),
        ("attention(layer: 40, head: 0, to: 0) > 1", "17..<19 layer 40 is not in 0…3"),
        ("attention(layer: 0, head: 6, to: 0) > 1", "26..<27 head 6 is not in 0…5"),
        ("attention(layer: 0.5, head: 6, to: 0) > 1", "17..<20 a whole number is needed here"),
    ]) func pointAtTheCharacter(_ source: String, _ expected: String) {
        #expect(fault(source, Self.small) == expected)
    }

    @Test func nestingIsBounded() {
        let deep = String(repeating: "(", count: 3000) + "1"
        #expect(fault(deep) == "60..<61 nested more than 60 deep; take the question apart")
        let chain = "1" + String(repeating: "+1", count: 1000)
        #expect(fault(chain).contains("nested more than 200 deep"))
        #expect(fault(String(repeating: " ", count: 5000)) == "0..<4096 a question has at most 4096 bytes")
        #expect(fault(String(repeating: "not ", count: 500) + "true").contains("nested more than 60"))
        #expect(fault(String(repeating: "-", count: 500) + "1").contains("nested more than 60"))
        #expect(fault(String(repeating: "abs(", count: 50) + "1" + String(repeating: ")", count: 50)) == "no fault")
        let aggregates = String(repeating: "max over heads of ", count: 4) + "1"
        #expect(fault(aggregates).contains("nested more than 3 deep"))
    }

    @Test func aConditionIsNeededForABreakpoint() {
        do {
            _ = try Question(condition: "entropy")
            Issue.record("no fault")
        } catch {
            #expect(
                error.phrase.english
                    == "expected a condition (true or false), found a number; compare it, for example entropy > 1")
        }
    }
}
