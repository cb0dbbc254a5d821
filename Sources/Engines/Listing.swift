// The likeliest next tokens as an engine lists them, checked, and what all others have together.
internal import ElementaryFunctions
internal import JSONText

/// A token with its log-probability, as a server says it.
struct ListedToken: Equatable, Sendable {
    var id: Int
    var logProbability: Double
}

/// The likeliest tokens of one place, best first (ties: the lower id), with the mass of all others.
public struct Listing: Equatable, Sendable {
    /// ids and log-probabilities; none of the tokens that are not listed is likelier than the last.
    public private(set) var tokens: [(id: Int, logProbability: Float)] = []
    public let vocabularySize: Int
    /// The probability of everything that is not listed; 0 where all is.
    public private(set) var restMass = 0.0

    /// How far the listed probabilities of an honest server may be from a sum of 1: they are made with 32-bit floats.
    static let rounding = 1e-5
    /// A server that adds up to more than this speaks of no distribution.
    private static let mostSum = 1.001
    /// Below this a server has lost the number: e^−87 is the smallest 32-bit float.
    private static let lost = -1e4

    /// - Parameters:
    ///   - asked: as many were asked for; a further one is the token that the server itself took, of any rank.
    ///   - path: where the answer comes from, for errors.
    init(
        _ told: [ListedToken], asked: Int, vocabularySize: Int, path: String
    ) throws(EngineError) {
        self.vocabularySize = vocabularySize
        var seen = Set<Int>()
        for token in told {
            guard (0..<vocabularySize).contains(token.id) else {
                throw .answer(path: path, .id(token.id, vocabulary: vocabularySize))
            }
            if !seen.insert(token.id).inserted { throw .answer(path: path, .twice(token.id)) }
            guard token.logProbability < Self.rounding, !token.logProbability.isNaN else {
                throw .answer(path: path, .logProbability("\(token.logProbability)"))
            }
            if token.logProbability > Self.lost {
                tokens.append((token.id, Float(min(0, token.logProbability))))
            }
        }
        tokens.sort { ($0.logProbability, -$0.id) > ($1.logProbability, -$1.id) }
        if tokens.count > asked { tokens.removeLast(tokens.count - asked) }
        if tokens.isEmpty { throw .answer(path: path, .none) }
        // Smallest first: the sum of a whole vocabulary loses nothing.
        let sum = tokens.reversed().reduce(0.0) { $0 + Double.exp(Double($1.logProbability)) }
        if sum > Self.mostSum { throw .answer(path: path, .sum(sum)) }
        restMass = isWhole ? 0 : max(0, 1 - sum)
    }

    /// The largest difference of a log-probability that both list.
    func difference(from other: Listing) -> Double {
        let others = Dictionary(uniqueKeysWithValues: other.tokens.map { ($0.id, $0.logProbability) })
        return tokens.reduce(0) { most, token in
            others[token.id].map { max(most, abs(Double($0) - Double(token.logProbability))) } ?? most
        }
    }

    /// Whether all tokens are listed.
    public var isWhole: Bool { tokens.count == vocabularySize }
    var rest: Undecided.Rest { Undecided.Rest(listed: tokens.count, mass: restMass) }
    /// No token that is not listed has more than this.
    var bound: Float { tokens[tokens.count - 1].logProbability }

    public static func == (a: Listing, b: Listing) -> Bool {
        a.vocabularySize == b.vocabularySize && a.restMass == b.restMass
            && a.tokens.elementsEqual(b.tokens) { $0 == $1 }
    }
}

/// So far below that it has no part at any temperature, and yet is in play.
private let nothing: Float = -1e5

extension Listing {
    /// (token): the listed tokens with theirs, all others −∞.
    private var listedOnly: [Float] {
        var logits = [Float](repeating: -.infinity, count: vocabularySize)
        for token in tokens { logits[token.id] = token.logProbability }
        return logits
    }

    /// The ids that are not listed.
    var others: [Int] {
        if isWhole { return [] }
        var isListed = [Bool](repeating: false, count: vocabularySize)
        for token in tokens { isListed[token.id] = true }
        return (0..<vocabularySize).filter { !isListed[$0] }
    }

    /// All logits, the mass of the others shared out evenly: sums over all are as they should be.
    ///
    /// - Parameters:
    ///   - leavingOut: others that get nothing of it.
    ///   - change: taken off the mass.
    func even(_ others: [Int], leavingOut: Set<Int> = [], change: Double = 0) -> [Float] {
        var logits = listedOnly
        let sharing = others.count - leavingOut.count
        let mass = restMass - change
        let share = mass > 0 && sharing > 0 ? Float(Double.log(mass / Double(sharing))) : nothing
        for id in others { logits[id] = leavingOut.contains(id) ? nothing : max(nothing, min(bound.nextDown, share)) }
        return logits
    }

    /// All logits, the mass of the others on as few of them as can hold it: none may have more than the last one listed.
    ///
    /// - Parameter first: those that get it first.
    func packed(_ others: [Int], first: Set<Int>) -> [Float] {
        var logits = listedOnly
        let one = Double.exp(Double(bound))
        var left = restMass + Self.rounding
        for id in others.filter({ first.contains($0) }) + others.filter({ !first.contains($0) }) {
            if left >= one {
                logits[id] = bound
                left -= one
            } else {
                logits[id] = left > 0 ? max(nothing, min(bound, Float(Double.log(left)))) : nothing
                left = 0
            }
        }
        return logits
    }

    /// −Σ p ln p with all that is not listed as one outcome, in bits: never more than the true entropy, and it where all
    /// tokens are listed.
    static func entropyBits(_ probabilities: [Double], rest: Double) -> Double {
        var nats = 0.0
        for p in probabilities.reversed() + [rest] where p > 0 { nats -= p * Double.log(p) }
        return max(0, nats / Double.log(2))
    }
}
