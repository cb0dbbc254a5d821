// What a record without a model says of one token: its way, what would have kept it, what each layer lists.
import Debugging
import Phrases
import Stages
import Testing
import TraceSamples
import Traces

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
