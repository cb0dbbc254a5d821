// The debugger on a real model, the one that ships: forks share the past, changes act from the next step on.
import Phrases
import Requests
import ArgumentParser
import Debugging
import Generation
import Stages
import TestTools
import Testing
import Traces

@testable import stepglass

@Suite struct DebugLiveTests {
    private static let prompt = "The capital of France is"

    private func maker(_ change: (inout Settings) -> Void = { _ in }) throws -> LiveMaker {
        let options = try ModelOptions.parse(["--model", tinyName, "--threads", "1"])
        let model = try loadModel(options)
        var settings = Settings()
        settings.maxTokens = 16
        settings.minTokens = 16
        settings.seed = "5"
        change(&settings)
        let made = try model.prompt(Self.prompt, settings: settings)
        return try LiveMaker(model, made, settings, options.engine(model.compute))
    }

    /// Every number of the steps but the times.
    private func expectSame(_ a: [Step], _ b: [Step], within limit: Float = 1e-4) {
        #expect(a.map(\.token.id) == b.map(\.token.id))
        for (x, y) in zip(a, b) {
            #expect(x.candidates.map(\.id) == y.candidates.map(\.id), "step \(x.index)")
            for (p, q) in zip(x.candidates, y.candidates) {
                #expect(abs(p.logits[0]! - q.logits[0]!) < limit, "step \(x.index), token \(p.id)")
            }
        }
    }

    private func run(_ debugger: Debugger, _ lines: String...) throws {
        for line in lines { _ = try debugger.execute(line: line) }
    }

    @Test func aForceSharesThePromptAndKeepsTheOldRun() throws {
        let maker = try maker()
        let debugger = Debugger(maker)
        try run(debugger, "run to end")
        let first = debugger.trace
        #expect(first.steps.count == 16)
        let passes = maker.tokenPasses
        #expect(passes == first.prompt.tokens.count + 15)
        let wanted = first.steps[2].candidates[5].id
        try run(debugger, "run to 2", "force #\(wanted)", "run to end")
        #expect(debugger.place.branch == 2 && debugger.trace.steps[2].token.id == wanted)
        // Steps 3…15 need the tokens 2…14; the prompt and tokens 0 and 1 are in the cache.
        #expect(maker.tokenPasses == passes + 13)
        #expect(debugger.trace.settings.forced == [2: wanted])
        #expect(try canonicalBytes(try #require(debugger.trace(ofBranch: 1))) == canonicalBytes(first))
        // The same from the beginning.
        let fresh = Debugger(try self.maker { $0.forced = [2: wanted] })
        try run(fresh, "run to end")
        expectSame(debugger.trace.steps, fresh.trace.steps)
    }

    @Test func anAblationAtThePromptIsOneOfTheWholeRun() throws {
        let debugger = Debugger(try maker())
        try run(debugger, "step 3", "run to start", "ablate 1.0", "run to end")
        #expect(debugger.trace.settings.ablated == ["1.0"])
        let fresh = Debugger(try maker { $0.ablated = ["1.0"] })
        try run(fresh, "run to end")
        expectSame(debugger.trace.steps, fresh.trace.steps)
    }

    /// A position that is lost on the way was there before; undone, the run is the one it was.
    @Test func anEntryIsLostFromItsStepOn() throws {
        let plain = Debugger(try maker())
        try run(plain, "run to end")
        let debugger = Debugger(try maker())
        try run(debugger, "step 4", "set drop 1,3", "run to end")
        #expect(debugger.trace.settings.at(step: 4).dropped == [1, 3])
        expectSame(Array(debugger.trace.steps.prefix(4)), Array(plain.trace.steps.prefix(4)))
        #expect(debugger.trace.steps[4].candidates[0].logits[0] != plain.trace.steps[4].candidates[0].logits[0])
        let restored = Debugger(try maker())
        try run(restored, "step 4", "set drop 1,3", "set drop none", "run to end")
        expectSame(restored.trace.steps, plain.trace.steps)
        #expect(throws: DebuggingError.self) { try restored.execute(line: "set drop nine") }
    }

    /// Every option of the stages and the draw can be set, with the option's own range.
    @Test func everySettingIsKnown() throws {
        let values = [
            "penalty-scope": "both", "order": "top-k,temperature", "logit-bias": "5=-1", "ban-tokens": "6,7",
            "dry-breaker": ":", "no-repeat-n-gram": "3", "seed": "7", "top-k": "7", "p-less": "1",
            "dry-base": "2", "dry-allowed-length": "3", "dry-last-n": "9", "min-tokens": "2",
            "drop": "3,5",
        ]
        for name in LiveMaker.settingOptions + ["min-tokens", "drop"] {
            let maker = try maker()
            let before = maker.trace.settings
            try maker.apply(.setting(name: name, value: values[name] ?? "0.5"))
            #expect(maker.trace.settings != before, "\(name)")
        }
        #expect(throws: DebuggingError.self) { try maker().apply(.setting(name: "beams", value: "4")) }
        #expect(throws: DebuggingError.self) { try maker().apply(.setting(name: "top-p", value: "1.5")) }
        #expect(throws: DebuggingError.self) { try maker().apply(.setting(name: "seed", value: "x")) }
    }

