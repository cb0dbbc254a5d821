// A beam search as a tree: one column a step, the best hypothesis on top, every expanded node in its place. The columns
// are laid out in BeamColumns.swift.
public import Traces

/// The tree of a beam search with live, pruned, finished and chosen nodes, and the finished hypotheses below.
///
/// - Throws: ``FigureError`` when the trace has no beam search, the scale is out of range, no font is found, or the
///   picture would be too large.
public func beamFigure(_ trace: Trace, style: FigureStyle = FigureStyle()) throws(FigureError) -> Figure {
    guard let beam = trace.beam, !beam.nodes.isEmpty else { throw .noBeam }
    let theme = try Theme(style)
    let fonts = try FontBook()
    let words = Wording(style, fonts: fonts)
    let columns = BeamColumns(beam, theme: theme, fonts: fonts)
    let list = HypothesisList(beam, width: max(columns.width, theme.px(460)), theme: theme, fonts: fonts, words: words)
    let gap = theme.px(24)
    let contentHeight = columns.height + (list.rows.isEmpty ? 0 : gap + list.height)
    let frame = PageFrame(
        title: [plainLine(String(trace.model.name.prefix(120))), words.beamTitle(beam.beams)].joined(separator: " · "),
        subtitle: words.beamReading(beam),
        captions: columns.folded > 0 ? [words.foldedNodes(columns.folded)] : [],
        contentWidth: max(columns.width, list.width), theme: theme,
        fonts: fonts)
    var canvas = try Canvas(
        width: frame.width, height: frame.height(content: contentHeight), paper: theme.palette.paper)
    let inks = Inks(theme, on: &canvas, steps: 0)
    frame.draw(on: &canvas, inks: inks, fonts: fonts, contentHeight: contentHeight)
    let x = theme.px(Theme.margin), y = frame.top
    columns.draw(on: &canvas, fonts: fonts, inks: inks, x: x, y: y)
    list.draw(on: &canvas, fonts: fonts, inks: inks, x: x, y: y + columns.height + gap)
    return try canvas.figure(fonts: fonts, words: words)
}

/// The finished hypotheses, best first: rank, score, sum of log-probabilities, text.
private struct HypothesisList {
    let theme: Theme
    let rows: [(rank: TextRun, score: TextRun, sum: TextRun, text: TextRun)]
    private let heads: (score: TextRun, sum: TextRun, text: TextRun)
    private let scoreRight: Int
    private let sumRight: Int
    private let textLeft: Int
    let width: Int

    init(_ beam: BeamTree, width: Int, theme: Theme, fonts: FontBook, words: Wording) {
        self.theme = theme
        let size = theme.size(Theme.textSize), small = theme.size(Theme.tickSize)
        heads = (
            fonts.layout(words.score, size: small), fonts.layout(words.sumLogProbability, size: small),
            fonts.layout(words.hypothesis, size: small)
        )
        let column = theme.px(14)
        let most = 16
        let texts = beam.hypotheses.prefix(most).enumerated().map { number, hypothesis in
            (
                rank: fonts.layout("\(number + 1)", size: size),
                score: fonts.layout(fixed(hypothesis.score, 3), size: size, weight: number == 0 ? .bold : .regular),
                sum: fonts.layout(fixed(hypothesis.sumLogProbability, 3), size: size),
                line: wholeLine(String(hypothesis.text.prefix(400)), of: beam.lastTokens(of: hypothesis))
            )
        }
        scoreRight = theme.px(20) + wholePixels(max(texts.map(\.score.width).max() ?? 0, heads.score.width)) + column
        sumRight = scoreRight + column + wholePixels(max(texts.map(\.sum.width).max() ?? 0, heads.sum.width))
        textLeft = sumRight + column
        let room = Double(max(min(width, theme.px(900)) - textLeft, theme.px(160)))
        rows = texts.enumerated().map { number, row in
            let text = fonts.layout(row.line, size: size, weight: number == 0 ? .bold : .regular, limit: room)
            return (row.rank, row.score, row.sum, text)
        }
        self.width = textLeft + wholePixels((rows.map(\.text.width).max() ?? 0).rounded(.up))
    }

    private var pitch: Int { theme.px(19) }
    var height: Int { (rows.count + 1) * pitch }

    func draw(on canvas: inout Canvas, fonts: FontBook, inks: Inks, x: Int, y: Int) {
        guard !rows.isEmpty else { return }
        let head = Double(y) + theme.size(Theme.tickSize)
        fonts.draw(heads.score, on: &canvas, x: Double(x + scoreRight) - heads.score.width, y: head, ink: inks.muted)
        fonts.draw(heads.sum, on: &canvas, x: Double(x + sumRight) - heads.sum.width, y: head, ink: inks.muted)
        fonts.draw(heads.text, on: &canvas, x: Double(x + textLeft), y: head, ink: inks.muted)
        for (number, row) in rows.enumerated() {
            let baseline = Double(y + (number + 1) * pitch) + theme.size(Theme.textSize)
            let ink = number == 0 ? inks.accent : inks.ink
            fonts.draw(
                row.rank, on: &canvas, x: Double(x + theme.px(20)) - row.rank.width, y: baseline, ink: inks.muted)
            fonts.draw(row.score, on: &canvas, x: Double(x + scoreRight) - row.score.width, y: baseline, ink: ink)
            fonts.draw(row.sum, on: &canvas, x: Double(x + sumRight) - row.sum.width, y: baseline, ink: inks.ink)
            fonts.draw(row.text, on: &canvas, x: Double(x + textLeft), y: baseline, ink: ink)
        }
    }
}

extension BeamTree {
    /// The last four tokens of a hypothesis, from its nodes.
    fileprivate func lastTokens(of hypothesis: BeamHypothesis) -> [Token] {
        var tokens: [Token] = []
        let parents = parentPlaces()
        var next = nodes.firstIndex {
            $0.depth == hypothesis.tokens.count - 1 && $0.sumLogProbability == hypothesis.sumLogProbability
        }
        while let place = next, tokens.count < 4 {
            tokens.insert(nodes[place].token, at: 0)
            next = parents[place]
        }
        return tokens
    }
}
