// How other libraries go from logits to the tokens that may be drawn: their stages in their order, with their defaults and
// what they do at the edge, each rule with the file that says so. One file for each library in Kinds, and its row here.
// Read by `stepglass replay --as`; held against the libraries themselves by the tests.
public import Phrases
public import Traces

/// A library as rules.
public struct SamplingLibrary: Sendable {
    /// As one calls it.
    public let name: String
    /// The version whose files the rules cite.
    public let version: String
    /// In the order in which they run.
    public let rules: [LibraryRule]
    /// Takes the library's own value for what the run left at ours.
    let defaults: [LibraryDefault]
    /// Whether the rules that a greedy choice makes pointless are left out.
    let greedy: LibraryRule

    /// All of them; `--as` takes their names.
    public static let all: [SamplingLibrary] = [.llamaCpp, .transformers, .vllm, .mlxLM]

    /// The library of that name.
    public static func named(_ name: String) -> SamplingLibrary? { all.first { isSpelled($0.name, as: name) } }
}

/// What one stage of a library does.
public struct LibraryRule: Sendable {
    /// The stage by our name for it ("top-k").
    public let stage: String
    /// The rule, with what it does at the edge.
    public let words: Phrase
    /// The file, and the function in it.
    public let source: String
    /// Whether these numbers have it do anything.
    let isActive: @Sendable (LibraryNumbers) -> Bool
    let act: @Sendable (inout LibraryDistribution, LibraryNumbers, LibraryHistory) -> Void
}

/// A number that a library has where nobody names one.
struct LibraryDefault: Sendable {
    let option: String
    let value: Double
    /// Whether the settings have it as we do where nobody names it.
    let isUnnamed: @Sendable (Settings) -> Bool
    let take: @Sendable (inout LibraryNumbers) -> Void
}

/// The numbers of the stages that all these libraries know.
public struct LibraryNumbers: Equatable, Sendable {
    public var temperature: Double
    public var topK: Int
    public var topP: Double
    public var minP: Double
    public var repetitionPenalty: Double
    public var presencePenalty: Double
    public var frequencyPenalty: Double

    /// Those of a run.
    public init(_ settings: Settings) {
        (temperature, topK, topP, minP) = (settings.temperature, settings.topK, settings.topP, settings.minP)
        (repetitionPenalty, presencePenalty, frequencyPenalty) = (
            settings.repetitionPenalty, settings.presencePenalty, settings.frequencyPenalty
        )
    }
}

/// The tokens before a choice.
public struct LibraryHistory: Equatable, Sendable {
    public var prompt: [Int]
    public var output: [Int]

    public init(prompt: [Int], output: [Int]) { (self.prompt, self.output) = (prompt, output) }
}

extension SamplingLibrary {
    /// The run's numbers as the library takes them.
    ///
    /// - Returns: the numbers, and which of them are the library's own, by option.
    public func numbers(
        _ settings: Settings, withDefaults: Bool, named: Set<String> = []
    ) -> (numbers: LibraryNumbers, taken: [(option: String, value: Double)]) {
        var numbers = LibraryNumbers(settings)
        var taken: [(option: String, value: Double)] = []
        if withDefaults {
            for row in defaults where row.isUnnamed(settings) && !named.contains(row.option) {
                row.take(&numbers)
                taken.append((row.option, row.value))
            }
        }
        return (numbers, taken)
    }

    /// The rules that do something with these numbers, in their order.
    public func active(_ numbers: LibraryNumbers) -> [LibraryRule] {
        let rules = rules.filter { $0.isActive(numbers) }
        if numbers.temperature > 0 { return rules }
        return rules.filter { $0.stage.hasSuffix("penalty") } + [greedy]
    }

    /// What is left of the logits, and which rule removed the others.
    public func choose(
        _ logits: [Float], _ numbers: LibraryNumbers, _ history: LibraryHistory
    ) -> LibraryChoice {
        var distribution = LibraryDistribution(logits)
        var removedBy: [Int: Int] = [:]
        let rules = active(numbers)
        for (place, rule) in rules.enumerated() {
            let before = distribution.kept
            rule.act(&distribution, numbers, history)
            for id in before where !distribution.isKept[id] { removedBy[id] = place }
        }
        return LibraryChoice(rules: rules, kept: distribution.kept, removedBy: removedBy, logits: distribution.logits)
    }
}

/// What a library makes of one step's logits.
public struct LibraryChoice: Sendable {
    public let rules: [LibraryRule]
    /// The tokens that may be drawn, by rising id.
    public let kept: [Int]
    /// The rule that removed a token, by its place.
    public let removedBy: [Int: Int]
    let logits: [Float]

    /// The probability of a token among those that are left; 0 for one that is not.
    public func probability(of id: Int) -> Double {
        guard let largest = kept.map({ logits[$0] }).max(), kept.contains(id) else { return 0 }
        let weights = kept.map { exponential(Double(logits[$0]) - Double(largest)) }
        return exponential(Double(logits[id]) - Double(largest)) / weights.reduce(0, +)
    }
}
