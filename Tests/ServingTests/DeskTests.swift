// The engine's desk: turns, shared passes, places in the row, memory that is bounded and given up.
import JSONText
import Requests
import Synchronization
import Testing
import Threads

@testable import Serving

@Suite(.serialized) struct DeskTests {
    private let prompts = ["Once upon a time", "The", "A cat and a dog went out", "Tell me", "It rained. Then"]

    @Test func sessionsTakeTurns() throws {
        let room = try EngineRoom(makeEngine: tinyEngines())
        defer { room.stop() }
        let users = (0..<4).map { _ in User(room) }
        let turns = Box()
        let holding = HoldingJob()
        room.desk.add(holding, of: users[3].session)
        try wait("the desk") { holding.begun.load(ordering: .sequentiallyConsistent) }
        // One wants much, and twice; the others little.
        for (place, parts) in [(0, 4), (0, 2), (1, 2), (2, 3)] {
            room.desk.add(ToldJob("\(place)", parts: parts) { turns.add($0) }, of: users[place].session)
        }
        #expect((0..<4).map { room.desk.place(of: users[$0].session)?.place } == [1, 2, 3, nil])
        #expect(room.desk.place(of: users[0].session)?.of == 3)
        holding.mayEnd.store(true, ordering: .sequentiallyConsistent)
        try wait("all turns") { turns.all.count == 11 }
        #expect(turns.all.joined() == "01201202000")
    }

    private final class Box: Sendable {
        private let values = Guarded<[String]>([])
        var all: [String] { values.withLock { $0 } }
        func add(_ value: String) { values.withLock { $0.append(value) } }
    }

    @Test func aRunInAFullClassIsTheRunAlone() throws {
        // Each by itself: one session in a room.
        let alone = try (0..<7).map { number in
            let room = try EngineRoom(makeEngine: tinyEngines())
            defer { room.stop() }
            let user = User(room)
            try user.start(prompts[number % 5], seed: number, minTokens: 18)
            try user.walk(18)
            let steps = try user.steps(afterWalks: 1)
            #expect(room.desk.sharedPasses.passes == 0)
            return steps
        }
        var limits = EngineLimits()
        limits.rows = 5
        let room = try EngineRoom(limits, makeEngine: tinyEngines())
        defer { room.stop() }
        let users = (0..<7).map { _ in User(room) }
        for (number, user) in users.enumerated() {
            try user.start(prompts[number % 5], seed: number, minTokens: 18)
        }
        // All of them wait when the first pass begins. Some stop on the way and go on.
        let holding = HoldingJob()
        room.desk.add(holding, of: users[0].session)
        try wait("the desk") { holding.begun.load(ordering: .sequentiallyConsistent) }
        let answers = users.enumerated().map { number, user in user.beginWalk(number.isMultiple(of: 3) ? 7 : 18) }
        holding.mayEnd.store(true, ordering: .sequentiallyConsistent)
        for answer in answers { _ = try answer() }
        for (number, user) in users.enumerated() where number.isMultiple(of: 3) {
            _ = try user.steps(afterWalks: 1)
            try user.walk(11)
        }
        for (number, user) in users.enumerated() {
            let steps = try user.steps(afterWalks: number.isMultiple(of: 3) ? 2 : 1)
            #expect(steps == alone[number] && steps.count == 18, "session \(number)")
        }
        let shared = room.desk.sharedPasses
        #expect(shared.passes > 5 && shared.rows > 2 * shared.passes && shared.rows <= 5 * shared.passes)
    }

