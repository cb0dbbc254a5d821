// What context costs: bytes and seconds over context lengths, on axes that grow by factors of ten.
internal import Phrases
internal import Traces

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The curves of a model's costs, each as long as `contexts`.
public struct CostCurves: Sendable {
    /// Over the figure.
    public var title: String
    /// Tokens, rising.
    public var contexts: [Int]
    /// The same at every context.
    public var weightBytes: Double
    /// Keys and values; all 0 for a model without a cache, which leaves the curve out.
    public var cacheBytes: [Double]
    /// From a prompt of so many tokens to the first one of the answer.
    public var firstTokenSeconds: [Double]
    /// For one more token.
    public var perTokenSeconds: [Double]
    /// What was measured rather than computed; may be empty.
    public var measured: [(context: Int, firstTokenSeconds: Double, perTokenSeconds: Double)]

    /// All of the curves.
    public init(
        title: String, contexts: [Int], weightBytes: Double, cacheBytes: [Double], firstTokenSeconds: [Double],
        perTokenSeconds: [Double], measured: [(context: Int, firstTokenSeconds: Double, perTokenSeconds: Double)] = []
    ) {
        self.title = title
        self.contexts = contexts
        self.weightBytes = weightBytes
        self.cacheBytes = cacheBytes
        self.firstTokenSeconds = firstTokenSeconds
        self.perTokenSeconds = perTokenSeconds
        self.measured = measured
    }
}

/// Two plots, one above the other: bytes of weights and cache, and seconds to the first and for a later token.
///
/// - Throws: ``FigureError`` when the scale is out of range, no font is found, or the picture would be too large.
public func costFigure(_ curves: CostCurves, style: FigureStyle = FigureStyle()) throws(FigureError) -> Figure {
    let theme = try Theme(style)
    let fonts = try FontBook()
    let words = Wording(style, fonts: fonts)
    let chart = CostChart(curves, theme: theme, fonts: fonts, words: words)
    let frame = PageFrame(
        title: [plainLine(String(curves.title.prefix(120))), words.costTitle].joined(separator: " · "),
        subtitle: words.costReading, captions: [], contentWidth: chart.width, theme: theme, fonts: fonts)
    var canvas = try Canvas(
        width: frame.width, height: frame.height(content: chart.height), paper: theme.palette.paper)
    let inks = Inks(theme, on: &canvas, steps: 0)
    frame.draw(on: &canvas, inks: inks, fonts: fonts, contentHeight: chart.height)
    chart.draw(on: &canvas, fonts: fonts, inks: inks, x: theme.px(Theme.margin), y: frame.top)
    return try canvas.figure(fonts: fonts, words: words)
}

/// Powers of ten on a stretch of pixels.
private struct LogAxis {
    let low: Double
    let high: Double
    let extent: Int

    /// Whole powers of ten around the values.
    init(_ values: [Double], extent: Int) {
        let logs = values.filter { $0 > 0 && $0.isFinite }.map { log10($0) }
        low = ((logs.min() ?? 0) + 1e-9).rounded(.down)
        high = max(((logs.max() ?? 1) - 1e-9).rounded(.up), low + 1)
        self.extent = extent
    }

    func offset(_ value: Double) -> Double {
        guard value > 0 else { return 0 }
        return min(max((log10(value) - low) / (high - low), 0), 1) * Double(extent)
    }

    /// At most `count` powers, the same factor apart.
    func ticks(_ count: Int) -> [Double] {
        let step = max(1, ((high - low) / Double(count)).rounded(.up))
        return stride(from: low, through: high + 1e-9, by: step).map { pow(10, $0) }
    }
}

private struct CostChart {
    private struct Curve {
        let color: RGB
        let isDashed: Bool
        let name: String
        let values: [Double]
        var dots: [(context: Int, value: Double)] = []
    }

    let theme: Theme
    let width: Int
    let height: Int
    private let contexts: [Int]
    private let plots: [(curves: [Curve], axis: LogAxis, label: (Double) -> String)]
    private let legends: [Legend]
    private let across: LogAxis
    private let left: Int
    private let contextTitle: TextRun

    private static let plotWidth = 560.0
    private static let plotHeight = 170.0

