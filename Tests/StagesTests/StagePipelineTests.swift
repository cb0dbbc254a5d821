// The stages one after the other on small logits whose results can be worked out by hand.
import Testing
import Traces

@testable import Stages

/// Runs the pipeline once on logits given by hand.
func choose(
    _ logits: [Float], _ settings: Settings = Settings(), history: History = History(), endTokens: [Int] = [],
    force: Int? = nil
) throws -> StepChoice {
    var state = try ChoiceState(seed: settings.seed)
    return try StagePipeline(settings: settings, endTokens: endTokens).run(
        logits: logits, history: history, state: &state, force: force, keepFinalLogits: true
    ) { id in ([UInt8(truncatingIfNeeded: id)], "t\(id)") }
}

func settings(_ change: (inout Settings) -> Void) -> Settings {
    var settings = Settings()
    change(&settings)
    return settings
}

@Suite struct StagePipelineTests {
    @Test func rawLedgerOfTwoTokens() throws {
        let choice = try choose([0, 0])
        #expect(choice.stages == [StageRecord(name: "raw", parameters: [], kept: 2, removed: 0)])
        #expect(choice.candidates.map(\.id) == [0, 1])
        #expect(choice.candidates.map(\.rawProbability) == [0.5, 0.5])
        #expect(choice.entropyBitsRaw == 1 && choice.entropyBitsFinal == 1)
        #expect(choice.tail == Tail(count: 0, rawProbability: 0, probability: 0))
        #expect(choice.draw?.uniform == 0.6369616873214543)  // numpy.random.Generator(PCG64(0)).random()
        #expect(choice.id == 1 && choice.draw?.low == 0.5 && choice.draw?.high == 1)
    }

