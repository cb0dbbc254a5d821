// One layer's heads and the grid of all heads.
import Testing
import Traces

@testable import Figures

@Suite struct AttentionPanelsTests {
    /// Every head has its own weight at key 0 of the last query, a step of the thumbnails' colours; all else is 0 or 1.
    private static func mark(_ layer: Int, _ head: Int) -> Float {
        let root = Float(3 + layer * 4 + head) / Float(thumbnailSteps - 1)
        return root * root
    }
    let weights: AttentionRecord = {
        let weights = record(layers: 5, heads: 4, keyValueHeads: 2, positions: 10) { _, _, _, key in key == 0 ? 1 : 0 }
        for layer in 0..<5 {
            for head in 0..<4 { weights.rowPointer(layer: layer, head: head, query: 9)[0] = mark(layer, head) }
        }
        return weights
    }()

    /// Where the cell that tells a head stands: the leftmost square of its colour of at least 3 × 3 pixels, left of
    /// the colour bar.
    private func place(_ layer: Int, _ head: Int, in pixels: Pixels, steps: Int) -> (x: Int, y: Int)? {
        let color = drawnColor(Self.mark(layer, head), .light, steps: steps)
        for y in 0..<pixels.height - 3 {
            for run in pixels.runs(of: color, row: y) where run.length >= 3 && run.start < pixels.width - 160 {
                if (1..<3).allSatisfy({ pixels[run.start, y + $0] == color }) { return (run.start, y) }
            }
        }
        return nil
    }

    @Test func theGridHoldsEveryHeadInItsPlace() throws {
        let pixels = try Pixels(attentionFigure(trace(weights), selection: .grid))
        let places = try (0..<5).map { layer in
            try (0..<4).map { head in try #require(place(layer, head, in: pixels, steps: thumbnailSteps)) }
        }
        for layer in 0..<5 {
            for head in 1..<4 {
                #expect(places[layer][head].y == places[layer][0].y)
                #expect(places[layer][head].x > places[layer][head - 1].x)
            }
            // Heads 1 and 2 read different key/value heads and stand further apart than 0 and 1.
            let steps = zip(places[layer], places[layer].dropFirst()).map { $1.x - $0.x }
            #expect(steps[0] == steps[2] && steps[1] > steps[0])
        }
        for layer in 1..<5 where places[layer][0].x == places[layer - 1][0].x {
            #expect(places[layer][0].y > places[layer - 1][0].y)
        }
    }

    @Test func aLayerHoldsItsHeadsAndNoOthers() throws {
        let pixels = try Pixels(attentionFigure(trace(weights), selection: .layer(2)))
        let places = try (0..<4).map { head in try #require(place(2, head, in: pixels, steps: Inks.mapSteps)) }
        #expect(Set(places.map { "\($0.x),\($0.y)" }).count == 4)
        for layer in [0, 1, 3, 4] { #expect(place(layer, 0, in: pixels, steps: Inks.mapSteps) == nil) }
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
