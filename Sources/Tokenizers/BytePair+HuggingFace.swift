// A byte-level vocabulary from a Hugging Face folder: tokenizer.json, or vocab.json with merges.txt. Ids are those of the
// `tokenizers` library, the reference for this format.

internal import JSONText
internal import ModelFiles

extension Tokenizer {
    /// Builds the tokenizer that a `tokenizer.json` describes: byte-level BPE, with any normalizer, pre-tokenizer and
    /// post-processor that is read, as long as the last pre-tokenizer is ByteLevel; added tokens.
    ///
    /// Truncation and padding are not read: they shape batches for training, and say nothing about a text's tokens.
    ///
    /// - Parameters:
    ///   - json: the parsed file.
    ///   - tokens: what the folder's other files say.
    /// - Throws: the first thing that is wrong or not supported.
    static func bytePair(tokenizerJSON json: JSONValue, tokens: FolderTokens) throws(TokenizerError) -> Tokenizer {
        let model = json["model"] ?? .null
        try checkModel(model)
        let normalizer = try Normalizer(huggingFace: json["normalizer"] ?? .null)
        try checkDecoder(json["decoder"] ?? .null)
        var list = try TokenList(vocab: model["vocab"], place: "tokenizer.json: model.vocab")
        try AddedToken.add(json["added_tokens"], to: &list)
        tokens.add(to: &list)
        var builder = try list.builder()
        guard let merges = model["merges"]?.array else {
            throw .malformed(place: "tokenizer.json: model.merges", expected: "a list")
        }
        builder.reserveMerges(merges.count)
        for (rank, merge) in merges.enumerated() {
            if let text = merge.string {
                // The first line of a merges.txt, taken over as it stands.
                if text.hasPrefix("#version") { continue }
                try builder.merge(rank: rank, text[...])
            } else if let pair = merge.array, pair.count == 2, let left = pair[0].string, let right = pair[1].string {
                try builder.merge(rank: rank, left[...], right[...])
            } else {
                throw .malformed(place: "tokenizer.json: merge \(rank)", expected: "\"left right\" or [left, right]")
            }
        }
        var pre = try PreTokenizer(huggingFace: json["pre_tokenizer"] ?? .null)
        // These classes take the blank from their own settings.
        if tokens.kind != nil { pre.setBlankBefore(tokens.blankBefore) }
        let frame = try Frame(json["post_processor"] ?? .null, count: builder.vocabulary.count)
        var encoding = builder.model
        encoding.ignoresMerges = model["ignore_merges"]?.bool ?? false
        encoding.fusesUnknown = model["fuse_unk"]?.bool ?? false
        if let name = model["unk_token"]?.string {
            encoding.unknown = list.id(of: name)
            // A name that is no token matters only where some byte has no token either.
            if encoding.unknown == nil, encoding.idOfByte.contains(Vocabulary.noToken) {
                throw .malformed(place: "tokenizer.json: model.unk_token \(quoted(name))", expected: "a token")
            }
        }
        var tokenizer = try bytePair(
            builder.vocabulary, encoding, pre,
            added: try AddedTokens(list.added, rule: .leftmostLongest, normalizer: normalizer), normalizer: normalizer,
            bos: tokens.token("bos_token").flatMap { list.id(of: $0) },
            eos: tokens.token("eos_token").flatMap { list.id(of: $0) })
        tokenizer.prefix = frame.prefix
        tokenizer.suffix = frame.suffix
        tokenizer.tell(of: tokens, list, builder)
        return tokenizer
    }

    /// Reads the folder's vocab.json and merges.txt; nil where one of them is not there.
    static func bytePair(folder: ModelFolder, tokens: FolderTokens) throws(TokenizerError) -> Tokenizer? {
        guard let merges = folder.file(.merges),
            let vocabulary = try reading({ () throws(ModelFileError) in try folder.json(.vocabulary) })
        else { return nil }
        return try bytePair(vocabJSON: vocabulary, mergesText: merges.bytes, tokens: tokens)
    }

