// An option that takes tokens: by their ids, or by the texts that they are.
public import Phrases
public import Traces

/// A token that somebody names, and a number that goes with it.
public struct TokenWish: Equatable, Sendable {
    /// How it is named.
    public enum Name: Equatable, Sendable {
        case id(Int)
        /// Its text, with its leading blank if it has one; which token that is, the vocabulary knows.
        case text(String)
    }

    /// How it is named.
    public var name: Name
    /// The number behind its `=`; 0 where the option takes none.
    public var number: Double
}

/// An option that takes a list of tokens. An id stands alone or behind `#`; a text stands as it is, or in double quotes
/// with escapes where it has a comma, a `=` or digits alone.
public struct StageTokens: Sendable {
    /// Completes "it takes …", in Chinese the whole sentence.
    public let form: Phrase
    /// A list that works.
    public let example: String
    /// Whether each token has a number behind a `=`.
    public let hasNumbers: Bool
    private let write: @Sendable (inout Settings, [(id: Int, number: Double)]) -> Void

    /// A list; `write` puts it into the settings.
    public init(
        _ form: Phrase, example: String, hasNumbers: Bool,
        write: @escaping @Sendable (inout Settings, [(id: Int, number: Double)]) -> Void
    ) {
        (self.form, self.example, self.hasNumbers, self.write) = (form, example, hasNumbers, write)
    }

    /// Puts the tokens into the settings.
    public func set(_ tokens: [(id: Int, number: Double)], in settings: inout Settings) { write(&settings, tokens) }

    /// The tokens that the text names; throws what is wrong when it is not of the form.
    public func wishes(_ text: String) throws(StageText.Problem) -> [TokenWish] {
        var wishes: [TokenWish] = []
        for item in try Self.items(text) {
            // A list of ids may have blanks between them; a text keeps its own.
            let words = item.split { $0 == " " || $0 == "\t" || $0 == "\n" }.map { String($0) }
            if words.isEmpty { throw .emptyPlace }
            if let ids = plainIDs(words) { wishes += ids } else { wishes.append(try wish(item)) }
        }
        return wishes
    }

    /// The words of an item when each is an id, with its number where there are numbers.
    private func plainIDs(_ words: [String]) -> [TokenWish]? {
        var wishes: [TokenWish] = []
        for word in words {
            let parts = word.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == (hasNumbers ? 2 : 1), let id = Self.id(parts[0]) else { return nil }
            guard let number = hasNumbers ? Double(parts[1]) : 0 else { return nil }
            wishes.append(TokenWish(name: .id(id), number: number))
        }
        return wishes
    }

    private static func id(_ text: Substring) -> Int? { Int(text.hasPrefix("#") ? text.dropFirst() : text) }

    private func wish(_ item: String) throws(StageText.Problem) -> TokenWish {
        var (name, number) = (item[...], 0.0)
        if hasNumbers {
            guard let sign = item.lastIndex(of: "=") else { throw .item(item) }
            let text = item[item.index(after: sign)...].filter { $0 != " " && $0 != "\t" }
            guard let value = Double(text), !value.isNaN else { throw .item(item) }
            (name, number) = (item[..<sign], value)
        }
        if let id = Self.id(name) { return TokenWish(name: .id(id), number: number) }
        var inner = name.drop { $0 == " " }
        while inner.last == " " { inner.removeLast() }
        if inner.utf8.count >= 2, inner.hasPrefix("\""), inner.hasSuffix("\"") {
            do {
                return TokenWish(name: .text(try unescaped(String(inner.dropFirst().dropLast()))), number: number)
            } catch { throw .item(item) }
        }
        if name.isEmpty { throw .item(item) }
        return TokenWish(name: .text(String(name)), number: number)
    }

    /// The parts between commas; a comma in double quotes is one of the text.
    private static func items(_ text: String) throws(StageText.Problem) -> [String] {
        var items = [""]
        var (isQuoted, isEscaped) = (false, false)
        for character in text {
            if character == ",", !isQuoted {
                items.append("")
                continue
            }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = character == "\\" && !isEscaped && isQuoted
            items[items.count - 1].append(character)
        }
        if isQuoted { throw .item(items[items.count - 1]) }
        if items.contains("") { throw .emptyPlace }
        return items
    }

    /// What is wrong, in words; see ``StageText/phrase(_:option:value:dashes:verb:)``.
    public func phrase(
        _ problem: StageText.Problem, option: String, value: String, dashes: String, verb: String
    ) -> Phrase {
        StageText(form, example: example, write: { _, _ in })
            .phrase(problem, option: option, value: value, dashes: dashes, verb: verb)
    }
}

extension TokenWish {
    /// What became of a text: one token, several, or none.
    public enum Finding: Equatable, Sendable {
        /// The text is this token; `other` is the one with (or without) a leading blank, if there is one.
        case token(id: Int, other: Int?)
        /// The texts of the tokens that it is cut into, with their ids.
        case several([(id: Int, bytes: [UInt8])])

        public static func == (a: Finding, b: Finding) -> Bool {
            switch (a, b) {
            case (.token(let x, let p), .token(let y, let q)): x == y && p == q
            case (.several(let x), .several(let y)): x.elementsEqual(y) { $0 == $1 }
            default: false
            }
        }
    }

    /// Which token a text is, by what the tokenizer cuts it into.
    public static func find(
        _ text: String, ids: (String) -> [Int], bytes: (Int) -> [UInt8]
    ) -> Finding {
        let own = ids(text)
        guard own.count == 1 else { return .several(own.map { ($0, bytes($0)) }) }
        let variant = ids(text.hasPrefix(" ") ? String(text.dropFirst()) : " " + text)
        return .token(id: own[0], other: variant.count == 1 ? variant[0] : nil)
    }

    /// One line: the token that the text is, or those it would be.
    public static func phrase(_ finding: Finding, text: String, option: String) -> Phrase {
        let name = quoted(Array(text.utf8))
        switch finding {
        case .token(let id, let other):
            let variant = quoted(Array((text.hasPrefix(" ") ? String(text.dropFirst()) : " " + text).utf8))
            let line = Phrase("\(option): \(name) is token \(id)", "\(option)：\(name) 是詞元 \(id)")
            guard let other, text.first != " " else { return line }
            return line
                + Phrase(
                    "; \(variant), with a leading blank, is another (\(other))", "；前面有空格的 \(variant) 是另一個（\(other)）")
        case .several(let tokens):
            let list = tokens.map { quoted($0.bytes) + " #\($0.id)" }.joined(separator: ", ")
            if tokens.isEmpty { return Phrase("\(option): \(name) is no token", "\(option)：\(name) 不是詞元") }
            return Phrase(
                "\(option): \(name) is \(tokens.count) tokens, not one: \(list); name those that are meant",
                "\(option)：\(name) 是 \(tokens.count) 個詞元，不是一個：\(list)；請寫出要的那些")
        }
    }
}
