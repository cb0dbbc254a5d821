// One sentence in the languages of the house. What a person reads is a phrase until a front end prints it.

/// A sentence in both languages; the front end picks one.
public struct Phrase: Equatable, Hashable, Sendable {
    /// The sentence in English; the one that files and `description` hold.
    public let english: String
    /// The same in Traditional Chinese as written in Taiwan.
    public let chinese: String

    /// A sentence in English, and the same in Traditional Chinese.
    public init(_ english: String, _ chinese: String) {
        self.english = english
        self.chinese = chinese
    }

    /// The same characters in both languages: names, numbers, quoted input.
    public init(same text: String) { self.init(text, text) }

    /// An integer in plain digits, the same in both languages.
    public static func number(_ value: Int) -> Phrase { Phrase(same: String(value)) }

    /// Several, one after the other: `a, b` and `a、b`.
    public static func list(_ items: [Phrase]) -> Phrase {
        Phrase(
            items.map { $0.english }.joined(separator: ", "), items.map { $0.chinese }.joined(separator: "、"))
    }

    /// The sentence in one language.
    public subscript(language: Language) -> String { language == .english ? english : chinese }

    public static func + (a: Phrase, b: Phrase) -> Phrase { Phrase(a.english + b.english, a.chinese + b.chinese) }
}

/// What has words for a person: errors above all.
public protocol Worded {
    var phrase: Phrase { get }
}
