// Calls that take long: their parts come to what the whole would have, and nobody waits for more than one of them.
import JSONText
import Requests
import Synchronization
import Testing
import Threads

@testable import Serving

@Suite(.serialized) struct LongCallTests {
    private static let prompt = "Once upon a time"

    private final class Told: Sendable {
        private let values = Guarded<[String]>([])
        var all: [String] { values.withLock { $0 } }
        func add(_ value: String) { values.withLock { $0.append(value) } }
    }

    /// What must be the same however often a call was cut: all but times.
    private func lasting(_ value: JSONValue) -> String {
        switch value {
        case .object(let object):
            let kept = object.members.filter { !$0.key.hasSuffix("econds") && $0.key != "tokenPasses" }
            return "{\(kept.map { "\($0.key):\(lasting($0.value))" }.joined(separator: ","))}"
        case .array(let items): return "[\(items.map(lasting).joined(separator: ","))]"
        default: return "\(value)"
        }
    }

    private func started(_ room: EngineRoom) throws -> User {
        let user = User(room)
        try user.start(Self.prompt, seed: 4, maxTokens: 24, minTokens: 24)
        return user
    }

    /// The answers to some lines of one who is alone in a room, and of one whose every part is followed by another's turn.
    private func answers(_ calls: [String], isAlone: Bool) throws -> [JSONValue] {
        let room = try EngineRoom(makeEngine: tinyEngines())
        defer { room.stop() }
        let user = try started(room)
        let other = User(room)
        let isOver = Atomic<Bool>(false)
        // A job that is never done, so that the row is never empty.
        if !isAlone { room.desk.add(EndlessJob { isOver.load(ordering: .relaxed) }, of: other.session) }
        defer { isOver.store(true, ordering: .relaxed) }
        return try calls.map { try user.begin($0)() }
    }

    private final class EndlessJob: Job, @unchecked Sendable {
        private let isOver: () -> Bool
        init(_ isOver: @escaping () -> Bool) {
            self.isOver = isOver
            super.init("endless")
        }
        override func advance(_ session: Session, isAlone: Bool) -> Bool { isOver() || isCancelled }
    }

    @Test func partsComeToTheWhole() throws {
        let line = { (text: String) in #"{"request":"line","run":1,"line":"\#(text)","width":80}"# }
        let calls = [
            #"{"request":"step","run":1,"count":3}"#, line("step 4"), line("break step == 9"), line("continue"),
            line("until step == 12"), line("sweep"), line("back 5"), line("step 3"), line("until 14"), line("run"),
            line("run to 17"), #"{"request":"go","run":1,"to":19}"#, #"{"request":"go","run":1,"to":2}"#,
            line("continue"), line("continue"), line("reverse-continue"), #"{"request":"step","run":1,"count":99}"#,
            #"{"request":"go","run":1,"to":99}"#, line("no such line"), #"{"request":"go","run":7,"to":9}"#,
            #"{"request":"step","run":7,"count":3}"#, #"{"request":"line","run":1,"line":"step 2","more":1}"#,
        ]
        let (alone, among) = (try answers(calls, isAlone: true), try answers(calls, isAlone: false))
        for (place, call) in calls.enumerated() {
            #expect(lasting(alone[place]) == lasting(among[place]), "\(call)")
        }
        let steps = alone.map { $0["result"]?["run"]?["step"]?.int }
        #expect(steps.prefix(13) == [2, 6, 6, 9, 12, 12, 7, 9, 14, 9, 17, 19, 2], "\(steps)")
        #expect(alone[0]["result"]?["steps"]?.array?.count == 3)
        #expect(alone.dropLast().suffix(3).allSatisfy { $0["error"] != nil })
    }

    @Test func nobodyWaitsForALongLine() throws {
        let room = try EngineRoom(makeEngine: tinyEngines())
        defer { room.stop() }
        let users = [try started(room), User(room)]
        let told = Told()
        let holding = HoldingJob()
        room.desk.add(holding, of: users[1].session)
        try wait("the desk") { holding.begun.load(ordering: .sequentiallyConsistent) }
        let long = users[0].begin(#"{"request":"line","run":1,"line":"continue"}"#) { told.add("long") }
        room.desk.add(ToldJob("short", parts: 12) { told.add($0) }, of: users[1].session)
        holding.mayEnd.store(true, ordering: .sequentiallyConsistent)
        let answer = try long()
        try wait("all turns") { told.all.count == 13 }
        #expect(told.all.last == "long", "\(told.all)")
        #expect(answer["result"]?["run"]?["steps"]?.int == 24)
    }

    /// A long prompt that a line has read is read in parts, too.
    @Test func nobodyWaitsForAPromptToBeRead() throws {
        var limits = EngineLimits()
        limits.passTokens = 1
        let room = try EngineRoom(limits, makeEngine: tinyEngines())
        defer { room.stop() }
        let users = (0..<2).map { _ in User(room) }
        try users[0].start(String(repeating: "and then ", count: 40), seed: 1)
        let told = Told()
        let holding = HoldingJob()
        room.desk.add(holding, of: users[1].session)
        try wait("the desk") { holding.begun.load(ordering: .sequentiallyConsistent) }
        let step = users[0].begin(#"{"request":"line","run":1,"line":"step"}"#) { told.add("step") }
        // Each turn takes longer than a part of the reading may.
        room.desk.add(ToldJob("short", parts: 2) { told.add($0) }, of: users[1].session)
        holding.mayEnd.store(true, ordering: .sequentiallyConsistent)
        #expect(try step()["result"]?["run"]?["step"]?.int == 0)
        try wait("all turns") { told.all.count == 3 }
        #expect(told.all == ["short", "short", "step"])
        #expect(users[0].events().contains { $0.name == "progress" })
    }

    /// Whoever takes the wish back is answered with what there is.
    @Test func aLongLineIsCancelled() throws {
        let room = try EngineRoom(makeEngine: tinyEngines())
        defer { room.stop() }
        let users = [try started(room), User(room)]
        let told = Told()
        // Both stand in the row before either has a turn.
        let holding = HoldingJob()
        room.desk.add(holding, of: users[1].session)
        try wait("the desk") { holding.begun.load(ordering: .sequentiallyConsistent) }
        let long = users[0].begin(#"{"request":"line","run":1,"line":"continue"}"#)
        // Parts of one step each, and the wish ends after a few of them.
        room.desk.add(
            ToldJob("short", parts: 6) {
                told.add($0)
                if told.all.count == 5 { room.desk.cancel(users[0].session) { $0.name == "call-3" } }
            }, of: users[1].session)
        holding.mayEnd.store(true, ordering: .sequentiallyConsistent)
        let steps = try #require(try long()["result"]?["run"]?["steps"]?.int)
        #expect(steps < 24)
        #expect(try users[0].ask(#"{"request":"line","run":1,"line":"continue"}"#)["run"]?["steps"]?.int == 24)
    }

    @Test func aRecordIsVerifiedInParts() throws {
        let room = try EngineRoom(makeEngine: tinyEngines())
        defer { room.stop() }
        let user = try started(room)
        try user.walk(24)
        _ = try user.steps(afterWalks: 1)
        let trace = Message(json: Array(#"{"request":"trace","run":1}"#.utf8))
        let record = try user.begin(trace)().attachments
        let found = try user.begin(
            Message(json: Array(#"{"request":"verify","model":1}"#.utf8), attachments: record))()
        let answer = try JSONValue(parsing: found.json)
        #expect(answer["result"]?["outcome"]?.string == "identical", "\(answer)")
    }
}
