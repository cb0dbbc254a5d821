// A unigram vocabulary from the metadata of a GGUF file. Ids are those of llama.cpp, the reference for this format.

internal import ModelFiles

extension Tokenizer {
    /// Reads the fields `tokenizer.ggml.*` of a file whose `model` is `t5`.
    static func unigram(gguf file: GGUFFile) throws(TokenizerError) -> Tokenizer {
        let tokens = try GGUFTokens(file)
        let scores = try tokens.scores()
        var builder = SpelledTokens()
        for id in 0..<tokens.texts.count {
            let (text, kind) = (tokens.texts[id], tokens.kinds[id])
            let isText = kind == .normal || kind == .unused
            try builder.append(
                text, kind: kind,
                standsFor: isText ? blankMarkSearch.replaced(in: text, by: [UInt8(ascii: " ")]) : Array(text))
        }
        let isText = { (kind: Vocabulary.Kind) in kind == .normal || kind == .userDefined || kind == .unused }
        try builder.finish(isText: isText)
        var neighbours = Neighbours()
        neighbours.joinsUnknown = true
        var trie = ByteTrie(byteCount: builder.spelled.bytes.count)
        var lowest = Float.greatestFiniteMagnitude
        for id in 0..<tokens.texts.count where isText(tokens.kinds[id]) {
            neighbours.insert(tokens.texts[id])
            trie.insert(tokens.texts[id], UInt32(id))
            if tokens.kinds[id] == .normal { lowest = min(lowest, scores[id]) }
        }
        let unknown = try tokens.id("unknown", or: 2)
        if let unknown, !(0..<tokens.texts.count).contains(unknown) {
            throw .idOutOfRange(what: "unknown token", id: unknown, count: tokens.texts.count)
        }
        let kinds = tokens.kinds
        let model = UnigramModel(
            trie: trie, scores: scores.indices.map { kinds[$0] == .userDefined ? 0 : Double(scores[$0]) },
            unknownScore: Double(lowest - Float(UnigramModel.unknownPenalty)), unknown: unknown,
            idOfByte: [UInt32](repeating: Vocabulary.noToken, count: 256), continuesSums: true)
        var tokenizer = try Tokenizer(
            vocabulary: builder.vocabulary, added: try tokens.added(), normalizer: try normalizer(tokens, file),
            preTokenizer: PreTokenizer(cuts: [.neighbours(neighbours)]), bos: try tokens.id("bos"),
            eos: try tokens.id("eos", or: 1), pieceEncoder: { UnigramEncoder(model, recording: $0) })
        try tokens.finish(&tokenizer, addsBegin: false, addsEnd: true)
        return tokenizer
    }

    private static func normalizer(_ tokens: GGUFTokens, _ file: GGUFFile) throws(TokenizerError) -> Normalizer {
        var steps: [Normalizer.Step] = []
        let key = GGUFTokens.prefix + "precompiled_charsmap"
        if let numbers = try reading({ () throws(ModelFileError) in try file.integers(key) }), !numbers.isEmpty {
            let bytes = numbers.map { UInt8(truncatingIfNeeded: $0) }
            steps.append(.charsmap(try Charsmap(bytes, byCharacter: false, place: key)))
        }
        steps.append(
            .blanks(
                prepends: try tokens.flag("add_space_prefix") ?? false,
                merges: try tokens.flag("remove_extra_whitespaces") ?? false))
        return Normalizer(steps: steps)
    }
}
