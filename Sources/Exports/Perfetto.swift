// A run's timeline for Perfetto (ui.perfetto.dev) and whatever else reads the trace event format: one JSON object with a
// list of events. Times are microseconds.
internal import JSONText
internal import Phrases
internal import Traces

extension Export {
    /// Steps with their parts, tokens, stages and layers as slices; entropy, probabilities and the cache as counters.
    public static let perfetto = Export(
        name: "perfetto", suffix: ".perfetto.json",
        title: Phrase("a timeline for Perfetto (ui.perfetto.dev)", "Perfetto（ui.perfetto.dev）用的時間軸"),
        make: { (source, sink) throws(ExportsError) in
            TimelineWriter(trace: source.trace, timeline: try Timeline(source.trace)).write(sink)
        })
}

/// The rows of the timeline, from top to bottom.
private enum Track: Int, CaseIterable {
    case request = 1
    case steps, tokens, stages, layers

    var title: String {
        switch self {
        case .request: "request"
        case .steps: "steps"
        case .tokens: "tokens"
        // What a viewer shows beside the row has to say it: the widths of these mean nothing.
        case .stages: "stages (in order; no time is recorded for one)"
        case .layers: "layers (in order; no time is recorded for one)"
        }
    }
}

/// What the width of a slice means: its category in the file.
private enum Width: String {
    /// How long it took.
    case measured
    /// An equal part of something that was measured.
    case share
}

/// Writes the events of one run.
private struct TimelineWriter {
    let trace: Trace
    let timeline: Timeline
    private let events = TraceEvents()

    init(trace: Trace, timeline: Timeline) { (self.trace, self.timeline) = (trace, timeline) }

    func write(_ sink: Export.Sink) {
        events.begin { json in Self.facts(trace, &json) }
        names()
        request()
        sink(events.drain())
        for (place, step) in trace.steps.enumerated() {
            self.step(step, place)
            sink(events.drain())
        }
        sink(events.end())
    }

    /// What the whole run says of itself.
    private static func facts(_ trace: Trace, _ json: inout JSONWriter) {
        json.member("format", "stepglass-perfetto")
        json.member("run", trace.run.rawValue)
        json.member("model", readable(trace.model.name))
        json.member("engine", readable(trace.engine.version))
        json.member("text", readable(trace.text))
        json.member("timeToFirstTokenSeconds", trace.metrics.timeToFirstTokenSeconds)
        json.member("timePerOutputTokenSeconds", trace.metrics.timePerOutputTokenSeconds)
        json.member(
            "times", "durations as recorded, laid end to end; category 'share' is equal parts of one, not measured")
    }

    // MARK: events

    private func slice(
        _ name: String, _ track: Track, _ width: Width, _ span: TimeSpan, _ arguments: (inout JSONWriter) -> Void
    ) {
        events.slice(name, on: track.rawValue, width.rawValue, span, arguments)
    }

    private func names() {
        events.metadata("process_name", track: 0) { $0.member("name", "stepglass: " + readable(trace.model.name)) }
        for track in Track.allCases where track != .layers || hasLayers {
            events.metadata("thread_name", track: track.rawValue) { $0.member("name", track.title) }
            events.metadata("thread_sort_index", track: track.rawValue) { $0.member("sort_index", track.rawValue) }
        }
    }

    private func request() {
        let metrics = trace.metrics
        slice("load the model", .request, .measured, timeline.load) { _ in }
        if trace.steps.isEmpty || trace.run != .generate {
            slice("read the text", .request, .measured, timeline.prefill) { json in
                json.member("tokens", trace.prompt.tokens.count)
            }
        } else {
            slice("time to first token", .request, .measured, timeline.firstToken) { json in
                json.member("seconds", metrics.timeToFirstTokenSeconds)
                json.member("promptTokens", trace.prompt.tokens.count)
            }
        }
        // The record's own time to the first token may say otherwise than its steps: the two never overlap.
        if let first = timeline.steps.first, let last = timeline.steps.last, timeline.steps.count > 1,
            last.record.end >= timeline.firstToken.end
        {
            let span = TimeSpan(start: max(first.record.end, timeline.firstToken.end), end: last.record.end)
            slice("later tokens", .request, .measured, span) { json in
                json.member("tokens", timeline.steps.count - 1)
                json.member("secondsPerToken", metrics.timePerOutputTokenSeconds)
            }
        }
        slice("tokenize", .steps, .measured, timeline.tokenize) { json in
            json.member("tokens", trace.prompt.tokens.count)
        }
    }

    private func step(_ step: Step, _ place: Int) {
        let spans = timeline.steps[place]
        let name = (trace.run == .fill ? "mask " : "step ") + "\(step.index)"
        slice(name, .steps, .measured, spans.whole) { json in Self.write(step, &json) }
        slice("forward", .steps, .measured, spans.forward) { _ in }
        slice("choose", .steps, .measured, spans.choose) { _ in }
        slice("record", .steps, .measured, spans.record) { _ in }
        // A token is what there is until the next one is chosen.
        let until = place + 1 < timeline.steps.count ? timeline.steps[place + 1].choose.end : spans.record.end
        let shown = TimeSpan(start: spans.choose.end, end: until)
        slice(label(step.token), .tokens, .measured, shown) { json in
            json.member("step", step.index)
            json.member("id", step.token.id)
        }
        for (stage, span) in zip(step.stages, spans.choose.parts(step.stages.count)) {
            slice(readable(stage.name), .stages, .share, span) { json in
                json.member("step", step.index)
                json.member("kept", stage.kept)
                json.member("removed", stage.removed)
                for number in stage.parameters { json.member("parameter " + readable(number.name), number.value) }
            }
        }
        layers(step, spans.forward)
        counters(step, place, at: spans.choose.end)
    }

    private func layers(_ step: Step, _ forward: TimeSpan) {
        let readings = LayerReading.all(of: step)
        for (reading, span) in zip(readings, forward.parts(readings.count)) {
            slice(reading.name, .layers, .share, span) { json in
                json.member("step", step.index)
                reading.write(&json)
            }
        }
    }

    private func counters(_ step: Step, _ place: Int, at time: Int64) {
        events.counter("entropy", time) { json in
            json.member("raw bits", step.entropyBitsRaw)
            json.member("final bits", step.entropyBitsFinal)
        }
        if let chosen = step.chosen {
            events.counter("probability of the token", time) { json in
                json.member("raw", chosen.rawProbability)
                json.member("final", chosen.probability)
            }
        }
        if let last = step.stages.last { events.counter("tokens in play", time) { $0.member("kept", last.kept) } }
        let cache = trace.costs?.steps.cacheBytes ?? []
        if place < cache.count { events.counter("key/value cache", time) { $0.member("bytes", cache[place]) } }
    }

    private var hasLayers: Bool { trace.steps.contains { !LayerReading.all(of: $0).isEmpty } }

    private static func write(_ step: Step, _ json: inout JSONWriter) {
        json.member("step", step.index)
        json.member("position", step.position)
        json.member("id", step.token.id)
        json.member("text", readable(step.token.text))
        json.member("bytes", step.token.bytes.map { hexadecimal($0) }.joined().lowercased())
        json.member("rawProbability", step.chosen?.rawProbability)
        json.member("probability", step.chosen?.probability)
        if let draw = step.draw { json.member("draw", draw.uniform) }
        if let finish = step.finish { json.member("finish", finish.rawValue) }
    }

    private func label(_ token: Token) -> String {
        let text = visible(token.bytes)
        return text.isEmpty ? "#\(token.id)" : text
    }
}
