// The units that answers have, as a reader of each language counts, and as they are typed behind a number.
public import Phrases

/// The words for a unit of a lesson's file; nil for one that none is called.
func unitWords(_ unit: String) -> Phrase? {
    switch unit {
    case "": Phrase(same: "")
    // Signs of the trade are the same in both languages.
    case "B", "kB", "MB", "GB": Phrase(same: unit)
    case "ms": Phrase("ms", "毫秒")
    case "s": Phrase("s", "秒")
    case "tokens": Phrase("tokens", "個詞元")
    case "passes": Phrase("passes", "遍")
    case "times": Phrase("times", "次")
    case "weights": Phrase("weights", "個權重")
    case "beams": Phrase("beams", "條路徑")
    case "conversations": Phrase("conversations", "段對話")
    case "tokens a second": Phrase("tokens a second", "個詞元／秒")
    case "bits": Phrase("bits", "位元")
    default: nil
    }
}

/// How many of an exercise's unit one of the typed unit is; nil for one that does not measure the same.
func typedUnit(_ typed: String, of unit: String) -> Double? {
    for family in [sizes, times] {
        guard let wanted = family.first(where: { isSpelled($0.name, as: unit) }) else { continue }
        return family.first { isSpelled($0.name, as: typed) }.map { $0.size / wanted.size }
    }
    let names = counted.first { $0.unit == unit }?.typed ?? []
    return names.contains { isSpelled($0, as: typed) } ? 1 : nil
}

private let sizes: [(name: String, size: Double)] = [
    ("B", 1), ("byte", 1), ("bytes", 1), ("位元組", 1), ("個位元組", 1), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12),
]
private let times: [(name: String, size: Double)] = [
    ("ms", 1), ("毫秒", 1), ("millisecond", 1), ("milliseconds", 1), ("s", 1000), ("sec", 1000), ("秒", 1000),
    ("second", 1000), ("seconds", 1000),
]
/// What is counted: the words that may stand behind the number. Where an exercise has no unit, what such a number counts.
private let counted: [(unit: String, typed: [String])] = [
    ("tokens", ["token", "tokens", "個", "個詞元", "詞元"]),
    ("passes", ["pass", "passes", "遍", "次"]),
    ("times", ["time", "times", "次", "遍", "倍"]),
    ("weights", ["weight", "weights", "個", "個權重", "權重"]),
    ("beams", ["beam", "beams", "條", "條路徑", "路徑"]),
    ("conversations", ["conversation", "conversations", "段", "段對話"]),
    (
        "tokens a second",
        [
            "tokens a second", "tokens per second", "tokens/s", "token/s", "tok/s", "tokens", "個詞元/秒", "個/秒", "詞元/秒",
            "個詞元", "個",
        ]
    ),
    ("bits", ["bit", "bits", "位元"]),
    (
        "",
        [
            "token", "tokens", "個詞元", "個", "weights", "個權重", "heads", "個頭", "步", "step", "steps", "條", "段", "次", "bits",
            "位元",
        ]
    ),
]

extension Sitting {
    /// The unit of the answer; empty where it has none.
    public var unit: Phrase { unitWords(exercise.unit) ?? Phrase(same: exercise.unit) }
}
