// Text ↔ ids, whatever the kind of tokenizer, with the record of how it came to that.
internal import JSONText

/// A model's tokenizer: one way from text to ids that all kinds share, with values for what differs.
///
/// A text passes through these parts in order, each a property of this type:
///  1. ``added``: tokens that are matched as they stand (`<|im_end|>`);
///  2. ``normalizer``: rewrites what lies between them;
///  3. ``preTokenizer``: cuts that into pieces;
///  4. ``pieceEncoder``: makes the tokens of each piece (byte-pair encoding, …): the part that a kind of tokenizer is;
///  5. ``prefix`` and ``suffix``: tokens around a text that is asked for framed.
///
/// Works on bytes throughout: any input is allowed, UTF-8 or not. Without a normalizer, and where the vocabulary has a
/// token for each of the 256 bytes, `decode(encode(x).ids) == x` for every `x`; where it lacks some, `Encoding.losses` says
/// which bytes were lost. A normalizer's text decodes as it was rewritten; places always count in the text as given.
/// (A blank put in front of a text, or tokens put around it, where a tokenizer asks for those, decode as themselves.)
public struct Tokenizer: Sendable {
    /// The tokens: their bytes and kinds.
    public internal(set) var vocabulary: Vocabulary
    /// The token that begins a text, if the model has one, whether or not it is put there.
    public internal(set) var beginningToken: Int?
    /// The token that ends a text as the tokenizer's own file names it; a model may have more end tokens.
    public internal(set) var endToken: Int?
    /// All tokens that end a text, as the model's files name them or as their texts are known to; ``endToken`` within.
    public internal(set) var endTokens: [Int] = []
    /// The special tokens by the names that chat templates know ("bos_token"), as texts.
    public internal(set) var namedTokens: [(name: String, token: String)] = []
    /// What was not as it should be in the model's files and how it was read, a line each.
    public internal(set) var notes: [String] = []
    /// Tokens put before every text when `encode` is asked for a framed text.
    public internal(set) var prefix: [Int] = []
    /// Tokens put after every such text.
    public internal(set) var suffix: [Int] = []
    /// How many blanks the tokenizer puts in front of a whole text, which `decode` can take away again.
    public internal(set) var strippedBlanks = 0
    /// What a text may cost.
    var allowance = EncodingAllowance()
    var added: AddedTokens
    var normalizer = Normalizer()
    var preTokenizer: PreTokenizer
    /// Makes the encoder for one text; its argument says whether to record.
    var pieceEncoder: @Sendable (Bool) -> any PieceEncoder

    init(
        vocabulary: Vocabulary, added: AddedTokens, normalizer: Normalizer = Normalizer(), preTokenizer: PreTokenizer,
        bos: Int?, eos: Int?, pieceEncoder: @escaping @Sendable (Bool) -> any PieceEncoder
    ) throws(TokenizerError) {
        for (what, id) in [("first token", bos), ("end token", eos)] {
            if let id, !(0..<vocabulary.count).contains(id) {
                throw .idOutOfRange(what: what, id: id, count: vocabulary.count)
            }
        }
        // An alphabet of bytes spells accents with none. What writes down such a token could not be read again.
        if vocabulary.bytes.withUnsafeBufferPointer({ markCost($0) }) > mostMarkCostOfText {
            throw .malformed(place: "the vocabulary", expected: "without a character of thousands of accents")
        }
        self.vocabulary = vocabulary
        beginningToken = bos
        endToken = eos
        self.added = added
        self.normalizer = normalizer
        self.preTokenizer = preTokenizer
        self.pieceEncoder = pieceEncoder
    }

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

    /// The token with exactly this text: an added token first (`<|im_end|>`), else one that pieces can become.
    public func id(of text: [UInt8]) -> Int? { added.id(of: text) ?? vocabulary.id(of: text) }

    /// The tokens of a text.
    ///
    /// - Parameters:
    ///   - bytes: the text, normally UTF-8. What is not UTF-8 is encoded byte by byte.
    ///   - special: match control tokens that stand in the text, as in a rendered chat template. Without it no text
    ///     becomes a control token.
    ///   - typed: the parts of the text in which no control token is matched all the same, in order: what a user has
    ///     typed inside a rendered chat template.
    ///   - framed: put the tokens before and after the text that the model's tokenizer wants there (its first token,
    ///     for some). A rendered chat template holds them already.
    ///   - record: fill `tokens` and `pieces` too; without it only `ids` and `losses`.
    /// - Throws: where the file makes too much work of the text.
    /// - Complexity: O(n log n) in the length of the longest piece, O(n) in the number of pieces.
    public func encoding(
        of bytes: [UInt8], special: Bool = false, typed: [Range<Int>] = [], framed: Bool = true, record: Bool = true
    ) throws(TokenizerError) -> Encoding {
        let encoding = encode(bytes, special: special, typed: typed, framed: framed, record: record)
        if let refusal = encoding.refusal { throw refusal }
        return encoding
    }

    /// The same for whoever takes a text that is refused for one that has no tokens; ``Encoding/refusal`` tells the two apart.
    package func encode(
        _ bytes: [UInt8], special: Bool = false, typed: [Range<Int>] = [], framed: Bool = true, record: Bool = true
    ) -> Encoding {
        bytes.withUnsafeBufferPointer { buffer in
            var run = EncodingRun(self, buffer, typed: typed, recording: record)
            return run.run(special: special, framed: framed)
        }
    }

    /// Where the texts of control tokens stand in a text, none overlapping another.
    public func controlTexts(in bytes: [UInt8]) -> [Range<Int>] {
        bytes.withUnsafeBufferPointer { buffer in
            added.matches(in: buffer, special: true, typed: []).filter { isSpecial($0.id) }.map { $0.start..<$0.end }
        }
    }

    /// The bytes of the tokens, one after another; ids outside the vocabulary give nothing.
    ///
    /// - Parameter wholeText: the tokens are a text from its beginning on: the blanks that the tokenizer has put in front
    ///   of it go. A part of a text keeps them, as they may be the text's own.
    public func decode(_ ids: some Sequence<Int>, wholeText: Bool = false) -> [UInt8] {
        var bytes: [UInt8] = []
        for id in ids where (0..<vocabulary.count).contains(id) {
            bytes.append(contentsOf: vocabulary.bytes[vocabulary.span(of: id)])
        }
        if wholeText {
            for _ in 0..<strippedBlanks where bytes.first == UInt8(ascii: " ") { bytes.removeFirst() }
        }
        return bytes
    }
}
