// What is asked of a text's words and characters. A word is what stands between blanks; letters are those of ASCII.
internal import JSONText
internal import Phrases

extension QuestionEvaluator {
    mutating func textual(_ function: QuestionFunction, _ arguments: [Term?]) -> QuestionValue {
        var texts: [[UInt8]] = []
        for case let argument? in arguments {
            let found = value(argument)
            guard let bytes = bytes(of: found) else { return found }
            texts.append(bytes)
        }
        for text in texts { look(at: text.count) }
        switch function {
        case .words:
            let words = Self.split(texts[0])
            // By insertion each word may be compared with all others, byte for byte.
            look(at: words.count * texts[0].count)
            return budget.isSpent ? .unknown(.tooMuchWork) : .text(Self.sorted(words))
        case .exchanged: return .number(Double(Self.exchanged(texts[0], texts[1])))
        case .chinese: return .boolean(Self.isChinese(texts[0]))
        default:
            // Every byte but those that go on with a character begins one.
            var count = 0
            for byte in texts[0] where byte & 0xC0 != 0x80 { count += 1 }
            return .number(Double(count))
        }
    }

    /// Han characters and the marks that stand among them; no letters, digits, blanks or pictures. An empty text is none.
    private static func isChinese(_ text: [UInt8]) -> Bool {
        var isChinese = !text.isEmpty
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF, 0x3001...0x3003, 0x3005...0x301F,
                0xFE30...0xFE4F, 0xFF01, 0xFF08, 0xFF09, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F, 0xB7, 0x2014, 0x2018,
                0x2019, 0x201C, 0x201D, 0x2026, 0x2027, 0x22EF:
                continue
            default: isChinese = false
            }
        }
        return isChinese
    }

    /// In small letters, in order of their bytes. By insertion, and by loops: what is generic in the library would be
    /// compiled anew into every page.
    private static func sorted(_ words: [[UInt8]]) -> [UInt8] {
        var sorted: [[UInt8]] = []
        for var word in words where !word.isEmpty {
            for at in word.indices where word[at] >= 65 && word[at] <= 90 { word[at] += 32 }
            var place = sorted.count
            while place > 0, precedes(word, sorted[place - 1]) { place -= 1 }
            sorted.insert(word, at: place)
        }
        var joined: [UInt8] = []
        for word in sorted {
            if !joined.isEmpty { joined.append(32) }
            joined += word
        }
        return joined
    }

    private static func precedes(_ word: [UInt8], _ other: [UInt8]) -> Bool {
        for place in 0..<min(word.count, other.count) where word[place] != other[place] {
            return word[place] < other[place]
        }
        return word.count < other.count
    }

    private static func exchanged(_ text: [UInt8], _ other: [UInt8]) -> Int {
        let (words, others) = (split(text), split(other))
        if words.count != others.count { return max(words.count, others.count) }
        var count = 0
        for place in words.indices where words[place] != others[place] { count += 1 }
        return count
    }

    /// What stands between blanks; nothing between two that touch.
    private static func split(_ text: [UInt8]) -> [[UInt8]] {
        var words: [[UInt8]] = [[]]
        for byte in text {
            if byte == 32 { words.append([]) } else { words[words.count - 1].append(byte) }
        }
        return words
    }
}
