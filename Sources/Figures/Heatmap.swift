// One head's weights as coloured cells: the core of every attention picture, without any text.
internal import Traces

/// How a square of `positions` × `positions` weights lies on whole pixels: each cell several pixels wide, or, when
/// there are more positions than pixels, each pixel the maximum of a block of weights.
struct HeatmapFit: Equatable {
    let positions: Int
    /// Pixels per cell.
    let cell: Int
    /// Positions per cell; more than 1 only where `cell` is 1.
    let block: Int

    /// The largest fit into `pixels` a side.
    init(positions: Int, pixels: Int) {
        self.positions = positions
        cell = max(pixels / max(positions, 1), 1)
        block = cell > 1 ? 1 : max((positions + pixels - 1) / max(pixels, 1), 1)
    }

    /// Cells a side.
    var cells: Int { (positions + block - 1) / block }
    /// Pixels a side.
    var side: Int { cells * cell }
    /// Pixels per position.
    var pitch: Double { Double(cell) / Double(block) }
}

/// Stands for a value that is no weight: NaN, infinite, or outside 0…1. Larger than any weight, so it survives the
/// maximum of a block.
private let notAWeight: Float = 2
/// Stands for what a query cannot see.
private let unseen: Float = -1
/// Sums of rounded weights may pass 1 by this much.
private let weightSlack: Float = 1e-3

extension Canvas {
    /// Draws the weights of one head with its upper left corner at (`x`, `y`), the staircase of what each query can
    /// see around them. Queries run down, keys to the right; what lies right of the staircase is left as it is.
    /// Values that are no weights are drawn in `inks.invalid`.
    mutating func heatmap(
        _ record: AttentionRecord, layer: Int, head: Int, fit: HeatmapFit, x: Int, y: Int, inks: Inks, hairline: Int,
        edge: UInt8? = nil
    ) {
        let cells = fit.cells
        var strongest = [Float](repeating: unseen, count: cells)
        var line = [UInt8](repeating: inks.paper, count: fit.side)
        var reader = RowReader(record)
        for row in 0..<cells {
            let queries = row * fit.block..<min((row + 1) * fit.block, fit.positions)
            for column in 0...row { strongest[column] = unseen }
            for query in queries {
                reader.read(layer: layer, head: head, query: query) { weights in
                    gather(weights, block: fit.block, into: &strongest)
                }
            }
            let seen = row + 1
            for column in 0..<seen {
                let weight = strongest[column]
                let color = weight > 1.5 ? inks.invalid : inks.color(weight)
                for place in column * fit.cell..<(column + 1) * fit.cell { line[place] = color }
            }
            for copy in 0..<fit.cell {
                let start = (y + row * fit.cell + copy) * width + x
                pixels.replaceSubrange(start..<start + seen * fit.cell, with: line[..<(seen * fit.cell)])
            }
        }
        staircase(fit, x: x, y: y, thickness: hairline, edge ?? inks.edge)
    }

    /// The edge of what can be seen, drawn outside the cells.
    private mutating func staircase(_ fit: HeatmapFit, x: Int, y: Int, thickness: Int, _ color: UInt8) {
        let side = fit.side
        fill(Box(x: x - thickness, y: y - thickness, width: thickness, height: side + 2 * thickness), color)
        fill(Box(x: x - thickness, y: y + side, width: side + 2 * thickness, height: thickness), color)
        for row in 0..<fit.cells {
            let left = x + row * fit.cell, top = y + row * fit.cell
            fill(Box(x: left, y: top - thickness, width: fit.cell + thickness, height: thickness), color)
            fill(Box(x: left + fit.cell, y: top, width: thickness, height: fit.cell), color)
        }
    }
}

/// Reads rows one after the other with one buffer for all.
struct RowReader {
    let record: AttentionRecord
    private var row: [Float]

    init(_ record: AttentionRecord) {
        self.record = record
        row = [Float](repeating: 0, count: record.positions)
    }

    /// Hands the `query + 1` weights of a row to `body`.
    mutating func read<Result>(
        layer: Int, head: Int, query: Int, _ body: (UnsafeBufferPointer<Float>) -> Result
    ) -> Result {
        row.withUnsafeMutableBufferPointer { buffer in
            let row = record.row(layer: layer, head: head, query: query, buffer: buffer)
            // Drawn is the staircase up to the query's own key.
            return body(UnsafeBufferPointer(rebasing: row[...query]))
        }
    }
}

/// Raises each block's entry to the largest weight in it.
private func gather(_ weights: UnsafeBufferPointer<Float>, block: Int, into strongest: inout [Float]) {
    strongest.withUnsafeMutableBufferPointer { strongest in
        var column = 0
        var inBlock = 0
        for weight in weights {
            let weight = isWeight(weight) ? weight : notAWeight
            if weight > strongest[column] { strongest[column] = weight }
            inBlock += 1
            if inBlock == block {
                inBlock = 0
                column += 1
            }
        }
    }
}

/// False for NaN as well.
@inline(__always)
private func isWeight(_ value: Float) -> Bool { value >= -weightSlack && value <= 1 + weightSlack }

/// How many values are no weights.
func invalidWeights(_ weights: UnsafeBufferPointer<Float>) -> Int {
    var invalid = 0
    for weight in weights where !isWeight(weight) { invalid += 1 }
    return invalid
}