    /// Builds GPT-2's kind of tokenizer from `vocab.json` and `merges.txt`.
    ///
    /// - Parameters:
    ///   - vocabJSON: the parsed `vocab.json`, texts and ids.
    ///   - mergesText: the bytes of `merges.txt`: a line `left right` for each merge, by rank; lines that begin with
    ///     `#version` are skipped.
    ///   - controlTokens: the texts of the control tokens, all in the vocabulary; nil means `<|endoftext|>` where the
    ///     vocabulary has it and `tokens` names none.
    ///   - tokens: what the folder's other files say.
    static func bytePair(
        vocabJSON: JSONValue, mergesText: some Collection<UInt8>, controlTokens: [String]? = nil,
        tokens: FolderTokens = FolderTokens()
    ) throws(TokenizerError) -> Tokenizer {
        var list = try TokenList(vocab: vocabJSON, place: "vocab.json")
        tokens.add(to: &list)
        for text in controlTokens ?? (tokens.named.isEmpty ? ["<|endoftext|>"] : []) {
            if list.id(of: text) != nil {
                list.addControl(text)
            } else if controlTokens != nil {
                throw .malformed(place: "vocab.json: the control token \(quoted(text))", expected: "in the vocabulary")
            }
        }
        var builder = try list.builder()
        var lines = try listedLines(mergesText, of: "merges.txt")
        lines.removeAll { $0.isEmpty || $0.utf8.starts(with: "#version".utf8) }
        builder.reserveMerges(lines.count)
        for (rank, line) in lines.enumerated() { try builder.merge(rank: rank, line) }
        let kind = tokens.kind ?? TokenizerClass.all[0]
        let (bos, eos) = (
            tokens.token("bos_token").flatMap { list.id(of: $0) }, tokens.token("eos_token").flatMap { list.id(of: $0) }
        )
        var tokenizer = try bytePair(
            builder.vocabulary, builder.model, kind.preTokenizer(blankBefore: tokens.blankBefore),
            added: try AddedTokens(list.added, rule: .leftmostLongest, normalizer: kind.normalizer),
            normalizer: kind.normalizer, bos: bos, eos: eos)
        if tokens.addsBegin, let bos { tokenizer.prefix = [bos] }
        if tokens.addsEnd, let eos { tokenizer.suffix = [eos] }
        tokenizer.tell(of: tokens, list, builder)
        if tokens.kind == nil, let name = tokens.className {
            tokenizer.notes.append("without tokenizer.json the class \(name) is read as \(kind.names[0])")
        }
        return tokenizer
    }

    /// Takes over the names of special tokens, the end tokens, and what is to be noted.
    private mutating func tell(of tokens: FolderTokens, _ list: TokenList, _ builder: VocabularyBuilder) {
        namedTokens = tokens.named
        endTokens = endTokensByText(list.added.map { ($0.id, $0.bytes) }, endToken)
        notes = list.notes + [list.holesNote].compactMap { $0 } + builder.mergeNotes
    }

    private static func checkModel(_ model: JSONValue) throws(TokenizerError) {
        if let dropout = model["dropout"], !dropout.isNull, dropout.double != 0 {
            throw .unsupported(what: "model.dropout", value: "not 0", supported: "null, 0")
        }
        for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
            if let affix = model[key]?.string, !affix.isEmpty {
                throw .unsupported(what: "model." + key, value: affix, supported: "null")
            }
        }
        if model["byte_fallback"]?.bool == true {
            throw .unsupported(what: "model.byte_fallback", value: "true", supported: "false")
        }
    }

    private static func checkDecoder(_ decoder: JSONValue) throws(TokenizerError) {
        if decoder.isNull || decoder["type"]?.string == "ByteLevel" { return }
        throw .unsupported(
            what: "the decoder", value: decoder["type"]?.string ?? "without a type", supported: "ByteLevel")
    }
}

extension AddedToken {
    /// Reads `added_tokens` into the list of tokens.
    static func add(_ json: JSONValue?, to list: inout TokenList) throws(TokenizerError) {
        guard let json, !json.isNull else { return }
        guard let entries = json.array else {
            throw .malformed(place: "tokenizer.json: added_tokens", expected: "a list")
        }
        for (number, entry) in entries.enumerated() {
            let place = "tokenizer.json: added_tokens[\(number)]"
            let id = try TokenList.id(entry["id"], of: place + ".id")
            list.add(try AddedToken(entry, id: id, place: place))
        }
    }
}
