// Byte-level byte-pair encoding: text ↔ ids, with the record of how it came to that.
// Called by: the generation session, the tokenize and trace commands.

/// A tokenizer of the GPT-2 kind (Radford et al. 2019): a text is cut into pieces by a pattern, each piece is spelled in
/// bytes, and neighbouring symbols merge by rank (Sennrich et al. 2016).
///
/// Works on bytes throughout: any input is allowed, UTF-8 or not. Where the vocabulary has a token for each of the 256
/// bytes, `decode(encode(x).ids) == x` for every `x`; where it lacks some, `Encoding.losses` says which bytes were lost.
/// (A blank put in front of a text, or tokens put around it, where a tokenizer asks for those, decode as themselves.)
public struct BytePairTokenizer: Sendable {
    public internal(set) var vocabulary: Vocabulary
    /// The token that begins a text, if the model has one, whether or not it is put there.
    public internal(set) var beginningToken: Int?
    /// The token that ends a text as the tokenizer's own file names it; a model may have more end tokens.
    public internal(set) var endToken: Int?
    /// Tokens put before and after every text when `encode` is asked for a framed text.
    public internal(set) var prefix: [Int] = []
    public internal(set) var suffix: [Int] = []
    /// Stands for what the vocabulary cannot express; nil where such bytes are left out.
    var unknown: Int?
    var fusesUnknown = false
    /// A piece that is a token as a whole becomes that token without merges.
    var ignoreMerges = false
    var preTokenizer: PreTokenizer
    var added: AddedTokens

    /// The number of tokens; ids are `0..<vocabularySize`.
    public var vocabularySize: Int { vocabulary.count }

    /// The bytes that a token stands for; empty for an id outside the vocabulary.
    public func bytes(of id: Int) -> [UInt8] {
        (0..<vocabulary.count).contains(id) ? vocabulary.bytes(of: id) : []
    }

    /// Whether the token is a control token, which plain text never becomes.
    public func isSpecial(_ id: Int) -> Bool {
        guard (0..<vocabulary.count).contains(id) else { return false }
        return vocabulary.kinds[id] == .control || vocabulary.kinds[id] == .unknown
    }

    /// The token with exactly this text: an added token first (`<|im_end|>`), else one that merges make.
    public func id(of text: [UInt8]) -> Int? { added.id(of: text) ?? vocabulary.id(of: text) }

    /// The tokens of a text.
    ///
    /// - Parameters:
    ///   - bytes: the text, normally UTF-8. What is not UTF-8 is encoded byte by byte.
    ///   - special: match control tokens that stand in the text, as in a rendered chat template. Without it no text
    ///     becomes a control token.
    ///   - framed: put the tokens before and after the text that the model's tokenizer wants there (its first token,
    ///     for some). A rendered chat template holds them already.
    ///   - record: fill `tokens` and `pieces` too; without it only `ids` and `losses`.
    /// - Complexity: O(n log n) in the length of the longest piece, O(n) in the number of pieces.
    public func encode(
        _ bytes: [UInt8], special: Bool = false, framed: Bool = true, record: Bool = true
    ) -> Encoding {
        bytes.withUnsafeBufferPointer { buffer in
            var run = EncodingRun(self, buffer, recording: record)
            run.run(special: special, framed: framed)
            return run.result
        }
    }

    /// The bytes of the tokens, one after another; ids outside the vocabulary give nothing.
    public func decode(_ ids: some Sequence<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        for id in ids where (0..<vocabulary.count).contains(id) {
            bytes.append(contentsOf: vocabulary.bytes[vocabulary.span(of: id)])
        }
        return bytes
    }
}
