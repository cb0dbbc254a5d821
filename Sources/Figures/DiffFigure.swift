// Two runs side by side: how far apart their distributions are at every step, and where they part.
public import Traces

/// One step of two runs.
public struct StepPair: Equatable, Sendable {
    /// The token each run chose; nil where a run has ended.
    public var first: Token?
    /// The second run's token; nil where that run has ended.
    public var second: Token?
    /// Kullback-Leibler divergence of the second's distribution from the first's, in bits; nil where there is none to
    /// compare (after the fork).
    public var divergenceBits: Double?
    /// The divergence is at least that much, and may be more.
    public var isLowerBound: Bool

    /// A step with the token of each run, nil where it has ended, and the divergence in bits.
    public init(first: Token?, second: Token?, divergenceBits: Double?, isLowerBound: Bool = false) {
        self.first = first
        self.second = second
        self.divergenceBits = divergenceBits
        self.isLowerBound = isLowerBound
    }
}

/// The divergence of two runs over their steps; the step where they part is marked.
///
/// - Parameters:
///   - names: what the two runs are called, as ("temperature 0.7", "temperature 1.5").
///   - fork: the first step whose tokens differ; nil when the runs are the same.
/// - Throws: ``FigureError`` when there are no steps, the scale is out of range, no font is found, or the picture would
///   be too large.
public func diffFigure(
    names: (first: String, second: String), steps: [StepPair], fork: Int?, style: FigureStyle = FigureStyle()
) throws(FigureError) -> Figure {
    guard !steps.isEmpty else { throw .noSteps }
    let theme = try Theme(style)
    let fonts = try FontBook()
    let words = Wording(style, fonts: fonts)
    let fork = fork.flatMap { steps.indices.contains($0) ? $0 : nil }
    // After the last step that can be compared a few more show how the texts go on.
    let compared = (steps.lastIndex { $0.divergenceBits != nil } ?? -1) + 1
    let shown = min(max(compared, (fork ?? 0) + 1) + stepsAfterFork, steps.count)
    let chart = DivergenceChart(Array(steps[..<shown]), fork: fork, theme: theme, fonts: fonts, words: words)
    let frame = PageFrame(
        title: words.diffTitle(plainLine(String(names.first.prefix(80))), plainLine(String(names.second.prefix(80)))),
        subtitle: words.join([words.diffReading, fork.map(words.parted) ?? words.neverParted]),
        captions: (chart.hasLowerBounds ? [words.lowerBounds] : [])
            + (chart.labels.stride > 1 ? [words.skippedLabels(chart.labels.stride)] : [])
            + (shown < steps.count ? [words.furtherSteps(steps.count - shown)] : []),
        contentWidth: chart.width, theme: theme, fonts: fonts)
    var canvas = try Canvas(
        width: frame.width, height: frame.height(content: chart.height), paper: theme.palette.paper)
    let inks = Inks(theme, on: &canvas, steps: 0)
    frame.draw(on: &canvas, inks: inks, fonts: fonts, contentHeight: chart.height)
    chart.draw(on: &canvas, fonts: fonts, inks: inks, x: theme.px(Theme.margin), y: frame.top)
    return try canvas.figure(fonts: fonts, words: words)
}

private let plotWidth = (least: 380.0, most: 940.0)
private let comfortablePitch = 24.0
private let plotHeight = 190.0
private let stepsAfterFork = 6

private struct DivergenceChart {
    let steps: [StepPair]
    let fork: Int?
    let theme: Theme
    let labels: AxisLabels
    private let pitch: Double
    private let plotPixels: Int
    private let left: Int
    private let axis: ValueAxis
    private let titles: (value: TextRun, step: TextRun, fork: TextRun)
    let width: Int
    let height: Int
    private let atLeast: TextRun
    var hasLowerBounds: Bool { steps.contains(where: Self.isBound) }

