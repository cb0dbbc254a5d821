// What this module says, in both languages: verification, notes, errors.
import Stages
import Phrases
import Testing
import Tokenizers
import Traces

@testable import Generation
@testable import RunVerification

@Suite struct WordsTests {
    static let token = Token(id: 7042, bytes: Array(" Paris".utf8), text: " Paris", start: 3, end: 9, special: false)
    static let subject = VerifiedValue.Subject(token)

    static let values: [VerifiedValue] = {
        let candidateValues: [VerifiedValue.CandidateValue] = [
            .rawLogit, .rawProbability, .probability, .identity, .removal, .logit(after: "top-k"),
        ]
        let nodeValues: [VerifiedValue.NodeValue] = [.place(step: 4), .logProbability, .sum, .score, .state, .reason]
        let hypothesisValues: [VerifiedValue.HypothesisValue] = [.tokens, .text, .sum, .score, .end]
        var values: [VerifiedValue] = [
            .promptToken(3), .promptPiece(4), .promptProbability(5), .promptScore(6), .attentionPattern(1),
            .attentionWeight(layer: 1, head: 2, query: 13, key: 4), .candidate(place: 8),
            .parameter("p", stage: "top-p"), .parameters(stage: "top-k"), .kept(stage: "min-p"), .lens(layer: 9),
            .byte(77),
        ]
        values += VerifiedValue.Fact.allCases.map { VerifiedValue.fact($0) }
        values += candidateValues.map { VerifiedValue.token(subject, $0) }
        values += nodeValues.map { VerifiedValue.node(12, $0) }
        values += hypothesisValues.map { VerifiedValue.hypothesis(rank: 2, $0) }
        return values
    }()

    static let causes: [VerificationCause] = [
        .otherModelFile(name: "a", file: "b"), .otherTokens, .otherFile, .contradiction, .drawsAgree(seed: "7"),
        .changedDraw(others: 11, seed: "7"), .otherDraws(seed: "8", differing: 3, of: 12), .changedLogit(others: 49),
        .otherLogits(differing: 5, of: 50), .otherSettings, .changedValue,
    ]

    static let notes: [VerificationNote] = [
        .otherVersion(recorded: "1.2", here: "1.3"), .renamedModelFile(recorded: "a", here: "b"),
        .renamedModel(recorded: "a", here: "b"), .otherBestHypothesis,
        .notEnded(steps: 4), .seedWithoutEffect("5"),
        .tie(step: 6, recorded: subject, here: subject, .draw(uniform: 0.25, edge: 0.001, margin: 0.002)),
        .tie(step: 6, recorded: subject, here: subject, .logits(1.5, 1.25, margin: 0.002)),
        .edge(step: 3, stage: "top-p", kept: 4, here: 5), .treesPart(node: 6, margin: 0.5),
        .tensorsNotCompared(file: "t"),
    ]

    static let problems: [ReplayProblem] = [
        .otherModel(recorded: "a", hash: "0123456789abcdef", here: "b", hereHash: "fedcba9876543210"),
        .changedOnTheWay(step: 4), .beamSearch, .otherPass, .otherTokens,
    ]

    static let errors: [GenerationError] = [
        .emptyPrompt, .promptTooLong(tokens: 300, context: 256), .contextTooLong(asked: 512, model: 256),
        .cacheTooLarge(tokens: 4_000_000, bytes: 9_000_000_000, memory: 8_000_000_000),
        .noChatTemplate(model: "m"), .badAblation("99", layers: 4, heads: 8), .badLoss(999, context: 256),
        .unknownToken(id: 9, vocabulary: 8), .noSuchStep(step: 3, steps: 3), .choice(.notANumber(step: 1, token: 2)),
        .choice(.infinite(step: 1, token: 2)), .choice(.nothingLeft(step: 1, stage: "raw")),
        .choice(.nothingLeft(step: 1, stage: "top-k")), .choice(.overflow(step: 1, stage: "temperature")),
        .trace(.version(found: 3, reads: 1)), .trace(.notATrace(found: "x")),
    ]

