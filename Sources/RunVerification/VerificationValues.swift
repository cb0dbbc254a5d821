// Compares recorded values with computed ones, in the order in which they come about.
internal import Phrases
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
    var rawDifferences = 0

    init(settings: Settings, margin: Double) {
        self.margin = margin
        finalMargin =
            ([settings] + settings.changes.map { $0.settings }).map { settings in
                let heat = settings.temperature > 0 ? max(1, 1 / settings.temperature) : 1
                return margin * heat * max(settings.repetitionPenalty, 1 / settings.repetitionPenalty)
            }.max() ?? margin
    }

    var isExact: Bool { margin == 0 }

    // MARK: Single values

    mutating func number(
        _ what: @autoclosure () -> VerifiedValue, _ old: Double, _ new: Double, within margin: Double, step: Int?
    ) -> VerificationDifference? {
        if old == new || (old.isNaN && new.isNaN) { return nil }
        let distance = abs(old - new)
        if distance <= margin {
            largest = max(largest, distance)
            return nil
        }
        return VerificationDifference(
            step: step, what: what(), recorded: Phrase(same: "\(old)"), computed: Phrase(same: "\(new)"),
            distance: distance)
    }

    func text(
        _ what: @autoclosure () -> VerifiedValue, _ old: String, _ new: String, step: Int?
    ) -> VerificationDifference? {
        words(what(), Phrase(same: old), Phrase(same: new), step: step)
    }

    /// As ``text(_:_:_:step:)`` for what has words in both languages.
    func words(
        _ what: @autoclosure () -> VerifiedValue, _ old: Phrase, _ new: Phrase, step: Int?
    ) -> VerificationDifference? {
        // By bytes: two spellings of a character are different texts.
        if old.english.utf8.elementsEqual(new.english.utf8) { return nil }
        return VerificationDifference(step: step, what: what(), recorded: old, computed: new, distance: nil)
    }

    func token(_ what: VerifiedValue, _ old: Token, _ new: Token, step: Int?) -> VerificationDifference? {
        if old == new { return nil }
        return VerificationDifference(
            step: step, what: what, recorded: describe(old), computed: describe(new), distance: nil)
    }

    /// What stands for a value that is not there.
    var nothing: Phrase { Phrase("none", "無") }

    private func describe(_ token: Token) -> Phrase {
        Phrase(
            "\(token.id) “\(token.text)” at bytes \(token.start)..<\(token.end)\(token.special ? ", special" : "")",
            "\(token.id)「\(token.text)」，位元組 \(token.start)..<\(token.end)\(token.special ? "，特殊詞元" : "")")
    }

    // MARK: Outside the steps

    func prompt(_ old: Prompt, _ new: Prompt) -> VerificationDifference? {
        if let found = text(.fact(.renderedPrompt), old.rendered, new.rendered, step: nil) { return found }
        for (place, pair) in zip(old.tokens, new.tokens).enumerated() {
            if let found = token(.promptToken(place), pair.0, pair.1, step: nil) { return found }
        }
        if old.tokens.count != new.tokens.count {
            return text(.fact(.promptTokenCount), "\(old.tokens.count)", "\(new.tokens.count)", step: nil)
        }
        for (place, pair) in zip(old.pieces, new.pieces).enumerated() where pair.0 != pair.1 {
            return text(.promptPiece(place), "\(pair.0.ids)", "\(pair.1.ids)", step: nil)
        }
        return nil
    }

    /// The text, the prompt's scores and the attention.
    mutating func ending(_ old: Trace, _ new: Trace) -> VerificationDifference? {
        if let found = text(.fact(.text), old.text, new.text, step: nil) { return found }
        if old.prompt.scores.count != new.prompt.scores.count {
            return text(
                .fact(.promptScoreCount), "\(old.prompt.scores.count)", "\(new.prompt.scores.count)", step: nil)
        }
        for (place, pair) in zip(old.prompt.scores, new.prompt.scores).enumerated() {
            guard let left = pair.0, let right = pair.1 else { continue }
            if let found = number(
                .promptProbability(place), left.probability, right.probability, within: margin, step: nil)
            {
                return found
            }
            if isExact && left != right {
                return text(.promptScore(place), "\(left)", "\(right)", step: nil)
            }
        }
        return attention(old.attention, new.attention)
    }

    /// In the integers that a file holds; across kernels within a step of the coding and the margin.
    private mutating func attention(_ old: AttentionRecord?, _ new: AttentionRecord?) -> VerificationDifference? {
        guard let old, let new else {
            let there = Phrase("there", "有")
            return words(.fact(.attention), old == nil ? nothing : there, new == nil ? nothing : there, step: nil)
        }
        if old.positions != new.positions {
            return text(.fact(.attentionPositions), "\(old.positions)", "\(new.positions)", step: nil)
        }
        for (layer, pair) in zip(old.patterns.layers, new.patterns.layers).enumerated() {
            if let found = text(.attentionPattern(layer), pair.0.description, pair.1.description, step: nil) {
                return found
            }
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
                for key in 0..<left.pattern.rowLength(of: query, positions: positions) {
                    let (a, b) = (Double(rows.0[key]), Double(rows.1[key]))
                    if a == b { continue }
                    let what = VerifiedValue.attentionWeight(layer: layer, head: head, query: query, key: key)
                    if let found = number(what, a, b, within: isExact ? 0 : error, step: nil) { return found }
                }
            }
        }
        return nil
    }
}