    @Test func penaltiesInTheDefaultOrder() throws {
        let choice = try choose(
            [2, -1, 0.5, 1],
            settings {
                $0.repetitionPenalty = 2
                $0.frequencyPenalty = 0.25
                $0.presencePenalty = 0.5
                $0.temperature = 0.5
            }, history: History(prompt: [0, 1], output: [2, 2, 3]))
        #expect(
            choice.stages.map(\.name) == [
                "raw", "repetition-penalty", "frequency-penalty", "presence-penalty", "temperature",
            ])
        let ways = Dictionary(uniqueKeysWithValues: choice.candidates.map { ($0.id, $0.logits) })
        #expect(ways[0] == [2, 1, 1, 1, 2])
        #expect(ways[1] == [-1, -2, -2, -2, -4])
        #expect(ways[2] == [0.5, 0.25, -0.25, -0.75, -1.5])
        #expect(ways[3] == [1, 0.5, 0.25, -0.25, -0.5])
    }

    @Test func greedyTakesTheLowerOfTwoEqualsAndDrawsNothing() throws {
        let choice = try choose([1, 3, 3, 2], settings { $0.temperature = 0 })
        #expect(choice.id == 1 && choice.draw == nil)
        #expect(
            choice.stages[1] == StageRecord(name: "greedy", parameters: [.init("temperature", 0)], kept: 1, removed: 3))
        #expect(choice.candidates.map(\.removedBy) == [nil, "greedy", "greedy", "greedy"])
        #expect(choice.candidates[0].probability == 1 && choice.entropyBitsFinal == 0)
        #expect(choice.finalLogits == [-.infinity, 3, -.infinity, -.infinity])
    }

    @Test func topKKeepsTiesAtTheEdge() throws {
        let choice = try choose([1, 2, 2, 5, 0], settings { $0.topK = 2 })
        #expect(choice.stages[1].kept == 3 && choice.stages[1].removed == 2)
        #expect(choice.candidates.filter { $0.removedBy == nil }.map(\.id) == [3, 1, 2])
    }

    @Test func topPBreaksTiesByTheLowerId() throws {
        let choice = try choose([0, 0, 0, 0], settings { $0.topP = 0.5 })
        #expect(choice.candidates.filter { $0.removedBy == nil }.map(\.id) == [0, 1])
        let tenth = try choose([Float](repeating: 3, count: 10), settings { $0.topP = 0.8 })
        #expect(tenth.stages[1].kept == 8)
        #expect(try choose([0, 4, 1], settings { $0.topP = 0 }).stages[1].kept == 1)
    }

    @Test func minPComparesWithTheLargest() throws {
        let choice = try choose([0, -1, -2, -3], settings { $0.minP = 0.1 })  // ln 0.1 = −2.30
        #expect(choice.candidates.filter { $0.removedBy == nil }.map(\.id) == [0, 1, 2])
        #expect(try choose([1, 1, 0.999], settings { $0.minP = 1 }).stages[1].kept == 2)
    }

    @Test func orderIsObeyed() throws {
        // Temperature first flattens the distribution, so that top-p keeps more.
        let hot = settings {
            $0.temperature = 4; $0.topP = 0.6
        }
        var late = hot
        late.order = ["top-p", "temperature"]
        #expect(try choose([4, 3, 2, 1], hot).stages.map(\.kept) == [4, 4, 2])
        #expect(try choose([4, 3, 2, 1], late).stages.map(\.name) == ["raw", "top-p", "temperature"])
        #expect(try choose([4, 3, 2, 1], late).stages.map(\.kept) == [4, 1, 1])
    }

    @Test func endTokensAreBarredUntilEnoughTokensAreOut() throws {
        let few = settings {
            $0.minTokens = 2; $0.temperature = 0
        }
        let early = try choose([9, 1, 2], few, history: History(output: [1]), endTokens: [0])
        #expect(early.id == 2 && early.stages.map(\.name) == ["raw", "min-tokens", "greedy"])
        #expect(early.candidates[0].removedBy == "min-tokens" && early.candidates[0].logits == [9, nil, nil])
        let later = try choose([9, 1, 2], few, history: History(output: [1, 1]), endTokens: [0])
        #expect(later.id == 0 && later.stages.map(\.name) == ["raw", "greedy"])
    }

    @Test func aForcedTokenIsListedThoughItWasRemoved() throws {
        let choice = try choose(
            [5, 4, 3, 2],
            settings {
                $0.candidates = 2; $0.topK = 1
            }, force: 3)
        #expect(choice.id == 3 && choice.draw == nil)
        #expect(choice.candidates.map(\.id) == [0, 1, 3] && choice.candidates.map(\.rank) == [1, 2, 4])
        #expect(choice.chosen?.removedBy == "top-k" && choice.chosen?.probability == 0)
        #expect(choice.tail.count == 1)
    }

    @Test func brokenLogitsAreNamed() throws {
        #expect(throws: ChoiceError.notANumber(step: 1, token: 2)) {
            try choose([0, 1, .nan], history: History(output: [0]))
        }
        #expect(throws: ChoiceError.infinite(step: 0, token: 0)) { try choose([.infinity, 1]) }
        #expect(throws: ChoiceError.nothingLeft(step: 0, stage: "raw")) { try choose([-.infinity, -.infinity]) }
        #expect(throws: ChoiceError.nothingLeft(step: 0, stage: "min-tokens")) {
            try choose([1], settings { $0.minTokens = 1 }, endTokens: [0])
        }
        #expect(throws: ChoiceError.overflow(step: 0, stage: "temperature")) {
            try choose([3e38, 0], settings { $0.temperature = 0.001 })
        }
    }

    @Test func aLogitThatFallsOutOfRangeIsRemoved() throws {
        let choice = try choose([-3e38, 0, -1], settings { $0.temperature = 0.01 })
        #expect(choice.stages[1].kept == 2 && choice.stages[1].removed == 1)
        #expect(choice.candidates.last?.removedBy == "temperature")
    }

    @Test func aTinyThresholdKeepsItsMeaning() throws {
        let choice = try choose(
            [1, 2, 3], settings { $0.extra = ["xtc.probability": 1, "xtc.threshold": .leastNonzeroMagnitude] })
        #expect(choice.id == 0 && choice.stages[1].removed == 2)
    }

    @Test func aTokenTheModelExcludesIsRemovedByRaw() throws {
        let choice = try choose([1, -.infinity, 0], settings { $0.candidates = 3 })
        #expect(choice.stages[0] == StageRecord(name: "raw", parameters: [], kept: 2, removed: 1))
        #expect(
            choice.candidates.map(\.id) == [0, 2] && choice.tail == Tail(count: 1, rawProbability: 0, probability: 0))
    }

    @Test func settingsAreRefusedWithTheirRange() {
        func message(_ change: (inout Settings) -> Void) -> String? {
            do {
                _ = try StagePipeline(settings: settings(change))
                return nil
            } catch { return error.description }
        }
        #expect(message { $0.topP = 1.4 } == "top-p is 1.4; it must be in 0…1 (try --top-p 0.9)")
        #expect(
            message { $0.temperature = -1 }
                == "temperature is -1.0; it must be 0 (greedy) or in 0.001…1000 (try --temperature 0.8)")
        #expect(message { $0.temperature = .nan } != nil)
        #expect(message { $0.topK = -1 } == "top-k is -1; it must be 0 (off) or more (try --top-k 40)")
        #expect(message { $0.seed = "-1" } == "seed is -1; it must be a whole number in 0…2^128 − 1 (try --seed 7)")
        #expect(message { $0.seed = "340282366920938463463374607431768211456" } != nil)
        #expect(message { $0.order = ["top-k", "topp"] }?.contains("did you mean top-p?") == true)
        #expect(
            message { $0.order = ["top-k", "top-k"] }
                == "the order names top-k twice; a stage runs once (remove one from --order)")
        #expect(message { $0.minTokens = 200 } != nil && message { $0.stop = [""] } != nil)
    }

    @Test func uselessOrdersGetNotes() throws {
        #expect(
            try StagePipeline(
                settings: settings {
                    $0.temperature = 0; $0.topK = 5
                }
            ).notes.count == 1)
        #expect(
            try StagePipeline(
                settings: settings {
                    $0.topK = 5; $0.order = ["temperature"]
                }
            ).notes
                == ["top-k does nothing: the order does not name it"])
        #expect(try StagePipeline(settings: Settings()).notes.isEmpty)
    }
}
