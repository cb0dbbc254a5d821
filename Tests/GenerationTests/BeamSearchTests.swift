// Beam search on a scripted model (logits by position and last token) against transformers' generate, its sampling and
// diverse forms, and the re-ranking of a finished tree.
import Phrases
import JSONText
import Testing
import Traces

@testable import Generation
@testable import Stages

/// The scripted model of make_fixtures.py.
struct ScriptedModel {
    static let (positions, words, end) = (3, 30, 2)
    let prompt = [5, 9]
    private var table: [Float]  // (position, last token, token)

    init(seed: Int, spread: Double, boost: Float) {
        let (positions, words, end) = (Self.positions, Self.words, Self.end)
        table = DrawnInput(seed: seed, size: positions * words * words, spread: spread).logits
        for row in 0..<(positions * words) { table[row * words + end] += boost }
    }

    func logits(after generated: [Int]) -> [Float] {
        let place = (prompt.count + generated.count) % Self.positions
        let start = (place * Self.words + (generated.last ?? prompt.last!)) * Self.words
        return Array(table[start..<(start + Self.words)])
    }

    /// Runs the search to its end, the live beams followed through the moves as a cache would be.
    func search(_ settings: Settings, ends: [Int] = [end], stops: ([Int]) -> Bool = { _ in false }) throws -> BeamSearch
    {
        var search = try BeamSearch(settings: settings, endTokens: ends, prompt: prompt)
        var cached: [[Int]] = [[]]
        while !search.isFinished {
            let moves = try search.advance(logits: cached.map { logits(after: $0) }, stops: stops)
            cached = moves.map { cached[$0.parent] + [$0.token] }
            #expect(cached == search.liveTokens)
        }
        return search
    }

    func tree(_ settings: Settings, ends: [Int] = [end]) throws -> BeamTree {
        let tree = try search(settings, ends: ends).tree(token: plainToken, text: plainText)
        try check(tree, settings)
        return tree
    }

    /// What every tree must satisfy.
    private func check(_ tree: BeamTree, _ settings: Settings) throws {
        let parents = tree.parentPlaces()
        for node in tree.nodes {
            let before = node.parent.map { tree.path(to: $0, parents) } ?? []
            let row = logits(after: before)
            if settings.repetitionPenalty == 1, !settings.beamSample {
                var distribution = Distribution(row)
                let logProbability = Double(row[node.token.id]) - distribution.sums().logSumExp
                #expect(abs(node.logProbability - logProbability) < 1e-5)
            }
            let parentSum = node.parent.map { tree.nodes[$0].sumLogProbability } ?? 0
            #expect(node.sumLogProbability == parentSum + node.logProbability)
            #expect(node.depth == before.count && node.id == tree.nodes[node.id].id)
            let isOpen = node.state == .live || (node.state == .chosen && node.why == nil)
            #expect((node.why == nil) == isOpen)
        }
        let best = try #require(tree.hypotheses.first)
        let chosen = tree.nodes.filter { $0.state == .chosen }
        #expect(chosen.map(\.token.id) == best.tokens)
        #expect(tree.hypotheses.map(\.score) == tree.hypotheses.map(\.score).sorted(by: >))
    }
}

func plainToken(_ id: Int, _: [Int]) -> Token { Token(id: id, bytes: [], text: "", start: 0, end: 0, special: false) }
func plainText(_ ids: [Int], _: FinishReason) -> String { ids.map(String.init).joined(separator: " ") }

@Suite struct BeamSearchTests {
    private struct Golden {
        let model: ScriptedModel
        let settings: Settings
        let ends: [Int]
        let hypotheses: [(tokens: [Int], score: Double)]

