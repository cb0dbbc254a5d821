// What a kind of tokenizer has to bring: how the tokens of one piece are made, and how that is explained.

internal import Traces

/// Makes the tokens of pieces, one after another, on a workspace of its own. Byte-pair encoding, a unigram's lattice and
/// longest match differ in nothing else.
protocol PieceEncoder: AnyObject {
    /// Encodes a piece, which is not empty, into `tokens`, which come empty. Where `budget` ends, what is in them is no
    /// answer.
    func encode(
        _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout PieceTokens, _ budget: inout EncodingBudget
    )
    /// The pieces that follow are of another stretch of text: what was kept of those before counts no more.
    func beginStretch()
}

extension PieceEncoder {
    func beginStretch() {}
}

/// The tokens of one piece. Places are bytes of the piece as it was handed in.
struct PieceTokens {
    /// A byte that the tokens do not stand for.
    struct Loss {
        var place: Int
        var remedy: Encoding.Loss.Remedy
    }

    var ids: [UInt32] = []
    /// Where each token begins.
    var starts: [Int] = []
    var losses: [Loss] = []
    /// What the tokens were made of, and how; left empty when nothing is recorded.
    var symbols: [[UInt8]] = []
    var explanation = Explanation.merges([])

    mutating func removeAll() {
        ids.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        losses.removeAll(keepingCapacity: true)
        symbols = []
        explanation = .merges([])
    }
}
