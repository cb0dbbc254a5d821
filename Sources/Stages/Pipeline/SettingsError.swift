// What can be wrong with a run's settings.
public import Phrases

/// A setting that cannot be used; the description is one line for the user.
public enum SettingsError: Error, Equatable, Sendable, CustomStringConvertible, Worded {
    /// A value that its option does not take, with one that would do.
    case outOfRange(option: String, value: String, range: SettingRange, suggestion: SettingSuggestion)
    /// The order names a stage that does not exist; `known` are those that do.
    case unknownStage(name: String, known: [String])
    /// The order names a stage twice.
    case duplicateStage(name: String)
    /// ``Settings/extra`` has a key of no stage; `known` are those that stages have.
    case unknownExtra(name: String, known: [String])
    /// A token id outside the vocabulary.
    case tokenOutOfRange(option: String, id: Int, vocabularySize: Int)

    public var description: String { phrase.english }

    /// In both languages, as the command line says it.
    public var phrase: Phrase {
        switch self {
        case .outOfRange(let option, let value, let range, let suggestion):
            return Phrase("\(option) is \(value); it must be ", "\(option) 是 \(value)；必須") + range.phrase
                + suggestion.phrase
        case .unknownStage(let name, let known):
            let near = nearest(to: name, among: known)
            let list = known.joined(separator: ", ")
            return Phrase(
                "the order names \"\(name)\", which is no stage (\(near.map { "did you mean \($0)? " } ?? "")the stages are \(list))",
                "order 裡的「\(name)」不是任何階段；\(near.map { "是否要寫 \($0)？" } ?? "")階段有：\(list)")
        case .duplicateStage(let name):
            return Phrase(
                "the order names \(name) twice; a stage runs once (remove one from --order)",
                "order 裡的 \(name) 出現兩次；每個階段只執行一次（從 --order 刪去一個）")
        case .unknownExtra(let name, let known):
            let list = known.joined(separator: ", ")
            return Phrase(
                "there is no stage parameter \"\(name)\" (there are \(list))", "沒有 \(name) 這個階段參數；可用的有：\(list)")
        case .tokenOutOfRange(let option, let id, let size):
            return Phrase(
                "\(option) names token \(id); this vocabulary has 0…\(size - 1)",
                "\(option) 裡的詞元 \(id) 不存在；詞彙表的編號為 0…\(size - 1)")
        }
    }
}

extension SettingSuggestion {
    /// In brackets, as the command line takes it.
    var phrase: Phrase {
        switch self {
        case .option(let name, let value): Phrase(" (try --\(name) \(value))", "（例如 --\(name) \(value)）")
        case .value(let value): Phrase(" (try \(value))", "（例如 \(value)）")
        case .noLabels: Phrase(" (try no labels at all)", "（或完全不給標籤）")
        }
    }
}

/// Why a choice on logits given by hand could not be made.
public enum StagesError: Error, Equatable, Sendable, CustomStringConvertible, Worded {
    /// A setting, an id or a label does not fit.
    case settings(SettingsError)
    /// The logits leave nothing to choose.
    case choice(ChoiceError)

    public var description: String { phrase.english }

    public var phrase: Phrase {
        switch self {
        case .settings(let error): error.phrase
        case .choice(let error): error.phrase
        }
    }
}