    @Test func aLongPromptHoldsNobodyUp() throws {
        var limits = EngineLimits()
        limits.passTokens = 1
        let room = try EngineRoom(limits, makeEngine: tinyEngines())
        defer { room.stop() }
        let users = (0..<2).map { _ in User(room) }
        let holding = HoldingJob()
        try users[0].start(String(repeating: "and then ", count: 80), seed: 1)
        try users[1].start("The", seed: 2)
        // Its walk has a name of its own, by which the first user's stream tells the two apart.
        _ = try users[1].ask(#"{"request":"models"}"#)
        users[0].listen(to: users[1])
        room.desk.add(holding, of: users[1].session)
        try wait("the desk") { holding.begun.load(ordering: .sequentiallyConsistent) }
        let first = users[0].begin(#"{"request":"walk","run":1,"count":1,"milliseconds":1}"#)
        let second = users[1].begin(#"{"request":"walk","run":1,"count":5,"milliseconds":1}"#)
        holding.mayEnd.store(true, ordering: .sequentiallyConsistent)
        _ = (try first(), try second())
        #expect(try users[1].steps(afterWalks: 1).count == 5)
        #expect(try users[0].steps(afterWalks: 2).count == 5 + 1)
        // The short one is through while the long one is still being read: parts of that are told, and no step.
        let events = users[0].events()
        let end = try #require(events.firstIndex { $0.name == "part" && $0.data["ended"]?.bool == true })
        #expect(events[end].data["call"]?.string == "call-4")
        let before = events[..<end].filter { $0.data["call"]?.string == "call-3" }
        #expect(before.count > 1 && before.allSatisfy { $0.name == "progress" }, "\(before)")
    }

    @Test func whoWaitsIsToldThePlace() throws {
        let room = try EngineRoom(makeEngine: tinyEngines())
        defer { room.stop() }
        let users = (0..<3).map { _ in User(room) }
        let holding = HoldingJob()
        room.desk.add(holding, of: users[0].session)
        try wait("the desk") { holding.begun.load(ordering: .sequentiallyConsistent) }
        let answers = users.dropFirst().map { $0.begin(#"{"request":"models"}"#) }
        func places(_ user: User) -> [Int] {
            user.events().filter { $0.name == "state" }.compactMap { $0.data["place"]?.int }
        }
        try wait("a place") {
            room.beat()
            return places(users[1]).contains(1) && places(users[2]).contains(2)
        }
        #expect(places(users[1]).last == 1 && places(users[0]).last == 0)
        holding.mayEnd.store(true, ordering: .sequentiallyConsistent)
        for answer in answers { _ = try answer() }
        room.beat()
        #expect(places(users[2]).last == 0)
    }

    @Test func whatRestsGoesOnAsIfItHadNot() throws {
        var limits = EngineLimits()
        limits.restSeconds = 0.05
        let straight = User(try EngineRoom(makeEngine: tinyEngines()))
        defer { straight.room.stop() }
        try straight.start("Once upon a time", seed: 4, minTokens: 18)
        try straight.walk(18)
        let wanted = try straight.steps(afterWalks: 1)

        let room = try EngineRoom(limits, makeEngine: tinyEngines())
        defer { room.stop() }
        let user = User(room)
        try user.start("Once upon a time", seed: 4, minTokens: 18)
        func held() -> Int64 { user.session.held.load(ordering: .relaxed) }
        for (walks, count) in [5, 7, 6].enumerated() {
            try user.walk(count)
            _ = try user.steps(afterWalks: walks + 1)
            try user.settle()
            let before = held()
            try wait("a rest") {
                room.beat()
                return held() < before * 3 / 4
            }
            // What is looked at while it rests is read again first.
            let told = try user.ask(#"{"request":"line","run":1,"line":"print top(2)","width":80}"#)
            #expect(told["outcomes"] != nil, "\(told)")
        }
        #expect(try user.steps(afterWalks: 3) == wanted)
    }

    /// A run of some tokens that has let go of what can be computed again.
    private func resting(_ limits: EngineLimits) throws -> (user: User, whole: Int64) {
        let user = User(try EngineRoom(limits, makeEngine: tinyEngines()))
        try user.start("Once upon a time", seed: 4, maxTokens: 120, minTokens: 120)
        try user.walk(120)
        _ = try user.steps(afterWalks: 1)
        try user.settle()
        let whole = user.session.held.load(ordering: .relaxed)
        try wait("a rest") {
            user.room.beat()
            return user.session.held.load(ordering: .relaxed) < whole * 3 / 4
        }
        return (user, whole)
    }

    @Test func aCancelledCallDoesNotReadARunAgain() throws {
        var limits = EngineLimits()
        limits.restSeconds = 0.05
        let (user, whole) = try resting(limits)
        defer { user.room.stop() }
        let holding = HoldingJob()
        user.room.desk.add(holding, of: User(user.room).session)
        try wait("the desk") { holding.begun.load(ordering: .sequentiallyConsistent) }
        let answer = user.begin(#"{"request":"line","run":1,"line":"print top(2)","width":80}"#)
        user.room.desk.cancel(user.session) { _ in true }
        holding.mayEnd.store(true, ordering: .sequentiallyConsistent)
        let told = try answer()
        #expect(told["error"]?["kind"]?.string == "run" && told["result"] == nil, "\(told)")
        #expect(user.session.engine.heldBytes < whole * 3 / 4)
        // Asked once more, it is read again and answered.
        let again = try user.ask(#"{"request":"line","run":1,"line":"print top(2)","width":80}"#)
        #expect(again["outcomes"] != nil, "\(again)")
    }

    /// A rest that was decided before somebody came, and has its turn after: nothing is let go of.
    @Test func aRestThatComesTooLateIsNone() throws {
        let user = User(try EngineRoom(makeEngine: tinyEngines()))
        defer { user.room.stop() }
        try user.start("Once upon a time", seed: 4, maxTokens: 120, minTokens: 120)
        try user.walk(120)
        _ = try user.steps(afterWalks: 1)
        let since = try user.settle()
        let whole = user.session.held.load(ordering: .relaxed)
        let holding = HoldingJob()
        user.room.desk.add(holding, of: User(user.room).session)
        try wait("the desk") { holding.begun.load(ordering: .sequentiallyConsistent) }
        let answer = user.begin(#"{"request":"line","run":1,"line":"print top(2)","width":80}"#)
        user.room.desk.add(RestJob(since: since), of: user.session)
        holding.mayEnd.store(true, ordering: .sequentiallyConsistent)
        #expect(try answer()["result"] != nil)
        _ = try user.ask(#"{"request":"models"}"#)
        #expect(user.session.held.load(ordering: .relaxed) >= whole)
        // In time, it is one.
        user.room.desk.add(RestJob(since: try user.settle()), of: user.session)
        try wait("a rest") { user.session.held.load(ordering: .relaxed) < whole * 3 / 4 }
    }

    @Test func memoryIsBounded() throws {
        var limits = EngineLimits()
        limits.sessionBytes = 1 << 20
        let room = try EngineRoom(limits, makeEngine: tinyEngines())
        defer { room.stop() }
        let user = User(room)
        try user.start("Once upon a time", seed: 4, maxTokens: 240, minTokens: 240)
        try user.walk(240)
        _ = try user.steps(afterWalks: 1)
        let last = try #require(user.events().last { $0.name == "part" }?.data["step"]?["error"])
        #expect(last["message"]?["en"]?.string?.contains("may hold 1 MB") == true, "\(last)")
        // Beyond the bound by less than two steps, however many a part has time for.
        try user.settle()
        let spent = user.session.held.load(ordering: .relaxed)
        #expect(spent > limits.sessionBytes && spent < limits.sessionBytes + (64 << 10), "\(spent)")
        // A line of the debugger goes no further either, and says why.
        let line = try user.begin(#"{"request":"line","run":1,"line":"continue","width":80}"#)()
        #expect(line["error"]?["message"]?["en"]?.string?.contains("may hold 1 MB") == true, "\(line)")
        #expect(user.session.held.load(ordering: .relaxed) == spent)
        // Ended, there is room again.
        _ = try user.ask(#"{"request":"end","run":1}"#)
        try user.start("The", seed: 1, maxTokens: 240, minTokens: 240)
        // A line that comes to the bound tells how far it went; going on is refused.
        let ended = try user.ask(#"{"request":"line","run":2,"line":"continue","width":80}"#)
        #expect(ended["more"]?["line"]?.string == "continue" && ended["run"]?["steps"]?.int ?? 0 > 1, "\(ended)")
        let refused = try user.begin(#"{"request":"line","run":2,"line":"continue","width":80}"#)()
        #expect(refused["error"]?["message"]?["en"]?.string?.contains("may hold 1 MB") == true, "\(refused)")
        #expect(user.session.held.load(ordering: .relaxed) < limits.sessionBytes + (64 << 10))
    }
}
