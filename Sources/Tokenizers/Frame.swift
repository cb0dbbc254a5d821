// The tokens that a tokenizer.json wants around a text: its post-processor.

internal import JSONText

/// The tokens that a post-processor puts around a text.
struct Frame {
    var prefix: [Int] = []
    var suffix: [Int] = []
    /// The most tokens around a text. Real files have one or two on a side, an image's or a prompt's some hundreds.
    private static let longest = 1024

    /// Reads `post_processor`. `count` is the size of the vocabulary.
    init(_ json: JSONValue, count: Int) throws(TokenizerError) {
        if json.isNull { return }
        switch json["type"]?.string {
        case "ByteLevel": break  // It moves offsets only, and ours count bytes.
        case "Sequence":
            for part in json["processors"]?.array ?? [] {
                let inner = try Frame(part, count: count)
                prefix = inner.prefix + prefix
                suffix += inner.suffix
                try check(more: 0)
            }
        case "TemplateProcessing": try readTemplate(json, count: count)
        case "BertProcessing", "RobertaProcessing":
            prefix = [try Self.id(json["cls"], "cls", count)]
            suffix = [try Self.id(json["sep"], "sep", count)]
        case let other:
            throw .unsupported(
                what: "the post-processor", value: other ?? "without a type",
                supported: "ByteLevel, TemplateProcessing, BertProcessing, RobertaProcessing, a Sequence of them")
        }
    }

    /// The id in a pair of a token's text and its id.
    private static func id(_ pair: JSONValue?, _ name: String, _ count: Int) throws(TokenizerError) -> Int {
        let id = try TokenList.id(pair?.array?.last, of: "tokenizer.json: post_processor.\(name): the id")
        if id >= count { throw .idOutOfRange(what: "post-processor's \(name)", id: id, count: count) }
        return id
    }

    /// Before so many are added to the tokens that there are.
    private func check(more count: Int) throws(TokenizerError) {
        if prefix.count + suffix.count + count <= Self.longest { return }
        throw .unsupported(
            what: "the post-processor", value: "with over \(Self.longest) tokens",
            supported: "\(Self.longest) tokens around a text at most")
    }

    private mutating func readTemplate(_ json: JSONValue, count: Int) throws(TokenizerError) {
        let place = "tokenizer.json: post_processor"
        guard let items = json["single"]?.array else { throw .malformed(place: place + ".single", expected: "a list") }
        var sequences = 0
        for item in items {
            if item["Sequence"] != nil {
                sequences += 1
                continue
            }
            guard let name = item["SpecialToken"]?["id"]?.string,
                let ids = json["special_tokens"]?[name]?["ids"]?.array
            else {
                throw .malformed(place: place + ".single", expected: "the text and special tokens that are listed")
            }
            try check(more: ids.count)
            for value in ids {
                let id = try TokenList.id(value, of: place + ": an id of \(quoted(name))")
                if id >= count { throw .idOutOfRange(what: "template's \(quoted(name))", id: id, count: count) }
                if sequences == 0 { prefix.append(id) } else { suffix.append(id) }
            }
        }
        if sequences != 1 { throw .malformed(place: place + ".single", expected: "a list with the text in it once") }
    }
}
