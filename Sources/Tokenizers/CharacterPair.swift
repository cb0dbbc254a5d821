// Byte-pair encoding over characters: the kind of SentencePiece's vocabularies (Llama 2, Mistral, Gemma, Phi 3).

internal import Traces

extension TokenizerReader {
    static let characterPair = TokenizerReader(
        name: "BPE over characters",
        gguf: GGUF(model: "llama", read: Tokenizer.characterPair(gguf:)),
        json: TokenizerJSON(type: "BPE", read: Tokenizer.characterPair(tokenizerJSON:tokens:)))
    static let listedCharacterPair = TokenizerReader(
        name: "BPE over characters, merges listed",
        gguf: GGUF(model: "gemma4", read: Tokenizer.characterPair(gguf:)))
}

/// What characters become, and what is done with one that is no token.
struct CharacterPairModel: Sendable {
    /// The tokens as their file spells them.
    var spelled: Vocabulary
    /// The token of each single byte, `noToken` where there is none: what a character without a token is spelled in.
    var idOfByte: [UInt32]
    /// Stands for a character that cannot be spelled in bytes either; nil where it is left out.
    var unknown: Int?
    /// Neighbouring unknown characters become one unknown token.
    var fusesUnknown = false
    /// A piece that is a token as a whole becomes that token without merges.
    var ignoresMerges = false
    /// A piece of nothing but line feeds that is a token as a whole becomes that token without merges.
    var keepsLineFeeds = false
}

/// Merges neighbours by the score of the token that they make, the highest first: no list of merges is needed
/// (Kudo and Richardson 2018, SentencePiece).
struct ScoredOrder: MergeOrder {
    let spelled: Vocabulary
    /// The place of each token's score in the order of all scores, the highest 0; `PairTable.noRank` for tokens that a
    /// text never becomes. Equal scores have one place.
    let ranks: [UInt32]
    /// The piece that is being encoded.
    var piece = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

    mutating func begin(_ piece: UnsafeBufferPointer<UInt8>) { self.piece = piece }

    func find(_ left: UInt32, _ right: UInt32, _ start: Int, _ end: Int) -> PairTable.Entry {
        guard let id = spelled.find(UnsafeBufferPointer(rebasing: piece[start..<end])) else { return PairTable.Entry() }
        return PairTable.Entry(left: left, right: right, rank: ranks[Int(id)], merged: id)
    }

    /// The ranks of scores: one more than the number of different higher ones.
    static func ranks(of scores: [Float], isText: (Int) -> Bool) -> [UInt32] {
        var ranks = [UInt32](repeating: PairTable.noRank, count: scores.count)
        var rank: UInt32 = 0
        var before: Float?
        for id in scores.indices.sorted(by: { scores[$0] > scores[$1] }) {
            if let before, before != scores[id] { rank += 1 }
            before = scores[id]
            if isText(id) { ranks[id] = rank }
        }
        return ranks
    }
}

/// Merges that a file lists, both sides spelled as tokens are.
struct CharacterMerges {
    private(set) var pairs: PairTable
    private let spelled: Vocabulary
    /// The characters that a token's text begins with only within a word ("##"): a merge takes them from its right side.
    private let continuation: [UInt8]
    private(set) var repeated = 0

    init(_ spelled: Vocabulary, count: Int, continuation: [UInt8] = []) {
        self.spelled = spelled
        self.continuation = continuation
        pairs = PairTable(capacity: count)
    }

    /// Adds the merge of rank `rank`. Of two with the same sides the later one stays where `replacing`.
    mutating func add(
        _ rank: Int, _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>, replacing: Bool
    ) throws(TokenizerError) {
        let tail = right.starts(with: continuation) ? Array(right.dropFirst(continuation.count)) : Array(right)
        let whole = Array(left) + tail
        guard let first = spelled.find(left) else { throw unknown(rank, left, right, part: Array(left)) }
        guard let second = spelled.find(right) else { throw unknown(rank, left, right, part: Array(right)) }
        guard let merged = whole.withUnsafeBufferPointer({ spelled.find($0) }) else {
            throw unknown(rank, left, right, part: whole)
        }
        let entry = PairTable.Entry(left: first, right: second, rank: UInt32(rank), merged: merged)
        if !pairs.insert(entry, replacing: replacing) { repeated += 1 }
    }

    private func unknown(
        _ rank: Int, _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>, part: [UInt8]
    ) -> TokenizerError {
        let text = String(decoding: left, as: UTF8.self) + " " + String(decoding: right, as: UTF8.self)
        return .unknownInMerge(rank: rank, text: text, part: String(decoding: part, as: UTF8.self))
    }
}

/// Spells a piece in characters and merges neighbours.
final class CharacterPairEncoder<Order: MergeOrder>: PieceEncoder {
    private let model: CharacterPairModel
    private let recording: Bool
    private var merger: BytePairMerger<Order>

    init(_ model: CharacterPairModel, _ order: Order, recording: Bool) {
        self.model = model
        self.recording = recording
        merger = BytePairMerger(pairs: order, recording: recording)
    }

    func encode(
        _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout PieceTokens, _ budget: inout EncodingBudget
    ) {
        merger.removeAll()
        merger.pairs.begin(piece)
        var place = 0
        while place < piece.count {
            let length = decodeScalar(piece, place, piece.count)?.length ?? 1
            if let id = model.spelled.find(UnsafeBufferPointer(rebasing: piece[place..<place + length])) {
                merger.append(id, place)
                if recording { tokens.symbols.append(Array(piece[place..<place + length])) }
            } else {
                spell(piece, place..<place + length, into: &tokens)
            }
            place += length
        }
        if model.ignoresMerges || model.keepsLineFeeds && piece.allSatisfy({ $0 == UInt8(ascii: "\n") }),
            merger.ids.count > 1, tokens.losses.isEmpty, let whole = model.spelled.find(piece)
        {
            merger.removeAll()
            merger.append(whole, 0)
        } else {
            merger.run(piece.count)
        }
        tokens.ids.append(contentsOf: merger.ids)
        tokens.starts.append(contentsOf: merger.starts)
        if recording { tokens.explanation = .merges(merges()) }
    }

    /// The merges taken, their sides spelled as the file spells tokens.
    private func merges() -> [Merge] {
        merger.taken.map {
            Merge(
                rank: $0.rank, index: $0.index, left: model.spelled.bytes(of: Int($0.left)),
                right: model.spelled.bytes(of: Int($0.right)))
        }
    }

    /// A character without a token: its bytes' tokens where all of them have one, else the unknown token, else nothing.
    private func spell(_ piece: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, into tokens: inout PieceTokens) {
        if range.allSatisfy({ model.idOfByte[Int(piece[$0])] != Vocabulary.noToken }) {
            for place in range {
                merger.append(model.idOfByte[Int(piece[place])], place)
                if recording { tokens.symbols.append([piece[place]]) }
            }
            return
        }
        if let unknown = model.unknown {
            let isFused = model.fusesUnknown && merger.ids.last == UInt32(unknown)
            if !isFused { merger.append(UInt32(unknown), range.lowerBound) }
            if recording, isFused { tokens.symbols[tokens.symbols.count - 1] += piece[range] }
            if recording, !isFused { tokens.symbols.append(Array(piece[range])) }
        }
        for place in range {
            tokens.losses.append(
                PieceTokens.Loss(place: place, remedy: model.unknown == nil ? .dropped : .unknown))
        }
    }
}
