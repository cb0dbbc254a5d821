// What is wrong with a setting typed in the debugger, in both languages and in the debugger's own words: where the
// command line would say --top-p, one types set top-p here.
package import Debugging
package import Phrases
package import Stages
internal import Traces
internal import Transformers

/// The run's own check refused the change.
package func told(_ problem: SettingsError, setting change: Change) -> Phrase {
    switch problem {
    case .outOfRange(let option, let value, let range, let suggestion):
        var (name, shown) = (option, value)
        // Numbers of the further stages are called by stage and parameter; they are typed by their option.
        if case .setting(let typed, let text) = change, option == typed || option.contains(".") {
            (name, shown) = (typed, text)
        }
        return Phrase("\(name) is \(shown); it must be ", "\(name) 是 \(shown)；必須") + range.phrase
            + hint(suggestion, for: name)
    case .unknownStage(let name, let known):
        let list = known.joined(separator: ", ")
        return Phrase(problem.description, "order 裡的「\(name)」不是任何階段；階段有：\(list)")
    case .duplicateStage(let name):
        return Phrase(
            "the order names \(name) twice; a stage runs once (name it once in set order)",
            "order 裡的 \(name) 出現兩次；每個階段只執行一次（set order 裡只寫一次）")
    case .unknownExtra, .tokenOutOfRange: return problem.phrase
    }
}

/// What one could type instead, where `set` takes that.
private func hint(_ suggestion: SettingSuggestion, for name: String) -> Phrase {
    let (option, value): (String, String)
    switch suggestion {
    case .option(let suggested, let number): (option, value) = (suggested, number)
    case .value(let number): (option, value) = (name, number)
    case .noLabels: return Phrase("", "")
    }
    if !LiveMaker.settingOptions.contains(option) && name != LiveMaker.minTokens { return Phrase("", "") }
    return Phrase(" (try set \(option) \(value))", "（例如 set \(option) \(value)）")
}

/// The value is no number where the option takes one.
func unreadable(_ name: String, _ value: String) -> Phrase {
    Double(value) == nil
        ? Phrase("\(name) is \(value); it must be a number", "\(name) 是 \(value)；必須是數字")
        : Phrase("\(name) is \(value); it must be a whole number", "\(name) 是 \(value)；必須是整數")
}

extension SiteKind {
    /// The site's name beside its values inside a step.
    var phrase: Phrase { Phrase(name, chineseName) }
}
