// The masks of a record in the terminal: what was filled in, and the candidates of each.
internal import Phrases
internal import Traces

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What `fill` prints: the filled text and the best of each mask, or the scored tokens; of a model without a head, how
/// much it gave.
func filledLines(_ trace: Trace) -> [String] {
    if trace.run == .score { return scoredTokens(trace) + ["", pseudoPerplexity(trace)] }
    if trace.steps.isEmpty { return [headlessLine(trace)] }
    return [Terminal.out.style("1", readableLines(trace.text)), ""] + bestOfMasks(trace, count: 5)
}

/// A line for each mask with its best candidates, as many of `count` as a terminal's line has room for, one
/// at least.
func bestOfMasks(_ trace: Trace, count: Int) -> [String] {
    let width = Terminal.out.isTerminal ? Terminal.out.columns : .max
    return trace.steps.map { mask in
        var line = say("mask \(mask.index) at position \(mask.position)  ", "遮罩 \(mask.index)，位置 \(mask.position)  ")
        for (place, candidate) in mask.candidates.prefix(count).enumerated() {
            let more =
                (place == 0 ? "" : say(", ", "、"))
                + "\(visible(candidate.bytes, as: candidate.text)) \(percent(candidate.rawProbability))"
            if place > 0, columns(line + more) > width { break }
            line += more
        }
        return line
    }
}

/// The ledger of a mask: its best candidates, and all others together.
func maskLedger(_ trace: Trace, _ index: Int) -> String {
    let (out, mask) = (Terminal.out, trace.steps[index])
    let hidden = trace.prompt.tokens[mask.position]
    let bits = fixed(mask.entropyBitsRaw, 3)
    var lines = [
        out.style("1", say("mask \(index)", "遮罩 \(index)"))
            + say("  position \(mask.position)  ", "  位置 \(mask.position)  ") + visible(hidden)
            + say("  best ", "  最佳 ") + out.style("1", visible(mask.token)) + "  #\(mask.token.id)",
        say("entropy \(bits) bits", "熵 \(bits) 位元"), "",
        out.style(
            "2",
            padded(say("rank", "名次"), 6) + padded("#", 7) + "  " + filled(say("token", "詞元"), 20)
                + padded(say("logit", "logit"), 10) + padded(say("p", "機率"), 10)),
    ]
    for candidate in mask.candidates {
        lines.append(
            padded("\(candidate.rank)", 6) + padded("\(candidate.id)", 7) + "  "
                + filled(clipped(visible(candidate.bytes, as: candidate.text), 20), 20)
                + padded(candidate.logits.first.flatMap { $0 }.map { fixed(Double($0), 4) } ?? "–", 10)
                + padded(percent(candidate.rawProbability), 10))
    }
    if mask.tail.count > 0 {
        lines.append(
            filled(say("  … \(mask.tail.count) more tokens", "  … 另有 \(mask.tail.count) 個詞元"), 45)
                + padded(percent(mask.tail.rawProbability), 10))
    }
    return lines.joined(separator: "\n")
}

/// How a record that fills is told in a line: how much was read, and what was made of it.
func filledLine(_ trace: Trace) -> String {
    let (tokens, masks) = (trace.prompt.tokens.count, trace.steps.count)
    return say("read  \(tokens) tokens   masks  \(masks)", "讀入  \(tokens) 個詞元   遮罩  \(masks) 個")
}

/// Of a model without a head.
private func headlessLine(_ trace: Trace) -> String {
    let (tokens, size) = (trace.prompt.tokens.count, trace.model.hiddenSize)
    let (layers, heads) = (trace.model.layers, trace.model.heads)
    return say(
        "\(tokens) tokens read: attention of \(layers) layers × \(heads) heads, hidden states of \(size) numbers; no candidates",
        "讀入 \(tokens) 個詞元：\(layers) 層 × \(heads) 頭的注意力，每個 \(size) 維的隱藏狀態；沒有候選")
}

/// "3.21 bits each on average; pseudo-perplexity 9.25".
private func pseudoPerplexity(_ trace: Trace) -> String {
    guard let mean = meanSurprise(trace.prompt) else {
        return say("no token of the text was scored", "沒有為任何詞元評分")
    }
    let (bits, perplexity) = (fixed(mean, 3), fixed(exp2(mean), 2))
    return say(
        "each token behind a mask: \(bits) bits on average, pseudo-perplexity \(perplexity)",
        "逐一遮住每個詞元：平均 \(bits) 位元，偽困惑度 \(perplexity)")
}
