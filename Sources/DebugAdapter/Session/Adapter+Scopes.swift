// What a frame shows: its scopes, and the variables in each.
internal import Debugging
internal import Phrases
internal import Traces

extension ScopeKind {
    var title: Phrase {
        switch self {
        case .here: Phrase("Here", "這裡")
        case .candidates: Phrase("Candidates", "候選")
        case .stages: Phrase("Stages", "階段")
        case .draw: Phrase("Draw", "抽選")
        case .attention: Phrase("Attention", "注意力")
        case .cache: Phrase("Cache", "快取")
        case .times: Phrase("Times", "時間")
        case .settings: Phrase("Settings", "設定")
        case .beam: Phrase("Beam", "路徑")
        }
    }
}

extension Adapter {
    /// The scopes of a frame. What only the debugger's own cursor can tell is there on the branch that moves.
    func scopes(_ key: FrameKey) -> [ScopeRow] {
        var kinds: [ScopeKind] = []
        if key.beam != nil {
            kinds = [.beam]
        } else {
            let isCurrent = isCurrent(key)
            if key.depth > 0, key.depth == debugger.place.frames.count, isCurrent { kinds.append(.here) }
            if step(of: key) != nil {
                kinds += [.candidates, .stages, .draw]
                if isCurrent { kinds.append(.attention) }
            }
            if isCurrent && debugger.trace.run != .fill { kinds.append(.cache) }
            kinds.append(.times)
            if isCurrent { kinds.append(.settings) }
        }
        return kinds.map { kind in
            ScopeRow(
                name: kind.title[language], reference: containers.number(of: .scope(kind, key)),
                count: kind == .attention ? 1 : rows(kind, key).count, isExpensive: kind == .attention)
        }
    }

    /// The variables of a number.
    func variables(_ number: Int) throws(AdapterError) -> [VariableRow] {
        guard let container = containers[number] else { throw .nothing(Phrase("variable", "變數"), number) }
        switch container {
        case .scope(let kind, let key): return rows(kind, key)
        case .candidate(let branch, let step, let id):
            guard let trace = debugger.trace(ofBranch: branch), trace.steps.indices.contains(step),
                let found = trace.steps[step].candidates.first(where: { $0.id == id })
            else { return [] }
            // Another engine tells no logits.
            return rows(found, trace.steps[step], hasLogits: trace.origin == nil)
        case .stage(let branch, let step, let index):
            let steps = debugger.trace(ofBranch: branch)?.steps ?? []
            guard steps.indices.contains(step), steps[step].stages.indices.contains(index) else { return [] }
            return rows(steps[step].stages[index])
        case .layer(let layer): return heads(ofLayer: layer)
        case .looked(let layer, let head): return looked(layer, head)
        case .tokens(let place): return tokens(place)
        }
    }

    private func rows(_ kind: ScopeKind, _ key: FrameKey) -> [VariableRow] {
        switch kind {
        case .here: here()
        case .candidates: step(of: key).map { candidates($0, key) } ?? []
        case .stages: step(of: key).map { stages($0, key) } ?? []
        case .draw: step(of: key).map { draw($0, key) } ?? []
        case .attention: attention()
        case .cache: cache()
        case .times: times(key)
        case .settings: settings()
        case .beam: key.beam.map { beams(key).indices.contains($0) ? rows(beams(key)[$0]) : [] } ?? []
        }
    }

    func number(_ name: String, _ value: Double, _ unit: Unit = .none, question: String? = nil) -> VariableRow {
        let suffix = unit.suffix[language]
        let text = value == value.rounded() && abs(value) < 1e15 ? plain(value) : fixed(value, 6)
        return VariableRow(
            name: name, value: text + (suffix.isEmpty ? "" : " " + suffix), type: say("number", "數字"),
            question: question)
    }

    // MARK: candidates

