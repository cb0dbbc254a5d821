// Sessions that go back and branch: the same numbers as a run that went there at once, and nothing computed twice.
import Testing
import Traces
import Transformers

@testable import Generation
@testable import Stages

@Suite struct SessionBranchTests {
    private func sampled(_ settings: inout Settings) {
        (settings.temperature, settings.seed, settings.maxTokens) = (1.2, "5", 16)
        settings.record = RecordKind.allCases
    }

    private func steps(_ session: Session) -> [Step] { session.trace.steps.map(\.timeless) }

    private func rows(_ session: Session) throws -> [[Float]] {
        let attention = try #require(session.trace.attention)
        return (0..<TinyModel.layers).flatMap { layer in
            (0..<TinyModel.heads).flatMap { head in
                (0..<attention.positions).map { attention.row(layer: layer, head: head, query: $0) }
            }
        }
    }

    @Test(arguments: [true, false])
    func steppingBackAndOnChangesNothing(keepsLogits: Bool) throws {
        let straight = try TinyModel.session("go on", keepsLogits: keepsLogits, change: sampled)
        try straight.runToEnd()
        let session = try TinyModel.session("go on", keepsLogits: keepsLogits, change: sampled)
        for target in [5, 0, 3, 3, 1] {
            for _ in 0..<7 { _ = try session.step() }
            try session.rewind(toSteps: target)
            #expect(steps(session) == Array(steps(straight).prefix(target)))
        }
        try session.runToEnd()
        #expect(steps(session) == steps(straight))
        #expect(session.trace.text == straight.trace.text)
        #expect(try rows(session) == rows(straight))
        session.finish(peakMemoryBytes: 0)
        straight.finish(peakMemoryBytes: 0)
        #expect(session.trace.tensors.hidden == straight.trace.tensors.hidden)
        #expect(session.trace.tensors.rawLogits == straight.trace.tensors.rawLogits)
    }

