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

    /// Whether a tokenizer.json has its text spelled in bytes: the pre-tokenizer ByteLevel is in it.
    static func isByteLevel(_ json: JSONValue) -> Bool {
        parts(json["pre_tokenizer"] ?? .null).contains { $0["type"]?.string == "ByteLevel" }
    }

    private static func parts(_ json: JSONValue) -> [JSONValue] {
        if json.isNull { return [] }
        return json["type"]?.string == "Sequence" ? (json["pretokenizers"]?.array ?? []).flatMap { parts($0) } : [json]
    }

    /// Reads `pre_tokenizer`: null, one of the kinds, or a sequence of them, in which ByteLevel is the last.
    init(huggingFace json: JSONValue) throws(TokenizerError) {
        self.init()
        let parts = Self.parts(json)
        for (place, part) in parts.enumerated() {
            switch part["type"]?.string {
            case "ByteLevel":
                if place != parts.count - 1 {
                    throw .unsupported(
                        what: "the pre-tokenizer", value: "ByteLevel before others", supported: "ByteLevel as the last")
                }
                if part["add_prefix_space"]?.bool ?? true { steps.append(.blankBefore) }
                if part["use_regex"]?.bool ?? true { steps.append(.cut(.gpt2(.tokenizers))) }
            case "Metaspace": try addMetaspace(part)
            default: steps.append(.cut(try Self.split(part)))
            }
        }
    }

    private mutating func addMetaspace(_ json: JSONValue) throws(TokenizerError) {
        let mark = json["replacement"]?.string ?? "▁"
        let scheme = json["prepend_scheme"]?.string ?? (json["add_prefix_space"]?.bool == false ? "never" : "always")
        guard let prepend = BlankMarks.Prepending(rawValue: scheme) else {
            throw .unsupported(
                what: "the prepend_scheme of Metaspace", value: scheme, supported: "always, first, never")
        }
        let marks = BlankMarks(mark: Array(mark.utf8), prepend: prepend)
        steps.append(.markBlanks(marks))
        if json["split"]?.bool ?? true { steps.append(.cut(.before(marks.mark))) }
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
                what: "the pre-tokenizer", value: other ?? "without a type",
                supported: "null, ByteLevel, Metaspace, Digits, Split, a Sequence of them")
        }
    }
}
