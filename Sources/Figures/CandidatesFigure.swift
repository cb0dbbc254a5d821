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
    let before = contextEnd(trace.tokens, upTo: shown.position)
    let model = plainLine(String(trace.model.name.prefix(120)))
    let token = isolated(String(tokenLabel(shown.token, limit: 40).prefix(40)))
    return try candidatesFigure(
        shown, showsLogits: false, isBeamSearch: trace.beam != nil, isForced: trace.settings.forced[step] != nil,
        style: style
    ) { words in
        (title: "\(model) · \(words.step(step))", subtitle: words.chosenAfter(before, token: token))
    }
}

/// The same picture for logits given by hand, with a column of logits for every stage.
///
/// `step` is the record of the stages over those logits; `title` says what they are.
public func sampleFigure(
    _ step: Step, title: String, style: FigureStyle = FigureStyle()
) throws(FigureError) -> Figure {
    try candidatesFigure(step, showsLogits: true, isBeamSearch: false, isForced: false, style: style) { _ in
        (plainLine(title), nil)
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
    _ step: Step, showsLogits: Bool, isBeamSearch: Bool, isForced: Bool, style: FigureStyle,
    head: (Wording) -> (title: String, subtitle: String?)
) throws(FigureError) -> Figure {
    guard !step.candidates.isEmpty else { throw .noLogits }
    let theme = try Theme(style)
    let fonts = try FontBook()
    let words = Wording(style, fonts: fonts)
    let rows = CandidateRows(step, showsLogits: showsLogits, theme: theme, fonts: fonts, words: words)
    let strip = DrawStrip(step, width: rows.width, theme: theme, fonts: fonts, words: words)
    let gap = theme.px(22)
    let contentHeight = rows.height + (strip.map { gap + $0.height } ?? 0)
    let (title, subtitle) = head(words)
    var sentences: [String] = subtitle.map { [$0] } ?? []
    sentences.append(words.pipeline(step, isBeamSearch: isBeamSearch, isForced: isForced))
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
