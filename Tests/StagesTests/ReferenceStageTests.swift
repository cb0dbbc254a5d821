// The stages against transformers' processors and llama.cpp's samplers on random logits.
import JSONText
import Testing
import Traces

@testable import Stages

/// Settings with one stage on, set by the name it has in the golden files.
private func settings(_ name: String, _ value: Double) -> Settings {
    var settings = Settings()
    switch name {
    case "top-k": settings.topK = Int(value)
    case "top-p": settings.topP = value
    case "min-p": settings.minP = value
    case "temperature": settings.temperature = value
    case "repetition-penalty": settings.repetitionPenalty = value
    case "typical-p": settings.extra["typical-p.p"] = value
    case "epsilon": settings.extra["epsilon.cutoff"] = value
    case "eta": settings.extra["eta.cutoff"] = value
    case "no-repeat-n-gram": settings.extra["no-repeat-n-gram.size"] = value
    case "top-n-sigma": settings.extra["top-n-sigma.n"] = value
    case "xtc":
        settings.extra["xtc.probability"] = 1
        settings.extra["xtc.threshold"] = value
    default: Issue.record("no stage \(name)")
    }
    return settings
}

@Suite struct ReferenceStageTests {
    @Test(arguments: [
        "top-k", "top-p", "min-p", "typical-p", "epsilon", "eta", "no-repeat-n-gram", "temperature",
        "repetition-penalty",
    ]) func equalsTransformers(name: String) throws {
        let all = try cases("processors", name)
        #expect(all.count == 200)
        for row in all {
            let (seed, size) = (try #require(row[0].int), try #require(row[1].int))
            var input = DrawnInput(seed: seed, size: size, spread: try #require(row[2].double))
            let history = input.integers(try #require(row[4].int), below: 6)
            let half = history.count / 2
            let choice = try choose(
                input.logits, settings(name, try #require(row[3].double)),
                history: History(prompt: Array(history[..<half]), output: Array(history[half...])))
            let final = try #require(choice.finalLogits)
            if let kept = row[5].string {
                #expect(mask(final) == kept, "\(name), seed \(seed)")
            } else {
                for (got, want) in zip(final, try #require(row[5].array)) {
                    #expect(
                        abs(Double(got) - (want.double ?? .nan)) < 2e-6 * max(1, abs(Double(got))),
                        "\(name), seed \(seed)")
                }
            }
        }
    }

    @Test(arguments: ["top-n-sigma", "xtc"]) func equalsLlama(name: String) throws {
        let all = try cases("llama", name)
        #expect(all.count == 200)
        for row in all {
            let (seed, size) = (try #require(row[0].int), try #require(row[1].int))
            let input = DrawnInput(seed: seed, size: size, spread: try #require(row[2].double))
            let choice = try choose(input.logits, settings(name, try #require(row[3].double)))
            #expect(mask(try #require(choice.finalLogits)) == row[4].string, "\(name), seed \(seed)")
        }
    }

    @Test func dryEqualsLlama() throws {
        let all = try cases("llama", "dry")
        #expect(all.count == 200)
        for row in all {
            let seed = try #require(row[0].int)
            var input = DrawnInput(seed: seed, size: 8, spread: 3)
            let history = input.integers(try #require(row[3].int), below: try #require(row[4].int))
            let breakers = try #require(row[7].array).map { ($0.array ?? []).compactMap(\.int) }
            var settings = Settings()
            settings.extra = [
                "dry.multiplier": 0.8, "dry.base": 1.75, "dry.allowed-length": try #require(row[5].double),
                "dry.last-n": try #require(row[6].double),
            ]
            var state = try ChoiceState(seed: "0")
            let pipeline = try StagePipeline(settings: settings, dryBreakers: DryBreakers(sequences: breakers))
            let choice = try pipeline.run(
                logits: input.logits, history: History(prompt: history), state: &state, keepFinalLogits: true
            ) { _ in ([], "") }
            for (got, want) in zip(try #require(choice.finalLogits), try #require(row[8].array)) {
                let want = try #require(want.double)
                #expect(abs(Double(got) - want) <= 2e-5 * max(1, abs(want)), "seed \(seed)")
            }
        }
    }

    /// The token that llama.cpp drew is forced at each step, so that μ moves as it did there.
    @Test func mirostatEqualsLlama() throws {
        for row in try cases("llama", "mirostat") {
            let seed = try #require(row[0].int)
            var settings = Settings()
            settings.extra = ["mirostat.tau": try #require(row[3].double), "mirostat.eta": try #require(row[4].double)]
            let pipeline = try StagePipeline(settings: settings)
            var state = try ChoiceState(seed: "0")
            for (step, want) in try #require(row[5].array).enumerated() {
                let input = DrawnInput(seed: seed + step, size: 60, spread: 3)
                let pair = try #require(want.array)
                let choice = try pipeline.run(
                    logits: input.logits, history: History(), state: &state, force: pair[0].int, keepFinalLogits: true
                ) { _ in ([], "") }
                #expect(mask(try #require(choice.finalLogits)) == pair[1].string, "seed \(seed), step \(step)")
            }
        }
    }
}
