// A tokenizer from the files of a Hugging Face folder: tokenizer.json, or vocab.json with merges.txt.
// Called by: whoever opens such a folder. Ids are those of the `tokenizers` library, the reference for this format.

public import JSONText

extension BytePairTokenizer {
    /// Builds the tokenizer that a `tokenizer.json` describes: byte-level BPE, with the pre-tokenizers ByteLevel, Digits
    /// and Split (the patterns of GPT-2, Llama 3 and Qwen 2), added tokens, and a template of first and last tokens.
    ///
    /// Truncation and padding are not read: they shape batches for training, and say nothing about a text's tokens.
    ///
    /// - Parameters:
    ///   - json: the parsed file.
    ///   - bos, eos: the ids of the first and the end token where the folder's other files name them.
    /// - Throws: the first thing that is wrong or not supported.
    public init(tokenizerJSON json: JSONValue, bos: Int? = nil, eos: Int? = nil) throws(TokenizerError) {
        guard let model = json["model"], model.object != nil else {
            throw .malformed(place: "tokenizer.json: model", expected: "an object")
        }
        try Self.checkModel(model)
        try Self.checkAround(json)
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
        try self.init(
            builder, pre, added: AddedTokens(addedTokens, rule: .leftmostLongest), bos: bos, eos: eos)
        prefix = frame.prefix
        suffix = frame.suffix
        ignoreMerges = model["ignore_merges"]?.bool ?? false
        fusesUnknown = model["fuse_unk"]?.bool ?? false
        if let name = model["unk_token"]?.string {
            unknown = list.id(of: name)
            // A name that is no token matters only where some byte has no token either.
            if unknown == nil, vocabulary.idOfByte.contains(Vocabulary.noToken) {
                throw .malformed(place: "tokenizer.json: model.unk_token \(quoted(name))", expected: "a token")
            }
        }
    }

    /// Builds GPT-2's kind of tokenizer from `vocab.json` and `merges.txt`.
    ///
    /// - Parameters:
    ///   - vocabJSON: the parsed `vocab.json`, texts and ids.
    ///   - mergesText: the bytes of `merges.txt`: a line `left right` for each merge, by rank; a first line that begins
    ///     with `#version` is skipped.
    ///   - controlTokens: the texts of the control tokens, all in the vocabulary; nil means `<|endoftext|>` where the
    ///     vocabulary has it.
    public init(
        vocabJSON: JSONValue, mergesText: [UInt8], controlTokens: [String]? = nil, bos: Int? = nil, eos: Int? = nil
    ) throws(TokenizerError) {
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
        lines.removeAll(where: \.isEmpty)
        builder.reserveMerges(lines.count)
        for (rank, line) in lines.enumerated() { try builder.merge(rank: rank, line) }
        let vocabulary = builder.vocabulary
        let added = builder.added.map { AddedToken(id: $0, bytes: vocabulary.bytes(of: $0), special: true) }
        try self.init(
            builder, PreTokenizer([.gpt2(.tokenizers)]), added: AddedTokens(added, rule: .leftmostLongest), bos: bos,
            eos: eos)
    }

    private init(
        _ builder: VocabularyBuilder, _ pre: PreTokenizer, added: AddedTokens, bos: Int?, eos: Int?
    ) throws(TokenizerError) {
        let count = builder.vocabulary.count
        for (what, id) in [("first token", bos), ("end token", eos)] {
            if let id, !(0..<count).contains(id) { throw .idOutOfRange(what: what, id: id, count: count) }
        }
        vocabulary = builder.vocabulary
        preTokenizer = pre
        self.added = added
        beginningToken = bos
        endToken = eos
    }

    private static func checkModel(_ model: JSONValue) throws(TokenizerError) {
        if let type = model["type"], type.string != "BPE" {
            throw .unsupported(what: "the model", value: type.string ?? "", supported: "BPE")
        }
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

    /// The parts around the model that must be empty or of one kind.
    private static func checkAround(_ json: JSONValue) throws(TokenizerError) {
        if let normalizer = json["normalizer"], !normalizer.isNull {
            let parts = normalizer["normalizers"]?.array
            if normalizer["type"]?.string != "Sequence" || parts?.isEmpty != true {
                let name = parts?.first?["type"]?.string ?? normalizer["type"]?.string ?? "without a type"
                throw .unsupported(what: "the normalizer", value: name, supported: "null (the text as it stands)")
            }
        }
        if let decoder = json["decoder"], !decoder.isNull, decoder["type"]?.string != "ByteLevel" {
            throw .unsupported(
                what: "the decoder", value: decoder["type"]?.string ?? "without a type", supported: "ByteLevel")
        }
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
