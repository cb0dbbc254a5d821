// WordPiece: at each place of a word the longest token of the vocabulary (Schuster and Nakajima 2012; Devlin et al. 2019).

internal import Traces

extension TokenizerReader {
    static let wordPiece = TokenizerReader(
        name: "WordPiece", gguf: GGUF(model: "bert", read: Tokenizer.wordPiece(gguf:)),
        json: TokenizerJSON(type: "WordPiece", read: Tokenizer.wordPiece(tokenizerJSON:tokens:)),
        files: Files(names: "vocab.txt", read: Tokenizer.wordPiece(folder:tokens:)))
}

/// The tokens that words begin with and those that go on, and what is done with a word that they cannot spell.
struct WordPieceModel: Sendable {
    /// What a word may begin with, and what may follow, each without the file's mark of the one or the other.
    private(set) var beginnings = ByteTrie(byteCount: 1 << 16)
    private(set) var continuations = ByteTrie(byteCount: 1 << 16)
    /// What the file puts before a beginning ("▁" in GGUF) and before a continuation ("##").
    let beginningMark: [UInt8]
    let continuationMark: [UInt8]
    /// The bytes of the longest mark that a file may have, as each match is recorded with it. Real ones have two or three.
    static let longestMark = 64
    /// Stands for a word that the tokens cannot spell; nil where such a word is left out.
    var unknown: Int?
    /// A longer word is not looked at: it is unknown.
    var longestWord = Int.max

    init(beginningMark: [UInt8], continuationMark: [UInt8]) {
        self.beginningMark = beginningMark
        self.continuationMark = continuationMark
    }

    /// Adds a token, `text` as the file spells it.
    mutating func insert(_ text: some RandomAccessCollection<UInt8>, _ id: UInt32) {
        if text.starts(with: beginningMark), text.count > beginningMark.count {
            beginnings.insert(text.dropFirst(beginningMark.count), id)
        }
        if text.starts(with: continuationMark), text.count > continuationMark.count {
            continuations.insert(text.dropFirst(continuationMark.count), id)
        }
    }
}

/// Takes from a word the longest token it begins with, then from the rest, until nothing is left.
final class WordPieceEncoder: PieceEncoder {
    private let model: WordPieceModel
    private let recording: Bool
    /// Where each character of the word begins, and its end.
    private var places: [Int] = []
    private var matches: [LongestMatch] = []

    init(_ model: WordPieceModel, recording: Bool) {
        self.model = model
        self.recording = recording
    }

    func encode(
        _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout PieceTokens, _ budget: inout EncodingBudget
    ) {
        readCharacters(piece)
        matches.removeAll(keepingCapacity: true)
        let count = places.count - 1
        var done = count > model.longestWord ? nil : 0
        if done == nil { keep(nil, 0, count, piece, tried: 0) }
        while let first = done, first < count {
            let (found, steps) = longest(piece, from: first)
            if !budget.take(walkSteps: steps) { return }
            done = found?.end
            // The whole rest is looked up first, then the same without its last character, and so on.
            keep(found?.id, first, found?.end ?? count, piece, tried: count - (found?.end ?? first))
            if let found {
                tokens.ids.append(found.id)
                tokens.starts.append(places[first])
            }
        }
        if done == nil { giveUp(piece, &tokens) }
        if !recording { return }
        for k in 0..<count { tokens.symbols.append(Array(piece[places[k]..<places[k + 1]])) }
        tokens.explanation = .longestMatch(matches)
    }

    /// The longest token that the word goes on with at character `first`, and the character after it; how many bytes were
    /// gone through to find it.
    private func longest(
        _ piece: UnsafeBufferPointer<UInt8>, from first: Int
    ) -> (found: (id: UInt32, end: Int)?, steps: Int) {
        let trie = first == 0 ? model.beginnings : model.continuations
        var found: (id: UInt32, end: Int)?
        var (node, place, character) = (ByteTrie.root, places[first], first + 1)
        while place < piece.count, let next = trie.child(of: node, piece[place]) {
            node = next
            place += 1
            if place < places[character] { continue }
            if let id = trie.value(at: node) { found = (id, character) }
            character += 1
        }
        return (found, place - places[first])
    }

    /// A word that cannot be spelled is unknown as a whole: what was found of it counts no more.
    private func giveUp(_ piece: UnsafeBufferPointer<UInt8>, _ tokens: inout PieceTokens) {
        tokens.ids.removeAll(keepingCapacity: true)
        tokens.starts.removeAll(keepingCapacity: true)
        if let unknown = model.unknown {
            tokens.ids.append(UInt32(unknown))
            tokens.starts.append(0)
        }
        for place in piece.indices {
            tokens.losses.append(PieceTokens.Loss(place: place, remedy: model.unknown == nil ? .dropped : .unknown))
        }
    }

    private func readCharacters(_ piece: UnsafeBufferPointer<UInt8>) {
        places.removeAll(keepingCapacity: true)
        var place = 0
        while place < piece.count {
            places.append(place)
            place += decodeScalar(piece, place, piece.count)?.length ?? 1
        }
        places.append(place)
    }

    private func keep(_ id: UInt32?, _ start: Int, _ end: Int, _ piece: UnsafeBufferPointer<UInt8>, tried: Int) {
        if !recording { return }
        let mark = start == 0 ? model.beginningMark : model.continuationMark
        matches.append(
            LongestMatch(
                id: id.map { Int($0) }, start: start, end: end, spelled: mark + piece[places[start]..<places[end]],
                tried: tried))
    }
}
