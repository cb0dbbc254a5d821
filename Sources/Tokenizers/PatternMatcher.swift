// Runs a pattern over a text: the first way that matches, tried in the order in which the pattern is written.

/// A matcher on one part of a text.
///
/// It goes back where a way does not match (Thompson's and Perl's order of trying). Where that takes long, it keeps the
/// states that it has been in, `PatternStates`: to come to one again cannot match either, so that a match takes at most as
/// many steps as there are characters times instructions (Davis et al. 2021, "Using Selective Memoization to Defeat Regular
/// Expression Denial of Service"), and, with looks and atomic groups, at most that for each place where one begins.
struct PatternMatcher {
    private let program: [PatternProgram.Instruction]
    private let literal: TextSearch?
    private let text: UnsafeBufferPointer<UInt8>
    private let start: Int
    private let end: Int
    private let limit: UnicodeLimit

    /// Another way that is left to try: an instruction at a place, or a run that may be as short as `least`. With an
    /// instruction below 0, −1 − n, it is no way but a mark: once it is the next, no length of run n has matched.
    private struct Choice {
        var instruction: Int
        var place: Int
        var least = -1
    }

    private var choices: [Choice] = []
    /// Of each run the last stretch of text over which no length of it has matched: another one from within is the same.
    private var failures: [Int: (first: Int, last: Int)] = [:]
    /// Shorter runs are tried again.
    private static let worthKeeping = 64
    private var states = PatternStates()
    /// The states that each body under way has been in, the innermost last.
    private var entered: [[PatternStates.State]] = []
    /// Counted in 64 bits: on the page's machine, too, a long text may make more than two billion.
    private var steps: Int64 = 0
    /// The steps of all matches, for tests.
    private(set) var allSteps: Int64 = 0
    /// The steps after which the match under way is given up.
    private var most = Int64.max
    /// The states that are kept at most.
    private var mostStates = Int.max
    /// The furthest place that this match has looked at.
    private var furthest = 0
    /// After so many steps a match keeps its states.
    private static let patience = 10_000
    /// No instruction: nothing matches here, and the next way is tried.
    private static let failed = Int.max

    init(
        _ program: PatternProgram, _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ limit: UnicodeLimit
    ) {
        self.program = program.instructions
        literal = program.literal
        self.text = text
        self.start = start
        self.end = end
        self.limit = limit
    }

    /// Where the match that begins at `place` ends, nil where none does.
    private mutating func match(at place: Int) -> Int? {
        steps = 0
        furthest = place
        let found = run(0, place)
        allSteps += steps
        // States on the way to a match are no failures: the next match may come by them.
        if found != nil { states.forget(from: place, through: furthest) }
        return found
    }

    /// What a look or an atomic group matches at a place: that depends on nothing else, and is found out once.
    private mutating func runBody(_ first: Int, _ place: Int) -> Int? {
        let state = PatternStates.State(place: place, instruction: first)
        if let known = states.result(of: state) { return known.end }
        entered.append([])
        let found = run(first, place)
        let own = entered.removeLast()
        if found != nil { for state in own { states.forget(state) } }
        if steps >= Self.patience { states.keep(found, of: state) }
        return found
    }

    private mutating func run(_ first: Int, _ place: Int) -> Int? {
        let bottom = choices.count
        defer { choices.removeSubrange(bottom...) }
        var (at, place) = (first, place)
        while true {
            if steps > most || states.count > mostStates { return nil }
            if at != Self.failed, let next = step(&at, place) {
                if next < 0 { return place }
                place = next
                continue
            }
            guard choices.count > bottom, let choice = choices.popLast() else { return nil }
            if choice.instruction < 0 {
                failures[-1 - choice.instruction] = (choice.least, choice.place)
                at = Self.failed
                continue
            }
            (at, place) = (choice.instruction, choice.place)
            if choice.least < 0 { continue }
            // A run that is given back character by character.
            place = before(place)
            if place > choice.least { choices.append(Choice(instruction: at, place: place, least: choice.least)) }
        }
    }

