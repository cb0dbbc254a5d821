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
