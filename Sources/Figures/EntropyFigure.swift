// How sure the model was, step by step: entropy before and after the stages, and the chosen token's probability.
public import Traces

/// Entropy in bits (raw and final) over the steps, and below it the probability of each chosen token.
///
/// - Throws: ``FigureError`` when the trace has no steps, the scale is out of range, no font is found, or the picture
///   would be too large.
public func entropyFigure(_ trace: Trace, style: FigureStyle = FigureStyle()) throws(FigureError) -> Figure {
    guard !trace.steps.isEmpty else { throw .noSteps }
    let theme = try Theme(style)
    let fonts = try FontBook()
    let words = Wording(style, fonts: fonts)
    let chart = EntropyChart(trace.steps, theme: theme, fonts: fonts, words: words)
    var sentences = [words.entropyReading]
    if let reason = trace.steps.last?.finish { sentences.append(words.finished(reason)) }
    let frame = PageFrame(
        title: [plainLine(String(trace.model.name.prefix(120))), words.entropyTitle(trace.steps.count)]
            .joined(separator: " · "),
        subtitle: words.join(sentences),
        captions: chart.labels.stride > 1 ? [words.skippedLabels(chart.labels.stride)] : [],
        contentWidth: chart.width, theme: theme, fonts: fonts)
    var canvas = try Canvas(
        width: frame.width, height: frame.height(content: chart.height), paper: theme.palette.paper)
    let inks = Inks(theme, on: &canvas, steps: 0)
    frame.draw(on: &canvas, inks: inks, fonts: fonts, contentHeight: chart.height)
    chart.draw(on: &canvas, fonts: fonts, inks: inks, x: theme.px(Theme.margin), y: frame.top)
    return try canvas.figure(fonts: fonts, words: words)
}

/// Width of the plots and heights of the two, in units of length.
private let plotWidth = (least: 380.0, most: 940.0)
private let largestPitch = 36.0
private let comfortablePitch = 21.0
private let entropyHeight = 190.0
private let probabilityHeight = 120.0

private struct EntropyChart {
    let steps: [Step]
    let theme: Theme
    let labels: AxisLabels
    /// Pixels between two steps.
    let pitch: Double
    let plotPixels: Int
    let left: Int
    let width: Int
    let height: Int
    private let entropyAxis: ValueAxis
    private let probabilityAxis: ValueAxis
    private let entropyLegend: Legend
    private let probabilityLegend: Legend
    private let axisTitles: (entropy: TextRun, probability: TextRun, token: TextRun)

    init(_ steps: [Step], theme: Theme, fonts: FontBook, words: Wording) {
        self.steps = steps
        self.theme = theme
        let count = Double(steps.count)
        let wanted = min(max(count * comfortablePitch, plotWidth.least), plotWidth.most, max(count * largestPitch, 60))
        plotPixels = theme.px(wanted)
        pitch = Double(plotPixels) / count
        labels = AxisLabels(
            { tokenLabel(steps[$0].token) }, count: steps.count, pitch: pitch, direction: .columns, theme: theme,
            fonts: fonts)
        left = theme.px(Theme.tickSize * 1.8) + theme.px(34)
        width = max(left + plotPixels + theme.px(6), theme.px(300))
        let largest = steps.flatMap { [$0.entropyBitsRaw, $0.entropyBitsFinal] }.filter(\.isFinite).max() ?? 1
        entropyAxis = ValueAxis(largest: max(largest, 0.01), ticks: 5, extent: theme.px(entropyHeight))
        probabilityAxis = ValueAxis(largest: 1, ceiling: 1, ticks: 4, extent: theme.px(probabilityHeight))
        entropyLegend = Legend(
            [
                (.line(theme.rawLine, dashed: true), words.rawEntropy),
                (.line(theme.finalBar, dashed: false), words.finalEntropy),
            ], theme: theme, fonts: fonts)
        probabilityLegend = Legend(
            [(.tick(theme.palette.ink), words.rawProbabilityLong), (.bar(theme.finalBar), words.finalProbabilityLong)],
            theme: theme, fonts: fonts)
        let size = theme.size(Theme.tickSize)
        axisTitles = (
            fonts.layout(words.entropyAxis, size: size), fonts.layout(words.probabilityAxis, size: size),
            fonts.layout(words.stepAxis, size: size)
        )
        height =
            2 * entropyLegend.height + theme.px(entropyHeight + probabilityHeight + 26) + theme.px(8) + labels.depth
            + theme.px(Theme.tickSize * 1.8)
    }

