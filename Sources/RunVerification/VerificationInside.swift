// What a step holds of the pass behind it, compared: the logit lens and the residual stream.
internal import Phrases
internal import Traces

extension ValueComparison {
    /// What the layers would have said and what they added: read off the same pass, so the same to the bit.
    func inside(_ old: Step, _ new: Step) -> VerificationDifference? {
        let sides = (Phrase("recorded", "紀錄的"), Phrase("another", "另一個"))
        for (left, right) in zip(old.lens, new.lens) {
            var right = right
            // Earlier builds did not keep how the chosen token stands.
            if left.chosen == nil { right.chosen = nil }
            if left != right { return words(.lens(layer: left.layer), sides.0, sides.1, step: old.index) }
        }
        if old.lens.count != new.lens.count { return words(.lens(layer: 0), sides.0, sides.1, step: old.index) }
        if old.residual != new.residual { return words(.fact(.residual), sides.0, sides.1, step: old.index) }
        return nil
    }
}

extension Trace {
    /// Leaves out of the lens how the chosen tokens stand, where another record, of an earlier build, does not have it.
    mutating func leaveOutStandings(missingIn other: Trace) {
        for (place, step) in other.steps.enumerated() where place < steps.count {
            for (row, old) in step.lens.enumerated() where row < steps[place].lens.count && old.chosen == nil {
                steps[place].lens[row].chosen = nil
            }
        }
    }
}
