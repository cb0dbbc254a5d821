// Symbols to a syntax tree. The grammar, loosest first:
//
//     question   := and { "or" and }
//     and        := not { "and" not }
//     not        := "not" not | comparison
//     comparison := sum [ ("=="|"!="|"<"|"<="|">"|">="|"contains"|"starts"|"ends") range | ["not"] "in" members ]
//     members    := range | "{" sum { "," sum } "}"
//     range      := sum [ ".." sum ]
//     sum        := product { ("+"|"-") product }
//     product    := sign { ("*"|"/"|"%") sign }
//     sign       := "-" sign | primary
//     primary    := number | "text" | #id | name { "." name } | name "(" arguments ")" { "." name }
//                 | "(" question ")" | aggregate
//     aggregate  := ("max"|"min"|"mean"|"sum") "over" domain ["where" question] "of" sign
//                 | ("any"|"all"|"count") "over" domain ["where" question] "of" not
//                 | "first" "over" domain "where" not
//     arguments  := [ name ":" ] argument { "," [ name ":" ] argument };   argument := range or question
internal import JSONText
internal import Phrases

struct QuestionParser {
    /// A chain of operators nests its tree as well.
    static let limitOperators = 200
    /// Members of a set in braces.
    static let limitMembers = 100
    private let source: String
    private let lexemes: [Lexeme]
    private var place = 0
    private var budget = ReadingBudget.question
    private var operators = 0

    init(_ source: String) throws(DebuggingError) {
        self.source = source
        var lexer = QuestionLexer(source)
        lexemes = try lexer.lexemes()
    }

    /// The whole source as one question.
    mutating func parse() throws(DebuggingError) -> Syntax {
        if lexemes.count == 1 { throw fail(.empty, lexemes[0].span) }
        let question = try or()
        if lexemes[place].kind != .end {
            if comparisonOperator != nil { throw fail(.comparisonChain, lexemes[place].span) }
            throw expected(Phrase("an operator or the end", "運算子或結尾"))
        }
        return question
    }

    // MARK: levels of the grammar

    private mutating func or() throws(DebuggingError) -> Syntax {
        try enter()
        defer { budget.leave() }
        var left = try and()
        while take(word: "or") { left = try binary(.or, left, try and()) }
        return left
    }

    private mutating func and() throws(DebuggingError) -> Syntax {
        var left = try not()
        while take(word: "and") { left = try binary(.and, left, try not()) }
        return left
    }

    private mutating func not() throws(DebuggingError) -> Syntax {
        let start = lexemes[place].span.lowerBound
        guard take(word: "not") else { return try comparison() }
        try enter()
        defer { budget.leave() }
        let operand = try not()
        return Syntax(kind: .not(operand), span: start..<operand.span.upperBound)
    }

    private mutating func comparison() throws(DebuggingError) -> Syntax {
        let left = try sum()
        let start = lexemes[place].span.lowerBound
        if lexemes[place].kind == .name("not"), lexemes[place + 1].kind == .name("in") {
            place += 2
            let found = try binary(.member, left, try members())
            return Syntax(kind: .not(found), span: start..<found.span.upperBound)
        }
        guard let comparison = comparisonOperator else { return left }
        place += 1
        return try binary(comparison, left, try comparison == .member ? members() : range())
    }

    /// What stands behind `in`: a set in braces, or anything that has members.
    private mutating func members() throws(DebuggingError) -> Syntax {
        let start = lexemes[place].span.lowerBound
        guard take(sign: "{") else { return try range() }
        var members: [Syntax] = []
        repeat {
            if members.count == Self.limitMembers {
                throw fail(.tooDeep(limit: Self.limitMembers), lexemes[place].span)
            }
            members.append(try sum())
        } while take(sign: ",")
        try require("}")
        return Syntax(kind: .set(members), span: start..<lexemes[place - 1].span.upperBound)
    }

    private mutating func range() throws(DebuggingError) -> Syntax {
        let low = try sum()
        guard take(sign: "..") else { return low }
        let high = try sum()
        return Syntax(kind: .range(low, high), span: low.span.lowerBound..<high.span.upperBound)
    }

    private mutating func sum() throws(DebuggingError) -> Syntax {
        var left = try product()
        while case .sign(let spelling) = lexemes[place].kind, spelling == "+" || spelling == "-" {
            place += 1
            left = try binary(spelling == "+" ? .plus : .minus, left, try product())
        }
        return left
    }

    private mutating func product() throws(DebuggingError) -> Syntax {
        var left = try sign()
        while case .sign(let spelling) = lexemes[place].kind, let times = BinaryOperator(rawValue: spelling),
            [.times, .divided, .remainder].contains(times)
        {
            place += 1
            left = try binary(times, left, try sign())
        }
        return left
    }

    private mutating func sign() throws(DebuggingError) -> Syntax {
        let start = lexemes[place].span.lowerBound
        guard take(sign: "-") else { return try primary() }
        try enter()
        defer { budget.leave() }
        let operand = try sign()
        return Syntax(kind: .negative(operand), span: start..<operand.span.upperBound)
    }

    private mutating func primary() throws(DebuggingError) -> Syntax {
        let lexeme = lexemes[place]
        switch lexeme.kind {
        case .number(let value): return leaf(.number(value))
        case .text(let bytes): return leaf(.text(bytes))
        case .tokenID(let id): return leaf(.tokenID(id))
        case .name(let name):
            if let aggregate = Aggregate(rawValue: name), lexemes[place + 1].kind == .name("over") {
                return try aggregation(aggregate)
            }
            if Self.words.contains(name) { throw expected(Self.value) }
            return try named(name)
        case .sign("("):
            place += 1
            var inner = try or()
            try require(")")
            inner.span = lexeme.span.lowerBound..<lexemes[place - 1].span.upperBound
            return inner
        default: throw expected(Self.value)
        }
    }

