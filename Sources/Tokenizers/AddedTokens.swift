// Finds the tokens that stand outside byte-pair encoding: control tokens and those added by a model's makers.
// Called by: EncodingRun, before the text is cut into pieces.

/// A token that is matched in the text as a whole, before pieces and merges.
struct AddedToken: Sendable, Equatable {
    var id: Int
    var bytes: [UInt8]
    /// A control token: matched only when the caller asks for special tokens.
    var special: Bool
    /// Matched only where no word character touches it.
    var singleWord = false
    /// Swallows the white space to its left, or right.
    var leftStrip = false
    var rightStrip = false
    /// Matched in a second pass, after the tokens that a normaliser must not touch.
    var normalized = false
}

/// An added token found in a text, at the bytes `start..<end`, white space that it swallows included.
struct AddedMatch: Equatable {
    var id: Int
    var start: Int
    var end: Int
    /// The bytes swallowed, before and after the token's own.
    var swallowed: [Int] = []
}

/// All added tokens of a model, with the rule by which overlapping matches are decided.
struct AddedTokens: Sendable {
    enum Rule: Sendable {
        /// llama.cpp: the longest token takes its places in the whole text first, then the next shorter one.
        case longestFirst
        /// The `tokenizers` library: from left to right, at each place the longest token that matches.
        case leftmostLongest
    }

    let rule: Rule
    /// Longest first; equally long ones by id.
    private let tokens: [AddedToken]
    /// For each first byte, places in `tokens`.
    private let byFirstByte: [[Int]]

    init(_ tokens: [AddedToken], rule: Rule) {
        let sorted = tokens.filter { !$0.bytes.isEmpty }
            .sorted { ($1.bytes.count, $0.id) < ($0.bytes.count, $1.id) }
        var byFirstByte = [[Int]](repeating: [], count: 256)
        for (place, token) in sorted.enumerated() { byFirstByte[Int(token.bytes[0])].append(place) }
        self.rule = rule
        self.tokens = sorted
        self.byFirstByte = byFirstByte
    }

    /// The token with exactly this text, or nil.
    func id(of text: [UInt8]) -> Int? {
        guard let first = text.first else { return nil }
        return byFirstByte[Int(first)].first { tokens[$0].bytes == text }.map { tokens[$0].id }
    }

    /// The matches in the text, from left to right, none overlapping another.
    func matches(in text: UnsafeBufferPointer<UInt8>, special: Bool) -> [AddedMatch] {
        switch rule {
        case .longestFirst:
            if !tokens.contains(where: { special || !$0.special }) { return [] }
            return longestFirst(text, special: special)
        case .leftmostLongest:
            let firm = leftmost(text, 0, text.count, special: special, normalized: false)
            if !tokens.contains(where: \.normalized) { return firm }
            var all: [AddedMatch] = []
            var start = 0
            for match in firm {
                all += leftmost(text, start, match.start, special: special, normalized: true) + [match]
                start = match.end
            }
            return all + leftmost(text, start, text.count, special: special, normalized: true)
        }
    }

    private func matches(_ token: AddedToken, _ text: UnsafeBufferPointer<UInt8>, at place: Int, _ end: Int) -> Bool {
        let count = token.bytes.count
        return place + count <= end && (0..<count).allSatisfy { text[place + $0] == token.bytes[$0] }
    }

    private func longestFirst(_ text: UnsafeBufferPointer<UInt8>, special: Bool) -> [AddedMatch] {
        var candidates: [(token: Int, start: Int)] = []
        for place in 0..<text.count {
            for token in byFirstByte[Int(text[place])]
            where (special || !tokens[token].special) && matches(tokens[token], text, at: place, text.count) {
                candidates.append((token, place))
            }
        }
        if candidates.isEmpty { return [] }
        // `tokens` is sorted by length, so its order is the order in which tokens take their places.
        candidates.sort { $0 < $1 }
        var taken = [Bool](repeating: false, count: text.count)
        var found: [AddedMatch] = []
        for (token, start) in candidates {
            let end = start + tokens[token].bytes.count
            // What is taken is at least as long, so an overlap shows at one of the two edges.
            if taken[start] || taken[end - 1] { continue }
            for place in start..<end { taken[place] = true }
            found.append(AddedMatch(id: tokens[token].id, start: start, end: end))
        }
        return found.sorted { $0.start < $1.start }
    }

    private func leftmost(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, special: Bool, normalized: Bool
    ) -> [AddedMatch] {
        var found: [AddedMatch] = []
        var free = start  // the end of the match before, its stripped white space within
        var place = start
        while place < end {
            let token = byFirstByte[Int(text[place])].first {
                tokens[$0].normalized == normalized && matches(tokens[$0], text, at: place, end)
            }
            guard let token = token.map({ tokens[$0] }) else { place += 1; continue }
            let after = place + token.bytes.count
            defer { place = after }
            if token.special && !special { continue }
            if token.singleWord, isWordBefore(text, start, place) || isWord(text, after, end) { continue }
            var match = AddedMatch(id: token.id, start: place, end: after)
            if token.leftStrip { match.start = spaceStart(text, start, place) }
            while token.rightStrip {
                let next = classify(text, match.end, end, .tokenizers)
                if next.kind != .space { break }
                match.end += next.length
            }
            // What an earlier match has swallowed is no longer there to be covered.
            match.start = max(match.start, free)
            match.end = max(match.end, match.start)
            match.swallowed = (match.start..<match.end).filter { $0 < place || $0 >= after }
            found.append(match)
            free = match.end
        }
        return found
    }

    /// Where the white space that ends at `place` begins.
    private func spaceStart(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ place: Int) -> Int {
        var first = place
        while let before = scalarStart(text, start, first), classify(text, before, first, .tokenizers).kind == .space {
            first = before
        }
        return first
    }

    private func isWordBefore(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ place: Int) -> Bool {
        scalarStart(text, start, place).map { isWord(text, $0, place) } ?? false
    }

    /// Whether a word character (`\w`: letters, marks, decimal digits, connectors) stands at `place`.
    private func isWord(_ text: UnsafeBufferPointer<UInt8>, _ place: Int, _ end: Int) -> Bool {
        guard place < end, let (scalar, _) = decodeScalar(text, place, end) else { return false }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
        default: return scalar.properties.isAlphabetic || scalar.properties.isJoinControl
        }
    }

    /// Where the character that ends at `place` begins, or nil at `start`.
    private func scalarStart(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ place: Int) -> Int? {
        var before = place - 1
        while before > start, text[before] >> 6 == 0b10, place - before < 4 { before -= 1 }
        return before < start ? nil : before
    }
}