        init(_ row: JSONValue) throws {
            model = ScriptedModel(
                seed: try #require(row["seed"]?.int), spread: try #require(row["spread"]?.double),
                boost: Float(try #require(row["boost"]?.double)))
            var settings = Settings()
            settings.beams = try #require(row["beams"]?.int)
            settings.lengthPenalty = try #require(row["length_penalty"]?.double)
            settings.earlyStopping = try #require(EarlyStopping(rawValue: row["early_stopping"]?.string ?? ""))
            settings.maxTokens = try #require(row["max_tokens"]?.int)
            settings.minTokens = try #require(row["min_tokens"]?.int)
            settings.repetitionPenalty = try #require(row["repetition_penalty"]?.double)
            settings.extra["no-repeat-n-gram.size"] = try #require(row["ngram"]?.double)
            self.settings = settings
            ends = try #require(row["ends"]?.array).compactMap(\.int)
            hypotheses = try #require(row["hypotheses"]?.array).map {
                (try #require($0.array?[0].array).compactMap(\.int), try #require($0.array?[1].double))
            }
        }
    }

    @Test func equalsTransformers() throws {
        let rows = try #require(try fixture("beams").array)
        #expect(rows.count == 60)
        for row in rows {
            let golden = try Golden(row)
            let tree = try golden.model.tree(golden.settings, ends: golden.ends)
            #expect(tree.hypotheses.map(\.tokens) == golden.hypotheses.map(\.tokens), "seed \(row["seed"]?.int ?? -1)")
            for (got, want) in zip(tree.hypotheses, golden.hypotheses) {
                #expect(abs(got.score - want.score) < 1e-4 * max(1, abs(want.score)))
            }
        }
    }

    /// Every tree re-ranked under every other setting equals a new search, or says that the record is too short.
    @Test func rerankingEqualsANewSearch() throws {
        var exact = 0
        for row in try #require(try fixture("beams").array) {
            let golden = try Golden(row)
            let tree = try golden.model.tree(golden.settings, ends: golden.ends)
            for lengthPenalty in [-1, 0, 0.5, 1, 2] {
                for earlyStopping in EarlyStopping.allCases {
                    let (reranked, note) = try tree.reranked(
                        lengthPenalty: lengthPenalty, earlyStopping: earlyStopping, settings: golden.settings,
                        text: plainText)
                    var settings = golden.settings
                    settings.lengthPenalty = lengthPenalty
                    settings.earlyStopping = earlyStopping
                    let fresh = try golden.model.tree(settings, ends: golden.ends)
                    let longer = fresh.nodes.map(\.depth).max()! > tree.nodes.map(\.depth).max()!
                    #expect((note != nil) == longer)
                    if note == nil {
                        exact += 1
                        #expect(reranked.hypotheses == fresh.hypotheses)
                        let reached = reranked.nodes.filter { $0.why != BeamReason.notReached }
                        #expect(reached == fresh.nodes)
                    }
                }
            }
        }
        #expect(exact > 500)
    }

    @Test func badValuesAreRefused() throws {
        let model = ScriptedModel(seed: 1, spread: 2, boost: 0)
        #expect(throws: SettingsError.self) {
            try model.search(
                settings {
                    $0.beams = 4; $0.beamGroups = 3
                })
        }
        #expect(throws: SettingsError.self) { try model.search(settings { $0.beams = 0 }) }
        var search = try BeamSearch(settings: settings { $0.beams = 2 }, endTokens: [2], prompt: [1])
        #expect(throws: ChoiceError.notANumber(step: 0, token: 1)) { try search.advance(logits: [[0, .nan]]) }
    }

    @Test func settingsThatDoNothingGetANote() throws {
        let search = try BeamSearch(
            settings: settings {
                $0.beams = 2; $0.temperature = 0.5; $0.topK = 4
            }, endTokens: [2], prompt: [])
        #expect(search.notes == ["no effect in beam search without sampling: temperature, top-k"])
        #expect(
            try BeamSearch(
                settings: settings {
                    $0.beams = 2; $0.temperature = 0
                }, endTokens: [], prompt: []
            ).notes.isEmpty)
    }

    @Test func contextAndStopStringsEndHypotheses() throws {
        let model = ScriptedModel(seed: 3, spread: 2, boost: 0)
        var search = try BeamSearch(settings: settings { $0.beams = 3 }, endTokens: [2], prompt: model.prompt, room: 4)
        while !search.isFinished {
            let rows = search.depth == 0 ? [[]] : search.liveTokens
            _ = try search.advance(logits: rows.map { model.logits(after: $0) })
        }
        let tree = search.tree(token: plainToken, text: plainText)
        #expect(tree.hypotheses.count == 3 && tree.hypotheses.contains { $0.finish == .context })
        let stopped = try model.search(
            settings {
                $0.beams = 3; $0.maxTokens = 6
            }
        ) { $0.last == 7 || $0.last == 8 }
        let finishes = stopped.tree(token: plainToken, text: plainText).hypotheses
        #expect(finishes.allSatisfy { ($0.finish == .stop) == [7, 8].contains($0.tokens.last!) })
    }

    @Test func oneBeamIsGreedySearch() throws {
        let model = ScriptedModel(seed: 8, spread: 3, boost: 1)
        var greedy: [Int] = []
        while greedy.count < 12, greedy.last != 2 {
            greedy.append(try choose(model.logits(after: greedy), settings { $0.temperature = 0 }).id)
        }
        let tree = try model.tree(
            settings {
                $0.beams = 1; $0.maxTokens = 12; $0.earlyStopping = .yes
            })
        #expect(tree.hypotheses.map(\.tokens) == [greedy])
    }
}
