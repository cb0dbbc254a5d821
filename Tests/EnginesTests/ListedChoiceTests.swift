// What is chosen from the listed tokens alone, held against the same stages over all of them: wherever a step is made, it
// is the step that the whole vocabulary gives; wherever it is refused, nothing is said of it.
import Stages
import TestTools
import Testing
import Traces

@testable import Engines

@Suite struct ListedChoiceTests {
    private static let vocabulary = 60

    /// Log-probabilities that fall in many ways: a few alone on top, all alike, ties.
    private static func distribution(_ random: inout SplitMix64) -> [Double] {
        let spread = Double.random(in: 0.05...9, using: &random)
        var logits = (0..<vocabulary).map { _ in (Double.random(in: -spread...spread, using: &random)).rounded(3) }
        if Bool.random(using: &random) { logits[Int.random(in: 0..<vocabulary, using: &random)] += 6 }
        let most = logits.max() ?? 0
        var sum = 0.0
        for logit in logits { sum += exponential(logit - most) }
        let norm = most + logarithm(sum)
        // As a server with 32-bit floats would tell them.
        return logits.map { Double(Float($0 - norm)) }
    }

    private static func settings(_ random: inout SplitMix64) -> Settings {
        var settings = Settings()
        settings.candidates = 50
        settings.seed = "\(UInt32.random(in: 0...UInt32.max, using: &random))"
        func perhaps(_ share: Double, _ change: () -> Void) {
            if Double.random(in: 0..<1, using: &random) < share { change() }
        }
        perhaps(0.4) { settings.temperature = [0, 0.2, 0.7, 1.3, 4].randomElement(using: &random) ?? 1 }
        perhaps(0.4) { settings.topK = Int.random(in: 1...40, using: &random) }
        perhaps(0.4) { settings.topP = Double.random(in: 0.05...0.999, using: &random) }
        perhaps(0.3) { settings.minP = Double.random(in: 0.001...0.9, using: &random) }
        perhaps(0.25) { settings.frequencyPenalty = Double.random(in: -1...1, using: &random) }
        perhaps(0.25) { settings.presencePenalty = Double.random(in: -0.2...2, using: &random) }
        perhaps(0.2) { settings.penaltyScope = .both }
        perhaps(0.1) { settings.repetitionPenalty = 1.2 }
        perhaps(0.2) { settings.order.shuffle(using: &random) }
        perhaps(0.1) { settings.minTokens = 9 }
        for (name, value) in [
            ("typical-p.p", 0.8), ("epsilon.cutoff", 0.01), ("eta.cutoff", 0.01), ("top-n-sigma.n", 1.0),
            ("top-a.a", 0.2),
            ("mirostat.tau", 3.0),
        ] { perhaps(0.06) { settings.extra[name] = value } }
        return settings
    }

    private static func outcome(
        _ logits: [Double], listed count: Int, _ settings: Settings, _ history: History, force: Int?
    ) throws -> (StepChoice, ChoiceState) {
        let best = logits.indices.sorted { (logits[$0], -$0) > (logits[$1], -$1) }.prefix(count)
        let listing = try Listing(
            best.map { ListedToken(id: $0, logProbability: logits[$0]) }, asked: count, vocabularySize: vocabulary,
            path: "/test")
        let pipeline = try StagePipeline(settings: settings, endTokens: [3], vocabularySize: vocabulary)
        var state = try ChoiceState(seed: settings.seed)
        let choice = try ListedChoice.choose(listing, pipeline, history: history, state: &state, force: force) {
            ([UInt8(truncatingIfNeeded: $0)], "\($0)")
        }
        return (choice, state)
    }

