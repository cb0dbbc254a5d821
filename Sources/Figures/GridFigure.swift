// Every head of every layer as a thumbnail.
internal import Traces

/// Width of all thumbnails together, and the limits of one's side, in units of length.
private let gridWidth = 960.0
private let thumbnailSide = (least: 14.0, most: 110.0)
/// Colours of the map in a thumbnail: no eye tells more apart there, and the file is half as large.
let thumbnailSteps = 25
/// Space between thumbnails, between heads that share no keys, and between blocks of layers.
private let thumbnailGap = 4.0
private let groupGap = 9.0
private let blockGap = 26.0
/// Width over height that the grid should come near to.
private let wantedAspect = 1.2

func gridFigure(_ request: AttentionRequest) throws(FigureError) -> Figure {
    let theme = request.theme, fonts = request.fonts, words = request.words
    let record = request.record
    let layout = GridLayout(request)
    let barHeight = min(max(layout.height, theme.px(60)), theme.px(200))
    let bar = ColorBar(title: words.weight, theme: theme, fonts: fonts, height: barHeight)
    let barGap = theme.px(20)
    let invalid = request.countInvalid(layers: 0..<record.layers, heads: 0..<record.heads)
    var sentences = [words.gridReading]
    if let sentence = request.contextSentence { sentences.append(sentence) }
    if request.headsPerGroup > 1 { sentences.append(words.sharing(group: request.headsPerGroup)) }
    let frame = PageFrame(
        title: request.title([words.grid(layers: record.layers, heads: record.heads)]), subtitle: words.join(sentences),
        captions: request.captions(block: layout.fit.block, stride: 1, invalid: invalid),
        contentWidth: layout.width + barGap + bar.width, theme: theme, fonts: fonts)

    var canvas = try Canvas(
        width: frame.width, height: frame.height(content: layout.height), paper: theme.palette.paper)
    let inks = Inks(theme, on: &canvas, steps: thumbnailSteps)
    frame.draw(on: &canvas, inks: inks, fonts: fonts, contentHeight: layout.height)
    let x = theme.px(Theme.margin), y = frame.top
    for layer in 0..<record.layers {
        for head in 0..<record.heads {
            let place = layout.thumbnail(layer: layer, head: head, x: x, y: y)
            canvas.heatmap(
                record, layer: layer, head: head, fit: layout.fit, x: place.x, y: place.y, inks: inks, hairline: 1,
                edge: inks.line)
        }
    }
    for block in 0..<layout.blocks {
        layout.drawNumbers(request, block: block, on: &canvas, inks: inks, x: x, y: y)
    }
    bar.draw(on: &canvas, inks: inks, fonts: fonts, x: x + layout.width + barGap, y: y, height: barHeight)
    return try request.finish(canvas, invalid: invalid)
}

/// Layers run down, heads to the right; many layers are broken into blocks side by side, like columns of text.
private struct GridLayout {
    let layers: Int
    let heads: Int
    let group: Int
    let blocks: Int
    let fit: HeatmapFit
    let gap: Int
    let groupGap: Int
    let blockGap: Int
    /// Room for the layers' numbers and the heads' numbers.
    let left: Int
    let above: Int

    init(_ request: AttentionRequest) {
        let theme = request.theme
        layers = request.record.layers
        heads = request.record.heads
        group = request.headsPerGroup
        blocks = Self.bestBlocks(layers: layers, heads: heads)
        let across = Double(blocks * heads)
        let side = min(max(gridWidth / across - thumbnailGap, thumbnailSide.least), thumbnailSide.most)
        fit = HeatmapFit(positions: request.positions, pixels: theme.px(side))
        gap = theme.px(thumbnailGap)
        groupGap = group > 1 ? theme.px(Figures.groupGap) : gap
        blockGap = theme.px(Figures.blockGap)
        let number = request.fonts.layout("\(layers - 1)", size: theme.size(Theme.tickSize))
        left = wholePixels(number.width) + theme.px(24)
        above = theme.px(Theme.tickSize * (group > 1 ? 3.2 : 2.8))
    }

    /// The number of blocks that comes nearest to the wanted shape.
    private static func bestBlocks(layers: Int, heads: Int) -> Int {
        func distance(_ blocks: Int) -> Double {
            let aspect = Double(blocks * heads) / Double((layers + blocks - 1) / blocks)
            return max(aspect / wantedAspect, wantedAspect / aspect)
        }
        return (1...min(layers, 8)).min { distance($0) < distance($1) } ?? 1
    }

