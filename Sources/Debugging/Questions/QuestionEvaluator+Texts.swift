// What is asked of a text's words and characters. A word is what stands between blanks; letters are those of ASCII.
internal import Phrases

extension QuestionEvaluator {
    mutating func textual(_ function: QuestionFunction, _ arguments: [Term?]) -> QuestionValue {
        var texts: [[UInt8]] = []
        for case let argument? in arguments {
            let found = value(argument)
            guard let bytes = bytes(of: found) else { return found }
            texts.append(bytes)
        }
        switch function {
        case .words:
            let words = texts[0].split(separator: 32).map { $0.map(Self.small) }
            let sorted = words.sorted { $0.lexicographicallyPrecedes($1) }
            return .text(Array(sorted.joined(separator: [32])))
        case .exchanged: return .number(Double(Self.exchanged(texts[0], texts[1])))
        // Every byte but those that go on with a character begins one.
        default: return .number(Double(texts[0].count { $0 & 0xC0 != 0x80 }))
        }
    }

    private static func exchanged(_ text: [UInt8], _ other: [UInt8]) -> Int {
        let words = text.split(separator: 32, omittingEmptySubsequences: false)
        let others = other.split(separator: 32, omittingEmptySubsequences: false)
        if words.count != others.count { return max(words.count, others.count) }
        return zip(words, others).count { !$0.elementsEqual($1) }
    }

    private static func small(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte + 32 : byte
    }
}
