// Which numbers a setting may be, as data, and the range in words.
public import Phrases

/// The numbers that a setting may be. What is refused says so in these words; nothing is clamped.
public struct NumberRange: Equatable, Sendable {
    /// The numbers between two ends, and how the words name them.
    public enum Span: Equatable, Sendable {
        /// Any number of the range, ends included; the words name both.
        case real(ClosedRange<Double>)
        /// Whole numbers of the range, ends included; the words name both.
        case whole(ClosedRange<Int>)
        /// Whole numbers from 0; the words name the upper end alone.
        case wholeUpTo(Int)
        /// Whole numbers up to a bound that no run comes near; the words name the lower end alone.
        case wholeFrom(Int, bound: Int)
        /// Whole numbers above the number that has a meaning of its own.
        case more
    }
    /// A number that means something else than its size.
    public struct Meaning: Equatable, Sendable {
        /// The number that has the meaning.
        public var number: Double
        /// What it means, as "off".
        public var words: Phrase
        /// Acts as a number above all others would: top-k 0 keeps as many as there are.
        public var isEndless: Bool

        /// A number with its meaning in words.
        public init(_ number: Double, _ words: Phrase, isEndless: Bool = false) {
            self.number = number
            self.words = words
            self.isEndless = isEndless
        }

        /// The number that switches the setting off.
        public static func off(_ number: Double, isEndless: Bool = false) -> Meaning {
            Meaning(number, Phrase("off", "關閉"), isEndless: isEndless)
        }
    }

    /// The numbers whose size counts.
    public var span: Span
    /// Named before the span, which need not hold it: "0 (off) or in 0…100".
    public var first: Meaning?
    /// Named behind the span, which holds it: "in 0…1 (0 is off)".
    public var within: Meaning?
    /// What the numbers count, where the name does not say it.
    public var unit: Phrase?

    /// A range; without `first` and `within` every number of it means its size.
    public init(_ span: Span, first: Meaning? = nil, within: Meaning? = nil, unit: Phrase? = nil) {
        self.span = span
        self.first = first
        self.within = within
        self.unit = unit
    }

    /// Any number of the range, ends included.
    public static func real(_ range: ClosedRange<Double>) -> NumberRange { NumberRange(.real(range)) }

    /// Whether a setting may be this number; NaN never.
    public func contains(_ value: Double) -> Bool {
        if let first, value == first.number { return true }
        let isWhole = value == value.rounded()
        return switch span {
        case .real(let range): range.contains(value)
        case .whole(let range): isWhole && (Double(range.lowerBound)...Double(range.upperBound)).contains(value)
        case .wholeUpTo(let top): isWhole && (0...Double(top)).contains(value)
        case .wholeFrom(let low, let bound): isWhole && (Double(low)...Double(bound)).contains(value)
        case .more: isWhole && value > (first?.number ?? 0) && value.isFinite
        }
    }

    /// Completes "it must be …", in Chinese 「必須…」.
    public var phrase: Phrase {
        let apart = first.map { meaning in
            let number = plain(meaning.number)
            return Phrase("\(number) (\(meaning.words.english)) or ", "是 \(number)（\(meaning.words.chinese)）或")
        }
        return (apart ?? Phrase("", "")) + spanWords(isFirst: apart == nil)
            + (unit.map { Phrase(" \($0.english)", " \($0.chinese)") } ?? Phrase("", ""))
            + (within.map { meaning in
                let number = plain(meaning.number)
                return Phrase(" (\(number) is \(meaning.words.english))", "（\(number) 表示\(meaning.words.chinese)）")
            } ?? Phrase("", ""))
    }

    /// - Parameter isFirst: nothing stands before it, so that the Chinese sentence still needs its verb.
    private func spanWords(isFirst: Bool) -> Phrase {
        let verb = isFirst ? "是" : ""
        return switch span {
        case .real(let range):
            Phrase(
                "in \(plain(range.lowerBound))…\(plain(range.upperBound))",
                "在 \(plain(range.lowerBound))…\(plain(range.upperBound))")
        case .whole(let range):
            Phrase(
                "a whole number in \(range.lowerBound)…\(range.upperBound)",
                "\(verb)整數，在 \(range.lowerBound)…\(range.upperBound)")
        case .wholeUpTo(let top): Phrase("a whole number up to \(top)", "\(verb)整數，至多 \(top)")
        case .wholeFrom(let low, _): Phrase("a whole number from \(low)", "\(verb) \(low) 以上的整數")
        case .more: Phrase("more", "\(verb)更大")
        }
    }
}
