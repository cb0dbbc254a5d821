// Terms to values at one step of a trace. Total: every path ends in a value or in a reason why there is none.
internal import JSONText
internal import Phrases
internal import Traces

struct QuestionEvaluator {
    var reader: TraceReader
    var step: Step
    /// The step's place in the trace (its `index` in a well-formed one).
    var index: Int
    /// What the question may ask beside the run at hand.
    let supplies: QuestionSupplies
    /// The running candidate as it stands in the step that lists it, which is not the step at hand inside `at` and the like.
    var runningCandidate: (place: Int, reference: TokenReference, isOfThisStep: Bool)?
    /// The running values of the aggregates around, by domain.
    var running = [Int](repeating: 0, count: AggregateDomain.allCases.count)
    /// Where the outermost aggregate found its value, for `print`.
    var witness: (domain: AggregateDomain, value: Int)?
    var aggregateDepth = 0
    /// A step for each term, and for ``perStep`` things of the record that it goes through; past them every value is unknown,
    /// so no question takes forever.
    private(set) var budget: ReadingBudget
    private static let perStep = 32

    init(reader: TraceReader, index: Int, budget: ReadingBudget, supplies: QuestionSupplies = QuestionSupplies()) {
        self.supplies = supplies
        self.budget = budget
        self.reader = reader
        self.index = index
        step = reader.trace.steps[index]
    }

    /// The value of a whole question: unknown when it was too much work, whatever its parts made of that.
    mutating func answer(_ term: Term) -> QuestionValue {
        let value = value(term)
        return budget.isSpent ? .unknown(.tooMuchWork) : value
    }

    /// Counts what is about to be gone through: bytes of a text, candidates, weights of a row.
    mutating func look(at count: Int) { _ = budget.take(steps: Int64(count / Self.perStep)) }

    mutating func value(_ term: Term) -> QuestionValue {
        if !budget.take(steps: 1) { return .unknown(.tooMuchWork) }
        switch term {
        case .number(let value): return .number(value)
        case .boolean(let value): return .boolean(value)
        case .text(let bytes): return .text(bytes)
        case .tokenID(let id): return .token(TokenReference(id: id, bytes: nil))
        case .point(let point): return .end(point == .raw ? "raw" : "final")
        case .stage(let name): return .stage(name)
        case .finish(let value): return .finish(FinishReason(rawValue: value.rawValue))
        case .variable(let domain): return variable(domain)
        case .call(let function, let arguments): return call(function, arguments)
        case .not(let operand):
            let inner = value(operand)
            if case .boolean(let truth) = inner { return .boolean(!truth) }
            return inner
        case .negative(let operand):
            let inner = value(operand)
            if case .number(let number) = inner { return .number(-number) }
            return inner
        case .logic(let isAnd, let left, let right): return logic(isAnd, left, right)
        case .arithmetic(let kind, let left, let right): return arithmetic(kind, left, right)
        case .compareNumbers(let kind, let left, let right): return compare(kind, left, right)
        case .same(let negated, let left, let right): return same(negated, left, right)
        case .textual(let kind, let left, let right): return textual(kind, left, right)
        case .inSet(let token, let set): return isMember(token, set)
        case .inRange(let number, let low, let high): return isInside(number, low, high)
        case .inList(_, let tests): return isAny(tests)
        case .range(let low, let high): return range(low, high)
        case .aggregate(let aggregate, let domain, let filter, let body): return fold(aggregate, domain, filter, body)
        case .at(let step, let inner):
            switch whole(step) {
            case .success(let index): return elsewhere(reader, index) { $0.value(inner) }
            case .failure(let failure): return .unknown(failure.reason)
            }
        case .inRun(let run, let inner):
            guard let other = supplies[run] else { return .unknown(.noRun(run)) }
            return elsewhere(other, index) { $0.value(inner) }
        case .answer(let part): return part.of(supplies.answer)
        }
    }

