// Bytes from the terminal to keys.
internal import Phrases

enum DebugKey: Equatable {
    case character(Character)
    case up, down, left, right, home, end, pageUp, pageDown
    case enter, tab, backspace, delete, escape
    /// Ctrl with a letter, lower case.
    case control(Character)
}

/// Reads keys from single bytes; `next` is asked for more, nil meaning that nothing follows soon.
struct DebugKeyReader {
    let next: (_ milliseconds: Int32) -> UInt8?
    /// How long an escape waits for the rest of its sequence; a key sends all of it at once.
    static let escapeWait: Int32 = 40

    /// The next key; nil when nothing came within the time, or for a sequence that means nothing here.
    func key(waiting milliseconds: Int32) -> DebugKey? {
        guard let byte = next(milliseconds) else { return nil }
        switch byte {
        case 13, 10: return .enter
        case 9: return .tab
        case 8, 127: return .backspace
        case 27: return sequence()
        case 1...26: return .control(Character(Unicode.Scalar(byte + 96)))
        case 0...31: return nil
        default: return character(byte)
        }
    }

    private func character(_ first: UInt8) -> DebugKey? {
        let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        var bytes = [first]
        while bytes.count < length, let byte = next(Self.escapeWait) { bytes.append(byte) }
        guard let text = String(validating: bytes, as: UTF8.self), let character = text.first else { return nil }
        return .character(character)
    }

    /// What follows an escape: `[A`, `OA`, `[5~`, `[1;5C`, …
    private func sequence() -> DebugKey? {
        guard let kind = next(Self.escapeWait) else { return .escape }
        guard kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else { return nil }
        var parameters: [UInt8] = []
        while let byte = next(Self.escapeWait), parameters.count < 16 {
            if (0x40...0x7E).contains(byte) { return named(byte, parameters) }
            parameters.append(byte)
        }
        return nil
    }

    private func named(_ final: UInt8, _ parameters: [UInt8]) -> DebugKey? {
        switch final {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        case UInt8(ascii: "C"): return .right
        case UInt8(ascii: "D"): return .left
        case UInt8(ascii: "H"): return .home
        case UInt8(ascii: "F"): return .end
        case UInt8(ascii: "~"):
            switch String(decoding: parameters, as: UTF8.self).split(separator: ";").first {
            case "1", "7": return .home
            case "4", "8": return .end
            case "3": return .delete
            case "5": return .pageUp
            case "6": return .pageDown
            default: return nil
            }
        default: return nil
        }
    }
}
