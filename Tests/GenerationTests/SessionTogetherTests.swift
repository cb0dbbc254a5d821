// Sessions whose steps share passes, and sessions that let go of what can be computed again: the same runs, bit for bit.
import TestTools
import Testing
import Traces
import Transformers

@testable import Generation
@testable import Stages

@Suite struct SessionTogetherTests {
    private func rows(_ session: Session) throws -> [[Float]] {
        let attention = try #require(session.trace.attention)
        return (0..<TinyModel.layers).flatMap { layer in
            (0..<TinyModel.heads).flatMap { head in
                (0..<attention.positions).map { attention.row(layer: layer, head: head, query: $0) }
            }
        }
    }

    /// Everything of two runs but their times.
    private func expectSame(_ one: Session, _ other: Session, _ what: String) throws {
        #expect(one.trace.steps.map(\.timeless) == other.trace.steps.map(\.timeless), "\(what)")
        #expect(one.trace.text == other.trace.text, "\(what)")
        if one.trace.attention != nil { #expect(try rows(one) == rows(other), "\(what)") }
        one.finish(peakMemoryBytes: 0)
        other.finish(peakMemoryBytes: 0)
        #expect(one.trace.tensors.hidden == other.trace.tensors.hidden, "\(what)")
        #expect(one.trace.tensors.rawLogits == other.trace.tensors.rawLogits, "\(what)")
    }

    /// Prompts of several lengths, settings of several kinds.
    private func session(_ number: Int, _ model: LanguageModel) throws -> Session {
        let prompts = ["a", "the second student", "3", "a rather long prompt of one", "x y", "last but one", "end"]
        return try TinyModel.session(prompts[number], model: model, keepsLogits: true) { settings in
            (settings.temperature, settings.seed) = (1.1, "\(number)")
            settings.maxTokens = 9 + number
            settings.record = number == 2 ? [] : number == 4 ? [.attention] : RecordKind.allCases
            if number == 1 { settings.ablated = ["0.2"] }
            if number == 3 { settings.dropped = [1, 2] }
            if number == 5 { settings.bannedTokens = [TinyModel.endToken] }
        }
    }

    @Test func aRunInAFullClassIsTheRunAlone() throws {
        let model = try TinyModel.make()
        let alone = try (0..<7).map { number in
            let session = try session(number, model)
            try session.runToEnd()
            return session
        }
        var random = SplitMix64(state: 3)
        for round in 0..<6 {
            let together = try (0..<7).map { try session($0, model) }
            var sharedRows = 0
            while together.contains(where: { !$0.isFinished }) {
                // Some step by themselves, some together, some rest.
                let open = together.filter { !$0.isFinished }.shuffled(using: &random)
                let here = Array(open.prefix(Int.random(in: 1...open.count, using: &random)))
                let waiting = here.filter { $0.awaitsToken }
                if round > 0 { Session.runTogether(waiting) }
                sharedRows += waiting.count
                for session in waiting where round > 0 { #expect(!session.awaitsToken) }
                for session in here { _ = try session.step() }
            }
            #expect(sharedRows > 20)
            for (number, session) in together.enumerated() {
                try expectSame(session, alone[number], "round \(round), session \(number)")
            }
        }
    }

    private static func set(_ session: Session, _ change: (inout Settings) -> Void) throws {
        var settings = session.settings
        change(&settings)
        try session.change(settings)
    }

    /// What may happen between a pass for several and the step that it was made for.
    private static var changes: [(name: String, act: (Session) throws -> Void)] {
        [
            ("nothing", { _ in }),
            ("hotter", { try set($0) { $0.temperature = 3 } }),
            ("another seed", { try set($0) { $0.seed = "99" } }),
            ("a head off", { try set($0) { $0.ablated = ["1.1"] } }),
            (
                "there and back",
                {
                    let before = $0.settings
                    try set($0) { $0.topK = 1 }
                    try $0.change(before)
                }
            ),
            ("forced", { _ = try $0.step(force: 7) }),
            (
                "back and on",
                {
                    try $0.rewind(toSteps: $0.trace.steps.count - 1)
                    _ = try $0.step(force: 9)
                }
            ),
            ("a fork", { _ = try $0.fork(steps: $0.trace.steps.count - 1).step() }),
            (
                "rest",
                {
                    $0.letGo()
                    $0.reread()
                }
            ),
        ]
    }

    @Test(arguments: changes.indices) func aChoiceMadeAheadEndsWithWhatItStoodOn(_ index: Int) throws {
        let (name, act) = Self.changes[index]
        let model = try TinyModel.make()
        let pairs = try (0..<3).map { _ in (try session(5, model), try session(5, model)) }
        for (alone, together) in pairs {
            for _ in 0..<3 {
                _ = try alone.step()
                _ = try together.step()
            }
        }
        Session.runTogether(pairs.map { $0.1 })
        for (alone, together) in pairs {
            #expect(together.ahead != nil && alone.ahead == nil)
            try act(alone)
            try act(together)
            try alone.runToEnd()
            try together.runToEnd()
            try expectSame(together, alone, name)
        }
    }

    @Test func noPassIsMadeAheadOfWhatIsNotReady() throws {
        let model = try TinyModel.make()
        let session = try session(0, model)
        #expect(!session.awaitsToken, "the prompt is not read")
        _ = try session.step()
        #expect(session.awaitsToken)
        var other = session.settings
        other.ablated = ["0.1"]
        try session.change(other)
        #expect(!session.awaitsToken || session.ablated == [LayerHead(layer: 0, head: 1)])
        let search = try TinyModel.session("beams", model: model) { ($0.beams, $0.maxTokens) = (2, 4) }
        search.prefill()
        #expect(!search.awaitsToken)
        try session.runToEnd()
        #expect(!session.awaitsToken)
    }

    @Test(arguments: [1, 3, 64])
    func whatRestedGoesOnAsIfItHadNot(chunk: Int) throws {
        let model = try TinyModel.make()
        for number in 0..<7 {
            let straight = try session(number, model)
            try straight.runToEnd()
            for at in [0, 1, 5, straight.trace.steps.count] {
                let resting = try session(number, model)
                if at == 0 { resting.prefill() }
                for _ in 0..<at { _ = try resting.step() }
                let held = resting.heldBytes
                resting.letGo()
                #expect(resting.heldBytes < held / 2 + 2_000 && resting.unreadTokens > 0)
                // A rest in the middle of reading again.
                _ = resting.reread(tokens: chunk)
                resting.letGo()
                var parts = 0
                while !resting.reread(tokens: chunk) { parts += 1 }
                #expect(chunk > 1 || parts + 1 >= resting.path.count)
                #expect(resting.unreadTokens == 0)
                for step in 0..<at { #expect(resting.rawLogits(ofStep: step) == straight.rawLogits(ofStep: step)) }
                try resting.runToEnd()
                try expectSame(resting, straight, "session \(number), after \(at) steps")
            }
        }
    }

    /// Heads that went off on the way are off again where they were, and branches come out of a run that rested.
    @Test func experimentsOnTheWaySurviveARest() throws {
        let model = try TinyModel.make()
        func begun() throws -> Session {
            let session = try session(6, model)
            for step in 0..<10 {
                if step == 3 || step == 7 {
                    var settings = session.settings
                    if step == 3 {
                        settings.ablated = ["1.1"]
                    } else {
                        (settings.ablated, settings.dropped) = ([], [0])
                    }
                    try session.change(settings)
                }
                _ = try session.step()
            }
            return session
        }
        let (straight, resting) = (try begun(), try begun())
        resting.letGo()
        resting.reread()
        for at in [2, 4, 8, 10] {
            let branches = try [straight, resting].map { try $0.fork(steps: at) }
            for branch in branches { try branch.runToEnd() }
            try expectSame(branches[1], branches[0], "a branch at \(at)")
        }
        try straight.rewind(toSteps: 6)
        try resting.rewind(toSteps: 6)
        resting.letGo()
        resting.reread()
        for session in [straight, resting] { try session.runToEnd() }
        try expectSame(resting, straight, "gone back, then on")
    }

    @Test func aSearchKeepsWhatItHas() throws {
        let session = try TinyModel.session("beams") { ($0.beams, $0.maxTokens) = (3, 5) }
        let run = try BeamRun(session)
        try run.advance()
        let held = session.heldBytes
        session.letGo()
        #expect(session.heldBytes == held && session.unreadTokens == 0)
    }
}
