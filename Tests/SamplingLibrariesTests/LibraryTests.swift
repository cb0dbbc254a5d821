// The rules of other libraries against the libraries themselves: Fixtures/libraries.json holds what their own code keeps
// (make_fixtures.py makes it anew).
import Foundation
import JSONText
import Phrases
import Testing
import Traces

@testable import SamplingLibraries

@Suite struct LibraryTests {
    private struct Case {
        var logits: [Float]
        var history: LibraryHistory
        var numbers: LibraryNumbers
        var kept: [Int]

        init(_ row: JSONValue) throws {
            func ids(_ name: String) -> [Int] { (row[name]?.array ?? []).compactMap { $0.int } }
            func number(_ name: String) throws -> Double { try #require(row[name]?.double, "\(name)") }
            logits = (row["logits"]?.array ?? []).compactMap { $0.double.map { Float($0) } }
            history = LibraryHistory(prompt: ids("prompt"), output: ids("output"))
            kept = ids("kept")
            var numbers = LibraryNumbers(Settings())
            (numbers.temperature, numbers.topK) = (try number("temperature"), Int(try number("topK")))
            (numbers.topP, numbers.minP) = (try number("topP"), try number("minP"))
            numbers.repetitionPenalty = try number("repetitionPenalty")
            numbers.presencePenalty = try number("presencePenalty")
            numbers.frequencyPenalty = try number("frequencyPenalty")
            self.numbers = numbers
        }
    }

    private static func cases(_ name: String) throws -> [Case] {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/libraries.json")
        let file = try JSONValue(parsing: [UInt8](try Data(contentsOf: url)))
        return try (file[name]?.array ?? []).map { try Case($0) }
    }

    @Test(arguments: ["transformers", "llama.cpp", "mlx-lm", "vllm"]) func itKeepsWhatTheLibraryKeeps(_ name: String)
        throws
    {
        let library = try #require(SamplingLibrary.named(name))
        let cases = try Self.cases(name)
        #expect(cases.count == 60)
        for (place, row) in cases.enumerated() {
            let choice = library.choose(row.logits, row.numbers, row.history)
            if choice.kept == row.kept { continue }
            #expect(name != "mlx-lm", "\(name), case \(place): \(choice.kept) ≠ \(row.kept)")
            // The others cut ties in no order that they promise: as many must stay, of the same logits.
            var penalties = row.numbers
            (penalties.temperature, penalties.topK, penalties.topP, penalties.minP) = (1, 0, 1, 0)
            let logits = library.choose(row.logits, penalties, row.history).logits
            func values(_ ids: [Int]) -> [Float] { ids.map { logits[$0] }.sorted() }
            #expect(
                values(choice.kept) == values(row.kept),
                "\(name), case \(place): \(choice.kept) ≠ \(row.kept), \(row.numbers)")
        }
        // The cases tell the libraries apart: another one's rules give other sets.
        for other in SamplingLibrary.all where other.name != name {
            let parting = cases.count { other.choose($0.logits, $0.numbers, $0.history).kept.count != $0.kept.count }
            #expect(parting > 0, "\(other.name) keeps as many as \(name) in every case")
        }
    }

    @Test func everyRuleCitesAFileAndHasWordsOfItsOwn() {
        for library in SamplingLibrary.all {
            for rule in library.rules + library.active(LibraryNumbers(greedy)) {
                #expect(rule.source.contains(", ") && rule.source.contains("."), "\(library.name): \(rule.source)")
                #expect(!rule.words.english.isEmpty && rule.words.english != rule.words.chinese)
                #expect(LibraryComparison.stages.contains(rule.stage))
            }
        }
    }

    private var greedy: Settings {
        var settings = Settings()
        settings.temperature = 0
        return settings
    }

    @Test func temperatureZeroTakesTheLargest() {
        for library in SamplingLibrary.all {
            let choice = library.choose([1, 3, 2, 3], LibraryNumbers(greedy), LibraryHistory(prompt: [], output: []))
            #expect(choice.kept == [1] && choice.probability(of: 1) == 1, "\(library.name)")
        }
    }

    @Test func whatNobodyNamedIsTheLibrarysOwn() throws {
        let llama = try #require(SamplingLibrary.named("llama.cpp"))
        var settings = Settings()
        settings.topP = 0.9
        let (numbers, taken) = llama.numbers(settings, withDefaults: true)
        #expect(taken.map { $0.option } == ["temperature", "top-k", "min-p"])
        #expect(numbers.topP == 0.9 && numbers.topK == 40 && numbers.temperature == 0.8 && numbers.minP == 0.05)
        #expect(llama.numbers(settings, withDefaults: false).taken.isEmpty)
        // What somebody gave stands, also where it is our default.
        let named = Set(taken.map { $0.option }.prefix(1))
        let others = llama.numbers(settings, withDefaults: true, named: named).taken
        #expect(others.map { $0.option } == taken.dropFirst().map { $0.option })
    }

    @Test func theFirstStepThatDiffersIsExplained() throws {
        let llama = try #require(SamplingLibrary.named("llama.cpp"))
        var settings = Settings()
        settings.topK = 2
        var comparison = LibraryComparison(llama, settings, withDefaults: false)
        let token = Token(id: 0, bytes: [0x61], text: "a", start: 0, end: 1, special: false)
        for (index, logits) in [[5, 4, 3, 2] as [Float], [5, 4, 4, 2]].enumerated() {
            let step = Step(
                index: index, position: index, token: token, stages: [], candidates: [],
                tail: Tail(count: 0, rawProbability: 0, probability: 0), entropyBitsRaw: 0, entropyBitsFinal: 0,
                logSumExp: 0, draw: nil, finish: nil, seconds: StepSeconds(forward: 0, choose: 0, record: 0))
            // Ours keeps ties.
            let kept = index == 0 ? [true, true, false, false] : [true, true, true, false]
            comparison.add(
                step, logits: logits, history: LibraryHistory(prompt: [], output: []), kept: kept
            ) { _ in "top-k" }
        }
        #expect(comparison.steps.map { $0.isSame } == [true, false])
        let first = try #require(comparison.first)
        #expect(first.step == 1 && first.token == 2 && first.isKeptHere && first.stage == "top-k" && !first.isDefault)
        #expect(first.rule?.source == "src/llama-sampler.cpp, llama_sampler_top_k_impl")
    }
}
