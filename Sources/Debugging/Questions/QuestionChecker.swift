// Gives names a meaning and holds the types together: syntax in, terms out. Calls are checked in the file beside it.
internal import Phrases

struct QuestionChecker {
    let source: String
    let scope: QuestionScope
    /// The domains of the aggregates around the place that is being checked.
    var enclosing: [AggregateDomain] = []
    /// Aggregates inside one another; more than this would make an answer take too long.
    static let limitAggregates = 3

    typealias Checked = (term: Term, type: QuestionType)

    func fail(_ problem: QuestionProblem, _ span: Range<Int>) -> DebuggingError {
        .question(source: source, span: span, problem: problem)
    }

    /// `expecting` gives bare names (`top_p`, `eos`, `raw`) their meaning.
    mutating func check(_ syntax: Syntax, expecting: QuestionType? = nil) throws(DebuggingError) -> Checked {
        if let expecting, expecting.isNamed, let name = bareName(syntax) {
            if let symbol = symbol(name, expecting) { return symbol }
            if case .text = syntax.kind {
                let close = nearest(to: name, among: names(expecting))
                throw fail(.unknownName(readable(name), expected: expecting.phrase, nearest: close), syntax.span)
            }
        }
        switch syntax.kind {
        case .number(let value): return (.number(value), .number(.none))
        case .text(let bytes): return (.text(bytes), .text)
        case .tokenID(let id): return (.tokenID(id), .token)
        case .name(let name): return try checkName(name, syntax.span, expecting)
        case .call(let name, let arguments, let member):
            return try checkCall(name, arguments, member, syntax.span)
        case .not(let operand): return (.not(try condition(operand)), .boolean)
        case .negative(let operand):
            let checked = try number(operand)
            if case .number(let value) = checked.term { return (.number(-value), checked.type) }
            return (.negative(checked.term), checked.type)
        case .binary(let kind, let left, let right): return try checkBinary(kind, left, right, syntax.span)
        case .range(let low, let high):
            return (.range(try number(low).term, try number(high).term), .range)
        case .set:
            throw fail(.noAnswer(Phrase("a set in braces stands behind in", "大括號的集合要寫在 in 之後")), syntax.span)
        case .aggregate(let aggregate, let domain, let filter, let body):
            return try checkAggregate(aggregate, domain, filter, body, syntax.span)
        }
    }

    /// The term of `syntax` if its type is acceptable as `wanted`.
    mutating func check(_ syntax: Syntax, as wanted: QuestionType) throws(DebuggingError) -> Term {
        let checked = try check(syntax, expecting: wanted)
        if wanted.accepts(checked.type) { return checked.term }
        throw fail(.wrongType(expected: wanted.phrase, found: checked.type.phrase), syntax.span)
    }

    mutating func condition(_ syntax: Syntax) throws(DebuggingError) -> Term { try check(syntax, as: .boolean) }

    mutating func number(_ syntax: Syntax) throws(DebuggingError) -> Checked {
        let checked = try check(syntax, expecting: .number(.none))
        if case .number = checked.type { return checked }
        throw fail(
            .wrongType(expected: QuestionType.number(.none).phrase, found: checked.type.phrase), syntax.span)
    }

    // MARK: operators

    private mutating func checkBinary(
        _ kind: BinaryOperator, _ left: Syntax, _ right: Syntax, _ span: Range<Int>
    ) throws(DebuggingError) -> Checked {
        switch kind {
        case .or, .and: return (.logic(isAnd: kind == .and, try condition(left), try condition(right)), .boolean)
        case .plus, .minus, .times, .divided, .remainder:
            let (a, b) = (try number(left), try number(right))
            guard case .number(let unitA) = a.type, case .number(let unitB) = b.type else { return a }
            let unit = try self.unit(kind, unitA, unitB, span)
            return (.arithmetic(kind, a.term, b.term), .number(unit))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return try compare(kind, try number(left), try number(right), span)
        case .equal, .notEqual: return try checkEquality(kind, left, right, span)
        case .contains, .starts, .ends:
            return (.textual(kind, try check(left, as: .text), try check(right, as: .text)), .boolean)
        case .member:
            if case .range(let low, let high) = right.kind {
                let value = try number(left)
                return (.inRange(value.term, try number(low).term, try number(high).term), .boolean)
            }
            if case .set(let members) = right.kind { return try checkSet(left, members) }
            return (.inSet(try check(left, as: .token), try check(right, as: .tokenSet)), .boolean)
        }
    }

