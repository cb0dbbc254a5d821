// The regular expressions that cut texts: parsing, by the syntax of Oniguruma as far as tokenizers use it. One matcher of our
// own, so that a text is cut alike in the command and in a page; it needs time in proportion to the text, whatever the text.

/// A pattern as a tree.
indirect enum PatternNode: Sendable, Equatable {
    case set(ScalarSet)
    case sequence([PatternNode])
    case choice([PatternNode])
    case repeated(PatternNode, min: Int, max: Int?, greed: Greed)
    /// What stands at a place, or before it, without being taken.
    case look(PatternNode, behind: Bool, negated: Bool)
    case atomic(PatternNode)
    case edge(Edge)

    enum Greed: Sendable, Equatable { case greedy, lazy, possessive }

    /// Places between characters.
    enum Edge: Sendable, Equatable { case textStart, textEnd, lineStart, lineEnd, word, notWord }

    /// Whether it can match nothing at all.
    var canBeEmpty: Bool {
        switch self {
        case .set: false
        case .sequence(let parts): parts.allSatisfy { $0.canBeEmpty }
        case .choice(let parts): parts.contains { $0.canBeEmpty }
        case .repeated(let part, let min, _, _): min == 0 || part.canBeEmpty
        case .look, .edge: true
        case .atomic(let part): part.canBeEmpty
        }
    }

    private static let widest = 10_000

    /// How many characters it takes, nil where that differs or is more than anybody looks back.
    var width: Int? {
        switch self {
        case .set: return 1
        case .sequence(let parts):
            var sum = 0
            for part in parts {
                guard let width = part.width else { return nil }
                sum += width
                if sum > Self.widest { return nil }
            }
            return sum
        case .choice(let parts):
            let widths = parts.map { $0.width }
            return widths.allSatisfy { $0 == widths[0] } ? widths[0] : nil
        case .repeated(let part, let min, let max, _):
            guard let width = part.width, min == max, min <= Self.widest else { return nil }
            return width * min > Self.widest ? nil : width * min
        case .look, .edge: return 0
        case .atomic(let part): return part.width
        }
    }
}

/// Reads a pattern.
struct PatternParser {
    let scalars: [Unicode.Scalar]
    var place = 0
    private var ignoresCase = false
    var depth = 0
    static let deepest = 40
    private static let mostRepeats = 1000
    /// How many repeats may stand one behind the other.
    private static let mostStacked = 8
    /// The longest pattern, in characters. Real ones have below 2,000.
    private static let longest = 20_000
    /// The characters whose other case is looked up. Real patterns ignore the case of a few letters.
    private static let mostCased = 100_000
    private var casedCount = 0

    /// What in the pattern is not read here.
    struct Problem: Error { var what: String }

    static func parse(_ text: String) throws(Problem) -> PatternNode {
        // A character has four bytes at most: what is longer is not even copied.
        if text.utf8.count > 4 * longest { throw Problem(what: "more than \(longest) characters") }
        var parser = PatternParser(scalars: Array(text.unicodeScalars))
        if parser.scalars.count > longest { throw Problem(what: "more than \(longest) characters") }
        let node = try parser.choice()
        if parser.place < parser.scalars.count { throw Problem(what: "a parenthesis without its beginning") }
        return node
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard place + wanted.count <= scalars.count, scalars[place..<place + wanted.count].elementsEqual(wanted) else {
            return false
        }
        place += wanted.count
        return true
    }

