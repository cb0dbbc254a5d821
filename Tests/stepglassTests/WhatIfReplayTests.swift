// The what-if of a record alone, held against what the command itself gives when it replays the run with those settings.
import Debugging
import Foundation
import TestTools
import Testing
import Traces

@Suite(.serialized) struct WhatIfReplayTests {
    /// How many pairs of a step and settings are looked at.
    private let pairs = Int(ProcessInfo.processInfo.environment["STEPGLASS_TEST_PAIRS"] ?? "") ?? 100

    /// Options of the command, some of them at random.
    private func options(_ random: inout SplitMix64) -> [String] {
        func between(_ low: Double, _ high: Double) -> Double {
            low * pow(high / low, Double.random(in: 0...1, using: &random))
        }
        func written(_ number: Double) -> String { String(format: "%.4f", number) }
        var options = ["--temperature", written(between(0.3, 2))]
        if Bool.random(using: &random) { options += ["--top-k", "\(Int(between(2, 400)))"] }
        if Int.random(in: 0..<3, using: &random) == 0 { options += ["--top-p", written(1 - between(0.01, 0.7))] }
        if Bool.random(using: &random) { options += ["--min-p", written(between(0.003, 0.3))] }
        if Int.random(in: 0..<3, using: &random) == 0 {
            options += ["--repetition-penalty", written(between(1.01, 1.5))]
        }
        return options
    }

    private func trace(_ place: Workplace, _ folder: String) throws -> Trace {
        try Trace(parsing: try place.bytes(folder + "/trace.json"))
    }

    /// Of tokens that both list: the largest difference of their probabilities, and whether the same ones stayed.
    private func compare(_ shown: Step, _ truth: Step) -> (distance: Double, isSameSet: Bool) {
        let own = Dictionary(shown.candidates.map { ($0.id, $0) }) { first, _ in first }
        var (distance, isSameSet) = (0.0, true)
        for candidate in truth.candidates {
            guard let other = own[candidate.id] else { continue }
            distance = max(distance, abs(other.probability - candidate.probability))
            if (other.removedBy == nil) != (candidate.removedBy == nil) { isSameSet = false }
        }
        return (distance, isSameSet)
    }

    @Test(.needs(.command, .smolLM2)) func isWhatReplayGives() throws {
        let place = try Workplace()
        var random = SplitMix64(state: 20)
        let prompts = [
            "The history of the city begins with", "Dear Anna, yesterday we", "def fib(n):", "春天來了，",
            "In 1905 a clerk in Bern",
        ]
        for (number, prompt) in prompts.enumerated() {
            let made = try place.stepglass(
                "trace", prompt, "--model", TestMachine.smolLM2, "--max-tokens", "12", "--seed", "\(number)",
                "--temperature", "0.7", "--plain",
                "-o", "run-\(number)")
            try #require(made.status == 0, "\(made.errors)")
        }
        var (looked, beyond, unbounded, farthest) = (0, 0, 0, 0.0)
        while looked < pairs {
            let run = "run-\(looked % prompts.count)"
            let given = options(&random)
            let made = try place.stepglass(
                [
                    "replay", run, "--model", TestMachine.smolLM2, "--quiet", "--plain", "-o", "replayed", "--force",
                    "--max-tokens", "12",
                ] + given)
            try #require(made.status == 0, "\(given): \(made.errors)")
            let (record, truth) = (try trace(place, run), try trace(place, "replayed"))
            let debugger = Debugger(record)
            for index in 0..<min(record.steps.count, truth.steps.count) where looked < pairs {
                let found = try debugger.whatIf(step: index, settings: truth.settings)
                let (distance, isSameSet) = compare(found.step, truth.steps[index])
                looked += 1
                farthest = max(farthest, distance)
                #expect(isSameSet, "\(run) step \(index) \(given)")
                if let bound = found.bound {
                    #expect(distance <= bound + 1e-12, "\(run) step \(index) \(given): \(distance) beyond \(bound)")
                } else {
                    unbounded += 1
                }
                if distance > 1e-4 {
                    beyond += 1
                    // Only a cut among tokens that are not listed moves a probability so far, and then it is said.
                    #expect((found.bound ?? 1) > 1e-4, "\(run) step \(index) \(given): \(distance)")
                }
                if record.steps[index].token.id != truth.steps[index].token.id { break }
            }
        }
        if pairs > 100 {
            print("\(looked) pairs: \(beyond) beyond 1e-4, \(unbounded) without a bound, farthest \(farthest)")
        }
        #expect(beyond * 50 <= looked, "\(beyond) of \(looked)")
        #expect(farthest < 2e-3)
    }
}
