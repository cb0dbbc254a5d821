// One call of encode: added tokens first, then pieces, then merges, each leaving its record.
// Called by: BytePairTokenizer.encode.

internal import Traces

/// The state of encoding one text.
struct EncodingRun {
    private let tokenizer: BytePairTokenizer
    private let text: UnsafeBufferPointer<UInt8>
    private let recording: Bool
    private var merger: BytePairMerger
    private var ends: [Int] = []
    private var assembler = TextAssembler()
    /// The 256 one-byte symbols, made once and shared by all records.
    private let byteSymbols: [[UInt8]]
    private(set) var result = Encoding()

    init(_ tokenizer: BytePairTokenizer, _ text: UnsafeBufferPointer<UInt8>, recording: Bool) {
        self.tokenizer = tokenizer
        self.text = text
        self.recording = recording
        merger = BytePairMerger(pairs: tokenizer.vocabulary.pairs, recording: recording)
        byteSymbols = recording ? (UInt8(0)...255).map { [$0] } : []
    }

    /// Encodes the whole text; `framed` adds the tokens that the model wants before and after it.
    mutating func run(special: Bool, framed: Bool) {
        if framed { for id in tokenizer.prefix { added(AddedMatch(id: id, start: 0, end: 0)) } }
        var start = 0
        for match in tokenizer.added.matches(in: text, special: special) {
            plain(start, match.start)
            added(match)
            start = match.end
        }
        plain(start, text.count)
        if let last = result.tokens.indices.last { result.tokens[last].end = text.count }
        if framed { for id in tokenizer.suffix { added(AddedMatch(id: id, start: text.count, end: text.count)) } }
        flush()
    }

    /// Bytes that never became a character show as U+FFFD at the token before.
    private mutating func flush() {
        if let last = result.tokens.indices.last { result.tokens[last].text += assembler.flush() }
    }

    private mutating func added(_ match: AddedMatch) {
        for offset in match.swallowed {
            result.losses.append(Encoding.Loss(offset: offset, byte: text[offset], remedy: .dropped))
        }
        if recording {
            flush()
            let bytes = tokenizer.bytes(of: match.id)
            let source = Array(text[match.start..<match.end])
            result.pieces.append(
                Piece(
                    start: match.start, end: match.end, bytes: source, symbols: [bytes], merges: [], ids: [match.id]))
        }
        emit(match.id, match.end)
    }

    /// Appends a token whose text ends at `end`. It begins where the one before it ended: bytes that were left out
    /// between the two belong to it, so that tokens tile the text.
    private mutating func emit(_ id: Int, _ end: Int) {
        result.ids.append(id)
        if !recording { return }
        let bytes = tokenizer.bytes(of: id)
        let start = result.tokens.last?.end ?? 0
        result.tokens.append(
            Token(
                id: id, bytes: bytes, text: assembler.feed(bytes), start: start, end: end,
                special: tokenizer.isSpecial(id)))
    }

    /// Encodes `text[start..<end]`, in which no added token stands.
    private mutating func plain(_ start: Int, _ end: Int) {
        let pre = tokenizer.preTokenizer
        ends.removeAll(keepingCapacity: true)
        PreTokenizer.cut(text, start, end, by: pre.splits, into: &ends)
        var from = start
        // Taken out of self while `piece` works on self, and put back to be used again.
        var parts: [Int] = []
        swap(&parts, &ends)
        for part in parts {
            if pre.blankBefore { blankBefore(from, part, pre) } else { piece(text, from, part, base: 0, floor: 0) }
            from = part
        }
        swap(&parts, &ends)
    }

    /// A part to which the tokenizer puts a blank in front; that blank takes no room in the source text.
    private mutating func blankBefore(_ start: Int, _ end: Int, _ pre: PreTokenizer) {
        let blank = UInt8(ascii: " ")
        let part = (text[start] == blank ? [] : [blank]) + text[start..<end]
        let base = end - part.count
        part.withUnsafeBufferPointer { part in
            var ends: [Int] = []
            PreTokenizer.cut(part, 0, part.count, by: pre.splitsAfterBlank, into: &ends)
            var from = 0
            for end in ends {
                piece(part, from, end, base: base, floor: start)
                from = end
            }
        }
    }

    /// Encodes the piece `bytes[start..<end]`. `bytes[i]` is byte `max(floor, base + i)` of the source text.
    private mutating func piece(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, base: Int, floor: Int
    ) {
        let sourceStart = max(floor, base + start)
        let sourceEnd = base + end
        merger.removeAll()
        let losses = result.losses.count
        for place in start..<end {
            let id = tokenizer.vocabulary.idOfByte[Int(bytes[place])]
            let source = max(floor, base + place)
            if id == Vocabulary.noToken { missing(bytes, start, place, end, source) } else { merger.append(id, source) }
        }
        let symbols = recording ? merger.ids.map(symbolBytes) : []
        if tokenizer.ignoreMerges, merger.ids.count > 1, result.losses.count == losses,
            let whole = tokenizer.vocabulary.find(UnsafeBufferPointer(rebasing: bytes[start..<end]))
        {
            merger.removeAll()
            merger.append(whole, sourceStart)
        } else {
            merger.run()
        }
        for i in merger.ids.indices {
            emit(Int(merger.ids[i]), i + 1 < merger.ids.count ? merger.starts[i + 1] : sourceEnd)
        }
        if recording { record(sourceStart, sourceEnd, symbols: symbols) }
    }

    private func symbolBytes(_ id: UInt32) -> [UInt8] {
        let span = tokenizer.vocabulary.span(of: Int(id))
        return span.count == 1
            ? byteSymbols[Int(tokenizer.vocabulary.bytes[span.lowerBound])] : tokenizer.bytes(of: Int(id))
    }

    private mutating func record(_ start: Int, _ end: Int, symbols: [[UInt8]]) {
        let merges = merger.taken.map {
            Merge(rank: $0.rank, index: $0.index, left: symbolBytes($0.left), right: symbolBytes($0.right))
        }
        result.pieces.append(
            Piece(
                start: start, end: end, bytes: Array(text[start..<end]), symbols: symbols, merges: merges,
                ids: merger.ids.map(Int.init)))
    }

    /// A byte without a token. Nothing exact is possible, so the ids are those that other programs give:
    /// the unknown token where the model names one; U+FFFD for a byte that is no UTF-8; else nothing.
    private mutating func missing(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ place: Int, _ end: Int, _ source: Int
    ) {
        var remedy = Encoding.Loss.Remedy.dropped
        if let unknown = tokenizer.unknown {
            let fused = tokenizer.fusesUnknown && merger.ids.last == UInt32(unknown)
            if !fused { merger.append(UInt32(unknown), source) }
            remedy = .unknown
        } else if !isInsideCharacter(bytes, start, place, end) {
            let stand = [0xEF, 0xBF, 0xBD].map { tokenizer.vocabulary.idOfByte[$0] }
            if !stand.contains(Vocabulary.noToken) {
                for id in stand { merger.append(id, source) }
                remedy = .replaced
            }
        }
        result.losses.append(Encoding.Loss(offset: source, byte: bytes[place], remedy: remedy))
    }

    /// Whether the byte at `place` belongs to a well-formed character.
    private func isInsideCharacter(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ place: Int, _ end: Int
    ) -> Bool {
        for lead in stride(from: place, through: max(start, place - 3), by: -1) {
            if let (_, length) = decodeScalar(bytes, lead, end) { return lead + length > place }
        }
        return false
    }
}
