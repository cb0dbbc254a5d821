// What a broken or unusual trace may hold: nothing traps, nothing hangs, and the reader is told.
import Phrases
import Testing
import Traces

@testable import Figures

@Suite struct HostileTests {
    @Test func noPositionsIsAnError() {
        let empty = AttentionRecord(layers: 2, heads: 2, keyValueHeads: 2)
        #expect(throws: FigureError.noAttention) { try attentionFigure(trace(empty, tokens: []), selection: .grid) }
    }

    @Test(arguments: [AttentionSelection.head(layer: 0, head: 0), .layer(0), .grid])
    func oneTokenIsOneCell(selection: AttentionSelection) throws {
        let figure = try attentionFigure(trace(record(positions: 1) { _, _, _, _ in 1 }), selection: selection)
        let pixels = try Pixels(figure)
        #expect(pixels.first(ColorMap.light.color(1)) != nil)
        #expect(figure.width >= 860)
    }

    @Test func manyPositionsShareAPixelAndTheLargestWeightWins() throws {
        // One strong key per row, otherwise an even spread: the maximum must survive wherever it lies in its block.
        let large = record(positions: 1_500) { _, _, query, key in key == query / 2 ? 3_000 : 1 }
        let fit = HeatmapFit(positions: 1_500, pixels: 940)
        #expect(fit == HeatmapFit(positions: 1_500, pixels: 940))
        #expect(fit.cell == 1 && fit.block == 2 && fit.side == 750)
        let figure = try attentionFigure(
            trace(large), selection: .head(layer: 0, head: 0), style: FigureStyle(scale: 1))
        #expect(figure.png.count < 200_000)
        let pixels = try Pixels(figure)
        let plot = try plot(in: pixels, .light)
        for row in stride(from: 10, to: 750, by: 37) {
            // Rows 2r and 2r + 1 are strongest at key r.
            let weight = large.row(layer: 0, head: 0, query: 2 * row)[row]
            #expect(pixels[plot.x + row / 2, plot.y + row] == drawnColor(weight, .light), "row \(row)")
        }
    }

    @Test func valuesThatAreNoWeightsAreRedCountedAndSaid() throws {
        let broken = record(positions: 6) { _, _, _, _ in 1 }
        broken.rowPointer(layer: 0, head: 0, query: 3)[1] = .nan
        broken.rowPointer(layer: 0, head: 0, query: 4)[2] = .infinity
        broken.rowPointer(layer: 0, head: 0, query: 5)[0] = -0.5
        let figure = try attentionFigure(trace(broken), selection: .head(layer: 0, head: 0))
        #expect(
            figure.warnings.map(\.english) == ["3 values are no weights (NaN or outside 0…1); they are drawn in red."])
        let pixels = try Pixels(figure)
        let plot = try plot(in: pixels, .light)
        for (query, key) in [(3, 1), (4, 2), (5, 0)] {
            let x = plot.x + key * plot.cell + 9, y = plot.y + query * plot.cell + 9
            #expect(pixels[x, y] == Palette.light.accent)
        }
        #expect(try attentionFigure(trace(broken), selection: .layer(0)).warnings.count == 1)
        #expect(try attentionFigure(trace(broken), selection: .grid).warnings.count == 1)
    }

    @Test func hostileTokensFitTheirPlace() throws {
        let texts = [
            String(repeating: "很長", count: 1_700), "\u{202E}evil\u{202C}", "\0\u{1}\u{7F}", "<script>alert(1)</script>",
            String(repeating: "e\u{301}", count: 3_000), "👩‍👩‍👧‍👦", "\u{10FFFD}", "السلام", "",
        ]
        let weights = record(positions: texts.count) { _, _, _, key in Float(key + 1) }
        let figure = try attentionFigure(trace(weights, tokens: texts), selection: .head(layer: 0, head: 0))
        #expect(figure.width < 1_600 && figure.height < 1_700)
        #expect(figure.warnings.contains { $0.english.contains("U+10FFFD") })
    }

    @Test func moreRowsThanTokensAreNumbered() throws {
        let weights = record(positions: 7) { _, _, _, _ in 1 }
        _ = try attentionFigure(trace(weights, tokens: ["a", "b"]), selection: .head(layer: 0, head: 0))
    }

    @Test func brokenNumbersInStepsDoNotStopTheCharts() throws {
        var run = trace(nil, steps: 4)
        run.steps[1].entropyBitsRaw = .nan
        run.steps[2].entropyBitsFinal = .infinity
        run.steps[1].candidates[0].probability = .nan
        run.steps[1].candidates[1].rawProbability = -3
        run.steps[1].draw = Draw(uniform: 7, low: .nan, high: -1)
        run.steps[3].candidates = []
        _ = try entropyFigure(run)
        _ = try candidatesFigure(run, step: 1)
        #expect(throws: FigureError.noLogits) { try candidatesFigure(run, step: 3) }
        run.steps = []
        #expect(throws: FigureError.noSteps) { try entropyFigure(run) }
    }

    @Test func aPictureTooLargeIsRefusedBeforeItIsMade() {
        let many = record(layers: 40, heads: 900, positions: 2) { _, _, _, _ in 1 }
        #expect {
            try attentionFigure(trace(many), selection: .grid, style: FigureStyle(scale: 8))
        } throws: { error in
            guard case FigureError.tooLarge = error else { return false }
            return "\(error)".contains("--scale")
        }
    }

    @Test func everyStorageOfTheWeightsIsDrawn() throws {
        let exact = record(positions: 20) { _, _, query, key in key == query ? 30 : 1 }
        let strongest = AttentionRecord(
            layers: 1, heads: 1, keyValueHeads: 1, capacityPositions: 20, storage: .strongest(keysPerRow: 2))
        strongest.grow(toPositions: 20)
        for query in 0..<20 {
            let row = exact.row(layer: 0, head: 0, query: query)
            row.withUnsafeBufferPointer { strongest.write(layer: 0, head: 0, query: query, weights: $0) }
        }
        let pixels = try Pixels(attentionFigure(trace(strongest), selection: .head(layer: 0, head: 0)))
        let plot = try plot(in: pixels, .light)
        let weight = exact.row(layer: 0, head: 0, query: 19)[19]
        let place = (x: plot.x + 19 * plot.cell + 5, y: plot.y + 19 * plot.cell + 5)
        #expect(pixels[place.x, place.y] == drawnColor(weight, .light))
        #expect(pixels[place.x - 3 * plot.cell, place.y] == ColorMap.light.color(0))
    }
}