    init(_ steps: [StepPair], fork: Int?, theme: Theme, fonts: FontBook, words: Wording) {
        self.steps = steps
        self.fork = fork
        self.theme = theme
        plotPixels = theme.px(min(max(Double(steps.count) * comfortablePitch, plotWidth.least), plotWidth.most))
        pitch = Double(plotPixels) / Double(steps.count)
        labels = AxisLabels(
            { Self.label(steps[$0]) }, count: steps.count, pitch: pitch, direction: .columns, marked: fork,
            theme: theme, fonts: fonts)
        left = theme.px(Theme.tickSize * 1.8) + theme.px(40)
        width = left + plotPixels + theme.px(6)
        let largest = steps.compactMap(\.divergenceBits).filter(\.isFinite).max() ?? 0
        axis = ValueAxis(largest: max(largest, 0.001), ticks: 5, extent: theme.px(plotHeight))
        let size = theme.size(Theme.tickSize)
        titles = (
            fonts.layout(words.divergenceAxis, size: size), fonts.layout(words.stepAxis, size: size),
            fonts.layout(words.fork, size: size, weight: .bold)
        )
        atLeast = fonts.layout("≥", size: size)
        height = theme.px(plotHeight + 24) + labels.depth + theme.px(8) + theme.px(Theme.tickSize * 1.8)
    }

    /// An infinite bound says all there is to say.
    private static func isBound(_ pair: StepPair) -> Bool {
        pair.isLowerBound && (pair.divergenceBits?.isFinite ?? false)
    }

    private func drawBars(on canvas: inout Canvas, fonts: FontBook, inks: Inks, plot: Box) {
        let bar = canvas.color(theme.finalBar)
        let pale = canvas.color(mix(theme.finalBar, over: theme.palette.paper, 0.35))
        for (number, pair) in steps.enumerated() {
            guard let bits = pair.divergenceBits else { continue }
            let middle = Double(plot.x) + (Double(number) + 0.5) * pitch
            let start = wholePixels((middle - pitch * 0.32).rounded())
            let thickness = max(wholePixels((middle + pitch * 0.32).rounded()) - start, 1)
            let height = wholePixels(axis.offset(bits).rounded())
            let top = plot.bottom - height
            guard Self.isBound(pair) else {
                canvas.fill(
                    Box(x: start, y: top, width: thickness, height: height), bits.isFinite ? bar : inks.invalid)
                continue
            }
            canvas.fill(Box(x: start, y: top, width: thickness, height: height), pale)
            // Sides that go on above the value, and no line across: the bar is open.
            let beyond = theme.px(5), side = theme.hairline
            if thickness >= 4 * side {
                for x in [start, start + thickness - side] {
                    canvas.fill(Box(x: x, y: top - beyond, width: side, height: height + beyond), bar)
                }
            }
            if atLeast.width <= pitch {
                fonts.draw(
                    atLeast, on: &canvas, x: middle - atLeast.width / 2, y: Double(top - beyond) - theme.size(2),
                    ink: inks.muted)
            }
        }
    }

    private static func label(_ pair: StepPair) -> String {
        let first = pair.first.map { tokenLabel($0, limit: 24) } ?? "–"
        let second = pair.second.map { tokenLabel($0, limit: 24) } ?? "–"
        return first == second ? first : "\(isolated(first)) ≠ \(isolated(second))"
    }

    func draw(on canvas: inout Canvas, fonts: FontBook, inks: Inks, x: Int, y: Int) {
        let plot = Box(x: x + left, y: y + theme.px(20), width: plotPixels, height: theme.px(plotHeight))
        let decimals = axis.decimals
        axis.drawRows(on: &canvas, plot: plot, theme: theme, fonts: fonts, inks: inks) { fixed($0, decimals) }
        drawBars(on: &canvas, fonts: fonts, inks: inks, plot: plot)
        if let fork {
            let place = plot.x + wholePixels((Double(fork) * pitch).rounded())
            canvas.fill(
                Box(x: place - theme.px(0.5), y: plot.y, width: theme.px(1), height: plot.height), inks.accent)
            let start = min(Double(place), Double(plot.right) - titles.fork.width)
            fonts.draw(titles.fork, on: &canvas, x: start, y: Double(plot.y) - theme.size(5), ink: inks.accent)
        }
        labels.draw(
            on: &canvas, fonts: fonts, inks: inks, start: Double(plot.x), edge: plot.bottom + theme.hairline,
            tick: theme.px(3), hairline: theme.hairline)
        let middle = Double(plot.y) + Double(plot.height) / 2
        fonts.draw(
            titles.value, on: &canvas, x: Double(x) + theme.size(Theme.tickSize * 0.85),
            y: middle + titles.value.width / 2, angleDegrees: 90, ink: inks.muted)
        fonts.draw(
            titles.step, on: &canvas, x: Double(plot.x) + (Double(plotPixels) - titles.step.width) / 2,
            y: Double(y + height) - theme.size(Theme.tickSize * 0.25), ink: inks.muted)
    }
}
