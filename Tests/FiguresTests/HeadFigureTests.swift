// One head as a picture: every cell has the colour of its weight, and everything around the cells is there.
import Phrases
import Testing
import Traces

@testable import Figures

@Suite struct HeadFigureTests {
    let weights = record(layers: 2, heads: 2, positions: 9) { layer, head, query, key in
        Float((key * 5 + query * 3 + layer * 7 + head * 11) % 13) + 0.5
    }

    @Test(arguments: FigureStyle.Theme.allCases, [1.0, 2.0, 3.0])
    func cellsHaveTheColourOfTheirWeight(theme: FigureStyle.Theme, scale: Double) throws {
        let figure = try attentionFigure(
            trace(weights), selection: .head(layer: 1, head: 1), style: FigureStyle(theme: theme, scale: scale))
        let pixels = try Pixels(figure)
        let map: ColorMap = theme == .light ? .light : .dark
        let palette: Palette = theme == .light ? .light : .dark
        let plot = try plot(in: pixels, map)
        #expect(plot.cell == Int(40 * scale))
        for query in 0..<9 {
            let row = weights.row(layer: 1, head: 1, query: query)
            let y = plot.y + query * plot.cell + plot.cell / 2
            for key in 0...query {
                let x = plot.x + key * plot.cell + plot.cell / 2
                #expect(pixels[x, y] == drawnColor(row[key], map), "query \(query), key \(key)")
            }
            // Right of the diagonal and its edge is paper (the colour bar stands outside at this size).
            if query < 5 { #expect(pixels[plot.x + (query + 1) * plot.cell + 8, y] == palette.paper) }
        }
    }

    @Test func aCellIsOneColourFromEdgeToEdge() throws {
        let pixels = try Pixels(attentionFigure(trace(weights), selection: .head(layer: 0, head: 0)))
        let plot = try plot(in: pixels, .light)
        let color = drawnColor(weights.row(layer: 0, head: 0, query: 8)[3], .light)
        for y in 8 * plot.cell..<9 * plot.cell {
            for x in 3 * plot.cell..<4 * plot.cell { #expect(pixels[plot.x + x, plot.y + y] == color) }
        }
    }

    @Test func theColourBarRunsFromOneEndOfTheMapToTheOther() throws {
        let pixels = try Pixels(attentionFigure(trace(weights), selection: .head(layer: 0, head: 0)))
        let x = try #require(barLeft(pixels)) + 2
        let column = (0..<pixels.height).map { pixels[x, $0] }
        let first = column.firstIndex(of: ColorMap.light.color(1)) ?? 0
        let last = column.lastIndex(of: ColorMap.light.color(0)) ?? 0
        #expect(last - first > 200)
        let bar = column[min(first, last)...last].map(lightness)
        let rises = zip(bar, bar.dropFirst()).allSatisfy { $0 <= $1 }
        #expect(rises)
        #expect(Set(bar).count > 100)
    }

    /// Where the rightmost stretch of full colour begins.
    private func barLeft(_ pixels: Pixels) -> Int? {
        (0..<pixels.height).compactMap { pixels.runs(of: ColorMap.light.color(1), row: $0).last?.start }.max()
    }

    private func lightness(_ color: RGB) -> Double {
        0.2126 * Double(color.red) + 0.7152 * Double(color.green) + 0.0722 * Double(color.blue)
    }

    @Test func labelsStandBesideEveryRowAndUnderEveryColumn() throws {
        let pixels = try Pixels(attentionFigure(trace(weights), selection: .head(layer: 0, head: 0)))
        let plot = try plot(in: pixels, .light)
        for position in 0..<9 {
            let start = position * plot.cell
            let left = Box(x: plot.x - 60, y: plot.y + start + 20, width: 50, height: plot.cell - 40)
            #expect(pixels.marks(in: left, on: Palette.light.paper) > 40, "row \(position)")
            let under = Box(
                x: plot.x + start, y: plot.y + 9 * plot.cell + 12, width: plot.cell, height: 30)
            #expect(pixels.marks(in: under, on: Palette.light.paper) > 30, "column \(position)")
        }
    }

    @Test func aStepShowsItsContextOnlyAndMarksItsRow() throws {
        var run = trace(record(positions: 12) { _, _, _, key in Float(key + 1) })
        let prompt = run.prompt.tokens
        run.prompt.tokens = Array(prompt.prefix(8))
        run.steps = trace(nil).steps
        for index in run.steps.indices { run.steps[index].position = 8 + index }
        let whole = try Pixels(attentionFigure(run, selection: .head(layer: 0, head: 0)))
        let step = try Pixels(attentionFigure(run, selection: .head(layer: 0, head: 0), step: 1))
        #expect(whole.first(Palette.light.accent) == nil)
        let plot = try plot(in: step, .light)
        // 9 tokens lead to step 1: the frame stands around the ninth row, outside its cells.
        let rowTop = plot.y + 8 * plot.cell
        #expect(step.runs(of: Palette.light.accent, row: rowTop - 1).contains { $0.length >= 9 * plot.cell })
        let row = run.attention!.row(layer: 0, head: 0, query: 8)
        for key in 0..<9 {
            #expect(step[plot.x + key * plot.cell + 3, rowTop + 3] == drawnColor(row[key], .light))
        }
    }

    @Test func whatIsOutOfRangeIsRefusedWithTheRange() {
        let run = trace(weights)
        func error(_ selection: AttentionSelection, step: Int? = nil, scale: Double = 2) -> String {
            do {
                _ = try attentionFigure(run, selection: selection, step: step, style: FigureStyle(scale: scale))
                return ""
            } catch { return error.description }
        }
        #expect(error(.head(layer: 2, head: 0)) == "layer 2 does not exist; the model has layers 0 to 1")
        #expect(error(.head(layer: 0, head: -1)) == "head -1 does not exist; a layer has heads 0 to 1")
        #expect(error(.layer(-1)) == "layer -1 does not exist; the model has layers 0 to 1")
        #expect(error(.grid, step: 0) == "step 0 does not exist; the trace has no steps")
        #expect(error(.grid, scale: 9).hasPrefix("scale is 9.0; it must be in 0.5…8"))
        #expect(error(.grid, scale: .nan).hasPrefix("scale is nan"))
        #expect(throws: FigureError.noAttention) { try attentionFigure(trace(nil), selection: .grid) }
    }

    @Test func theSameRunGivesTheSameBytes() throws {
        for selection in [AttentionSelection.head(layer: 0, head: 1), .layer(1), .grid] {
            let one = try attentionFigure(trace(weights), selection: selection)
            #expect(try attentionFigure(trace(weights), selection: selection) == one)
        }
    }

    @Test func bothLanguagesHaveTheirOwnWords() throws {
        var style = FigureStyle()
        let english = try attentionFigure(trace(weights), selection: .grid, style: style)
        style.language = .chinese
        let chinese = try attentionFigure(trace(weights), selection: .grid, style: style)
        #expect(english.png != chinese.png)
        #expect(english.warnings == [])
    }
}
