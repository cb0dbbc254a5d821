// How many steps a file may put one after the other, and how much longer a text may become by them: a few replacements in a
// row make a gigabyte of a line.

enum StepChain {
    /// The most steps of a normalizer, a pre-tokenizer or a decoder, those of sequences in sequences counted together. Real
    /// files have ten at most. Steps that rewrite a part call each other, so the stack bounds them too.
    static let longest = 64

    static func check(_ count: Int, _ what: String) throws(TokenizerError) {
        if count <= longest { return }
        throw .unsupported(
            what: what, value: "of more than \(longest) steps", supported: "\(longest) steps in a row at most")
    }
}

enum Growth {
    /// The most bytes that all steps together may make of one. Real files stay below 3,000: form KC makes 11 of one,
    /// SentencePiece's table 33.
    static let most = 4096

    /// The bytes that one of `old` becomes, where `old` becomes `new`.
    static func of(_ old: [UInt8], _ new: [UInt8]) -> Int {
        old.isEmpty ? 1 : min(max(1, (new.count + old.count - 1) / old.count), 2 * most)
    }

    static func check(_ growth: Int, _ what: String) throws(TokenizerError) {
        if growth <= most { return }
        throw .unsupported(
            what: what, value: "making over \(most) bytes of one", supported: "what makes \(most) bytes of one at most")
    }
}

extension Normalizer.Step {
    /// The most bytes that the step makes of one, up to twice what is allowed. Unicode's forms: Unicode Standard Annex 15,
    /// "Maximum expansion factors".
    var growth: Int {
        switch self {
        case .form(let form): form == .c || form == .d ? 3 : 11
        case .replace(let old, let new): Growth.of(old.text, new)
        // An empty match stands between any two bytes.
        case .replacePattern(_, let new): min(new.count + 1, 2 * Growth.most)
        case .charsmap(let map): min(max(1, map.longest), 2 * Growth.most)
        case .blanks, .spaceHan: 4
        case .lowercase, .base: 3
        // One text in front, whatever the length: what it is counted with is a text of one byte.
        case .prepend(let front): min(front.count + 1, 2 * Growth.most)
        case .stripMarks, .stripAccents, .clean, .strip, .separators: 1
        }
    }
}

extension PreTokenizer.Step {
    /// The same of a step that rewrites the parts.
    var growth: Int {
        switch self {
        case .cut: 1
        case .blankBefore: 2
        // One mark in front, and one for the blank.
        case .markBlanks(let marks): min(max(marks.mark.count, 1) + marks.mark.count, 2 * Growth.most)
        }
    }
}
