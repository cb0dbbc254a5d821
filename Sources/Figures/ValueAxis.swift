// An axis of numbers: where values lie, round ticks, quiet grid lines.
internal import Traces

/// Values from 0 to `top` on a stretch of pixels.
struct ValueAxis {
    /// The largest value shown; a whole number of ticks.
    let top: Double
    let step: Double
    /// Pixels from 0 to `top`.
    let extent: Int

    /// An axis that holds `largest`, with at most `ticks` steps; where `ceiling` is given, it never passes it.
    init(largest: Double, ceiling: Double? = nil, ticks: Int, extent: Int) {
        let wanted = largest.isFinite && largest > 0 ? largest : ceiling ?? 1
        step = niceStep(span: wanted, count: ticks)
        let rounded = (wanted / step - 1e-9).rounded(.up) * step
        top = min(rounded, ceiling ?? rounded)
        self.extent = extent
    }

    /// Pixels from 0 for a value; what is no number lies at 0, what is too large at the end.
    func offset(_ value: Double) -> Double {
        value.isNaN ? 0 : min(max(value / top, 0), 1) * Double(extent)
    }

    var ticks: [Double] { Swift.stride(from: 0, through: top + step * 1e-6, by: step).map(\.self) }

    /// Decimals that tell the ticks apart.
    var decimals: Int {
        var digits = 0
        var scaled = step
        while digits < 6, abs(scaled - scaled.rounded()) > 1e-6 {
            scaled *= 10
            digits += 1
        }
        return digits
    }

    /// Horizontal grid lines over `plot` with numbers left of it; 0 lies at its bottom.
    func drawRows(
        on canvas: inout Canvas, plot: Box, theme: Theme, fonts: FontBook, inks: Inks, label: (Double) -> String
    ) {
        let hairline = theme.hairline
        for tick in ticks {
            let y = plot.bottom - wholePixels(offset(tick).rounded())
            canvas.fill(
                Box(x: plot.x, y: y, width: plot.width, height: hairline), tick == 0 ? inks.edge : inks.line)
            let run = fonts.layout(label(tick), size: theme.size(Theme.tickSize))
            fonts.draw(
                run, on: &canvas, x: Double(plot.x) - theme.size(6) - run.width, y: Double(y) + run.capHeight / 2,
                ink: inks.muted)
        }
    }

    /// Vertical grid lines over `plot` with numbers under it; 0 lies at its left.
    func drawColumns(
        on canvas: inout Canvas, plot: Box, theme: Theme, fonts: FontBook, inks: Inks, label: (Double) -> String
    ) {
        let hairline = theme.hairline
        for tick in ticks {
            let x = plot.x + wholePixels(offset(tick).rounded())
            canvas.fill(
                Box(x: x, y: plot.y, width: hairline, height: plot.height), tick == 0 ? inks.edge : inks.line)
            let run = fonts.layout(label(tick), size: theme.size(Theme.tickSize))
            fonts.draw(
                run, on: &canvas, x: Double(x) - run.width / 2,
                y: Double(plot.bottom) + theme.size(Theme.tickSize * 1.25), ink: inks.muted)
        }
    }
}

/// What the marks of a chart mean, in one line.
struct Legend {
    enum Mark {
        case bar(RGB)
        case line(RGB, dashed: Bool)
        /// A short thick stroke across, as on a gauge.
        case tick(RGB)
    }

    let entries: [(mark: Mark, run: TextRun)]
    let theme: Theme

    init(_ entries: [(Mark, String)], theme: Theme, fonts: FontBook) {
        self.entries = entries.map { ($0.0, fonts.layout($0.1, size: theme.size(Theme.tickSize))) }
        self.theme = theme
    }

    var height: Int { theme.px(Theme.tickSize * 2) }

    func draw(on canvas: inout Canvas, fonts: FontBook, inks: Inks, x: Int, y: Int) {
        var left = Double(x)
        let middle = y + theme.px(Theme.tickSize * 0.65)
        let width = theme.px(18)
        for entry in entries {
            switch entry.mark {
            case .bar(let color):
                let height = theme.px(7)
                canvas.fill(
                    Box(x: wholePixels(left), y: middle - height / 2, width: width, height: height), canvas.color(color)
                )
            case .line(let color, let dashed):
                let ink = canvas.color(color)
                canvas.stroke(
                    [(left, Double(middle)), (left + Double(width), Double(middle))], thickness: theme.size(1.6),
                    dash: dashed ? theme.size(4) : nil, ink)
            case .tick(let color):
                let height = theme.px(2)
                canvas.fill(
                    Box(x: wholePixels(left), y: middle - height / 2, width: width, height: height), canvas.color(color)
                )
            }
            left += Double(width) + theme.size(6)
            fonts.draw(
                entry.run, on: &canvas, x: left, y: Double(middle) + entry.run.capHeight / 2, ink: inks.ink)
            left += entry.run.width + theme.size(18)
        }
    }
}

extension Canvas {
    /// A line through points, whole or in dashes of `dash` pixels with gaps of the same length.
    mutating func stroke(
        _ points: [(x: Double, y: Double)], thickness: Double, dash: Double? = nil, _ ink: UInt8
    ) {
        var drawn = 0.0
        for (a, b) in zip(points, points.dropFirst()) {
            guard let dash else {
                line(from: a, to: b, thickness: thickness, ink)
                continue
            }
            let length = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
            var place = 0.0
            while place < length {
                let phase = drawn.truncatingRemainder(dividingBy: 2 * dash)
                let isInk = phase < dash
                let next = min(place + (isInk ? dash : 2 * dash) - phase, length)
                if isInk {
                    func point(_ t: Double) -> (x: Double, y: Double) {
                        (a.x + (b.x - a.x) * t / length, a.y + (b.y - a.y) * t / length)
                    }
                    line(from: point(place), to: point(next), thickness: thickness, ink)
                }
                drawn += next - place + 1e-9
                place = next + 1e-9
            }
        }
    }
}
