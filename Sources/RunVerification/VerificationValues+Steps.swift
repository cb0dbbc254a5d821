// Compares a recorded step with a computed one, in the order in which its values come about.
internal import Phrases
internal import Stages
internal import Traces

extension ValueComparison {
    /// The first value of a step that differs, in the order in which they come about.
    mutating func step(_ old: Step, _ new: Step, notes: inout [VerificationNote]) -> VerificationDifference? {
        rawDifferences = 0
        if let found = raw(old, new) ?? stages(old, new, notes: &notes) { return found }
        let index = old.index
        if old.draw?.uniform != new.draw?.uniform {
            return VerificationDifference(
                step: index, what: .fact(.drawn), recorded: old.draw.map { Phrase(same: "\($0.uniform)") } ?? nothing,
                computed: new.draw.map { Phrase(same: "\($0.uniform)") } ?? nothing,
                distance: old.draw.flatMap { a in new.draw.map { abs(a.uniform - $0.uniform) } })
        }
        if let a = old.draw?.generator, let b = new.draw?.generator, a != b {
            let name = { (state: GeneratorState) in
                Phrase(
                    "state \(state.state), increment \(state.increment)", "狀態 \(state.state)，增量 \(state.increment)")
            }
            return words(.fact(.generator), name(a), name(b), step: index)
        }
        if let found = finals(old, new) ?? token(.fact(.token), old.token, new.token, step: index) { return found }
        if old.finish != new.finish {
            let name = { (reason: FinishReason?) in reason?.phrase ?? Phrase("goes on", "繼續") }
            return words(.fact(.ending), name(old.finish), name(new.finish), step: index)
        }
        if isExact, let kept = old.tail.logits, kept != new.tail.logits {
            return words(.fact(.tailLogits), Phrase("recorded", "紀錄的"), Phrase("others", "不同"), step: index)
        }
        return isExact ? inside(old, new) : nil
    }

    private mutating func raw(_ old: Step, _ new: Step) -> VerificationDifference? {
        let others = new.candidates.byID()
        var first: VerificationDifference?
        for (place, left) in old.candidates.enumerated() {
            if isExact && (!new.candidates.indices.contains(place) || new.candidates[place].id != left.id) {
                let right =
                    new.candidates.indices.contains(place)
                    ? VerifiedValue.Subject(new.candidates[place]).phrase : nothing
                return first
                    ?? words(.candidate(place: place), VerifiedValue.Subject(left).phrase, right, step: old.index)
            }
            // Across kernels the last of the list may be another one.
            guard let right = others[left.id] else { continue }
            let pair = (Double(left.logits[0] ?? -.infinity), Double(right.logits[0] ?? -.infinity))
            let found = number(value(left, .rawLogit), pair.0, pair.1, within: margin, step: old.index)
            if found != nil { rawDifferences += 1 }
            first = first ?? found
            if first == nil && isExact
                && (left.bytes != right.bytes || left.text != right.text || left.rank != right.rank)
            {
                first = text(
                    value(left, .identity), "\(left.bytes) \(left.rank)",
                    "\(right.bytes) \(right.rank)", step: old.index)
            }
            if first == nil {
                first = number(
                    value(left, .rawProbability), left.rawProbability, right.rawProbability,
                    within: 2 * margin,
                    step: old.index)
            }
        }
        if let first { return first }
        if isExact && old.candidates.count != new.candidates.count {
            return text(
                .fact(.candidateCount), "\(old.candidates.count)", "\(new.candidates.count)", step: old.index)
        }
        return number(.fact(.logSumExp), old.logSumExp, new.logSumExp, within: margin, step: old.index)
            ?? number(.fact(.rawEntropy), old.entropyBitsRaw, new.entropyBitsRaw, within: 20 * margin, step: old.index)
            ?? (isExact && old.tail.count != new.tail.count
                ? text(.fact(.tailCount), "\(old.tail.count)", "\(new.tail.count)", step: old.index) : nil)
            ?? number(
                .fact(.rawTail), old.tail.rawProbability, new.tail.rawProbability,
                within: isExact ? 0 : 0.01, step: old.index)
    }

    private mutating func stages(_ old: Step, _ new: Step, notes: inout [VerificationNote]) -> VerificationDifference? {
        let names = { (step: Step) in step.stages.map { $0.name }.joined(separator: ", ") }
        if let found = text(.fact(.stages), names(old), names(new), step: old.index) { return found }
        for (left, right) in zip(old.stages, new.stages) {
            for (a, b) in zip(left.parameters, right.parameters) where a.name != b.name || a.value != b.value {
                if !isExact && StageList.named(left.name)?.phase == .last && abs(a.value - b.value) <= 20 * finalMargin
                {
                    continue
                }
                let what: VerifiedValue =
                    a.name == "uniform" ? .fact(.drawnByStage) : .parameter(a.name, stage: left.name)
                return VerificationDifference(
                    step: old.index, what: what, recorded: Phrase(same: "\(a.value)"),
                    computed: Phrase(same: "\(b.value)"),
                    distance: abs(a.value - b.value))
            }
            if left.parameters.count != right.parameters.count {
                return text(
                    .parameters(stage: left.name), "\(left.parameters)", "\(right.parameters)", step: old.index)
            }
            if left.kept == right.kept && left.removed == right.removed { continue }
            if !isExact && abs(left.kept - right.kept) <= 1 {
                notes.append(.edge(step: old.index, stage: left.name, kept: left.kept, here: right.kept))
                continue
            }
            return text(.kept(stage: left.name), "\(left.kept)", "\(right.kept)", step: old.index)
        }
        return nil
    }

    private mutating func finals(_ old: Step, _ new: Step) -> VerificationDifference? {
        // One token at a stage's edge changes what the others are divided by.
        if !isExact && zip(old.stages, new.stages).contains(where: { $0.kept != $1.kept }) { return nil }
        let others = new.candidates.byID()
        for left in old.candidates {
            guard let right = others[left.id] else { continue }
            for (place, pair) in zip(left.logits, right.logits).enumerated().dropFirst() {
                let (a, b) = (Double(pair.0 ?? -.infinity), Double(pair.1 ?? -.infinity))
                let what = value(left, .logit(after: old.stages[place].name))
                if let found = number(what, a, b, within: finalMargin, step: old.index) { return found }
            }
            let (removed, now) = (left.removedBy.map(Phrase.init(same:)), right.removedBy.map(Phrase.init(same:)))
            if let found = words(
                value(left, .removal), removed ?? nothing, now ?? nothing, step: old.index)
            {
                return found
            }
            if let found = number(
                value(left, .probability), left.probability, right.probability, within: 2 * finalMargin,
                step: old.index)
            {
                return found
            }
        }
        let draws = (old.draw ?? Draw(uniform: 0, low: 0, high: 0), new.draw ?? Draw(uniform: 0, low: 0, high: 0))
        return number(
            .fact(.finalEntropy), old.entropyBitsFinal, new.entropyBitsFinal, within: 20 * finalMargin, step: old.index)
            ?? number(
                .fact(.intervalStart), draws.0.low, draws.1.low, within: 2 * finalMargin, step: old.index)
            ?? number(
                .fact(.intervalEnd), draws.0.high, draws.1.high, within: 2 * finalMargin, step: old.index)
            ?? number(
                .fact(.finalTail), old.tail.probability, new.tail.probability,
                within: isExact ? 0 : 0.01, step: old.index)
    }
}

private func value(_ candidate: Candidate, _ value: VerifiedValue.CandidateValue) -> VerifiedValue {
    .token(.init(candidate), value)
}
