// Token labels along an axis: which are shown, how large, at which angle, how long.

/// Labels of positions 0…count−1 that stand `pitch` pixels apart.
struct AxisLabels {
    enum Direction {
        /// Left of the rows, ending at the plot.
        case rows
        /// Under the columns, upright when they fit, else at 45°, else at 90°.
        case columns
    }

    struct Item {
        let position: Int
        let run: TextRun
        /// The position's number, in front of the text when labels are skipped.
        let number: TextRun?
        let isMarked: Bool

        var width: Double { run.width + (number?.width ?? 0) }
    }

    let direction: Direction
    let pitch: Double
    let size: Double
    /// 0, 45 or 90
    let angleDegrees: Int
    private(set) var items: [Item] = []
    /// Pixels the labels take away from the axis, at right angles to it.
    private(set) var depth: Int = 0
    /// Positions between two labels; 1 when every token has one.
    let stride: Int

    /// Lines of text stand this many font sizes apart at least.
    static let lineHeight = 1.22
    /// The longest label, in units of length.
    static let longest = 108.0

    /// Chooses size, angle and stride. `marked` is always labelled and keeps its neighbours away.
    init(
        _ labels: (Int) -> String, count: Int, pitch: Double, direction: Direction, marked: Int? = nil, theme: Theme,
        fonts: FontBook
    ) {
        self.direction = direction
        self.pitch = pitch
        let fitting = pitch / Self.lineHeight
        size = min(max(fitting, theme.size(Theme.smallestLabel)), theme.size(Theme.largestLabel))
        let longest = theme.size(Self.longest)
        let line = size * Self.lineHeight
        if direction == .rows {
            angleDegrees = 0
            stride = niceStride(wholePixels((line / pitch).rounded(.up)))
        } else {
            let size = size
            let upright =
                count <= 60
                && (0..<count).allSatisfy { position in
                    fonts.layout(labels(position), size: size, limit: longest).width <= pitch - size * 0.4
                }
            // A line at 45° takes √2 of its height along the axis.
            angleDegrees = upright ? 0 : pitch >= line * 1.4 ? 45 : 90
            stride = upright ? 1 : niceStride(wholePixels((line / pitch).rounded(.up)))
        }
        let clearance = wholePixels((line / pitch).rounded(.up))
        for position in 0..<count {
            let isMarked = position == marked
            guard isMarked || position % stride == 0 else { continue }
            if let marked, !isMarked, abs(position - marked) < clearance { continue }
            let number =
                stride > 1 ? fonts.layout("\(position)  ", size: size, weight: isMarked ? .bold : .regular) : nil
            let run = fonts.layout(
                labels(position), size: size, weight: isMarked ? .bold : .regular, limit: longest)
            items.append(Item(position: position, run: run, number: number, isMarked: isMarked))
        }
        let widest = items.map(\.width).max() ?? 0
        depth = wholePixels(
            (angleDegrees == 0
                ? (direction == .rows ? widest : size * 1.1)
                : angleDegrees == 45 ? (widest + size) * 0.7072 : widest).rounded(.up))
    }

    /// Draws the labels with ticks of `tick` pixels; position 0 begins at `start` along the axis, which lies at `edge`.
    func draw(on canvas: inout Canvas, fonts: FontBook, inks: Inks, start: Double, edge: Int, tick: Int, hairline: Int)
    {
        for item in items {
            let middle = start + (Double(item.position) + 0.5) * pitch
            let place = wholePixels(middle.rounded(.down)) - hairline / 2
            let ink = item.isMarked ? inks.accent : inks.ink
            let tickInk = item.isMarked ? inks.accent : inks.muted
            switch direction {
            case .rows:
                canvas.fill(Box(x: edge - tick, y: place, width: tick, height: hairline), tickInk)
                let left = Double(edge - tick) - size * 0.3 - item.width
                drawItem(
                    item, on: &canvas, fonts: fonts, inks: inks, ink: ink, x: left, y: middle + item.run.capHeight / 2)
            case .columns:
                canvas.fill(Box(x: place, y: edge, width: hairline, height: tick), tickInk)
                let top = Double(edge + tick)
                switch angleDegrees {
                case 0:
                    drawItem(
                        item, on: &canvas, fonts: fonts, inks: inks, ink: ink, x: middle - item.width / 2,
                        y: top + size)
                case 45:
                    // The end of the text points at the tick from below left.
                    let reach = (item.width + size * 0.35) * 0.7072
                    drawItem(
                        item, on: &canvas, fonts: fonts, inks: inks, ink: ink, x: middle + size * 0.27 - reach,
                        y: top + size * 0.25 + reach)
                default:
                    drawItem(
                        item, on: &canvas, fonts: fonts, inks: inks, ink: ink, x: middle + item.run.capHeight / 2,
                        y: top + size * 0.3 + item.width)
                }
            }
        }
    }

    private func drawItem(
        _ item: Item, on canvas: inout Canvas, fonts: FontBook, inks: Inks, ink: UInt8, x: Double, y: Double
    ) {
        var x = x, y = y
        if let number = item.number {
            fonts.draw(
                number, on: &canvas, x: x, y: y, angleDegrees: angleDegrees, ink: item.isMarked ? ink : inks.muted)
            switch angleDegrees {
            case 0: x += number.width
            case 45: (x, y) = (x + number.width * 0.70711, y - number.width * 0.70711)
            default: y -= number.width
            }
        }
        fonts.draw(item.run, on: &canvas, x: x, y: y, angleDegrees: angleDegrees, ink: ink, quietInk: inks.muted)
    }
}