    init(_ given: CostCurves, theme: Theme, fonts: FontBook, words: Wording) {
        self.theme = theme
        contexts = given.contexts
        let (main, second) = (theme.finalBar, theme.palette.accent)
        var bytes = [
            Curve(
                color: theme.rawLine, isDashed: true, name: words.costWeights,
                values: given.contexts.map { _ in given.weightBytes })
        ]
        if given.cacheBytes.contains(where: { $0 > 0 }) {
            bytes.append(Curve(color: main, isDashed: false, name: words.costCache, values: given.cacheBytes))
        }
        let seconds = [
            Curve(
                color: main, isDashed: false, name: words.costFirstToken, values: given.firstTokenSeconds,
                dots: given.measured.map { ($0.context, $0.firstTokenSeconds) }),
            Curve(
                color: second, isDashed: false, name: words.costPerToken, values: given.perTokenSeconds,
                dots: given.measured.map { ($0.context, $0.perTokenSeconds) }),
        ]
        let extent = theme.px(Self.plotHeight)
        plots = [
            (bytes, LogAxis(bytes.flatMap(\.values), extent: extent), { words.costBytes($0) }),
            (
                seconds, LogAxis(seconds.flatMap { $0.values + $0.dots.map(\.value) }, extent: extent),
                { words.costSeconds($0) }
            ),
        ]
        across = LogAxis(given.contexts.map(Double.init), extent: theme.px(Self.plotWidth))
        legends = plots.map { plot in
            Legend(plot.curves.map { (.line($0.color, dashed: $0.isDashed), $0.name) }, theme: theme, fonts: fonts)
        }
        left = theme.px(70)
        width = left + theme.px(Self.plotWidth) + theme.px(24)
        contextTitle = fonts.layout(words.costContext, size: theme.size(Theme.tickSize))
        height = legends.reduce(0) { $0 + $1.height } + 2 * extent + theme.px(76)
    }

    func draw(on canvas: inout Canvas, fonts: FontBook, inks: Inks, x: Int, y: Int) {
        var top = y
        for (index, plot) in plots.enumerated() {
            legends[index].draw(on: &canvas, fonts: fonts, inks: inks, x: x + left, y: top)
            top += legends[index].height + theme.px(6)
            let box = Box(x: x + left, y: top, width: across.extent, height: plot.axis.extent)
            drawGrid(plot.axis, plot.label, on: &canvas, fonts: fonts, inks: inks, box)
            for curve in plot.curves { drawCurve(curve, plot.axis, on: &canvas, box) }
            top = box.bottom + theme.px(26)
        }
        let size = theme.size(Theme.tickSize)
        fonts.draw(
            contextTitle, on: &canvas, x: Double(x + left) + (Double(across.extent) - contextTitle.width) / 2,
            y: Double(y + height) - size * 0.25, ink: inks.muted)
    }

    private func drawCurve(_ curve: Curve, _ axis: LogAxis, on canvas: inout Canvas, _ box: Box) {
        let ink = canvas.color(curve.color)
        let place = { (context: Int, value: Double) in
            (x: Double(box.x) + across.offset(Double(context)), y: Double(box.bottom) - axis.offset(value))
        }
        let points = zip(contexts, curve.values).filter { $0.1 > 0 }.map { place($0, $1) }
        canvas.stroke(points, thickness: theme.size(1.6), dash: curve.isDashed ? theme.size(3.5) : nil, ink)
        for dot in curve.dots { canvas.dot(place(dot.context, dot.value), radius: theme.size(3.4), ink) }
    }

    private func drawGrid(
        _ axis: LogAxis, _ label: (Double) -> String, on canvas: inout Canvas, fonts: FontBook, inks: Inks, _ box: Box
    ) {
        let (size, hairline) = (theme.size(Theme.tickSize), theme.hairline)
        for tick in axis.ticks(5) {
            let y = box.bottom - wholePixels(axis.offset(tick).rounded())
            canvas.fill(Box(x: box.x, y: y, width: box.width, height: hairline), inks.line)
            let run = fonts.layout(label(tick), size: size)
            fonts.draw(
                run, on: &canvas, x: Double(box.x) - theme.size(6) - run.width, y: Double(y) + run.capHeight / 2,
                ink: inks.muted)
        }
        for tick in across.ticks(6) {
            let x = box.x + wholePixels(across.offset(tick).rounded())
            canvas.fill(Box(x: x, y: box.y, width: hairline, height: box.height), inks.line)
            let run = fonts.layout(grouped(whole(tick)), size: size)
            fonts.draw(
                run, on: &canvas, x: Double(x) - run.width / 2, y: Double(box.bottom) + size * 1.4, ink: inks.muted)
        }
    }
}
