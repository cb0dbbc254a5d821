// Compares recorded values with computed ones, in the order in which they come about. Called by: Verifier.
internal import Stages
internal import Traces

/// Finds the first value that differs: bit for bit, or beyond a margin when the kernels are others.
struct ValueComparison {
    /// 0: bit for bit.
    let margin: Double
    /// The margin of what the stages made of the logits: a low temperature magnifies differences.
    let finalMargin: Double
    /// The largest distance of two numbers so far.
    private(set) var largest = 0.0
    /// Two beam trees were the same up to two continuations that tie, and differ from there on.
    var treesPart = false
    /// How many raw logits of the last step differed.
    private(set) var rawDifferences = 0

    static let rawName = "raw logit"
    static let parameterName = "parameter"
    static let drawName = "the number drawn"
    static let generatorName = "the generator's state"
    static let stageDrawName = "the number a stage drew"

    init(settings: Settings, margin: Double) {
        self.margin = margin
        finalMargin =
            ([settings] + settings.changes.map(\.settings)).map { settings in
                let heat = settings.temperature > 0 ? max(1, 1 / settings.temperature) : 1
                return margin * heat * max(settings.repetitionPenalty, 1 / settings.repetitionPenalty)
            }.max() ?? margin
    }

    var isExact: Bool { margin == 0 }

    // MARK: Single values

    mutating func number(
        _ what: @autoclosure () -> String, _ old: Double, _ new: Double, within margin: Double, step: Int?
    ) -> VerificationDifference? {
        if old == new || (old.isNaN && new.isNaN) { return nil }
        let distance = abs(old - new)
        if distance <= margin {
            largest = max(largest, distance)
            return nil
        }
        return VerificationDifference(
            step: step, what: what(), recorded: "\(old)", computed: "\(new)", distance: distance)
    }

    func text(_ what: @autoclosure () -> String, _ old: String, _ new: String, step: Int?) -> VerificationDifference? {
        // By bytes: two spellings of a character are different texts.
        if old.utf8.elementsEqual(new.utf8) { return nil }
        return VerificationDifference(step: step, what: what(), recorded: old, computed: new, distance: nil)
    }

    func token(_ what: String, _ old: Token, _ new: Token, step: Int?) -> VerificationDifference? {
        if old == new { return nil }
        return VerificationDifference(
            step: step, what: what, recorded: describe(old), computed: describe(new), distance: nil)
    }

    private func describe(_ token: Token) -> String {
        "\(token.id) “\(token.text)” at bytes \(token.start)..<\(token.end)\(token.special ? ", special" : "")"
    }

    // MARK: Outside the steps

    func prompt(_ old: Prompt, _ new: Prompt) -> VerificationDifference? {
        if let found = text("the rendered prompt", old.rendered, new.rendered, step: nil) { return found }
        for (place, pair) in zip(old.tokens, new.tokens).enumerated() {
            if let found = token("prompt token \(place)", pair.0, pair.1, step: nil) { return found }
        }
        if old.tokens.count != new.tokens.count {
            return text("the number of prompt tokens", "\(old.tokens.count)", "\(new.tokens.count)", step: nil)
        }
        for (place, pair) in zip(old.pieces, new.pieces).enumerated() where pair.0 != pair.1 {
            return text("prompt piece \(place)", "\(pair.0.ids)", "\(pair.1.ids)", step: nil)
        }
        return nil
    }

    /// The text, the prompt's scores and the attention.
    mutating func ending(_ old: Trace, _ new: Trace) -> VerificationDifference? {
        if let found = text("the text", old.text, new.text, step: nil) { return found }
        if old.prompt.scores.count != new.prompt.scores.count {
            return text(
                "the number of prompt scores", "\(old.prompt.scores.count)", "\(new.prompt.scores.count)", step: nil)
        }
        for (place, pair) in zip(old.prompt.scores, new.prompt.scores).enumerated() {
            guard let left = pair.0, let right = pair.1 else { continue }
            let name = "prompt token \(place): its probability"
            if let found = number(name, left.probability, right.probability, within: margin, step: nil) { return found }
            if isExact && left != right {
                return text("prompt token \(place): its score", "\(left)", "\(right)", step: nil)
            }
        }
        return attention(old.attention, new.attention)
    }