    private func variable(_ domain: AggregateDomain) -> QuestionValue {
        let current = running[slot(domain)]
        guard domain == .candidates else { return .number(Double(current)) }
        guard let running = runningCandidate else { return .unknown(.noMember(.candidates)) }
        var reference = running.reference
        reference.candidate = running.isOfThisStep ? running.place : nil
        return .token(reference)
    }

    // MARK: logic and numbers

    private mutating func logic(_ isAnd: Bool, _ left: Term, _ right: Term) -> QuestionValue {
        let a = value(left)
        // `false and …` and `true or …` are decided by the left side.
        if case .boolean(let truth) = a, truth != isAnd { return a }
        let b = value(right)
        if case .boolean(let truth) = b, truth != isAnd { return b }
        if case .unknown = a { return a }
        return b
    }

    private mutating func arithmetic(_ kind: BinaryOperator, _ left: Term, _ right: Term) -> QuestionValue {
        let (a, b) = (value(left), value(right))
        guard case .number(let x) = a else { return a }
        guard case .number(let y) = b else { return b }
        if y == 0, kind == .divided || kind == .remainder { return .unknown(.dividedByZero) }
        let result =
            switch kind {
            case .plus: x + y
            case .minus: x - y
            case .times: x * y
            case .divided: x / y
            default: x.truncatingRemainder(dividingBy: y)
            }
        return result.isFinite ? .number(result) : .unknown(.notFinite)
    }

    private mutating func compare(_ kind: BinaryOperator, _ left: Term, _ right: Term) -> QuestionValue {
        let (a, b) = (value(left), value(right))
        guard case .number(let x) = a else { return a }
        guard case .number(let y) = b else { return b }
        switch kind {
        case .equal: return .boolean(x == y)
        case .notEqual: return .boolean(x != y)
        case .less: return .boolean(x < y)
        case .lessOrEqual: return .boolean(x <= y)
        case .greater: return .boolean(x > y)
        default: return .boolean(x >= y)
        }
    }

    private mutating func isInside(_ number: Term, _ low: Term, _ high: Term) -> QuestionValue {
        let values = (value(number), value(low), value(high))
        guard case .number(let x) = values.0 else { return values.0 }
        guard case .number(let from) = values.1 else { return values.1 }
        guard case .number(let to) = values.2 else { return values.2 }
        return .boolean(x >= from && x <= to)
    }

    /// True when one is, else unknown when one is, else false.
    private mutating func isAny(_ tests: [Term]) -> QuestionValue {
        var unknown: QuestionValue?
        for test in tests {
            let value = value(test)
            if value.isTrue { return value }
            if case .unknown = value { unknown = unknown ?? value }
        }
        return unknown ?? .boolean(false)
    }

    private mutating func range(_ low: Term, _ high: Term) -> QuestionValue {
        switch (whole(low), whole(high)) {
        case (.success(let from), .success(let to)): .range(from, to)
        case (.failure(let failure), _), (_, .failure(let failure)): .unknown(failure.reason)
        }
    }

    struct NotWhole: Error { var reason: Unknown }

    /// A whole number that fits 32 bits.
    mutating func whole(_ term: Term) -> Result<Int, NotWhole> {
        switch value(term) {
        case .number(let number):
            if let whole = Int32(exactly: number) { return .success(Int(whole)) }
            return .failure(NotWhole(reason: .notWhole(number)))
        case .unknown(let reason): return .failure(NotWhole(reason: reason))
        default: return .failure(NotWhole(reason: .notFinite))
        }
    }

    // MARK: texts and tokens

