// Sentences that stand in files in English and are read back: one form both makes them and knows them again.

/// A sentence with gaps, written `{}`, in both languages. The gaps hold the same values in both, in the same order unless
/// the Chinese numbers them: `{2} 中的第 {1} 名`.
public struct SentenceForm: Sendable {
    /// The form that files hold and ``values(in:)`` reads; its gaps count from 1 in the order they stand.
    public let english: String
    /// The same in Traditional Chinese; a gap may name its value by number.
    public let chinese: String

    /// A form in English, and the same in Traditional Chinese.
    public init(_ english: String, _ chinese: String) {
        self.english = english
        self.chinese = chinese
    }

    /// The sentence with its gaps filled.
    public func filled(_ values: [Phrase] = []) -> Phrase {
        Phrase(Self.fill(english, values.map { $0.english }), Self.fill(chinese, values.map { $0.chinese }))
    }

    /// The sentence with its gaps filled by texts that are the same in both languages.
    public func filled(_ values: String...) -> Phrase { filled(values.map { Phrase(same: $0) }) }

    /// What the gaps hold in an English sentence; nil when it is another one. A gap ends where the form's next words
    /// first occur, the last one where the sentence ends in the form's.
    public func values(in sentence: String) -> [String]? {
        let parts = Self.parts(english)
        let text = Array(sentence.utf8)
        guard text.starts(with: parts[0].words) else { return nil }
        var place = parts[0].words.count
        var values: [String] = []
        for (index, part) in parts.enumerated().dropFirst() {
            let isLast = index == parts.count - 1
            let end =
                isLast
                ? Self.lastPlace(of: part.words, in: text, from: place)
                : Self.firstPlace(of: part.words, in: text, from: place)
            guard let end, end > place else { return nil }
            values.append(String(decoding: text[place..<end], as: UTF8.self))
            place = end + part.words.count
        }
        return place == text.count ? values : nil
    }

    /// The words behind each gap (before the first: gap 0).
    private static func parts(_ form: String) -> [(gap: Int, words: [UInt8])] {
        let bytes = Array(form.utf8)
        var parts: [(gap: Int, words: [UInt8])] = [(0, [])]
        var place = 0
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "{"), let end = bytes[place...].firstIndex(of: UInt8(ascii: "}")) {
                let digits = String(decoding: bytes[(place + 1)..<end], as: UTF8.self)
                parts.append((Int(digits) ?? parts.count, []))
                place = end + 1
            } else {
                parts[parts.count - 1].words.append(bytes[place])
                place += 1
            }
        }
        return parts
    }

    private static func fill(_ form: String, _ values: [String]) -> String {
        var text: [UInt8] = []
        for part in parts(form) {
            if part.gap > 0, part.gap <= values.count { text += values[part.gap - 1].utf8 }
            text += part.words
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func firstPlace(of words: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        var place = start
        while place + words.count <= text.count {
            if text[place...].starts(with: words) { return place }
            place += 1
        }
        return nil
    }

    private static func lastPlace(of words: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        let place = text.count - words.count
        return place >= start && text[place...].starts(with: words) ? place : nil
    }
}