    /// In the integers that a file holds; across kernels within a step of the coding and the margin.
    private mutating func attention(_ old: AttentionRecord?, _ new: AttentionRecord?) -> VerificationDifference? {
        guard let old, let new else {
            return text("the attention", old == nil ? "none" : "there", new == nil ? "none" : "there", step: nil)
        }
        if old.positions != new.positions {
            return text("the attention's positions", "\(old.positions)", "\(new.positions)", step: nil)
        }
        let encoding = old.encoding
        let error = margin + 2 * encoding.precision.maximumError
        for layer in 0..<old.layers {
            let left = old.codes(layer: layer, precision: encoding.precision, keysPerRow: encoding.keysPerRow)
            let right = new.codes(layer: layer, precision: encoding.precision, keysPerRow: encoding.keysPerRow)
            if left == right { continue }
            if let found = weights(layer, left, right, positions: old.positions, heads: old.heads, error) {
                return found
            }
        }
        return nil
    }

    private mutating func weights(
        _ layer: Int, _ left: AttentionCodes, _ right: AttentionCodes, positions: Int, heads: Int, _ error: Double
    ) -> VerificationDifference? {
        var rows = ([Float](repeating: 0, count: positions), [Float](repeating: 0, count: positions))
        for head in 0..<heads {
            for query in 0..<positions {
                rows.0.withUnsafeMutableBufferPointer {
                    left.read(head: head, query: query, positions: positions, into: $0)
                }
                rows.1.withUnsafeMutableBufferPointer {
                    right.read(head: head, query: query, positions: positions, into: $0)
                }
                for key in 0...query {
                    let (a, b) = (Double(rows.0[key]), Double(rows.1[key]))
                    if a == b { continue }
                    let what = "attention of layer \(layer), head \(head), query \(query), key \(key)"
                    if let found = number(what, a, b, within: isExact ? 0 : error, step: nil) { return found }
                }
            }
        }
        return nil
    }

    // MARK: Steps

    /// The first value of a step that differs, in the order in which they come about.
    mutating func step(_ old: Step, _ new: Step, notes: inout [String]) -> VerificationDifference? {
        rawDifferences = 0
        if let found = raw(old, new) ?? stages(old, new, notes: &notes) { return found }
        let index = old.index
        if old.draw?.uniform != new.draw?.uniform {
            return VerificationDifference(
                step: index, what: Self.drawName, recorded: old.draw.map { "\($0.uniform)" } ?? "none",
                computed: new.draw.map { "\($0.uniform)" } ?? "none",
                distance: old.draw.flatMap { a in new.draw.map { abs(a.uniform - $0.uniform) } })
        }
        if let a = old.draw?.generator, let b = new.draw?.generator, a != b {
            let name = { (state: GeneratorState) in "state \(state.state), increment \(state.increment)" }
            return text(Self.generatorName, name(a), name(b), step: index)
        }
        if let found = finals(old, new) ?? token("the token", old.token, new.token, step: index) { return found }
        if old.finish != new.finish {
            let name = { (reason: FinishReason?) in reason?.rawValue ?? "goes on" }
            return text("how the run ends", name(old.finish), name(new.finish), step: index)
        }
        if isExact && old.lens != new.lens {
            let layer = zip(old.lens, new.lens).first { $0 != $1 }?.0.layer ?? 0
            return text("what layer \(layer) would say", "recorded", "another", step: index)
        }
        return nil
    }

    static func name(_ candidate: Candidate) -> String { "“\(candidate.text)” (token \(candidate.id))" }

