// How one token was chosen: every candidate's probability before and after the stages, the tail, the draw. The rows and
// the draw are in CandidateRows.swift and DrawStrip.swift.
public import Traces

/// The candidates of a step with their raw and final probabilities; what a stage removed is struck through and names
/// the stage. Below, the final probabilities side by side and where the draw fell.
///
/// - Throws: ``FigureError`` when there is no such step, the scale is out of range, no font is found, or the picture
///   would be too large.
public func candidatesFigure(
    _ trace: Trace, step: Int, style: FigureStyle = FigureStyle()
) throws(FigureError) -> Figure {
    guard !trace.steps.isEmpty else { throw .noSteps }
    guard trace.steps.indices ~= step else { throw .stepOutOfRange(step: step, steps: trace.steps.count) }
    let shown = trace.steps[step]
    if trace.run == .fill { return try maskFigure(trace, shown, style) }
    let before = contextEnd(trace.tokens, upTo: shown.position)
    let model = plainLine(String(trace.model.name.prefix(120)))
    let token = isolated(String(tokenLabel(shown.token, limit: 40).prefix(40)))
    return try candidatesFigure(shown, showsLogits: false, style: style) { words in
        (
            title: "\(model) · \(words.step(step))",
            sentences: [
                words.chosenAfter(before, token: token),
                words.pipeline(
                    shown, isBeamSearch: trace.beam != nil, isForced: trace.settings.forced[step] != nil),
            ]
        )
    }
}

/// The candidates of a mask: one probability each, and nothing drawn.
private func maskFigure(_ trace: Trace, _ mask: Step, _ style: FigureStyle) throws(FigureError) -> Figure {
    let model = plainLine(String(trace.model.name.prefix(120)))
    let best = isolated(String(tokenLabel(mask.token, limit: 40).prefix(40)))
    return try candidatesFigure(mask, showsLogits: true, style: style) { words in
        (
            title: "\(model) · \(words.mask(mask.index))",
            sentences: [words.maskAt(mask.position, best: best), words.maskReading]
        )
    }
}

/// The same picture for logits given by hand, with a column of logits for every stage.
///
/// `step` is the record of the stages over those logits; `title` says what they are.
public func sampleFigure(
    _ step: Step, title: String, style: FigureStyle = FigureStyle()
) throws(FigureError) -> Figure {
    try candidatesFigure(step, showsLogits: true, style: style) { words in
        (title: plainLine(title), sentences: [words.pipeline(step, isBeamSearch: false)])
    }
}

/// The last words of the context before a position: what the model had just read.
func contextEnd(_ tokens: [Token], upTo position: Int) -> String {
    let before = tokens[..<min(max(position, 0), tokens.count)].suffix(24)
    let text = before.map(\.text).joined()
    let most = 48
    return isolated((text.count > most ? "…" : "") + wholeLine(String(text.suffix(most)), of: before))
}

private func candidatesFigure(
    _ step: Step, showsLogits: Bool, style: FigureStyle,
    head: (Wording) -> (title: String, sentences: [String])
) throws(FigureError) -> Figure {
    guard !step.candidates.isEmpty else { throw .noLogits }
    let theme = try Theme(style)
    let fonts = try FontBook()
    let words = Wording(style, fonts: fonts)
    let rows = CandidateRows(step, showsLogits: showsLogits, theme: theme, fonts: fonts, words: words)
    let strip = DrawStrip(step, width: rows.width, theme: theme, fonts: fonts, words: words)
    let gap = theme.px(22)
    let contentHeight = rows.height + (strip.map { gap + $0.height } ?? 0)
    let (title, sentences) = head(words)
    let frame = PageFrame(
        title: title, subtitle: words.join(sentences), captions: [], contentWidth: rows.width, theme: theme,
        fonts: fonts)
    var canvas = try Canvas(
        width: frame.width, height: frame.height(content: contentHeight), paper: theme.palette.paper)
    let inks = Inks(theme, on: &canvas, steps: 0)
    frame.draw(on: &canvas, inks: inks, fonts: fonts, contentHeight: contentHeight)
    let x = theme.px(Theme.margin), y = frame.top
    rows.draw(on: &canvas, fonts: fonts, inks: inks, x: x, y: y)
    strip?.draw(on: &canvas, fonts: fonts, inks: inks, x: x, y: y + rows.height + gap)
    return try canvas.figure(fonts: fonts, words: words)
}