    private mutating func same(_ negated: Bool, _ left: Term, _ right: Term) -> QuestionValue {
        let (a, b) = (value(left), value(right))
        if case .unknown = a { return a }
        if case .unknown = b { return b }
        let equal: Bool
        switch (a, b) {
        case (.token(let x), .token(let y)):
            if let idX = x.id, let idY = y.id {
                equal = idX == idY
            } else {
                guard let bytesX = bytes(of: a) else { return missing(x) }
                guard let bytesY = bytes(of: b) else { return missing(y) }
                equal = bytesX == bytesY
            }
        case (.token(let x), .text(let y)), (.text(let y), .token(let x)):
            guard let bytes = bytes(of: .token(x)) else { return missing(x) }
            equal = bytes == y
        default: equal = a == b
        }
        return .boolean(equal != negated)
    }

    private mutating func textual(_ kind: BinaryOperator, _ left: Term, _ right: Term) -> QuestionValue {
        let needleValue = value(right)
        guard let needle = bytes(of: needleValue) else { return unknown(needleValue) }
        // The text so far is searched in place, without copying it.
        if case .call(.text, _) = left {
            look(at: reader.outputEnds[index] + needle.count)
            return .boolean(holds(kind, reader.output[..<reader.outputEnds[index]], needle))
        }
        let hayValue = value(left)
        guard let hay = bytes(of: hayValue) else { return unknown(hayValue) }
        look(at: hay.count + needle.count)
        return .boolean(holds(kind, hay[...], needle))
    }

    private func holds(_ kind: BinaryOperator, _ hay: ArraySlice<UInt8>, _ needle: [UInt8]) -> Bool {
        switch kind {
        case .starts: hay.starts(with: needle)
        case .ends: hay.count >= needle.count && hay.suffix(needle.count).elementsEqual(needle)
        default: needle.isEmpty || TextSet([needle]).firstEnd(in: hay) != nil
        }
    }

    /// The bytes of a text or a token; a token known by id only is looked up among the candidates.
    mutating func bytes(of value: QuestionValue) -> [UInt8]? {
        switch value {
        case .text(let bytes): return bytes
        case .token(let token):
            if let bytes = token.bytes { return bytes }
            look(at: step.candidates.count)
            return step.candidates.first { $0.id == token.id }?.bytes
        default: return nil
        }
    }

    private func unknown(_ value: QuestionValue) -> QuestionValue {
        if case .token(let token) = value { return missing(token) }
        return value
    }

    func missing(_ token: TokenReference) -> QuestionValue {
        .unknown(.notCandidate(token, step: index, listed: step.candidates.count))
    }

    private mutating func isMember(_ token: Term, _ set: Term) -> QuestionValue {
        let wanted = value(token)
        if case .unknown = wanted { return wanted }
        if case .answer = set { return .boolean(supplies.holds(wanted, bytes(of: wanted))) }
        guard case .call(let function, _) = set else { return .unknown(.notFinite) }
        if function == .candidates { return .boolean(listed(wanted) != nil) }
        for position in 0..<reader.tokenCount(at: index) {
            let token = reader.token(at: position)
            if !budget.take(steps: 1) { return .unknown(.tooMuchWork) }
            switch wanted {
            case .token(let reference):
                if let id = reference.id {
                    if id == token.id { return .boolean(true) }
                } else if reference.bytes == token.bytes {
                    return .boolean(true)
                }
            case .text(let bytes): if bytes == token.bytes { return .boolean(true) }
            default: break
            }
        }
        return .boolean(false)
    }

    /// The same as ``candidate(_:)``, counted where it has to be looked for.
    mutating func listed(_ value: QuestionValue) -> Int? {
        if case .token(let token) = value, let known = token.candidate { return known }
        look(at: step.candidates.count)
        return candidate(value)
    }

    /// The place of a token (or of the token with that text) among the candidates; the best-ranked of several.
    func candidate(_ value: QuestionValue) -> Int? {
        switch value {
        case .token(let token):
            if let known = token.candidate { return known }
            if let id = token.id { return step.candidates.firstIndex { $0.id == id } }
            return step.candidates.firstIndex { $0.bytes == token.bytes }
        case .text(let bytes): return step.candidates.firstIndex { $0.bytes == bytes }
        default: return nil
        }
    }
}
