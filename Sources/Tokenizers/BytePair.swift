// Byte-level byte-pair encoding: the kind of GPT-2, Llama 3, Qwen 2, SmolLM2.

internal import ModelFiles
internal import Traces

extension TokenizerReader {
    static let byteLevelBytePair = TokenizerReader(
        name: "byte-level BPE",
        gguf: GGUF(model: "gpt2", read: Tokenizer.bytePair(gguf:)),
        json: TokenizerJSON(
            type: "BPE", accepts: PreTokenizer.isByteLevel, read: Tokenizer.bytePair(tokenizerJSON:tokens:)),
        files: Files(names: "vocab.json with merges.txt", read: Tokenizer.bytePair(folder:tokens:)))
}

/// The merges of a byte-level vocabulary, and what is done with bytes that it cannot express.
struct BytePairModel: Sendable {
    /// The token of each single byte, `noToken` where the vocabulary has none.
    var idOfByte = [UInt32](repeating: Vocabulary.noToken, count: 256)
    /// Which pairs merge, into what, and how early.
    var pairs = PairTable(capacity: 0)
    /// Stands for what the vocabulary cannot express; nil where such bytes are left out.
    var unknown: Int?
    /// Neighbouring unknown bytes become one unknown token.
    var fusesUnknown = false
    /// A piece that is a token as a whole becomes that token without merges.
    var ignoresMerges = false
}

/// Spells a piece in bytes and merges neighbouring symbols by rank (Radford et al. 2019; Sennrich et al. 2016).
final class BytePairEncoder: PieceEncoder {
    let vocabulary: Vocabulary
    let model: BytePairModel
    private let recording: Bool
    private var merger: BytePairMerger<PairTable>
    /// The 256 one-byte symbols, made once and shared by all records.
    private let byteSymbols: [[UInt8]]

    init(_ vocabulary: Vocabulary, _ model: BytePairModel, recording: Bool) {
        self.vocabulary = vocabulary
        self.model = model
        self.recording = recording
        merger = BytePairMerger(pairs: model.pairs, recording: recording)
        byteSymbols = recording ? (UInt8(0)...255).map { [$0] } : []
    }

    func encode(
        _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout PieceTokens, _ budget: inout EncodingBudget
    ) {
        merger.removeAll()
        for place in 0..<piece.count {
            let id = model.idOfByte[Int(piece[place])]
            if id == Vocabulary.noToken { missing(piece, place, into: &tokens) } else { merger.append(id, place) }
        }
        if recording { tokens.symbols = merger.ids.map { symbol($0) } }
        if model.ignoresMerges, merger.ids.count > 1, tokens.losses.isEmpty, let whole = vocabulary.find(piece) {
            merger.removeAll()
            merger.append(whole, 0)
        } else {
            merger.run(piece.count)
        }
        tokens.ids.append(contentsOf: merger.ids)
        tokens.starts.append(contentsOf: merger.starts)
        if !recording { return }
        tokens.explanation = .merges(
            merger.taken.map {
                Merge(rank: $0.rank, index: $0.index, left: symbol($0.left), right: symbol($0.right))
            })
    }

    private func symbol(_ id: UInt32) -> [UInt8] {
        let span = vocabulary.span(of: Int(id))
        return span.count == 1 ? byteSymbols[Int(vocabulary.bytes[span.lowerBound])] : vocabulary.bytes(of: Int(id))
    }

    /// A byte without a token. Nothing exact is possible, so the ids are those that other programs give:
    /// the unknown token where the model names one; U+FFFD for a byte that is no UTF-8; else nothing.
    private func missing(_ piece: UnsafeBufferPointer<UInt8>, _ place: Int, into tokens: inout PieceTokens) {
        var remedy = Encoding.Loss.Remedy.dropped
        if let unknown = model.unknown {
            let fused = model.fusesUnknown && merger.ids.last == UInt32(unknown)
            if !fused { merger.append(UInt32(unknown), place) }
            remedy = .unknown
        } else if !isInsideCharacter(piece, place) {
            let stand = [0xEF, 0xBF, 0xBD].map { model.idOfByte[$0] }
            if !stand.contains(Vocabulary.noToken) {
                for id in stand { merger.append(id, place) }
                remedy = .replaced
            }
        }
        tokens.losses.append(PieceTokens.Loss(place: place, remedy: remedy))
    }

    /// Whether the byte at `place` belongs to a well-formed character.
    private func isInsideCharacter(_ piece: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        for lead in stride(from: place, through: max(0, place - 3), by: -1) {
            if let (_, length) = decodeScalar(piece, lead, piece.count) { return lead + length > place }
        }
        return false
    }
}
