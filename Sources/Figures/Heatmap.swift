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
    /// Draws the weights of one head with its upper left corner at (`x`, `y`), the edge of what each query can see around
    /// them: a staircase, and what lies right of it is left as it is; a square where the layer attends both ways. Queries
    /// run down, keys to the right.
    /// Values that are no weights are drawn in `inks.invalid`.
    mutating func heatmap(
        _ record: AttentionRecord, layer: Int, head: Int, fit: HeatmapFit, x: Int, y: Int, inks: Inks, hairline: Int,
        edge: UInt8? = nil
    ) {
        let cells = fit.cells
        let isSquare = record.patterns.layers[layer] == .full
        var strongest = [Float](repeating: unseen, count: cells)
        var line = [UInt8](repeating: inks.paper, count: fit.side)
        var reader = RowReader(record)
        for row in 0..<cells {
            let queries = row * fit.block..<min((row + 1) * fit.block, fit.positions)
            let seen = isSquare ? cells : row + 1
            for column in 0..<seen { strongest[column] = unseen }
            if record.isKeptInPart {
                let length = record.rowLength(layer: layer, query: queries.upperBound - 1)
                for column in 0..<min(seen, (length + fit.block - 1) / fit.block) { strongest[column] = 0 }
                for query in queries {
                    record.forEachKept(layer: layer, head: head, query: query) { key, weight in
                        let column = key / fit.block
                        if weight > strongest[column] { strongest[column] = weight }
                    }
                }
            } else {
                for query in queries {
                    reader.read(layer: layer, head: head, query: query) { weights in
                        gather(weights, block: fit.block, into: &strongest)
                    }
                }
            }
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
        if isSquare {
            frame(
                Box(x: x, y: y, width: fit.side, height: fit.side).inset(by: -hairline), thickness: hairline,
                edge ?? inks.edge)
        } else {
            staircase(fit, x: x, y: y, thickness: hairline, edge ?? inks.edge)
        }
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

    /// Hands the weights of a row from key 0 to the last one seen to `body`.
    mutating func read<Result>(
        layer: Int, head: Int, query: Int, _ body: (UnsafeBufferPointer<Float>) -> Result
    ) -> Result {
        row.withUnsafeMutableBufferPointer { buffer in
            body(record.row(layer: layer, head: head, query: query, buffer: buffer))
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
