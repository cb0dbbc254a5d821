// What would have kept a token: how far a stage's number would have had to be another.

/// What went into a stage, as a ledger tells it.
public struct StageInput {
    /// The token asked about.
    public let id: Int
    /// Its logit as it went into the stage.
    public let own: Double
    /// The other listed tokens that were in play; at least one.
    public let others: [(id: Int, logit: Double)]
    /// The stage's record, by name.
    public let numbers: (String) -> Double?
    /// Bounds of Σ e^(logit − reference) over the tokens in play that are not listed; nil when nothing is known of them.
    public let unlisted: (_ reference: Double) -> ClosedRange<Double>?

    /// What a ledger tells of one token at one stage.
    public init(
        id: Int, own: Double, others: [(id: Int, logit: Double)], numbers: @escaping (String) -> Double?,
        unlisted: @escaping (_ reference: Double) -> ClosedRange<Double>?
    ) {
        (self.id, self.own, self.others, self.numbers, self.unlisted) = (id, own, others, numbers, unlisted)
    }

    /// The largest logit of all listed tokens in play.
    var largest: Double { others.reduce(own) { max($0, $1.logit) } }

    /// e^(logit − largest).
    func weight(_ logit: Double) -> Double { exponential(logit - largest) }

    /// Bounds of Σ e^(logit − largest) over all tokens in play.
    var total: ClosedRange<Double>? {
        guard let unlisted = unlisted(largest) else { return nil }
        let listed = others.reduce(weight(own)) { $0 + weight($1.logit) }
        return listed + unlisted.lowerBound...listed + unlisted.upperBound
    }

    /// Bounds of the token's probability.
    var probability: ClosedRange<Double>? {
        total.map { weight(own) / $0.upperBound...weight(own) / $0.lowerBound }
    }
}

/// What a number of a stage would have had to be for the token to stay, all else as it was.
public struct StageBound: Equatable, Sendable {
    /// On which side of the value the number would have had to be.
    public enum Side: Equatable, Sendable {
        /// At least the value (top-k).
        case atLeast
        /// More than the value (top-p).
        case above
        /// At most the value (min-p).
        case atMost
    }
    /// The number as one sets it, or as the record names it.
    public let name: String
    /// Its place in the stage's record.
    public let place: Int
    /// Where the number would have had to be, as seen from ``value``.
    public let side: Side
    /// The bound, in the number's own unit.
    public let value: Double
    /// Half the width of what is known of `value`, when tokens that are not listed take part; 0 when exact.
    public let uncertainty: Double

    /// A bound at `value`; exact unless an uncertainty is given.
    public init(_ name: String, place: Int = 0, _ side: Side, _ value: Double, uncertainty: Double = 0) {
        (self.name, self.place, self.side) = (name, place, side)
        (self.value, self.uncertainty) = (value, uncertainty)
    }

    /// The middle of what is known.
    public init(_ name: String, place: Int = 0, _ side: Side, _ known: ClosedRange<Double>) {
        self.init(
            name, place: place, side, (known.lowerBound + known.upperBound) / 2,
            uncertainty: (known.upperBound - known.lowerBound) / 2)
    }
}
