// Cutting by a regular expression, and what becomes of its matches.

/// A pattern, and what is done with what it matches.
struct PatternSplit: Sendable, Equatable {
    /// What becomes of a match; the names are those of tokenizer.json.
    enum Behavior: String, Sendable {
        case removed = "Removed"
        case isolated = "Isolated"
        case mergedWithPrevious = "MergedWithPrevious"
        case mergedWithNext = "MergedWithNext"
        /// Matches that follow each other are one part.
        case contiguous = "Contiguous"
    }

    var program: PatternProgram
    var limit: UnicodeLimit
    var behavior = Behavior.isolated
    /// What lies between matches counts as matched, and matches do not.
    var inverted = false

    /// Cuts `text[start..<end]` and appends the ends of the parts; of a part that is left out, the end's complement.
    func cut(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, into ends: inout [Int],
        _ budget: inout EncodingBudget
    ) {
        // Stretches by their ends, matched or not; an empty match cuts, and is no stretch.
        var stretches: [(end: Int, isMatch: Bool)] = []
        var place = start
        var matcher = PatternMatcher(program, text, start, end, limit)
        let inverted = inverted
        matcher.forEachMatch(&budget) { matchStart, matchEnd in
            if matchStart > place { stretches.append((matchStart, inverted)) }
            if matchEnd > matchStart { stretches.append((matchEnd, !inverted)) }
            place = matchEnd
        }
        if place < end { stretches.append((end, inverted)) }
        append(stretches, to: &ends)
    }

    private func append(_ stretches: [(end: Int, isMatch: Bool)], to ends: inout [Int]) {
        let first = ends.count
        for (place, stretch) in stretches.enumerated() {
            let wasMatch = place > 0 && stretches[place - 1].isMatch
            switch behavior {
            case .isolated: ends.append(stretch.end)
            case .removed: ends.append(stretch.isMatch ? ~stretch.end : stretch.end)
            case .contiguous:
                if place > 0, stretch.isMatch == wasMatch { ends.removeLast() }
                ends.append(stretch.end)
            case .mergedWithPrevious:
                if stretch.isMatch, !wasMatch, ends.count > first { ends.removeLast() }
                ends.append(stretch.end)
            case .mergedWithNext:
                // Of matches that follow each other, the last goes with what comes after.
                let isNextMatch = place + 1 < stretches.count ? stretches[place + 1].isMatch : true
                if !stretch.isMatch || isNextMatch { ends.append(stretch.end) }
            }
        }
    }
}

extension PatternProgram {
    /// Reads a pattern of a tokenizer's file; `literal`: a text that stands for itself.
    static func read(_ text: String, literal: Bool = false) throws(TokenizerError) -> PatternProgram {
        do throws(PatternParser.Problem) {
            return literal ? try PatternProgram(literal: text) : try PatternProgram(text)
        } catch {
            throw .unsupported(
                what: "in the pattern \(quoted(text)) this:", value: error.what,
                supported: "groups, classes, repeats, looks around, \\p of categories and of some scripts")
        }
    }
}

extension PreTokenizer.Split {
    /// Cuts by a pattern.
    static func pattern(_ text: String, _ limit: UnicodeLimit) throws(TokenizerError) -> PreTokenizer.Split {
        .pattern(PatternSplit(program: try PatternProgram.read(text), limit: limit))
    }

    /// Every character of a set a match.
    static func each(
        _ set: ScalarSet, _ behavior: PatternSplit.Behavior, _ limit: UnicodeLimit = .tokenizers
    ) -> PreTokenizer.Split {
        .pattern(PatternSplit(program: PatternProgram(set), limit: limit, behavior: behavior))
    }

    /// Words and runs of signs, white space left out: `\w+|[^\w\s]+` with the word characters of Rust's patterns.
    static let wordsAndSigns = PreTokenizer.Split.pattern(
        PatternSplit(
            program: PatternProgram(
                runs: ScalarSet([.rustWord]), or: ScalarSet([.rustWord, .space], negated: true)), limit: .tokenizers,
            behavior: .removed, inverted: true))
}
