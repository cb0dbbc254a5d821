// A run in a page, as `stepglass show` prints it.
internal import Engines
internal import Generation
internal import Phrases
internal import Stages
internal import Traces

/// The run in a page: what ran, the text, each step in a line, the costs.
func summary(_ trace: Trace, columns: Int) -> String {
    let out = Terminal.out
    let model = trace.model
    let millions = (model.parameters + 500_000) / 1_000_000
    var lines = [
        out.style("1", readable(model.name))
            + say(
                "  \(readable(model.architecture)), \(model.layers) layers × \(model.heads) heads, \(millions) M parameters",
                "  \(readable(model.architecture))，\(model.layers) 層 × \(model.heads) 頭，\(chineseCount(millions: millions))個參數"
            ),
        ofRun(trace),
        "",
        out.style("2", readableLines(trace.prompt.rendered))
            + (trace.run == .generate ? readableLines(trace.text) : ""),
        "",
    ]
    switch trace.run {
    case .score: lines += scoredTokens(trace)
    case .fill:
        if !trace.steps.isEmpty { lines += [out.style("1", readableLines(trace.text)), ""] }
        lines += bestOfMasks(trace, count: 5)
    case .generate: lines.append(out.style("2", summaryHeader()))
    }
    for step in trace.steps where trace.run == .generate {
        let chosen = step.chosen
        lines.append(
            padded("\(step.index)", 5) + padded("\(step.token.id)", 8) + "  "
                + filled(clipped(visible(step.token), 20), 20)
                + padded(chosen.map { percent($0.probability) } ?? "?", 10)
                + padded(chosen.map { "\($0.rank)" } ?? "?", 7)
                + padded(fixed(step.entropyBitsRaw, 2), 10) + padded("\(step.stages.last?.kept ?? 0)", 6)
                + padded(step.draw.map { fixed($0.uniform, 5) } ?? "–", 9))
    }
    lines += [""] + (trace.run == .generate ? [times(trace.metrics)] : [])
    lines.append(sizes(trace.metrics, isElsewhere: trace.origin != nil))
    if let beam = trace.beam {
        lines.append(
            say(
                "beam search: \(beam.beams) beams, \(beam.nodes.count) nodes, \(beam.hypotheses.count) hypotheses "
                    + "(show … --beams)",
                "集束搜尋：集束寬度 \(beam.beams)，\(beam.nodes.count) 個節點，\(beam.hypotheses.count) 條寫完的路徑（show … --beams）"))
    }
    for line in trace.engineOrigin?.lines ?? [] { lines.append(line[Console.language]) }
    for note in trace.notes { lines.append(noteLine(TraceNotes.phrase(note))[Console.language]) }
    return lines.joined(separator: "\n")
}

/// What the run did with its prompt, in a line.
private func ofRun(_ trace: Trace) -> String {
    switch trace.run {
    case .generate: generatedLine(trace)
    case .score: scoredLine(trace)
    case .fill: filledLine(trace)
    }
}

private func generatedLine(_ trace: Trace) -> String {
    say(
        "prompt  \(trace.prompt.tokens.count) tokens   generated  \(trace.steps.count) tokens   ended by  ",
        "提示  \(trace.prompt.tokens.count) 個詞元   產生  \(trace.steps.count) 個詞元   結束原因  ")
        + (trace.steps.last?.finish?.phrase ?? trace.ended?.phrase ?? Phrase("not ended", "尚未結束"))[Console.language]
}

private func summaryHeader() -> String {
    padded(say("step", "步"), 5) + padded("#", 8) + "  " + filled(say("token", "詞元"), 20)
        + padded(say("final p", "最終機率"), 10)
        + padded(say("rank", "名次"), 7) + padded(say("raw bits", "原始熵"), 10) + padded(say("kept", "留下"), 6)
        + padded(say("uniform", "亂數"), 9)
}

/// How long the first token took, and those after it.
private func times(_ metrics: Metrics) -> String {
    let first = fixed(metrics.timeToFirstTokenSeconds, 3)
    let later = metrics.timePerOutputTokenSeconds.map { fixed(1000 * $0, 2) }
    let times =
        Phrase("first token after \(first) s, then ", "第一個詞元在 \(first) 秒後，之後")
        + (later.map { Phrase("\($0) ms a token", "每個詞元 \($0) 毫秒") } ?? Phrase("no more", "沒有了"))
    return times[Console.language]
}

/// Of a run through an engine elsewhere, only what this program took is known.
private func sizes(_ metrics: Metrics, isElsewhere: Bool) -> String {
    if isElsewhere {
        let peak = byteText(metrics.peakMemoryBytes)
        return Phrase("peak here \(peak.english)", "這裡的記憶體峰值 \(peak.chinese)")[Console.language]
    }
    let (weights, cache) = (byteText(metrics.weightBytes), byteText(metrics.keyValueCacheBytes))
    let (record, peak) = (byteText(metrics.recordBytes), byteText(metrics.peakMemoryBytes))
    let sizes = Phrase(
        "weights \(weights.english), key/value cache \(cache.english), "
            + "recorded \(record.english), peak \(peak.english)",
        "權重 \(weights.chinese)，鍵值快取 \(cache.chinese)，記錄 \(record.chinese)，記憶體峰值 \(peak.chinese)")
    return sizes[Console.language]
}

/// Millions as Chinese counts them: in 萬, from a hundred millions on in 億.
private func chineseCount(millions: Int64) -> String {
    if millions < 100 { return "\(millions * 100) 萬" }
    let (whole, hundredths) = (millions / 100, millions % 100)
    if hundredths == 0 { return "\(whole) 億" }
    return hundredths < 10 ? "\(whole).0\(hundredths) 億" : "\(whole).\(hundredths) 億"
}
