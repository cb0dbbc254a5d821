// A sentence in one language that still knows which of its words are terms and which are tokens.

internal import Phrases

/// A part of a sentence.
public enum StoryPiece: Equatable, Sendable {
    /// Words and numbers.
    case plain(String)
    /// A word of the field that a glossary explains; `name` is the same in every language: a stage's name, "token", "draw".
    case term(name: String, text: String)
    /// A token's name, without marks around it.
    case token(String)

    /// What is read where there are no marks around it.
    fileprivate var words: String? {
        switch self {
        case .plain(let text), .term(_, let text): text
        case .token: nil
        }
    }
}

/// A text of pieces. Written as a literal: `"The \(term: "draw", "draw") fell on \(token)."`
public struct StoryText: Equatable, Sendable, ExpressibleByStringInterpolation {
    /// In reading order.
    public private(set) var pieces: [StoryPiece] = []

    /// A text without pieces.
    public init() {}

    /// A text of words alone.
    public init(stringLiteral text: String) { append(text) }

    /// A text of a literal's parts.
    public init(stringInterpolation parts: StringInterpolation) { self = parts.text }

    /// The text alone, a token between ‹ and ›.
    public var plain: String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .plain(let words), .term(_, let words): text += words
            case .token(let name): text += "‹\(name)›"
            }
        }
        return text
    }

    mutating func append(_ text: String) {
        if !text.isEmpty { append(.plain(text)) }
    }

    /// Words that follow words become one piece. Between a Chinese character and a letter or digit stands a blank.
    mutating func append(_ piece: StoryPiece) {
        if Self.isTight(pieces.last?.words, piece.words) { append(.plain(" ")) }
        if case .plain(let more) = piece, case .plain(let before)? = pieces.last {
            pieces[pieces.count - 1] = .plain(before + more)
        } else {
            pieces.append(piece)
        }
    }

    private static func isTight(_ before: String?, _ after: String?) -> Bool {
        guard let left = before?.unicodeScalars.last, let right = after?.unicodeScalars.first else { return false }
        return (isChinese(left) && isLatin(right)) || (isLatin(left) && isChinese(right))
    }

    private static func isChinese(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x4E00 && scalar.value <= 0x9FFF }

    private static func isLatin(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "%": true
        default: false
        }
    }

    /// The parts of a literal.
    public struct StringInterpolation: StringInterpolationProtocol {
        var text = StoryText()

        /// No part yet.
        public init(literalCapacity: Int, interpolationCount: Int) {}

        /// Words between the parts.
        public mutating func appendLiteral(_ literal: String) { text.append(literal) }
        /// Words.
        public mutating func appendInterpolation(_ words: String) { text.append(words) }
        /// A count, with its thousands set apart.
        public mutating func appendInterpolation(_ number: Int) { text.append(grouped(number)) }
        /// A token's name.
        public mutating func appendInterpolation(_ token: StoryToken) { text.append(.token(token.name)) }
        /// A word of the field.
        public mutating func appendInterpolation(term name: String, _ words: String) {
            text.append(.term(name: name, text: words))
        }
        /// A part that has terms and tokens of its own.
        public mutating func appendInterpolation(_ other: StoryText) {
            for piece in other.pieces { text.append(piece) }
        }
    }
}