    private mutating func choice() throws(Problem) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.deepest { throw Problem(what: "parentheses nested too deeply") }
        var parts = [try sequence()]
        while take("|") { parts.append(try sequence()) }
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence() throws(Problem) -> PatternNode {
        let outer = ignoresCase
        defer { ignoresCase = outer }
        var parts: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            guard let atom = try atom() else { continue }
            parts.append(try quantified(atom))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func quantified(_ atom: PatternNode) throws(Problem) -> PatternNode {
        var node = atom
        var stacked = 0
        while let (min, max, isBraced) = try quantifier() {
            stacked += 1
            if stacked > Self.mostStacked { throw Problem(what: "more than \(Self.mostStacked) repeats of repeats") }
            var greed = PatternNode.Greed.greedy
            if take("?") { greed = .lazy } else if !isBraced, take("+") { greed = .possessive }
            if case .set = node {
            } else if node.canBeEmpty, max == nil {
                throw Problem(what: "a repeated part that may be empty")
            }
            if max.map({ $0 < min }) ?? false { throw Problem(what: "a repeat whose most is below its least") }
            node = .repeated(node, min: min, max: max, greed: greed)
        }
        return node
    }

    private mutating func quantifier() throws(Problem) -> (min: Int, max: Int?, isBraced: Bool)? {
        if take("*") { return (0, nil, false) }
        if take("+") { return (1, nil, false) }
        if take("?") { return (0, 1, false) }
        guard next == "{" else { return nil }
        let start = place
        place += 1
        let min = number()
        var max = min
        if take(",") { max = number() }
        // Braces that hold no numbers are themselves.
        guard take("}"), min != nil || max != nil else {
            place = start
            return nil
        }
        if (min ?? 0) > Self.mostRepeats || (max ?? 0) > Self.mostRepeats {
            throw Problem(what: "a repeat of more than \(Self.mostRepeats)")
        }
        return (min ?? 0, max, true)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = next, digit.value &- 0x30 < 10, (value ?? 0) < 100_000 {
            value = (value ?? 0) * 10 + Int(digit.value - 0x30)
            place += 1
        }
        return value
    }

    /// One unit of a sequence; nil for a switch of options.
    private mutating func atom() throws(Problem) -> PatternNode? {
        if take("(") { return try group() }
        if take("[") { return .set(try cased(brackets())) }
        if take(".") { return .set(ScalarSet([.range(0x0A, 0x0A)], negated: true)) }
        if take("^") { return .edge(.lineStart) }
        if take("$") { return .edge(.lineEnd) }
        if take("\\") {
            if take("b") { return .edge(.word) }
            if take("B") { return .edge(.notWord) }
            if take("A") { return .edge(.textStart) }
            if take("z") { return .edge(.textEnd) }
            return .set(try cased(ScalarSet([try escape()])))
        }
        guard let scalar = next else { return nil }
        if "*+?".unicodeScalars.contains(scalar) { throw Problem(what: "a repeat of nothing") }
        place += 1
        return .set(try cased(ScalarSet([.range(scalar.value, scalar.value)])))
    }

    private mutating func cased(_ set: ScalarSet) throws(Problem) -> ScalarSet {
        if !ignoresCase { return set }
        casedCount += set.casedCount
        if casedCount > Self.mostCased { throw Problem(what: "the case of over \(Self.mostCased) characters ignored") }
        return set.ignoringCase()
    }

    private mutating func group() throws(Problem) -> PatternNode? {
        if take("?") {
            for (sign, behind, negated) in [
                ("=", false, false), ("!", false, true), ("<=", true, false), ("<!", true, true),
            ] {
                guard take(sign) else { continue }
                let body = try closed()
                if behind, body.width == nil { throw Problem(what: "a look behind of more than one length") }
                if body.hasNestedRepeats(within: false) {
                    throw Problem(what: "repeats within repeats in a look around")
                }
                return .look(body, behind: behind, negated: negated)
            }
            if take(">") { return .atomic(try closed()) }
            if take(":") { return try closed() }
            return try options()
        }
        return try closed()
    }

    /// `(?i)` up to the end of the group, `(?i:…)`, and the same with a minus.
    private mutating func options() throws(Problem) -> PatternNode? {
        let outer = ignoresCase
        var on = true
        while let sign = next, sign != ":", sign != ")" {
            switch sign {
            case "i": ignoresCase = on
            case "-": on = false
            default: throw Problem(what: "the option \(sign)")
            }
            place += 1
        }
        if take(")") { return nil }
        guard take(":") else { throw Problem(what: "a group without an end") }
        let body = try closed()
        ignoresCase = outer
        return body
    }

    private mutating func closed() throws(Problem) -> PatternNode {
        let outer = ignoresCase
        let body = try choice()
        ignoresCase = outer
        guard take(")") else { throw Problem(what: "a group without an end") }
        return body
    }
}

extension PatternNode {
    /// Whether a part that is repeated holds another that is: such a look around could take more than n² steps.
    fileprivate func hasNestedRepeats(within: Bool) -> Bool {
        switch self {
        case .set, .edge: return false
        case .sequence(let parts), .choice(let parts): return parts.contains { $0.hasNestedRepeats(within: within) }
        case .repeated(let part, let min, let max, _):
            let isFree = min != max
            return isFree && within || part.hasNestedRepeats(within: within || isFree)
        case .look(let part, _, _), .atomic(let part): return part.hasNestedRepeats(within: within)
        }
    }
}
