// The tokens of a Hugging Face tokenizer put in the order of their ids, each id checked.

internal import JSONText

/// Tokens by id, gathered from `vocab` and from `added_tokens`.
struct TokenList {
    private var ids: [[UInt8]: Int] = [:]
    private var texts: [(id: Int, text: [UInt8], kind: Vocabulary.Kind)] = []
    private let place: String
    private let vocabularyCount: Int
    private var highestAdded = -1
    /// The first added token that has another id than its entry says, and how many there are.
    private var moved: (first: String, count: Int)?
    /// What was not as it should be and was put right, a line each.
    var notes: [String] { moved.map { [$0.first + andOthers($0.count - 1)] } ?? [] }
    /// The bytes of all tokens.
    var byteCount: Int { texts.reduce(0) { $0 + $1.text.count } }
    /// The added tokens, each once, in the order they came.
    private(set) var added: [AddedToken] = []
    private var addedPlaces: [[UInt8]: Int] = [:]
    /// All ids, made when holes in the vocabulary make a search for a free one necessary.
    private var taken: Set<Int> = []

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
        vocabularyCount = object.count
        if let highest = texts.map({ $0.id }).max(), highest >= vocabularyCount { taken = Set(texts.map { $0.id }) }
    }

    /// Texts in the order of their ids; of equal ones the later is the text's token.
    init(texts list: [String], place: String) {
        self.place = place
        vocabularyCount = list.count
        texts.reserveCapacity(list.count)
        for (id, text) in list.enumerated() {
            ids[Array(text.utf8)] = id
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

    /// Adds a token that is matched as it stands, or gives one that is there already other properties. Returns its id:
    /// that of the vocabulary where its text is in it, else the next free one, as the `tokenizers` library gives them.
    /// `token.id` is what the file says, −1 where it says nothing.
    ///
    /// A text of the vocabulary that is added but no control token stays a normal token: merges may make it, and its
    /// text is spelled in the byte alphabet as the vocabulary's are.
    @discardableResult
    mutating func add(_ token: AddedToken) -> Int {
        var token = token
        let kind = token.special ? Vocabulary.Kind.control : .userDefined
        let asked = token.id
        if let known = ids[token.bytes] {
            token.id = texts[known].id
            if token.special || known >= vocabularyCount { texts[known].kind = kind }
        } else {
            token.id = freeId()
            ids[token.bytes] = texts.count
            texts.append((token.id, token.bytes, kind))
        }
        highestAdded = max(highestAdded, token.id)
        if asked >= 0, asked != token.id {
            if moved == nil {
                let text = quoted(String(decoding: token.bytes, as: UTF8.self))
                moved = ("the added token \(text) has the id \(token.id), not \(asked) as its entry says", 0)
            }
            moved?.count += 1
        }
        if let place = addedPlaces[token.bytes] {
            added[place] = token
        } else {
            addedPlaces[token.bytes] = added.count
            added.append(token)
        }
        return token.id
    }

    /// Makes the text a control token, its other properties left alone where it is an added token already.
    @discardableResult
    mutating func addControl(_ text: String) -> Int {
        let bytes = Array(text.utf8)
        var token = addedPlaces[bytes].map { added[$0] } ?? AddedToken(id: -1, bytes: bytes, special: true)
        token.special = true
        return add(token)
    }

    private mutating func freeId() -> Int {
        var id = max(vocabularyCount, highestAdded + 1)
        if taken.isEmpty { return id }
        while taken.contains(id) { id += 1 }
        taken.insert(id)
        return id
    }

    /// Places in `texts` by id; −1 where no token has the id, as files of models that were cut down have it.
    private func placesById() throws(TokenizerError) -> [Int] {
        let highest = texts.reduce(0) { max($0, $1.id) }
        if highest > 2 * texts.count + 65_536 { throw .missingId(id: texts.count, count: highest + 1) }
        var byId = [Int](repeating: -1, count: texts.isEmpty ? 0 : highest + 1)
        for (place, token) in texts.enumerated() {
            if byId[token.id] >= 0 {
                throw .duplicateId(id: token.id, first: shown(byId[token.id]), second: shown(place))
            }
            byId[token.id] = place
        }
        return byId
    }

    /// Calls `body` with the text and the kind of every id.
    func forEachId(
        _ body: ([UInt8], Vocabulary.Kind) throws(TokenizerError) -> Void
    ) throws(TokenizerError) {
        for place in try placesById() {
            if place < 0 { try body([], .unused) } else { try body(texts[place].text, texts[place].kind) }
        }
    }

    /// The vocabulary with all tokens in, ready for merges.
    func builder() throws(TokenizerError) -> VocabularyBuilder {
        let byId = try placesById()
        var builder = VocabularyBuilder(count: byId.count, byteCount: 8 * byId.count)
        builder.laterMergeCounts = true
        for place in byId {
            let text = place < 0 ? [] : texts[place].text
            let kind = place < 0 ? Vocabulary.Kind.unused : texts[place].kind
            try text.withUnsafeBufferPointer { text throws(TokenizerError) in try builder.append(text, kind: kind) }
        }
        try builder.finishTokens(mergesReachAdded: false)
        return builder
    }

    /// What is to be said of the ids once all tokens are in.
    var holesNote: String? {
        let holes = texts.reduce(0) { max($0, $1.id + 1) } - texts.count
        return holes > 0 ? "\(holes) \(holes == 1 ? "id has" : "ids have") no token" : nil
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