    private mutating func raw(_ old: Step, _ new: Step) -> VerificationDifference? {
        let others = Dictionary(new.candidates.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var first: VerificationDifference?
        for (place, left) in old.candidates.enumerated() {
            if isExact && (!new.candidates.indices.contains(place) || new.candidates[place].id != left.id) {
                let right = new.candidates.indices.contains(place) ? Self.name(new.candidates[place]) : "none"
                return first ?? text("candidate \(place)", Self.name(left), right, step: old.index)
            }
            // Across kernels the last of the list may be another one.
            guard let right = others[left.id] else { continue }
            let what = "\(Self.rawName) of \(Self.name(left))"
            let pair = (Double(left.logits[0] ?? -.infinity), Double(right.logits[0] ?? -.infinity))
            let found = number(what, pair.0, pair.1, within: margin, step: old.index)
            if found != nil { rawDifferences += 1 }
            first = first ?? found
            if first == nil && isExact
                && (left.bytes != right.bytes || left.text != right.text || left.rank != right.rank)
            {
                first = text(
                    "bytes, text or rank of \(Self.name(left))", "\(left.bytes) \(left.rank)",
                    "\(right.bytes) \(right.rank)", step: old.index)
            }
            if first == nil {
                first = number(
                    "raw probability of \(Self.name(left))", left.rawProbability, right.rawProbability,
                    within: 2 * margin,
                    step: old.index)
            }
        }
        if let first { return first }
        if isExact && old.candidates.count != new.candidates.count {
            return text(
                "the number of candidates", "\(old.candidates.count)", "\(new.candidates.count)", step: old.index)
        }
        return number("log Σ exp of the logits", old.logSumExp, new.logSumExp, within: margin, step: old.index)
            ?? number("raw entropy", old.entropyBitsRaw, new.entropyBitsRaw, within: 20 * margin, step: old.index)
            ?? (isExact && old.tail.count != new.tail.count
                ? text("tokens not listed", "\(old.tail.count)", "\(new.tail.count)", step: old.index) : nil)
            ?? number(
                "raw mass of the tokens not listed", old.tail.rawProbability, new.tail.rawProbability,
                within: isExact ? 0 : 0.01, step: old.index)
    }

    private mutating func stages(_ old: Step, _ new: Step, notes: inout [String]) -> VerificationDifference? {
        let names = { (step: Step) in step.stages.map(\.name).joined(separator: ", ") }
        if let found = text("the stages", names(old), names(new), step: old.index) { return found }
        for (left, right) in zip(old.stages, new.stages) {
            for (a, b) in zip(left.parameters, right.parameters) where a.name != b.name || a.value != b.value {
                if !isExact && StageList.named(left.name)?.phase == .last && abs(a.value - b.value) <= 20 * finalMargin
                {
                    continue
                }
                let what =
                    a.name == "uniform"
                    ? Self.stageDrawName : "\(Self.parameterName) \(a.name) of the stage \(left.name)"
                return VerificationDifference(
                    step: old.index, what: what, recorded: "\(a.value)", computed: "\(b.value)",
                    distance: abs(a.value - b.value))
            }
            if left.parameters.count != right.parameters.count {
                return text(
                    "the parameters of \(left.name)", "\(left.parameters)", "\(right.parameters)", step: old.index)
            }
            if left.kept == right.kept && left.removed == right.removed { continue }
            if !isExact && abs(left.kept - right.kept) <= 1 {
                notes.append(
                    "step \(old.index): \(left.name) kept \(left.kept) tokens and keeps \(right.kept) here: one lies at its edge"
                )
                continue
            }
            return text("what \(left.name) keeps", "\(left.kept)", "\(right.kept)", step: old.index)
        }
        return nil
    }

    private mutating func finals(_ old: Step, _ new: Step) -> VerificationDifference? {
        // One token at a stage's edge changes what the others are divided by.
        if !isExact && zip(old.stages, new.stages).contains(where: { $0.kept != $1.kept }) { return nil }
        let others = Dictionary(new.candidates.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for left in old.candidates {
            guard let right = others[left.id] else { continue }
            for (place, pair) in zip(left.logits, right.logits).enumerated().dropFirst() {
                let (a, b) = (Double(pair.0 ?? -.infinity), Double(pair.1 ?? -.infinity))
                let what = "logit of \(Self.name(left)) after \(old.stages[place].name)"
                if let found = number(what, a, b, within: finalMargin, step: old.index) { return found }
            }
            if let found = text(
                "which stage removed \(Self.name(left))", left.removedBy ?? "none", right.removedBy ?? "none",
                step: old.index)
            {
                return found
            }
            if let found = number(
                "probability of \(Self.name(left))", left.probability, right.probability, within: 2 * finalMargin,
                step: old.index)
            {
                return found
            }
        }
        let draws = (old.draw ?? Draw(uniform: 0, low: 0, high: 0), new.draw ?? Draw(uniform: 0, low: 0, high: 0))
        return number(
            "final entropy", old.entropyBitsFinal, new.entropyBitsFinal, within: 20 * finalMargin, step: old.index)
            ?? number(
                "where the drawn interval begins", draws.0.low, draws.1.low, within: 2 * finalMargin, step: old.index)
            ?? number(
                "where the drawn interval ends", draws.0.high, draws.1.high, within: 2 * finalMargin, step: old.index)
            ?? number(
                "final mass of the tokens not listed", old.tail.probability, new.tail.probability,
                within: isExact ? 0 : 0.01, step: old.index)
    }
}
