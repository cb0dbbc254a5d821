// One sentence in the languages of the house. Everything a person reads from this module is a phrase.

/// The languages that help, results and errors are written in.
public enum Language: String, Equatable, Sendable, CaseIterable {
    case english = "en"
    /// Traditional Chinese as written in Taiwan.
    case chinese = "zh-TW"

    /// The language of a POSIX locale name such as `zh_TW.UTF-8`: Chinese when it starts with `zh`, else English.
    public init(locale: String) { self = locale.lowercased().hasPrefix("zh") ? .chinese : .english }
}

/// A sentence in both languages; the front end picks one.
public struct Phrase: Equatable, Hashable, Sendable {
    public let english: String
    public let chinese: String

    public init(_ english: String, _ chinese: String) {
        self.english = english
        self.chinese = chinese
    }

    /// The same characters in both languages: names, numbers, quoted input.
    public init(same text: String) { self.init(text, text) }

    public subscript(language: Language) -> String { language == .english ? english : chinese }

    public static func + (a: Phrase, b: Phrase) -> Phrase { Phrase(a.english + b.english, a.chinese + b.chinese) }
}
