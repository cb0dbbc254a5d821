// What each name of the question language reads from the record.
internal import Phrases
internal import ElementaryFunctions
internal import Traces

extension QuestionEvaluator {
    mutating func call(_ function: QuestionFunction, _ arguments: [Term?]) -> QuestionValue {
        switch function {
        case .step: return .number(Double(index))
        case .position: return .number(Double(step.position))
        case .token, .chosen: return .token(TokenReference(id: step.token.id, bytes: step.token.bytes))
        case .argmax: return ranked(1)
        case .logsumexp: return .number(step.logSumExp)
        case .entropy: return .number(isRaw(arguments[0]) ? step.entropyBitsRaw : step.entropyBitsFinal)
        case .tail: return .number(isRaw(arguments[0]) ? step.tail.rawProbability : step.tail.probability)
        case .tailCount: return .number(Double(step.tail.count))
        case .drawU: return draw { $0.uniform }
        case .drawLow: return draw { $0.low }
        case .drawHigh: return draw { $0.high }
        case .text:
            look(at: reader.outputEnds[index])
            return .text(Array(reader.output[..<reader.outputEnds[index]]))
        case .prompt: return .text(reader.promptBytes)
        case .tokens: return .tokenSet(count: reader.tokenCount(at: index))
        case .tokensCount: return .number(Double(reader.tokenCount(at: index)))
        case .candidates: return .tokenSet(count: step.candidates.count)
        case .candidatesCount: return .number(Double(step.candidates.count))
        case .promptCount: return .number(Double(reader.trace.prompt.tokens.count))
        case .textShown:
            look(at: reader.output.count + reader.trace.steps.count)
            return .text(Array(reader.trace.text.utf8))
        case .merges: return .text(reader.mergesOfPrompt)
        case .finish: return .finish(step.finish)
        case .words, .exchanged, .characters, .chinese: return textual(function, arguments)
        case .layers: return .number(Double(reader.trace.model.layers))
        case .heads: return .number(Double(reader.trace.model.heads))
        case .seconds: return .number(step.seconds.forward + step.seconds.choose + step.seconds.record)
        case .secondsForward: return .number(step.seconds.forward)
        case .secondsChoose: return .number(step.seconds.choose)
        case .secondsRecord: return .number(step.seconds.record)
        case .p: return probability(arguments[0]!, point(arguments[1]))
        case .surprise: return surprise(arguments[0]!, point(arguments[1]))
        case .logit: return logit(arguments[0]!, point(arguments[1]))
        case .rank: return reading(arguments[0]!) { .number(Double($0.rank)) }
        case .removed: return reading(arguments[0]!) { .boolean($0.removedBy != nil) }
        case .by: return reading(arguments[0]!) { .stage($0.removedBy) }
        case .margin: return margin(isRaw(arguments[0]))
        case .kept: return kept(point(arguments[0]))
        case .parameter: return parameter(point(arguments[0]), arguments[1])
        case .attention, .mass, .head: return attention(function, arguments)
        case .lens, .lensTop: return lens(function, arguments)
        case .known:
            if case .unknown = value(arguments[0]!) { return .boolean(false) }
            return .boolean(true)
        case .setting: return setting(arguments[0]!)
        case .abs:
            let inner = value(arguments[0]!)
            if case .number(let number) = inner { return .number(abs(number)) }
            return inner
        case .top:
            switch whole(arguments[0]!) {
            case .success(let rank): return ranked(rank)
            case .failure(let failure): return .unknown(failure.reason)
            }
        case .beamCount: return beamCount()
        case .beamScore: return beam(arguments[0]!) { node, _, _ in .number(node.score) }
        case .beamSum: return beam(arguments[0]!) { node, _, _ in .number(node.sumLogProbability) }
        case .beamLogp: return beam(arguments[0]!) { node, _, _ in .number(node.logProbability) }
        case .beamToken:
            return beam(arguments[0]!) { node, _, _ in
                .token(TokenReference(id: node.token.id, bytes: node.token.bytes))
            }
        case .beamText: return beam(arguments[0]!) { _, place, reader in .text(reader.beamBytes(place)) }
        }
    }

    // MARK: the distribution

    private func isRaw(_ term: Term?) -> Bool { term == .point(.raw) }

    private func point(_ term: Term?) -> StagePoint {
        switch term {
        case .point(let point): point
        case .stage(let name): name.map(StagePoint.after) ?? .final
        default: .final
        }
    }

    private mutating func ranked(_ rank: Int) -> QuestionValue {
        look(at: step.candidates.count)
        guard let place = step.candidates.firstIndex(where: { $0.rank == rank }) else {
            return .unknown(.noRank(rank, listed: step.candidates.count))
        }
        let found = step.candidates[place]
        return .token(TokenReference(id: found.id, bytes: found.bytes, candidate: place))
    }

    private mutating func reading(_ term: Term, _ read: (Candidate) -> QuestionValue) -> QuestionValue {
        let wanted = value(term)
        if case .unknown = wanted { return wanted }
        guard let place = listed(wanted) else { return missing(reference(wanted)) }
        return read(step.candidates[place])
    }