    @Test func whatIsDecidedIsTrue() throws {
        var random = SplitMix64(state: 19)
        var (decided, refused, partly) = (0, [String: Int](), 0)
        for round in 0..<6000 {
            let logits = Self.distribution(&random)
            let settings = Self.settings(&random)
            let count = Int.random(in: 1..<Self.vocabulary, using: &random)
            let history = History(
                prompt: (0..<3).map { _ in Int.random(in: 0..<Self.vocabulary, using: &random) },
                output: (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    Int.random(in: 0..<Self.vocabulary, using: &random)
                })
            let force = round % 11 == 0 ? Int.random(in: 0..<Self.vocabulary, using: &random) : nil
            let made: (StepChoice, ChoiceState)
            do {
                made = try Self.outcome(logits, listed: count, settings, history, force: force)
            } catch EngineError.undecided(_, let why) {
                refused["\(why)".prefix { $0 != "(" }.description, default: 0] += 1
                continue
            } catch EngineError.choice { continue }
            decided += 1
            let whole = try Self.outcome(logits, listed: Self.vocabulary, settings, history, force: force)
            let (choice, truth) = (made.0, whole.0)
            #expect(choice.id == truth.id, "round \(round)")
            #expect(made.1 == whole.1, "the numbers to come, round \(round)")
            #expect(choice.stages.map { $0.name } == truth.stages.map { $0.name })
            #expect(choice.stages.map { $0.kept } == truth.stages.map { $0.kept }, "round \(round)")
            #expect(choice.stages.map { $0.removed } == truth.stages.map { $0.removed })
            let table = Dictionary(uniqueKeysWithValues: truth.candidates.map { ($0.id, $0) })
            for candidate in choice.candidates {
                guard let own = table[candidate.id] else { continue }
                #expect(candidate.logits == own.logits && candidate.removedBy == own.removedBy, "round \(round)")
                #expect(abs(candidate.rawProbability - own.rawProbability) < 2e-6)
                #expect(abs(candidate.probability - own.probability) < 1e-5, "round \(round)")
                #expect(candidate.rank == own.rank)
            }
            #expect((choice.draw == nil) == (truth.draw == nil))
            if let draw = choice.draw, let own = truth.draw {
                #expect(
                    draw.uniform == own.uniform && abs(draw.low - own.low) < 1e-5 && abs(draw.high - own.high) < 1e-5)
            }
            // With the rest as one outcome an entropy is no more than the true one.
            #expect(choice.entropyBitsRaw < truth.entropyBitsRaw + 1e-4)
            #expect(choice.entropyBitsFinal < truth.entropyBitsFinal + 1e-4)
            if choice.tail.probability > 0.001 { partly += 1 }
        }
        // Each way out is taken, and none of them all the time.
        #expect(decided > 1500 && partly > 100, "\(decided) decided, \(partly) with others in play")
        #expect(
            Set(refused.keys) == [
                "cuts", "looksAtAll", "needsZero", "raises", "sumUnknown", "drewUnlisted", "notListed",
            ])
    }

    /// Answers that no honest server gives.
    @Test func hostileLists() {
        func problem(_ tokens: [(Int, Double)]) -> AnswerProblem? {
            do {
                _ = try Listing(
                    tokens.map { ListedToken(id: $0.0, logProbability: $0.1) }, asked: 5, vocabularySize: 10, path: "/p"
                )
                return nil
            } catch {
                if case .answer(_, let problem) = error { return problem }
                return AnswerProblem.none
            }
        }
        #expect(problem([(10, -1)]) == .id(10, vocabulary: 10))
        #expect(problem([(-1, -1)]) == .id(-1, vocabulary: 10))
        #expect(problem([(1, -1), (1, -2)]) == .twice(1))
        #expect(problem([(1, 0.5)]) == .logProbability("0.5"))
        #expect(problem([(1, .nan)]) == .logProbability("nan"))
        #expect(problem([(1, .infinity)]) == .logProbability("inf"))
        #expect(problem([]) == AnswerProblem.none)
        #expect(problem([(1, -.infinity)]) == AnswerProblem.none)
        #expect(problem([(1, -0.1), (2, -0.1)]).map { if case .sum = $0 { true } else { false } } == true)
        #expect(problem([(1, -0.1), (2, -3)]) == nil)
    }

    /// A token that the server took itself may stand behind the list: no other is bounded by it.
    @Test func theServersOwnTokenIsNoBound() throws {
        let told = [(1, -0.5), (2, -2.0), (9, -8.0)].map { ListedToken(id: $0.0, logProbability: $0.1) }
        let listing = try Listing(told, asked: 2, vocabularySize: 10, path: "/p")
        #expect(listing.tokens.map { $0.id } == [1, 2])
        #expect(listing.bound == -2)
    }

    @Test func addresses() throws {
        #expect(try EngineAddress("http://127.0.0.1:8080/v1/").text == "http://127.0.0.1:8080")
        #expect(try EngineAddress("https://host/llm").text == "https://host/llm")
        for text in [
            "127.0.0.1:8080", "ftp://x", "http://", "http://user:secret@host", "http://h?key=secret", "http://a b",
            "http://[]",
        ] {
            #expect(throws: EngineError.self) { try EngineAddress(text) }
        }
        do { _ = try EngineAddress("http://user:secret@host") } catch { #expect(!error.description.contains("secret")) }
        let far = try EngineAddress("http://example.org")
        #expect(throws: EngineError.key(.inClear)) { try EngineKey("k", for: far) }
        #expect(throws: EngineError.key(.characters)) { try EngineKey("a\r\nX: y", for: EngineAddress("https://h")) }
        #expect(!"\(try EngineKey("very-secret", for: EngineAddress("https://h")))".contains("secret"))
    }
}

extension Double {
    fileprivate func rounded(_ digits: Int) -> Double { (self * 1000).rounded() / 1000 }
}
