// One call of encode: added tokens first, then the normalizer, then pieces, then their tokens, each leaving its record.

internal import Traces

/// The state of encoding one text.
struct EncodingRun {
    private let tokenizer: Tokenizer
    private let text: UnsafeBufferPointer<UInt8>
    private let typed: [Range<Int>]
    private let recording: Bool
    private let encoder: any PieceEncoder
    private var tokens = PieceTokens()
    private var ends: [Int] = []
    private var assembler = TextAssembler()
    private var result = Encoding()
    private var budget: EncodingBudget
    /// What each of the pre-tokenizer's steps has made of the text.
    private var made: [Int]

    init(_ tokenizer: Tokenizer, _ text: UnsafeBufferPointer<UInt8>, typed: [Range<Int>], recording: Bool) {
        self.tokenizer = tokenizer
        self.typed = typed
        self.text = text
        self.recording = recording
        encoder = tokenizer.pieceEncoder(recording)
        budget = EncodingBudget(of: text.count, tokenizer.allowance)
        made = [Int](repeating: 0, count: tokenizer.preTokenizer.steps.count)
    }

    /// Encodes the whole text; `framed` adds the tokens that the model wants before and after it.
    mutating func run(special: Bool, framed: Bool) -> Encoding {
        if framed { for id in tokenizer.prefix { added(id, 0, 0) } }
        var start = 0
        for match in tokenizer.added.matches(in: text, special: special, typed: typed) {
            stretch(start, match.start, special: special)
            added(match, text, SourceMap(base: 0))
            start = match.end
        }
        stretch(start, text.count, special: special)
        if let last = result.tokens.indices.last { result.tokens[last].end = text.count }
        if framed { for id in tokenizer.suffix { added(id, text.count, text.count) } }
        flush()
        guard let refusal = budget.refusal else { return result }
        var refused = Encoding()
        refused.refusal = refusal
        return refused
    }

    /// Bytes that never became a character show as U+FFFD at the token before.
    private mutating func flush() {
        if let last = result.tokens.indices.last { result.tokens[last].text += assembler.flush() }
    }

    /// An added token found in `bytes`, which `map` leads back to the text.
    private mutating func added(_ match: AddedMatch, _ bytes: UnsafeBufferPointer<UInt8>, _ map: SourceMap) {
        for place in match.swallowed {
            result.losses.append(Encoding.Loss(offset: map[place], byte: bytes[place], remedy: .dropped))
        }
        added(match.id, map[match.start], map[match.end])
    }

    /// A token that stands for `text[start..<end]` as a whole, a piece of its own.
    private mutating func added(_ id: Int, _ start: Int, _ end: Int) {
        if recording {
            flush()
            result.pieces.append(
                Piece(
                    start: start, end: end, bytes: Array(text[start..<end]), symbols: [tokenizer.bytes(of: id)],
                    explanation: .merges([]), ids: [id]))
        }
        emit(id, end)
    }

    /// Appends a token whose text ends at `end`. It begins where the one before it ended: bytes that were left out
    /// between the two belong to it, so that tokens tile the text.
    private mutating func emit(_ id: Int, _ end: Int) {
        result.ids.append(id)
        if !recording { return }
        let bytes = tokenizer.bytes(of: id)
        if !budget.take(tokenBytes: bytes.count) { return }
        let start = result.tokens.last?.end ?? 0
        result.tokens.append(
            Token(
                id: id, bytes: bytes, text: assembler.feed(bytes), start: start, end: end,
                special: tokenizer.isSpecial(id)))
    }

    /// Encodes `text[start..<end]`, in which no token stands that is matched before the normalizer.
    private mutating func stretch(_ start: Int, _ end: Int, special: Bool) {
        if start == end || budget.isSpent { return }
        encoder.beginStretch()
        let source = UnsafeBufferPointer(rebasing: text[start..<end])
        guard let normalized = tokenizer.normalizer.apply(source, at: start, &budget) else {
            return normal(source, SourceMap(base: start), special: special)
        }
        normalized.bytes.withUnsafeBufferPointer { normal($0, normalized.map, special: special) }
    }

