// The charts: bars as long as their numbers, every fate told, lines where the values are.
import TraceSamples
import Testing
import Traces

@testable import Figures

@Suite struct ChartTests {
    let run = sampleTrace(SampleShape { $0.steps = 12 })

    @Test func barsAreAsLongAsTheirProbabilities() throws {
        let step = try #require(run.steps.first { $0.candidates.count { $0.probability > 0.02 } >= 2 })
        let pixels = try Pixels(candidatesFigure(run, step: step.index))
        let color = try Theme(FigureStyle()).finalBar
        // The lengths of all bars from top to bottom; the legend's first.
        var lengths: [Int] = []
        for y in 1..<pixels.height {
            let above = Set(pixels.runs(of: color, row: y - 1).map(\.start))
            for run in pixels.runs(of: color, row: y) where !above.contains(run.start) { lengths.append(run.length) }
        }
        let wanted = step.candidates.filter { $0.probability > 0 }.map(\.probability)
        let bars = Array(lengths.dropFirst())
        #expect(bars.count >= wanted.count)
        let perUnit = Double(bars[0]) / wanted[0]
        for (bar, probability) in zip(bars, wanted) where probability > 0.01 {
            #expect(abs(Double(bar) - probability * perUnit) <= 2)
        }
    }

    @Test func theChosenIsMarkedAndTheRemovedAreStruckOut() throws {
        let step = try #require(run.steps.first { $0.draw != nil && $0.candidates.contains { $0.removedBy != nil } })
        let pixels = try Pixels(candidatesFigure(run, step: step.index))
        #expect(pixels.first(Palette.light.accent) != nil)
        // A strike is a run of the quiet ink at least as long as two letters.
        let strikes = (0..<pixels.height).filter { row in
            pixels.runs(of: Palette.light.muted, row: row).contains { $0.length > 24 && $0.start < 300 }
        }
        let removed = step.candidates.count { $0.removedBy != nil }
        #expect(strikes.count >= min(removed, 1))
    }

    @Test func aGreedyStepHasNoDraw() throws {
        var greedy = run
        greedy.steps[0].draw = nil
        let with = try candidatesFigure(run, step: 0), without = try candidatesFigure(greedy, step: 0)
        #expect(without.height < with.height - 100)
    }

    @Test func logitsGivenByHandHaveAColumnForEveryStage() throws {
        let plain = try candidatesFigure(run, step: 0)
        let sample = try sampleFigure(run.steps[0], title: "By hand")
        #expect(sample.width > plain.width + 200)
    }

    @Test func stepsOutOfRangeAreRefused() {
        #expect {
            try candidatesFigure(run, step: 12)
        } throws: { "\($0)" == "step 12 does not exist; the trace has steps 0 to 11" }
    }

    @Test(arguments: [1, 2, 40, 1_500])
    func entropyIsChartedForAnyNumberOfSteps(steps: Int) throws {
        var long = run
        let few = long.steps
        long.steps = (0..<steps).map { few[$0 % few.count] }
        let figure = try entropyFigure(long)
        #expect(figure.width <= 2_200 && figure.png.count < 200_000)
        let pixels = try Pixels(figure)
        #expect(pixels.first(try Theme(FigureStyle()).finalBar) != nil)
    }

    @Test func axesEndAtRoundNumbers() {
        let axis = ValueAxis(largest: 7.3, ticks: 5, extent: 100)
        #expect(axis.top == 8 && axis.step == 2 && axis.offset(4) == 50 && axis.decimals == 0)
        let small = ValueAxis(largest: 0.031, ceiling: 1, ticks: 5, extent: 100)
        #expect(abs(small.top - 0.04) < 1e-9 && small.decimals == 2)
        #expect(ValueAxis(largest: 0.97, ceiling: 1, ticks: 5, extent: 100).top == 1)
        #expect(ValueAxis(largest: .nan, ceiling: 1, ticks: 5, extent: 100).top == 1)
        #expect(axis.offset(.nan) == 0 && axis.offset(99) == 100 && axis.offset(-1) == 0)
    }
}
