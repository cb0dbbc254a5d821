// WordPiece vocabularies from a tokenizer.json, from a vocab.txt and from the metadata of a GGUF file. Ids are those of the
// `tokenizers` library for the first two, of llama.cpp for the third.

internal import JSONText
internal import ModelFiles

extension Tokenizer {
    /// Builds the tokenizer that a `tokenizer.json` describes.
    static func wordPiece(tokenizerJSON json: JSONValue, tokens: FolderTokens) throws(TokenizerError) -> Tokenizer {
        let settings = json["model"] ?? .null
        let place = "tokenizer.json: model."
        let mark = settings["continuing_subword_prefix"]?.string ?? "##"
        if mark.utf8.count > WordPieceModel.longestMark {
            throw .unsupported(
                what: "model.continuing_subword_prefix", value: mark,
                supported: "\(WordPieceModel.longestMark) bytes at most")
        }
        // Without a decoder, words are joined by blanks all the same.
        var decoder = try TokenDecoder(json["decoder"] ?? .null)
        if decoder.steps.isEmpty { decoder = TokenDecoder(continuationMark: mark, joinsSigns: false) }
        let file = try CharacterFile(json, tokens, fallback: false, decoder: decoder)
        var model = WordPieceModel(beginningMark: [], continuationMark: Array(mark.utf8))
        let unknown = settings["unk_token"]?.string ?? "[UNK]"
        model.unknown = try file.unknown(unknown)
        if let most = settings["max_input_chars_per_word"] {
            guard let most = most.int, most >= 0 else {
                throw .malformed(place: place + "max_input_chars_per_word", expected: "a whole number")
            }
            model.longestWord = most
        } else {
            model.longestWord = 100
        }
        let spelled = file.builder.spelled
        for id in 0..<spelled.count where spelled.kinds[id] == .normal {
            model.insert(spelled.bytes[spelled.span(of: id)], UInt32(id))
        }
        let pre = try PreTokenizer(huggingFace: json["pre_tokenizer"] ?? .null)
        return try file.tokenizer(pre, tokens) { [model] in WordPieceEncoder(model, recording: $0) }
    }

    /// Reads a folder's vocab.txt, a token a line: what BERT's own program reads. Nil where there is none.
    static func wordPiece(folder: ModelFolder, tokens: FolderTokens) throws(TokenizerError) -> Tokenizer? {
        guard let file = folder.file(.wordPieces) else { return nil }
        let lines = try listedLines(file.bytes, of: "vocab.txt").map { String($0) }
        let settings = folder.tokenizerConfiguration
        return try wordPiece(
            tokenizerJSON: description(of: lines, settings.map { JSONValue.object($0.values) } ?? .null, tokens),
            tokens: tokens)
    }

    /// The tokenizer.json that says what a vocab.txt and a tokenizer_config.json say.
    private static func description(
        of lines: [String], _ settings: JSONValue, _ tokens: FolderTokens
    ) throws(TokenizerError) -> JSONValue {
        func pair(_ name: String, _ usual: String) throws(TokenizerError) -> JSONValue {
            let text = tokens.token(name) ?? usual
            guard let id = lines.lastIndex(where: { $0.utf8.elementsEqual(text.utf8) }) else {
                throw .malformed(place: "vocab.txt: the token \(quoted(text))", expected: "in the list")
            }
            return .array([.string(text), .number("\(id)")])
        }
        func object(_ members: [(String, JSONValue)]) -> JSONValue {
            var object = JSONObject()
            for (key, value) in members { _ = object.append(key, value) }
            return .object(object)
        }
        let (cls, sep) = (try pair("cls_token", "[CLS]"), try pair("sep_token", "[SEP]"))
        var special: [JSONValue] = []
        for (name, usual) in [("unk_token", "[UNK]"), ("pad_token", "[PAD]"), ("mask_token", "[MASK]")] {
            let text = tokens.token(name) ?? usual
            if lines.contains(where: { $0.utf8.elementsEqual(text.utf8) }) { special.append(try pair(name, usual)) }
        }
        let entries = (special + [cls, sep]).map { entry in
            object([
                ("id", entry.array![1]), ("content", entry.array![0]), ("special", .bool(true)),
            ])
        }
        return object([
            ("added_tokens", .array(entries)),
            (
                "normalizer",
                object([
                    ("type", .string("BertNormalizer")), ("clean_text", .bool(true)),
                    ("handle_chinese_chars", settings["tokenize_chinese_chars"] ?? .bool(true)),
                    ("strip_accents", settings["strip_accents"] ?? .null),
                    ("lowercase", settings["do_lower_case"] ?? .bool(true)),
                ])
            ),
            ("pre_tokenizer", object([("type", .string("BertPreTokenizer"))])),
            ("post_processor", object([("type", .string("BertProcessing")), ("cls", cls), ("sep", sep)])),
            ("decoder", object([("type", .string("WordPiece"))])),
            (
                "model",
                object([
                    ("type", .string("WordPiece")), ("unk_token", .string(tokens.token("unk_token") ?? "[UNK]")),
                    ("vocab", .array(lines.map { .array([.string($0), .number("0")]) })),
                ])
            ),
        ])
    }

    /// Reads the fields `tokenizer.ggml.*` of a file whose `model` is `bert`. There a token that begins a word has "▁"
    /// before it, and one that goes on has nothing. As in llama.cpp, every text is put in lower case, its accents gone.
    static func wordPiece(gguf file: GGUFFile) throws(TokenizerError) -> Tokenizer {
        let tokens = try GGUFTokens(file)
        var builder = SpelledTokens()
        var model = WordPieceModel(beginningMark: blankMark, continuationMark: [])
        let isText = { (kind: Vocabulary.Kind) in kind == .normal || kind == .userDefined || kind == .unused }
        for id in 0..<tokens.texts.count {
            let (text, kind) = (tokens.texts[id], tokens.kinds[id])
            try builder.append(
                text, kind: kind,
                standsFor: isText(kind) && text.starts(with: blankMark)
                    ? [UInt8(ascii: " ")] + text.dropFirst(blankMark.count) : Array(text))
            if isText(kind) { model.insert(text, UInt32(id)) }
        }
        try builder.finish(isText: isText)
        // Where the file names none, these are llama.cpp's: the places in BERT's own vocabulary.
        model.unknown = try tokens.id("unknown", or: 100)
        if let unknown = model.unknown, !(0..<tokens.texts.count).contains(unknown) {
            throw .idOutOfRange(what: "unknown token", id: unknown, count: tokens.texts.count)
        }
        var separator = try tokens.id("seperator")  // the format's own spelling
        if separator == nil { separator = try tokens.id("eos", or: 102) }
        var tokenizer = try Tokenizer(
            vocabulary: builder.vocabulary, added: try tokens.added(),
            normalizer: Normalizer(steps: [
                .base(.llamaCpp), .clean(.llamaCpp, spacesFirst: true), .spaceHan, .lowercase,
            ]),
            preTokenizer: .bert(.llamaCpp), bos: try tokens.id("bos", or: 101), eos: separator,
            pieceEncoder: { [model] in WordPieceEncoder(model, recording: $0) })
        try tokens.finish(&tokenizer, addsBegin: true, addsEnd: true)
        tokenizer.strippedBlanks = 1
        return tokenizer
    }
}
