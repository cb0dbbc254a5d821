// How long a text may be so that a number of tokens can hold it: told before the text is cut.

extension Tokenizer {
    /// No word of any language has so many bytes.
    private static let generous = 1000
    /// Three bytes at most become one by Unicode's form C (Unicode Standard Annex 15).
    private static let composition = 3

    /// The most bytes of a text that one token may stand for: those of the longest token where all of a text becomes
    /// tokens, byte by byte; else, as unknown words and white space may become little or nothing, 1000 and more.
    ///
    /// - Complexity: O(vocabulary).
    public var mostBytesOfToken: Int {
        let longest = (0..<vocabulary.count).reduce(1) { max($0, vocabulary.span(of: $1).count) }
        let isWhole =
            (UInt8.min...UInt8.max).allSatisfy { vocabulary.id(of: [$0]) != nil } && !added.swallowsSpace
            && normalizer.steps.allSatisfy { $0.keepsAll } && preTokenizer.steps.allSatisfy { $0.keepsAll }
        return max(Self.composition * longest, isWhole ? 0 : Self.generous)
    }
}

extension Normalizer.Step {
    /// Whether a text becomes no shorter but by composition.
    fileprivate var keepsAll: Bool {
        switch self {
        case .form, .prepend: true
        case .replace(let old, let new): new.count >= old.text.count
        case .blanks(_, let merges): !merges
        default: false
        }
    }
}

extension PreTokenizer.Step {
    /// Whether no part of a text is left out; only patterns can do so.
    fileprivate var keepsAll: Bool {
        if case .cut(.pattern) = self { return false }
        return true
    }
}
