// What all kinds of tokenizers read of a GGUF file: the fields `tokenizer.ggml.*`.

internal import ModelFiles

/// The tokens of a GGUF file with their types, and the ids of those that have a role.
struct GGUFTokens {
    static let prefix = "tokenizer.ggml."
    let texts: GGUFStringArray
    /// What each token is for; a text that is known to mean something means it whatever its type.
    let kinds: [Vocabulary.Kind]
    let known: KnownTexts
    let addsBegin: Bool?
    let addsEnd: Bool?
    private let file: GGUFFile
    private let retyped: [Int]

    init(_ file: GGUFFile) throws(TokenizerError) {
        self.file = file
        texts = try Self.list("tokens", of: file)
        guard (1...Vocabulary.maximumCount).contains(texts.count) else { throw .badTokenCount(texts.count) }
        let (types, begin, end) = try reading { () throws(ModelFileError) in
            (
                try file.integers(Self.prefix + "token_type") ?? [], try file.bool(Self.prefix + "add_bos_token"),
                try file.bool(Self.prefix + "add_eos_token")
            )
        }
        guard types.isEmpty || types.count == texts.count else {
            throw .wrongCount(what: "token types", count: types.count, expected: texts.count)
        }
        addsBegin = begin
        addsEnd = end
        let texts = texts
        known = KnownTexts.of(texts.count) { texts[$0] }
        var kinds: [Vocabulary.Kind] = []
        var retyped: [Int] = []
        for id in 0..<texts.count {
            let kind = try Self.kind(types.isEmpty ? 1 : types[id], of: id)
            let meant = known.kind(of: id) ?? kind
            if meant == .control, kind != .control { retyped.append(id) }
            kinds.append(meant)
        }
        self.kinds = kinds
        self.retyped = retyped
    }

    /// A list of texts that must be there.
    static func list(_ key: String, of file: GGUFFile) throws(TokenizerError) -> GGUFStringArray {
        guard let texts = try reading({ () throws(ModelFileError) in try file.strings(prefix + key) }) else {
            throw .malformed(place: prefix + key, expected: "a list of texts")
        }
        return texts
    }

    static func kind(_ type: Int, of id: Int) throws(TokenizerError) -> Vocabulary.Kind {
        guard let kind = UInt8(exactly: type).flatMap({ Vocabulary.Kind(rawValue: $0) }) else {
            throw .badKind(id: id, value: type)
        }
        return kind
    }

    /// The scores, one a token; all 0 where the file has none.
    func scores() throws(TokenizerError) -> [Float] {
        let key = Self.prefix + "scores"
        let file = file
        guard let scores = try reading({ () throws(ModelFileError) in try file.floats(key) }) else {
            return [Float](repeating: 0, count: texts.count)
        }
        if scores.count != texts.count {
            throw .wrongCount(what: "scores", count: scores.count, expected: texts.count)
        }
        if let id = scores.firstIndex(where: { !$0.isFinite }) {
            throw .malformed(place: "\(key)[\(id)]", expected: "a finite number")
        }
        return scores
    }

    /// The id of the token with a role ("bos"), or `fallback` where the file names none and the vocabulary has that one.
    func id(_ role: String, or fallback: Int? = nil) throws(TokenizerError) -> Int? {
        let (file, key) = (file, Self.prefix + role + "_token_id")
        let id = try reading { () throws(ModelFileError) in try file.int(key) }
        return id ?? fallback.flatMap { $0 < texts.count ? $0 : nil }
    }

    /// A text, nil where there is none.
    func string(_ key: String) throws(TokenizerError) -> String? {
        let (file, key) = (file, Self.prefix + key)
        return try reading { () throws(ModelFileError) in try file.string(key) }
    }

    /// A flag, nil where there is none.
    func flag(_ key: String) throws(TokenizerError) -> Bool? {
        let (file, key) = (file, Self.prefix + key)
        return try reading { () throws(ModelFileError) in try file.bool(key) }
    }

