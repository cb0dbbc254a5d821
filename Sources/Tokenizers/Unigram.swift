// The unigram model: of all ways to spell a piece in tokens, the one with the largest sum of scores (Kudo 2018).

internal import Traces

extension TokenizerReader {
    static let unigram = TokenizerReader(
        name: "unigram", gguf: GGUF(model: "t5", read: Tokenizer.unigram(gguf:)),
        json: TokenizerJSON(type: "Unigram", read: Tokenizer.unigram(tokenizerJSON:tokens:)))
}

/// The tokens with their scores, and what is done with characters that are no token.
struct UnigramModel: Sendable {
    /// All tokens that a text can become.
    var trie: ByteTrie
    /// One a token: the natural logarithm of its probability.
    var scores: [Double]
    /// The score of a character that is no token: less than any token's.
    var unknownScore: Double
    /// Stands for characters that are no token, neighbouring ones together; nil where they are left out.
    var unknown: Int?
    /// The token of each single byte, `noToken` where there is none: what such characters are spelled in.
    var idOfByte: [UInt32]
    /// Whether sums go on from piece to piece of one stretch of text, as where pieces were cut only because no token
    /// reaches over: the same sums are rounded in the same way as over the whole.
    var continuesSums = false

    /// An unknown character's score lies so much below the lowest of all.
    static let unknownPenalty = 10.0
}

/// Finds the best path through the lattice of a piece by Viterbi's algorithm (Viterbi 1967).
final class UnigramEncoder: PieceEncoder {
    /// The best path that ends at a place of the piece.
    private struct Node {
        var total = -Double.infinity
        /// Where its last token begins, −1 where no path ends here.
        var start = -1
        /// Its last token; `noToken` for an unknown character.
        var id = Vocabulary.noToken
    }

    /// Of longer pieces only the best path is recorded: the lattice of a megabyte without a break has millions of edges. So
    /// it is of the pieces for which a text's edges do not last.
    private static let longestLattice = 4096
    private let model: UnigramModel
    private let recording: Bool
    private var nodes: [Node] = []
    /// The sum of the pieces before.
    private var before = 0.0
    private var edges: [LatticeEdge] = []

    init(_ model: UnigramModel, recording: Bool) {
        self.model = model
        self.recording = recording
    }

    func beginStretch() { before = 0 }

    func encode(
        _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout PieceTokens, _ budget: inout EncodingBudget
    ) {
        edges.removeAll(keepingCapacity: true)
        // Of each byte the number of its character, and one more at the end; only when recorded.
        var symbols: [Int] = []
        if recording { symbols = numberCharacters(piece, &tokens.symbols) }
        let keepsAll = search(
            piece, symbols, keepsAll: recording && tokens.symbols.count <= Self.longestLattice, &budget)
        if budget.isSpent { return }
        let path = path(piece.count)
        if model.continuesSums { before = nodes[piece.count].total }
        emit(path, piece, into: &tokens)
        if !recording { return }
        if keepsAll {
            budget.take(edges: edges.count)
            choose(path, symbols)
        } else {
            for (start, end) in path { keep(nodes[end].id, start, end, symbols, chosen: true) }
        }
        tokens.explanation = .lattice(edges)
    }

    /// Fills `nodes` from left to right, and `edges` where `keepsAll`; returns whether all of them are there.
    private func search(
        _ piece: UnsafeBufferPointer<UInt8>, _ symbols: [Int], keepsAll: Bool, _ budget: inout EncodingBudget
    ) -> Bool {
        var keepsAll = keepsAll
        nodes.removeAll(keepingCapacity: true)
        nodes.append(contentsOf: repeatElement(Node(), count: piece.count + 1))
        nodes[0] = Node(total: before, start: 0)
        var place = 0
        while place < piece.count {
            let length = decodeScalar(piece, place, piece.count)?.length ?? 1
            let total = nodes[place].total
            var isToken = false
            var node = ByteTrie.root
            var end = place
            while end < piece.count, let next = model.trie.child(of: node, piece[end]) {
                node = next
                end += 1
                guard let id = model.trie.value(at: node) else { continue }
                if end - place == length { isToken = true }
                offer(id, place, end, total + model.scores[Int(id)])
                if keepsAll { keep(id, place, end, symbols, chosen: false) }
            }
            if !isToken {
                offer(Vocabulary.noToken, place, place + length, total + model.unknownScore)
                if keepsAll { keep(Vocabulary.noToken, place, place + length, symbols, chosen: false) }
            }
            if keepsAll, edges.count > budget.edgesAtMost {
                keepsAll = false
                edges.removeAll(keepingCapacity: true)
            }
            if !budget.take(walkSteps: end - place) { break }
            place += length
        }
        return keepsAll
    }

