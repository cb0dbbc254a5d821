// The charts: bars as long as their numbers, every fate told, lines where the values are.
import Phrases
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

    @Test func whatTookTheTokenIsSaid() throws {
        let words = Wording(language: .chinese)
        var step = try #require(run.steps.first { $0.draw != nil && $0.stages.last?.name != "greedy" })
        #expect(words.pipeline(step, isBeamSearch: false).hasSuffix("抽選。"))
        step.draw = nil
        #expect(words.pipeline(step, isBeamSearch: false).hasSuffix("取最大者。"))
        #expect(words.pipeline(step, isBeamSearch: true).hasSuffix("由集束搜尋選出。"))
        #expect(words.pipeline(step, isBeamSearch: false, isForced: true).hasSuffix("詞元由人為指定。"))
        #expect(words.stage("log-softmax") == "對數機率")
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

@Suite struct TreeAndComparisonTests {
    private func beamRun(_ beams: Int, _ steps: Int) -> Trace {
        sampleTrace(
            SampleShape {
                $0.beams = beams
                $0.steps = steps
                $0.attention = false
            })
    }

    @Test func theChosenPathReachesAcrossTheTree() throws {
        let pixels = try Pixels(beamFigure(beamRun(3, 6)))
        // The thick stroke of the chosen path, column by column: few columns of the tree are without the accent.
        let columns = (60..<pixels.width - 60).filter { x in
            (0..<pixels.height).contains { pixels[x, $0] == Palette.light.accent }
        }
        #expect(columns.count > (pixels.width - 120) / 2)
    }

    @Test func aSearchWithoutChosenNodesHasNoAccentedPath() throws {
        var run = beamRun(3, 6)
        let nodes = run.beam!.nodes.map { node in
            var node = node
            if node.state == .chosen { node.state = .live }
            return node
        }
        run.beam = BeamTree(beams: 3, lengthPenalty: 1, earlyStopping: "false", nodes: nodes, hypotheses: [])
        #expect(try Pixels(beamFigure(run)).first(Palette.light.accent) == nil)
    }

    @Test func wideSearchesLeaveOutWhatWasPruned() throws {
        let run = beamRun(9, 5)
        let pruned = run.beam!.nodes.count { $0.state == .pruned }
        var open = run
        open.beam!.beams = 8
        #expect(pruned > 0)
        #expect(try beamFigure(run).height < beamFigure(open).height)
    }

    @Test func brokenTreesAreDrawnAllTheSame() throws {
        var run = beamRun(2, 4)
        // A parent that is not there, one's own child, two nodes of one id, a depth out of order, values that are none.
        run.beam!.nodes[1].parent = 99_999
        run.beam!.nodes[2].parent = run.beam!.nodes[2].id
        run.beam!.nodes[3].id = run.beam!.nodes[2].id
        run.beam!.nodes[3].depth = 1 << 40
        run.beam!.nodes[0].sumLogProbability = .nan
        run.beam!.hypotheses[0].score = -.infinity
        _ = try beamFigure(run)
        run.beam = nil
        #expect(throws: FigureError.noBeam) { try beamFigure(run) }
    }

    @Test func divergencesAreBarsAndTheForkIsMarked() throws {
        let tokens = (0..<12).map { token(" word\($0)") }
        let pairs = (0..<12).map { step in
            StepPair(
                first: tokens[step], second: step < 5 ? tokens[step] : tokens[11 - step],
                divergenceBits: step <= 5 ? Double(step) / 10 : nil)
        }
        let pixels = try Pixels(diffFigure(names: ("A", "B"), steps: pairs, fork: 5))
        let color = try Theme(FigureStyle()).finalBar
        // Bars of the last steps before the fork grow in equal steps.
        let bottom = try #require((0..<pixels.height).last { !pixels.runs(of: color, row: $0).isEmpty })
        let starts = pixels.runs(of: color, row: bottom).map(\.start)
        #expect(starts.count == 5)
        let heights = starts.map { x in (0..<pixels.height).count { pixels[x + 4, $0] == color } }
        for (number, height) in heights.enumerated() {
            #expect(abs(Double(height) - Double(heights[4]) * Double(number + 1) / 5) <= 2)
        }
        #expect(pixels.first(Palette.light.accent) != nil)
        let same = try Pixels(diffFigure(names: ("A", "B"), steps: Array(pairs[..<5]), fork: nil))
        #expect(same.first(Palette.light.accent) == nil)
        #expect(throws: FigureError.noSteps) { try diffFigure(names: ("A", "B"), steps: [], fork: nil) }
        let bounds = pairs.map { pair in
            var pair = pair
            pair.isLowerBound = true
            return pair
        }
        // A bound is pale with thin sides that go on, even where it is 0: no bar ends where the value might not. The
        // caption takes room.
        let bounded = try Pixels(diffFigure(names: ("A", "B"), steps: bounds, fork: 5))
        let sides = bounded.runs(of: color, row: bottom).map(\.length)
        #expect(sides.count == 2 * 6 && sides.allSatisfy { $0 <= 2 })
        let tallest = (0..<pixels.height).count { pixels[starts[4] + 4, $0] == color }
        #expect((0..<bounded.height).count { bounded[starts[4], $0] == color } > tallest + 2)
        #expect(bounded.height > pixels.height + 10)
        _ = try diffFigure(
            names: ("", String(repeating: "long ", count: 400)),
            steps: [StepPair(first: nil, second: nil, divergenceBits: .nan)], fork: 70)
    }
}
