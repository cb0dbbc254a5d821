// A recorded step with other settings, held against the arithmetic done by hand: exact where the record has all logits,
// within the bound that is named where it lists only the likeliest.
import Debugging
import Foundation
import JSONText
import Phrases
import Stages
import Testing
import TraceSamples
import Traces

@Suite struct WhatIfTests {
    /// What an engine tells has lost the logits' zero: the one stage that works on their size is refused, others are not.
    @Test func anEnginesLogProbabilitiesAreNoLogits() throws {
        var trace = sampleTrace()
        var settings = trace.settings
        settings.repetitionPenalty = 1.2
        _ = try Debugger(trace).whatIf(step: 0, settings: settings)
        trace.origin = .object(.init())
        #expect(throws: DebuggingError.self) { try Debugger(trace).whatIf(step: 0, settings: settings) }
        (settings.repetitionPenalty, settings.temperature) = (1, 0.5)
        _ = try Debugger(trace).whatIf(step: 0, settings: settings)
    }

    private static let size = 200

    /// A run of one step over random logits that lists `listed` tokens.
    private func trace(
        _ logits: [Float], listed: Int, withLogits: Bool, withTail: Bool = false
    ) throws -> Trace {
        var trace = sampleTrace(
            SampleShape {
                $0.steps = 1; $0.attention = false; $0.vocabularySize = logits.count
            })
        var settings = Settings()
        settings.candidates = listed
        var state = try ChoiceState(seed: "3")
        let choice = try StagePipeline(settings: settings).run(logits: logits, history: History(), state: &state) {
            ([UInt8(33 + $0 % 90)], "")
        }
        trace.settings = settings
        trace.steps[0].token = Token(id: choice.id, bytes: [65], text: "", start: 0, end: 1, special: false)
        (trace.steps[0].stages, trace.steps[0].candidates) = (choice.stages, choice.candidates)
        (trace.steps[0].tail, trace.steps[0].draw) = (choice.tail, choice.draw)
        trace.steps[0].logSumExp = choice.logSumExp
        if withTail {
            trace.steps[0].tail.logits = TailLogits(
                of: logits, listed: choice.candidates.map(\.id),
                history: History(prompt: trace.prompt.tokens.map(\.id)))
        }
        if withLogits { trace.tensors.rawLogits = [logits] }
        return trace
    }

    private struct Wish { var temperature, topP, minP: Double; var topK: Int }

    /// Temperature, top-k, top-p, min-p in double precision, from their definitions.
    private func byHand(_ logits: [Float], _ wish: Wish) -> [Double] {
        let scaled = logits.map { Double(Float(Double($0) / wish.temperature)) }
        var kept = scaled.indices.sorted { (scaled[$0], -$0) > (scaled[$1], -$1) }
        func shares() -> [Double] {
            let top = scaled[kept[0]]
            let powers = kept.map { exp(scaled[$0] - top) }
            let sum = powers.reduce(0, +)
            return powers.map { $0 / sum }
        }
        if wish.topK > 0 { kept = kept.filter { scaled[$0] >= scaled[kept[min(wish.topK, kept.count) - 1]] } }
        if wish.topP < 1 {
            var (sum, count) = (0.0, 0)
            for share in shares() where sum < wish.topP { (sum, count) = (sum + share, count + 1) }
            kept = Array(kept[..<max(1, count)])
        }
        if wish.minP > 0 {
            let all = shares()
            kept = zip(kept, all).filter { $0.1 >= wish.minP * all[0] }.map { $0.0 }
        }
        var result = [Double](repeating: 0, count: logits.count)
        for (id, share) in zip(kept, shares()) { result[id] = share }
        return result
    }

    private func settings(_ wish: Wish, from trace: Trace) -> Settings {
        var settings = trace.settings
        (settings.temperature, settings.topP, settings.minP, settings.topK) =
            (wish.temperature, wish.topP, wish.minP, wish.topK)
        return settings
    }

