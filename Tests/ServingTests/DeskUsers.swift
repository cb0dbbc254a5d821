// Those who sit at an engine's desk in tests: jobs that tell their turns, and a session's user without a network.
import JSONText
import Requests
import Synchronization
import Testing
import Threads

@testable import Serving

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A job of so many parts that says when it had a turn.
final class ToldJob: Job, @unchecked Sendable {
    private var left: Int
    private let told: @Sendable (String) -> Void

    init(_ name: String, parts: Int, _ told: @escaping @Sendable (String) -> Void) {
        (left, self.told) = (parts, told)
        super.init(name)
    }

    override func advance(_ session: Session, isAlone: Bool) -> Bool {
        told(name)
        left -= 1
        return left == 0
    }
}

/// Keeps the desk busy until it is let on.
final class HoldingJob: Job, @unchecked Sendable {
    let begun = Atomic<Bool>(false)
    let mayEnd = Atomic<Bool>(false)

    init() { super.init("holds") }

    override func advance(_ session: Session, isAlone: Bool) -> Bool {
        begun.store(true, ordering: .sequentiallyConsistent)
        while !mayEnd.load(ordering: .sequentiallyConsistent), !isCancelled { usleep(500) }
        return true
    }
}

/// Waits for what another thread does; a minute at most.
func wait(_ what: String, until isDone: () -> Bool) throws {
    for _ in 0..<6_000 {
        if isDone() { return }
        usleep(10_000)
    }
    try #require(isDone(), "\(what)")
}

/// A session's user, without a network.
final class User: @unchecked Sendable {
    let session: Session
    let room: EngineRoom
    private var last = 0
    private let stream = EventStream()
    private var bytes: [UInt8] = []

    init(_ room: EngineRoom) {
        self.room = room
        session = room.newSession()
        _ = room.sessions.session(named: "user \(UInt64.random(in: 0 ... .max))") { session }
        session.log.attach(stream, after: nil)
    }

    /// Sends a message; its answer once it is there, which `then` hears of first.
    func begin(_ message: Message, then: @escaping @Sendable () -> Void = {}) -> () throws -> Message {
        last += 1
        let name = "call-\(last)"
        let answer = Guarded<[UInt8]?>(nil)
        let reply = Reply { web in
            then()
            if case .bytes(let body) = web.matter { answer.withLock { $0 = body } }
        }
        _ = session.call(
            name, at: 0, reply, { Walk(message).map { WalkJob(name, $0) } ?? CallJob(name, message) }, room.desk)
        return {
            try wait("an answer to \(String(decoding: message.json, as: UTF8.self))") {
                answer.withLock { $0 != nil }
            }
            return try #require(Message(body: answer.withLock { $0 } ?? []))
        }
    }

    /// The same of a message without attachments.
    func begin(_ json: String, then: @escaping @Sendable () -> Void = {}) -> () throws -> JSONValue {
        let answer = begin(Message(json: Array(json.utf8)), then: then)
        return { try JSONValue(parsing: try answer().json) }
    }

    func ask(_ json: String) throws -> JSONValue {
        let answer = try begin(json)()
        return try #require(answer["result"], "\(answer)")
    }

    /// A run of stepglass-tiny, its prompt not read yet.
    func start(_ text: String, seed: Int, maxTokens: Int = 40, minTokens: Int = 0) throws {
        let model = try #require(try ask(#"{"request":"use","name":"tiny"}"#)["model"]?.int)
        _ = try ask(
            """
            {"request":"start","model":\(model),"text":"\(text)",
             "options":{"temperature":"0.9","seed":"\(seed)","max-tokens":"\(maxTokens)","min-tokens":"\(minTokens)"}}
            """)
    }

    func walk(_ count: Int) throws { _ = try beginWalk(count)() }

    func beginWalk(_ count: Int) -> () throws -> JSONValue {
        begin(#"{"request":"walk","run":1,"count":\#(count)}"#)
    }

    /// Waits until there is nothing to do, and tells since when: answers and events come out of the midst of a part,
    /// and only at its end it is written what the session holds.
    @discardableResult
    func settle() throws -> Double {
        var since: Double?
        try wait("the end of the work") {
            since = room.desk.restsSince(session)
            return since != nil
        }
        return try #require(since)
    }

    /// Hears another's events too from now on, in the order in which all of them happen.
    func listen(to other: User) { other.session.log.attach(stream, after: nil) }

    /// Takes what has come of the events.
    private func hear() {
        var room = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = room.withUnsafeMutableBufferPointer {
                stream.take($0.baseAddress!, room: $0.count, sleep: {}, wake: {})
            }
            if count <= 0 { break }
            bytes += room.prefix(count)
        }
    }

    /// The events so far.
    func events() -> [(name: String, data: JSONValue)] {
        hear()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n\n").compactMap { event in
            let lines = event.split(separator: "\n")
            guard let name = lines.first(where: { $0.hasPrefix("event: ") })?.dropFirst(7),
                let data = lines.first(where: { $0.hasPrefix("data: ") })?.dropFirst(6),
                let value = try? JSONValue(parsing: Array(data.utf8))
            else { return nil }
            return (String(name), value)
        }
    }

    /// Waits for the end of as many walks; all steps without their times.
    func steps(afterWalks walks: Int) throws -> [String] {
        var ends = 0
        var heard = 0
        try wait("the end of a walk") {
            hear()
            // Taken apart once they are all there.
            ends += String(decoding: bytes[heard...], as: UTF8.self).split(separator: "\n\n").count {
                $0.contains("event: part") && $0.contains("\"ended\":true")
            }
            heard = bytes.count
            return ends >= walks
        }
        return events().filter { $0.name == "part" }.map(\.data).flatMap {
            $0["step"]?["result"]?["steps"]?.array ?? []
        }.map { step in
            let members = (step.object?.members ?? []).filter { $0.key != "seconds" }
            return members.map { "\($0.key) \($0.value)" }.joined(separator: ",")
        }
    }
}
