// Many texts looked for at once in bytes, in a time that does not grow with their number.

/// The automaton of Aho and Corasick (1975) over some texts. Fed byte by byte, its state knows which of them end at the last
/// byte and how much of one may have begun there.
public struct TextSet: Equatable, Sendable {
    /// A beginning of a text. States are the places of these; the first is the empty one.
    private struct Beginning: Equatable, Sendable {
        let byte: UInt8
        let length: Int
        /// The first that is one byte longer, and the next with the same beginning; 0: none.
        var longer = 0
        var next = 0
        /// The longest that this one ends with, itself left out.
        var ending = 0
        /// The text that it is; nil when it only begins one.
        var text: Int?
        /// The longest text that it ends with, itself included, as a state; 0: none.
        var found = 0
    }

    /// The texts as they were given.
    public let texts: [[UInt8]]
    private var beginnings = [Beginning(byte: 0, length: 0)]

    /// Cost: O(bytes of all texts).
    ///
    /// - Parameter texts: the bytes of each. Empty ones are never found; of equal ones the first is.
    public init(_ texts: [[UInt8]]) {
        self.texts = texts
        for (place, text) in texts.enumerated() where !text.isEmpty { add(text, place) }
        // Shorter ones first: what a beginning ends with is shorter than it.
        var level = children(of: 0)
        while !level.isEmpty {
            var longer: [Int] = []
            for state in level {
                let ending = beginnings[state].ending
                beginnings[state].found = beginnings[state].text == nil ? beginnings[ending].found : state
                for child in children(of: state) {
                    beginnings[child].ending = next(ending, beginnings[child].byte)
                    longer.append(child)
                }
            }
            level = longer
        }
    }

    private mutating func add(_ text: [UInt8], _ place: Int) {
        var state = 0
        for byte in text {
            if let child = child(of: state, byte) {
                state = child
                continue
            }
            let new = beginnings.count
            beginnings.append(Beginning(byte: byte, length: beginnings[state].length + 1))
            beginnings[new].next = beginnings[state].longer
            beginnings[state].longer = new
            state = new
        }
        if beginnings[state].text == nil { beginnings[state].text = place }
    }

    private func children(of state: Int) -> [Int] {
        var children: [Int] = []
        var child = beginnings[state].longer
        while child != 0 {
            children.append(child)
            child = beginnings[child].next
        }
        return children
    }

    private func child(of state: Int, _ byte: UInt8) -> Int? {
        var child = beginnings[state].longer
        while child != 0 {
            if beginnings[child].byte == byte { return child }
            child = beginnings[child].next
        }
        return nil
    }

    // MARK: a stream

    /// The state behind one more byte. A stream begins at 0.
    public func next(_ state: Int, _ byte: UInt8) -> Int {
        var state = state
        while true {
            if let child = child(of: state, byte) { return child }
            if state == 0 { return 0 }
            state = beginnings[state].ending
        }
    }

    /// How many bytes at the end of the stream begin a text.
    public func begun(_ state: Int) -> Int { beginnings[state].length }

    /// The longest text that ends here, as its place in ``texts``; nil for none.
    public func longest(_ state: Int) -> Int? { beginnings[beginnings[state].found].text }

    /// Every text that ends here.
    public func ended(_ state: Int) -> [Int] {
        var ended: [Int] = []
        var found = beginnings[state].found
        while let text = beginnings[found].text {
            ended.append(text)
            found = beginnings[beginnings[found].ending].found
        }
        return ended
    }

    /// The beginnings of texts that end here, as states, the longest first.
    public func open(_ state: Int) -> [Int] {
        var open: [Int] = []
        var state = state
        while state != 0 {
            open.append(state)
            state = beginnings[state].ending
        }
        return open
    }

    /// The texts that are longer than a beginning and begin with it.
    public func texts(longerThan state: Int) -> [Int] {
        var found: [Int] = []
        var waiting = children(of: state)
        while let state = waiting.popLast() {
            if let text = beginnings[state].text { found.append(text) }
            waiting += children(of: state)
        }
        return found
    }

    // MARK: bytes at hand

    /// Where the first occurrence of a text ends, as the place behind it; nil for none.
    public func firstEnd(in bytes: ArraySlice<UInt8>) -> Int? {
        var state = 0
        for place in bytes.indices {
            state = next(state, bytes[place])
            if beginnings[state].found != 0 { return place + 1 }
        }
        return nil
    }

    /// Where the occurrences of the only text begin, those too that overlap.
    public func places(in bytes: [UInt8]) -> [Int] {
        var places: [Int] = []
        var state = 0
        for place in bytes.indices {
            state = next(state, bytes[place])
            if beginnings[state].found != 0 { places.append(place + 1 - texts[0].count) }
        }
        return places
    }
}
