// The fields of tokens, of the pieces that they were made of, and of the prompt.
import JSONText

extension Token {
    static let table = FieldTable<Token>(
        "token", "A token and the bytes it stands for.",
        blank: Token(id: 0, bytes: [], text: "", start: 0, end: 0, special: false),
        [
            Field("id", .tokenID, { $0.id }, { $0.id = $1 }),
            Field(
                "text", .tokenText,
                "The characters that the token's bytes complete; empty while a character is unfinished. The texts of consecutive tokens join to the whole.",
                { $0.text }, { $0.text = $1 }),
            Field("bytes", .tokenBytes, { $0.bytes }, { $0.bytes = $1 }),
            Field(
                "start", .count, "Byte offset in the rendered prompt or in the generated text.",
                { $0.start }, { $0.start = $1 }),
            Field(
                "end", .count, "Byte offset after the token.", { $0.end }, { $0.end = $1 },
                check: { (token) throws(TraceError) in try require(token.end, in: token.start...Int.max) }),
            Field(
                "special", .flag, "A control token, never the result of plain text.",
                { $0.special }, { $0.special = $1 }),
        ])
}

extension Piece {
    static let table = FieldTable<Piece>(
        "piece", "A pre-token, and how it became its tokens: by merges, or as lattice or longestMatch says.",
        blank: Piece(start: 0, end: 0, bytes: [], symbols: [], explanation: .merges([]), ids: []),
        [
            Field("start", .count, "Byte offset in the text.", { $0.start }, { $0.start = $1 }),
            Field(
                "end", .count, { $0.end }, { $0.end = $1 },
                check: { (piece) throws(TraceError) in try require(piece.end, in: piece.start...Int.max) }),
            Field("bytes", .bytes, { $0.bytes }, { $0.bytes = $1 }),
            Field(
                "symbols", .list(.bytes),
                "What the tokens were made of: bytes or characters, as they stood after the normalizer.",
                { $0.symbols }, { $0.symbols = $1 }),
        ] + ways + [Field("ids", .list(.tokenID), { $0.ids }, { $0.ids = $1 })])
}

extension PromptScore {
    static let table = FieldTable<PromptScore>(
        "promptScore", "How well the model foresaw a prompt token from those before it.",
        blank: PromptScore(probability: 0, rank: 1, entropyBits: 0),
        [
            Field(
                "probability", .probability, "Softmax of the raw logits.",
                { $0.probability }, { $0.probability = $1 }),
            Field("rank", .size, "1 is the most probable token.", { $0.rank }, { $0.rank = $1 }),
            Field(
                "entropyBits", .entropy, "Entropy of the raw distribution in bits.",
                { $0.entropyBits }, { $0.entropyBits = $1 }),
            Field(
                "logit", .orNull(.logit), "The token's raw logit; in records of a scored text.",
                { $0.logit }, { $0.logit = $1 }, presence: .unless { $0.logit == nil }),
        ])
}

extension Prompt {
    static let table = FieldTable<Prompt>(
        "prompt", "The prompt as typed, as the model read it, and how it was cut.",
        blank: Prompt(text: "", rendered: "", tokens: [], pieces: []),
        [
            Field("text", .text, { $0.text }, { $0.text = $1 }),
            Field(
                "rendered", .text, "What the model read: the text itself, or the chat template filled with it.",
                { $0.rendered }, { $0.rendered = $1 }),
            Field("tokens", .list(.object(Token.table)), { $0.tokens }, { $0.tokens = $1 }),
            Field(
                "pieces", .list(.object(Piece.table)), "The stretches of text that became tokens on their own.",
                { $0.pieces }, { $0.pieces = $1 }),
            Field(
                "scores", .list(.orNull(.object(PromptScore.table))),
                "How well each prompt token was foreseen, null for the first. Only when recorded.",
                { $0.scores }, { $0.scores = $1 }, presence: .unless { $0.scores.isEmpty },
                check: { (prompt) throws(TraceError) in
                    if prompt.scores.count == prompt.tokens.count { return }
                    throw .field(
                        path: "", problem: "has \(prompt.scores.count) entries for \(prompt.tokens.count) tokens")
                }),
        ])
}
