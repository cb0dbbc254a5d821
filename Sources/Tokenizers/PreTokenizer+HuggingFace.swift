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

    /// What a sequence holds, sequences within it opened; none beyond what makes a chain too long.
    private static func parts(_ json: JSONValue) -> [JSONValue] {
        if json.isNull { return [] }
        guard json["type"]?.string == "Sequence" else { return [json] }
        var all: [JSONValue] = []
        for part in json["pretokenizers"]?.array ?? [] where all.count <= StepChain.longest { all += parts(part) }
        return all
    }

    /// Reads `pre_tokenizer`: null, one of the kinds, or a sequence of them, in which ByteLevel is the last.
    init(huggingFace json: JSONValue) throws(TokenizerError) {
        self.init()
        let parts = Self.parts(json)
        try StepChain.check(parts.count, "the pre-tokenizer")
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
            case "BertPreTokenizer": steps += PreTokenizer.bert(.tokenizersPunctuation).steps
            default: steps.append(.cut(try Self.split(part)))
            }
        }
        try Growth.check(steps.reduce(1) { min($0 * $1.growth, 2 * Growth.most) }, "the pre-tokenizer")
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
        if json["split"]?.bool ?? true { steps.append(.cut(.before(TextSearch(marks.mark)))) }
    }

    private static func split(_ json: JSONValue) throws(TokenizerError) -> Split {
        switch json["type"]?.string {
        case "Digits":
            let one = json["individual_digits"]?.bool ?? false
            return one ? .eachNumber(.tokenizersDigits) : .numberRuns(.tokenizersDigits)
        case "Split":
            let inverted = json["invert"]?.bool ?? false
            guard let behavior = PatternSplit.Behavior(rawValue: json["behavior"]?.string ?? "") else {
                throw .unsupported(
                    what: "the split behaviour", value: json["behavior"]?.string ?? "none",
                    supported: "Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous")
            }
            guard let text = json["pattern"]?["Regex"]?.string else {
                guard let literal = json["pattern"]?["String"]?.string, !literal.isEmpty else {
                    throw .malformed(place: "tokenizer.json: a Split's pattern", expected: "a Regex or a String")
                }
                return .pattern(
                    PatternSplit(
                        program: try PatternProgram.read(literal, literal: true), limit: .tokenizers,
                        behavior: behavior, inverted: inverted))
            }
            // The known patterns match all of a text but the numbers' two: for those "removed" with `invert` is the same as
            // "isolated".
            if let known = patterns.first(where: { $0.text == text }),
                behavior == .isolated && !inverted || behavior == .removed && inverted && text.hasSuffix(#"\s+"#)
            {
                return known.split
            }
            guard case .pattern(var split) = try Split.pattern(text, .tokenizers) else { return .threeDigits }
            (split.behavior, split.inverted) = (behavior, inverted)
            return .pattern(split)
        case "Whitespace": return .wordsAndSigns
        case "WhitespaceSplit": return .each(ScalarSet([.space]), .removed)
        case "CharDelimiterSplit":
            guard let delimiter = json["delimiter"]?.string?.unicodeScalars, delimiter.count == 1 else {
                throw .malformed(place: "tokenizer.json: CharDelimiterSplit.delimiter", expected: "one character")
            }
            return .each(ScalarSet(delimiter.map { .range($0.value, $0.value) }), .removed)
        case "Punctuation":
            guard let behavior = PatternSplit.Behavior(rawValue: json["behavior"]?.string ?? "Isolated") else {
                throw .unsupported(
                    what: "the behaviour of Punctuation", value: json["behavior"]?.string ?? "none",
                    supported: "Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous")
            }
            return .each(ScalarSet(Self.signs), behavior, .tokenizersPunctuation)
        case let other:
            throw .unsupported(
                what: "the pre-tokenizer", value: other ?? "without a type",
                supported:
                    "null, ByteLevel, Metaspace, Digits, Split, Whitespace, WhitespaceSplit, CharDelimiterSplit, "
                    + "Punctuation, BertPreTokenizer, a Sequence of them")
        }
    }

    /// Punctuation, and the symbols of ASCII.
    static let signs: [ScalarSet.Member] =
        [.categories(0b111_1111 << 11)]
        + [(0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)].map { .range($0, $1) }
}