    @Test func aThousandWishes() throws {
        var random = try PCG64(seed: "11")
        var (bounded, tight) = (0, 0)
        for round in 0..<1000 {
            let spread = 1 + 4 * random.uniform()
            let logits = (0..<Self.size).map { _ in Float(spread * (random.uniform() + random.uniform() - 1) * 3) }
            let wish = Wish(
                temperature: 0.2 + 1.8 * random.uniform(), topP: round % 3 == 0 ? 1 : random.uniform(),
                minP: round % 4 == 0 ? 0.3 * random.uniform() : 0,
                topK: round % 2 == 0 ? 1 + Int(19 * random.uniform()) : 0)
            let truth = byHand(logits, wish)
            let whole = try trace(logits, listed: 20, withLogits: true)
            let exact = try Debugger(whole).whatIf(step: 0, settings: settings(wish, from: whole))
            #expect(exact.bound == 0)
            for candidate in exact.step.candidates { #expect(abs(candidate.probability - truth[candidate.id]) < 1e-5) }
            let part = try trace(logits, listed: 20, withLogits: false)
            let found = try Debugger(part).whatIf(step: 0, settings: settings(wish, from: part))
            guard let bound = found.bound else { continue }
            bounded += 1
            if bound < 1e-4 { tight += 1 }
            for candidate in found.step.candidates {
                let distance = abs(candidate.probability - truth[candidate.id])
                #expect(distance <= bound + 1e-5, "round \(round): \(distance) beyond \(bound) for \(wish)")
            }
            if bound < 1e-4 {
                let kept = Set(found.step.candidates.filter { $0.probability > 0 }.map { $0.id })
                #expect(kept == Set(exact.step.candidates.filter { $0.probability > 0 }.map { $0.id }), "\(wish)")
            }
        }
        #expect(bounded > 600 && tight > 300, "\(bounded) bounded, \(tight) of them within 0.0001")
    }

    /// With what a record keeps now: narrow and wide, cut among the listed, the next and the binned ones.
    @Test func withWhereTheOthersLie() throws {
        var random = try PCG64(seed: "12")
        var (widest, close) = (0.0, 0)
        for round in 0..<300 {
            let spread = [0.3, 1, 3][round % 3]
            let logits = (0..<1500).map { _ in
                Float(spread * (0..<6).reduce(0) { sum, _ in sum + random.uniform() * 2 - 1 })
            }
            let wish = Wish(
                temperature: 0.1 + 3 * random.uniform(), topP: round % 2 == 0 ? 1 : random.uniform(),
                minP: round % 5 == 0 ? 0.3 * random.uniform() : 0,
                topK: round % 4 == 0 ? 1 + Int(400 * random.uniform()) : 0)
            let truth = byHand(logits, wish)
            let part = try trace(logits, listed: 20, withLogits: false, withTail: true)
            let found = try Debugger(part).whatIf(step: 0, settings: settings(wish, from: part))
            let bound = try #require(found.bound, "round \(round): \(wish)")
            for candidate in found.step.candidates {
                let distance = abs(candidate.probability - truth[candidate.id])
                #expect(distance <= bound + 1e-9, "round \(round): \(distance) beyond \(bound) for \(wish)")
                if bound < 1e-4 { #expect((candidate.probability > 0) == (truth[candidate.id] > 0), "\(wish)") }
                widest = max(widest, distance)
            }
            if bound < 1e-4 { close += 1 }
        }
        #expect(close > 200, "\(close) of 300 within 0.0001, the farthest \(widest) off")
    }

    /// A token that the record does not name is moved: no bound is given, rather than a wrong one. One of the context is
    /// named, and moved as it would have been.
    @Test func whatMovesATokenWithoutAName() throws {
        // The sample's prompt has tokens of low ids.
        let logits = (0..<1500).map { Float(0.01 * Double($0)) }
        var part = try trace(logits, listed: 20, withLogits: false, withTail: true)
        let seen = part.prompt.tokens[0].id
        var wished = part.settings
        wished.repetitionPenalty = 1.5
        let found = try Debugger(part).whatIf(step: 0, settings: wished)
        #expect(try #require(found.bound) < 1e-5)
        wished.logitBias = [seen: -1000]
        #expect(try #require(try Debugger(part).whatIf(step: 0, settings: wished).bound) < 1e-5)
        let other = try #require((900..<1500).first { id in !part.prompt.tokens.contains { $0.id == id } })
        wished.logitBias = [other: 2]
        #expect(try Debugger(part).whatIf(step: 0, settings: wished).bound == nil)
        part.steps[0].tail.logits = nil
        #expect(try Debugger(part).whatIf(step: 0, settings: wished).bound == nil)
    }

    @Test func theSameSettingsGiveTheRecord() throws {
        let logits = (0..<Self.size).map { Float(8 - 0.11 * Double($0)) }
        let part = try trace(logits, listed: 20, withLogits: false)
        let found = try Debugger(part).whatIf(step: 0, settings: part.settings)
        #expect(found.step.token == part.steps[0].token)
        #expect(found.step.draw?.uniform == part.steps[0].draw?.uniform)
        #expect((found.bound ?? 1) < 1e-5)
    }

    /// The edge of top-p stands where the shares reach it.
    @Test func stairsLeadToTopP() throws {
        let logits = (0..<Self.size).map { Float(6 - 0.5 * Double($0)) }
        let whole = try trace(logits, listed: 20, withLogits: true)
        let wish = Wish(temperature: 1.2, topP: 0.8, minP: 0, topK: 0)
        let found = try Debugger(whole).whatIf(step: 0, settings: settings(wish, from: whole))
        let stairs = try #require(found.stairs)
        let before = byHand(logits, Wish(temperature: 1.2, topP: 1, minP: 0, topK: 0))
        for tread in stairs.treads { #expect(abs(tread.share - before[tread.id]) < 1e-5) }
        var (sum, count) = (0.0, 0)
        for tread in stairs.treads where sum < 0.8 { (sum, count) = (sum + tread.share, count + 1) }
        #expect(count == found.step.stages.last?.kept)
    }

    @Test func theCurveIsASoftmaxAtEachTemperature() throws {
        let logits = (0..<Self.size).map { Float(6 - 0.3 * Double($0)) }
        let whole = try trace(logits, listed: 20, withLogits: true)
        let points = try Debugger(whole).curve(step: 0, tokens: [0, 3], temperatures: [0.5, 1, 2])
        for point in points {
            let truth = byHand(logits, Wish(temperature: point.temperature, topP: 1, minP: 0, topK: 0))
            #expect(abs(point.probabilities[0] - truth[0]) < 1e-5 && abs(point.probabilities[1] - truth[3]) < 1e-5)
            let bits = -truth.filter { $0 > 0 }.reduce(0) { $0 + $1 * log2($1) }
            #expect(abs(point.entropyBits - bits) < 1e-4)
            #expect(point.bound == 0)
        }
    }

    @Test func refusesWhatIsNotThere() throws {
        let whole = try trace([3, 2, 1] + [Float](repeating: 0, count: Self.size - 3), listed: 3, withLogits: true)
        #expect(throws: DebuggingError.self) { try Debugger(whole).whatIf(step: 7, settings: whole.settings) }
        var settings = whole.settings
        settings.topP = 3
        #expect(throws: DebuggingError.self) { try Debugger(whole).whatIf(step: 0, settings: settings) }
    }

    @Test func theDebuggerTellsTheStory() throws {
        let debugger = Debugger(sampleTrace(SampleShape { $0.steps = 3 }))
        _ = try debugger.execute(line: "step")
        guard case .said(let phrase) = try debugger.execute(line: "story") else {
            Issue.record("no story")
            return
        }
        #expect(phrase.english.hasPrefix("It read ") && phrase.chinese.hasPrefix("它讀了"))
    }
}
