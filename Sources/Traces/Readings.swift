// What a model says of one token beyond a step's record: by layer, and without each of its heads.

/// A token as one layer sees it: final norm and output applied to the hidden state behind the layer (the logit lens).
public struct LensReading: Equatable, Sendable {
    /// 0 is the embedding, n the output of layer n − 1.
    public var layer: Int
    /// The token's logit there; nil when only a record's list is known.
    public var logit: Float?
    /// Its probability there; nil when a record's list does not hold it.
    public var probability: Double?
    /// 1 is the largest logit (ties: lower id first); nil when a record's list does not hold the token.
    public var rank: Int?
    /// The token with the largest logit there.
    public var best: LensToken

    /// A layer's word on a token.
    public init(layer: Int, logit: Float?, probability: Double?, rank: Int?, best: LensToken) {
        (self.layer, self.logit, self.probability) = (layer, logit, probability)
        (self.rank, self.best) = (rank, best)
    }
}

/// How a token stands in a distribution of raw logits.
public struct TokenStanding: Equatable, Sendable {
    /// The raw logit.
    public var logit: Float
    /// Softmax over the whole vocabulary.
    public var probability: Double
    /// 1 is the largest logit (ties: lower id first).
    public var rank: Int

    /// A token's raw logit with what follows from all.
    public init(logit: Float, probability: Double, rank: Int) {
        (self.logit, self.probability, self.rank) = (logit, probability, rank)
    }
}

/// A step's token without one head.
public struct HeadEffect: Equatable, Sendable {
    /// From 0.
    public var layer: Int
    /// The query head in its layer, from 0.
    public var head: Int
    /// How the token stands when the head's output is zero.
    public var without: TokenStanding

    /// A head and the token without it.
    public init(layer: Int, head: Int, without: TokenStanding) {
        (self.layer, self.head, self.without) = (layer, head, without)
    }
}

/// What each head does to a token at a step.
public struct HeadSweep: Equatable, Sendable {
    /// With all heads that were on.
    public var standing: TokenStanding
    /// By layer and head; those that the run has switched off are not among them.
    public var effects: [HeadEffect]

    /// A token with all heads, and without each.
    public init(standing: TokenStanding, effects: [HeadEffect]) {
        (self.standing, self.effects) = (standing, effects)
    }

    /// What the head adds to the token's logit: above 0 when the head speaks for the token.
    public func gain(_ effect: HeadEffect) -> Double { Double(standing.logit) - Double(effect.without.logit) }

    /// The effects by the size of what they add, the largest first; ties by layer and head.
    public var ranked: [HeadEffect] {
        effects.enumerated().sorted { a, b in
            let (x, y) = (abs(gain(a.element)), abs(gain(b.element)))
            return x != y ? x > y : a.offset < b.offset
        }.map { $0.element }
    }
}
