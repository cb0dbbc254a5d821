// A set of characters as the patterns of tokenizers write it: ranges, general categories, white space, and their like.

/// What a class in brackets, an escape or a dot stands for.
struct ScalarSet: Sendable, Equatable {
    /// A part of the set.
    enum Member: Sendable, Equatable {
        case range(UInt32, UInt32)
        /// General categories, a bit for each in the order of `Unicode.GeneralCategory`.
        case categories(UInt32)
        /// The property White_Space.
        case space
        /// `\w` of Rust's regular expressions: letters, marks, decimal digits, connectors, joiners.
        case rustWord
        /// A script, of those that are known.
        case script(Script)
        case set(ScalarSet)
    }

    private(set) var members: [Member]
    private(set) var isNegated = false
    /// The set is what is in these as well.
    private(set) var intersection: [ScalarSet] = []
    /// The ranges where there are many, in order and apart from each other, the first character in the high half; else none.
    private var ranges: [UInt64] = []
    /// The members that `ranges` leaves over.
    private var others: [Member]
    /// What a look into the set costs beyond a step: nothing for a set that somebody has written for a tokenizer.
    var weight: Int { looks / Self.membersOfStep }
    /// Members that are looked at, those of the sets in it among them.
    private var looks = 0
    private static let manyRanges = 8
    /// Looks at so many members that are no ranges cost a step.
    private static let membersOfStep = 16
    /// Which of the ASCII characters are in the set, made once.
    private var ascii: (low: UInt64, high: UInt64) = (0, 0)

    init(_ members: [Member], negated: Bool = false, and intersection: [ScalarSet] = []) {
        self.members = members
        isNegated = negated
        self.intersection = intersection
        others = members
        sortRanges()
        var looks = intersection.count
        for set in intersection { looks += set.looks }
        for member in others {
            switch member {
            case .set(let set): looks += 1 + set.looks
            case .script: looks += 4
            default: looks += 1
            }
        }
        self.looks = looks
        for value in UInt32(0)..<128 where compute(Unicode.Scalar(UInt8(value)), .tokenizers) {
            if value < 64 { ascii.low |= 1 << UInt64(value) } else { ascii.high |= 1 << UInt64(value - 64) }
        }
    }

    private mutating func sortRanges() {
        var keys = KeyHeap()
        var rest: [Member] = []
        for member in members {
            if case .range(let first, let last) = member {
                keys.insert(UInt64(first) << 32 | UInt64(last))
            } else {
                rest.append(member)
            }
        }
        if members.count - rest.count <= Self.manyRanges { return }
        others = rest
        while let key = keys.popMin() {
            if let before = ranges.last, key >> 32 <= before & 0xFFFF_FFFF {
                if key & 0xFFFF_FFFF > before & 0xFFFF_FFFF {
                    ranges[ranges.count - 1] = (before >> 32) << 32 | key & 0xFFFF_FFFF
                }
            } else {
                ranges.append(key)
            }
        }
    }

    private func isInRanges(_ value: UInt32) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle] >> 32 <= UInt64(value) { low = middle + 1 } else { high = middle }
        }
        return low > 0 && UInt64(value) <= ranges[low - 1] & 0xFFFF_FFFF
    }

    static func == (a: ScalarSet, b: ScalarSet) -> Bool {
        a.members == b.members && a.isNegated == b.isNegated && a.intersection == b.intersection
    }

    /// Whether the character is in the set. Characters later than `limit` are unassigned.
    @inline(__always)
    func contains(_ scalar: Unicode.Scalar, _ limit: UnicodeLimit) -> Bool {
        if scalar.value < 64 { return ascii.low >> UInt64(scalar.value) & 1 == 1 }
        if scalar.value < 128 { return ascii.high >> UInt64(scalar.value - 64) & 1 == 1 }
        return compute(scalar, limit)
    }

    private func compute(_ scalar: Unicode.Scalar, _ limit: UnicodeLimit) -> Bool {
        let isMember =
            isInRanges(scalar.value)
            || others.contains { member in
                switch member {
                case .range(let first, let last): first <= scalar.value && scalar.value <= last
                case .categories(let mask): mask >> categoryNumber(scalar, limit) & 1 == 1
                case .space: scalar.properties.isWhitespace
                case .rustWord: isWord(scalar)
                case .script(let script): script.contains(scalar)
                case .set(let set): set.contains(scalar, limit)
                }
            }
        return (isMember && intersection.allSatisfy { $0.contains(scalar, limit) }) != isNegated
    }

    /// Longer ranges stay as they are where case is ignored.
    private static let longestCased: UInt32 = 0x400

    /// How many characters have their other case looked up by ``ignoringCase()``.
    var casedCount: Int {
        var count = 0
        for case .range(let first, let last) in members where last - first < Self.longestCased {
            count += Int(last - first) + 1
        }
        return count
    }

    /// The set with the other case of its characters, as a pattern that ignores case has it.
    func ignoringCase() -> ScalarSet {
        var more = members
        for member in members {
            guard case .range(let first, let last) = member, last - first < Self.longestCased else { continue }
            for value in first...last {
                guard let scalar = Unicode.Scalar(value) else { continue }
                for other in otherCases(scalar) { more.append(.range(other, other)) }
            }
        }
        return ScalarSet(more, negated: isNegated, and: intersection)
    }
}