    private func offer(_ id: UInt32, _ start: Int, _ end: Int, _ total: Double) {
        if total > nodes[end].total { nodes[end] = Node(total: total, start: start, id: id) }
    }

    /// The spans of the best path, from left to right.
    private func path(_ count: Int) -> [(start: Int, end: Int)] {
        var spans: [(start: Int, end: Int)] = []
        var end = count
        while end > 0 {
            spans.append((nodes[end].start, end))
            end = nodes[end].start
        }
        return spans.reversed()
    }

    /// The tokens of the path: neighbouring unknown characters become one unknown token, or their bytes' tokens.
    private func emit(
        _ path: [(start: Int, end: Int)], _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout PieceTokens
    ) {
        var next = 0
        while next < path.count {
            let (start, end) = path[next]
            next += 1
            if nodes[end].id != Vocabulary.noToken {
                tokens.ids.append(nodes[end].id)
                tokens.starts.append(start)
                continue
            }
            var last = end
            while next < path.count, nodes[path[next].end].id == Vocabulary.noToken {
                last = path[next].end
                next += 1
            }
            spell(piece, start..<last, into: &tokens)
        }
    }

    private func spell(_ piece: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, into tokens: inout PieceTokens) {
        if range.allSatisfy({ model.idOfByte[Int(piece[$0])] != Vocabulary.noToken }) {
            for place in range {
                tokens.ids.append(model.idOfByte[Int(piece[place])])
                tokens.starts.append(place)
            }
            return
        }
        if let unknown = model.unknown {
            tokens.ids.append(UInt32(unknown))
            tokens.starts.append(range.lowerBound)
        }
        for place in range {
            tokens.losses.append(
                PieceTokens.Loss(place: place, remedy: model.unknown == nil ? .dropped : .unknown))
        }
    }

    // MARK: The record

    private func numberCharacters(_ piece: UnsafeBufferPointer<UInt8>, _ symbols: inout [[UInt8]]) -> [Int] {
        var numbers: [Int] = []
        var place = 0
        while place < piece.count {
            let length = decodeScalar(piece, place, piece.count)?.length ?? 1
            for _ in 0..<length { numbers.append(symbols.count) }
            symbols.append(Array(piece[place..<place + length]))
            place += length
        }
        return numbers + [symbols.count]
    }

    private func keep(_ id: UInt32, _ start: Int, _ end: Int, _ symbols: [Int], chosen: Bool) {
        let isUnknown = id == Vocabulary.noToken
        let score = isUnknown ? model.unknownScore : model.scores[Int(id)]
        edges.append(
            LatticeEdge(
                id: isUnknown ? model.unknown ?? 0 : Int(id), start: symbols[start], end: symbols[end], score: score,
                total: nodes[start].total - nodes[0].total + score, chosen: chosen))
    }

    /// Marks the edges of the best path. Edges stand in the order of their beginnings, so one pass finds them all.
    private func choose(_ path: [(start: Int, end: Int)], _ symbols: [Int]) {
        var place = 0
        for (start, end) in path {
            let id = nodes[end].id == Vocabulary.noToken ? model.unknown ?? 0 : Int(nodes[end].id)
            while place < edges.count {
                place += 1
                let edge = edges[place - 1]
                if edge.start != symbols[start] || edge.end != symbols[end] || edge.id != id { continue }
                edges[place - 1].chosen = true
                break
            }
        }
    }
}
