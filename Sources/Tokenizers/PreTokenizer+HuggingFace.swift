// The pre-tokenizer of a byte-level vocabulary that a tokenizer.json describes.

internal import JSONText

extension PreTokenizer {
    /// The patterns known by their text: GPT-2's, Llama 3's, Qwen 2's, and a number at a time.
    private static let patterns: [(text: String, split: Split)] = [
        (#"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#, .gpt2(.tokenizers)),
        (
            #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"#
                + #"|\s*[\r\n]+|\s+(?!\S)|\s+"#, .llama3(.tokenizers, digits: 3, longS: true)
        ),
        (
            #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"#
                + #"|\s*[\r\n]+|\s+(?!\S)|\s+"#, .llama3(.tokenizers, digits: 1, longS: true)
        ),
        (#"\p{N}"#, .eachNumber(.tokenizers)),
        (#"\p{N}+"#, .numberRuns(.tokenizers)),
    ]

    /// Reads `pre_tokenizer`: ByteLevel, or a sequence that ends with it.
    init(huggingFace json: JSONValue) throws(TokenizerError) {
        let type = json["type"]?.string
        let parts = type == "Sequence" ? json["pretokenizers"]?.array ?? [] : [json]
        guard parts.last?["type"]?.string == "ByteLevel" else {
            throw .unsupported(
                what: "the pre-tokenizer", value: parts.last?["type"]?.string ?? "null",
                supported: "ByteLevel, or a sequence that ends with ByteLevel")
        }
        self.init()
        for part in parts.dropLast() { steps.append(.cut(try Self.split(part))) }
        if parts.last?["add_prefix_space"]?.bool ?? true { steps.append(.blankBefore) }
        if parts.last?["use_regex"]?.bool ?? true { steps.append(.cut(.gpt2(.tokenizers))) }
    }

    private static func split(_ json: JSONValue) throws(TokenizerError) -> Split {
        switch json["type"]?.string {
        case "Digits":
            let one = json["individual_digits"]?.bool ?? false
            return one ? .eachNumber(.tokenizersDigits) : .numberRuns(.tokenizersDigits)
        case "Split":
            // These patterns match all of a text but the numbers' two, so "isolated" is the only way of cutting that
            // keeps everything; "removed" with `invert` is the same for a pattern that matches all.
            guard let text = json["pattern"]?["Regex"]?.string,
                let known = patterns.first(where: { $0.text == text })
            else {
                let text = json["pattern"]?["Regex"]?.string ?? json["pattern"]?["String"]?.string ?? "none"
                throw .unsupported(
                    what: "the split pattern", value: text,
                    supported: "those of GPT-2, Llama 3, Qwen 2; \\p{N}; \\p{N}+")
            }
            let behavior = json["behavior"]?.string ?? ""
            let inverted = json["invert"]?.bool ?? false
            let matchesAll = known.text.hasSuffix(#"\s+"#)
            guard behavior == "Isolated" && !inverted || behavior == "Removed" && inverted && matchesAll else {
                throw .unsupported(
                    what: "the split behaviour", value: behavior + (inverted ? ", inverted" : ""),
                    supported: "Isolated")
            }
            return known.split
        case let other:
            throw .unsupported(
                what: "the pre-tokenizer", value: other ?? "without a type", supported: "ByteLevel, Digits, Split")
        }
    }
}
