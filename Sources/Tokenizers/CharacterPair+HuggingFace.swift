// A vocabulary of characters from a tokenizer.json. Ids are those of the `tokenizers` library, the reference for this format.

internal import JSONText

extension Tokenizer {
    /// Builds the tokenizer that a `tokenizer.json` describes: BPE over characters, with byte fallback where the
    /// vocabulary has bytes.
    static func characterPair(tokenizerJSON json: JSONValue, tokens: FolderTokens) throws(TokenizerError) -> Tokenizer {
        let file = try CharacterFile(json, tokens, fallback: json["model"]?["byte_fallback"]?.bool ?? false)
        let settings = file.model
        for (key, empty) in [("continuing_subword_prefix", ""), ("end_of_word_suffix", "")] {
            if let affix = settings[key]?.string, affix != empty {
                throw .unsupported(what: "model." + key, value: affix, supported: "null")
            }
        }
        if let dropout = settings["dropout"], !dropout.isNull, dropout.double != 0 {
            throw .unsupported(what: "model.dropout", value: "not 0", supported: "null, 0")
        }
        var model = CharacterPairModel(
            spelled: file.builder.spelled, idOfByte: file.builder.idOfByte,
            unknown: try file.unknown(settings["unk_token"]?.string))
        model.fusesUnknown = settings["fuse_unk"]?.bool ?? false
        model.ignoresMerges = settings["ignore_merges"]?.bool ?? false
        let pairs = try merges(settings["merges"], model.spelled)
        var pre = try PreTokenizer(huggingFace: json["pre_tokenizer"] ?? .null)
        if !model.ignoresMerges, file.builder.spellsAllBytes { pre.steps.append(.cut(.neighbours(file.neighbours))) }
        return try file.tokenizer(pre, tokens) { [model] in CharacterPairEncoder(model, pairs, recording: $0) }
    }

    private static func merges(_ json: JSONValue?, _ spelled: Vocabulary) throws(TokenizerError) -> PairTable {
        guard let merges = json?.array else {
            throw .malformed(place: "tokenizer.json: model.merges", expected: "a list")
        }
        var table = CharacterMerges(spelled, count: merges.count)
        for (rank, merge) in merges.enumerated() {
            let sides: [[UInt8]]
            if let text = merge.string {
                if text.hasPrefix("#version") { continue }
                sides = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map {
                    Array($0)
                }
                if sides.count != 2 { throw .badMerge(rank: rank, text: text) }
            } else if let pair = merge.array, pair.count == 2, let left = pair[0].string, let right = pair[1].string {
                sides = [Array(left.utf8), Array(right.utf8)]
            } else {
                throw .malformed(place: "tokenizer.json: merge \(rank)", expected: "\"left right\" or [left, right]")
            }
            try sides[0].withUnsafeBufferPointer { left throws(TokenizerError) in
                try sides[1].withUnsafeBufferPointer { right throws(TokenizerError) in
                    try table.add(rank, left, right, replacing: true)
                }
            }
        }
        return table.pairs
    }
}

/// What all models over characters read of a tokenizer.json: the tokens, the normalizer, the decoder, the frame.
struct CharacterFile {
    let model: JSONValue
    let list: TokenList
    let builder: SpelledTokens
    private let normalizer: Normalizer
    private let decoder: TokenDecoder
    private let frame: Frame

    /// - Parameter fallback: whether `<0x0A>` is what a character without a token is spelled in.
    /// - Parameter decoder: takes the place of the file's.
    init(
        _ json: JSONValue, _ folder: FolderTokens, fallback: Bool, decoder own: TokenDecoder? = nil
    ) throws(TokenizerError) {
        model = json["model"] ?? .null
        normalizer = try Normalizer(huggingFace: json["normalizer"] ?? .null)
        if let own { decoder = own } else { decoder = try TokenDecoder(json["decoder"] ?? .null) }
        var list = try TokenList(model: model)
        try AddedToken.add(json["added_tokens"], to: &list)
        folder.add(to: &list)
        self.list = list
        let (decoder, normalizer) = (decoder, normalizer)
        // A token that is matched in the normalized text stands for all that it takes there, a blank in front included.
        let matched = Set(list.added.filter { $0.normalized }.map { $0.bytes })
        // What all tokens stand for is no longer than a text as long as all of them may become.
        var budget = EncodingBudget(of: list.byteCount)
        builder = try list.spelledTokens(fallback: fallback) { text, kind throws(TokenizerError) in
            let isMatched = matched.contains(text)
            if !isMatched, kind != .normal, kind != .byte { return text }
            let meant = decoder.bytes(of: isMatched ? normalizer.apply(text, &budget) : text, &budget)
            if let refusal = budget.refusal { throw refusal }
            return meant
        }
        frame = try Frame(json["post_processor"] ?? .null, count: builder.spelled.count)
    }

