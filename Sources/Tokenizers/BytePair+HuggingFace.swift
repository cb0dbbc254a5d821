// A byte-level vocabulary from a Hugging Face folder: tokenizer.json, or vocab.json with merges.txt. Ids are those of the
// `tokenizers` library, the reference for this format.

internal import JSONText
internal import ModelFiles

extension Tokenizer {
    /// Builds the tokenizer that a `tokenizer.json` describes: byte-level BPE, with the normalizer NFC, the pre-tokenizers
    /// ByteLevel, Digits and Split (the patterns of GPT-2, Llama 3 and Qwen 2), added tokens, and a template of first and
    /// last tokens.
    ///
    /// Truncation and padding are not read: they shape batches for training, and say nothing about a text's tokens.
    ///
    /// - Parameters:
    ///   - json: the parsed file.
    ///   - bos: the id of the first token where the folder's other files name it.
    /// - Throws: the first thing that is wrong or not supported.
    static func bytePair(tokenizerJSON json: JSONValue, bos: Int?) throws(TokenizerError) -> Tokenizer {
        let model = json["model"] ?? .null
        try checkModel(model)
        let normalizer = try Normalizer(huggingFace: json["normalizer"] ?? .null)
        try checkDecoder(json["decoder"] ?? .null)
        var list = try TokenList(vocab: model["vocab"], place: "tokenizer.json: model.vocab")
        let addedTokens = try AddedToken.list(json["added_tokens"], into: &list)
        var builder = try list.builder()
        guard let merges = model["merges"]?.array else {
            throw .malformed(place: "tokenizer.json: model.merges", expected: "a list")
        }
        builder.reserveMerges(merges.count)
        for (rank, merge) in merges.enumerated() {
            if let text = merge.string {
                try builder.merge(rank: rank, text[...])
            } else if let pair = merge.array, pair.count == 2, let left = pair[0].string, let right = pair[1].string {
                try builder.merge(rank: rank, left[...], right[...])
            } else {
                throw .malformed(place: "tokenizer.json: merge \(rank)", expected: "\"left right\" or [left, right]")
            }
        }
        let pre = try PreTokenizer(huggingFace: json["pre_tokenizer"] ?? .null)
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
            added: AddedTokens(addedTokens, rule: .leftmostLongest, normalizer: normalizer), normalizer: normalizer,
            bos: bos, eos: nil)
        tokenizer.prefix = frame.prefix
        tokenizer.suffix = frame.suffix
        return tokenizer
    }

    /// Reads the folder's vocab.json and merges.txt; nil where one of them is not there.
    static func bytePair(folder: ModelFolder, bos: Int?) throws(TokenizerError) -> Tokenizer? {
        guard let merges = folder.file(.merges),
            let vocabulary = try reading({ () throws(ModelFileError) in try folder.json(.vocabulary) })
        else { return nil }
        return try bytePair(vocabJSON: vocabulary, mergesText: Array(merges.bytes), bos: bos)
    }

    /// Builds GPT-2's kind of tokenizer from `vocab.json` and `merges.txt`.
    ///
    /// - Parameters:
    ///   - vocabJSON: the parsed `vocab.json`, texts and ids.
    ///   - mergesText: the bytes of `merges.txt`: a line `left right` for each merge, by rank; a first line that begins
    ///     with `#version` is skipped.
    ///   - controlTokens: the texts of the control tokens, all in the vocabulary; nil means `<|endoftext|>` where the
    ///     vocabulary has it.
    static func bytePair(
        vocabJSON: JSONValue, mergesText: [UInt8], controlTokens: [String]? = nil, bos: Int? = nil
    ) throws(TokenizerError) -> Tokenizer {
        var list = try TokenList(vocab: vocabJSON, place: "vocab.json")
        for text in controlTokens ?? ["<|endoftext|>"] {
            if let id = list.id(of: text) {
                try list.add(text, id: id, kind: .control)
            } else if controlTokens != nil {
                throw .malformed(place: "vocab.json: the control token \(quoted(text))", expected: "in the vocabulary")
            }
        }
        var builder = try list.builder()
        guard let text = String(validating: mergesText, as: UTF8.self) else {
            throw .malformed(place: "merges.txt", expected: "UTF-8 text")
        }
        // Split at line feeds as bytes: to `Character`, a carriage return and a line feed are one.
        var lines = text.utf8.split(separator: UInt8(ascii: "\n")).map { Substring($0) }
        for i in lines.indices where lines[i].utf8.last == UInt8(ascii: "\r") { lines[i].unicodeScalars.removeLast() }
        if lines.first?.hasPrefix("#version") == true { lines.removeFirst() }
        lines.removeAll { $0.isEmpty }
        builder.reserveMerges(lines.count)
        for (rank, line) in lines.enumerated() { try builder.merge(rank: rank, line) }
        let vocabulary = builder.vocabulary
        let added = builder.added.map { AddedToken(id: $0, bytes: vocabulary.bytes(of: $0), special: true) }
        return try bytePair(
            vocabulary, builder.model, PreTokenizer(cuts: [.gpt2(.tokenizers)]),
            added: AddedTokens(added, rule: .leftmostLongest), bos: bos, eos: nil)
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
    /// Reads `added_tokens`, marking each in the list of tokens.
    static func list(_ json: JSONValue?, into list: inout TokenList) throws(TokenizerError) -> [AddedToken] {
        guard let json, !json.isNull else { return [] }
        guard let entries = json.array else {
            throw .malformed(place: "tokenizer.json: added_tokens", expected: "a list")
        }
        var tokens: [AddedToken] = []
        for (place, entry) in entries.enumerated() {
            guard let content = entry["content"]?.string, !content.isEmpty else {
                throw .malformed(place: "tokenizer.json: added_tokens[\(place)].content", expected: "a text")
            }
            let id = try TokenList.id(entry["id"], of: "tokenizer.json: added_tokens[\(place)].id")
            let special = entry["special"]?.bool ?? false
            try list.add(content, id: id, kind: special ? .control : .userDefined)
            tokens.append(
                AddedToken(
                    id: id, bytes: Array(content.utf8), special: special,
                    singleWord: entry["single_word"]?.bool ?? false, leftStrip: entry["lstrip"]?.bool ?? false,
                    rightStrip: entry["rstrip"]?.bool ?? false, normalized: entry["normalized"]?.bool ?? !special))
        }
        return tokens
    }
}
