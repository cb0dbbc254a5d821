// One layer's heads side by side.
internal import Traces

/// Width of all panels together, and the limits of one panel's side, in units of length.
private let panelsWidth = 860.0
private let panelSide = (least: 110.0, most: 300.0)
private let largestCell = 26.0
/// Space between panels.
private let panelGap = 16.0

func layerFigure(_ request: AttentionRequest, layer: Int) throws(FigureError) -> Figure {
    let theme = request.theme, fonts = request.fonts, words = request.words
    let heads = request.record.heads
    let across = panelColumns(heads)
    let wanted = min(
        max((panelsWidth - Double(across - 1) * panelGap) / Double(across), panelSide.least), panelSide.most,
        max(Double(request.positions) * largestCell, panelSide.least / 2))
    let fit = HeatmapFit(positions: request.positions, pixels: theme.px(wanted))
    let rows = AxisLabels(
        request.label, count: request.positions, pitch: fit.pitch, direction: .rows, marked: request.marked,
        theme: theme, fonts: fonts)
    let columns = AxisLabels(
        request.label, count: request.positions, pitch: fit.pitch, direction: .columns, theme: theme, fonts: fonts)

    let layout = PanelLayout(
        across: across, down: (heads + across - 1) / across, side: fit.side, heading: theme.px(Theme.captionSize * 1.7),
        gap: theme.px(panelGap), left: theme.px(Theme.tickSize * 1.8) + rows.depth + theme.px(8))
    let barGap = theme.px(22)
    let bar = ColorBar(title: words.weight, theme: theme, fonts: fonts, height: theme.px(200))
    let barHeight = min(max(layout.height, theme.px(60)), theme.px(200))
    let contentHeight = layout.height + theme.px(4) + columns.depth + theme.px(Theme.tickSize * 1.8)
    let invalid = request.countInvalid(layers: layer..<layer + 1, heads: 0..<heads)
    let frame = PageFrame(
        title: request.title([words.layer(layer), words.allHeads(heads)]),
        subtitle: words.join([words.attention] + (request.stepSentence.map { [$0] } ?? [])),
        captions: request.captions(block: fit.block, stride: rows.stride, invalid: invalid),
        contentWidth: layout.left + layout.width + barGap + bar.width, theme: theme, fonts: fonts)

    var canvas = try Canvas(
        width: frame.width, height: frame.height(content: contentHeight), paper: theme.palette.paper)
    let inks = Inks(theme, on: &canvas)
    frame.draw(on: &canvas, inks: inks, fonts: fonts, contentHeight: contentHeight)
    let x = theme.px(Theme.margin) + layout.left, y = frame.top
    for head in 0..<heads {
        let place = layout.panel(head, x: x, y: y)
        drawPanel(request, layer: layer, head: head, fit: fit, at: place, on: &canvas, inks: inks)
        if head % across == 0 {
            rows.draw(
                on: &canvas, fonts: fonts, inks: inks, start: Double(place.y), edge: place.x - theme.hairline,
                tick: theme.px(3), hairline: theme.hairline)
        }
        // Tokens stand under the last panel of each column.
        if head + across >= heads {
            columns.draw(
                on: &canvas, fonts: fonts, inks: inks, start: Double(place.x),
                edge: place.y + fit.side + theme.hairline, tick: theme.px(3), hairline: theme.hairline)
        }
    }
    drawAxisTitles(
        words, on: &canvas, theme: theme, fonts: fonts, inks: inks,
        plot: Box(x: x, y: y, width: layout.width, height: layout.height), left: theme.px(Theme.margin),
        bottom: y + contentHeight)
    bar.draw(on: &canvas, inks: inks, fonts: fonts, x: x + layout.width + barGap, y: y, height: barHeight)
    return try request.finish(canvas, invalid: invalid)
}

/// Panels of one size in rows, each under its heading.
private struct PanelLayout {
    let across: Int
    let down: Int
    let side: Int
    let heading: Int
    let gap: Int
    /// Pixels left of the first panel for labels.
    let left: Int

    var width: Int { across * side + (across - 1) * gap }
    var height: Int { down * (side + heading) + (down - 1) * gap }

    /// The square of one panel, its heading above it.
    func panel(_ number: Int, x: Int, y: Int) -> Box {
        Box(
            x: x + (number % across) * (side + gap), y: y + (number / across) * (side + heading + gap) + heading,
            width: side, height: side)
    }
}

private func drawPanel(
    _ request: AttentionRequest, layer: Int, head: Int, fit: HeatmapFit, at place: Box, on canvas: inout Canvas,
    inks: Inks
) {
    let theme = request.theme, fonts = request.fonts
    let size = theme.size(Theme.captionSize)
    let heading = fonts.layout(request.words.panel(head), size: size, weight: .bold)
    let baseline = Double(place.y) - size * 0.5
    fonts.draw(heading, on: &canvas, x: Double(place.x), y: baseline, ink: inks.ink)
    if request.headsPerGroup > 1 {
        let shared = fonts.layout(request.words.keyValueHead(head / request.headsPerGroup), size: size)
        let left = heading.width + size * 0.8
        if left + shared.width <= Double(place.width) {
            fonts.draw(shared, on: &canvas, x: Double(place.x) + left, y: baseline, ink: inks.muted)
        }
    }
    canvas.heatmap(
        request.record, layer: layer, head: head, fit: fit, x: place.x, y: place.y, inks: inks,
        hairline: theme.hairline)
    if let row = request.marked { markRow(row, fit, on: &canvas, x: place.x, y: place.y, theme: theme, inks: inks) }
}

/// How many panels stand in a row: a divisor of the number near its square root, so that rows are full and groups of
/// heads that share keys stay together; the rounded root itself where there is no such divisor.
func panelColumns(_ count: Int) -> Int {
    let wanted = Double(count).squareRoot() * 1.15
    let near = (1...max(count, 1)).filter {
        count % $0 == 0 && Double($0) <= wanted * 1.6 && Double($0) >= wanted / 1.6
    }
    return near.min { abs(Double($0) - wanted) < abs(Double($1) - wanted) } ?? max(wholePixels(wanted.rounded()), 1)
}
