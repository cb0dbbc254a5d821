// One layer's heads and the grid of all heads.
import Testing
import Traces

@testable import Figures

@Suite struct AttentionPanelsTests {
    /// Heads that are told apart by a single strong key: key = head, query = positions − 1 − layer.
    let weights = record(layers: 5, heads: 4, keyValueHeads: 2, positions: 10) { layer, head, query, key in
        query == 9 - layer && key == head ? 200 : 1
    }

    @Test(arguments: [AttentionSelection.layer(2), .grid])
    func everyHeadIsDrawnOnce(selection: AttentionSelection) throws {
        let pixels = try Pixels(attentionFigure(trace(weights), selection: selection))
        let strong = drawnColor(200 / 207, .light)  // 200 / (200 + 7), the last row of layer 2
        let strongest = [strong] + [0, 1, 3, 4].map { drawnColor(200 / Float(209 - $0), .light) }
        let colors = Set(strongest.map(\.hex))
        // Count the solid squares of those colours by their upper left corners, the colour bar left out.
        var corners = 0
        for y in 1..<pixels.height {
            for run in (0..<1).flatMap({ _ in pixels.runs(of: strong, row: y) }) where run.length >= 3 {
                if pixels[run.start, y - 1] != strong, run.start < pixels.width - 150 { corners += 1 }
            }
        }
        #expect(colors.count >= 1)
        #expect(corners >= 4)
    }

    @Test func columnsAreDivisorsNearTheRoot() {
        #expect(panelColumns(9) == 3)
        #expect(panelColumns(12) == 4)
        #expect(panelColumns(16) == 4)
        #expect(panelColumns(32) == 8 || panelColumns(32) == 4)
        #expect(panelColumns(7) == 3)
        #expect(panelColumns(1) == 1)
    }

    @Test func manyHeadsAndPositionsStaySmall() throws {
        // Attention that fades with distance, with some noise: hard to compress, as real heads are.
        var noise: UInt32 = 1
        let large = record(layers: 8, heads: 6, positions: 120) { _, head, query, key in
            noise = noise &* 1_664_525 &+ 1_013_904_223
            return 1 / Float(query - key + 1 + head) + Float(noise >> 20) / 4096 * 0.1 + (key == 0 ? 2 : 0)
        }
        let grid = try attentionFigure(trace(large), selection: .grid)
        #expect(grid.png.count < 300_000)
        let head = try attentionFigure(trace(large), selection: .head(layer: 3, head: 2))
        #expect(head.png.count < 150_000)
    }

    @Test func aSmallScaleMakesASmallPicture() throws {
        let one = try attentionFigure(trace(weights), selection: .layer(0), style: FigureStyle(scale: 1))
        let two = try attentionFigure(trace(weights), selection: .layer(0), style: FigureStyle(scale: 2))
        #expect(abs(two.width - 2 * one.width) < 24)
        let pixels = try Pixels(one)
        #expect(pixels.width == one.width && pixels.height == one.height)
    }
}