    /// The tokens that are matched as they stand. In files of Phi 3, known by the model's name, most of them swallow the
    /// white space to their right.
    func added() throws(TokenizerError) -> AddedTokens {
        let file = file
        let name = try reading { () throws(ModelFileError) in try file.string("general.name") } ?? ""
        let strips = Self.isPhi3(Array(name.utf8))
        var added: [AddedToken] = []
        for id in 0..<texts.count where [.control, .userDefined, .unknown].contains(kinds[id]) {
            var token = AddedToken(id: id, bytes: Array(texts[id]), special: kinds[id] != .userDefined)
            if strips, !["<unk>", "<s>", "<|endoftext|>"].contains(where: { token.bytes == Array($0.utf8) }) {
                token.rightStrip = true
            }
            added.append(token)
        }
        return AddedTokens(added, rule: .longestFirst)
    }

    /// Whether a model's name has "phi-3" or "phi3" in it, in any case.
    private static func isPhi3(_ name: [UInt8]) -> Bool {
        name.indices.contains { place in
            let rest = name[place...].prefix(5).map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
            return rest.starts(with: "phi-3".utf8) || rest.starts(with: "phi3".utf8)
        }
    }

    /// Gives the tokenizer the tokens around a text, those that end one, the names that templates know, and the notes.
    func finish(_ tokenizer: inout Tokenizer, addsBegin: Bool, addsEnd: Bool) throws(TokenizerError) {
        if self.addsBegin ?? addsBegin, let begin = tokenizer.beginningToken { tokenizer.prefix = [begin] }
        if self.addsEnd ?? addsEnd, let end = tokenizer.endToken { tokenizer.suffix = [end] }
        let named = tokenizer.endToken
        tokenizer.endTokens = (named.map { [$0] } ?? []) + known.ends.filter { $0 != named }
        tokenizer.notes += Self.retypedNotes(retyped) { texts[$0] }
        try tokenizer.readRoles(of: file)
    }

    /// What is to be said of tokens that are control tokens by their texts alone.
    static func retypedNotes(_ ids: [Int], _ text: (Int) -> UnsafeBufferPointer<UInt8>) -> [String] {
        guard let id = ids.first else { return [] }
        let text = quoted(String(decoding: text(id), as: UTF8.self))
        let others = andOthers(ids.count - 1)
        return ["token \(id), \(text), is a control token, though the file types it otherwise" + others]
    }
}

extension Tokenizer {
    /// Reads which further tokens end a text, and the names by which templates know special tokens.
    mutating func readRoles(of file: GGUFFile) throws(TokenizerError) {
        let count = vocabulary.count
        func id(_ role: String) throws(TokenizerError) -> Int? {
            let key = GGUFTokens.prefix + role + "_token_id"
            guard let id = try reading({ () throws(ModelFileError) in try file.int(key) }), (0..<count).contains(id)
            else { return nil }
            return id
        }
        for role in ["eot", "eom", "fim_pad", "fim_rep", "fim_sep"] {
            if let id = try id(role), !endTokens.contains(id) { endTokens.append(id) }
        }
        for (name, key) in [
            ("bos", "bos"), ("eos", "eos"), ("unk", "unknown"), ("sep", "seperator"), ("pad", "padding"),
            ("mask", "mask"),
        ] {
            guard let id = try id(key) else { continue }
            namedTokens.append((name + "_token", String(decoding: bytes(of: id), as: UTF8.self)))
        }
    }
}

extension KnownTexts {
    /// The known texts among `count` tokens.
    static func of(_ count: Int, _ token: (Int) -> UnsafeBufferPointer<UInt8>) -> KnownTexts {
        var candidates: [(id: Int, text: String)] = []
        for id in 0..<count where mayBeKnown(token(id)) {
            candidates.append((id, String(decoding: token(id), as: UTF8.self)))
        }
        return KnownTexts(candidates)
    }

    /// Whether a text begins as those do that mean something by themselves.
    private static func mayBeKnown(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = text.first else { return false }
        return first == UInt8(ascii: "<") || first == UInt8(ascii: "[") || first == UInt8(ascii: "_") || first == 0xE2
    }
}
