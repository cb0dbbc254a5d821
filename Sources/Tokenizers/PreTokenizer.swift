// How a text is cut into pieces: no token crosses the edge of a piece.

/// Steps that cut a text, each applied to the parts that the one before it left.
struct PreTokenizer: Sendable, Equatable {
    /// What is done with every part.
    enum Step: Sendable, Equatable {
        case cut(Split)
        /// A blank comes in front of the part unless it begins with one (`add_prefix_space`). It takes no room in the
        /// source text.
        case blankBefore
        /// Every blank becomes a mark, and one comes in front.
        case markBlanks(BlankMarks)
    }

    /// One way of cutting; `UnicodeLimit` says which characters it knows.
    enum Split: Sendable, Equatable {
        /// GPT-2's pattern.
        case gpt2(UnicodeLimit)
        /// Llama 3's and Qwen 2's pattern; see `llama3PieceEnd`.
        case llama3(UnicodeLimit, digits: Int, longS: Bool, marks: Bool = false)
        /// Every `\p{N}` a part of its own.
        case eachNumber(UnicodeLimit)
        /// Every `\p{N}+` a part of its own.
        case numberRuns(UnicodeLimit)
        /// Every `[\p{P}$+<=>^~|]+` a part of its own; `backtick` is in the class too where it is asked for.
        case punctuationRuns(UnicodeLimit, backtick: Bool = false)
        /// Every ` ?[^(\s|.,!?…。，、।۔،)]+` a part of its own.
        case wordRuns(UnicodeLimit)
        /// Every `[0-9][0-9][0-9]` a part of its own.
        case threeDigits
        /// Cuts between characters that stand side by side in no token: changes no id.
        case neighbours(Neighbours)
        /// Every run of line feeds a part of its own, and what lies between.
        case lineRuns
        /// Cuts before every occurrence of a text.
        case before(TextSearch)
        /// Cuts numbers into groups of three from their end. Nothing is cut before a number, nor after it where only
        /// `digits` count, 0…9; else a part ends with it.
        case thousands(UnicodeLimit, digits: Bool)
        /// By a regular expression.
        case pattern(PatternSplit)
    }

    var steps: [Step]

    init(_ steps: [Step] = []) { self.steps = steps }

    /// Steps that only cut.
    init(cuts: [Split]) { steps = cuts.map { .cut($0) } }

    /// Puts the blank before a text, or takes it away.
    mutating func setBlankBefore(_ wanted: Bool) {
        if wanted == steps.contains(.blankBefore) { return }
        guard wanted else { return steps.removeAll { $0 == .blankBefore } }
        // ByteLevel puts it there before it cuts by its own pattern, the last step.
        if case .cut(.gpt2) = steps.last {
            steps.insert(.blankBefore, at: steps.count - 1)
        } else {
            steps.append(.blankBefore)
        }
    }

    /// The cuts that follow each other from step `first` on.
    func cuts(from first: Int) -> [Split] {
        var cuts: [Split] = []
        for step in steps[first...] {
            guard case .cut(let split) = step else { break }
            cuts.append(split)
        }
        return cuts
    }

    /// Cuts `text[start..<end]` by `splits` and appends the ends of the parts, in order; the last one is `end`. The end of a
    /// part that is left out stands as its complement.
    static func cut(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, by splits: [Split], into ends: inout [Int],
        _ budget: inout EncodingBudget
    ) {
        if start == end { return }
        guard let last = splits.last else { return ends.append(end) }
        if splits.count == 1 { return last.apply(text, start, end, into: &ends, &budget) }
        var parts = [end]
        var next: [Int] = []
        for split in splits {
            next.removeAll(keepingCapacity: true)
            var from = start
            for part in parts {
                // What was left out stays so.
                if part < 0 { next.append(part) } else { split.apply(text, from, part, into: &next, &budget) }
                from = part < 0 ? ~part : part
            }
            swap(&parts, &next)
        }
        ends.append(contentsOf: parts)
    }
}

/// How blanks are marked (Metaspace): SentencePiece spells them "▁".
struct BlankMarks: Sendable, Equatable {
    /// Where a mark comes in front, unless there is one already.
    enum Prepending: String, Sendable {
        case always
        /// Only at the beginning of the whole text.
        case first
        case never
    }

    var mark: [UInt8]
    var prepend: Prepending

    /// A part with its blanks marked; `isFirst` says that it begins the whole text.
    func apply(_ part: UnsafeBufferPointer<UInt8>, isFirst: Bool, atMost most: Int) -> Rewriting {
        var result = Rewriting(atMost: most)
        let blank = UInt8(ascii: " ")
        let isMarked = part.first == blank || part.starts(with: mark)
        if !isMarked, prepend == .always || prepend == .first && isFirst { result.append(mark, source: 0) }
        for place in 0..<part.count {
            if part[place] == blank { result.append(mark, source: place) } else { result.keep(part, place..<place + 1) }
        }
        result.finish(part.count)
        return result
    }
}

