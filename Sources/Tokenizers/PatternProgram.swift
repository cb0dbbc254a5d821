// A pattern as a list of instructions for the matcher.

/// The instructions of a pattern, made once.
struct PatternProgram: Sendable, Equatable {
    enum Instruction: Sendable, Equatable {
        /// One character of a set.
        case set(ScalarSet)
        /// As many characters of a set as there are, from `min` to `max`, fewer where the rest does not match so.
        case run(ScalarSet, min: Int, max: Int)
        /// The same, never fewer.
        case possessiveRun(ScalarSet, min: Int, max: Int)
        /// Goes on at `first`, and at `second` where that does not match.
        case split(first: Int, second: Int)
        case jump(Int)
        /// What stands between this and `end`, which is an `accept`, matches here, or `width` characters before.
        case look(end: Int, width: Int, behind: Bool, negated: Bool)
        /// What stands between this and `end`, which is an `accept`, matches in the one way tried first.
        case atomic(end: Int)
        case edge(PatternNode.Edge)
        case accept
    }

    private(set) var instructions: [Instruction] = []
    /// The text that is matched as it stands, which is looked for at once instead.
    private(set) var literal: TextSearch?
    private static let longest = 20_000

    /// - Throws: where the pattern cannot be read, or is too long.
    init(_ text: String) throws(PatternParser.Problem) {
        try add(try PatternParser.parse(text))
        try add(.accept)
    }

    /// The program that matches a text as it stands.
    init(literal text: String) throws(PatternParser.Problem) {
        // What stands for bytes that are no UTF-8 matches those too.
        if text.unicodeScalars.contains("\u{FFFD}") {
            for scalar in text.unicodeScalars {
                try add(Instruction.set(ScalarSet([.range(scalar.value, scalar.value)])))
            }
        } else {
            literal = TextSearch(Array(text.utf8))
        }
        try add(.accept)
    }

    /// The program that matches one character of a set.
    init(_ set: ScalarSet) { instructions = [.set(set), .accept] }

    /// The program that matches a run of one set or a run of the other.
    init(runs first: ScalarSet, or second: ScalarSet) {
        instructions = [
            .split(first: 1, second: 3), .run(first, min: 1, max: .max), .jump(4), .run(second, min: 1, max: .max),
            .accept,
        ]
    }

    private mutating func add(_ instruction: Instruction) throws(PatternParser.Problem) {
        if instructions.count >= Self.longest { throw PatternParser.Problem(what: "more repeats than fit") }
        instructions.append(instruction)
    }

    private mutating func add(_ node: PatternNode) throws(PatternParser.Problem) {
        switch node {
        case .set(let set): try add(Instruction.set(set))
        case .sequence(let parts): for part in parts { try add(part) }
        case .choice(let parts):
            var jumps: [Int] = []
            for part in parts.dropLast() {
                let split = instructions.count
                try add(.jump(0))
                try add(part)
                jumps.append(instructions.count)
                try add(.jump(0))
                instructions[split] = .split(first: split + 1, second: instructions.count)
            }
            if let last = parts.last { try add(last) }
            for jump in jumps { instructions[jump] = .jump(instructions.count) }
        case .repeated(let part, let min, let max, let greed): try repeated(part, min, max, greed)
        case .look(let part, let behind, let negated):
            let width = behind ? part.width ?? 0 : 0
            try enclosed(part) { .look(end: $0, width: width, behind: behind, negated: negated) }
        case .atomic(let part): try enclosed(part) { .atomic(end: $0) }
        case .edge(let edge): try add(Instruction.edge(edge))
        }
    }

    private mutating func enclosed(
        _ part: PatternNode, _ head: (Int) -> Instruction
    ) throws(PatternParser.Problem) {
        let start = instructions.count
        try add(.jump(0))
        try add(part)
        instructions[start] = head(instructions.count)
        try add(.accept)
    }

    private mutating func repeated(
        _ part: PatternNode, _ min: Int, _ max: Int?, _ greed: PatternNode.Greed
    ) throws(PatternParser.Problem) {
        if case .set(let set) = part, greed != .lazy {
            let most = max ?? .max
            return try add(
                greed == .possessive ? .possessiveRun(set, min: min, max: most) : .run(set, min: min, max: most))
        }
        if greed == .possessive {
            return try add(PatternNode.atomic(.repeated(part, min: min, max: max, greed: .greedy)))
        }
        for _ in 0..<min {
            let before = instructions.count
            try add(part)
            // Nothing, however often, is nothing.
            if instructions.count == before { break }
        }
        func split(_ inside: Int, _ outside: Int) -> Instruction {
            greed == .greedy ? .split(first: inside, second: outside) : .split(first: outside, second: inside)
        }
        guard let max else {
            let loop = instructions.count
            try add(.jump(0))
            try add(part)
            try add(.jump(loop))
            instructions[loop] = split(loop + 1, instructions.count)
            return
        }
        var splits: [Int] = []
        for _ in min..<Swift.max(min, max) {
            splits.append(instructions.count)
            try add(.jump(0))
            try add(part)
        }
        for place in splits { instructions[place] = split(place + 1, instructions.count) }
    }
}