    /// A run that was changed on the way proves itself like any other.
    @Test(.needs(.command)) func aChangedRunVerifies() throws {
        let place = try Workplace()
        let script = """
            step 3
            set temperature 0.3
            step 3
            ablate 0.1
            step 2
            set seed 99
            set typical-p 0.6
            step 3
            restore 0.1
            step 2
            save changed.json
            quit
            """
        let made = try place.stepglass(
            ["debug", Self.prompt, "--model", tinyName, "--seed", "3", "--min-tokens", "20"], input: script)
        #expect(made.status == 0, "\(made.errors)")
        let check = try place.stepglass("verify", "changed.json")
        #expect(check.status == 0 && check.text.hasPrefix("identical: 13 steps"), "\(check.text) \(check.errors)")
        let replayed = try place.stepglass("replay", "changed.json", "--temperature", "0.9")
        #expect(replayed.status == 1 && replayed.errors.contains("changed on the way, at step 3"), "\(replayed.errors)")
        let shown = try place.stepglass(
            ["debug", "--trace", "changed.json"], input: "run to end\ninfo settings\nquit\n")
        #expect(shown.text.contains("step 3: temperature 1 → 0.3"), "\(shown.text)")
    }

    @Test func branchesDoNotDisturbEachOther() throws {
        let plain = Debugger(try maker())
        try run(plain, "run to end")
        let debugger = Debugger(try maker())
        try run(
            debugger, "step 4", "ablate 0.1", "step 2", "switch 1", "step 3", "switch 2", "step 2", "switch 1",
            "run to end")
        expectSame(try #require(debugger.trace(ofBranch: 1)).steps, plain.trace.steps)
        let ablated = try #require(debugger.trace(ofBranch: 2))
        #expect(ablated.steps.count == 8)
        #expect(ablated.steps[4].candidates[0].logits[0] != plain.trace.steps[4].candidates[0].logits[0])
        #expect(ablated.attention?.positions == ablated.prompt.tokens.count + 7)
        // Undone at once, nothing is left of it.
        let restored = Debugger(try maker())
        try run(restored, "step 4", "ablate 0.1", "restore 0.1", "run to end")
        expectSame(restored.trace.steps, plain.trace.steps)
    }

    @Test func settingsChangeFromTheNextStepOn() throws {
        let debugger = Debugger(try maker())
        try run(debugger, "step 5", "set temperature 0", "run to end")
        #expect(debugger.place.branch == 2)
        #expect(debugger.trace.steps[..<5].allSatisfy { $0.draw != nil })
        #expect(debugger.trace.steps[5...].allSatisfy { $0.draw == nil && $0.chosen?.probability == 1 })
        #expect(throws: DebuggingError.self) { try debugger.execute(line: "set top-p 1.4") }
        #expect(throws: DebuggingError.self) { try debugger.execute(line: "set nonsense 1") }
    }

    @Test func theInsideOfAStepIsMeasured() throws {
        let debugger = Debugger(try maker { $0.record = [.attention, .hidden] })
        try run(debugger, "step 3", "in", "step 3", "in")
        guard case .frame(let frame, step: 2) = debugger.currentFrame() else {
            Issue.record("no frame")
            return
        }
        let names = frame.variables.map(\.name.english)
        #expect(names.contains("query") && names.contains("attentionMix"))
        // Measuring leaves the run as it was.
        let before = try canonicalBytes(debugger.trace)
        try run(debugger, "run to end")
        let plain = Debugger(try maker { $0.record = [.attention, .hidden] })
        try run(plain, "step 3")
        #expect(try canonicalBytes(plain.trace) == before)
        try run(plain, "run to end")
        expectSame(debugger.trace.steps, plain.trace.steps)
    }

    /// The lens without a recording says what one with a recording does, ends with the step's own logits, and leaves the
    /// run as it is.
    @Test func theLensNeedsNoRecording() throws {
        let plain = Debugger(try maker { $0.record = [] })
        let recorded = Debugger(try maker { $0.record = [.hidden] })
        try run(plain, "step 4")
        try run(recorded, "step 4")
        let before = try canonicalBytes(plain.trace)
        for step in [0, 3] {
            let rows = recorded.trace.steps[step].lens
            for token in [rows[1].top[2].id, recorded.trace.steps[step].token.id, 1500] {
                try run(plain, "run to \(step)")
                guard case .lens(let table) = try plain.execute(line: "lens #\(token)") else {
                    Issue.record("no table")
                    return
                }
                #expect(table.readings.map(\.layer) == Array(0...plain.trace.model.layers) && table.listed == nil)
                for (reading, row) in zip(table.readings, rows) {
                    #expect(reading.best.id == row.top[0].id)
                    #expect(abs(reading.best.probability - row.top[0].probability) < 1e-4)
                    if let place = row.top.firstIndex(where: { $0.id == token }) {
                        #expect(reading.rank == place + 1)
                        #expect(abs(reading.probability! - row.top[place].probability) < 1e-4)
                    } else {
                        #expect(reading.rank! > row.top.count)
                    }
                }
                guard case .why(let path) = try plain.execute(line: "why #\(token)") else { return }
                let (last, raw) = (table.readings[table.readings.count - 1], path.candidate?.logits[0])
                #expect(abs(try #require(raw) - last.logit!) < 1e-4)
                #expect(last.rank == path.candidate?.rank)
            }
        }
        #expect(try canonicalBytes(plain.trace) == before)
        try run(plain, "run to end")
        try run(recorded, "run to end")
        #expect(plain.trace.steps.map(\.candidates) == recorded.trace.steps.map(\.candidates))
    }

    /// Each head of a sweep against a run with that one head ablated; the run swept goes on bit for bit.
    @Test(arguments: [0, 3]) func aSweepIsEveryAblationAtOnce(_ step: Int) throws {
        let debugger = Debugger(try maker { $0.ablated = ["2.1"] })
        try run(debugger, "run to 3", "run to \(step)")
        var heard: [Int] = []
        debugger.progress = { done, _ in heard.append(done) }
        let token = debugger.trace.steps[step].candidates[2].id
        guard case .sweep(let table) = try debugger.execute(line: "sweep #\(token) all") else {
            Issue.record("no table")
            return
        }
        // A head that is off is not swept.
        #expect(table.sweep.effects.count == 15 && !table.sweep.effects.contains { $0.layer == 2 && $0.head == 1 })
        #expect(heard.last == 15 && table.count == nil && table.step == step)
        let own = try #require(debugger.trace.steps[step].candidates[2].logits[0])
        #expect(abs(table.sweep.standing.logit - own) < 1e-4 && table.sweep.standing.rank == 3)
        for effect in table.sweep.effects {
            let single = Debugger(try maker { $0.ablated = ["2.1"] })
            let name = "ablate \(effect.layer).\(effect.head)"
            if step == 0 {
                try run(single, name, "step")
            } else {
                try run(single, "run to \(step - 1)", name, "step")
            }
            #expect(single.trace.steps[..<step].map(\.token) == debugger.trace.steps[..<step].map(\.token))
            guard case .why(let path) = try single.execute(line: "why #\(token)") else { return }
            let alone = try #require(path.candidate)
            #expect(abs(alone.logits[0]! - effect.without.logit) < 1e-4, "\(name)")
            #expect(abs(alone.rawProbability - effect.without.probability) < 1e-4, "\(name)")
            #expect(alone.rank == effect.without.rank, "\(name)")
        }
        let gains = table.sweep.ranked.map { abs(table.sweep.gain($0)) }
        #expect(gains == gains.sorted(by: >))
        let plain = Debugger(try maker { $0.ablated = ["2.1"] })
        try run(plain, "run to 3", "run to end")
        try run(debugger, "run to end")
        #expect(try canonicalBytes(plain.trace) == canonicalBytes(debugger.trace))
    }

    @Test func aSweepCanBeStopped() throws {
        let debugger = Debugger(try maker())
        try run(debugger, "step")
        debugger.keepsGoing = { false }
        guard case .said = try debugger.execute(line: "sweep") else {
            Issue.record("went on")
            return
        }
    }

    @Test func beamsAreSearchedWholeAndSteppedByLevel() throws {
        let debugger = Debugger(
            try maker {
                $0.beams = 3; $0.maxTokens = 6; $0.minTokens = 0
            })
        try run(debugger, "break beam(0).sum < -1", "step")
        #expect(debugger.trace.beam?.hypotheses.first?.tokens == debugger.trace.steps.map(\.token.id))
        guard case .info(.beam(depth: 0, let nodes, _)) = try debugger.execute(line: "info beam") else {
            Issue.record("no level")
            return
        }
        #expect(!nodes.isEmpty && nodes.allSatisfy { $0.depth == 0 })
        #expect(throws: DebuggingError.self) { try debugger.execute(line: "force \" a\"") }
    }
}
