// Tokens and prompts as texts, for servers that know no ids: only where there is one way to read them.
internal import Tokenizers

/// The words of a model, read the other way round.
final class TokenTexts {
    private let tokenizer: Tokenizer
    let vocabularySize: Int
    /// Of each text the token that has it; −1 where several have, or a part of a character could have been left out of it.
    private lazy var ids: [[UInt8]: Int] = {
        var ids: [[UInt8]: Int] = [:]
        ids.reserveCapacity(vocabularySize)
        func add(_ bytes: [UInt8], _ id: Int) { ids[bytes] = ids[bytes] == nil ? id : -1 }
        for id in 0..<vocabularySize {
            let bytes = tokenizer.bytes(of: id)
            if bytes.isEmpty { continue }
            add(bytes, id)
            if String(validating: bytes, as: UTF8.self) != nil { continue }
            let left = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { $0 != "\u{FFFD}" }
            ids[Array(String(String.UnicodeScalarView(left)).utf8)] = -1
        }
        return ids
    }()

    init(_ tokenizer: Tokenizer, vocabularySize: Int) {
        (self.tokenizer, self.vocabularySize) = (tokenizer, vocabularySize)
    }

    func bytes(of id: Int) -> [UInt8] { tokenizer.bytes(of: id) }

    /// The one token with this text; nil where none or several have it. What a server could not write as text it writes as
    /// U+FFFD, which may stand for anything.
    func id(of bytes: [UInt8]) -> Int? {
        if holdsReplacement(bytes) { return nil }
        return ids[bytes].flatMap { $0 < 0 ? nil : $0 }
    }

    private func holdsReplacement(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 3 && bytes.indices.dropLast(2).contains { bytes[$0...].starts(with: [0xEF, 0xBF, 0xBD]) }
    }

    private func id(of token: ToldToken) -> Int? {
        switch token.name {
        case .id(let id): id
        case .bytes(let bytes): id(of: bytes)
        }
    }

    /// The listed tokens by id, best first, down to the first that cannot be told: whatever stands below it may be likelier
    /// than what its place says of the others.
    ///
    /// - Parameter asked: as many were asked for; a further one is the token that the server itself took.
    func listed(_ answer: EngineAnswer, asked: Int, path: String) throws(EngineError) -> [ListedToken] {
        var told = answer.told
        if answer.isKeyed, let place = told.firstIndex(where: { id(of: $0) == nil }) {
            told = certain(told, before: place) + [told[place]]
        } else {
            told = Array(told.sorted { $0.logProbability > $1.logProbability }.prefix(asked))
        }
        var listed: [ListedToken] = []
        for token in told {
            guard let id = id(of: token) else {
                if listed.isEmpty, case .bytes(let bytes) = token.name {
                    throw .answer(path: path, .unnamed(String(decoding: bytes.prefix(80), as: UTF8.self)))
                }
                return listed
            }
            listed.append(ListedToken(id: id, logProbability: token.logProbability))
        }
        return listed
    }

    /// Whether the first key cannot be told, which may be that of the token that was drawn.
    func hidesFirst(_ answer: EngineAnswer) -> Bool {
        answer.isKeyed && answer.told.first.map { id(of: $0) } == .some(nil)
    }

    /// Of tokens that are keys of an object, those that are certain beside a key that cannot be told. It may be that of several
    /// tokens, and its number that of the last; but a key stands where the first of them stood, and what stands before it is
    /// likelier. That is known of a list in order, with the token that was drawn in front of it or not.
    private func certain(_ told: [ToldToken], before place: Int) -> [ToldToken] {
        func isOrdered(_ tokens: some Sequence<ToldToken>) -> Bool {
            let numbers = tokens.filter { id(of: $0) != nil }.map { $0.logProbability }
            return zip(numbers, numbers.dropFirst()).allSatisfy { $0 >= $1 }
        }
        if isOrdered(told) { return Array(told[..<place]) }
        guard place > 1, isOrdered(told.dropFirst()) else { return [] }
        let best = told[1..<place]
        let drawn = told[0].logProbability
        guard drawn >= best[best.endIndex - 1].logProbability else { return Array(best) }
        return best.filter { $0.logProbability >= drawn } + [told[0]] + best.filter { $0.logProbability < drawn }
    }

    /// Whether the texts can be taken for those of tokens: a server that strips blanks would have " a" look like "a".
    func areWhole(_ told: [ToldToken]) -> Bool {
        var isInDoubt = false
        for token in told {
            guard case .bytes(let bytes) = token.name else { return true }
            if bytes.first == UInt8(ascii: " ") { return true }
            if ids[[UInt8(ascii: " ")] + bytes] != nil { isInDoubt = true }
        }
        return !isInDoubt
    }

    /// The text that is read as just these tokens; nil where there is none.
    func text(of tokens: [Int]) -> String? {
        let frame = tokenizer.encode([]).ids
        for framed in frame.isEmpty ? [false] : [true, false] {
            // Only tokens in front of a text can be left out: a text that goes on has none behind it yet.
            let body = framed && tokens.starts(with: frame) ? tokens.dropFirst(frame.count) : tokens[...]
            for wholeText in [true, false] {
                let bytes = tokenizer.decode(body, wholeText: wholeText)
                let again = tokenizer.encode(bytes, special: true, framed: framed, record: false)
                if again.ids == tokens, let text = String(validating: bytes, as: UTF8.self) { return text }
            }
        }
        return nil
    }
}