    /// Encodes a normalized text: the added tokens that are matched in it, and what lies between them.
    private mutating func normal(_ bytes: UnsafeBufferPointer<UInt8>, _ map: SourceMap, special: Bool) {
        var start = 0
        let matches = tokenizer.added.normalizedMatches(in: bytes, special: special) { start, end in
            overlaps(typed, map[start], map[end])
        }
        for match in matches {
            plain(bytes, start, match.start, map)
            added(match, bytes, map)
            start = match.end
        }
        plain(bytes, start, bytes.count, map)
    }

    /// Encodes `bytes[start..<end]`, in which no added token stands, by the pre-tokenizer's steps from number `step` on.
    private mutating func plain(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ map: SourceMap, step: Int = 0
    ) {
        if budget.isSpent { return }
        let pre = tokenizer.preTokenizer
        let cuts = pre.cuts(from: step)
        let rest = step + cuts.count
        ends.removeAll(keepingCapacity: true)
        PreTokenizer.cut(bytes, start, end, by: cuts, into: &ends, &budget)
        var from = start
        // Taken out of self while `piece` works on self, and put back to be used again.
        var parts: [Int] = []
        swap(&parts, &ends)
        for part in parts {
            if budget.isSpent { break }
            if part < 0 {
                leftOut(bytes, from, ~part, map)
                from = ~part
                continue
            }
            if rest < pre.steps.count {
                rewritten(bytes, from, part, map, step: rest)
            } else {
                piece(bytes, from, part, map)
            }
            from = part
        }
        swap(&parts, &ends)
    }

    /// A part that the pre-tokenizer leaves out. White space between words is not counted as lost: such a vocabulary has
    /// no tokens for it.
    private mutating func leftOut(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ map: SourceMap) {
        var place = start
        while place < end {
            let next = classify(bytes, place, end, .tokenizers)
            if next.kind != .space {
                for byte in place..<place + next.length {
                    result.losses.append(Encoding.Loss(offset: map[byte], byte: bytes[byte], remedy: .dropped))
                }
            }
            place += next.length
        }
    }

    /// Step number `step` rewrites a part.
    private mutating func rewritten(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ map: SourceMap, step: Int
    ) {
        switch tokenizer.preTokenizer.steps[step] {
        case .cut: break  // `plain` has done them
        case .blankBefore:
            let blank = UInt8(ascii: " ")
            let added = bytes[start] == blank ? 0 : 1
            if !take(end - start + added, step) { return }
            let part = (added == 1 ? [blank] : []) + bytes[start..<end]
            let map = map.dropping(start, adding: added)
            part.withUnsafeBufferPointer { plain($0, 0, $0.count, map, step: step + 1) }
        case .markBlanks(let marks):
            let part = UnsafeBufferPointer(rebasing: bytes[start..<end])
            let result = marks.apply(part, isFirst: map[start] == 0, atMost: budget.mostBytes - made[step])
            if !take(result.length, step) { return }
            let map = SourceMap(sources: result.sources.map { map[start + $0] })
            result.bytes.withUnsafeBufferPointer { plain($0, 0, $0.count, map, step: step + 1) }
        }
    }

    /// Takes what a step has made of a part: all parts together may be as long as a text may become.
    private mutating func take(_ count: Int, _ step: Int) -> Bool {
        if !budget.allows(bytes: count, of: budget.mostBytes - made[step]) { return false }
        made[step] += count
        return true
    }

    /// Encodes the piece `bytes[start..<end]`.
    private mutating func piece(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ map: SourceMap) {
        tokens.removeAll()
        encoder.encode(UnsafeBufferPointer(rebasing: bytes[start..<end]), into: &tokens, &budget)
        if budget.isSpent { return }
        for loss in tokens.losses {
            let place = start + loss.place
            result.losses.append(Encoding.Loss(offset: map[place], byte: bytes[place], remedy: loss.remedy))
        }
        let sourceEnd = map[end]
        for i in tokens.ids.indices {
            emit(Int(tokens.ids[i]), i + 1 < tokens.ids.count ? map[start + tokens.starts[i + 1]] : sourceEnd)
        }
        if !recording { return }
        let sourceStart = map[start]
        result.pieces.append(
            Piece(
                start: sourceStart, end: sourceEnd, bytes: Array(text[sourceStart..<sourceEnd]),
                symbols: tokens.symbols, explanation: tokens.explanation, ids: tokens.ids.map { Int($0) }))
    }
}
