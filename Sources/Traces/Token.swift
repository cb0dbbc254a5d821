// A token as the record keeps it, and the record of how a text became tokens.

/// One token: its id and the bytes it stands for.
public struct Token: Equatable, Sendable {
    /// The token's place in the vocabulary.
    public var id: Int
    /// The bytes the token stands for, exact.
    public var bytes: [UInt8]
    /// What a screen shows at this token: the characters that its bytes complete. Empty while a character is still
    /// unfinished; the texts of consecutive tokens join to the whole text. U+FFFD stands for bytes that no token completes.
    public var text: String
    /// Byte offsets of the token in the text it was cut from (prompt) or added to (output): `start..<end`.
    public var start: Int
    /// After its last byte.
    public var end: Int
    /// A control token of the model (`<|im_end|>`), never the result of plain text.
    public var special: Bool

    /// A token over the bytes `start..<end` of its text.
    public init(id: Int, bytes: [UInt8], text: String, start: Int, end: Int, special: Bool) {
        self.id = id
        self.bytes = bytes
        self.text = text
        self.start = start
        self.end = end
        self.special = special
    }
}

/// A pre-token: the stretch of text that became tokens on its own. No token crosses its edges.
public struct Piece: Equatable, Sendable {
    /// Byte offsets in the text: `start..<end`.
    public var start: Int
    /// After the piece's last byte.
    public var end: Int
    /// The text of the piece, before any normalizer changed it.
    public var bytes: [UInt8]
    /// What the tokens were made of: single bytes for byte-level BPE, characters for others, as they stood after the
    /// normalizer; the whole for a token that was matched as it stands (a special token).
    public var symbols: [[UInt8]]
    /// The way from the symbols to the ids.
    public var explanation: Explanation
    /// The tokens.
    public var ids: [Int]

    /// A piece of the text at `start..<end`.
    public init(
        start: Int, end: Int, bytes: [UInt8], symbols: [[UInt8]], explanation: Explanation, ids: [Int]
    ) {
        self.start = start
        self.end = end
        self.bytes = bytes
        self.symbols = symbols
        self.explanation = explanation
        self.ids = ids
    }

    /// The merges, in the order taken; none where the piece was explained another way.
    public var merges: [Merge] { if case .merges(let merges) = explanation { merges } else { [] } }
}

/// How well the model foresaw a prompt token from the tokens before it (recorded on request; the first has none).
public struct PromptScore: Equatable, Sendable {
    /// Probability of this token, softmax of the raw logits; `rank` 1 is the most probable.
    public var probability: Double
    /// 1 is the most probable; of equal ones the lower id comes first.
    public var rank: Int
    /// Entropy of that distribution in bits.
    public var entropyBits: Double
    /// The token's raw logit; nil where the run kept probabilities only.
    public var logit: Float?

    /// The score of one token.
    public init(probability: Double, rank: Int, entropyBits: Double, logit: Float? = nil) {
        self.probability = probability
        self.rank = rank
        self.entropyBits = entropyBits
        self.logit = logit
    }
}

/// The prompt as typed, as the model read it, and how it was cut.
public struct Prompt: Equatable, Sendable {
    /// The text as it was given.
    public var text: String
    /// What the model read: `text` itself, or the chat template filled with it.
    public var rendered: String
    /// The tokens of `rendered`, in order.
    public var tokens: [Token]
    /// The pieces that `rendered` was cut into, in order.
    public var pieces: [Piece]
    /// One per token, nil for the first; empty when not recorded.
    public var scores: [PromptScore?]

    /// A prompt; without scores unless they were recorded.
    public init(text: String, rendered: String, tokens: [Token], pieces: [Piece], scores: [PromptScore?] = []) {
        self.text = text
        self.rendered = rendered
        self.tokens = tokens
        self.pieces = pieces
        self.scores = scores
    }
}
