// Pictures of runs that fill: the whole square of the attention, a mask's row and candidates, two runs side by side.
import Testing
import TraceSamples
import Traces

@testable import Figures

@Suite struct MaskFigureTests {
    private let trace = sampleFilling()

    /// Whether some row of pixels shows these colours side by side, each in a stretch of its own.
    private func shows(_ colors: [RGB], in pixels: Pixels) -> Bool {
        for y in 0..<pixels.height {
            var stretches: [RGB] = []
            for x in 0..<pixels.width where stretches.last != pixels[x, y] { stretches.append(pixels[x, y]) }
            guard stretches.count >= colors.count else { continue }
            for start in 0...stretches.count - colors.count
            where Array(stretches[start..<start + colors.count]) == colors { return true }
        }
        return false
    }

    /// The colours of a row of weights; neighbours of one colour are one stretch.
    private func colors(_ trace: Trace, layer: Int, head: Int, query: Int) throws -> [RGB] {
        let record = try #require(trace.attention)
        var colors: [RGB] = []
        for weight in record.row(layer: layer, head: head, query: query) {
            let color = drawnColor(weight, .light)
            if colors.last != color { colors.append(color) }
        }
        return colors
    }

    @Test func rowsReachTheLastKey() throws {
        let pixels = try Pixels(attentionFigure(trace, selection: .head(layer: 1, head: 2)))
        for query in [0, 1, 7, 14] {
            let row = try colors(trace, layer: 1, head: 2, query: query)
            #expect(row.count > 8 && shows(row, in: pixels), "query \(query)")
        }
    }

    @Test func everyPictureIsDrawn() throws {
        let whole = try Pixels(attentionFigure(trace, selection: .layer(1)))
        for mask in [0, 1] {
            let marked = try Pixels(attentionFigure(trace, selection: .layer(1), step: mask))
            #expect(marked != whole)
            _ = try attentionFigure(trace, selection: .grid, step: mask)
            _ = try candidatesFigure(trace, step: mask)
        }
        #expect(throws: FigureError.self) { try attentionFigure(trace, selection: .grid, step: 2) }
        #expect(throws: FigureError.self) { try candidatesFigure(trace, step: 2) }
    }

    @Test func twoRunsSideBySide() throws {
        let written = sampleTrace()
        let pixels = try Pixels(attentionPairFigure(written, trace, layer: 1, head: 2))
        #expect(shows(try colors(trace, layer: 1, head: 2, query: 0), in: pixels))
        #expect(shows(try colors(written, layer: 1, head: 2, query: 9), in: pixels))
        _ = try attentionPairFigure(written, trace)
        #expect(throws: FigureError.self) { try attentionPairFigure(written, trace, layer: 4) }
        #expect(throws: FigureError.self) { try attentionPairFigure(written, trace, layer: 0, head: 6) }
        var bare = trace
        bare.attention = nil
        #expect(throws: FigureError.self) { try attentionPairFigure(written, bare) }
    }
}
