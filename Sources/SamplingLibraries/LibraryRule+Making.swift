// The rules that libraries share, with what differs handed in.
internal import Phrases
internal import Traces

extension LibraryRule {
    /// Which tokens a penalty looks at.
    enum Scope: Sendable {
        case all, output
        /// The last so many of prompt and output.
        case last(Int)

        func tokens(_ history: LibraryHistory) -> [Int] {
            switch self {
            case .all: history.prompt + history.output
            case .output: history.output
            case .last(let count): Array((history.prompt + history.output).suffix(count))
            }
        }
    }

    static func temperature(_ words: Phrase, least: Double = 0, _ source: String) -> LibraryRule {
        LibraryRule(
            stage: "temperature", words: words, source: source, isActive: { $0.temperature > 0 && $0.temperature != 1 }
        ) { distribution, numbers, _ in distribution.divide(by: max(numbers.temperature, least)) }
    }

    static func greedy(_ source: String) -> LibraryRule {
        LibraryRule(
            stage: "greedy", words: Phrase("temperature 0 takes the largest logit", "溫度 0 取最大的 logit"), source: source,
            isActive: { $0.temperature <= 0 }
        ) { distribution, _, _ in distribution.keepLargest() }
    }

    static func topK(keepsTies: Bool, _ source: String) -> LibraryRule {
        let words =
            keepsTies
            ? Phrase("keeps whatever is not below the k-th largest, ties with it too", "不小於第 k 大者都保留，同值者也保留")
            : Phrase("keeps k tokens and no more: ties at the edge are cut", "只保留 k 個：邊緣同值者也被切掉")
        return LibraryRule(stage: "top-k", words: words, source: source, isActive: { $0.topK > 0 }) {
            distribution, numbers, _ in distribution.topK(numbers.topK, keepsTies: keepsTies)
        }
    }

    static func topP(_ nucleus: LibraryDistribution.Nucleus, _ words: Phrase, _ source: String) -> LibraryRule {
        LibraryRule(stage: "top-p", words: words, source: source, isActive: { $0.topP < 1 && $0.topP > 0 }) {
            distribution, numbers, _ in distribution.topP(numbers.topP, nucleus)
        }
    }

    static func minP(byLogits: Bool, _ words: Phrase, _ source: String) -> LibraryRule {
        LibraryRule(stage: "min-p", words: words, source: source, isActive: { $0.minP > 0 }) {
            distribution, numbers, _ in distribution.minP(numbers.minP, byLogits: byLogits)
        }
    }

    static func repetition(_ scope: Scope, _ words: Phrase, _ source: String) -> LibraryRule {
        LibraryRule(
            stage: "repetition-penalty", words: words, source: source, isActive: { $0.repetitionPenalty != 1 }
        ) { distribution, numbers, history in
            distribution.repetitionPenalty(numbers.repetitionPenalty, of: scope.tokens(history))
        }
    }

    static func frequency(_ scope: Scope, _ words: Phrase, _ source: String) -> LibraryRule {
        LibraryRule(
            stage: "frequency-penalty", words: words, source: source, isActive: { $0.frequencyPenalty != 0 }
        ) { distribution, numbers, history in
            distribution.subtract(numbers.frequencyPenalty, of: scope.tokens(history), perOccurrence: true)
        }
    }

    static func presence(_ scope: Scope, _ words: Phrase, _ source: String) -> LibraryRule {
        LibraryRule(
            stage: "presence-penalty", words: words, source: source, isActive: { $0.presencePenalty != 0 }
        ) { distribution, numbers, history in
            distribution.subtract(numbers.presencePenalty, of: scope.tokens(history), perOccurrence: false)
        }
    }
}

extension LibraryDefault {
    static func temperature(_ value: Double) -> LibraryDefault {
        LibraryDefault(option: "temperature", value: value, isUnnamed: { $0.temperature == Settings().temperature }) {
            $0.temperature = value
        }
    }

    static func topK(_ value: Int) -> LibraryDefault {
        LibraryDefault(option: "top-k", value: Double(value), isUnnamed: { $0.topK == Settings().topK }) {
            $0.topK = value
        }
    }

    static func topP(_ value: Double) -> LibraryDefault {
        LibraryDefault(option: "top-p", value: value, isUnnamed: { $0.topP == Settings().topP }) { $0.topP = value }
    }

    static func minP(_ value: Double) -> LibraryDefault {
        LibraryDefault(option: "min-p", value: value, isUnnamed: { $0.minP == Settings().minP }) { $0.minP = value }
    }
}
