// Records of runs, and all that shows one.
internal import Debugging
internal import Figures
internal import JSONText
internal import Phrases
internal import Stages
internal import TraceSamples
internal import Traces
internal import Viewer

/// Runs of all kinds, small.
private func samples() -> [Trace] {
    let small = SampleShape { ($0.layers, $0.heads, $0.steps, $0.candidates) = (2, 2, 4, 5) }
    func made(_ change: (inout SampleShape) -> Void) -> Trace {
        var shape = small
        change(&shape)
        return sampleTrace(shape)
    }
    return [
        made { $0.attention = true }, made { $0.attention = false }, made { $0.beams = 3 },
        made { ($0.lens, $0.inside, $0.promptScores, $0.tailLogits) = (true, true, true, true) },
        sampleFilling(small),
    ]
}

/// What the records of strangers are compared with.
let sample = samples()[0]
let beams = samples()[2]

private func records() throws -> [[UInt8]] { try samples().map { try traceJSON($0) } }

private let lines = [
    "where", "step", "step in", "step in", "step", "step in", "finish", "info candidates 5", "info attention 1.0",
    "info stages", "info kv", "info tokens", "info settings", "info branches", "info beam", "info timing", "list",
    "why top(3)",
    "run to end", "list", "back", "print entropy", "print max(head, attention(head, 0))", "print text",
    "print count(entropy > 1)", "print beam(0).text", "print beam(1).score", "print rank(\" the\")", "lens", "info kv",
    "step in",
    "break entropy > 2", "run to start", "continue", "reverse-continue", "diff 1", "export csv a.csv",
]

extension FuzzTarget {
    static let trace = FuzzTarget("trace") { repository in
        try records() + files(repository, "Tests/DebuggingTests/Fixtures/questions", "trace.json")
    } run: { bytes in
        guard let trace = try? Trace(parsing: Array(bytes)) else { return }
        // What was read once is read again, and is the same.
        if let written = try? traceJSON(trace) {
            guard let again = try? Trace(parsing: written) else {
                broken("a record is refused when it is written again")
            }
            // A number that is none is not even itself.
            guard let more = try? traceJSON(again), more == written else { broken("a record came back changed") }
        }
        let debugger = Debugger([trace, sample])
        walk(debugger, lines)
        tell(difference(trace, sample))
        tell(difference(trace, trace))
        tell(difference(sample, trace))
        // The requests below ask for one of each; with a large vocabulary that is a second's work already.
        for index in trace.steps.indices.prefix(3) where trace.model.vocabularySize <= 1 << 16 {
            _ = try? debugger.whatIf(step: index, settings: trace.settings, uniform: 0.5)
            let tokens = trace.steps[index].candidates.prefix(3).map { $0.id }
            _ = try? debugger.curve(step: index, tokens: tokens, temperatures: [0, 2])
        }
        // The rest of a page is the same for all, and a hundred times the work.
        _ = try? runValues(Array(bytes), title: trace.prompt.text)
        ask(about: bytes)
    }

    static let figures = FuzzTarget("figures") { _ in
        try records()
    } run: { bytes in
        guard let trace = try? Trace(parsing: Array(bytes)) else { return }
        let style = FigureStyle(scale: 0.5)
        _ = try? attentionFigure(trace, selection: .grid, style: style)
        _ = try? attentionFigure(trace, selection: .layer(0), step: trace.steps.count - 1, style: style)
        _ = try? attentionFigure(trace, selection: .head(layer: 0, head: 0), step: 0, style: style)
        _ = try? candidatesFigure(trace, step: 0, style: style)
        _ = try? entropyFigure(trace, style: style)
        _ = try? beamFigure(trace, style: style)
        _ = try? attentionPairFigure(trace, sample, style: style)
    }

    /// A question about each step of a run, of one with beams too.
    static let question = FuzzTarget("question") { repository in
        let cases = try file(repository, "Tests/DebuggingTests/Fixtures/questions/expected.tsv")
        let asked = String(decoding: cases, as: UTF8.self).split(separator: "\n").flatMap { $0.split(separator: "\t") }
        return asked.map { Array($0.utf8) }
    } run: { bytes in
        let source = text(bytes)
        for trace in [sample, beams] {
            guard let question = try? Question(source, in: QuestionScope(trace)) else { continue }
            let reader = TraceReader(trace)
            for index in trace.steps.indices {
                let answer = question.answer(at: index, in: reader)
                for language in Language.allCases { _ = TextRenderer(language: language).text(answer) }
            }
        }
    }

    /// Lines as they are typed in the debugger.
    static let script = FuzzTarget("script") { repository in
        let scripts = try files(repository, "Tests/DebuggingTests/Fixtures/scripts", ".txt")
        let typed =
            scripts.map { String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init) } + [lines]
        return typed.flatMap { lines in
            stride(from: 0, to: lines.count, by: windowLines).map { start in
                Array(lines[start...].prefix(windowLines).joined(separator: "\n").utf8)
            }
        }
    } run: { bytes in
        let debugger = Debugger([sample, beams])
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        walk(debugger, lines.prefix(4 * windowLines).map { text(UnsafeRawBufferPointer(rebasing: $0)) })
    }
}

/// How many lines of a script are one seed.
private let windowLines = 2

/// Carries lines out and tells what came of them, in both languages.
private func walk(_ debugger: Debugger, _ lines: some BidirectionalCollection<String>) {
    let renderers = Language.allCases.map { TextRenderer(language: $0, width: 40) }
    for line in lines {
        do throws(DebuggingError) {
            let outcome = try debugger.execute(line: line)
            for renderer in renderers { _ = renderer.lines(outcome) }
        } catch {
            for renderer in renderers { _ = renderer.lines(error) }
        }
    }
    // What a line could become is asked at each key; here once, of the last.
    if let last = lines.last { _ = debugger.completions(of: last) }
}

private func tell(_ difference: TraceDifference) {
    for language in Language.allCases {
        _ = TextRenderer(language: language).lines(difference, names: (a: "a", b: "b"))
    }
}
