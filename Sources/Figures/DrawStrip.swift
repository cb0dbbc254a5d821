// The draw: final probabilities side by side on a line from 0 to 1, and where the random number fell.
internal import Traces

struct DrawStrip {
    struct Segment {
        let low: Double
        let high: Double
        let label: String
        let isChosen: Bool
    }

    let theme: Theme
    let width: Int
    private let segments: [Segment]
    private let draw: Draw
    private let heading: TextRun
    private let mark: TextRun

    /// nil when nothing was drawn.
    init?(_ step: Step, width: Int, theme: Theme, fonts: FontBook, words: Wording) {
        guard let draw = step.draw else { return nil }
        self.draw = draw
        self.theme = theme
        self.width = width
        // The order of the draw: by descending probability, ties to the lower id.
        let kept = step.candidates.filter { $0.probability > 0 }
            .sorted { $0.probability != $1.probability ? $0.probability > $1.probability : $0.id < $1.id }
        var sum = 0.0
        var segments: [Segment] = []
        for candidate in kept {
            let token = Token(
                id: candidate.id, bytes: candidate.bytes, text: candidate.text, start: 0, end: 0, special: false)
            segments.append(
                Segment(
                    low: sum, high: sum + candidate.probability, label: tokenLabel(token, limit: 40),
                    isChosen: candidate.id == step.token.id))
            sum += candidate.probability
        }
        self.segments = segments
        heading = fonts.layout(
            words.drawHeading(draw), size: theme.size(Theme.textSize), limit: Double(width))
        mark = fonts.layout("u = \(fixed(draw.uniform, 4))", size: theme.size(Theme.tickSize), weight: .bold)
    }

    private var barTop: Int { theme.px(Theme.textSize * 1.7) + theme.px(Theme.tickSize * 2.2) }
    private var barHeight: Int { theme.px(24) }
    var height: Int { barTop + barHeight + theme.px(Theme.tickSize * 1.7) }

    func draw(on canvas: inout Canvas, fonts: FontBook, inks: Inks, x: Int, y: Int) {
        fonts.draw(heading, on: &canvas, x: Double(x), y: Double(y) + theme.size(Theme.textSize), ink: inks.ink)
        let bar = Box(x: x, y: y + barTop, width: width, height: barHeight)
        canvas.fill(bar, canvas.color(mix(theme.palette.line, over: theme.palette.paper, 0.5)))
        for (number, segment) in segments.enumerated() {
            draw(segment, number: number, on: &canvas, fonts: fonts, inks: inks, bar: bar)
        }
        canvas.frame(bar.inset(by: -theme.hairline), thickness: theme.hairline, inks.edge)
        let axis = ValueAxis(largest: 1, ceiling: 1, ticks: 5, extent: width - 1)
        for tick in axis.ticks {
            let place = x + wholePixels(axis.offset(tick).rounded())
            canvas.fill(
                Box(x: place, y: bar.bottom + theme.hairline, width: theme.hairline, height: theme.px(3)), inks.muted)
            let run = fonts.layout(short(tick, 2), size: theme.size(Theme.tickSize))
            let left = min(max(Double(place) - run.width / 2, Double(x)), Double(x + width) - run.width)
            fonts.draw(
                run, on: &canvas, x: left, y: Double(bar.bottom) + theme.size(Theme.tickSize * 1.45), ink: inks.muted)
        }
        drawMark(on: &canvas, fonts: fonts, inks: inks, bar: bar)
    }

    private func draw(
        _ segment: Segment, number: Int, on canvas: inout Canvas, fonts: FontBook, inks: Inks, bar: Box
    ) {
        let left = bar.x + wholePixels((segment.low * Double(bar.width)).rounded())
        let right = bar.x + wholePixels((min(segment.high, 1) * Double(bar.width)).rounded())
        guard right > left else { return }
        let box = Box(x: left, y: bar.y, width: right - left, height: bar.height)
        // Two quiet shades in turn, so that neighbours part without lines.
        let shade = theme.map.color(number % 2 == 0 ? 0.3 : 0.18)
        canvas.fill(box, canvas.color(shade))
        if segment.isChosen { canvas.frame(box, thickness: theme.px(1.5), inks.accent) }
        let limit = Double(box.width) - theme.size(8)
        let size = theme.size(Theme.tickSize)
        guard limit >= size * 1.2 else { return }
        let run = fonts.layout(segment.label, size: size, weight: segment.isChosen ? .bold : .regular)
        guard run.width <= limit else { return }
        fonts.draw(
            run, on: &canvas, x: Double(left) + (Double(box.width) - run.width) / 2,
            y: Double(box.y) + Double(box.height) / 2 + run.capHeight / 2, ink: inks.ink)
    }

    private func drawMark(on canvas: inout Canvas, fonts: FontBook, inks: Inks, bar: Box) {
        let place = bar.x + wholePixels((min(max(draw.uniform, 0), 1) * Double(bar.width - 1)).rounded())
        canvas.pointer(tip: (place, bar.y - theme.px(2)), size: theme.px(6), down: true, inks.accent)
        canvas.fill(
            Box(x: place - theme.hairline / 2, y: bar.y, width: theme.hairline, height: bar.height / 4), inks.accent)
        let left = min(max(Double(place) - mark.width / 2, Double(bar.x)), Double(bar.right) - mark.width)
        fonts.draw(mark, on: &canvas, x: left, y: Double(bar.y) - theme.size(11), ink: inks.accent)
    }
}
