// How a tokenizer rewrites a text before cutting it, with every byte's way back to the text as it was given.

/// The steps by which a text is rewritten, in order. None leaves it as it stands.
struct Normalizer: Sendable, Equatable {
    /// One way of rewriting.
    enum Step: Sendable, Equatable {
        /// One of Unicode's forms; in C, "e" and a combining acute accent become "é".
        case form(NormalizationForm)
        /// Lower case, character by character.
        case lowercase
        /// Marks go: "é" in form D becomes "e".
        case stripMarks
        /// The marks that take no room of their own go.
        case stripAccents(UnicodeLimit)
        /// BERT's clean text: controls go, white space becomes blanks.
        case clean(UnicodeLimit, spacesFirst: Bool)
        /// Blanks around every Chinese character.
        case spaceHan
        /// Every character becomes the first of those it is made of.
        case base(UnicodeLimit)
        /// White space at the beginning and the end goes.
        case strip(left: Bool, right: Bool)
        /// Controls go, and what separates or has no width becomes a blank (`Nmt`).
        case separators
        /// What a pattern matches becomes the text.
        case replacePattern(PatternProgram, [UInt8])
        /// Every occurrence of the first text becomes the second.
        case replace(TextSearch, [UInt8])
        /// The text comes in front, unless there is nothing to come in front of.
        case prepend([UInt8])
        /// SentencePiece's table.
        case charsmap(Charsmap)
        /// Every blank becomes a mark. `prepends`: one comes before the first character that is no blank. `merges`: one mark
        /// before each word, however many blanks there were, and none at the end (`remove_extra_whitespaces`).
        case blanks(prepends: Bool, merges: Bool)
    }

    var steps: [Step] = []

    /// The text rewritten, nil where nothing changes. `start` is the place of its first byte in the whole text.
    func apply(
        _ text: UnsafeBufferPointer<UInt8>, at start: Int, _ budget: inout EncodingBudget
    ) -> NormalizedText? {
        var result: NormalizedText?
        var most = 0
        for step in steps {
            let rewritten: Rewriting?
            if let result {
                rewritten = result.bytes.withUnsafeBufferPointer { step.apply($0, &budget) }
            } else {
                rewritten = step.apply(text, &budget)
            }
            if budget.isSpent { return nil }
            guard let rewritten else { continue }
            if !budget.allows(bytes: rewritten.length, of: budget.bytesLeft) { return nil }
            most = max(most, rewritten.length)
            let before = result?.map ?? SourceMap(base: start)
            result = NormalizedText(
                bytes: rewritten.bytes, map: SourceMap(sources: rewritten.sources.map { before[$0] }))
        }
        // What the longest of them has is taken, not the sum: a step lets go of what it was given.
        return budget.take(bytes: most) ? result : nil
    }

    /// The text rewritten.
    func apply(_ text: [UInt8], _ budget: inout EncodingBudget) -> [UInt8] {
        text.withUnsafeBufferPointer { apply($0, at: 0, &budget)?.bytes } ?? text
    }
}

/// A text as the normalizer left it.
struct NormalizedText {
    var bytes: [UInt8]
    var map: SourceMap
}

/// What one step made of a text: the new bytes, and for each the place in the old ones where what it stands for begins;
/// one place more for the end. A step returns none where it changes nothing, which is what most texts need.
///
/// What would be longer than `most` is not made: it is as long as can be then, and no text to go on with.
struct Rewriting {
    private(set) var bytes: [UInt8] = []
    private(set) var sources: [Int] = []
    private var isTooLong = false
    private let most: Int

    /// How many bytes it has, or would have.
    var length: Int { isTooLong ? .max : bytes.count }

    init(atMost most: Int) { self.most = most }

    /// Takes over bytes as they are.
    mutating func keep(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        if !hasRoom(range.count) { return }
        bytes.append(contentsOf: text[range])
        sources.append(contentsOf: range)
    }

    /// Puts `scalar` in the place of what begins at `source`.
    mutating func append(_ scalar: Unicode.Scalar, source: Int) {
        if !hasRoom(1) { return }
        for byte in UTF8.encode(scalar)! {  // every scalar has an encoding
            bytes.append(byte)
            sources.append(source)
        }
    }

    /// Puts `new` in the place of what begins at `source`.
    mutating func append(_ new: [UInt8], source: Int) {
        if !hasRoom(new.count) { return }
        bytes += new
        for _ in new { sources.append(source) }
    }

    mutating func finish(_ count: Int) { sources.append(count) }

    private mutating func hasRoom(_ count: Int) -> Bool {
        isTooLong = isTooLong || bytes.count + count > most
        return !isTooLong
    }
}

/// The way from places in a text that was rewritten back to the text as it was given.
struct SourceMap {
    /// Where each byte came from, and the end; empty where the bytes are the source's own.
    private var sources: [Int]
    /// The first byte's place in `sources`, or in the source itself.
    private var first: Int
    /// How many bytes in front were put there by the tokenizer: they take no room in the source.
    private var added = 0

    /// Bytes as they stand in the source from `base` on.
    init(base: Int) {
        sources = []
        first = base
    }

    init(sources: [Int]) {
        self.sources = sources
        first = 0
    }

    subscript(place: Int) -> Int {
        let place = first + max(0, place - added)
        return sources.isEmpty ? place : sources[place]
    }

    /// The map of the text from `start` on, with `count` bytes put in front.
    func dropping(_ start: Int, adding count: Int) -> SourceMap {
        var map = self
        map.first += max(0, start - added)
        map.added = count
        return map
    }
}
