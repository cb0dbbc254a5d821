// A scored text in the terminal: how well each of its tokens was foreseen.
internal import Phrases
internal import Traces

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// How well the text was foreseen on the whole.
func scoredLine(_ trace: Trace) -> String {
    // The first token has nothing before it to foresee it.
    let scored = trace.prompt.scores.count { $0 != nil }
    let mean = meanSurprise(trace.prompt).map { fixed($0, 3) } ?? "–"
    return say(
        "scored  \(scored) tokens   \(mean) bits each on average",
        "評分  \(scored) 個詞元   平均 \(mean) 位元")
}

/// Each token of a scored text with what the model gave it.
func scoredTokens(_ trace: Trace) -> [String] {
    let head =
        padded(say("position", "位置"), 9) + padded("#", 8) + "  " + filled(say("token", "詞元"), 20)
        + padded(say("logit", "logit"), 10) + padded(say("p", "機率"), 10) + padded(say("rank", "名次"), 7)
        + padded(say("bits", "位元"), 9)
    return [Terminal.out.style("2", head)]
        + trace.prompt.tokens.enumerated().map { position, token in
            let score = position < trace.prompt.scores.count ? trace.prompt.scores[position] : nil
            return padded("\(position)", 9) + padded("\(token.id)", 8) + "  "
                + filled(clipped(visible(token), 20), 20)
                + padded(score?.logit.map { fixed(Double($0), 4) } ?? "–", 10)
                + padded(score.map { percent($0.probability) } ?? "–", 10)
                + padded(score.map { "\($0.rank)" } ?? "–", 7)
                + padded(score.map { fixed(-log2($0.probability), 3) } ?? "–", 9)
        }
}

/// The bits that each prompt token was worth on average, the first aside; nil where none was scored.
func meanSurprise(_ prompt: Prompt) -> Double? {
    let scores = prompt.scores.compactMap { $0 }
    return scores.isEmpty ? nil : scores.reduce(0) { $0 - log2($1.probability) } / Double(scores.count)
}
