// One text looked for in another.

/// A text that is looked for in a time that grows with the length of what it is looked for in, however long it is itself and
/// however often it nearly stands there (Knuth, Morris and Pratt 1977).
struct TextSearch: Sendable, Equatable {
    let text: [UInt8]
    /// Of each beginning of the text, from one byte on, the length of the longest shorter one that it ends with.
    private var borders: [UInt32] = []

    /// - Parameter text: an empty one stands nowhere.
    init(_ text: [UInt8]) {
        self.text = text
        borders.reserveCapacity(text.count)
        var length = 0
        for (place, byte) in text.enumerated() {
            if place > 0 { length = next(length, byte) }
            borders.append(UInt32(length))
        }
    }

    /// How much of the text stands before a place, once `byte` is there, where `length` bytes of it stood before.
    @inline(__always)
    func next(_ length: Int, _ byte: UInt8) -> Int {
        var length = length
        while length == text.count || text[length] != byte {
            if length == 0 { return 0 }
            length = Int(borders[length - 1])
        }
        return length + 1
    }

    /// Calls `body` with the places from `start` on where the text begins that lie before `end` as a whole, from left to
    /// right. `overlapping`: those too that begin within another.
    func forEachPlace(
        in bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, overlapping: Bool = false, _ body: (Int) -> Void
    ) {
        guard let first = text.first else { return }
        var length = 0
        for place in start..<end {
            if length == 0 && bytes[place] != first { continue }
            length = next(length, bytes[place])
            if length < text.count { continue }
            body(place + 1 - length)
            if !overlapping { length = 0 }
        }
    }

    /// A text in which each occurrence of this one, from left to right, is `new` instead. What would be longer than `most`
    /// is not made: it has one byte more then, or a few.
    func replaced(in bytes: some Sequence<UInt8>, by new: [UInt8], atMost most: Int = .max) -> [UInt8] {
        if text.isEmpty { return Array(bytes) }
        var result: [UInt8] = []
        var length = 0
        for byte in bytes {
            if result.count > most { break }
            result.append(byte)
            length = next(length, byte)
            if length < text.count { continue }
            result.removeLast(length)
            if new.count > most - min(most, result.count) { return [UInt8](repeating: 0, count: most + 1) }
            result += new
            length = 0
        }
        return result
    }
}