    private func reference(_ value: QuestionValue) -> TokenReference {
        switch value {
        case .token(let token): token
        case .text(let bytes): TokenReference(id: nil, bytes: bytes)
        default: TokenReference(id: nil, bytes: nil)
        }
    }

    /// The place of a stage in the step's list; the last one when it ran twice.
    private func stageIndex(_ name: String) -> Int? { step.stages.lastIndex { $0.name == name } }

    private mutating func probability(_ term: Term, _ point: StagePoint) -> QuestionValue {
        switch point {
        case .raw: return reading(term) { .number($0.rawProbability) }
        case .final: return reading(term) { .number($0.probability) }
        case .after(let name):
            guard let stage = stageIndex(name) else { return .unknown(.stageDidNotRun(name, step: index)) }
            look(at: step.candidates.count)
            let inPlay = step.candidates.compactMap {
                stage < $0.logits.count ? $0.logits[stage].map(Double.init) : nil
            }
            let kept = step.stages[stage].kept
            if stage == 0 { return probability(term, .raw) }
            guard inPlay.count == kept, let largest = inPlay.max() else {
                return .unknown(.notListedAfter(stage: name, kept: kept, listed: inPlay.count))
            }
            // softmax over everything that is in play after the stage
            let sum = inPlay.reduce(0) { $0 + Double.exp($1 - largest) }
            return reading(term) { candidate in
                guard let logit = candidate.logits[stage] else { return .number(0) }
                return .number(Double.exp(Double(logit) - largest) / sum)
            }
        }
    }

    private mutating func surprise(_ term: Term, _ point: StagePoint) -> QuestionValue {
        let probability = probability(term, point)
        guard case .number(let p) = probability else { return probability }
        if p > 0 { return .number(-Double.log2(p)) }
        return reading(term) { candidate in
            .unknown(.removed(TokenReference(id: candidate.id, bytes: candidate.bytes), by: candidate.removedBy))
        }
    }

    private mutating func logit(_ term: Term, _ point: StagePoint) -> QuestionValue {
        let stage: Int
        switch point {
        case .raw: stage = 0
        case .final: stage = step.stages.count - 1
        case .after(let name):
            guard let found = stageIndex(name) else { return .unknown(.stageDidNotRun(name, step: index)) }
            stage = found
        }
        return reading(term) { candidate in
            let token = TokenReference(id: candidate.id, bytes: candidate.bytes)
            guard candidate.logits.indices.contains(stage), let logit = candidate.logits[stage] else {
                return .unknown(.removed(token, by: candidate.removedBy))
            }
            return .number(Double(logit))
        }
    }

    /// The two largest probabilities' difference. What is not listed may be larger than what is only when fewer than
    /// two tokens are listed.
    private mutating func margin(_ raw: Bool) -> QuestionValue {
        look(at: step.candidates.count)
        var best = -1.0
        var second = -1.0
        for candidate in step.candidates {
            let p = raw ? candidate.rawProbability : candidate.probability
            if p > best {
                second = best
                best = p
            } else if p > second {
                second = p
            }
        }
        guard best >= 0 else { return .unknown(.noRank(1, listed: 0)) }
        guard second >= 0 else { return step.tail.count == 0 ? .number(best) : .unknown(.noRank(2, listed: 1)) }
        return .number(best - second)
    }

    private func kept(_ point: StagePoint) -> QuestionValue {
        guard !step.stages.isEmpty else { return .unknown(.stageDidNotRun("raw", step: index)) }
        switch point {
        case .raw: return .number(Double(step.stages[0].kept))
        case .final: return .number(Double(step.stages[step.stages.count - 1].kept))
        case .after(let name):
            guard let stage = stageIndex(name) else { return .unknown(.stageDidNotRun(name, step: index)) }
            return .number(Double(step.stages[stage].kept))
        }
    }

    private mutating func parameter(_ point: StagePoint, _ name: Term?) -> QuestionValue {
        guard case .after(let stageName) = point, let stage = stageIndex(stageName) else {
            let shown = if case .after(let stageName) = point { stageName } else { "raw" }
            return .unknown(.stageDidNotRun(shown, step: index))
        }
        let parameters = step.stages[stage].parameters
        var wanted: String?
        if let name, let bytes = bytes(of: value(name)) { wanted = String(decoding: bytes, as: UTF8.self) }
        // Also by the option's name: `dry-base` is `base` of `dry`, and `top-k` the one number of that stage.
        let named = wanted.flatMap { wanted in
            meant(wanted, among: parameters.map { $0.name })
                ?? parameters.first { isSpelled(stageName + $0.name, as: wanted) }?.name
                ?? (isSpelled(stageName, as: wanted) ? parameters.first?.name : nil)
        }
        guard let found = parameters.first(where: { wanted == nil || $0.name == named }) else {
            return .unknown(.noParameter(wanted ?? "", stage: stageName))
        }
        return found.value.isFinite ? .number(found.value) : .unknown(.notFinite)
    }

    private func draw(_ number: (Draw) -> Double) -> QuestionValue {
        guard let draw = step.draw else { return .unknown(.nothingDrawn(step: index)) }
        return .number(number(draw))
    }
}
