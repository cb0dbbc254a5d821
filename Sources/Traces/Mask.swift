// What a model puts behind the masks of a text. A mask's ledger is that of a step with the raw stage alone: whatever
// shows the candidates of a step shows those of a mask.
import JSONText

extension Step {
    /// A mask with what could stand there. The token is the best candidate, over the mask's bytes of the prompt.
    ///
    /// - Parameters:
    ///   - index: which of the text's masks it is, from 0.
    ///   - position: its place in the context; the row of attention that led to the candidates is its own.
    ///   - candidates: best first, each with its raw logit alone.
    ///   - entropyBits: of the whole distribution.
    public init(
        mask index: Int, at position: Int, of prompt: Prompt, candidates: [Candidate], tail: Tail, entropyBits: Double,
        logSumExp: Double
    ) {
        let hidden = prompt.tokens.indices.contains(position) ? prompt.tokens[position] : Token.table.blank
        let best = candidates.first
        let token = Token(
            id: best?.id ?? hidden.id, bytes: best?.bytes ?? hidden.bytes, text: best?.text ?? hidden.text,
            start: hidden.start, end: hidden.end, special: false)
        let raw = StageRecord(name: "raw", parameters: [], kept: candidates.count + tail.count, removed: 0)
        self.init(
            index: index, position: position, token: token, stages: [raw], candidates: candidates, tail: tail,
            entropyBitsRaw: entropyBits, entropyBitsFinal: entropyBits, logSumExp: logSumExp, draw: nil, finish: nil,
            seconds: Self.noSeconds)
    }

    private static let noSeconds = StepSeconds(forward: 0, choose: 0, record: 0)

    /// The fields of a mask: what its ledger has beyond that, follows from them and the prompt.
    static let masks = FieldTable<Step>(
        "mask", "A place that a mask hides, and what the model would put there, seeing all other tokens.",
        blank: Step(
            mask: 0, at: 0, of: Prompt.table.blank, candidates: [], tail: Tail.table.blank, entropyBits: 0,
            logSumExp: 0),
        [
            Field("position", .count, "The place of the mask in the prompt.", { $0.position }, { $0.position = $1 }),
            Field(
                "candidates", .list(.object(Candidate.table), atLeast: 1),
                "Best first; each has its raw logit alone, and nothing removes one.",
                { $0.candidates }, { $0.candidates = $1 },
                check: { (step) throws(TraceError) in
                    if step.candidates.isEmpty {
                        throw .field(path: "", problem: "is empty; a mask lists at least one")
                    }
                    for (place, candidate) in step.candidates.enumerated() where candidate.logits.count != 1 {
                        throw .field(
                            path: "[\(place)].logits",
                            problem: "has \(candidate.logits.count) entries; a mask has the raw logit alone")
                    }
                }),
            Field("tail", .object(Tail.table), { $0.tail }, { $0.tail = $1 }),
            Field(
                "entropyBits", .number.drawable(from: -1e-6), "−Σ p · log2 p over the vocabulary, in bits.",
                { $0.entropyBitsRaw }, { $0.entropyBitsRaw = $1 }),
            Field(
                "logSumExp", .number, "log Σ exp(raw logit) over the vocabulary.",
                { $0.logSumExp }, { $0.logSumExp = $1 }),
        ])
}

extension Trace {
    /// The steps that made tokens: none where they are masks.
    var generated: [Step] { run == .fill ? [] : steps }

    /// The position whose row of attention led to a step's token: the one before it, or the mask's own.
    public func query(of step: Step) -> Int { run == .fill ? step.position : step.position - 1 }

    /// The positions that were seen when a step's token was chosen: those before it, or the whole text.
    public func seenPositions(at step: Step) -> Int { run == .fill ? prompt.tokens.count : step.position }

    /// The step's own place in the context: a generated token's behind the prompt, a mask's in it.
    public func position(ofStep index: Int) -> Int {
        run == .fill && steps.indices.contains(index) ? steps[index].position : prompt.tokens.count + index
    }

    /// The step whose token stands at a position; nil for what was only read.
    public func step(at position: Int) -> Int? {
        if run == .fill { return steps.firstIndex { $0.position == position } }
        let index = position - prompt.tokens.count
        return steps.indices.contains(index) ? index : nil
    }

    /// The row of ``TensorRecord/rawLogits`` that a step was chosen from.
    public func logitsRow(ofStep index: Int) -> Int {
        run == .fill && steps.indices.contains(index) ? steps[index].position : index
    }

    /// The masks, on lines of their own like the steps of a run that writes.
    static let masks = Field<Trace>(
        "masks", .list(.object(Step.masks), lines: true),
        "In runs that fill: one for each mask of the prompt, in order.",
        { $0.run == .fill ? $0.steps : [] },
        { trace, read in
            var steps: [Step] = []
            for mask in read {
                steps.append(
                    Step(
                        mask: steps.count, at: mask.position, of: trace.prompt, candidates: mask.candidates,
                        tail: mask.tail, entropyBits: mask.entropyBitsRaw, logSumExp: mask.logSumExp))
            }
            trace.steps = steps
        }, presence: .unless { $0.run != .fill },
        check: { (trace) throws(TraceError) in
            if trace.run != .fill { throw .field(path: "", problem: "stands in runs that fill masks only") }
            var next = 0
            for (place, mask) in trace.steps.enumerated() {
                try within("[\(place)]") { () throws(TraceError) in
                    try within("position") { () throws(TraceError) in
                        if next >= trace.prompt.tokens.count {
                            throw .field(path: "", problem: "is beyond the prompt")
                        }
                        try require(mask.position, in: next...trace.prompt.tokens.count - 1)
                    }
                }
                next = mask.position + 1
            }
        })
}