/// The characters that are the same where case is ignored (simple case folding): "s" is also "S" and "ſ".
private func otherCases(_ scalar: Unicode.Scalar) -> [UInt32] {
    var found: [UInt32] = []
    for text in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
        if text.unicodeScalars.count == 1, let other = text.unicodeScalars.first, other != scalar {
            found.append(other.value)
        }
    }
    switch scalar {
    case "s", "S": found.append(0x17F)
    case "k", "K": found.append(0x212A)
    default: break
    }
    return found
}

/// A character's general category as a number, in the order of `categoryNames`; unassigned where it is later than `limit`.
func categoryNumber(_ scalar: Unicode.Scalar, _ limit: UnicodeLimit) -> UInt32 {
    let category = scalar.properties.generalCategory
    if category == .unassigned { return 29 }
    // Ideographs and syllables, so that these texts need no look-up of ages.
    let isOld = (0x3400...0x9FFF).contains(scalar.value) || (0xAC00...0xD7A3).contains(scalar.value)
    if !isOld, !isKnown(scalar, limit) { return category == .privateUse ? 28 : 29 }
    return switch category {
    case .uppercaseLetter: 0
    case .lowercaseLetter: 1
    case .titlecaseLetter: 2
    case .modifierLetter: 3
    case .otherLetter: 4
    case .nonspacingMark: 5
    case .spacingMark: 6
    case .enclosingMark: 7
    case .decimalNumber: 8
    case .letterNumber: 9
    case .otherNumber: 10
    case .connectorPunctuation: 11
    case .dashPunctuation: 12
    case .openPunctuation: 13
    case .closePunctuation: 14
    case .initialPunctuation: 15
    case .finalPunctuation: 16
    case .otherPunctuation: 17
    case .mathSymbol: 18
    case .currencySymbol: 19
    case .modifierSymbol: 20
    case .otherSymbol: 21
    case .spaceSeparator: 22
    case .lineSeparator: 23
    case .paragraphSeparator: 24
    case .control: 25
    case .format: 26
    case .surrogate: 27
    case .privateUse: 28
    default: 29
    }
}

/// The short names of the general categories, in order.
private let categoryNames = [
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm",
    "Sc",
    "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
]

extension ScalarSet.Member {
    /// What `\p{…}` means, nil where the name is not known.
    static func property(_ name: String) -> ScalarSet.Member? {
        let short: [(String, String)] = [
            ("Letter", "L"), ("Mark", "M"), ("Number", "N"), ("Punctuation", "P"), ("Symbol", "S"), ("Separator", "Z"),
            ("Other", "C"), ("Punct", "P"), ("Alpha", "Alphabetic"),
        ]
        let name = short.first { $0.0 == name }?.1 ?? name
        var mask: UInt32 = 0
        for (place, category) in categoryNames.enumerated() where category.hasPrefix(name) && name.utf8.count <= 2 {
            mask |= 1 << UInt32(place)
        }
        if mask != 0 { return .categories(mask) }
        switch name {
        case "White_Space", "Space": return .space
        case "Any": return .range(0, 0x10FFFF)
        default:
            let name = name.hasPrefix("Script=") ? String(name.dropFirst(7)) : name
            return Script(rawValue: name).map { .script($0) }
        }
    }

