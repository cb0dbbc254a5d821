// Values of many: aggregates over the members of a domain, and what is asked of another step or run.
internal import Traces

extension QuestionEvaluator {
    /// Answers at another step or in another run, and comes back.
    mutating func elsewhere(
        _ other: TraceReader, _ index: Int, _ body: (inout QuestionEvaluator) -> QuestionValue
    ) -> QuestionValue {
        guard other.trace.steps.indices.contains(index) else {
            return .unknown(.noStep(index, count: other.trace.steps.count))
        }
        let here = (reader, self.index, step, runningCandidate)
        if other !== reader || index != self.index { runningCandidate?.isOfThisStep = false }
        (reader, self.index, step) = (other, index, other.trace.steps[index])
        defer { (reader, self.index, step, runningCandidate) = here }
        // A token's place among the candidates is its own step's.
        let found = body(&self)
        guard case .token(var token) = found else { return found }
        token.candidate = nil
        return .token(token)
    }

    func slot(_ domain: AggregateDomain) -> Int {
        switch domain {
        case .heads: 0
        case .layers: 1
        case .candidates: 2
        case .positions: 3
        case .steps: 4
        }
    }

    private func members(of domain: AggregateDomain) -> Int {
        switch domain {
        case .heads: reader.trace.model.heads
        case .layers: reader.trace.model.layers
        case .candidates: step.candidates.count
        case .positions: max(0, min(reader.trace.seenPositions(at: step), reader.tokenCount))
        case .steps: reader.trace.steps.count
        }
    }

    mutating func fold(
        _ aggregate: Aggregate, _ domain: AggregateDomain, _ filter: Term?, _ body: Term
    ) -> QuestionValue {
        let (outer, outerCandidate) = (running[slot(domain)], runningCandidate)
        aggregateDepth += 1
        defer {
            running[slot(domain)] = outer
            runningCandidate = outerCandidate
            aggregateDepth -= 1
        }
        var folding = Folding(aggregate)
        var reason: Unknown?
        for member in 0..<max(0, members(of: domain)) {
            running[slot(domain)] = member
            if domain == .candidates {
                let candidate = step.candidates[member]
                let reference = TokenReference(id: candidate.id, bytes: candidate.bytes)
                runningCandidate = (member, reference, isOfThisStep: true)
            }
            switch value(body, filter, isOver: domain, member) {
            case nil: continue
            case .unknown(.tooMuchWork): return .unknown(.tooMuchWork)
            case .unknown(let why): reason = reason ?? why
            case .number(let number): folding.add(number, member)
            case .boolean(let truth): folding.add(truth ? 1 : 0, member)
            default: break
            }
            if folding.isDecided { break }
        }
        guard let result = folding.result ?? (reason == nil ? emptySum(aggregate, filter) : nil) else {
            return .unknown(reason ?? .noMember(domain))
        }
        if aggregateDepth == 1, let member = folding.witness { witness = (domain, member) }
        return result
    }

    /// The body's value for a member; nil for one that the filter leaves out.
    private mutating func value(
        _ body: Term, _ filter: Term?, isOver domain: AggregateDomain, _ member: Int
    ) -> QuestionValue? {
        if domain == .steps {
            var isLeftOut = false
            let value = elsewhere(reader, member) { evaluator in
                evaluator.filtered(body, filter)
                    ?? {
                        isLeftOut = true; return .boolean(false)
                    }()
            }
            return isLeftOut ? nil : value
        }
        return filtered(body, filter)
    }

    private mutating func filtered(_ body: Term, _ filter: Term?) -> QuestionValue? {
        if let filter {
            let holds = value(filter)
            if case .unknown = holds { return holds }
            if !holds.isTrue { return nil }
        }
        return value(body)
    }

    /// What an aggregate makes of no member at all, where a filter left none: nothing adds up to 0.
    private func emptySum(_ aggregate: Aggregate, _ filter: Term?) -> QuestionValue? {
        guard filter != nil else { return nil }
        switch aggregate {
        case .sum, .count: return .number(0)
        case .any: return .boolean(false)
        case .all: return .boolean(true)
        case .max, .min, .mean, .first: return nil
        }
    }
}