    /// Whether the left side equals a member; every member is checked as if it stood behind `==`.
    private mutating func checkSet(_ left: Syntax, _ members: [Syntax]) throws(DebuggingError) -> Checked {
        var tests: [Term] = []
        for member in members {
            let span = left.span.lowerBound..<member.span.upperBound
            tests.append(try checkEquality(.equal, left, member, span).term)
        }
        let own: Term
        switch tests.first {
        case .same(_, let a, _), .compareNumbers(_, let a, _): own = a
        default: own = .boolean(true)
        }
        return (.inList(own, tests), .boolean)
    }

    private func unit(
        _ kind: BinaryOperator, _ a: Unit, _ b: Unit, _ span: Range<Int>
    ) throws(DebuggingError) -> Unit {
        switch kind {
        case .times: return a.multiplied(by: b)
        case .divided: return a.divided(by: b)
        case .remainder: return a
        default:
            guard let sum = a.adding(b) else { throw fail(.unitsDiffer(a, b), span) }
            return sum
        }
    }

    private func compare(
        _ kind: BinaryOperator, _ a: Checked, _ b: Checked, _ span: Range<Int>
    ) throws(DebuggingError) -> Checked {
        if case .number(let unitA) = a.type, case .number(let unitB) = b.type, unitA.adding(unitB) == nil {
            throw fail(.unitsDiffer(unitA, unitB), span)
        }
        return (.compareNumbers(kind, a.term, b.term), .boolean)
    }

    /// Either side may be a bare name whose meaning the other side gives: `finish == eos`, `top_p == by(" the")`.
    private mutating func checkEquality(
        _ kind: BinaryOperator, _ left: Syntax, _ right: Syntax, _ span: Range<Int>
    ) throws(DebuggingError) -> Checked {
        var a: Checked
        var b: Checked
        if mayBeNamed(left), let first = try? check(right), first.type.isNamed {
            b = first
            a = try check(left, expecting: b.type)
        } else if case .name(let name) = left.kind, QuestionFunction.meant(name) == nil, variable(name) == nil,
            !isSupplied(name)
        {
            b = try check(right)
            a = try check(left, expecting: b.type)
        } else {
            a = try check(left)
            b = try check(right, expecting: a.type)
        }
        if case .number = a.type, case .number = b.type { return try compare(kind, a, b, span) }
        if a.type == .range || a.type == .tokenSet || a.type == .head {
            throw fail(.wrongType(expected: QuestionType.number(.none).phrase, found: a.type.phrase), left.span)
        }
        guard a.type.accepts(b.type) else {
            throw fail(.wrongType(expected: a.type.phrase, found: b.type.phrase), right.span)
        }
        return (.same(negated: kind == .notEqual, a.term, b.term), .boolean)
    }

    private mutating func checkAggregate(
        _ aggregate: Aggregate, _ domain: AggregateDomain, _ filter: Syntax?, _ body: Syntax, _ span: Range<Int>
    ) throws(DebuggingError) -> Checked {
        if enclosing.count == Self.limitAggregates { throw fail(.tooDeep(limit: Self.limitAggregates), span) }
        enclosing.append(domain)
        defer { enclosing.removeLast() }
        let limit = try filter.map { (filter) throws(DebuggingError) in try condition(filter) }
        if aggregate.asksCondition {
            let term = Term.aggregate(aggregate, domain, filter: limit, try condition(body))
            switch aggregate {
            case .count: return (term, .number(.none))
            case .first: return (term, .number(.index))
            default: return (term, .boolean)
            }
        }
        let inner = try number(body)
        return (.aggregate(aggregate, domain, filter: limit, inner.term), inner.type)
    }

    // MARK: names

