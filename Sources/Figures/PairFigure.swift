// The attention of two runs side by side: what a model that writes looks at, and what one that fills does, in one text.
internal import Phrases
public import Traces

/// The side of each plot, in units of length, and the largest cell.
private let plotSide = 400.0
private let largestCell = 34.0
private let plotGap = 40.0

/// One head of each of two runs, or the mean over what is not named: all heads of a layer, all layers.
///
/// - Throws: ``FigureError`` when a trace has no weights, the layer, head or scale is out of range in one of them, no font
///   is found, or the picture would be too large.
public func attentionPairFigure(
    _ first: Trace, _ second: Trace, layer: Int? = nil, head: Int? = nil, style: FigureStyle = FigureStyle()
) throws(FigureError) -> Figure {
    let requests = [
        try AttentionRequest(first, step: nil, style: style), try AttentionRequest(second, step: nil, style: style),
    ]
    var plots: [PairPlot] = []
    for request in requests { plots.append(try PairPlot(request, layer: layer, head: head)) }
    let (theme, fonts, words) = (requests[0].theme, requests[0].fonts, requests[0].words)
    let axisTitle = theme.px(Theme.tickSize * 1.8)
    let above = theme.px(Theme.captionSize * 3.4)
    let gap = theme.px(plotGap)
    let side = plots.map(\.fit.side).max() ?? 0
    let depth = plots.map(\.columns.depth).max() ?? 0
    let bar = ColorBar(title: words.weight, theme: theme, fonts: fonts, height: min(side, theme.px(200)))
    var width = gap + bar.width
    for plot in plots { width += axisTitle + plot.labelWidth + max(plot.fit.side, plot.headingWidth) + gap }
    let contentHeight = above + side + theme.px(4) + depth + axisTitle
    let frame = PageFrame(
        title: words.pairTitle(layer: layer, head: head), subtitle: words.attention,
        captions: requests[0].captions(
            block: plots.map(\.fit.block).max() ?? 1, stride: plots.map(\.rows.stride).max() ?? 1, invalid: 0),
        contentWidth: width, theme: theme, fonts: fonts)
    var canvas = try Canvas(
        width: frame.width, height: frame.height(content: contentHeight), paper: theme.palette.paper)
    let inks = Inks(theme, on: &canvas)
    frame.draw(on: &canvas, inks: inks, fonts: fonts, contentHeight: contentHeight)
    var x = theme.px(Theme.margin)
    for plot in plots {
        let left = x + axisTitle + plot.labelWidth
        plot.draw(on: &canvas, inks: inks, x: left, y: frame.top + above, left: x, bottom: frame.top + contentHeight)
        x = left + max(plot.fit.side, plot.headingWidth) + gap
    }
    bar.draw(on: &canvas, inks: inks, fonts: fonts, x: x, y: frame.top + above, height: min(side, theme.px(200)))
    return try requests[0].finish(canvas, invalid: 0)
}

/// One of the two: its weights, its axes, its name.
private struct PairPlot {
    let request: AttentionRequest
    /// What is drawn: a record of one head.
    let record: AttentionRecord
    let fit: HeatmapFit
    let rows: AxisLabels
    let columns: AxisLabels
    private let name: TextRun
    private let reading: TextRun

    init(_ request: AttentionRequest, layer: Int?, head: Int?) throws(FigureError) {
        if let layer { try request.check(layer: layer) }
        if let head, !(0..<request.record.heads ~= head) {
            throw .headOutOfRange(head: head, heads: request.record.heads)
        }
        let (theme, fonts, count) = (request.theme, request.fonts, request.positions)
        self.request = request
        record = mean(request.record, layers: layer.map { [$0] }, heads: head.map { [$0] })
        fit = HeatmapFit(positions: count, pixels: theme.px(min(plotSide, Double(count) * largestCell)))
        rows = AxisLabels(
            request.label, count: count, pitch: fit.pitch, direction: .rows, theme: theme, fonts: fonts)
        columns = AxisLabels(
            request.label, count: count, pitch: fit.pitch, direction: .columns, theme: theme, fonts: fonts)
        let size = theme.size(Theme.captionSize)
        name = fonts.layout(String(request.modelName.prefix(48)), size: size, weight: .bold)
        reading = fonts.layout(request.words.sight(of: record.patterns.layers[0]), size: size)
    }

