// One head, large, with the tokens on both axes.
internal import Phrases
internal import Traces

/// The longest side of the plot of one head, in units of length, and the largest cell.
private let longestSide = 940.0
private let largestCell = 40.0
/// The side a plot grows to before its labels are set closer than comfortable.
private let comfortablePitch = 21.0
private let comfortableSide = 560.0

func headFigure(_ request: AttentionRequest, layer: Int, head: Int) throws(FigureError) -> Figure {
    let theme = request.theme, fonts = request.fonts, words = request.words
    let count = Double(request.positions)
    let side = min(max(comfortableSide, count * comfortablePitch), longestSide, count * largestCell)
    let fit = HeatmapFit(positions: request.positions, pixels: theme.px(side))
    let rows = AxisLabels(
        request.label, count: request.positions, pitch: fit.pitch, direction: .rows, marked: request.marked,
        theme: theme, fonts: fonts)
    let columns = AxisLabels(
        request.label, count: request.positions, pitch: fit.pitch, direction: .columns, theme: theme, fonts: fonts)

    let tick = theme.px(4), gap = theme.px(22), axisTitle = theme.px(Theme.tickSize * 1.8)
    let barHeight = min(max(fit.side, theme.px(60)), theme.px(200))
    let bar = ColorBar(title: words.weight, theme: theme, fonts: fonts, height: barHeight)
    let labelWidth = axisTitle + rows.depth + tick + theme.px(4)
    // What no query can see is a free corner: the colour bar stands there when it fits.
    let isSquare = request.record.patterns.layers[layer] == .full
    let isBarInside = !isSquare && fit.side > barHeight + bar.width + 2 * gap
    let contentWidth = labelWidth + fit.side + (isBarInside ? 0 : gap + bar.width)
    let contentHeight = max(fit.side + tick + columns.depth + axisTitle, theme.px(70))
    let invalid = request.countInvalid(layers: layer..<layer + 1, heads: head..<head + 1)
    var sentences = [words.attention]
    let group = request.headsPerGroup
    if group > 1 {
        let first = head / group * group
        sentences.append(words.sharing(first...first + group - 1, keyValueHead: head / group))
    }
    if let sentence = request.stepSentence { sentences.append(sentence) }
    let frame = PageFrame(
        title: request.title([words.layer(layer), words.head(head)]), subtitle: words.join(sentences),
        captions: request.captions(block: fit.block, stride: rows.stride, invalid: invalid), contentWidth: contentWidth,
        theme: theme, fonts: fonts)

    var canvas = try Canvas(
        width: frame.width, height: frame.height(content: contentHeight), paper: theme.palette.paper)
    let inks = Inks(theme, on: &canvas)
    frame.draw(on: &canvas, inks: inks, fonts: fonts, contentHeight: contentHeight)
    let x = theme.px(Theme.margin) + labelWidth, y = frame.top
    canvas.heatmap(
        request.record, layer: layer, head: head, fit: fit, x: x, y: y, inks: inks, hairline: theme.hairline)
    if let row = request.marked { markRow(row, fit, on: &canvas, x: x, y: y, theme: theme, inks: inks) }
    rows.draw(
        on: &canvas, fonts: fonts, inks: inks, start: Double(y), edge: x - theme.hairline, tick: tick,
        hairline: theme.hairline)
    columns.draw(
        on: &canvas, fonts: fonts, inks: inks, start: Double(x), edge: y + fit.side + theme.hairline, tick: tick,
        hairline: theme.hairline)
    drawAxisTitles(
        words, on: &canvas, theme: theme, fonts: fonts, inks: inks,
        plot: Box(x: x, y: y, width: fit.side, height: fit.side), left: theme.px(Theme.margin),
        bottom: y + contentHeight)
    bar.draw(
        on: &canvas, inks: inks, fonts: fonts, x: isBarInside ? x + fit.side - bar.width : x + fit.side + gap, y: y,
        height: barHeight)
    return try request.finish(canvas, invalid: invalid)
}

/// A frame around a position's row, outside its cells.
func markRow(
    _ position: Int, _ fit: HeatmapFit, on canvas: inout Canvas, x: Int, y: Int, theme: Theme, inks: Inks
) {
    let thickness = theme.px(1.25)
    let row = Box(x: x, y: y + position / fit.block * fit.cell, width: fit.side, height: fit.cell)
    canvas.frame(row.inset(by: -thickness), thickness: thickness, inks.accent)
}

/// "query" up the left side, "key" under the middle.
func drawAxisTitles(
    _ words: Wording, on canvas: inout Canvas, theme: Theme, fonts: FontBook, inks: Inks, plot: Box, left: Int,
    bottom: Int
) {
    let size = theme.size(Theme.tickSize)
    drawUprightTitle(
        words.query, on: &canvas, theme: theme, fonts: fonts, language: words.language, x: Double(left),
        middle: Double(plot.y) + Double(plot.height) / 2, ink: inks.muted)
    let key = fonts.layout(words.key, size: size)
    fonts.draw(
        key, on: &canvas, x: Double(plot.x) + (Double(plot.width) - key.width) / 2, y: Double(bottom) - size * 0.25,
        ink: inks.muted)
}

/// The name of a vertical axis: turned in English, character under character in Chinese.
func drawUprightTitle(
    _ text: String, on canvas: inout Canvas, theme: Theme, fonts: FontBook, language: Language, x: Double,
    middle: Double, ink: UInt8
) {
    let size = theme.size(Theme.tickSize)
    guard language == .chinese else {
        let run = fonts.layout(text, size: size)
        fonts.draw(run, on: &canvas, x: x + size * 0.85, y: middle + run.width / 2, angleDegrees: 90, ink: ink)
        return
    }
    let top = middle - Double(text.count) * size * 0.6
    for (number, character) in text.enumerated() {
        let run = fonts.layout(String(character), size: size)
        fonts.draw(run, on: &canvas, x: x, y: top + (Double(number) + 0.85) * size * 1.2, ink: ink)
    }
}