    private func candidates(_ step: Step, _ key: FrameKey) -> [VariableRow] {
        let listed = step.candidates.map { candidate in
            let removed = candidate.removedBy.map { say(", removed by \($0)", "，由 \($0) 移除") } ?? ""
            let mark = candidate.id == step.token.id ? say(", chosen", "，選中") : ""
            return VariableRow(
                name: "#\(candidate.id) " + quoted(candidate.bytes),
                value: say("p \(short(candidate.probability))", "p \(short(candidate.probability))")
                    + say(" (raw \(short(candidate.rawProbability)))", "（原始 \(short(candidate.rawProbability))）")
                    + removed
                    + mark,
                type: say("token", "詞元"), question: "p(#\(candidate.id))",
                reference: containers.number(
                    of: .candidate(branch: key.branch, step: step.index, id: candidate.id)))
        }
        let tail = VariableRow(
            name: say("not listed", "未列出"),
            value: say("\(step.tail.count) tokens, ", "\(step.tail.count) 個詞元，") + "p \(short(step.tail.probability))",
            question: "tail")
        return listed + (step.tail.count > 0 ? [tail] : [])
    }

    private func rows(_ candidate: Candidate, _ step: Step, hasLogits: Bool) -> [VariableRow] {
        let token = "#\(candidate.id)"
        var rows = [
            number(say("rank", "名次"), Double(candidate.rank), question: "rank(\(token))"),
            number(say("raw probability", "原始機率"), candidate.rawProbability, question: "p(\(token), stage: raw)"),
            number(say("probability", "機率"), candidate.probability, question: "p(\(token))"),
        ]
        for (place, stage) in step.stages.enumerated() where place < candidate.logits.count {
            let name =
                hasLogits
                ? say("logit after \(stage.name)", "\(stage.name) 之後的 logit")
                : say("log-probability after \(stage.name)", "\(stage.name) 之後的對數機率")
            if let logit = candidate.logits[place] {
                let question = spelled(stage.name).map { "logit(\(token), stage: \($0))" }
                rows.append(number(name, Double(logit), question: question))
            } else {
                rows.append(VariableRow(name: name, value: say("removed", "已移除")))
            }
        }
        if let stage = candidate.removedBy { rows.append(VariableRow(name: say("removed by", "移除者"), value: stage)) }
        return rows
    }

    // MARK: stages and draw

    private func stages(_ step: Step, _ key: FrameKey) -> [VariableRow] {
        step.stages.enumerated().map { place, stage in
            let numbers = stage.parameters.map { "\($0.name) \(plain($0.value))" }.joined(separator: ", ")
            return VariableRow(
                name: stage.name,
                value: (numbers.isEmpty ? "" : numbers + "; ")
                    + say("\(stage.kept) kept, \(stage.removed) removed", "保留 \(stage.kept)，移除 \(stage.removed)"),
                type: say("stage", "階段"), question: place == 0 ? nil : spelled(stage.name).map { "kept(\($0))" },
                reference: containers.number(of: .stage(branch: key.branch, step: step.index, index: place)))
        }
    }

    private func rows(_ stage: StageRecord) -> [VariableRow] {
        let name = spelled(stage.name)
        return stage.parameters.map { parameter in
            let isWord = spelled(parameter.name) != nil
            return number(
                parameter.name, parameter.value,
                question: name.flatMap { isWord ? "parameter(\($0), \"\(parameter.name)\")" : nil })
        } + [
            number(
                say("kept", "保留"), Double(stage.kept),
                question: stage.name == "raw" ? nil : name.map { "kept(\($0))" }),
            number(say("removed", "移除"), Double(stage.removed)),
        ]
    }

    /// The name of the variable that can be set: the chosen token.
    static let token = Phrase("token", "詞元")

    private func draw(_ step: Step, _ key: FrameKey) -> [VariableRow] {
        var rows = [
            VariableRow(
                name: Self.token[language], value: quoted(step.token.bytes), type: Self.token[language],
                question: "chosen",
                canBeSet: debugger.canGoOn && isCurrent(key) && trace(of: key).beam == nil),
            number(say("probability", "機率"), step.chosen?.probability ?? 0, question: "p(chosen)"),
            number(say("entropy", "熵"), step.entropyBitsFinal, .bits, question: "entropy"),
            number(say("entropy (raw)", "熵（原始）"), step.entropyBitsRaw, .bits, question: "entropy(raw)"),
        ]
        if let draw = step.draw {
            rows.append(number("u", draw.uniform, question: "draw.u"))
            rows.append(number(say("low", "下界"), draw.low, question: "draw.low"))
            rows.append(number(say("high", "上界"), draw.high, question: "draw.high"))
        }
        let end = step.finish.map { shown($0.phrase) } ?? say("goes on", "繼續")
        rows.append(VariableRow(name: say("finish", "結束"), value: end, question: "finish"))
        return rows
    }
}
