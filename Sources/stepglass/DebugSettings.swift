// What is wrong with a setting typed in the debugger, in both languages and in the debugger's own words: where the
// command line would say --top-p, one types set top-p here. Called by: LiveMaker.
internal import Phrases
internal import Debugging
internal import Generation
internal import Transformers
internal import Traces

/// The run's own check refused the change.
func told(_ problem: SettingsError, setting change: Change) -> Phrase {
    switch problem {
    case .outOfRange(let option, let value, let range, let suggestion):
        var (name, shown) = (option, value)
        // Numbers of the further stages are called by stage and parameter; they are typed by their option.
        if case .setting(let typed, let text) = change, option == typed || option.contains(".") {
            (name, shown) = (typed, text)
        }
        let example = suggestion.hasPrefix("--") ? String(suggestion.dropFirst(2)) : "\(name) \(suggestion)"
        let typed = LiveMaker.settingOptions.contains { example.hasPrefix($0 + " ") } || name == "min-tokens"
        let hint = typed ? Phrase(" (try set \(example))", "（例如 set \(example)）") : Phrase("", "")
        return Phrase("\(name) is \(shown); it must be \(range)", "\(name) 是 \(shown)；必須\(inChinese(range))") + hint
    case .unknownStage(let name, let known):
        let list = known.joined(separator: ", ")
        return Phrase(problem.description, "order 裡的「\(name)」不是任何階段；階段有：\(list)")
    case .duplicateStage(let name):
        return Phrase(
            "the order names \(name) twice; a stage runs once (name it once in set order)",
            "order 裡的 \(name) 出現兩次；每個階段只執行一次（set order 裡只寫一次）")
    case .unknownExtra(let name, let known):
        return Phrase(problem.description, "沒有 \(name) 這個階段參數；可用的有：\(known.joined(separator: ", "))")
    case .tokenOutOfRange(let option, let id, let size):
        return Phrase(problem.description, "\(option) 裡的詞元 \(id) 不存在；詞彙表的編號為 0…\(size - 1)")
    }
}

/// The value is no number where the option takes one.
func unreadable(_ name: String, _ value: String) -> Phrase {
    Double(value) == nil
        ? Phrase("\(name) is \(value); it must be a number", "\(name) 是 \(value)；必須是數字")
        : Phrase("\(name) is \(value); it must be a whole number", "\(name) 是 \(value)；必須是整數")
}

/// The option itself refused the value, with this message.
func refused(_ name: String, _ value: String, _ message: String) -> Phrase {
    // The message speaks of the command line's option.
    var words = message.split(separator: "--\(name)", omittingEmptySubsequences: false).joined(separator: name)
    let front = "(try \(name) "
    if let place = words.firstRange(of: front) { words.replaceSubrange(place, with: "(try set \(name) ") }
    let example = words.firstRange(of: "(try ").map { words[$0.upperBound...].prefix { $0 != ")" } }
    let format: String
    switch name {
    case "penalty-scope": format = "必須是 prompt、output 或 both"
    case "logit-bias": format = "格式為 編號=偏置，以逗號分隔"
    case "ban-tokens": format = "格式為詞元編號，以逗號分隔"
    default: return Phrase(words, "\(name) 是 \(value)，不能用：\(words)")
    }
    return Phrase(words, "\(name) 是 \(value)；\(format)" + (example.map { "（例如 \($0)）" } ?? ""))
}

/// A range as the check words it, in Chinese. What is not known here stays as it is.
private func inChinese(_ range: String) -> String {
    let words: [(String, String)] = [
        ("0 (greedy) or in ", "是 0（貪婪解碼）或在 "), ("0 (off) or in ", "是 0（關閉）或在 "),
        ("0 (off) or more", "是 0（關閉）或更大"), ("0 (the model's own) or more", "是 0（模型的上限）或更大"),
        ("-1 (the whole context) or a whole number from 0", "是 -1（整段上下文）或 0 以上的整數"),
        ("0 (off) or a whole number up to ", "是 0（關閉）或整數，至多 "), ("a whole number in ", "是整數，在 "),
        ("a whole number from ", "是整數，至少 "), ("a token id from 0", "是 0 以上的詞元編號"),
        (" (1 is off)", "（1 表示關閉）"), (" (0 is off)", "（0 表示關閉）"), (" bits", " 位元"), (" or more", " 以上"),
    ]
    var result = range
    for (english, chinese) in words {
        guard let place = result.firstRange(of: english) else { continue }
        result.replaceSubrange(place, with: chinese)
    }
    if result.hasPrefix("in ") { result = "在 " + result.dropFirst(3) }
    return result.first.map { $0 == "是" || $0 == "在" } == true ? result : "是 " + result
}

extension SiteKind {
    /// The site's name beside its values inside a step.
    var phrase: Phrase { Phrase(name, chineseName) }
}