    static let phrases: [Phrase] = {
        var phrases = values.map(\.phrase)
        phrases += causes.map(\.phrase)
        phrases += notes.map(\.phrase)
        phrases += problems.map(\.phrase)
        phrases += errors.map(\.phrase)
        return phrases
    }()

    /// The numbers of a text, in no order.
    static func numbers(_ text: String) -> [String] {
        var numbers: [String] = []
        var number = ""
        for character in text + " " {
            if character.isASCII && (character.isNumber || (character == "." && !number.isEmpty)) {
                number.append(character)
            } else {
                while number.last == "." { number.removeLast() }
                if !number.isEmpty { numbers.append(number) }
                number = ""
            }
        }
        return numbers.sorted()
    }

    @Test(arguments: phrases) func bothLanguagesNameTheSameValues(_ phrase: Phrase) {
        #expect(phrase.chinese.contains { $0 >= "\u{4E00}" && $0 <= "\u{9FFF}" }, "\(phrase.chinese)")
        #expect(!phrase.english.contains { $0 >= "\u{3000}" && $0 <= "\u{9FFF}" }, "\(phrase.english)")
        let (english, chinese) = (Self.numbers(phrase.english), Self.numbers(phrase.chinese))
        #expect(english == chinese, "\(phrase.english) | \(phrase.chinese)")
    }

    @Test func differentThingsHaveDifferentWords() {
        #expect(Set(Self.values.map(\.phrase.english)).count == Self.values.count)
        #expect(Set(Self.values.map(\.phrase.chinese)).count == Self.values.count)
    }

    @Test func theWordsThatStand() {
        #expect(VerifiedValue.token(Self.subject, .rawLogit).phrase.english == "raw logit of “ Paris” (token 7042)")
        #expect(VerifiedValue.node(7, .sum).phrase.english == "sum of node 7 of the beam tree")
        #expect(VerifiedValue.node(7, .place(step: 2)).phrase.english == "node 7 of the beam tree, step 2")
        #expect(VerifiedValue.hypothesis(rank: 2, .score).phrase.english == "the score of hypothesis 2")
        #expect(VerifiedValue.parameter("p", stage: "top-p").phrase.english == "parameter p of the stage top-p")
    }

    /// Whatever note a run of ours leaves is known again.
    @Test func notesAreKnownAgain() throws {
        var plain = Settings()
        plain.order = ["top-k"]
        plain.topP = 0.5
        var greedy = Settings()
        greedy.temperature = 0
        greedy.order = ["temperature", "top-p"]
        greedy.topP = 0.5
        var beams = Settings()
        beams.beams = 4
        beams.topP = 0.5
        var mirostat = Settings()
        mirostat.order = ["mirostat"] + Settings.defaultOrder.filter { $0 != "mirostat" }
        mirostat.extra["mirostat.tau"] = 5
        var count = 0
        for settings in [plain, greedy, beams, mirostat] {
            for note in try StagePipeline(settings: settings).notes {
                let phrase = TraceNotes.phrase(note)
                #expect(phrase.english == note)
                #expect(phrase.chinese != note, "\(note)")
                count += 1
            }
        }
        #expect(count >= 3)
        for remedy in [Encoding.Loss.Remedy.replaced, .dropped, .unknown] {
            for losses in 1...2 {
                let loss = Encoding.Loss(offset: 3, byte: 0xFF, remedy: remedy)
                let phrase = try #require(TraceNotes.losses(Array(repeating: loss, count: losses)))
                #expect(TraceNotes.phrase(phrase.english) == phrase)
                #expect(phrase.english.contains("is FF at byte 3"))
            }
        }
        #expect(TraceNotes.phrase("a note of another program\n").english == "a note of another program↵")
    }
}