    private mutating func aggregation(_ aggregate: Aggregate) throws(DebuggingError) -> Syntax {
        try enter()
        defer { budget.leave() }
        let start = lexemes[place].span.lowerBound
        place += 2
        let domains = Phrase(
            "steps, heads, layers, candidates or positions", "steps、heads、layers、candidates 或 positions")
        guard case .name(let name) = lexemes[place].kind else { throw expected(domains) }
        guard let domain = AggregateDomain(rawValue: name) else {
            let close = nearest(to: name, among: AggregateDomain.allCases.map { $0.rawValue })
            throw fail(.unknownName(name, expected: domains, nearest: close), lexemes[place].span)
        }
        place += 1
        if aggregate == .first {
            guard take(word: "where") else { throw expected(Phrase(same: "where")) }
            let body = try not()
            return Syntax(
                kind: .aggregate(aggregate, domain, filter: nil, body), span: start..<body.span.upperBound)
        }
        let filter = take(word: "where") ? try or() : nil
        guard take(word: "of") else { throw expected(Phrase(same: "of")) }
        let body = aggregate.asksCondition ? try not() : try sign()
        return Syntax(
            kind: .aggregate(aggregate, domain, filter: filter, body), span: start..<body.span.upperBound)
    }

    private mutating func named(_ first: String) throws(DebuggingError) -> Syntax {
        let start = lexemes[place].span.lowerBound
        place += 1
        var name = first
        while let part = try member() { name += "." + part }
        guard take(sign: "(") else {
            return Syntax(kind: .name(name), span: start..<lexemes[place - 1].span.upperBound)
        }
        var arguments: [Syntax.Argument] = []
        if !take(sign: ")") {
            repeat { arguments.append(try argument()) } while take(sign: ",")
            try require(")")
        }
        var after = try member()
        while let part = try member() { after = (after ?? "") + "." + part }
        return Syntax(
            kind: .call(name: name, arguments: arguments, member: after),
            span: start..<lexemes[place - 1].span.upperBound)
    }

    private mutating func argument() throws(DebuggingError) -> Syntax.Argument {
        var label: String?
        let span = lexemes[place].span
        if case .name(let name) = lexemes[place].kind, lexemes[place + 1].kind == .sign(":") {
            label = name
            place += 2
        }
        var value = try or()
        if take(sign: "..") {
            let high = try sum()
            value = Syntax(kind: .range(value, high), span: value.span.lowerBound..<high.span.upperBound)
        }
        return Syntax.Argument(label: label, labelSpan: span, value: value)
    }

    /// `.name` if it stands here.
    private mutating func member() throws(DebuggingError) -> String? {
        guard take(sign: ".") else { return nil }
        guard case .name(let name) = lexemes[place].kind else { throw expected(Phrase("a name", "名稱")) }
        place += 1
        return name
    }

    // MARK: help

    /// Words that are no values.
    static let words = ["and", "or", "not", "contains", "starts", "ends", "in", "over", "of", "where"]
    private static let value = Phrase("a value", "一個值")

    private var comparisonOperator: BinaryOperator? {
        let spelling: String
        switch lexemes[place].kind {
        case .sign(let sign): spelling = sign
        case .name(let name): spelling = name
        default: return nil
        }
        return BinaryOperator(rawValue: spelling).flatMap { BinaryOperator.comparisons.contains($0) ? $0 : nil }
    }

    private mutating func leaf(_ kind: Syntax.Kind) -> Syntax {
        place += 1
        return Syntax(kind: kind, span: lexemes[place - 1].span)
    }

    private mutating func binary(
        _ kind: BinaryOperator, _ left: Syntax, _ right: Syntax
    ) throws(DebuggingError) -> Syntax {
        operators += 1
        let span = left.span.lowerBound..<right.span.upperBound
        if operators > Self.limitOperators { throw fail(.tooDeep(limit: Self.limitOperators), span) }
        return Syntax(kind: .binary(kind, left, right), span: span)
    }

    private mutating func take(sign: String) -> Bool {
        if lexemes[place].kind != .sign(sign) { return false }
        place += 1
        return true
    }

    private mutating func take(word: String) -> Bool {
        if lexemes[place].kind != .name(word) { return false }
        place += 1
        return true
    }

    private mutating func require(_ sign: String) throws(DebuggingError) {
        if !take(sign: sign) { throw expected(Phrase(same: sign)) }
    }

    private mutating func enter() throws(DebuggingError) {
        if !budget.enter() { throw fail(.tooDeep(limit: budget.levels), lexemes[place].span) }
    }

    private func expected(_ what: Phrase) -> DebuggingError {
        let span = lexemes[place].span
        let text = String(decoding: Array(source.utf8)[span], as: UTF8.self)
        if lexemes[place].kind == .end {
            let end = Phrase("expected \(what.english) before the end", "結尾之前應為\(what.chinese)")
            return fail(.noAnswer(end), span)
        }
        return fail(.expected(what, found: text), span)
    }

    private func fail(_ problem: QuestionProblem, _ span: Range<Int>) -> DebuggingError {
        .question(source: source, span: span, problem: problem)
    }
}
