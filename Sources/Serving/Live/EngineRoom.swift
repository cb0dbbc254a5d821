// One engine for all who are let in: their sessions, the desk, what a session may hold, and the rows of the table of routes
// by which a page asks. Who somebody is, the server says.
internal import Generation
internal import JSONText
internal import Kernels
public import Requests
internal import Synchronization

/// What the sessions of an engine may take.
public struct EngineLimits: Sendable {
    /// Sessions at once.
    public var sessions = 16
    /// A session that nobody asks or listens to for so long is dropped, and its runs with it.
    public var idleSeconds = 4 * 3600.0
    /// Token positions of one pass while a prompt is read: the longest that others wait, and a cancelled call computes.
    public var passTokens = 16
    /// Sessions whose steps one pass takes.
    public var rows = 16
    /// The most bytes of one message: a record that a page brings back.
    public var messageBytes = 256 << 20
    /// Bytes that the runs of one session may hold; beyond them they do not grow.
    public var sessionBytes: Int64 = 2 << 30
    /// Bytes that all sessions may hold before those rest that nobody uses at the moment, the longest unused first.
    public var allBytes: Int64 = 4 << 30
    /// A session that has done nothing for so long rests: it gives up what can be computed again.
    public var restSeconds = 120.0

    /// Bytes of answers that are kept for a page that was cut off; twice as many of events.
    public var keptBytes = 8 << 20

    public init() {}

    /// For several hundred students, and messages of people who are not known to be such.
    public static var ofClass: EngineLimits {
        var limits = EngineLimits()
        (limits.sessions, limits.messageBytes, limits.keptBytes) = (600, 1 << 20, 1 << 20)
        (limits.sessionBytes, limits.restSeconds) = (256 << 20, 60)
        return limits
    }
}

/// How a session stands, as its pages are told: its place in the row (0: it does not wait), of how many, and its memory.
struct SessionState: Equatable {
    var place = 0
    var of = 0
    /// Megabytes that its runs hold, and may hold.
    var held: Int64 = 0
    var most: Int64 = 0

    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("place", place)
            json.member("of", of)
            json.member("heldMegabytes", Int(held))
            json.member("mostMegabytes", Int(most))
        }
        return json.bytes
    }
}

/// The sessions of one engine.
public final class EngineRoom: Sendable {
    let desk: EngineDesk
    let sessions: SessionTable
    let limits: EngineLimits
    private let clock = SteadyClock()
    private nonisolated(unsafe) let makeEngine: (_ host: LiveHost) -> Engine

    /// - Parameter makeEngine: makes a session's engine; called on a thread of the network, so it must be quick. Models that
    ///   it opens share `Compute` and weights: only the desk's thread uses them.
    public init(
        _ limits: EngineLimits = EngineLimits(), makeEngine: @escaping (_ host: LiveHost) -> Engine
    ) throws(ServingError) {
        self.limits = limits
        self.makeEngine = makeEngine
        desk = try EngineDesk(mostRows: limits.rows)
        sessions = SessionTable(most: limits.sessions, idleSeconds: limits.idleSeconds)
    }

    func newSession() -> Session {
        Session(now: clock.now, keptBytes: limits.keptBytes) { goesOn, progress in
            var host = LiveHost(progress: { _ in progress })
            host.goesOn = goesOn
            host.passTokens = limits.passTokens
            host.mostBytes = limits.sessionBytes
            host.gather = { [desk] in desk.gather($0) }
            return makeEngine(host)
        }
    }

    // MARK: what a page asks

    /// Finds the session of a request and hands it on, now or later; nil for a stranger.
    typealias Finder = @Sendable (_ request: WebRequest, _ use: @escaping @Sendable (Session?) -> Void) -> Void

    /// The rows by which pages ask.
    func routes(_ access: Access, find: @escaping Finder) -> [Route] {
        let row = { (method: Method, path: String, limit: Int, types: [String], body: @escaping Body) in
            Route(method, path, access, bodyLimit: limit, bodyTypes: types) { request, reply in
                find(request) { session in
                    guard let session else { return reply(.words(403, Refusal.stranger)) }
                    body(request, session, reply)
                }
            }
        }
        return [
            row(.get, "/engine/events", 0, []) { [unowned self] in listen($0, $1, $2) },
            row(.post, "/engine/call", limits.messageBytes, [Message.bodyType]) { [unowned self] in call($0, $1, $2) },
            row(.post, "/engine/cancel", 64, ["application/json"]) { [unowned self] in cancel($0, $1, $2) },
        ]
    }

    private typealias Body = @Sendable (WebRequest, Session, Reply) -> Void

    /// What happens, from now on or after the last event that the browser has.
    private func listen(_ request: WebRequest, _ session: Session, _ reply: Reply) {
        session.touch(at: clock.now)
        let last = request.header("last-event-id").flatMap { Int($0) }
        reply(
            WebAnswer(
                .events(session.log, after: last, of: ""), type: "text/event-stream; charset=utf-8",
                headers: [("Stepglass-Session", session.name)]))
    }

    /// `id` in the query: the call's name, made up by the page; asked again with the same name it is not done again.
    private func call(_ request: WebRequest, _ session: Session, _ reply: Reply) {
        guard let name = callName(request), let message = Message(body: request.body) else {
            return reply(.words(400, Refusal.head))
        }
        let isTaken = session.call(
            name, at: clock.now, reply,
            { Walk(message).map { WalkJob(name, $0) } ?? CallJob(name, message) }, desk)
        if !isTaken { reply(.words(429, Refusal.tooMany)) }
    }

    /// `id` in the query: the call that is to end.
    private func cancel(_ request: WebRequest, _ session: Session, _ reply: Reply) {
        guard let name = callName(request) else { return reply(.words(400, Refusal.head)) }
        desk.cancel(session) { $0.name == name }
        reply(.json(Array("{}".utf8)))
    }

    private func callName(_ request: WebRequest) -> String? {
        guard let name = request.value("id"), (1...64).contains(name.utf8.count),
            name.utf8.allSatisfy({
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                    || $0 == UInt8(ascii: "-")
            })
        else { return nil }
        return name
    }

    // MARK: the watch

    /// How long somebody waits before being told the place in the row.
    private static let patience = 0.3

    /// To be called on the watch's thread, a few times a second: tells places, lets sessions rest, drops those that are idle.
    func beat() {
        let now = clock.now
        sessions.dropIdle(at: now)
        let all = sessions.all
        var held: Int64 = 0
        for session in all {
            let bytes = session.held.load(ordering: .relaxed)
            held += bytes
            var state = SessionState(held: bytes >> 20, most: limits.sessionBytes >> 20)
            if let (place, of, seconds) = desk.place(of: session), seconds > Self.patience {
                (state.place, state.of) = (place, of)
            }
            session.tell(state)
        }
        // Those that are long unused rest; and where memory is short, those that have been for a moment.
        let unused = all.compactMap { session in desk.restsSince(session).map { (session, $0) } }.sorted { $0.1 < $1.1 }
        for (session, since) in unused where session.restedAfter != since {
            let isShort = held > limits.allBytes && now - since > 1
            let own = session.held.load(ordering: .relaxed)
            guard own > 0, now - since > limits.restSeconds || isShort else { continue }
            held -= own
            session.restedAfter = since
            desk.add(RestJob(since: since), of: session)
        }
    }

    /// Ends the desk and all streams. The engines are nobody's after it.
    func stop() {
        desk.stop(sessions.all)
        for session in sessions.all { session.log.close() }
    }
}
