// A tokenizer from the metadata of a GGUF file.
// Called by: whoever opens a GGUF model. Ids are those of llama.cpp, the reference for this format.

extension BytePairTokenizer {
    /// Builds the tokenizer from the fields `tokenizer.ggml.*` of a GGUF file whose `model` is `gpt2`.
    ///
    /// - Parameters:
    ///   - tokenCount: the number of tokens, `token` their texts: normal tokens in the byte alphabet (" the" is "Ġthe").
    ///   - types: `token_type`, one a token; empty means that all are normal.
    ///   - mergeCount: the number of merges, `merge` their texts, "left right", by rank.
    ///   - preTokenizer: `pre`, "default" where the file has none.
    ///   - bos, eos: `bos_token_id`, `eos_token_id`.
    ///   - addBOS: `add_bos_token`; nil where the file does not say: then as the pre-tokenizer's models do.
    /// - Throws: what is wrong with the vocabulary, the first thing found.
    public init(
        tokenCount: Int, token: (Int) -> UnsafeBufferPointer<UInt8>, types: [Int],
        mergeCount: Int, merge: (Int) -> UnsafeBufferPointer<UInt8>,
        preTokenizer: String, bos: Int? = nil, eos: Int? = nil, addBOS: Bool? = nil
    ) throws(TokenizerError) {
        guard (1...Vocabulary.maximumCount).contains(tokenCount) else { throw .badTokenCount(tokenCount) }
        guard types.isEmpty || types.count == tokenCount else {
            throw .wrongCount(what: "token types", count: types.count, expected: tokenCount)
        }
        guard let pre = PreTokenizer(ggufName: preTokenizer) else {
            throw .unsupported(what: "the pre-tokenizer", value: preTokenizer, supported: PreTokenizer.ggufNames)
        }
        var builder = VocabularyBuilder(count: tokenCount, byteCount: 8 * tokenCount)
        for id in 0..<tokenCount {
            let type = types.isEmpty ? 1 : types[id]
            guard let kind = UInt8(exactly: type).flatMap(Vocabulary.Kind.init(rawValue:)) else {
                throw .badKind(id: id, value: type)
            }
            try builder.append(token(id), kind: kind)
        }
        try builder.finishTokens(mergesReachAdded: true)
        builder.reserveMerges(mergeCount)
        for rank in 0..<mergeCount {
            let text = merge(rank)
            // The parts have no blank in them; the first character is no separator, whatever it is.
            guard let gap = text.dropFirst().firstIndex(of: UInt8(ascii: " ")), gap + 1 < text.count else {
                throw .badMerge(rank: rank, text: String(decoding: text, as: UTF8.self))
            }
            try builder.merge(
                rank: rank, UnsafeBufferPointer(rebasing: text[..<gap]),
                UnsafeBufferPointer(rebasing: text[(gap + 1)...]))
        }
        for (what, id) in [("first token", bos), ("end token", eos)] {
            if let id, !(0..<tokenCount).contains(id) { throw .idOutOfRange(what: what, id: id, count: tokenCount) }
        }
        vocabulary = builder.vocabulary
        self.preTokenizer = pre
        beginningToken = bos
        endToken = eos
        let isLlama3 = preTokenizer == "llama-bpe"
        if addBOS ?? isLlama3, let bos { prefix = [bos] }
        ignoreMerges = isLlama3
        let kinds = vocabulary.kinds
        let added = builder.added.map { [vocabulary] id in
            AddedToken(id: id, bytes: vocabulary.bytes(of: id), special: kinds[id] != .userDefined)
        }
        self.added = AddedTokens(added, rule: .longestFirst)
    }
}