extension PreTokenizer.Split {
    /// Cuts `text[start..<end]`, which is not empty, and appends the ends of the parts.
    func apply(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, into ends: inout [Int],
        _ budget: inout EncodingBudget
    ) {
        var place = start
        switch self {
        case .gpt2(let limit):
            while place < end {
                place = gpt2PieceEnd(text, place, end, limit)
                ends.append(place)
            }
        case .llama3(let limit, let digits, let longS, let marks):
            while place < end {
                place = llama3PieceEnd(text, place, end, limit, digits: digits, longS: longS, marks: marks)
                ends.append(place)
            }
        case .eachNumber(let limit): isolateNumbers(text, start, end, limit, longest: 1, into: &ends)
        case .numberRuns(let limit): isolateNumbers(text, start, end, limit, longest: .max, into: &ends)
        case .punctuationRuns(let limit, let backtick):
            isolatePunctuation(text, start, end, limit, backtick: backtick, into: &ends)
        case .wordRuns(let limit): isolateWords(text, start, end, limit, into: &ends)
        case .threeDigits: isolateThreeDigits(text, start, end, into: &ends)
        case .neighbours(let neighbours): neighbours.cut(text, start, end, into: &ends)
        case .lineRuns:
            for place in start + 1..<end where (text[place] == 0x0A) != (text[place - 1] == 0x0A) { ends.append(place) }
            ends.append(end)
        case .thousands(let limit, let digits): groupThousands(text, start, end, limit, digits: digits, into: &ends)
        case .pattern(let split): split.cut(text, start, end, into: &ends, &budget)
        case .before(let mark):
            mark.forEachPlace(in: text, start, end, overlapping: true) { if $0 > start { ends.append($0) } }
            ends.append(end)
        }
    }

    /// Makes runs of numbers (at most `longest` characters each) parts of their own.
    private func isolateNumbers(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ limit: UnicodeLimit, longest: Int,
        into ends: inout [Int]
    ) {
        var place = start
        var partStart = start
        while place < end {
            var next = classify(text, place, end, limit)
            if next.kind != .number { place += next.length; continue }
            if place > partStart { ends.append(place) }
            var length = 0
            while length < longest, next.kind == .number {
                place += next.length
                length += 1
                next = classify(text, place, end, limit)
            }
            ends.append(place)
            partStart = place
        }
        if end > partStart { ends.append(end) }
    }

    private func isolatePunctuation(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ limit: UnicodeLimit, backtick: Bool,
        into ends: inout [Int]
    ) {
        let symbols = backtick ? "$+<=>^~|`" : "$+<=>^~|"
        var wasMember: Bool?
        var place = start
        while place < end {
            var isMember = false
            var length = 1
            if let (scalar, scalarLength) = decodeScalar(text, place, end) {
                length = scalarLength
                isMember = isPunctuation(scalar, limit) || symbols.unicodeScalars.contains(scalar)
            }
            if let wasMember, wasMember != isMember { ends.append(place) }
            wasMember = isMember
            place += length
        }
        ends.append(end)
    }

    private func isolateWords(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ limit: UnicodeLimit, into ends: inout [Int]
    ) {
        func isMember(_ place: Int) -> (yes: Bool, length: Int) {
            guard place < end else { return (false, 0) }
            let next = classify(text, place, end, limit)
            guard let (scalar, length) = decodeScalar(text, place, end) else { return (true, 1) }
            return (next.kind != .space && !"(|.,!?…。，、।۔،)".unicodeScalars.contains(scalar), length)
        }
        var place = start
        var partStart = start
        while place < end {
            let blank = text[place] == UInt8(ascii: " ") && isMember(place + 1).yes ? 1 : 0
            var next = isMember(place + blank)
            guard next.yes else { place += max(1, next.length); continue }
            if place > partStart { ends.append(place) }
            place += blank
            while next.yes {
                place += next.length
                next = isMember(place)
            }
            ends.append(place)
            partStart = place
        }
        if end > partStart { ends.append(end) }
    }

    private func isolateThreeDigits(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, into ends: inout [Int]
    ) {
        var place = start
        var partStart = start
        while place + 3 <= end {
            guard (place..<place + 3).allSatisfy({ (0x30...0x39).contains(text[$0]) }) else { place += 1; continue }
            if place > partStart { ends.append(place) }
            place += 3
            ends.append(place)
            partStart = place
        }
        if end > partStart { ends.append(end) }
    }

    private func groupThousands(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ limit: UnicodeLimit, digits: Bool,
        into ends: inout [Int]
    ) {
        func isMember(_ place: Int) -> (yes: Bool, length: Int) {
            if digits { return (place < end && text[place] &- 0x30 < 10, 1) }
            let next = classify(text, place, end, limit)
            return (next.kind == .number, next.length)
        }
        var place = start
        var partStart = start
        while place < end {
            var next = isMember(place)
            guard next.yes else { place += max(1, next.length); continue }
            var places: [Int] = []  // where each digit begins
            while next.yes {
                places.append(place)
                place += next.length
                next = isMember(place)
            }
            for i in places.indices where (places.count - i) % 3 == 0 && places[i] > partStart && (i > 0 || digits) {
                ends.append(places[i])
                partStart = places[i]
            }
            if !digits { ends.append(place); partStart = place }
        }
        if end > partStart { ends.append(end) }
    }
}
