// The key of the colour map, with numbers.
internal import Traces

/// A bar of the colours from 0 (below) to 1 (above), even in colour: its numbers stand at their square roots.
struct ColorBar {
    let theme: Theme
    private let title: TextRun
    private let ticks: [(value: Double, run: TextRun)]

    init(title: String, theme: Theme, fonts: FontBook, height: Int) {
        self.theme = theme
        self.title = fonts.layout(title, size: theme.size(Theme.tickSize))
        let size = theme.size(Theme.tickSize)
        // The most telling numbers first; each needs a line and a half to itself.
        var shown: [Double] = []
        for value in [1.0, 0, 0.25, 0.5, 0.1, 0.01, 0.05, 0.75] {
            let place = value.squareRoot() * Double(height)
            if shown.allSatisfy({ abs($0.squareRoot() * Double(height) - place) >= size * 1.5 }) { shown.append(value) }
        }
        ticks = shown.map { ($0, fonts.layout(short($0, 2), size: size)) }
    }

    private var barWidth: Int { theme.px(11) }
    private var titleHeight: Int { theme.px(Theme.tickSize * 1.7) }

    var width: Int {
        let numbers = (ticks.map(\.run.width).max() ?? 0) + theme.size(8)
        return max(barWidth + wholePixels(numbers.rounded(.up)), wholePixels(title.width.rounded(.up)))
    }

    /// The coloured part of a bar that takes `height` pixels from (`x`, `y`) on.
    func bar(x: Int, y: Int, height: Int) -> Box {
        Box(x: x, y: y + titleHeight, width: barWidth, height: max(height - titleHeight, theme.px(24)))
    }

    func draw(on canvas: inout Canvas, inks: Inks, fonts: FontBook, x: Int, y: Int, height: Int) {
        fonts.draw(title, on: &canvas, x: Double(x), y: Double(y) + theme.size(Theme.tickSize), ink: inks.muted)
        let bar = bar(x: x, y: y, height: height)
        for row in 0..<bar.height {
            let root = 1 - Float(row) / Float(max(bar.height - 1, 1))
            canvas.fill(Box(x: bar.x, y: bar.y + row, width: bar.width, height: 1), inks.color(root * root))
        }
        let hairline = theme.hairline
        canvas.frame(bar.inset(by: -hairline), thickness: hairline, inks.line)
        for tick in ticks {
            let place = Double(bar.y) + (1 - tick.value.squareRoot()) * Double(bar.height - 1)
            canvas.fill(
                Box(
                    x: bar.right + hairline, y: wholePixels(place.rounded()) - hairline / 2, width: theme.px(3),
                    height: hairline),
                inks.muted)
            fonts.draw(
                tick.run, on: &canvas, x: Double(bar.right) + theme.size(6), y: place + tick.run.capHeight / 2,
                ink: inks.ink)
        }
    }
}
