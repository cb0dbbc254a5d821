// The shape of a question as written, before names have a meaning.

/// A node of the syntax tree and its place in the source (UTF-8 offsets).
struct Syntax: Equatable {
    indirect enum Kind: Equatable {
        case number(Double)
        case text([UInt8])
        case tokenID(Int)
        /// A name, dotted or not: `entropy`, `tokens.count`.
        case name(String)
        /// `p(" Paris", stage: raw)`; `member` is what follows a call: `beam(0).score`.
        case call(name: String, arguments: [Argument], member: String?)
        case not(Syntax)
        case negative(Syntax)
        case binary(BinaryOperator, Syntax, Syntax)
        case range(Syntax, Syntax)
        /// `{a, b}` behind `in`.
        case set([Syntax])
        /// The members for which `filter` holds, or all; `first` has no body beside its condition.
        case aggregate(Aggregate, AggregateDomain, filter: Syntax?, Syntax)
    }

    struct Argument: Equatable {
        var label: String?
        var labelSpan: Range<Int>
        var value: Syntax
    }

    var kind: Kind
    var span: Range<Int>
}

enum BinaryOperator: String, Equatable, CaseIterable {
    case or, and
    case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
    case contains, starts, ends, member = "in"
    case plus = "+", minus = "-", times = "*", divided = "/", remainder = "%"

    static let comparisons: [BinaryOperator] = [
        .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .contains, .starts, .ends, .member,
    ]
}

/// `max over heads of …`: one value from many.
public enum Aggregate: String, Equatable, Sendable, CaseIterable {
    /// These ask a number.
    case max, min, mean, sum
    /// These ask a condition.
    case any, all, count
    /// The number of the first member for which a condition holds.
    case first

    var asksCondition: Bool { self == .any || self == .all || self == .count || self == .first }
}

/// What an aggregate runs over, and the name of the running value in its body.
public enum AggregateDomain: String, Equatable, Sendable, CaseIterable {
    /// 0 ..< the model's query heads, as `h`.
    case heads
    /// 0 ..< the model's layers, as `l`.
    case layers
    /// The listed candidates of the step, as `c` (a token).
    case candidates
    /// The positions the step could look at, 0…position − 1, as `t`.
    case positions
    /// The run's steps, as `s`; whatever the body asks is asked of that step.
    case steps

    /// The running value's name in the body.
    var variable: String {
        switch self {
        case .heads: "h"
        case .layers: "l"
        case .candidates: "c"
        case .positions: "t"
        case .steps: "s"
        }
    }
}
