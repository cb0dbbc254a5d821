// How the explanation of a piece stands in JSON: written, and read back with its checks.
internal import JSONText

extension JSONWriter {
    /// `"merges":[{"rank","index","left","right"}]`, or
    /// `"lattice":[{"id","start","end","score","total","chosen"}]`, or
    /// `"longestMatch":[{"id","start","end","spelled","tried"}]`.
    mutating func member(_ explanation: Explanation) {
        switch explanation {
        case .merges(let merges):
            array("merges") { json in
                for merge in merges {
                    json.object { json in
                        json.member("rank", merge.rank)
                        json.member("index", merge.index)
                        json.member("left", hexadecimal(merge.left))
                        json.member("right", hexadecimal(merge.right))
                    }
                }
            }
        case .lattice(let edges):
            array("lattice") { json in
                for edge in edges {
                    json.object { json in
                        json.member("id", edge.id)
                        json.member("start", edge.start)
                        json.member("end", edge.end)
                        json.member("score", edge.score)
                        json.member("total", edge.total)
                        json.member("chosen", edge.chosen)
                    }
                }
            }
        case .longestMatch(let matches):
            array("longestMatch") { json in
                for match in matches {
                    json.object { json in
                        json.member("id", match.id)
                        json.member("start", match.start)
                        json.member("end", match.end)
                        json.member("spelled", hexadecimal(match.spelled))
                        json.member("tried", match.tried)
                    }
                }
            }
        }
    }
}

/// The explanation in the fields of a piece of `symbols` symbols: exactly one of the three.
func readExplanation(
    _ fields: ObjectReader, symbols: Int, _ model: ModelInfo
) throws(TraceError) -> Explanation {
    let present = ["merges", "lattice", "longestMatch"].filter { fields.has($0) }
    guard present.count < 2 else { throw .field(path: present[1], problem: "stands beside \(present[0])") }
    switch present.first {
    case "lattice": return .lattice(try readLattice(fields, symbols: symbols, model))
    case "longestMatch": return .longestMatch(try readLongestMatch(fields, symbols: symbols, model))
    default: return .merges(try readMerges(fields, symbols: symbols))
    }
}

private func readMerges(_ fields: ObjectReader, symbols: Int) throws(TraceError) -> [Merge] {
    var count = symbols
    return try fields.list("merges") { (value, _) throws(TraceError) in
        let merge = try ObjectReader(value)
        // A merge joins two neighbours of the symbols as they stand, so each leaves one less.
        guard count > 1 else { throw .field(path: "", problem: "joins symbols where only one is left") }
        count -= 1
        return Merge(
            rank: try merge.int("rank"), index: try merge.int("index", 0...(count - 1)),
            left: try merge.bytes("left"), right: try merge.bytes("right"))
    }
}

private func readLattice(
    _ fields: ObjectReader, symbols: Int, _ model: ModelInfo
) throws(TraceError) -> [LatticeEdge] {
    var place = 0
    let edges = try fields.list("lattice") { (value, _) throws(TraceError) in
        let edge = try ObjectReader(value)
        let start = try edge.int("start")
        let end = try edge.int("end")
        try checkSpan(start, end, symbols)
        let chosen = try edge.bool("chosen")
        if chosen {
            guard start == place else {
                throw .field(path: "start", problem: "leaves the best path at symbol \(place)")
            }
            place = end
        }
        return LatticeEdge(
            id: try edge.int("id", 0...(model.vocabularySize - 1)), start: start, end: end,
            score: try edge.double("score"), total: try edge.double("total"), chosen: chosen)
    }
    guard place == symbols else { throw .field(path: "lattice", problem: "has no path to the end of the piece") }
    return edges
}

private func readLongestMatch(
    _ fields: ObjectReader, symbols: Int, _ model: ModelInfo
) throws(TraceError) -> [LongestMatch] {
    var place = 0
    let matches = try fields.list("longestMatch") { (value, _) throws(TraceError) in
        let match = try ObjectReader(value)
        let start = try match.int("start")
        let end = try match.int("end")
        try checkSpan(start, end, symbols)
        guard start == place else { throw .field(path: "start", problem: "does not follow the match before it") }
        place = end
        return LongestMatch(
            id: try match.optionalInt("id", 0...(model.vocabularySize - 1)), start: start, end: end,
            spelled: try match.bytes("spelled"), tried: try match.int("tried"))
    }
    guard place == symbols else { throw .field(path: "longestMatch", problem: "does not reach the end of the piece") }
    return matches
}

private func checkSpan(_ start: Int, _ end: Int, _ symbols: Int) throws(TraceError) {
    guard start < end, end <= symbols else {
        throw .field(path: "end", problem: "is \(end), with the start \(start) and \(symbols) symbols")
    }
}
