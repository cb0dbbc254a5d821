// A class on one machine: the rules of `Classes` behind the server's table of routes. What `stepglass serve --class` runs.
public import Classes
public import Lessons
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The pages of a class.
public struct ClassPages: Sendable {
    /// For joining, for the teacher, for the board.
    public var room: ServedPage
    /// The book that students work in: an open file, since it is large, with its size and its policy.
    public var book: (descriptor: Int32, bytes: UInt64, policy: String)
    /// For runs on the class's engine, where it has one.
    public var live: ServedPage?

    public init(
        room: ServedPage, book: (descriptor: Int32, bytes: UInt64, policy: String), live: ServedPage? = nil
    ) {
        (self.room, self.book, self.live) = (room, book, live)
    }
}

/// Where a class meets.
public struct ClassPlace: Sendable {
    /// Where the server listens, in numbers.
    public var address = "127.0.0.1"
    public var port = 0
    /// The addresses that students reach it by, the first one on the board; empty: this machine alone.
    public var names: [String] = []
    /// A private key and its certificate as PEM, for HTTPS.
    public var secrets: WebSecrets?

    public init() {}

    /// Sizes for several hundred browsers, which may all come from behind one address.
    static var limits: WebLimits {
        var limits = WebLimits()
        (limits.connections, limits.connectionsPerAddress) = (2_000, 2_000)
        (limits.burst, limits.perSecond) = (4_000, 1_000)
        limits.bodyBytes = 64 << 20
        return limits
    }
}

/// The server of a class.
public final class ClassServer: @unchecked Sendable {
    let web: WebServer
    /// The class.
    public let live: LiveClass
    let pages: ClassPages
    let place: ClassPlace
    /// The files of some grades, as `lesson grade` writes them.
    let exports: @Sendable ([SubmissionGrade]) throws -> [(name: String, bytes: [UInt8])]
    /// What students' pages hear, and what the teacher's hear.
    let (forAll, forTeacher) = (EventLog(), EventLog())
    /// The engine that computes for all, where students' browsers do not for themselves.
    let engine: EngineRoom?
    /// Where commands are carried out, not on the network's thread: a student's one after the other.
    private let desks: [ClassDesk]

    /// Listens from here on.
    public init(
        _ store: ClassStore, _ checker: AnswerChecker, pages: ClassPages, at place: ClassPlace,
        limits: ClassLimits = ClassLimits(), engine: EngineRoom? = nil,
        exports: @escaping @Sendable ([SubmissionGrade]) throws -> [(name: String, bytes: [UInt8])]
    ) throws(ServingError) {
        (self.pages, self.place, self.exports, self.engine) = (pages, place, exports, engine)
        desks = [try ClassDesk(), try ClassDesk(), try ClassDesk(), try ClassDesk()]
        live = LiveClass(store, checker, limits: limits) { [forAll, forTeacher] change in
            forTeacher.add("news", Array("{}".utf8))
            if change == .room { forAll.add("news", Array("{}".utf8)) }
        }
        web = try WebServer(
            address: place.address, port: place.port, names: place.names, secrets: place.secrets,
            limits: ClassPlace.limits)
        web.serve(routes)
        let beats = Beats(every: ClassPlace.limits.heartbeatSeconds)
        web.onBeat { [forAll, forTeacher, engine] now in
            engine?.beat()
            guard beats.isDue(at: now) else { return }
            forAll.beat()
            forTeacher.beat()
            for session in engine?.sessions.all ?? [] { session.log.beat() }
        }
    }

    public var port: Int { web.port }

    /// What students open; with the room's code in it where it is given.
    public func address(code: String? = nil) -> String {
        let host = place.names.first ?? "127.0.0.1"
        return "\(place.secrets == nil ? "http" : "https")://\(host):\(port)/\(code.map { "join/\($0)" } ?? "")"
    }

    /// What the teacher opens, as often as he likes; a new start makes a new one.
    public func teacherAddress() throws(ClassError) -> String {
        let host = place.address == "127.0.0.1" || place.address == "0.0.0.0" ? "127.0.0.1" : place.address
        let secret = try live.store.renewTeacherAddress()
        return "\(place.secrets == nil ? "http" : "https")://\(host):\(port)/teach/\(secret)"
    }

    /// Ends in good order: what was asked is answered, then the file is closed.
    public func stop() {
        web.quiesce()
        forAll.close()
        forTeacher.close()
        for desk in desks { desk.waitUntilDone() }
        engine?.stop()
        web.stop()
        live.store.close()
        close(pages.book.descriptor)
    }

    /// Carries `body` out away from the network's thread; those of one cookie in their order.
    func atDesk(_ request: WebRequest, _ body: @escaping @Sendable () -> Void) {
        let key = request.cookie(cookieName) ?? request.address
        desks[Int(key.utf8.reduce(5381 as UInt64) { ($0 << 5) &+ $0 &+ UInt64($1) } % UInt64(desks.count))].add(body)
    }

    /// Cookies of all ports of a machine lie together.
    var cookieName: String { "stepglass-class-\(port)" }
}

/// When streams are to show again that they are alive.
private final class Beats: @unchecked Sendable {
    private let every: Double
    /// Of the watch's thread alone.
    private var last = 0.0

    init(every: Double) { self.every = every }

    func isDue(at now: Double) -> Bool {
        if now - last < every { return false }
        last = now
        return true
    }
}
