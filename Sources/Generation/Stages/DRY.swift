// The stage "dry" (don't repeat yourself). Made by: StageTable.

internal import Traces

/// Lowers the logit of each token that would continue a repetition: l − m · b^(n − a), where n is the length of the longest
/// run at the end of the text that occurred before and was followed by the token, and a the length that is allowed.
///
/// A run is cut at the last sequence breaker. Tokens that are breakers themselves are spared.
/// Source: p-e-w 2024, the DRY sampler; details as in llama.cpp.
struct DRY: Stage {
    let name = "dry"
    let multiplier: Double
    let base: Double
    let allowedLength: Int
    /// How many of the last tokens are looked at; nil for all.
    let lastN: Int?
    let breakers: DryBreakers

    // As in llama.cpp: b^x is held within what a 32-bit float can be.
    private static let largestLogarithm = 88.722_839_1

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let all = context.history.all
        let tokens = Array(all.suffix(lastN ?? all.count))
        let highest = base > 1.000_001 ? Int(Self.largestLogarithm / logarithm(base)) : 0
        for (id, length) in repeats(in: tokens) where !breakers.single.contains(id) {
            guard id < distribution.vocabularySize, distribution.isKept(id) else { continue }
            var exponent = length - allowedLength
            if highest > 0 { exponent = min(exponent, highest) }
            let penalty = multiplier * power(base, exponent)
            distribution.set(id, to: Float(Double(distribution.logits[id]) - penalty))
        }
        return [
            .init("multiplier", multiplier), .init("base", base), .init("allowed-length", Double(allowedLength)),
            .init("last-n", Double(lastN ?? -1)),
        ]
    }

    /// For each token that would continue a repetition: the length of the longest run it would continue.
    func repeats(in tokens: [Int]) -> [Int: Int] {
        let limit = breakers.distanceFromEnd(of: tokens) ?? tokens.count
        if tokens.count <= allowedLength || limit < allowedLength { return [:] }
        var longest: [Int: Int] = [:]
        // The Z-array of the reversed text: how far the end of the text agrees with what stands before each place.
        let reversed: [Int] = tokens.reversed()
        for (place, agreement) in zArray(reversed).enumerated().dropFirst() {
            let length = min(agreement, limit)
            if length >= allowedLength {
                longest[reversed[place - 1], default: 0] = max(longest[reversed[place - 1]] ?? 0, length)
            }
        }
        return longest
    }
}

/// Gusfield's Z-array: for each place the length of the longest common prefix of the whole and what begins there. O(n).
func zArray(_ items: [Int]) -> [Int] {
    var lengths = [Int](repeating: 0, count: items.count)
    var (start, end) = (0, 0)  // the stretch start ..< end that reaches furthest and equals a prefix
    for place in items.indices.dropFirst() {
        var length = place < end ? min(lengths[place - start], end - place) : 0
        while place + length < items.count, items[length] == items[place + length] { length += 1 }
        lengths[place] = length
        if place + length > end { (start, end) = (place, place + length) }
    }
    return lengths
}

/// The texts that end a repetition for ``DRY``, as token sequences.
public struct DryBreakers: Equatable, Sendable {
    /// First token → the rests of the sequences that begin with it.
    private var tails: [Int: [[Int]]] = [:]
    /// The tokens that are a breaker by themselves.
    private(set) var single: Set<Int> = []

    /// As llama.cpp cuts longer ones off.
    private static let longestText = 40
    private static let longestTail = 20

    public init(sequences: [[Int]] = []) { for sequence in sequences { add(sequence) } }

    /// Finds every way the texts can stand in tokens: tokens that hold a text whole, and tokens whose end begins one,
    /// with the rest of the text encoded behind them.
    ///
    /// - Parameters:
    ///   - texts: the breakers, for example newline, colon, quotation mark, asterisk. Empty ones mean nothing.
    ///   - bytes: what a token stands for.
    ///   - encode: the tokens of the rest of a text.
    public init(
        texts: [String], vocabularySize: Int, bytes: (Int) -> [UInt8], encode: ([UInt8]) -> [Int]
    ) {
        for text in texts {
            let wanted = Array(text.utf8.prefix(Self.longestText))
            if wanted.isEmpty { continue }
            for id in 0..<vocabularySize {
                let word = bytes(id)
                let places = word.indices.filter {
                    word[$0...].prefix(wanted.count).elementsEqual(wanted.prefix(word.count - $0))
                }
                if places.contains(where: { $0 + wanted.count <= word.count }) {
                    add([id])
                } else {
                    for place in places {
                        add([id] + encode(Array(wanted[(word.count - place)...])).prefix(Self.longestTail))
                    }
                }
            }
        }
    }

    private mutating func add(_ sequence: [Int]) {
        guard let head = sequence.first else { return }
        let tail = Array(sequence.dropFirst())
        if tail.isEmpty { single.insert(head) }
        if tails[head]?.contains(tail) != true { tails[head, default: []].append(tail) }
    }

    /// How many tokens follow the last breaker; nil without one. Of several beginning at one token the longest counts.
    func distanceFromEnd(of tokens: [Int]) -> Int? {
        for place in tokens.indices.reversed() {
            guard let candidates = tails[tokens[place]] else { continue }
            let matching = candidates.filter { tokens[(place + 1)...].starts(with: $0) }
            if let longest = matching.map(\.count).max() { return tokens.count - 1 - place - longest }
        }
        return nil
    }
}