    func draw(on canvas: inout Canvas, fonts: FontBook, inks: Inks, x: Int, y: Int) {
        let plotLeft = x + left
        let top = Box(
            x: plotLeft, y: y + entropyLegend.height + theme.px(6), width: plotPixels, height: theme.px(entropyHeight))
        entropyLegend.draw(on: &canvas, fonts: fonts, inks: inks, x: plotLeft, y: y)
        let decimals = entropyAxis.decimals
        entropyAxis.drawRows(on: &canvas, plot: top, theme: theme, fonts: fonts, inks: inks) { fixed($0, decimals) }
        line(steps.map(\.entropyBitsRaw), on: &canvas, plot: top, color: theme.rawLine, dashed: true)
        line(steps.map(\.entropyBitsFinal), on: &canvas, plot: top, color: theme.finalBar, dashed: false)

        let secondLegend = top.bottom + theme.px(20)
        let bottom = Box(
            x: plotLeft, y: secondLegend + probabilityLegend.height + theme.px(2), width: plotPixels,
            height: theme.px(probabilityHeight))
        probabilityLegend.draw(on: &canvas, fonts: fonts, inks: inks, x: plotLeft, y: secondLegend)
        probabilityAxis.drawRows(on: &canvas, plot: bottom, theme: theme, fonts: fonts, inks: inks) { short($0, 2) }
        bars(on: &canvas, plot: bottom)
        labels.draw(
            on: &canvas, fonts: fonts, inks: inks, start: Double(plotLeft), edge: bottom.bottom + theme.hairline,
            tick: theme.px(3), hairline: theme.hairline)
        drawTitles(on: &canvas, fonts: fonts, inks: inks, x: x, bottomEdge: y + height, top: top, bottom: bottom)
    }

    private func middle(_ number: Int, _ plot: Box) -> Double { Double(plot.x) + (Double(number) + 0.5) * pitch }

    /// A curve through the steps, broken where a value is no number; dots where there is room for them.
    private func line(_ values: [Double], on canvas: inout Canvas, plot: Box, color: RGB, dashed: Bool) {
        let ink = canvas.color(color)
        let thickness = theme.size(pitch > theme.size(4) ? 1.6 : 1.1)
        var stretch: [(x: Double, y: Double)] = []
        for (number, value) in values.enumerated() {
            if value.isFinite {
                let point = (x: middle(number, plot), y: Double(plot.bottom) - entropyAxis.offset(value))
                stretch.append(point)
                if pitch >= theme.size(7) || values.count == 1 { canvas.dot(point, radius: theme.size(2.4), ink) }
            }
            if !value.isFinite || number == values.count - 1 {
                canvas.stroke(stretch, thickness: thickness, dash: dashed ? theme.size(3.5) : nil, ink)
                stretch = []
            }
        }
    }

    private func bars(on canvas: inout Canvas, plot: Box) {
        let bar = canvas.color(theme.finalBar), tick = canvas.color(theme.palette.ink),
            paper = canvas.color(theme.palette.paper)
        let thickness = theme.px(1.6)
        for (number, step) in steps.enumerated() {
            guard let chosen = step.chosen else { continue }
            let reach = pitch * 0.32
            let left = wholePixels((middle(number, plot) - reach).rounded())
            let width = max(wholePixels((middle(number, plot) + reach).rounded()) - left, 1)
            let height = wholePixels(probabilityAxis.offset(chosen.probability).rounded())
            canvas.fill(Box(x: left, y: plot.bottom - height, width: width, height: height), bar)
            let level = plot.bottom - wholePixels(probabilityAxis.offset(chosen.rawProbability).rounded())
            let overhang = max(wholePixels(pitch * 0.1), 0)
            // A rim of paper keeps the stroke apart from the bar behind it.
            let stroke = Box(
                x: left - overhang, y: level - thickness / 2, width: width + 2 * overhang, height: thickness)
            if pitch >= theme.size(4) { canvas.fill(stroke.inset(by: -theme.hairline), paper) }
            canvas.fill(stroke, tick)
        }
    }

    private func drawTitles(
        on canvas: inout Canvas, fonts: FontBook, inks: Inks, x: Int, bottomEdge: Int, top: Box, bottom: Box
    ) {
        let size = theme.size(Theme.tickSize)
        for (title, plot) in [(axisTitles.entropy, top), (axisTitles.probability, bottom)] {
            let middle = Double(plot.y) + Double(plot.height) / 2
            fonts.draw(
                title, on: &canvas, x: Double(x) + size * 0.85, y: middle + title.width / 2, angleDegrees: 90,
                ink: inks.muted)
        }
        fonts.draw(
            axisTitles.token, on: &canvas, x: Double(top.x) + (Double(plotPixels) - axisTitles.token.width) / 2,
            y: Double(bottomEdge) - size * 0.25, ink: inks.muted)
    }
}
