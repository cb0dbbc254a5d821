// A unigram vocabulary from a tokenizer.json. Ids are those of the `tokenizers` library, the reference for this format.

internal import JSONText

extension Tokenizer {
    /// Builds the tokenizer that a `tokenizer.json` describes: a unigram model, with byte fallback where the vocabulary has
    /// bytes.
    static func unigram(tokenizerJSON json: JSONValue, tokens: FolderTokens) throws(TokenizerError) -> Tokenizer {
        let file = try CharacterFile(json, tokens, fallback: json["model"]?["byte_fallback"]?.bool ?? false)
        let place = "tokenizer.json: model."
        guard let entries = file.model["vocab"]?.array else {
            throw .malformed(place: place + "vocab", expected: "a list of texts and scores")
        }
        var scores: [Double] = []
        // Sums of as many scores as a text has characters stay finite; those of real vocabularies are below a hundred.
        let largestScore = 1e30
        for (id, entry) in entries.enumerated() {
            guard let score = entry.array?.last?.double, abs(score) <= largestScore,
                entry.array?.count == 2
            else {
                throw .malformed(place: "\(place)vocab[\(id)]", expected: "a text and its score")
            }
            scores.append(score)
        }
        var unknown: Int?
        if let value = file.model["unk_id"], !value.isNull {
            unknown = try TokenList.id(value, of: place + "unk_id")
            if let id = unknown, id >= scores.count {
                throw .idOutOfRange(what: "unknown token", id: id, count: scores.count)
            }
        }
        let spelled = file.builder.spelled
        var trie = ByteTrie(byteCount: spelled.bytes.count)
        for id in scores.indices where spelled.kinds[id] == .normal || spelled.kinds[id] == .byte {
            trie.insert(spelled.bytes(of: id), UInt32(id))
        }
        let model = UnigramModel(
            trie: trie, scores: scores, unknownScore: (scores.min() ?? 0) - UnigramModel.unknownPenalty,
            unknown: unknown,
            idOfByte: file.builder.idOfByte)
        let pre = try PreTokenizer(huggingFace: json["pre_tokenizer"] ?? .null)
        return try file.tokenizer(pre, tokens) { UnigramEncoder(model, recording: $0) }
    }
}
