// Two runs side by side: where they part, how far their distributions lie apart at a step, and one head's weights in both.
internal import Debugging
internal import JSONText
internal import Phrases
internal import Traces

extension Request {
    /// `run`, `other`: where the two part; with `step`, what of the step's two distributions differs: KL(run ‖ other), and
    /// for each token that both list what the other run gives it more.
    static let compare = Request("compare", "run other step?") { (engine, arguments, answer) throws(RequestError) in
        let (a, b) = (try engine.run(arguments).debugger.trace, try engine.other(arguments).debugger.trace)
        let alignment = TraceAlignment(a, b)
        let index = try arguments.countIfAny("step")
        answer.json.object { json in
            json.member("samePrompt", alignment.samePrompt)
            json.member("sameKind", alignment.sameKind)
            json.member("sameVocabulary", alignment.sameVocabulary)
            json.member("sharedSteps", alignment.sharedSteps)
            json.member("fork", alignment.forkStep)
            json.key("step")
            guard let index, a.steps.indices.contains(index), b.steps.indices.contains(index) else {
                return json.null()
            }
            json.value(stepDifference(a, b, index, alignment), a.steps[index], b.steps[index])
        }
    }

    /// `run`, `branch`: that branch as it is now, as a run of its own, which is a record: to be compared, and forgotten by `end`.
    static let beside = Request("beside", "run branch") { (engine, arguments, answer) throws(RequestError) in
        let run = try engine.run(arguments)
        let number = try arguments.count("branch")
        guard let trace = run.debugger.trace(ofBranch: number) else {
            throw .request(Phrase("there is no branch \(number)", "沒有編號 \(number) 的分支"))
        }
        answer.json.value(engine.add(Debugger(trace), nil), withPrompt: false)
    }

    /// `run`, `other`, `layer`, `head`: attachment 0 is (query, key) as 32-bit floats, the other run's weight less this
    /// one's, over the positions that both have. Refused where positions or rows are not of one kind.
    static let compareHead = Request("compare-head", "run other layer head") {
        (engine, arguments, answer) throws(RequestError) in
        let (run, other) = (try engine.run(arguments), try engine.other(arguments))
        let (layer, head) = (try arguments.count("layer"), try arguments.count("head"))
        let (a, b) = try comparable(run.debugger.trace, other.debugger.trace)
        guard 0..<a.layers ~= layer, 0..<a.heads ~= head else {
            throw .request(
                Phrase("there is no head \(layer).\(head) in both runs", "兩次執行中沒有 \(layer).\(head) 這個頭"))
        }
        let positions = min(a.positions, b.positions)
        guard Int64(positions) * Int64(positions) <= mostWeights else {
            throw .run(Phrase("\(positions) positions are too many to compare", "\(positions) 個位置太多，無法比較"))
        }
        var weights = [Float](repeating: 0, count: positions * positions)
        for query in 0..<positions {
            let (left, right) = (
                a.row(layer: layer, head: head, query: query), b.row(layer: layer, head: head, query: query)
            )
            for key in 0..<min(positions, left.count, right.count) {
                weights[query * positions + key] = right[key] - left[key]
            }
        }
        let place = answer.attach(weights.withUnsafeBytes { Array($0) })
        answer.json.object { json in
            json.member("positions", positions)
            json.member("attachment", place)
        }
    }

    /// The attention of two runs whose rows can be taken from each other.
    private static func comparable(
        _ a: Trace, _ b: Trace
    ) throws(RequestError) -> (AttentionRecord, AttentionRecord) {
        guard let left = a.attention, let right = b.attention else {
            throw .run(Phrase("one of the runs records no attention", "其中一次執行沒有記錄注意力"))
        }
        guard a.run == b.run, left.patterns == right.patterns else {
            throw .run(
                Phrase(
                    "one run's rows end at their own token and the other's do not: there is no difference of such rows",
                    "一次執行的橫列只看到自己為止，另一次不然：這樣的橫列無法相減"))
        }
        guard left.heads == right.heads, left.layers == right.layers else {
            throw .run(Phrase("the models have other numbers of layers or heads", "兩個模型的層數或頭數不同"))
        }
        guard a.prompt.tokens.count == b.prompt.tokens.count else {
            throw .run(
                Phrase(
                    "the prompts have \(a.prompt.tokens.count) and \(b.prompt.tokens.count) tokens, so that a position is not the same in both",
                    "兩個提示各有 \(a.prompt.tokens.count) 與 \(b.prompt.tokens.count) 個詞元，同一位置代表的不是同一處"))
        }
        guard left.keysPerRow == nil, right.keysPerRow == nil else {
            throw .run(
                Phrase(
                    "of each row only the strongest keys were kept, which are others in each run",
                    "每一橫列只保留最強的鍵，而兩次執行保留的不同"))
        }
        return (left, right)
    }
}

extension Engine {
    /// The run that ``run(_:)`` is compared with.
    fileprivate func other(_ arguments: RequestArguments) throws(RequestError) -> OpenRun {
        try run(numbered: try arguments.count("other"))
    }
}

extension JSONWriter {
    /// `{"sameContext","raw","final","candidates":[{"id","raw","final"}]}`
    fileprivate mutating func value(_ found: StepDifference, _ a: Step, _ b: Step) {
        object { json in
            json.member("sameContext", found.sameContext)
            json.key("raw")
            json.value(found.raw)
            json.key("final")
            json.value(found.final)
            json.array("candidates") { json in
                if found.raw == nil { return }
                let inB = b.candidates.byID()
                for left in a.candidates {
                    guard let right = inB[left.id] else { continue }
                    json.object { json in
                        json.member("id", left.id)
                        json.member("raw", right.rawProbability - left.rawProbability)
                        json.member("final", right.probability - left.probability)
                    }
                }
            }
        }
    }

    /// `{"bits","exact","atMost"}`; infinite bits, and a bound that nothing proves, are null.
    private mutating func value(_ divergence: Divergence?) {
        guard let divergence else { return null() }
        object { json in
            json.member("bits", divergence.bits.isFinite ? divergence.bits : nil)
            json.member("exact", divergence.method == .exact || !divergence.bits.isFinite)
            json.member("atMost", divergence.atMost)
        }
    }
}
