// The tokens of a Hugging Face tokenizer put in the order of their ids, each id checked.

internal import JSONText

/// Tokens by id, gathered from `vocab` and from `added_tokens`.
struct TokenList {
    private var ids: [[UInt8]: Int] = [:]
    private var texts: [(id: Int, text: [UInt8], kind: Vocabulary.Kind)] = []
    private let place: String

    /// Reads `vocab`, an object from texts to ids. `place` names it in errors.
    init(vocab: JSONValue?, place: String) throws(TokenizerError) {
        self.place = place
        guard let object = vocab?.object else { throw .malformed(place: place, expected: "an object of texts and ids") }
        texts.reserveCapacity(object.count)
        for (text, value) in object.members {
            let id = try Self.id(value, of: "\(place): the id of \(quoted(text))")
            ids[Array(text.utf8)] = texts.count
            texts.append((id, Array(text.utf8), .normal))
        }
    }

    static func id(_ value: JSONValue?, of what: String) throws(TokenizerError) -> Int {
        guard let id = value?.int, (0..<Vocabulary.maximumCount).contains(id) else {
            throw .malformed(place: what, expected: "a whole number from 0 to \(Vocabulary.maximumCount - 1)")
        }
        return id
    }

    /// The id of a text, or nil.
    func id(of text: String) -> Int? { ids[Array(text.utf8)].map { texts[$0].id } }

    /// Marks a text as an added token, or appends it when the vocabulary has not got it. Its id must be the same.
    ///
    /// A text of the vocabulary that is added but no control token stays a normal token: merges may make it, and its
    /// text is spelled in the byte alphabet as the vocabulary's are.
    mutating func add(_ text: String, id: Int, kind: Vocabulary.Kind) throws(TokenizerError) {
        let bytes = Array(text.utf8)
        guard let known = ids[bytes] else {
            ids[bytes] = texts.count
            texts.append((id, bytes, kind))
            return
        }
        if texts[known].id != id {
            throw .malformed(
                place: "added_tokens: the id of \(quoted(text)), \(id),",
                expected: "\(texts[known].id), as in the vocabulary")
        }
        if kind == .control { texts[known].kind = kind }
    }

    /// The vocabulary with all tokens in, ready for merges.
    func builder() throws(TokenizerError) -> VocabularyBuilder {
        // Places in `texts` by id. With n tokens, ids without a hole and without a double are exactly 0..<n.
        var byId = [Int](repeating: -1, count: texts.count)
        var highest = 0
        for (place, token) in texts.enumerated() {
            highest = max(highest, token.id)
            if token.id >= texts.count { continue }
            if byId[token.id] >= 0 {
                throw .duplicateId(id: token.id, first: shown(byId[token.id]), second: shown(place))
            }
            byId[token.id] = place
        }
        if let hole = byId.firstIndex(of: -1) { throw .missingId(id: hole, count: highest + 1) }
        var builder = VocabularyBuilder(count: texts.count, byteCount: 8 * texts.count)
        for place in byId {
            let token = texts[place]
            try token.text.withUnsafeBufferPointer { text throws(TokenizerError) in
                try builder.append(text, kind: token.kind)
            }
        }
        try builder.finishTokens(mergesReachAdded: false)
        return builder
    }

    private func shown(_ place: Int) -> String { String(decoding: texts[place].text, as: UTF8.self) }
}

extension VocabularyBuilder {
    /// Adds a merge given as two strings.
    mutating func merge(rank: Int, _ left: Substring, _ right: Substring) throws(TokenizerError) {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        try left.withUnsafeBufferPointer { left throws(TokenizerError) in
            try right.withUnsafeBufferPointer { right throws(TokenizerError) in
                try merge(rank: rank, left, right)
            }
        }
    }

    /// Adds a merge given as "left right".
    mutating func merge(rank: Int, _ text: Substring) throws(TokenizerError) {
        // Split at the byte: to `Character`, a blank and a mark after it are one.
        let parts = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map(Substring.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw .badMerge(rank: rank, text: String(text))
        }
        try merge(rank: rank, parts[0], parts[1])
    }
}
