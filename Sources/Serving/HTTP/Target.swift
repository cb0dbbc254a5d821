// The target of a request taken apart: `/open/abc?x=1` as path and query. Nothing of it ever names a file.

/// A target as it was sent, once it is known to be of the plain form that our own addresses have.
struct Target {
    var path: [String]
    var query: [(name: String, value: String)]

    /// nil for everything that no address of ours looks like: parts of other characters, empty ones, `.` and `..`.
    init?(_ text: String) {
        // Before a character is made of what may be a letter with thousands of accents.
        if !text.utf8.allSatisfy({ $0 < 0x80 }) { return nil }
        let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = halves.first, first.utf8.first == UInt8(ascii: "/") else { return nil }
        path = []
        for part in first.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            if part.isEmpty && first == "/" { break }
            guard !part.isEmpty, part != ".", part != "..", part.utf8.allSatisfy(Self.isPlain) else { return nil }
            path.append(String(part))
        }
        query = []
        guard halves.count == 2 else { return }
        for pair in halves[1].split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0]), let value = Self.decoded(sides.count == 2 ? sides[1] : "") else {
                return nil
            }
            query.append((name, value))
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(byte)
        }
    }

    /// A text with its `%xx` and `+` undone; nil where they are broken, no UTF-8, or hide a control character.
    static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let value = UInt8(String(Substring(rest.prefix(2))), radix: 16),
                    rest.first != UInt8(ascii: "+")
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
