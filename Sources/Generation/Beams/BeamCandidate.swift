// The tokens that could continue the live beams of one step, and which of them are looked at.

internal import Stages
internal import Traces

/// A token that could follow one of the live beams.
struct BeamCandidate: Equatable {
    /// The beam's place among the live ones of its group.
    var beam: Int
    var token: Int
    var logProbability: Double
    /// Σ log p of the beam and this token.
    var sum: Double
    /// What the ranking goes by: the sum, less the diversity penalty.
    var rankScore: Double
}

/// The log-probabilities that follow one live beam, after the stages.
struct BeamRow {
    /// (token): log p + `shift`, −∞ for tokens a stage removed.
    var distribution: Distribution
    /// log Σ exp of raw logits; 0 when the distribution holds log-probabilities already (stages ran on them).
    var shift: Double
    /// Σ log p of the beam itself.
    var sum: Double
    /// The best tokens, best first.
    private(set) var best: [Int] = []
    /// What the stages began with.
    let before: ChoiceState

    init(distribution: Distribution, shift: Double, sum: Double, before: ChoiceState) {
        self.before = before
        self.distribution = distribution
        self.shift = shift
        self.sum = sum
    }

    /// Looks up the `count` best tokens.
    mutating func list(_ count: Int) { best = distribution.largest(count) }

    /// The best `count` continuations of all rows, best first; ties: the better beam, then the lower id. The rows must
    /// list as many, and one more for each penalised token.
    ///
    /// - Parameter penalties: what the diversity penalty takes off a token's rank.
    static func best(_ count: Int, of rows: [BeamRow], penalties: [Int: Double]) -> [BeamCandidate] {
        var all: [BeamCandidate] = []
        for beam in rows.indices {
            for token in rows[beam].best {
                all.append(rows[beam].candidate(beam: beam, token: token, penalties))
            }
        }
        all.sort { ($1.rankScore, $0.beam, $0.token) < ($0.rankScore, $1.beam, $1.token) }
        return Array(all.prefix(count))
    }

    /// `count` continuations drawn without replacement from the softmax of the rank scores over all rows.
    static func drawn(
        _ count: Int, of rows: inout [BeamRow], penalties: [Int: Double], generator: inout PCG64
    ) -> [BeamCandidate] {
        let vocabulary = rows[0].distribution.vocabularySize
        var flat: [Float] = []
        flat.reserveCapacity(rows.count * vocabulary)
        for row in rows {
            let start = flat.count
            for logit in row.distribution.logits { flat.append(Float(Double(logit) - row.shift + row.sum)) }
            for (token, penalty) in penalties { flat[start + token] -= Float(penalty) }
        }
        var pool = Distribution(flat)
        return pool.drawWithoutReplacement(min(count, pool.keptCount), &generator).map { place in
            let beam = place / vocabulary
            return rows[beam].candidate(beam: beam, token: place % vocabulary, penalties)
        }
    }

    private func candidate(beam: Int, token: Int, _ penalties: [Int: Double]) -> BeamCandidate {
        let logProbability = Double(distribution.logits[token]) - shift
        let sum = self.sum + logProbability
        return BeamCandidate(
            beam: beam, token: token, logProbability: logProbability, sum: sum,
            rankScore: sum - (penalties[token] ?? 0))
    }
}

extension Distribution {
    /// Draws places one after the other, each from what the earlier ones left, renormalised. One number per draw.
    mutating func drawWithoutReplacement(_ count: Int, _ generator: inout PCG64) -> [Int] {
        let reference = Double(maximum())
        // The mass outside the listed places is summed once, the listed ones anew for each draw: nothing cancels.
        var listed = largest(1024)
        var rest = sums(leavingOut: listed).rest.sum
        var drawn: [Int] = []
        while drawn.count < count {
            let open = listed.filter { !drawn.contains($0) }
            let masses = open.map { exponential(Double(logits[$0]) - reference) }
            let target = generator.uniform() * (masses.reduce(0, +) + rest)
            var sum = 0.0
            var found = open.indices.first {
                sum += masses[$0]; return sum > target
            }
            if found == nil, listed.count < keptCount {
                listed = allOrdered()
                rest = 0
                let all = listed.filter { !drawn.contains($0) }
                sum = 0
                found = all.firstIndex {
                    sum += exponential(Double(logits[$0]) - reference); return sum > target
                }
                drawn.append(all[found ?? all.count - 1])
            } else {
                drawn.append(open[found ?? open.count - 1])
            }
        }
        return drawn
    }
}
