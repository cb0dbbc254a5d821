// A run's steps under a library's rules: which tokens may be drawn there and here, and why the first step differs.
public import Phrases
public import Traces

/// One step, here and there.
public struct LibraryStep: Equatable, Sendable {
    public let index: Int
    /// How many tokens may be drawn.
    public let here: Int
    public let there: Int
    /// Those that one side alone keeps.
    public let onlyHere: Int
    public let onlyThere: Int
    /// The recorded token's probability under the library's rules.
    public let probability: Double

    public var isSame: Bool { onlyHere == 0 && onlyThere == 0 }
}

/// Why a step's sets differ: the likeliest of the tokens that one side alone keeps, and what removed it on the other.
public struct LibraryDifference: Equatable, Sendable {
    public let step: Int
    /// The token's id.
    public let token: Int
    public let isKeptHere: Bool
    /// The stage that removed it.
    public let stage: String
    /// The library's rule: the one that removed the token, or the one of our stage's name; nil where it has none.
    public let rule: LibraryRuleWords?
    /// The number of the rule is the library's own, nobody named it.
    public let isDefault: Bool

    /// A rule without what it does.
    public struct LibraryRuleWords: Equatable, Sendable {
        public let words: Phrase
        public let source: String
    }
}

/// A run under a library's rules.
public struct LibraryComparison: Sendable {
    public let library: SamplingLibrary
    public let numbers: LibraryNumbers
    /// What of them is the library's own, by option.
    public let taken: [(option: String, value: Double)]
    public private(set) var steps: [LibraryStep] = []
    /// Our stages that ran at the first step, by name.
    public var ownStages: [String] = []
    /// The first step whose sets differ; nil where none does.
    public private(set) var first: LibraryDifference?

    /// - Parameters:
    ///   - withDefaults: the library's own numbers where the run has ours.
    ///   - named: options that somebody gave for this comparison: they stand, also where they are our defaults.
    public init(_ library: SamplingLibrary, _ settings: Settings, withDefaults: Bool, named: Set<String> = []) {
        self.library = library
        (numbers, taken) = library.numbers(settings, withDefaults: withDefaults, named: named)
    }

    /// Our stages by their names that a library can be compared in.
    public static let stages: Set<String> = [
        "raw", "min-tokens", "repetition-penalty", "frequency-penalty", "presence-penalty", "temperature", "greedy",
        "top-k", "top-p", "min-p",
    ]

    /// Takes the next step.
    ///
    /// - Parameters:
    ///   - logits: raw, of the whole vocabulary; −∞ where a token is barred on both sides.
    ///   - kept: what our stages keep, for every token.
    ///   - removedBy: our stage that removed a token.
    public mutating func add(
        _ step: Step, logits: [Float], history: LibraryHistory, kept: [Bool], removedBy: (Int) -> String?
    ) {
        let choice = library.choose(logits, numbers, history)
        var there = [Bool](repeating: false, count: logits.count)
        for id in choice.kept { there[id] = true }
        let ids = logits.indices.filter { kept[$0] != there[$0] }
        steps.append(
            LibraryStep(
                index: step.index, here: kept.count { $0 }, there: choice.kept.count, onlyHere: ids.count { kept[$0] },
                onlyThere: ids.count { there[$0] }, probability: choice.probability(of: step.token.id)))
        guard first == nil, let token = ids.max(by: { logits[$0] != logits[$1] ? logits[$0] < logits[$1] : $0 > $1 })
        else { return }
        let isKeptHere = kept[token]
        let rule = choice.removedBy[token].map { choice.rules[$0] }
        let stage = rule?.stage ?? removedBy(token) ?? "?"
        let told = rule ?? library.rules.first { $0.stage == stage }
        let option = stage == "greedy" ? "temperature" : stage
        first = LibraryDifference(
            step: step.index, token: token, isKeptHere: isKeptHere, stage: stage,
            rule: told.map { .init(words: $0.words, source: $0.source) },
            isDefault: isKeptHere && taken.contains { $0.option == option })
    }
}
