// A vocabulary of characters from the metadata of a GGUF file. Ids are those of llama.cpp, the reference for this format.

internal import ModelFiles

extension Tokenizer {
    /// Reads the fields `tokenizer.ggml.*` of a file whose `model` is `llama` (merges by the tokens' scores) or `gemma4`
    /// (merges listed, and a piece ends where a line does).
    ///
    /// Two things are not as in llama.cpp: no plain text becomes a control token, and a byte that is no UTF-8 stands for
    /// itself instead of taking the bytes after it along, so that decoding is exact.
    static func characterPair(gguf file: GGUFFile) throws(TokenizerError) -> Tokenizer {
        let tokens = try GGUFTokens(file)
        let isListed = try tokens.string("model") != "llama"
        var builder = SpelledTokens()
        for id in 0..<tokens.texts.count {
            let (text, kind) = (tokens.texts[id], tokens.kinds[id])
            let meant: [UInt8] =
                switch kind {
                case .normal, .unused: blankMarkSearch.replaced(in: text, by: [UInt8(ascii: " ")])
                case .byte: byteSpelled(text).map { [$0] } ?? []
                case .unknown, .control, .userDefined: Array(text)
                }
            try builder.append(text, kind: kind, standsFor: meant)
        }
        try builder.finish { $0 != .control && $0 != .unknown }
        var neighbours = Neighbours()
        for id in 0..<tokens.texts.count where tokens.kinds[id] != .control && tokens.kinds[id] != .unknown {
            neighbours.insert(tokens.texts[id])
        }
        let blank = UInt8(ascii: " ")
        var steps: [Normalizer.Step] = [.replace(TextSearch([blank]), blankMark)]
        if try tokens.flag("add_space_prefix") ?? !isListed { steps.insert(.prepend([blank]), at: 0) }
        let cuts: [PreTokenizer.Split] = (isListed ? [.lineRuns] : []) + [.neighbours(neighbours)]
        let (bos, eos, unknown) =
            isListed
            ? (try tokens.id("bos"), try tokens.id("eos"), try tokens.id("unknown"))
            : (try tokens.id("bos", or: 1), try tokens.id("eos", or: 2), try tokens.id("unknown", or: 0))
        let encoder = try pieceEncoder(builder, tokens, unknown, isListed ? GGUFTokens.list("merges", of: file) : nil)
        var tokenizer = try Tokenizer(
            vocabulary: builder.vocabulary, added: try tokens.added(), normalizer: Normalizer(steps: steps),
            preTokenizer: PreTokenizer(cuts: cuts), bos: bos, eos: eos, pieceEncoder: encoder)
        try tokens.finish(&tokenizer, addsBegin: !isListed, addsEnd: false)
        return tokenizer
    }

    private static func pieceEncoder(
        _ builder: SpelledTokens, _ tokens: GGUFTokens, _ unknown: Int?, _ merges: GGUFStringArray?
    ) throws(TokenizerError) -> @Sendable (Bool) -> any PieceEncoder {
        if let unknown, !(0..<tokens.texts.count).contains(unknown) {
            throw .idOutOfRange(what: "unknown token", id: unknown, count: tokens.texts.count)
        }
        var model = CharacterPairModel(spelled: builder.spelled, idOfByte: builder.idOfByte, unknown: unknown)
        guard let merges else {
            let kinds = tokens.kinds
            let ranks = ScoredOrder.ranks(of: try tokens.scores()) { kinds[$0] != .control && kinds[$0] != .unknown }
            return { [model] recording in
                CharacterPairEncoder(model, ScoredOrder(spelled: model.spelled, ranks: ranks), recording: recording)
            }
        }
        var table = CharacterMerges(builder.spelled, count: merges.count)
        for rank in 0..<merges.count {
            let text = merges[rank]
            // The first character is no separator, whatever it is.
            guard let gap = text.dropFirst().firstIndex(of: UInt8(ascii: " ")), gap + 1 < text.count else {
                throw .badMerge(rank: rank, text: String(decoding: text, as: UTF8.self))
            }
            try table.add(
                rank, UnsafeBufferPointer(rebasing: text[..<gap]), UnsafeBufferPointer(rebasing: text[(gap + 1)...]),
                replacing: false)
        }
        model.keepsLineFeeds = true
        return { [model, pairs = table.pairs] in CharacterPairEncoder(model, pairs, recording: $0) }
    }
}