    static let letters = ScalarSet.Member.categories(0b11111)
    static let marks = ScalarSet.Member.categories(0b111 << 5)
    static let digits = ScalarSet.Member.categories(1 << 8)
    /// `\w`: letters, marks, decimal digits, connectors.
    static let word = ScalarSet.Member.categories(0b11111 | 0b111 << 5 | 1 << 8 | 1 << 11)
}

/// The scripts that patterns of tokenizers name.
enum Script: String, Sendable, Equatable {
    case han = "Han"
    case hiragana = "Hiragana"
    case katakana = "Katakana"
    case hangul = "Hangul"
    case thai = "Thai"
    case lao = "Lao"
    case khmer = "Khmer"
    case myanmar = "Myanmar"
    case hebrew = "Hebrew"

    /// By Unicode's file of scripts, version 16; letters and marks of the blocks that are wholly of a script.
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) }
    }

    private var ranges: [ClosedRange<UInt32>] {
        switch self {
        case .han:
            [
                0x2E80...0x2E99, 0x2E9B...0x2EF3, 0x2F00...0x2FD5, 0x3005...0x3005, 0x3007...0x3007, 0x3021...0x3029,
                0x3038...0x303B, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFA6D, 0xFA70...0xFAD9,
                0x16FE2...0x16FE3, 0x16FF0...0x16FF1, 0x20000...0x2A6DF, 0x2A700...0x2B739, 0x2B740...0x2B81D,
                0x2B820...0x2CEA1, 0x2CEB0...0x2EBE0, 0x2EBF0...0x2EE5D, 0x2F800...0x2FA1D, 0x30000...0x3134A,
                0x31350...0x323AF,
            ]
        case .hiragana:
            [
                0x3041...0x3096, 0x309D...0x309F, 0x1B001...0x1B11F, 0x1B132...0x1B132, 0x1B150...0x1B152,
                0x1F200...0x1F200,
            ]
        case .katakana:
            [
                0x30A1...0x30FA, 0x30FD...0x30FF, 0x31F0...0x31FF, 0x32D0...0x32FE, 0x3300...0x3357, 0xFF66...0xFF6F,
                0xFF71...0xFF9D, 0x1AFF0...0x1AFF3, 0x1AFF5...0x1AFFB, 0x1AFFD...0x1AFFE, 0x1B000...0x1B000,
                0x1B120...0x1B122, 0x1B155...0x1B155, 0x1B164...0x1B167,
            ]
        case .hangul:
            [
                0x1100...0x11FF, 0x302E...0x302F, 0x3131...0x318E, 0x3200...0x321E, 0x3260...0x327E, 0xA960...0xA97C,
                0xAC00...0xD7A3, 0xD7B0...0xD7C6, 0xD7CB...0xD7FB, 0xFFA0...0xFFBE, 0xFFC2...0xFFC7, 0xFFCA...0xFFCF,
                0xFFD2...0xFFD7, 0xFFDA...0xFFDC,
            ]
        case .thai: [0x0E01...0x0E3A, 0x0E40...0x0E5B]
        case .lao:
            [
                0x0E81...0x0E82, 0x0E84...0x0E84, 0x0E86...0x0E8A, 0x0E8C...0x0EA3, 0x0EA5...0x0EA5, 0x0EA7...0x0EBD,
                0x0EC0...0x0EC4, 0x0EC6...0x0EC6, 0x0EC8...0x0ECE, 0x0ED0...0x0ED9, 0x0EDC...0x0EDF,
            ]
        case .khmer: [0x1780...0x17DD, 0x17E0...0x17E9, 0x17F0...0x17F9, 0x19E0...0x19FF]
        case .myanmar: [0x1000...0x109F, 0xA9E0...0xA9FE, 0xAA60...0xAA7F, 0x116D0...0x116E3]
        case .hebrew:
            [
                0x0591...0x05C7, 0x05D0...0x05EA, 0x05EF...0x05F4, 0xFB1D...0xFB36, 0xFB38...0xFB3C, 0xFB3E...0xFB3E,
                0xFB40...0xFB41, 0xFB43...0xFB44, 0xFB46...0xFB4F,
            ]
        }
    }
}
