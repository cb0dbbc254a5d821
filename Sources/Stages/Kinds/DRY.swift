// The stage "dry" (don't repeat yourself).

internal import Phrases
package import Traces

extension StageDescriptor {
    static let dry = StageDescriptor(
        "dry", .early, .shifts, isSamplingOnly: false, label: Phrase(same: "DRY"),
        parameters: [
            StageParameter(
                "dry-multiplier", .number(multiplier),
                Phrase("Strength of the penalty on continuing a repetition; 0 is off.", "延續重複的懲罰強度；0 為關閉。")),
            StageParameter(
                "dry-base", .number(base),
                Phrase("How fast it grows with the repetition's length (default 1.75).", "懲罰隨重複長度成長多快（預設 1.75）。")),
            StageParameter(
                "dry-allowed-length", .number(allowedLength),
                Phrase("The length of a repetition that goes unpunished (default 2).", "容許而不懲罰的重複長度（預設 2）。")),
            StageParameter(
                "dry-last-n", .number(lastN),
                Phrase("How many of the last tokens are looked at; -1 is all (default).", "只看最後這麼多個詞元；-1 為全部（預設）。")),
            StageParameter(
                "dry-breaker", .texts { $0.dryBreakers = $1 }, valueName: "text",
                Phrase(
                    "A text that ends a repetition (repeatable), such as a colon or line end.",
                    "使重複中斷的文字（可重複給定），例如冒號或換行。")),
        ],
        formulas: [
            .untouched,
            .rule(
                "z′ = z − m · b^(n − a)",
                note: Phrase(
                    "Lowered if it would continue a repetition of n tokens; a are allowed.",
                    "若會延續長度 n 的重複就降低分數；容許長度為 a。")),
        ],
        make: { request in
            let settings = request.settings
            let last = Int(lastN.value(in: settings))
            if multiplier.isOff(in: settings) || last == 0 { return nil }
            let stage = DRY(
                multiplier: multiplier.value(in: settings), base: base.value(in: settings),
                allowedLength: Int(allowedLength.value(in: settings)), lastN: last < 0 ? nil : last,
                breakers: request.dryBreakers)
            return Stage("dry", stage.apply)
        })
}

extension DryBreakers {
    /// Whether a run with these settings looks at breakers at all; finding them takes a walk through the vocabulary.
    package static func areNeeded(for settings: Settings) -> Bool { !multiplier.isOff(in: settings) }
}

private let multiplier = StageNumber(
    extra: "dry.multiplier", 0, NumberRange(.real(0...100), first: .off(0)), example: 0.8, isSwitch: true)
private let base = StageNumber(extra: "dry.base", 1.75, .real(1...100), example: 1.75, isSwitch: false)
private let allowedLength = StageNumber(
    extra: "dry.allowed-length", 2, NumberRange(.whole(0...1000)), example: 2, isSwitch: false)
private let lastN = StageNumber(
    extra: "dry.last-n", -1,
    NumberRange(
        .wholeFrom(0, bound: 1_000_000_000), first: .init(-1, Phrase("the whole context", "整段上下文"), isEndless: true)),
    example: -1,
    isSwitch: false)

/// Lowers the logit of each token that would continue a repetition: l − m · b^(n − a), where n is the length of the longest
/// run at the end of the text that occurred before and was followed by the token, and a the length that is allowed.
///
/// A run is cut at the last sequence breaker. Tokens that are breakers themselves are spared.
/// Source: p-e-w 2024, the DRY sampler; details as in llama.cpp.
struct DRY {
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