    var labelWidth: Int { rows.depth + request.theme.px(8) }
    var headingWidth: Int { wholePixels(max(name.width, reading.width)) }

    func draw(on canvas: inout Canvas, inks: Inks, x: Int, y: Int, left: Int, bottom: Int) {
        let (theme, fonts) = (request.theme, request.fonts)
        let size = theme.size(Theme.captionSize)
        fonts.draw(name, on: &canvas, x: Double(x), y: Double(y) - size * 2, ink: inks.ink)
        fonts.draw(reading, on: &canvas, x: Double(x), y: Double(y) - size * 0.6, ink: inks.muted)
        canvas.heatmap(record, layer: 0, head: 0, fit: fit, x: x, y: y, inks: inks, hairline: theme.hairline)
        rows.draw(
            on: &canvas, fonts: fonts, inks: inks, start: Double(y), edge: x - theme.hairline, tick: theme.px(3),
            hairline: theme.hairline)
        columns.draw(
            on: &canvas, fonts: fonts, inks: inks, start: Double(x), edge: y + fit.side + theme.hairline,
            tick: theme.px(3), hairline: theme.hairline)
        drawAxisTitles(
            request.words, on: &canvas, theme: theme, fonts: fonts, inks: inks,
            plot: Box(x: x, y: y, width: fit.side, height: fit.side), left: left, bottom: bottom)
    }
}

/// The mean of some heads as a record of one; nil stands for all.
private func mean(_ record: AttentionRecord, layers: [Int]?, heads: [Int]?) -> AttentionRecord {
    let (layers, heads) = (layers ?? Array(0..<record.layers), heads ?? Array(0..<record.heads))
    let positions = record.positions
    // Layers with a window see no more than causal ones: what they do not see is 0 there.
    let isSquare = layers.contains { record.patterns.layers[$0] == .full }
    let result = AttentionRecord(
        patterns: AttentionPatterns(isSquare ? .full : .causal, layers: 1), heads: 1, keyValueHeads: 1,
        capacityPositions: positions)
    result.grow(toPositions: positions)
    let share = 1 / Float(layers.count * heads.count)
    for query in 0..<positions {
        let row = result.rowPointer(layer: 0, head: 0, query: query)
        let length = result.rowLength(layer: 0, query: query)
        for key in 0..<length { row[key] = 0 }
        for layer in layers {
            for head in heads {
                for (key, weight) in record.row(layer: layer, head: head, query: query).enumerated() {
                    row[key] += share * weight
                }
            }
        }
    }
    return result
}

extension Wording {
    /// What two plots show of their runs.
    fileprivate func pairTitle(layer: Int?, head: Int?) -> String {
        let part =
            switch (layer, head) {
            case (nil, nil): say("mean of all layers and heads", "各層各頭的平均")
            case (let layer?, nil): self.layer(layer) + say(", mean of its heads", "，各頭平均")
            case (nil, let head?): self.head(head) + say(", mean of all layers", "，各層平均")
            case (let layer?, let head?): self.layer(layer) + say(", ", "，") + self.head(head)
            }
        return say("Attention of two runs · ", "兩次執行的注意力 · ") + part
    }

    /// What a token can see under a pattern.
    fileprivate func sight(of pattern: AttentionPattern) -> String {
        pattern == .full
            ? say("Each token sees the whole text.", "每個詞元看得到整段文字。")
            : say("Each token sees itself and what stands before it.", "每個詞元看得到自己與前面的內容。")
    }
}