    func variable(_ name: String) -> AggregateDomain? { enclosing.last { $0.variable == name } }

    /// A name as it stands: one word, several joined by `-`, or a text in quotes; nil for anything else.
    func bareName(_ syntax: Syntax) -> String? {
        switch syntax.kind {
        case .name(let name): return name
        case .text(let bytes): return String(validating: bytes, as: UTF8.self)
        case .binary(.minus, _, _):
            let bytes = Array(source.utf8)[syntax.span]
            let isName = bytes.allSatisfy { byte in
                byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || (byte >= 48 && byte <= 57)
                    || (byte | 32 >= UInt8(ascii: "a") && byte | 32 <= UInt8(ascii: "z"))
            }
            return isName ? String(decoding: bytes, as: UTF8.self) : nil
        default: return nil
        }
    }

    /// Whether the left side of a comparison can be the name of a stage or of an end where the right side asks for one.
    private func mayBeNamed(_ syntax: Syntax) -> Bool {
        if case .name = syntax.kind { return false }
        return bareName(syntax) != nil
    }

    private mutating func checkName(
        _ name: String, _ span: Range<Int>, _ expecting: QuestionType?
    ) throws(DebuggingError) -> Checked {
        if let domain = variable(name) {
            return (.variable(domain), domain == .candidates ? .token : .number(.index))
        }
        if let symbol = symbol(name, expecting) { return symbol }
        if let supplied = try checkSupplied(name, span, expecting) { return supplied }
        if name == "true" || name == "false" { return (.boolean(name == "true"), .boolean) }
        if let function = QuestionFunction.meant(name), !function.isMemberOfBeam {
            guard function.parameters.allSatisfy({ !$0.required }) else {
                throw fail(.needsArguments(name: name, example: function.example), span)
            }
            return (.call(function, function.parameters.map { _ in nil }), function.result)
        }
        if let domain = AggregateDomain.allCases.first(where: { $0.variable == name }) {
            let why = Phrase(
                "\(name) has a meaning only inside: max over \(domain.rawValue) of ( … \(name) … )",
                "\(name) 只能寫在 max over \(domain.rawValue) of ( … \(name) … ) 裡面")
            throw fail(.noAnswer(why), span)
        }
        if name == "beam" { throw fail(.needsArguments(name: name, example: QuestionFunction.beamScore.example), span) }
        let wanted =
            switch expecting {
            case .stage, .end, .finish: expecting!.phrase
            default: Phrase("a value of the step (help questions lists them)", "這一步的值（help questions 列出全部）")
            }
        throw fail(.unknownName(name, expected: wanted, nearest: nearest(to: name, among: names(expecting))), span)
    }

    /// What a bare name means where a stage, an end or a finish reason is wanted.
    private func symbol(_ name: String, _ expecting: QuestionType?) -> Checked? {
        switch expecting {
        case .stage:
            if isSpelled(name, as: "raw") { return (.point(.raw), .end) }
            if isSpelled(name, as: "final") { return (.point(.final), .end) }
            if isSpelled(name, as: "none") { return (.stage(nil), .stage) }
            return scope.stage(spelled: name).map { (.stage($0), .stage) }
        case .end:
            if isSpelled(name, as: "raw") { return (.point(.raw), .end) }
            return isSpelled(name, as: "final") ? (.point(.final), .end) : nil
        case .finish:
            let known = meant(name, among: FinishValue.allCases.map { $0.rawValue })
            return known.flatMap { FinishValue(rawValue: $0) }.map { (.finish($0), .finish) }
        default: return nil
        }
    }

    /// Every name that may stand where `expecting` is wanted, for suggestions.
    func names(_ expecting: QuestionType?) -> [String] {
        switch expecting {
        case .stage: return ["raw", "final", "none"] + scope.stages.map(QuestionScope.spelling)
        case .end: return ["raw", "final"]
        case .finish: return FinishValue.allCases.map { $0.rawValue }
        default:
            return QuestionFunction.allCases.filter { !$0.isMemberOfBeam }.map { $0.rawValue }
                + enclosing.map { $0.variable }
                + ["beam", "true", "false", "not"]
        }
    }
}
