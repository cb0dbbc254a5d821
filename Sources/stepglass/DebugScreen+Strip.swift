// The token strip: the text around the cursor, each token tinted by a number.
internal import Phrases
internal import Debugging
internal import Traces

extension DebugScreen {
    /// The last lines of text around the cursor; the cursor's token stands in reverse, what comes after it is faint.
    func strip(_ width: Int, _ height: Int) -> [DebugRow] {
        let trace = debugger.trace
        let tokens = trace.tokens
        let promptCount = trace.prompt.tokens.count
        let cursor = debugger.place.step.map { trace.position(ofStep: $0) } ?? promptCount - 1
        let weights = tint == .attention ? debugger.attention(layer: layer, head: head) : []
        // Enough tokens before the cursor to fill the strip, however short they are.
        let first = max(0, cursor - width * height)
        var lines = [DebugRow()]
        var cursorLine = 0
        for position in first..<tokens.count {
            if position > cursor + width * height { break }
            let style = style(position, cursor, promptCount, weights)
            let text = shown(tokens[position], isCursor: position == cursor)
            // A token stays on one line where it can.
            let size = columns(text)
            if lines[lines.count - 1].width + size > width - 1, size < width / 2 { lines.append(DebugRow()) }
            for character in text {
                if lines[lines.count - 1].width + columns(character) > width - 1 { lines.append(DebugRow()) }
                lines[lines.count - 1].add(String(character), style)
            }
            if position == cursor { cursorLine = lines.count - 1 }
        }
        let top = max(0, min(cursorLine - height / 2, lines.count - height))
        var rows = lines.dropFirst(top).prefix(height).map { $0.fitted(to: width) }
        while rows.count < height { rows.append(DebugRow().fitted(to: width)) }
        return rows
    }

    /// What the token adds to the text; an unfinished character is shown at the token that completes it.
    private func shown(_ token: Token, isCursor: Bool) -> String {
        if token.special { return escaped(token.bytes) }
        if token.text.isEmpty { return isCursor ? "·" : "" }
        return readable(Array(token.text.utf8))
    }

    private func style(_ position: Int, _ cursor: Int, _ promptCount: Int, _ weights: [Double]) -> DebugStyle {
        var style = DebugStyle()
        if position == cursor { style.reverse = true }
        if position > cursor { style.faint = true }
        guard position != cursor, let share = share(position, promptCount, weights) else { return style }
        let level = min(3, max(0, Int(exactly: (share * 4).rounded(.down)) ?? 0))
        if hasColor {
            guard share > 0.02 else { return style }
            let color = ColorMap.debugStrip[min(255, max(0, Int(exactly: (share * 255).rounded(.down)) ?? 0))]
            style.background = cubeColor(color)
            // Dark ground takes light text: relative luminance decides.
            let light = 0.2126 * Double(color.red) + 0.7152 * Double(color.green) + 0.0722 * Double(color.blue)
            style.foreground = light < 128 ? 231 : 16
            style.faint = false
        } else {
            style.underline = level == 1 || level == 3
            style.bold = level >= 2
        }
        return style
    }

    /// 0…1 for the tint; nil where the token has no such number.
    private func share(_ position: Int, _ promptCount: Int, _ weights: [Double]) -> Double? {
        if tint == .attention { return position < weights.count ? weights[position].squareRoot() : nil }
        if position < promptCount { return score(position) }
        guard position - promptCount < debugger.trace.steps.count else { return nil }
        let step = debugger.trace.steps[position - promptCount]
        switch tint {
        case .none, .attention: return nil
        case .probability: return step.chosen?.rawProbability
        // 8 bits and more take the full tint.
        case .surprise: return step.chosen.map { min(1, -log2OrLarge($0.rawProbability) / 8) }
        case .entropy: return min(1, step.entropyBitsRaw / 8)
        }
    }

    /// The same of a prompt token, where it was scored.
    private func score(_ position: Int) -> Double? {
        let scores = debugger.trace.prompt.scores
        guard position < scores.count, let score = scores[position] else { return nil }
        return switch tint {
        case .none, .attention: nil
        case .probability: score.probability
        case .surprise: min(1, -log2OrLarge(score.probability) / 8)
        case .entropy: min(1, score.entropyBits / 8)
        }
    }

    private func log2OrLarge(_ p: Double) -> Double {
        // The exponent and a linear piece are exact enough for a tint.
        p > 0 ? Double(p.exponent) + p.significand - 1 : -64
    }
}

extension ColorMap {
    /// The map of the strip; its light end is the terminal's own ground.
    static let debugStrip = ColorMap.light.entries
}
