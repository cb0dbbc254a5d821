// What the encoding of one text may cost. A tokenizer's file says how a text is rewritten, cut and looked up, and whoever
// wrote the file may mean harm.

/// How much work a text of a length may make: so much whatever its length is, and so much for each of its bytes. Both are
/// far above what real files need of any text, and what they bound ends within seconds.
struct EncodingAllowance: Sendable {
    struct Share: Sendable {
        var fixed: Int64
        var each: Int64

        func of(_ count: Int) -> Int64 {
            let (product, isMore) = Int64(count).multipliedReportingOverflow(by: each)
            return isMore ? .max : product.addingReportingOverflow(fixed).overflow ? .max : product + fixed
        }
    }

    /// Bytes that a text may have on its way through the steps, and the bytes of its tokens. Form KC makes the most of a
    /// text, 33 of the 3 bytes of U+FDFA, in which marks for three blanks make 39: 13 of one.
    var bytes = Share(fixed: 1 << 20, each: 16)
    /// Steps of patterns. One that real files name takes 16 at most for a byte of any text, and five stand in a row at most.
    var patternSteps = Share(fixed: 10_000_000, each: 200)
    /// States that a pattern's matcher keeps at once, which it does where a match takes long.
    var patternStates = Share(fixed: 1 << 20, each: 16)
    /// Bytes gone through to look tokens up. From each place of a text a walk is as long as the longest token that begins
    /// so: no real one has more than 1,024 bytes.
    var walkSteps = Share(fixed: 10_000_000, each: 1024)
    /// Edges of lattices that are recorded. Sixteen letters are the longest token that SentencePiece makes unasked.
    var edges = Share(fixed: 1 << 20, each: 16)
}

/// What is left for one text. Whoever does work takes from it first, and gives up where there is no more: what was made up
/// to then counts for nothing, as no tokens are better than wrong ones. There are no seconds in it: a text that is refused
/// is refused on every machine.
struct EncodingBudget {
    /// Why the text cannot be encoded; nil while it can.
    private(set) var refusal: TokenizerError?
    /// The most bytes that the whole text may become by one step, and what of them the normalizer has left.
    let mostBytes: Int
    private(set) var bytesLeft: Int
    /// The most states that a matcher may keep.
    let patternStates: Int
    private let count: Int
    private let allowance: EncodingAllowance
    private(set) var patternStepsLeft: Int64
    private var walkStepsLeft: Int64
    private var tokenBytesLeft: Int64
    private var edgesLeft: Int64

    /// The budget of a text of `count` bytes.
    init(of count: Int, _ allowance: EncodingAllowance = EncodingAllowance()) {
        self.count = count
        self.allowance = allowance
        mostBytes = Int(clamping: allowance.bytes.of(count))
        bytesLeft = mostBytes
        patternStates = Int(clamping: allowance.patternStates.of(count))
        patternStepsLeft = allowance.patternSteps.of(count)
        walkStepsLeft = allowance.walkSteps.of(count)
        tokenBytesLeft = allowance.bytes.of(count)
        edgesLeft = allowance.edges.of(count)
    }

    var isSpent: Bool { refusal != nil }

    /// Says whether a step may make so many bytes where there are `most`.
    mutating func allows(bytes made: Int, of most: Int) -> Bool {
        if made > most { refuse("bytes", allowance.bytes) }
        return !isSpent
    }

    /// Takes the bytes that a part of the text has become.
    mutating func take(bytes made: Int) -> Bool {
        if !allows(bytes: made, of: bytesLeft) { return false }
        bytesLeft -= made
        return true
    }

    /// Takes the steps of a matcher, which has asked for ``patternStepsLeft`` itself.
    mutating func take(patternSteps steps: Int64) -> Bool {
        patternStepsLeft -= steps
        if patternStepsLeft < 0 { refuse("steps of patterns", allowance.patternSteps) }
        return !isSpent
    }

    mutating func refusePatternStates() { refuse("states of patterns", allowance.patternStates) }

    /// Takes bytes that were gone through in a tree of texts.
    mutating func take(walkSteps steps: Int) -> Bool {
        walkStepsLeft -= Int64(steps)
        if walkStepsLeft < 0 { refuse("steps of looking up", allowance.walkSteps) }
        return !isSpent
    }

    /// Takes the bytes of a token, as each stands in the record with its own.
    mutating func take(tokenBytes bytes: Int) -> Bool {
        tokenBytesLeft -= Int64(bytes)
        if tokenBytesLeft < 0 { refuse("bytes in tokens", allowance.bytes) }
        return !isSpent
    }

    /// The most edges that the next piece may record; a piece with more is recorded without those beside its path.
    var edgesAtMost: Int { Int(clamping: edgesLeft) }

    mutating func take(edges: Int) { edgesLeft = max(0, edgesLeft - Int64(edges)) }

    private mutating func refuse(_ what: String, _ share: EncodingAllowance.Share) {
        if refusal == nil { refusal = .tooMuchWork(what: what, most: share.of(count), bytes: count) }
    }
}
