// A picture in the making: palette indices, row by row, and the few shapes that figures are made of. All coordinates are
// device pixels; (0, 0) is the upper left corner.
internal import Traces

/// A rectangle of whole pixels.
struct Box: Equatable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int

    var right: Int { x + width }
    var bottom: Int { y + height }

    func inset(by amount: Int) -> Box {
        Box(x: x + amount, y: y + amount, width: width - 2 * amount, height: height - 2 * amount)
    }
}

struct Canvas {
    let width: Int
    let height: Int
    /// (height, width) palette indices.
    var pixels: [UInt8]
    var table = ColorTable()

    /// More pixels than this are refused before anything is allocated.
    static let pixelLimit = 120_000_000
    /// libpng refuses longer sides.
    static let sideLimit = 1_000_000

    /// A blank canvas; throws ``FigureError/tooLarge(width:height:)``.
    init(width: Int, height: Int, paper: RGB) throws(FigureError) {
        guard width > 0, height > 0, width <= Self.sideLimit, height <= Self.sideLimit,
            width * height <= Self.pixelLimit
        else { throw .tooLarge(width: width, height: height) }
        self.width = width
        self.height = height
        let ground = table.index(of: paper)
        pixels = [UInt8](repeating: ground, count: width * height)
    }

    mutating func color(_ color: RGB) -> UInt8 { table.index(of: color) }

    /// Fills what of `box` lies on the canvas.
    mutating func fill(_ box: Box, _ color: UInt8) {
        let left = max(box.x, 0), right = min(box.right, width)
        guard left < right else { return }
        for y in max(box.y, 0)..<max(min(box.bottom, height), max(box.y, 0)) {
            pixels.withUnsafeMutableBufferPointer { buffer in
                buffer[y * width + left..<y * width + right].update(repeating: color)
            }
        }
    }

    /// The outline of `box`, drawn inwards.
    mutating func frame(_ box: Box, thickness: Int, _ color: UInt8) {
        fill(Box(x: box.x, y: box.y, width: box.width, height: thickness), color)
        fill(Box(x: box.x, y: box.bottom - thickness, width: box.width, height: thickness), color)
        fill(Box(x: box.x, y: box.y, width: thickness, height: box.height), color)
        fill(Box(x: box.right - thickness, y: box.y, width: thickness, height: box.height), color)
    }

    /// Lays `ink` over a pixel at `coverage` of 255; outside the canvas nothing happens.
    mutating func blend(_ x: Int, _ y: Int, _ ink: UInt8, _ coverage: UInt8) {
        guard x >= 0, y >= 0, x < width, y < height, coverage > 0 else { return }
        let place = y * width + x
        pixels[place] = table.mix(ink, over: pixels[place], coverage: coverage)
    }

    /// A straight line with round ends and soft edges; `thickness` in pixels.
    mutating func line(
        from a: (x: Double, y: Double), to b: (x: Double, y: Double), thickness: Double, _ ink: UInt8
    ) {
        let reach = thickness / 2 + 1
        let dx = b.x - a.x, dy = b.y - a.y
        let squared = dx * dx + dy * dy
        func span(_ p: Double, _ q: Double, _ limit: Int) -> Range<Int> {
            let low = max(wholePixels((min(p, q) - reach).rounded(.down)), 0)
            return low..<max(min(wholePixels((max(p, q) + reach).rounded(.up)), limit), low)
        }
        for y in span(a.y, b.y, height) {
            for x in span(a.x, b.x, width) {
                let px = Double(x) + 0.5 - a.x, py = Double(y) + 0.5 - a.y
                let t = squared > 0 ? min(max((px * dx + py * dy) / squared, 0), 1) : 0
                let ex = px - t * dx, ey = py - t * dy
                let distance = (ex * ex + ey * ey).squareRoot()
                let share = min(max(thickness / 2 + 0.5 - distance, 0), 1)
                if share > 0 { blend(x, y, ink, UInt8((share * 255).rounded())) }
            }
        }
    }

    /// A filled circle.
    mutating func dot(_ center: (x: Double, y: Double), radius: Double, _ ink: UInt8) {
        line(from: center, to: center, thickness: 2 * radius, ink)
    }

    /// A filled triangle that points right (`angle` 0), its tip at `tip`; marks a row or a place.
    mutating func pointer(tip: (x: Int, y: Int), size: Int, down: Bool = false, _ ink: UInt8) {
        for step in 0..<size {
            let half = step / 2 + step % 2
            if down {
                fill(Box(x: tip.x - half, y: tip.y - step, width: 2 * half + 1, height: 1), ink)
            } else {
                fill(Box(x: tip.x - step, y: tip.y - half, width: 1, height: 2 * half + 1), ink)
            }
        }
    }
}
