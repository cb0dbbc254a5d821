// The debugger's core as values: movement, forks, differences, and hostile input.
import Phrases
import Debugging
import Foundation
import Testing
import TraceSamples
import Traces

/// Steps at which `continue` stops, from the prompt to the end.
private func stops(_ debugger: Debugger, _ command: Command) throws -> [Int] {
    var found: [Int] = []
    while case .stopped(let stop) = try debugger.execute(command), case .breakpoints = stop.reason {
        found.append(try #require(stop.place.step))
    }
    return found
}

@Suite struct Movement {
    static let run = sampleTrace(SampleShape { $0.steps = 60 })

    @Test func breakpointsStopForwardsAndBackwardsAtTheSameSteps() throws {
        let expected = Self.run.steps.filter { $0.entropyBitsRaw > 3 }.map(\.index)
        #expect(expected.count > 3)
        let debugger = Debugger(Self.run)
        _ = try debugger.execute(line: "break entropy(raw) > 3")
        #expect(try stops(debugger, .continue) == expected)
        #expect(debugger.place.step == 59)
        #expect(try stops(debugger, .reverseContinue) == expected.filter { $0 < 59 }.reversed())
        #expect(debugger.place.step == nil)
    }

    @Test func aLiveRunStopsAtTheSameStepsAsItsTrace() throws {
        let live = Debugger(SampleMaker(steps: 40))
        _ = try live.execute(line: "break entropy(raw) > 3")
        let found = try stops(live, .continue)
        let saved = Debugger(live.trace)
        _ = try saved.execute(line: "break entropy(raw) > 3")
        #expect(try stops(saved, .continue) == found)
        #expect(try stops(live, .reverseContinue) == found.reversed())
    }

    @Test(arguments: [("break step == 1", "delete 1"), ("watch step", "unwatch 1"), ("display step", "undisplay 1")])
    func ofEachKindThereAreAHundredAtMost(adding: String, removing: String) throws {
        let debugger = Debugger(Self.run)
        for _ in 0..<100 { _ = try debugger.execute(line: adding) }
        let refusal = #expect(throws: DebuggingError.self) { try debugger.execute(line: adding) }
        #expect("\(try #require(refusal))".contains("go first (\(removing.prefix { $0 != " " }) NUMBER)"))
        _ = try debugger.execute(line: removing)
        _ = try debugger.execute(line: adding)
    }

    @Test func walkingBackAndForthChangesNothing() throws {
        let debugger = Debugger(Self.run)
        _ = try debugger.execute(line: "run to 10")
        let before = try traceJSON(debugger.trace)
        for _ in 0..<1000 {
            _ = try debugger.execute(.step(3))
            _ = try debugger.execute(.stepIn)
            _ = try debugger.execute(.finish)
            _ = try debugger.execute(.back(3))
        }
        #expect(debugger.place == Place(branch: 1, step: 10, frames: []))
        #expect(try traceJSON(debugger.trace) == before)
        guard case .file(let request) = try debugger.execute(.save("x")) else {
            Issue.record("save gives no file")
            return
        }
        #expect(try traceJSON(request.trace) == before)
    }

    @Test func interruptionStopsTheWalkNotTheDebugger() throws {
        let debugger = Debugger(SampleMaker(steps: 30))
        var asked = 0
        debugger.keepsGoing = {
            asked += 1
            return asked < 5
        }
        guard case .stopped(let stop) = try debugger.execute(.continue) else { return }
        #expect(stop.reason == .interrupted && stop.place.step == 4)
        debugger.keepsGoing = nil
        guard case .stopped(let end) = try debugger.execute(.continue) else { return }
        #expect(end.reason == .end(.eos) && end.place.step == 29)
    }

    /// Interrupted after each step and gone on with by the line that is told, every walk ends where it would have.
    @Test(arguments: [
        "step 7", "step", "next 30", "continue", "until step == 12", "until 14", "until", "run", "run to 9",
        "run to end",
        "run to 99",
    ])
    func anInterruptedLineGoesOn(_ line: String) throws {
        let (whole, cut) = (Debugger(SampleMaker(steps: 30)), Debugger(SampleMaker(steps: 30)))
        for debugger in [whole, cut] { _ = try debugger.execute(line: "step 3") }
        for debugger in [whole, cut] { _ = try debugger.execute(line: "break step == 20") }
        let wanted = try whole.execute(line: line)
        var isInterrupted = false
        cut.keepsGoing = {
            isInterrupted = true
            return false
        }
        var (next, found, parts) = (Optional(line), Outcome.nothing, 0)
        while let now = next {
            let step = cut.place.step
            isInterrupted = false
            found = try cut.execute(line: now)
            next = isInterrupted ? cut.rest(of: now, from: step) : nil
            parts += 1
            try #require(parts < 100)
        }
        let told = [found, wanted].map { TextRenderer(language: .english, width: 80).lines($0) }
        #expect(cut.place == whole.place && told[0] == told[1], "\(line): \(told)")
        #expect(parts > 1 || ["step", "until"].contains(line), "\(line): \(parts)")
        #expect(cut.rest(of: "print entropy", from: nil) == nil && cut.rest(of: "no such", from: nil) == nil)
    }

    @Test func everyPlaceInsideEveryStepCanBeVisited() throws {
        let debugger = Debugger(
            sampleTrace(
                SampleShape {
                    $0.lens = true; $0.steps = 3
                }))
        _ = try debugger.execute(.runTo(0))
        var visited = 0
        for step in 0..<3 {
            _ = try debugger.execute(.runTo(step))
            _ = try debugger.execute(.stepIn)
            while !debugger.place.frames.isEmpty {
                visited += 1
                if (try? debugger.execute(.stepIn)) == nil { _ = try debugger.execute(.step(1)) }
            }
            #expect(debugger.place.step == step)
        }
        // tokenize, embed, 4 · (layer, attention, 6 heads, mlp), logits, 7 stages, draw, stop check
        #expect(visited == 3 * (2 + 4 * 9 + 1 + 7 + 2))
    }
}

extension Movement {
    /// Many places at once lead where one after the other does, in either direction.
    @Test func manyPlacesAtOnceAreOneAfterTheOther() throws {
        for count in 1...40 {
            for isBack in [false, true] {
                let ways = [[count], [Int](repeating: 1, count: count)].map { moves in
                    let debugger = Debugger(sampleTrace(SampleShape { $0.steps = 3 }))
                    _ = try? debugger.execute(.runTo(1))
                    _ = try? debugger.execute(.stepIn)
                    _ = try? debugger.execute(.step(3))
                    _ = try? debugger.execute(.stepIn)
                    _ = try? debugger.execute(.step(2))
                    for move in moves where !debugger.place.frames.isEmpty {
                        _ = try? debugger.execute(isBack ? .back(move) : .step(move))
                    }
                    return debugger.place
                }
                #expect(ways[0] == ways[1], "\(count) \(isBack)")
            }
        }
    }
}

@Suite struct Forks {
    @Test func aForcedTokenForksAndKeepsTheOldRun() throws {
        let maker = SampleMaker(steps: 20)
        let debugger = Debugger(maker)
        _ = try debugger.execute(.runTo(nil))
        let first = try traceJSON(debugger.trace)
        let passes = maker.tokenPasses
        _ = try debugger.execute(.runTo(Debugger.prompt))
        let wanted = debugger.trace.steps[0].candidates[3]
        _ = try debugger.execute(line: "force #\(wanted.id)")
        #expect(debugger.place == Place(branch: 2, step: 0, frames: []))
        #expect(debugger.currentStep?.token.id == wanted.id)
        _ = try debugger.execute(.runTo(nil))
        #expect(maker.tokenPasses - passes == 20 + debugger.trace.prompt.tokens.count - 1)
        #expect(try traceJSON(try #require(debugger.trace(ofBranch: 1))) == first)
        guard case .difference(let difference, let from, let to) = try debugger.execute(.diff("1")) else { return }
        #expect(from == 1 && to == 2 && difference.forkStep == 0 && difference.steps.count == 20)
        #expect(difference.steps[0].sameContext && !difference.steps[1].sameContext)
        #expect(difference.settings.map(\.name) == ["forced"])
    }

    @Test func divergenceIsExactWithLogitsAndNeverSmallerThanTheBound() throws {
        var a = sampleTrace(
            SampleShape {
                $0.steps = 1; $0.vocabularySize = 300
            })
        var b = sampleTrace(
            SampleShape {
                $0.steps = 1; $0.vocabularySize = 300; $0.seed = 9
            })
        let bound = try #require(difference(a, b).steps[0].raw)
        #expect(bound.method == .lowerBound && bound.bits > 0)
        // Any logits that agree with the listed ones; the rest is made up.
        func logits(_ step: Step) -> [Float] {
            let rest = Float(step.logSumExp + log(step.tail.rawProbability / Double(step.tail.count)))
            var row = [Float](repeating: rest, count: 300)
            for candidate in step.candidates { row[candidate.id] = candidate.logits[0]! }
            return row
        }
        a.tensors.rawLogits = [logits(a.steps[0])]
        b.tensors.rawLogits = [logits(b.steps[0])]
        let exact = try #require(difference(a, b).steps[0].raw)
        #expect(exact.method == .exact)
        #expect(exact.bits >= bound.bits)
        // Σ p log₂(p / q), straight from the definition.
        func softmax(_ row: [Float]) -> [Double] {
            let weights = row.map { exp(Double($0)) }
            let sum = weights.reduce(0, +)
            return weights.map { $0 / sum }
        }
        let plain = zip(softmax(a.tensors.rawLogits[0]), softmax(b.tensors.rawLogits[0]))
            .reduce(0) { $0 + $1.0 * log2($1.0 / $1.1) }
        #expect(abs(exact.bits - plain) < 1e-9)
    }

    @Test func aTraceDoesNotDifferFromItself() {
        let result = difference(Movement.run, Movement.run)
        #expect(result.forkStep == nil && result.sharedSteps == 60 && result.settings.isEmpty)
        #expect(result.steps.allSatisfy { $0.raw?.bits == 0 && $0.final?.bits == 0 && $0.rankChanges.isEmpty })
    }
}

@Suite struct Wrapping {
    /// Quotes that nothing closes are not looked for from each anew: these would not end.
    @Test(arguments: ["「", "\"\\", "\\\"", "a \" "]) func openQuotesCostTheirLength(_ part: String) {
        let text = String(repeating: part, count: 100_000)
        #expect(wrapped(text, to: 40).allSatisfy { columns($0) <= 40 })
    }

    @Test(arguments: [
        // At blanks, and not inside a quoted token or a word.
        ("a token: \" Lyon\" stays", 14, ["a token:", "\" Lyon\" stays"]),
        ("say \"a \\\" b\" now", 10, ["say", "\"a \\\" b\"", "now"]),
        ("one two three", 7, ["one two", "three"]),
        // Between Chinese characters, but not before a closing sign or inside a western word.
        ("詞元要寫在雙引號裡，", 19, ["詞元要寫在雙引號", "裡，"]),
        ("設定 temperature 後", 12, ["設定", "temperature", "後"]),
        ("看\"東京\"了", 9, ["看\"東京\"", "了"]),
        // What is wider than a line is cut behind a bar or comma.
        ("info aa|bbb|cc|dddd", 8, ["info", "aa|bbb|", "cc|dddd"]),
        ("abcdefgh", 5, ["abcde", "fgh"]), ("", 5, [""]), ("a \"unclosed text", 10, ["a", "\"unclosed", "text"]),
    ])
    func textBreaksWhereItMay(_ text: String, _ width: Int, _ lines: [String]) {
        #expect(wrapped(text, to: width) == lines)
        #expect(wrapped(text, to: width).allSatisfy { columns($0) <= width })
    }

    @Test func goingBackIsAMoveAndNotAWalk() throws {
        let debugger = Debugger(Movement.run)
        for line in ["run to 40", "break entropy(raw) > 3", "back 39"] { _ = try debugger.execute(line: line) }
        #expect(debugger.place.step == 1)
        _ = try debugger.execute(line: "back 99")
        #expect(debugger.place.step == nil && debugger.currentBreakpoints[0].hits == 0)
    }
}