    var rows: Int { (layers + blocks - 1) / blocks }
    private var headsWidth: Int {
        heads * fit.side + (heads - 1) * gap + ((heads - 1) / group) * (groupGap - gap)
    }
    private var blockWidth: Int { left + headsWidth }
    var width: Int { blocks * blockWidth + (blocks - 1) * blockGap }
    var height: Int { above + rows * fit.side + (rows - 1) * gap }

    func thumbnail(layer: Int, head: Int, x: Int, y: Int) -> Box {
        let block = layer / rows
        return Box(
            x: x + block * (blockWidth + blockGap) + left + head * (fit.side + gap) + (head / group) * (groupGap - gap),
            y: y + above + (layer % rows) * (fit.side + gap), width: fit.side, height: fit.side)
    }

    /// Numbers of layers and heads, and brackets over heads that share keys.
    func drawNumbers(
        _ request: AttentionRequest, block: Int, on canvas: inout Canvas, inks: Inks, x: Int, y: Int
    ) {
        let theme = request.theme, fonts = request.fonts
        let size = theme.size(Theme.tickSize)
        for layer in block * rows..<min((block + 1) * rows, layers) {
            let place = thumbnail(layer: layer, head: 0, x: x, y: y)
            guard fits(number: layer % rows, last: rows - 1, pitch: fit.side + gap, size: size) else { continue }
            let run = fonts.layout("\(layer)", size: size)
            fonts.draw(
                run, on: &canvas, x: Double(place.x) - run.width - theme.size(6),
                y: Double(place.y) + Double(fit.side) / 2 + run.capHeight / 2, ink: inks.ink)
        }
        let bracketTop = y + above - theme.px(Theme.tickSize * 1.75)
        for head in 0..<heads {
            let place = thumbnail(layer: block * rows, head: head, x: x, y: y)
            if fits(number: head, last: heads - 1, pitch: fit.side + gap, size: size) {
                let run = fonts.layout("\(head)", size: size)
                fonts.draw(
                    run, on: &canvas, x: Double(place.x) + (Double(fit.side) - run.width) / 2,
                    y: Double(place.y) - size * 0.5, ink: inks.ink)
            }
            if group > 1, head % group == 0 {
                let last = thumbnail(layer: block * rows, head: head + group - 1, x: x, y: y)
                let line = Box(x: place.x, y: bracketTop, width: last.right - place.x, height: theme.hairline)
                canvas.fill(line, inks.muted)
                let foot = Box(x: line.x, y: line.y, width: theme.hairline, height: theme.px(3))
                canvas.fill(foot, inks.muted)
                canvas.fill(
                    Box(x: line.right - theme.hairline, y: line.y, width: foot.width, height: foot.height), inks.muted)
            }
        }
        drawTitles(request, block: block, on: &canvas, inks: inks, x: x, y: y, bracketTop: bracketTop)
    }

    private func drawTitles(
        _ request: AttentionRequest, block: Int, on canvas: inout Canvas, inks: Inks, x: Int, y: Int, bracketTop: Int
    ) {
        let theme = request.theme, fonts = request.fonts
        let first = thumbnail(layer: block * rows, head: 0, x: x, y: y)
        let title = fonts.layout(request.words.headAxis, size: theme.size(Theme.tickSize))
        let top = Double(group > 1 ? bracketTop : y + above - theme.px(Theme.tickSize * 1.45))
        fonts.draw(
            title, on: &canvas, x: Double(first.x) + (Double(headsWidth) - title.width) / 2, y: top - theme.size(4.5),
            ink: inks.muted)
        let middle = Double(first.y) + Double(height - above) / 2
        drawUprightTitle(
            request.words.layerAxis, on: &canvas, theme: theme, fonts: fonts, language: request.words.language,
            x: Double(first.x - left), middle: middle, ink: inks.muted)
    }

    /// Whether a number is shown where there is not room for all.
    private func fits(number: Int, last: Int, pitch: Int, size: Double) -> Bool {
        number % niceStride(wholePixels((size * 1.3 / Double(pitch)).rounded(.up))) == 0
    }
}
