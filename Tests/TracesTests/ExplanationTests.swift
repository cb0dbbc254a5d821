// The ways a piece can have become its tokens: each written, read back the same, held to the schema, and checked.
import Testing
import TraceSamples

@testable import Traces

@Suite struct ExplanationTests {
    /// "cats" over its four letters, as a unigram model would have it.
    private static let lattice: [LatticeEdge] = [
        LatticeEdge(id: 4, start: 0, end: 1, score: -4.5, total: -4.5, chosen: false),
        LatticeEdge(id: 9, start: 0, end: 3, score: -6.25, total: -6.25, chosen: true),
        LatticeEdge(id: 5, start: 1, end: 2, score: -4, total: -8.5, chosen: false),
        LatticeEdge(id: 7, start: 3, end: 4, score: -3, total: -9.25, chosen: true),
    ]
    private static let longestMatch: [LongestMatch] = [
        LongestMatch(id: 9, start: 0, end: 3, spelled: Array("cat".utf8), tried: 1),
        LongestMatch(id: nil, start: 3, end: 4, spelled: Array("##s".utf8), tried: 0),
    ]
    static let all: [Explanation] = [
        .lattice(lattice), .longestMatch(longestMatch),
        .merges([Merge(rank: 3, index: 0, left: [0x63], right: [0x61])]),
    ]

    private static func trace(_ explanation: Explanation) -> Trace {
        var trace = sampleTrace()
        trace.prompt.pieces[0] = Piece(
            start: 0, end: 4, bytes: Array("cats".utf8), symbols: "cats".utf8.map { [$0] }, explanation: explanation,
            ids: [9, 7])
        return trace
    }

    @Test(arguments: all) func roundTrip(_ explanation: Explanation) throws {
        let trace = Self.trace(explanation)
        let bytes = try traceJSON(trace)
        let read = try Trace(parsing: bytes)
        #expect(read.prompt.pieces == trace.prompt.pieces)
        #expect(try traceJSON(read) == bytes)
        #expect(try SchemaTests().errors(bytes) == "")
    }

    @Test(arguments: [
        (
            "\"merges\":[],\"lattice\"",
            "\"merges\":[{\"rank\":0,\"index\":0,\"left\":\"63\",\"right\":\"61\"}],\"lattice\"", "stands beside merges"
        ),
        ("\"start\":1,\"end\":2,\"score\"", "\"start\":2,\"end\":2,\"score\"", "with the start 2"),
        ("\"start\":3,\"end\":4,\"score\"", "\"start\":3,\"end\":5,\"score\"", "is 5"),
        ("\"start\":0,\"end\":3,\"score\"", "\"start\":0,\"end\":2,\"score\"", "the best path at symbol 2"),
        ("-9.25,\"chosen\":true", "-9.25,\"chosen\":false", "no path to the end"),
    ]) func brokenLattices(_ old: String, _ new: String, _ said: String) throws {
        try expect(.lattice(Self.lattice), old, new, said)
    }

    @Test(arguments: [
        ("\"start\":3,\"end\":4,\"spelled\"", "\"start\":2,\"end\":4,\"spelled\"", "does not follow"),
        ("\"start\":0,\"end\":3,\"spelled\"", "\"start\":0,\"end\":9,\"spelled\"", "is 9"),
        (",\"tried\":0", ",\"tried\":-1", "longestMatch[1].tried"),
        ("\"longestMatch\":[", "\"longestMatch\":[],\"other\":[", "does not reach the end"),
    ]) func brokenMatches(_ old: String, _ new: String, _ said: String) throws {
        try expect(.longestMatch(Self.longestMatch), old, new, said)
    }

    private func expect(_ explanation: Explanation, _ old: String, _ new: String, _ said: String) throws {
        var text = String(decoding: try traceJSON(Self.trace(explanation)), as: UTF8.self)
        let place = try #require(text.firstRange(of: old))
        text.replaceSubrange(place, with: new)
        do {
            _ = try Trace(parsing: Array(text.utf8))
            Issue.record("nothing was wrong")
        } catch {
            #expect("\(error)".contains(said), "\(error)")
        }
    }
}
