// A byte-level vocabulary from the metadata of a GGUF file. Ids are those of llama.cpp, the reference for this format.

internal import ModelFiles

extension Tokenizer {
    /// Reads the fields `tokenizer.ggml.*` of a file whose `model` is `gpt2`.
    static func bytePair(gguf file: GGUFFile) throws(TokenizerError) -> Tokenizer {
        let prefix = GGUFTokens.prefix
        // Some name a pre-tokenizer of vocabularies that are written in characters.
        let named = try reading { () throws(ModelFileError) in try file.string(prefix + "pre") }
        if let named, ["gemma4", "granite-embed-multi-311m", "sarvam-moe"].contains(named) {
            return try characterPair(gguf: file)
        }
        let tokens = try GGUFTokens.list("tokens", of: file)
        let merges = try GGUFTokens.list("merges", of: file)
        let (types, pre, addBOS, addEOS) = try reading { () throws(ModelFileError) in
            (
                try file.integers(prefix + "token_type") ?? [], try file.string(prefix + "pre") ?? "",
                try file.bool(prefix + "add_bos_token"), try file.bool(prefix + "add_eos_token")
            )
        }
        func id(_ name: String) throws(TokenizerError) -> Int? {
            try reading { () throws(ModelFileError) in try file.int(prefix + name + "_token_id") }
        }
        var tokenizer = try bytePair(
            tokenCount: tokens.count, token: { tokens[$0] }, types: types, mergeCount: merges.count,
            merge: { merges[$0] }, preTokenizer: pre.isEmpty ? "default" : pre, bos: try id("bos"), eos: try id("eos"),
            addBOS: addBOS, addEOS: addEOS)
        try tokenizer.readRoles(of: file)
        if pre.isEmpty {
            tokenizer.notes.append(
                "\(prefix)pre is missing: the pre-tokenizer \"default\" is used, and the tokens may not be those that the "
                    + "model was trained on")
        }
        return tokenizer
    }

    /// The merges of the file in their order, into the tables of one that is being made.
    ///
    /// A function of its own: within the one that calls it, the compiler chose its registers by the folder it was built in.
    private static func readMerges(
        _ count: Int, _ merge: (Int) -> UnsafeBufferPointer<UInt8>, into builder: inout VocabularyBuilder
    ) throws(TokenizerError) {
        builder.reserveMerges(count)
        for rank in 0..<count {
            let text = merge(rank)
            // The parts have no blank in them; the first character is no separator, whatever it is.
            guard let gap = text.dropFirst().firstIndex(of: UInt8(ascii: " ")), gap + 1 < text.count else {
                throw .badMerge(rank: rank, text: String(decoding: text, as: UTF8.self))
            }
            try builder.merge(
                rank: rank, UnsafeBufferPointer(rebasing: text[..<gap]),
                UnsafeBufferPointer(rebasing: text[(gap + 1)...]))
        }
    }

    /// The same from the fields themselves.
    ///
    /// - Parameters:
    ///   - tokenCount: the number of tokens, `token` their texts: normal tokens in the byte alphabet (" the" is "Ġthe").
    ///   - types: `token_type`, one a token; empty means that all are normal.
    ///   - mergeCount: the number of merges, `merge` their texts, "left right", by rank.
    ///   - preTokenizer: `pre`, "default" where the file has none.
    ///   - bos, eos: `bos_token_id`, `eos_token_id`.
    ///   - addBOS, addEOS: `add_bos_token`, `add_eos_token`; nil where the file does not say: then the begin token as the
    ///     pre-tokenizer's models do, and no end token.
    /// - Throws: what is wrong with the vocabulary, the first thing found.
    static func bytePair(
        tokenCount: Int, token: (Int) -> UnsafeBufferPointer<UInt8>, types: [Int],
        mergeCount: Int, merge: (Int) -> UnsafeBufferPointer<UInt8>,
        preTokenizer: String, bos: Int? = nil, eos: Int? = nil, addBOS: Bool? = nil, addEOS: Bool? = nil
    ) throws(TokenizerError) -> Tokenizer {
        guard (1...Vocabulary.maximumCount).contains(tokenCount) else { throw .badTokenCount(tokenCount) }
        guard types.isEmpty || types.count == tokenCount else {
            throw .wrongCount(what: "token types", count: types.count, expected: tokenCount)
        }
        let pre = try GGUFPreTokenizer.named(preTokenizer)
        let known = KnownTexts.of(tokenCount, token)
        var builder = VocabularyBuilder(count: tokenCount, byteCount: 8 * tokenCount)
        var retyped: [Int] = []
        for id in 0..<tokenCount {
            let type = types.isEmpty ? 1 : types[id]
            let kind = try GGUFTokens.kind(type, of: id)
            let meant = known.kind(of: id) ?? kind
            if meant == .control, kind != .control { retyped.append(id) }
            try builder.append(token(id), kind: meant)
        }
        try builder.finishTokens(mergesReachAdded: true)
        try readMerges(mergeCount, merge, into: &builder)
        let vocabulary = builder.vocabulary
        var model = builder.model
        model.ignoresMerges = pre.ignoresMerges
        let added = builder.added.map { id in
            AddedToken(
                id: id, bytes: vocabulary.bytes(of: id), special: vocabulary.kinds[id] != .userDefined)
        }
        var tokenizer = try bytePair(
            vocabulary, model, PreTokenizer(cuts: try pre.splits()), added: AddedTokens(added, rule: .longestFirst),
            bos: bos,
            eos: eos)
        if addBOS ?? pre.addsBOS, let bos { tokenizer.prefix = [bos] }
        if addEOS ?? false, let eos { tokenizer.suffix = [eos] }
        tokenizer.endTokens = (eos.map { [$0] } ?? []) + known.ends.filter { $0 != eos }
        tokenizer.notes += GGUFTokens.retypedNotes(retyped, token)
        tokenizer.notes += builder.mergeNotes
        return tokenizer
    }

    /// A tokenizer of this kind from its parts.
    static func bytePair(
        _ vocabulary: Vocabulary, _ model: BytePairModel, _ pre: PreTokenizer, added: AddedTokens,
        normalizer: Normalizer = Normalizer(), bos: Int?, eos: Int?
    ) throws(TokenizerError) -> Tokenizer {
        try Tokenizer(
            vocabulary: vocabulary, added: added, normalizer: normalizer, preTokenizer: pre, bos: bos, eos: eos,
            pieceEncoder: { BytePairEncoder(vocabulary, model, recording: $0) })
    }
}
