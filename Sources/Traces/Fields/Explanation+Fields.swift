// The fields of a piece's explanation: the ways in which a text becomes tokens. Of a piece that came about in another way
// than by merges, `merges` is empty and the other way stands beside it.
import JSONText

extension Merge {
    static let table = FieldTable<Merge>(
        "merge", "The symbols at index and index + 1, as they stood, became one.",
        blank: Merge(rank: 0, index: 0, left: [], right: []),
        [
            Field(
                "rank", .count, "Place in the merge list; lower ranks merge first.", { $0.rank }, { $0.rank = $1 }),
            Field("index", .count, { $0.index }, { $0.index = $1 }),
            Field("left", .bytes, { $0.left }, { $0.left = $1 }),
            Field("right", .bytes, { $0.right }, { $0.right = $1 }),
        ])
}

extension LatticeEdge {
    static let table = FieldTable<LatticeEdge>(
        "latticeEdge", "A token that could stand at a place of a piece.",
        blank: LatticeEdge(id: 0, start: 0, end: 1, score: 0, total: 0, chosen: false),
        [
            Field("id", .tokenID, { $0.id }, { $0.id = $1 }),
            Field("start", .count, "The first symbol it covers.", { $0.start }, { $0.start = $1 }),
            Field(
                "end", .size, "After the last symbol it covers.", { $0.end }, { $0.end = $1 },
                check: { (edge) throws(TraceError) in try requireSpan(edge.start, edge.end) }),
            Field(
                "score", .number, "Natural logarithm of the token's probability in the unigram model.",
                { $0.score }, { $0.score = $1 }),
            Field(
                "total", .number,
                "The score plus the largest total of the edges that end where this one starts, 0 at the piece's beginning.",
                { $0.total }, { $0.total = $1 }),
            Field(
                "chosen", .flag, "On the path with the largest total at the piece's end.",
                { $0.chosen }, { $0.chosen = $1 }),
        ])
}

extension LongestMatch {
    static let table = FieldTable<LongestMatch>(
        "longestMatch", "The longest token that begins where the one before it ended.",
        blank: LongestMatch(id: nil, start: 0, end: 1, spelled: [], tried: 0),
        [
            Field(
                "id", .orNull(.tokenID),
                "Null where no token fits: the whole piece then became the token for the unknown.",
                { $0.id }, { $0.id = $1 }),
            Field("start", .count, "The first symbol it covers.", { $0.start }, { $0.start = $1 }),
            Field(
                "end", .size, "After the last symbol it covers.", { $0.end }, { $0.end = $1 },
                check: { (match) throws(TraceError) in try requireSpan(match.start, match.end) }),
            Field(
                "spelled", .bytes, "What was looked up, the mark of a word's continuation within.",
                { $0.spelled }, { $0.spelled = $1 }),
            Field(
                "tried", .count, "How many longer ones were looked up before and are no tokens.",
                { $0.tried }, { $0.tried = $1 }),
        ])
}

extension Piece {
    /// The fields of the three ways.
    static let ways: [Field<Piece>] = [
        Field(
            "merges", .list(.object(Merge.table)), "Byte-pair encoding: every merge, in the order taken.",
            { $0.merges }, { $0.explanation = .merges($1) },
            check: { (piece) throws(TraceError) in try piece.checkMerges() }),
        way(
            "lattice", .list(.object(LatticeEdge.table)),
            "A unigram model: every token that could stand in the piece. The chosen ones follow each other from the first symbol to the last.",
            { if case .lattice(let edges) = $0.explanation { edges } else { nil } }, { .lattice($0) },
            check: { (piece) throws(TraceError) in
                guard case .lattice(let edges) = piece.explanation else { return }
                try piece.checkPath(
                    edges.enumerated().filter { $0.element.chosen }.map {
                        ($0.offset, $0.element.start, $0.element.end)
                    },
                    spans: edges.map { ($0.start, $0.end) }, leaves: "leaves the best path at symbol",
                    ends: "has no path to the end of the piece")
            }),
        way(
            "longestMatch", .list(.object(LongestMatch.table)),
            "WordPiece: at each place the longest token of the vocabulary.",
            { if case .longestMatch(let matches) = $0.explanation { matches } else { nil } }, { .longestMatch($0) },
            check: { (piece) throws(TraceError) in
                guard case .longestMatch(let matches) = piece.explanation else { return }
                try piece.checkPath(
                    matches.enumerated().map { ($0.offset, $0.element.start, $0.element.end) },
                    spans: matches.map { ($0.start, $0.end) }, leaves: "does not follow the match before it, at symbol",
                    ends: "does not reach the end of the piece")
            }),
    ]

    /// A way beside `merges`, which are then empty.
    private static func way<Value: Sendable>(
        _ key: String, _ form: Form<Value>, _ note: FieldNote, _ get: @escaping @Sendable (Piece) -> Value?,
        _ make: @escaping @Sendable (Value) -> Explanation,
        check: @escaping @Sendable (Piece) throws(TraceError) -> Void
    ) -> Field<Piece> {
        Field(
            key, form.shape.fact, note, presence: .unless { get($0) == nil },
            write: { piece, json, extent in if let value = get(piece) { form.write(value, &json, extent) } },
            read: { (value, piece, bounds) throws(TraceError) in
                guard case .merges(let merges) = piece.explanation, merges.isEmpty else {
                    throw .field(path: "", problem: "stands beside merges or another way; a piece came about in one")
                }
                piece.explanation = make(try form.read(value, bounds))
                try check(piece)
            })
    }

    /// A merge joins two neighbours of the symbols as they stand, so each leaves one less.
    private func checkMerges() throws(TraceError) {
        for (place, merge) in merges.enumerated() {
            let pairs = symbols.count - place - 1
            try within("[\(place)]") { () throws(TraceError) in
                if pairs < 1 { throw .field(path: "", problem: "joins symbols where only one is left") }
                try within("index") { () throws(TraceError) in try require(merge.index, in: 0...(pairs - 1)) }
            }
        }
    }

    /// All spans lie within the symbols, and those of the path follow each other from the first symbol to the last.
    private func checkPath(
        _ path: [(place: Int, start: Int, end: Int)], spans: [(start: Int, end: Int)], leaves: String, ends: String
    ) throws(TraceError) {
        for (place, span) in spans.enumerated() where span.end > symbols.count {
            throw .field(
                path: "[\(place)].end",
                problem: "is \(span.end), with the start \(span.start) and \(symbols.count) symbols")
        }
        var reached = 0
        for part in path {
            if part.start != reached {
                throw .field(path: "[\(part.place)].start", problem: "\(leaves) \(reached)")
            }
            reached = part.end
        }
        if reached != symbols.count { throw .field(path: "", problem: ends) }
    }
}

private func requireSpan(_ start: Int, _ end: Int) throws(TraceError) {
    if start < end { return }
    throw .field(path: "", problem: "is \(end), with the start \(start)")
}
