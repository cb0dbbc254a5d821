// Builds a vocabulary from texts in the byte alphabet, checking every token and merge on the way.

/// A vocabulary under construction: all tokens in the order of their ids, then `finishTokens`, then all merges.
struct VocabularyBuilder {
    private let alphabet = ByteAlphabet()
    private(set) var vocabulary = Vocabulary()
    /// The merges, and the tokens of single bytes.
    private(set) var model = BytePairModel()
    /// Tokens matched in a text before merges run: control and user-defined tokens, by their literal text.
    private(set) var added: [Int] = []
    private var addedTexts: Set<[UInt8]> = []
    /// Whether merges can make the token: it is a normal one, and the alphabet can spell its text.
    private var reachable: [Bool] = []
    /// Whether of two equal merges the later one counts, as in tokenizer.json; in GGUF files the earlier one does.
    var laterMergeCounts = false
    /// What was met that a reader may want to know.
    private var repeatedMerges = 0
    private var mergesOfAdded = 0
    private var left: [UInt8] = []
    private var right: [UInt8] = []

    init(count: Int, byteCount: Int) {
        vocabulary.offsets.reserveCapacity(count + 1)
        vocabulary.kinds.reserveCapacity(count)
        reachable.reserveCapacity(count)
        vocabulary.bytes.reserveCapacity(byteCount)
    }

    /// Adds the next token. Normal tokens are spelled in the byte alphabet, all others literally.
    mutating func append(_ text: UnsafeBufferPointer<UInt8>, kind: Vocabulary.Kind) throws(TokenizerError) {
        let id = vocabulary.count
        let isAdded = kind == .control || kind == .userDefined || kind == .unknown
        let isReachable = !isAdded && alphabet.decode(text, into: &vocabulary.bytes)
        if !isReachable { vocabulary.bytes.append(contentsOf: text) }
        if isAdded { added.append(id) }
        reachable.append(isReachable)
        try vocabulary.endToken(kind)
    }

    /// Makes bytes → id answer, once all tokens are there. `mergesReachAdded`: whether merges may make a user-defined
    /// token, as in llama.cpp, where all tokens are in one table.
    mutating func finishTokens(mergesReachAdded: Bool) throws(TokenizerError) {
        if vocabulary.count == 0 { throw .badTokenCount(0) }
        vocabulary.reserveSlots(vocabulary.count)
        for id in 0..<vocabulary.count where reachable[id] {
            let span = vocabulary.span(of: id)
            if span.isEmpty { continue }
            if let first = vocabulary.insert(id) { throw duplicate(first, id) }
            if span.count == 1 { model.idOfByte[Int(vocabulary.bytes[span.lowerBound])] = UInt32(id) }
        }
        if model.idOfByte.allSatisfy({ $0 == Vocabulary.noToken }) { throw .noByteTokens }
        try checkAdded(mergesReachAdded: mergesReachAdded)
    }

    /// Added tokens must differ from each other, and from normal tokens as they are spelled in the file.
    private mutating func checkAdded(mergesReachAdded: Bool) throws(TokenizerError) {
        var seen: [[UInt8]: Int] = [:]
        for id in added {
            let text = vocabulary.bytes(of: id)
            if text.isEmpty { continue }
            if let first = seen.updateValue(id, forKey: text) { throw duplicate(first, id) }
            addedTexts.insert(text)
            var spelled: [UInt8] = []
            if text.withUnsafeBufferPointer({ alphabet.decode($0, into: &spelled) }),
                let first = vocabulary.id(of: spelled)
            {
                throw duplicate(first, id)
            }
            // Only where the alphabet spells the text as it stands are its bytes those that merges would make.
            if mergesReachAdded, vocabulary.kinds[id] == .userDefined, spelled == text { _ = vocabulary.insert(id) }
        }
    }

    private func duplicate(_ first: Int, _ second: Int) -> TokenizerError {
        .duplicateToken(
            text: String(decoding: vocabulary.bytes(of: second), as: UTF8.self), first: min(first, second),
            second: max(first, second))
    }

    /// Room for `count` merges.
    mutating func reserveMerges(_ count: Int) { model.pairs = PairTable(capacity: count) }

    /// Adds the merge of rank `rank`, both parts spelled in the byte alphabet.
    mutating func merge(
        rank: Int, _ leftText: UnsafeBufferPointer<UInt8>, _ rightText: UnsafeBufferPointer<UInt8>
    ) throws(TokenizerError) {
        left.removeAll(keepingCapacity: true)
        right.removeAll(keepingCapacity: true)
        guard alphabet.decode(leftText, into: &left), let leftId = find(left) else {
            return try unreachable(rank, leftText, rightText, part: Array(leftText))
        }
        guard alphabet.decode(rightText, into: &right), let rightId = find(right) else {
            return try unreachable(rank, leftText, rightText, part: Array(rightText))
        }
        left.append(contentsOf: right)
        guard let merged = find(left) else {
            return try unreachable(rank, leftText, rightText, part: Array(leftText) + Array(rightText))
        }
        let entry = PairTable.Entry(left: leftId, right: rightId, rank: UInt32(rank), merged: merged)
        if !model.pairs.insert(entry, replacing: laterMergeCounts) { repeatedMerges += 1 }
    }

    /// What a reader of the merges may want to know, a line each.
    var mergeNotes: [String] {
        var notes: [String] = []
        if repeatedMerges > 0 {
            let which = laterMergeCounts ? "last" : "first"
            notes.append("\(times(repeatedMerges)) in the list before: of equal merges the \(which) one counts")
        }
        if mergesOfAdded > 0 {
            notes.append("\(times(mergesOfAdded)) with a control token: left out, as text never becomes one")
        }
        return notes
    }

    private func times(_ count: Int) -> String { count == 1 ? "1 merge is" : "\(count) merges are" }

    /// A merge of which a part is no token that pieces can become: it is left out where that is a control token, which
    /// plain text never becomes; else it is an error.
    private mutating func unreachable(
        _ rank: Int, _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>, part: [UInt8]
    ) throws(TokenizerError) {
        if !addedTexts.contains(part) { throw unknown(rank, left, right, part: part) }
        mergesOfAdded += 1
    }

    private func find(_ bytes: [UInt8]) -> UInt32? { bytes.withUnsafeBufferPointer { vocabulary.find($0) } }

    private func shown(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: left, as: UTF8.self) + " " + String(decoding: right, as: UTF8.self)
    }

    private func unknown(
        _ rank: Int, _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>, part: [UInt8]
    ) -> TokenizerError {
        .unknownInMerge(rank: rank, text: shown(left, right), part: String(decoding: part, as: UTF8.self))
    }
}

/// The end of a note on the first of several: a file may have as many as it likes.
func andOthers(_ count: Int) -> String { count == 0 ? "" : "; the same holds of \(count) more" }
