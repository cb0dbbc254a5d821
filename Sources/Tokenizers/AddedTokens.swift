// Finds the tokens that are matched as they stand: control tokens and those added by a model's makers.

/// A token that is matched in the text as a whole, before pieces are cut.
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
    /// Matched in the normalized text, after the tokens that a normalizer must not touch.
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
    /// What each is matched by: its bytes, through the normalizer where it is matched in the normalized text.
    private let patterns: [[UInt8]]
    private let matchesNormalized: Bool
    /// The patterns that are matched in the text as given, and those matched in the normalized text: places in `tokens`.
    private let given: TokenAutomaton
    private let normalized: TokenAutomaton

    /// - Throws: where the normalizer makes too much of the tokens.
    init(_ tokens: [AddedToken], rule: Rule, normalizer: Normalizer) throws(TokenizerError) {
        var budget = EncodingBudget(of: tokens.reduce(0) { $0 + $1.bytes.count })
        var patterns: [[UInt8]] = []
        for token in tokens {
            patterns.append(token.normalized ? normalizer.apply(token.bytes, &budget) : token.bytes)
            if let refusal = budget.refusal { throw refusal }
        }
        self.init(tokens, patterns, rule)
    }

    /// Tokens that are matched as they stand.
    init(_ tokens: [AddedToken], rule: Rule) { self.init(tokens, tokens.map { $0.bytes }, rule) }

    private init(_ tokens: [AddedToken], _ texts: [[UInt8]], _ rule: Rule) {
        let sorted = tokens.indices.map { (token: tokens[$0], pattern: texts[$0]) }
            .filter { !$0.token.bytes.isEmpty && !$0.pattern.isEmpty }
            .sorted { ($1.pattern.count, $0.token.id) < ($0.pattern.count, $1.token.id) }
        let numbered = sorted.enumerated().map { (text: $1.pattern, value: UInt32($0)) }
        // All tokens of a GGUF file are matched in the text as given.
        let isNormalized = sorted.map { $0.token.normalized && rule == .leftmostLongest }
        self.rule = rule
        self.tokens = sorted.map { $0.token }
        patterns = sorted.map { $0.pattern }
        matchesNormalized = tokens.contains { $0.normalized }
        given = TokenAutomaton(numbered.filter { !isNormalized[Int($0.value)] })
        normalized = TokenAutomaton(numbered.filter { isNormalized[Int($0.value)] })
    }

    /// Whether some take the white space beside them along.
    var swallowsSpace: Bool { tokens.contains { $0.leftStrip || $0.rightStrip } }

    /// The token with exactly this text, or nil.
    func id(of text: [UInt8]) -> Int? { tokens.first { $0.bytes == text }?.id }

    /// The matches in the text as it was given, from left to right, none overlapping another.
    ///
    /// - Parameter typed: where no control token is matched.
    func matches(in text: UnsafeBufferPointer<UInt8>, special: Bool, typed: [Range<Int>]) -> [AddedMatch] {
        let bars = { overlaps(typed, $0, $1) }
        switch rule {
        case .longestFirst:
            return tokens.contains { special || !$0.special } ? longestFirst(text, special: special, bars) : []
        case .leftmostLongest: return leftmost(text, special: special, normalized: false, bars)
        }
    }

    /// The matches in what the normalizer has made of a text in which ``matches(in:special:typed:)`` finds nothing.
    ///
    /// - Parameter bars: whether no control token is matched at these bytes.
    func normalizedMatches(
        in text: UnsafeBufferPointer<UInt8>, special: Bool, bars: (Int, Int) -> Bool
    ) -> [AddedMatch] {
        matchesNormalized && rule == .leftmostLongest ? leftmost(text, special: special, normalized: true, bars) : []
    }

    /// Of the tokens at a place the longest that `takes` wants, from `match` on.
    private func longest(
        from match: UInt32?, _ automaton: TokenAutomaton, where takes: (Int) -> Bool
    ) -> (token: Int, match: UInt32)? {
        var next = match
        while let match = next {
            let token = automaton.value(match)
            if takes(token) { return (token, match) }
            next = automaton.shorter(match)
        }
        return nil
    }

    private func longestFirst(
        _ text: UnsafeBufferPointer<UInt8>, special: Bool, _ bars: (Int, Int) -> Bool
    ) -> [AddedMatch] {
        // Of each place the longest token that may still stand there waits; `tokens` is sorted by length, so its order is
        // the order in which tokens take their places.
        var waiting = [[(place: Int, match: UInt32)]](repeating: [], count: tokens.count)
        func wait(at place: Int, from match: UInt32?, room: Int) {
            let found = longest(from: match, given) { token in
                patterns[token].count <= room
                    && !(tokens[token].special && (!special || bars(place, place + patterns[token].count)))
            }
            if let found { waiting[found.token].append((place, found.match)) }
        }
        for (place, match) in given.places(in: text) { wait(at: place, from: match, room: .max) }
        if waiting.allSatisfy({ $0.isEmpty }) { return [] }
        // Of each byte where the match begins that has taken it; `free` where none has.
        let free = UInt32.max
        var taken = [UInt32](repeating: free, count: text.count)
        var found: [AddedMatch] = []
        for token in tokens.indices {
            waiting[token].sort { $0.place < $1.place }
            let count = patterns[token].count
            for (start, match) in waiting[token] {
                let end = start + count
                // What is taken is at least as long, so an overlap shows at one of the two edges. Where the first place
                // is taken nothing can stand; where the last one is, something shorter may.
                if taken[start] != free { continue }
                if taken[end - 1] != free {
                    wait(at: start, from: given.shorter(match), room: Int(taken[end - 1]) - start)
                    continue
                }
                for place in start..<end { taken[place] = UInt32(truncatingIfNeeded: start) }
                found.append(AddedMatch(id: tokens[token].id, start: start, end: end))
                if !tokens[token].rightStrip { continue }
                while let last = found.last?.end, last < text.count, taken[last] == free, isBlank(text[last]) {
                    taken[last] = UInt32(truncatingIfNeeded: start)
                    found[found.count - 1].swallowed.append(last)
                    found[found.count - 1].end += 1
                }
            }
            waiting[token] = []
        }
        return found.sorted { $0.start < $1.start }
    }

    /// White space to the C library.
    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }

    private func leftmost(
        _ text: UnsafeBufferPointer<UInt8>, special: Bool, normalized: Bool, _ bars: (Int, Int) -> Bool
    ) -> [AddedMatch] {
        let end = text.count
        var found: [AddedMatch] = []
        var free = 0  // the end of the match before, its stripped white space within
        var spaces = 0..<0
        var next = 0
        let automaton = normalized ? self.normalized : given
        for (place, match) in automaton.places(in: text) where place >= next {
            let standing = longest(from: match, automaton) { token in
                !tokens[token].special || !bars(place, place + patterns[token].count)
            }
            guard let number = standing?.token else { continue }
            let token = tokens[number]
            let after = place + patterns[number].count
            next = after
            if token.special && !special { continue }
            if token.singleWord, isWordBefore(text, place) || isWord(text, after, end) { continue }
            var match = AddedMatch(id: token.id, start: place, end: after)
            if token.leftStrip { match.start = spaceStart(text, place, notBefore: free) }
            if token.rightStrip {
                // White space is gone through once, however many tokens stand in it.
                if !spaces.contains(after) { spaces = after..<max(after, spaceEnd(text, after)) }
                match.end = spaces.upperBound
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

    /// Where the white space that begins at `place` ends.
    private func spaceEnd(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int {
        var last = place
        while last < text.count {
            let next = classify(text, last, text.count, .tokenizers)
            if next.kind != .space { break }
            last += next.length
        }
        return last
    }

    /// Where the white space that ends at `place` begins, as far as it matters.
    private func spaceStart(_ text: UnsafeBufferPointer<UInt8>, _ place: Int, notBefore least: Int) -> Int {
        var first = place
        while first > least, let before = scalarStart(text, first),
            classify(text, before, first, .tokenizers).kind == .space
        {
            first = before
        }
        return first
    }

    private func isWordBefore(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        scalarStart(text, place).map { isWord(text, $0, place) } ?? false
    }

    /// Whether a word character (`\w`: letters, marks, decimal digits, connectors) stands at `place`.
    private func isWord(_ text: UnsafeBufferPointer<UInt8>, _ place: Int, _ end: Int) -> Bool {
        guard place < end, let (scalar, _) = decodeScalar(text, place, end) else { return false }
        return Tokenizers.isWord(scalar)
    }

    /// Where the character that ends at `place` begins, or nil at the beginning of the text.
    private func scalarStart(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int? {
        var before = place - 1
        while before > 0, text[before] >> 6 == 0b10, place - before < 4 { before -= 1 }
        return before < 0 ? nil : before
    }
}

/// Whether a character is `\w` to Rust's regular expressions.
func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: true
    default: scalar.properties.isAlphabetic || scalar.properties.isJoinControl
    }
}

/// Whether the bytes `start..<end` share one with any of `ranges`, which stand in order and apart.
func overlaps(_ ranges: [Range<Int>], _ start: Int, _ end: Int) -> Bool {
    // The first that ends behind the start, by halves: a conversation may hold thousands.
    var (low, high) = (0, ranges.count)
    while low < high {
        let middle = (low + high) / 2
        if ranges[middle].upperBound > start { high = middle } else { low = middle + 1 }
    }
    return low < ranges.count && ranges[low].lowerBound < end
}