    /// All pairs of characters within tokens that a text can become.
    var neighbours: Neighbours {
        var neighbours = Neighbours()
        let spelled = builder.spelled
        spelled.bytes.withUnsafeBufferPointer { bytes in
            for id in 0..<spelled.count where spelled.kinds[id] == .normal || spelled.kinds[id] == .byte {
                neighbours.insert(UnsafeBufferPointer(rebasing: bytes[spelled.span(of: id)]))
            }
        }
        return neighbours
    }

    /// The id of `model.unk_token`.
    func unknown(_ name: String?) throws(TokenizerError) -> Int? {
        guard let name else { return nil }
        guard let id = list.id(of: name) else {
            throw .malformed(place: "tokenizer.json: model.unk_token \(quoted(name))", expected: "a token")
        }
        return id
    }

    /// The tokenizer, once its encoder is known.
    func tokenizer(
        _ pre: PreTokenizer, _ folder: FolderTokens, _ encoder: @escaping @Sendable (Bool) -> any PieceEncoder
    ) throws(TokenizerError) -> Tokenizer {
        var tokenizer = try Tokenizer(
            vocabulary: builder.vocabulary,
            added: try AddedTokens(list.added, rule: .leftmostLongest, normalizer: normalizer), normalizer: normalizer,
            preTokenizer: pre, bos: folder.token("bos_token").flatMap { list.id(of: $0) },
            eos: folder.token("eos_token").flatMap { list.id(of: $0) }, pieceEncoder: encoder)
        tokenizer.strippedBlanks = decoder.strippedBlanks
        tokenizer.prefix = frame.prefix
        tokenizer.suffix = frame.suffix
        tokenizer.namedTokens = folder.named
        tokenizer.endTokens = endTokensByText(list.added.map { ($0.id, $0.bytes) }, tokenizer.endToken)
        tokenizer.notes = list.notes + [list.holesNote].compactMap { $0 }
        return tokenizer
    }
}

extension TokenList {
    /// Reads `model.vocab`: an object of texts and ids, or a list of texts with their scores, in the order of ids.
    init(model: JSONValue) throws(TokenizerError) {
        let place = "tokenizer.json: model.vocab"
        guard let entries = model["vocab"]?.array else {
            try self.init(vocab: model["vocab"], place: place)
            return
        }
        var texts: [String] = []
        for (id, entry) in entries.enumerated() {
            guard let text = entry.array?.first?.string else {
                throw .malformed(place: "\(place)[\(id)]", expected: "a text and its score")
            }
            texts.append(text)
        }
        self.init(texts: texts, place: place)
    }

    /// All tokens in the order of their ids; `decode` says what a token's text stands for.
    func spelledTokens(
        fallback: Bool, _ decode: ([UInt8], Vocabulary.Kind) throws(TokenizerError) -> [UInt8]
    ) throws(TokenizerError) -> SpelledTokens {
        var tokens = SpelledTokens()
        try forEachId { text, kind throws(TokenizerError) in
            let isByte = fallback && kind == .normal && byteSpelled(text) != nil
            let kind = isByte ? Vocabulary.Kind.byte : kind
            let meant = try decode(text, kind)
            try text.withUnsafeBufferPointer { buffer throws(TokenizerError) in
                try tokens.append(buffer, kind: kind, standsFor: meant)
            }
        }
        try tokens.finish { $0 == .normal || $0 == .byte }
        return tokens
    }
}
