// Finds one stop string in a stream of bytes.

/// The automaton of Knuth, Morris and Pratt for one text: fed byte by byte it knows how much of the text stands at the end.
struct StopMatcher: Equatable, Sendable {
    let text: [UInt8]
    /// (length): how long the longest proper prefix of `text` is that is also a suffix of its first `length` bytes.
    private let fallback: [Int]
    /// How many bytes at the end of the stream begin the text.
    private(set) var matched = 0

    /// - Precondition: the text is not empty.
    init(_ text: [UInt8]) {
        precondition(!text.isEmpty)
        self.text = text
        var fallback = [Int](repeating: 0, count: text.count + 1)
        var length = 0
        for end in 1..<text.count {
            while length > 0, text[end] != text[length] { length = fallback[length] }
            if text[end] == text[length] { length += 1 }
            fallback[end + 1] = length
        }
        self.fallback = fallback
    }

    /// Takes one byte; true when the text is complete with it.
    mutating func feed(_ byte: UInt8) -> Bool {
        if matched == text.count { matched = fallback[matched] }
        while matched > 0, text[matched] != byte { matched = fallback[matched] }
        if text[matched] == byte { matched += 1 }
        return matched == text.count
    }
}
