// Sessions that go back and branch: the same numbers as a run that went there at once, and nothing computed twice.
import Testing
import Traces
import Transformers

@testable import Generation

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
        branch.readAgain()
        try branch.runToEnd()
        #expect(steps(branch) == steps(alone))
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
