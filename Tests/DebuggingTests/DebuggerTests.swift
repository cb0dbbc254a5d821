// The debugger's core as values: movement, forks, differences, remedies, and hostile input.
import Phrases
import Debugging
import Foundation
import Stages
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

/// What `why` knows of a record: all with the logits of the whole vocabulary, else what the step lists and no more.
@Suite struct RecordedRemedies {
    private let logits: [Float] = [5, 4.2, 3.9, 3, 2.5, 1, 0, -1]

    /// A run of one step that lists so many tokens.
    private func trace(listed: Int, withLogits: Bool, _ change: (inout Settings) -> Void) throws -> Trace {
        var trace = sampleTrace(
            SampleShape {
                $0.steps = 1; $0.attention = false
            })
        var settings = Settings()
        settings.candidates = listed
        change(&settings)
        var state = try ChoiceState(seed: settings.seed)
        let history = History(prompt: trace.prompt.tokens.map(\.id))
        let choice = try StagePipeline(settings: settings).run(logits: logits, history: history, state: &state) {
            ([UInt8(97 + $0)], "")
        }
        trace.settings = settings
        trace.steps[0].token = Token(
            id: choice.id, bytes: [UInt8(97 + choice.id)], text: "", start: 0, end: 1, special: false)
        (trace.steps[0].stages, trace.steps[0].candidates) = (choice.stages, choice.candidates)
        (trace.steps[0].tail, trace.steps[0].draw) = (choice.tail, choice.draw)
        if withLogits { trace.tensors.rawLogits = [logits] }
        return trace
    }

    private func path(_ trace: Trace, _ token: Int) throws -> TokenPath {
        let debugger = Debugger(trace)
        _ = try debugger.execute(.step(1))
        guard case .why(let path) = try debugger.execute(.why("#\(token)")) else {
            throw DebuggingError.maker(Phrase(same: "no path"))
        }
        return path
    }

    private func strict(_ settings: inout Settings) {
        (settings.topK, settings.topP, settings.minP, settings.temperature) = (4, 0.8, 0.4, 0.9)
    }

    @Test(arguments: 0..<8) func allLogitsTellAsMuchAsAFullList(_ token: Int) throws {
        let full = try path(try trace(listed: 8, withLogits: false, strict), token)
        let recorded = try path(try trace(listed: 3, withLogits: true, strict), token)
        #expect(full.remedies == recorded.remedies)
        #expect(full.candidate?.logits == recorded.candidate?.logits)
        #expect(full.candidate?.probability == recorded.candidate?.probability)
        #expect(full.candidate?.rank == recorded.candidate?.rank)
        if full.candidate?.removedBy == nil {
            #expect(full.remedies == .notNeeded)
        } else if case .known(let remedies) = full.remedies {
            #expect(remedies.stage == full.candidate?.removedBy)
        } else {
            Issue.record("not known: token \(token)")
        }
        // Where it lies in the draw, as far as that goes with both.
        if let a = full.stretch, let b = recorded.stretch {
            #expect(abs(a.low - b.low) < 1e-12 && abs(a.high - b.high) < 1e-12)
        }
    }

    @Test func aListAloneClaimsNothing() throws {
        let short = try trace(listed: 3, withLogits: false) { $0.topK = 2 }
        let listed = try path(short, 2)
        #expect(listed.candidate?.removedBy == "top-k" && listed.remedies == .unknown(.noLogits(step: 0)))
        let lines = TextRenderer().lines(.why(listed)).joined(separator: " ")
        #expect(lines.contains("is not known") && !lines.contains("would have kept it ("), "\(lines)")
        let unlisted = try path(short, 6)
        #expect(unlisted.candidate == nil && unlisted.remedies == .unknown(.noLogits(step: 0)))
    }

    /// A record whose numbers its own settings do not give is not built upon.
    @Test func whatDoesNotComeOutAgainIsNotKnown() throws {
        var other = try trace(listed: 8, withLogits: false) { $0.topK = 2 }
        other.settings.temperature = 0.5
        #expect(try path(other, 5).remedies == .unknown(.notRepeatable(step: 0)))
        // Barred tokens that the record does not name.
        var barred = try trace(listed: 8, withLogits: false) { $0.topK = 2 }
        barred.steps[0].stages.insert(
            StageRecord(name: "min-tokens", parameters: [.init("min-tokens", 3)], kept: 7, removed: 1), at: 1)
        #expect(try path(barred, 5).remedies == .unknown(.notRepeatable(step: 0)))
    }

    /// The number that a stage drew is drawn again from the seed.
    @Test func aStageThatDrawsIsRepeated() throws {
        let drawn = try trace(listed: 8, withLogits: false) {
            $0.extra = ["xtc.probability": 1, "xtc.threshold": 0.1]
        }
        let found = try path(drawn, 0)
        #expect(found.candidate?.removedBy == "xtc")
        guard case .known(let remedies) = found.remedies else {
            Issue.record("\(found.remedies)")
            return
        }
        #expect(remedies.single.contains { $0.adjustments[0].option == "xtc-probability" })
    }

    @Test func lensReadsWhatARecordLists() throws {
        let debugger = Debugger(
            sampleTrace(
                SampleShape {
                    $0.lens = true; $0.steps = 3
                }))
        _ = try debugger.execute(line: "step 2")
        guard case .lens(let table) = try debugger.execute(line: "lens") else {
            Issue.record("no table")
            return
        }
        let rows = debugger.trace.steps[1].lens
        #expect(table.listed == 5 && table.readings.count == rows.count && table.step == 1)
        for (reading, row) in zip(table.readings, rows) {
            let place = row.top.firstIndex { $0.id == debugger.trace.steps[1].token.id }
            #expect(reading.rank == place.map { $0 + 1 } && reading.logit == nil && reading.best == row.top[0])
        }
        let without = Debugger(Movement.run)
        _ = try without.execute(line: "step")
        #expect(throws: DebuggingError.self) { try without.execute(line: "lens") }
        #expect(throws: DebuggingError.self) { try without.execute(line: "sweep") }
    }
}

@Suite struct Wrapping {
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
