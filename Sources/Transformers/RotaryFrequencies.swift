// How fast each pair of a head's numbers turns, and how that is stretched for texts longer than those of the training.
internal import ElementaryFunctions

/// How the frequencies θ^(−2i/d) are changed. `d` is the head size; frequencies are in radians a position.
enum RotaryScaling: Equatable, Sendable {
    case none
    /// All divided by the factor (Chen et al. 2023).
    case linear(factor: Double)
    /// Llama 3.1: slow frequencies divided by the factor, fast ones kept, those between blended.
    case llama3(factor: Double, low: Double, high: Double, originalContext: Double)
    case yarn(Yarn)
    /// Each pair by a factor of its own (LongRoPE, Ding et al. 2024).
    case perPair(factors: [Double], attentionFactor: Double)

    /// YaRN (Peng et al. 2023): pairs that turn more than `fast` times within the original context are kept, those that
    /// turn less than `slow` times are divided by the factor.
    struct Yarn: Equatable, Sendable {
        var factor: Double
        var originalContext: Double
        var fast = 32.0
        var slow = 1.0
        /// Whether the pairs between which the two are blended are whole numbers.
        var isTruncated = true
        /// nil: 0.1 · ln(factor) + 1.
        var attentionFactor: Double?
    }
}

/// What a head's pairs are turned by.
struct RotaryFrequencies: Equatable, Sendable {
    /// Radians a position for each pair.
    var inverse: [Double]  // (headSize / 2)
    /// Queries and keys are multiplied by it as they are turned.
    var attentionFactor = 1.0

    /// Formulas: `modeling_rope_utils.py` of transformers; for YaRN also `ggml_rope_ext` of ggml, which computes the same.
    init(headSize: Int, base: Double, scaling: RotaryScaling = .none) {
        let size = Double(headSize)
        inverse = (0..<headSize / 2).map { Double.pow(base, -2 * Double($0) / size) }
        switch scaling {
        case .none: break
        case .linear(let factor): inverse = inverse.map { $0 / factor }
        case .llama3(let factor, let low, let high, let originalContext):
            inverse = inverse.map { frequency in
                let turns = originalContext * frequency / (2 * .pi)
                if turns > high { return frequency }
                if turns < low { return frequency / factor }
                let share = (turns - low) / (high - low)
                return (1 - share) * frequency / factor + share * frequency
            }
        case .yarn(let yarn):
            let (low, high) = Self.blended(yarn, size: size, base: base)
            for pair in inverse.indices {
                let share = min(max((Double(pair) - low) / (high - low), 0), 1)
                inverse[pair] = inverse[pair] / yarn.factor * share + inverse[pair] * (1 - share)
            }
            attentionFactor = yarn.attentionFactor ?? Self.yarnAttentionFactor(yarn.factor)
        case .perPair(let factors, let attentionFactor):
            inverse = zip(inverse, factors).map { $0 / $1 }
            self.attentionFactor = attentionFactor
        }
    }

    /// Divides each pair's frequency by a number that a file holds for it.
    func divided(by factors: [Float]?) -> RotaryFrequencies {
        guard let factors else { return self }
        var result = self
        result.inverse = zip(inverse, factors).map { $0 / Double($1) }
        return result
    }

    /// 0.1 · m · ln(factor) + 1
    static func yarnAttentionFactor(_ factor: Double, _ multiplier: Double = 1) -> Double {
        factor <= 1 ? 1 : 0.1 * multiplier * .log(factor) + 1
    }

    /// The pairs between which YaRN blends: d · ln(context / (2π · turns)) / (2 · ln θ).
    private static func blended(_ yarn: RotaryScaling.Yarn, size: Double, base: Double) -> (low: Double, high: Double) {
        func pair(_ turns: Double) -> Double {
            size * .log(yarn.originalContext / (turns * 2 * .pi)) / (2 * .log(base))
        }
        var (low, high) = (pair(yarn.fast), pair(yarn.slow))
        if yarn.isTruncated { (low, high) = (low.rounded(.down), high.rounded(.up)) }
        (low, high) = (max(low, 0), min(high, size - 1))
        return (low, high == low ? high + 0.001 : high)
    }
}