    @Test(arguments: [true, false])
    func aForkIsTheRunItWouldHaveBeen(keepsLogits: Bool) throws {
        let trunk = try TinyModel.session("fork me", keepsLogits: keepsLogits, change: sampled)
        for _ in 0..<9 { _ = try trunk.step() }
        for at in [0, 4, 9] {
            let passes = trunk.tokenPasses
            let branch = try trunk.fork(steps: at)
            if keepsLogits { #expect(trunk.tokenPasses == passes, "a fork runs no token") }
            #expect(steps(branch) == Array(steps(trunk).prefix(at)))
            _ = try branch.step(force: 0x41)
            try branch.runToEnd()

            let straight = try TinyModel.session("fork me", change: sampled)
            for _ in 0..<at { _ = try straight.step() }
            _ = try straight.step(force: 0x41)
            try straight.runToEnd()
            #expect(steps(branch) == steps(straight), "from step \(at)")
            #expect(try rows(branch) == rows(straight))
        }
        // The trunk is what it was, and goes on as if there were no branches.
        try trunk.runToEnd()
        let straight = try TinyModel.session("fork me", change: sampled)
        try straight.runToEnd()
        #expect(steps(trunk) == steps(straight))
        #expect(try rows(trunk) == rows(straight))
    }

    @Test func headsAreOffInTheirOwnSessionOnly() throws {
        let model = try TinyModel.make()
        let settings: (inout Settings) -> Void = { ($0.maxTokens, $0.bannedTokens) = (12, [256]) }
        let (alone, altered) = (
            try TinyModel.session("heads", change: settings),
            try TinyModel.session("heads") {
                settings(&$0)
                $0.ablated = ["0.1", "1.3"]
            }
        )
        try alone.runToEnd()
        try altered.runToEnd()
        #expect(steps(alone) != steps(altered))

        // Two sessions of one model, step by step in turn; then a branch that gets its heads back.
        let first = try TinyModel.session("heads", model: model, change: settings)
        let second = try TinyModel.session("heads", model: model) {
            settings(&$0)
            $0.ablated = ["0.1", "1.3"]
        }
        for _ in 0..<12 {
            _ = try first.step()
            _ = try second.step()
        }
        #expect(steps(first) == steps(alone))
        #expect(steps(second) == steps(altered))
        let branch = try second.fork(steps: 0, settings: first.trace.settings)
        try branch.runToEnd()
        #expect(steps(branch) == steps(alone))
    }

    /// What was set on the way is in the settings, each from its step on: a run with them from the start is the same.
    @Test func changesOnTheWayAreSettingsOfTheRun() throws {
        let session = try TinyModel.session("change me", change: sampled)
        let changes: [(step: Int, change: (inout Settings) -> Void)] = [
            (2, { $0.temperature = 0.4 }), (4, { $0.ablated = ["0.1"] }), (5, { $0.seed = "11" }),
            (9, { ($0.topK, $0.order, $0.dropped) = (3, ["top-k", "temperature"], [2, 13]) }),
            (11, { ($0.ablated, $0.dropped) = ([], []) }),
        ]
        for index in 0..<16 {
            if let (_, change) = changes.first(where: { $0.step == index }) {
                var settings = session.settings
                change(&settings)
                try session.change(settings)
            }
            _ = try session.step()
        }
        #expect(session.trace.settings.changes.map(\.step) == [2, 4, 5, 9, 11])
        #expect(session.trace.settings.at(step: 1).temperature == 1.2)
        #expect(session.settings.topK == 3 && session.settings.seed == "11" && session.settings.ablated.isEmpty)

        let again = try TinyModel.session("change me") { $0 = session.trace.settings }
        try again.runToEnd()
        #expect(steps(again) == steps(session))
        #expect(try rows(again) == rows(session))
        // Drawn anew from the new seed.
        var generator = try PCG64(seed: "11")
        #expect(again.trace.steps[5].draw?.uniform == generator.uniform())
        // Going back changes no setting of the run; a branch takes along what holds where it begins.
        try again.rewind(toSteps: 3)
        try again.runToEnd()
        #expect(steps(again) == steps(session))
        let branch = try session.fork(steps: 4)
        #expect(branch.settings.ablated == ["0.1"])
        #expect(branch.trace.settings.changes.map(\.step) == [2, 4])
        let straight = try TinyModel.session("change me") { $0 = branch.trace.settings }
        try straight.runToEnd()
        try branch.runToEnd()
        #expect(steps(branch) == steps(straight))

        // A token that was forced further on is not forced in a branch from before it.
        let forced = try TinyModel.session("force me", change: sampled)
        for _ in 0..<3 { _ = try forced.step() }
        var settings = forced.settings
        settings.forced[3] = 7
        try forced.change(settings)
        _ = try forced.step()
        #expect(forced.trace.steps[3].token.id == 7 && forced.trace.settings.forced == [3: 7])
        #expect(try forced.fork(steps: 2).trace.settings.forced.isEmpty)
        #expect(try forced.fork(steps: 4).trace.settings.forced == [3: 7])
    }

    @Test func aRefusedChangeLeavesTheRunAlone() throws {
        let session = try TinyModel.session("change me", change: sampled)
        for _ in 0..<3 { _ = try session.step() }
        let before = session.trace.settings
        for change: (inout Settings) -> Void in [{ $0.topP = 2 }, { $0.ablated = ["7.0"] }, { $0.order = ["nothing"] }]
        {
            var settings = session.settings
            change(&settings)
            #expect(throws: GenerationError.self) { try session.change(settings) }
            #expect(session.trace.settings == before)
        }
        try session.runToEnd()
        let straight = try TinyModel.session("change me", change: sampled)
        try straight.runToEnd()
        #expect(steps(session) == steps(straight))
    }

    /// Going back frees the slots behind, so that a session takes no more memory the longer it is played with.
    @Test(arguments: [true, false]) func goingBackAndForthUsesTheSameSlots(keepsLogits: Bool) throws {
        let session = try TinyModel.session("again and again", keepsLogits: keepsLogits, change: sampled)
        for round in 0..<40 {
            while try session.step() != nil {}
            try session.rewind(toSteps: round % 9)
        }
        #expect(session.path.store.most <= session.trace.prompt.tokens.count + 16)
        #expect(session.path.slots.indices.allSatisfy { Int(session.path.slots[$0]) == $0 })
    }

    @Test func stepsThatAreNotThereAreRefused() throws {
        let session = try TinyModel.session("a")
        _ = try session.step()
        #expect(throws: GenerationError.self) { try session.fork(steps: 2) }
        #expect(throws: GenerationError.self) { try session.rewind(toSteps: -1) }
        #expect(session.trace.steps.count == 1)
    }

    @Test func inspectingChangesNothing() throws {
        let straight = try TinyModel.session("inspect", change: sampled)
        try straight.runToEnd()
        let session = try TinyModel.session("inspect", change: sampled)
        for _ in 0..<6 { _ = try session.step() }
        for step in 0..<6 {
            let measures = session.inspect(step: step)
            #expect(measures.count == 3 + 15 * TinyModel.layers, "every site but the attention weights")
            #expect(measures.last?.site == .logits)
            // The largest logit is the best raw candidate's.
            let best = try #require(session.trace.steps[step].candidates.first { $0.rank == 1 })
            #expect(measures.last.map { abs($0.largest) >= Double(abs(best.logits[0]!)) } == true)
        }
        try session.runToEnd()
        #expect(steps(session) == steps(straight))
        #expect(try rows(session) == rows(straight))
    }
}
