// The classes of characters in a regular expression: brackets, ranges, escapes, properties.

extension PatternParser {
    /// What stands in brackets, the first of which is taken.
    mutating func brackets() throws(Problem) -> ScalarSet {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.deepest { throw Problem(what: "brackets nested too deeply") }
        let isNegated = take("^")
        var members: [ScalarSet.Member] = []
        var intersection: [ScalarSet] = []
        var isFirst = true
        while true {
            if next == nil { throw Problem(what: "a class without an end") }
            if !isFirst, take("]") { break }
            if take("&&") {
                var rest: [ScalarSet.Member] = []
                while next != "]", next != nil, !(next == "&" && place + 1 < scalars.count && scalars[place + 1] == "&")
                {
                    rest.append(contentsOf: try member())
                }
                intersection.append(ScalarSet(rest))
                isFirst = false
                continue
            }
            members.append(contentsOf: try member())
            isFirst = false
        }
        return ScalarSet(members, negated: isNegated, and: intersection)
    }

    private mutating func member() throws(Problem) -> [ScalarSet.Member] {
        if take("[:") {
            var name = ""
            let isNegated = take("^")
            while let scalar = next, scalar != ":" {
                name.unicodeScalars.append(scalar)
                place += 1
            }
            guard take(":]"), let set = Self.posix(name) else { throw Problem(what: "the class [:\(name):]") }
            return [.set(ScalarSet([set], negated: isNegated))]
        }
        if take("[") { return [.set(try brackets())] }
        let first = try single()
        guard case .range(let low, _) = first, next == "-", place + 1 < scalars.count, scalars[place + 1] != "]" else {
            return [first]
        }
        place += 1
        if next == "[" { return [first, .range(0x2D, 0x2D)] }
        let last = try single()
        guard case .range(let high, _) = last else { return [first, .range(0x2D, 0x2D), last] }
        if high < low { throw Problem(what: "a range whose end is before its beginning") }
        return [.range(low, high)]
    }

    private mutating func single() throws(Problem) -> ScalarSet.Member {
        if take("\\") { return take("b") ? .range(8, 8) : try escape() }
        guard let scalar = next else { throw Problem(what: "a class without an end") }
        place += 1
        return .range(scalar.value, scalar.value)
    }

    private static func posix(_ name: String) -> ScalarSet.Member? {
        switch name {
        case "space": .space
        case "alpha": .categories(0b11111)
        case "digit": .digits
        case "alnum": .categories(0b11111 | 1 << 8)
        case "punct": .categories(0b111_1111 << 11 | 0b1111 << 18)
        case "upper": .categories(1)
        case "lower": .categories(2)
        case "word": .word
        case "cntrl": .categories(1 << 25)
        default: nil
        }
    }

    /// What follows a backslash.
    mutating func escape() throws(Problem) -> ScalarSet.Member {
        guard let scalar = next else { throw Problem(what: "a backslash at the end") }
        place += 1
        switch scalar {
        case "n": return .range(0x0A, 0x0A)
        case "r": return .range(0x0D, 0x0D)
        case "t": return .range(0x09, 0x09)
        case "f": return .range(0x0C, 0x0C)
        case "v": return .range(0x0B, 0x0B)
        case "0": return .range(0, 0)
        case "s": return .space
        case "S": return .set(ScalarSet([.space], negated: true))
        case "d": return .digits
        case "D": return .set(ScalarSet([.digits], negated: true))
        case "w": return .word
        case "W": return .set(ScalarSet([.word], negated: true))
        case "p", "P": return try property(negated: scalar == "P")
        case "x": return try code(take("{") ? nil : 2)
        case "u": return try code(take("{") ? nil : 4)
        default:
            if scalar.properties.isAlphabetic || scalar.value &- 0x30 < 10 { throw Problem(what: "\\\(scalar)") }
            return .range(scalar.value, scalar.value)
        }
    }

    private mutating func property(negated: Bool) throws(Problem) -> ScalarSet.Member {
        var name = ""
        if take("{") {
            while let scalar = next, scalar != "}", name.utf8.count < 40 {
                name.unicodeScalars.append(scalar)
                place += 1
            }
            if !take("}") { throw Problem(what: "\\p without an end") }
        } else if let scalar = next {
            name.unicodeScalars.append(scalar)
            place += 1
        }
        let isNegated = name.hasPrefix("^")
        guard let member = ScalarSet.Member.property(isNegated ? String(name.dropFirst()) : name) else {
            throw Problem(what: "\\p{\(name)}")
        }
        return negated != isNegated ? .set(ScalarSet([member], negated: true)) : member
    }

    /// A character by its number, of `count` digits, or up to a brace.
    private mutating func code(_ count: Int?) throws(Problem) -> ScalarSet.Member {
        var (value, digits) = (UInt32(0), 0)
        while digits < count ?? 8, let scalar = next, let digit = Character(scalar).hexDigitValue {
            value = value << 4 | UInt32(digit)
            digits += 1
            place += 1
        }
        if count == nil, !take("}") { throw Problem(what: "a number of a character without an end") }
        if digits == 0 || value > 0x10FFFF { throw Problem(what: "a number that is no character's") }
        return .range(value, value)
    }
}
