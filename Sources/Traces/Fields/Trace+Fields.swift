// The fields of the trace itself, each on a line of its own in the file.
import JSONText

extension Trace {
    static let table = FieldTable<Trace>(
        "trace",
        "One run of a language model from prompt to text, with every number on the way. Times are seconds, sizes are bytes, entropies are bits, log-probabilities and logits use the natural logarithm. Numbers that are not finite are null. Two equal runs give the same file except for times, memory figures and the thread count.",
        blank: Trace(
            engine: EngineInfo.table.blank, model: ModelInfo.table.blank, settings: Settings(),
            prompt: Prompt.table.blank),
        [
            // Read before all others: a file of another kind or of a later version is not looked into.
            Field(
                "format", .constant("\"\(format)\""), write: { _, json, _ in json.value(format) },
                read: { (_, _, _) throws(TraceError) in }),
            Field(
                "version", .constant("\(version)"),
                "Raised when a field changes its meaning; added fields do not raise it.",
                write: { _, json, _ in json.value(version) }, read: { (_, _, _) throws(TraceError) in }),
            Field(
                "run", .word,
                "score: the prompt's tokens were scored; fill: its masks were filled; neither has steps. Absent where the run generated.",
                { $0.run }, { $0.run = $1 }, presence: .unless { $0.run == .generate }),
            Field("engine", .object(EngineInfo.table), { $0.engine }, { $0.engine = $1 }),
            Field("model", .object(ModelInfo.table), { $0.model }, { $0.model = $1 }),
            Field("settings", .object(Settings.table), { $0.settings }, { $0.settings = $1 }),
            Field("prompt", .object(Prompt.table), { $0.prompt }, { $0.prompt = $1 }),
            Field(
                "steps", .list(.object(Step.table), lines: true), "One for each generated token, in order.",
                { $0.steps }, { $0.steps = $1 }, check: { (trace) throws(TraceError) in try trace.checkPlaces() }),
            masks,
            Field(
                "text", .text,
                "The generated text, without end tokens, cut before a stop string; where masks were filled, the prompt with the best candidate of each.",
                { $0.text }, { $0.text = $1 }),
            Field(
                "ended", .present(.word),
                "Why the run ended before its time; absent where it ended by itself, as the last step's finish says.",
                { $0.ended }, { $0.ended = $1 }, presence: .unless { $0.ended == nil }),
            Field(
                "origin", .kept,
                "The server that ran the model, and which values are observed, recomputed, bounded or unavailable; absent where this program ran it.",
                { $0.origin }, { $0.origin = $1 }, presence: .unless { $0.origin == nil }),
            Field(
                "beam", .orNull(.object(BeamTree.table)), "The tree of a beam search, null otherwise.",
                { $0.beam }, { $0.beam = $1 }, check: { (trace) throws(TraceError) in try trace.checkBeams() }),
            attention,
            Field("metrics", .object(Metrics.table), { $0.metrics }, { $0.metrics = $1 }, isCost: true),
            // Computed from the model alone: no part of what names a run.
            Field(
                "costs", .present(.object(ContextCosts.table)),
                "What context costs on the model; absent in records of earlier builds, and where its shape is not known.",
                { $0.costs }, { $0.costs = $1 }, presence: .unless { $0.costs == nil }, isCost: true),
            Field(
                "parent", .orNull(.object(Parent.table)), "The run this one was forked from, null otherwise.",
                { $0.parent }, { $0.parent = $1 }, presence: .new),
            Field(
                "notes", .list(.text), "Remarks for the reader, such as why something was recorded in less detail.",
                { $0.notes }, { $0.notes = $1 }, presence: .new),
        ])

    /// Large, compressed, and read by its shape: the writer hands its parts over one by one.
    static let attention = Field<Trace>(
        "attention", .orNull(.object("attention")), "Attention weights, null when not recorded.",
        write: { _, json, _ in json.null() },
        read: { (value, trace, _) throws(TraceError) in
            if value.isNull { return }
            trace.attention = try readAttention(
                try ObjectReader(value), trace.model, tokens: trace.tokens.count)
        })

    /// Each step stands in its place, after the prompt.
    private func checkPlaces() throws(TraceError) {
        if run == .fill && !steps.isEmpty {
            throw .field(path: "", problem: "has entries; a run that fills masks has none")
        }
        // A step whose tokens are all listed asks for as many more as it lists.
        let longest = steps.lazy.filter { $0.tail.logits != nil }.map { $0.candidates.count }.max() ?? 0
        var latest = LatestTokens(of: prompt.tokens.lazy.map { $0.id }, limit: TailLogits.seenLimit + longest)
        for (place, step) in steps.enumerated() {
            let position = prompt.tokens.count + place
            try within("[\(place)]") { () throws(TraceError) in
                try within("index") { () throws(TraceError) in try require(step.index, in: place...place) }
                try within("position") { () throws(TraceError) in try require(step.position, in: position...position) }
                try within("residual") { () throws(TraceError) in try step.residual?.checkSizes(model) }
                try within("tail.logits.seen") { () throws(TraceError) in try checkSeen(step, latest) }
            }
            latest.add(step.token.id)
        }
    }

    /// No more tokens on the beams' paths than may be ranked anew at once.
    private func checkBeams() throws(TraceError) {
        guard let beam else { return }
        let depth = beam.nodes.lazy.map { $0.depth }.max() ?? 0
        if depth >= BeamTree.mostTokens / beam.beams {
            throw .field(
                path: "nodes",
                problem: "reach depth \(depth): \(beam.beams) beams have more than \(BeamTree.mostTokens) tokens")
        }
    }

    /// A logit for each token of the context that has one kept.
    private func checkSeen(_ step: Step, _ latest: LatestTokens) throws(TraceError) {
        guard let logits = step.tail.logits else { return }
        let listed = step.candidates.map { $0.id }
        let count = TailLogits.seenTokens(prompt: [], output: latest.ids, listed: listed).count
        if logits.seen.count == count { return }
        throw .field(path: "", problem: "holds \(logits.seen.count) logits for \(count) tokens")
    }

    /// The tokens that ``TailLogits/seen`` of a step speaks of.
    package func unlistedSeen(before step: Step) -> [Int] {
        TailLogits.seenTokens(
            prompt: prompt.tokens.lazy.map { $0.id }, output: steps[..<step.index].lazy.map { $0.token.id },
            listed: step.candidates.map { $0.id })
    }
}

extension ResidualReading {
    /// As many parts as the model has.
    fileprivate func checkSizes(_ model: ModelInfo) throws(TraceError) {
        func check(_ path: String, _ count: Int, _ wanted: Int) throws(TraceError) {
            if count != wanted { throw .field(path: path, problem: "has \(count) entries; the model has \(wanted)") }
        }
        try check("embedding.values", embedding.values.count, model.hiddenSize)
        try check("layers", layers.count, model.layers)
        for (place, layer) in layers.enumerated() {
            try check("layers[\(place)].headLogits", layer.headLogits.count, model.heads)
        }
    }
}