    /// Does the instruction `at`, moves it on, and returns the new place: nil where it does not match, −1 at the end.
    private mutating func step(_ at: inout Int, _ place: Int) -> Int? {
        steps += 1
        if place > furthest { furthest = place }
        switch program[at] {
        case .accept: return -1
        case .set(let set):
            steps += Int64(set.weight)
            guard place < end, let length = matches(set, place) else { return nil }
            at += 1
            return place + length
        case .jump(let target):
            at = target
            return place
        case .split(let first, let second):
            if isKnownFailure(at, place) { return nil }
            choices.append(Choice(instruction: second, place: place))
            at = first
            return place
        case .run(let set, let min, let max):
            if isKnownFailure(at, place) { return nil }
            if max == .max, let known = failures[at], known.first <= place, place <= known.last {
                return nil
            }
            guard let (least, most) = span(set, place, min, max) else { return nil }
            if max == .max, most - place > Self.worthKeeping {
                choices.append(Choice(instruction: -1 - at, place: most, least: place))
            }
            at += 1
            if most > least { choices.append(Choice(instruction: at, place: most, least: least)) }
            return most
        case .possessiveRun(let set, let min, let max):
            guard let (_, most) = span(set, place, min, max) else { return nil }
            at += 1
            return most
        case .edge(let edge):
            at += 1
            return stands(edge, place) ? place : nil
        case .atomic(let body):
            let inner = at + 1
            at = body + 1
            return runBody(inner, place)
        case .look(let body, let width, let behind, let negated):
            if isKnownFailure(at, place) { return nil }
            let inner = at + 1
            at = body + 1
            var from: Int? = place
            if behind {
                steps += Int64(width)
                for _ in 0..<width { from = from.flatMap { $0 > start ? before($0) : nil } }
            }
            let found = from.flatMap { runBody(inner, $0) } != nil
            return found != negated ? place : nil
        }
    }

    @inline(__always)
    private func matches(_ set: ScalarSet, _ place: Int) -> Int? {
        let byte = text[place]
        if byte < 0x80 { return set.contains(Unicode.Scalar(byte), limit) ? 1 : nil }
        // A byte that is no UTF-8 is what other programs put in its place, U+FFFD.
        guard let (scalar, length) = decodeScalar(text, place, end) else {
            return set.contains("\u{FFFD}", limit) ? 1 : nil
        }
        return set.contains(scalar, limit) ? length : nil
    }

    /// How far a run of a set's characters reaches, at the least and at the most.
    private mutating func span(_ set: ScalarSet, _ place: Int, _ min: Int, _ max: Int) -> (least: Int, most: Int)? {
        var (place, count, least) = (place, 0, place)
        while count < max, place < end, let length = matches(set, place) {
            place += length
            count += 1
            if count == min { least = place }
        }
        steps += Int64(count) * Int64(1 + set.weight)
        if place > furthest { furthest = place }
        return count < min ? nil : (least, place)
    }

    /// The beginning of the character that ends at `place`.
    private func before(_ place: Int) -> Int {
        var first = place - 1
        while first > start, text[first] >> 6 == 0b10, place - first < 4 { first -= 1 }
        if let (_, length) = decodeScalar(text, first, end), first + length == place { return first }
        return place - 1
    }

    private func stands(_ edge: PatternNode.Edge, _ place: Int) -> Bool {
        switch edge {
        case .textStart: place == start
        case .textEnd: place == end
        case .lineStart: place == start || text[place - 1] == 0x0A && place < end
        case .lineEnd: place == end || text[place] == 0x0A
        case .word: isWord(before: place) != isWord(after: place)
        case .notWord: isWord(before: place) == isWord(after: place)
        }
    }

    private func isWord(before place: Int) -> Bool { place > start && isWord(after: before(place)) }

    private func isWord(after place: Int) -> Bool { place < end && matches(Self.word, place) != nil }

    private static let word = ScalarSet([.word])

    // MARK: States that cannot match

    /// Whether the state was there before, which it is from now on.
    private mutating func isKnownFailure(_ instruction: Int, _ place: Int) -> Bool {
        if steps < Self.patience { return false }
        let state = PatternStates.State(place: place, instruction: instruction)
        if !states.insert(state) { return true }
        if !entered.isEmpty { entered[entered.count - 1].append(state) }
        return false
    }
}

extension PatternMatcher {
    /// Calls `body` with the matches from left to right, none overlapping another. An empty one right after another match is
    /// none. Where `budget` ends, the matches that were found until then are no answer.
    mutating func forEachMatch(_ budget: inout EncodingBudget, _ body: (_ start: Int, _ end: Int) -> Void) {
        if let literal {
            return literal.forEachPlace(in: text, start, end) { body($0, $0 + literal.text.count) }
        }
        mostStates = budget.patternStates
        var place = start
        var last = -1
        while place <= end {
            most = budget.patternStepsLeft
            let found = match(at: place)
            if states.count > mostStates { budget.refusePatternStates() }
            if !budget.take(patternSteps: steps) { return }
            if let found, found > place || place != last { body(place, found) }
            if let found, found > place {
                (place, last) = (found, found)
                continue
            }
            if place == end { break }
            let next = place + (decodeScalar(text, place, end)?.length ?? 1)
            // What does not match from the beginning of a run of characters does not from within it either.
            if found == nil, case .run(let set, let min, .max) = program[0], min <= 1 {
                place = max(next, span(set, place, 0, .max)?.most ?? next)
            } else {
                place = next
            }
        }
    }
}
