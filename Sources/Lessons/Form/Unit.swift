// The units that answers have, as a reader of each language counts.
public import Phrases

/// The words for a unit of a lesson's file; nil for one that none is called.
func unitWords(_ unit: String) -> Phrase? {
    switch unit {
    case "": Phrase(same: "")
    // Signs of the trade are the same in both languages.
    case "B", "kB", "MB", "GB", "ms", "s": Phrase(same: unit)
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

extension Sitting {
    /// The unit of the answer; empty where it has none.
    public var unit: Phrase { unitWords(exercise.unit) ?? Phrase(same: exercise.unit) }
}
