// Pictures back into pixels, and small runs to draw.
import CPNG
import Testing
import TraceSamples
import Traces

@testable import Figures

/// A decoded picture.
struct Pixels: Equatable {
    var width = 0
    var height = 0
    /// Row by row.
    var colors: [RGB] = []

    init(_ figure: Figure) throws { try self.init(png: figure.png) }

    init(png: [UInt8]) throws {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        // libpng keeps the pointer between the two calls.
        let (opened, pixels, done) = png.withUnsafeBufferPointer { png -> (Int32, [UInt8], Int32) in
            let opened = png_image_begin_read_from_memory(&image, png.baseAddress, png.count)
            image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
            var pixels = [UInt8](repeating: 0, count: Int(image.width) * Int(image.height) * 3)
            let done = png_image_finish_read(&image, nil, &pixels, 0, nil)
            return (opened, pixels, done)
        }
        png_image_free(&image)
        try #require(opened != 0)
        try #require(done != 0)
        width = Int(image.width)
        height = Int(image.height)
        colors.reserveCapacity(width * height)
        pixels.withUnsafeBufferPointer { bytes in
            for place in 0..<width * height {
                colors.append(RGB(bytes[3 * place], bytes[3 * place + 1], bytes[3 * place + 2]))
            }
        }
    }

    subscript(x: Int, y: Int) -> RGB { colors[y * width + x] }

    /// The topmost, then leftmost pixel of a colour.
    func first(_ color: RGB) -> (x: Int, y: Int)? {
        colors.firstIndex(of: color).map { ($0 % width, $0 / width) }
    }

    /// Lengths of the runs of a colour in a row, from left to right.
    func runs(of color: RGB, row: Int) -> [(start: Int, length: Int)] {
        var runs: [(start: Int, length: Int)] = []
        var start: Int?
        for x in 0...width {
            let isColor = x < width && self[x, row] == color
            if isColor, start == nil { start = x }
            if !isColor, let begin = start {
                runs.append((begin, x - begin))
                start = nil
            }
        }
        return runs
    }

    /// Pixels in a box that differ from `ground`.
    func marks(in box: Box, on ground: RGB) -> Int {
        var count = 0
        for y in box.y..<box.bottom { for x in box.x..<box.right where self[x, y] != ground { count += 1 } }
        return count
    }
}

/// A record filled by a rule; rows are made to sum to 1.
func record(
    layers: Int = 1, heads: Int = 1, keyValueHeads: Int? = nil, positions: Int,
    _ weight: (_ layer: Int, _ head: Int, _ query: Int, _ key: Int) -> Float
) -> AttentionRecord {
    let record = AttentionRecord(
        layers: layers, heads: heads, keyValueHeads: keyValueHeads ?? heads, capacityPositions: positions)
    record.grow(toPositions: positions)
    for query in 0..<positions {
        for layer in 0..<layers {
            for head in 0..<heads {
                let row = record.rowPointer(layer: layer, head: head, query: query)
                var sum: Float = 0
                for key in 0...query {
                    row[key] = weight(layer, head, query, key)
                    sum += row[key]
                }
                for key in 0...query { row[key] /= sum }
            }
        }
    }
    return record
}

/// The sample run with other attention, and with as many tokens as it has positions.
func trace(_ attention: AttentionRecord?, tokens: [String]? = nil, steps: Int = 3) -> Trace {
    var trace = sampleTrace(
        SampleShape {
            $0.steps = steps
            $0.attention = false
        })
    trace.attention = attention
    if let attention {
        trace.model.layers = attention.layers
        trace.model.heads = attention.heads
        let texts = tokens ?? (0..<attention.positions).map { ["The", " quick", " fox", " over", " it"][$0 % 5] }
        trace.prompt.tokens = texts.map { token($0) }
        trace.steps = []
    }
    return trace
}

func token(_ text: String) -> Token {
    Token(id: 0, bytes: Array(text.utf8), text: text, start: 0, end: 0, special: false)
}

/// The map as figures draw it: by the square root of the weight, in ``Inks/mapSteps`` equal steps.
func drawnColor(_ weight: Float, _ map: ColorMap, steps: Int = Inks.mapSteps) -> RGB {
    let last = steps - 1
    return map.color(Double((weight.squareRoot() * Float(last)).rounded()) / Double(last))
}

/// Where the plot of one head lies in a figure: its upper left corner, which always has weight 1, and the cell's side.
func plot(in pixels: Pixels, _ map: ColorMap) throws -> (x: Int, y: Int, cell: Int) {
    let full = map.color(1)
    // The colour bar may begin higher, but stands further right.
    var x = pixels.width
    for row in 0..<pixels.height { if let run = pixels.runs(of: full, row: row).first { x = min(x, run.start) } }
    try #require(x < pixels.width)
    let y = try #require((0..<pixels.height).first { pixels[x, $0] == full })
    let run = try #require(pixels.runs(of: full, row: y).first { $0.start == x })
    return (x, y, run.length)
}
