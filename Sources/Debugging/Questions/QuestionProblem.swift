// What can be wrong with a question, as values, and the sentence each one is told in.
public import Phrases

/// A fault in a question. The place is carried beside it, see ``DebuggingError/question(source:span:problem:)``.
public enum QuestionProblem: Equatable, Sendable {
    /// Nothing but blanks.
    case empty
    /// Longer than `limit` bytes.
    case tooLong(limit: Int)
    /// Nested deeper than `limit`.
    case tooDeep(limit: Int)
    /// One that begins no word of the language.
    case unexpectedCharacter(String)
    /// A word of another script, or one with such letters: no name has any, so a text was meant.
    case bareText(String)
    /// Another language's spelling of something this one has.
    case writeInstead(found: String, write: String)
    /// No closing quote.
    case unterminatedText
    /// The escape as written.
    case badEscape(String)
    /// Past what its kind of number holds.
    case numberTooLarge
    /// What should stand there, and the word that does.
    case expected(Phrase, found: String)
    /// `nearest` is the known name that is spelled most like it, nil when none is close.
    case unknownName(String, expected: Phrase, nearest: String?)
    /// A name that stands for nothing alone.
    case needsArguments(name: String, example: String)
    /// A plain name with parentheses.
    case takesNoArguments(name: String)
    /// The required argument that is not given.
    case missingArgument(name: String, label: String, example: String)
    /// More than `limit`.
    case tooManyArguments(name: String, limit: Int)
    /// `name` has no argument of that label.
    case unknownLabel(String, name: String, nearest: String?)
    /// An argument given twice.
    case repeatedLabel(String)
    /// Types in words.
    case wrongType(expected: Phrase, found: Phrase)
    /// Two dimensions that neither compare nor add.
    case unitsDiffer(Unit, Unit)
    /// `a < b < c`.
    case comparisonChain
    /// A literal not in `low`…`high`.
    case outOfRange(what: Phrase, value: Int, low: Int, high: Int)
    /// Anything else, in its own words.
    case noAnswer(Phrase)

    private static func suggestion(_ nearest: String?) -> Phrase {
        guard let nearest else { return Phrase("", "") }
        return Phrase("; did you mean \(nearest)?", "；是不是要寫 \(nearest)？")
    }

    /// Western words follow a blank and mostly hold it; Chinese ones do not.
    private static func inQuotes(_ text: String) -> Phrase {
        let blank = (text.utf8.first ?? 0) < 0x80 ? " " : ""
        let typed = quoted(Array((blank + text).utf8))
        return Phrase(
            "write a token in double quotes, with its leading blank if it has one: \(typed)",
            "詞元要寫在雙引號裡，前面若有空格也要寫：\(typed)")
    }

    public var phrase: Phrase {
        switch self {
        case .empty: Phrase("a question is needed, for example entropy > 2", "這裡需要一個問句，例如 entropy > 2")
        case .tooLong(let limit):
            Phrase("a question has at most \(limit) bytes", "問句最多 \(limit) 個位元組")
        case .tooDeep(let limit):
            Phrase("nested more than \(limit) deep; take the question apart", "巢狀超過 \(limit) 層；請把問句拆開")
        case .unexpectedCharacter(let character):
            Phrase(
                "\(readable(character)) does not belong to this language", "\(readable(character)) 不屬於這個語言")
        case .bareText(let text): Self.inQuotes(text)
        case .writeInstead(let found, let write):
            Phrase("write \(write) instead of \(found)", "請用 \(write)，不要用 \(found)")
        case .unterminatedText:
            Phrase("this text has no closing \"", "這段文字缺少結尾的 \"")
        case .badEscape(let escape):
            Phrase(
                "\(readable(escape)) is no escape; there are \\n \\r \\t \\\" \\\\ \\xHH \\u{HEX}",
                "沒有 \(readable(escape)) 這種跳脫；可用 \\n \\r \\t \\\" \\\\ \\xHH \\u{HEX}")
        case .numberTooLarge: Phrase("this number is too large", "這個數字太大")
        case .expected(let what, let found):
            Phrase(
                "expected \(what.english), found \(readable(found))",
                "這裡應為\(what.chinese)，卻是 \(readable(found))")
        case .unknownName(let name, let expected, let nearest):
            Phrase(
                "\(name) is unknown here; expected \(expected.english)", "這裡不認得 \(name)；應為\(expected.chinese)")
                + Self.suggestion(nearest)
        case .needsArguments(let name, let example):
            Phrase("\(name) needs arguments, for example \(example)", "\(name) 需要引數，例如 \(example)")
        case .takesNoArguments(let name): Phrase("\(name) takes no arguments", "\(name) 不接受引數")
        case .missingArgument(let name, let label, let example):
            Phrase("\(name) needs \(label), for example \(example)", "\(name) 缺少 \(label)，例如 \(example)")
        case .tooManyArguments(let name, let limit):
            Phrase("\(name) takes at most \(limit) argument\(limit == 1 ? "" : "s")", "\(name) 最多 \(limit) 個引數")
        case .unknownLabel(let label, let name, let nearest):
            Phrase("\(name) has no argument \(label)", "\(name) 沒有 \(label) 這個引數") + Self.suggestion(nearest)
        case .repeatedLabel(let label): Phrase("\(label) is given twice", "\(label) 給了兩次")
        case .wrongType(let expected, let found):
            Phrase(
                "expected \(expected.english), found \(found.english)", "這裡應為\(expected.chinese)，卻是\(found.chinese)")
        case .unitsDiffer(let left, let right):
            Phrase(
                "\(left.phrase.english) and \(right.phrase.english) do not compare or add",
                "\(left.phrase.chinese)和\(right.phrase.chinese)不能比較或相加")
        case .comparisonChain:
            Phrase(
                "comparisons do not chain; join them with and, or use ( )", "比較不能連寫；請用 and 連接，或加上 ( )")
        case .outOfRange(let what, let value, let low, let high):
            Phrase(
                "\(what.english) \(value) is not in \(low)…\(high)", "\(what.chinese) \(value) 不在 \(low)…\(high) 之間")
        case .noAnswer(let why): why
        }
    }
}
