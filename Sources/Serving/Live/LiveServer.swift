// A page with the engine behind it, for one user: what `stepglass serve` runs.
internal import Threads
internal import Kernels
public import Requests
internal import JSONText

/// A page to be served, and what its browser may do with it.
public struct ServedPage: Sendable {
    public var bytes: [UInt8]
    /// Its Content-Security-Policy.
    public var policy: String

    public init(bytes: [UInt8], policy: String) { (self.bytes, self.policy) = (bytes, policy) }
}

/// What a live server is made of.
public struct LiveSettings: Sendable {
    public var port = 0
    public var limits = WebLimits()
    public var engine = EngineLimits()
    /// A private key and its certificate as PEM, for HTTPS.
    public var secrets: WebSecrets?

    public init() {}
}

/// The server of one user's page.
public final class LiveServer: @unchecked Sendable {
    let web: WebServer
    let room: EngineRoom
    let page: ServedPage
    let settings: LiveSettings
    /// The secret in the address; nil once it was used.
    private let token: Guarded<String?>
    private let firstToken: String

    /// Listens from here on.
    ///
    /// - Parameters:
    ///   - page: what is at `/`.
    ///   - makeEngine: makes a session's engine; called on the network's thread, so it must be quick. Models that it opens
    ///     share `Compute` and weights: only the desk's thread uses them.
    public init(
        _ page: ServedPage, _ settings: LiveSettings = LiveSettings(),
        makeEngine: @escaping (_ host: LiveHost) -> Engine
    ) throws(ServingError) {
        self.page = page
        self.settings = settings
        firstToken = newSecret()
        token = Guarded(firstToken)
        room = try EngineRoom(settings.engine, makeEngine: makeEngine)
        web = try WebServer(port: settings.port, secrets: settings.secrets, limits: settings.limits)
        web.serve(routes)
        let lastBeat = Guarded(web.clock.now)
        web.onBeat { [room, settings] now in
            room.beat()
            let isDue = lastBeat.withLock { last in
                guard now - last >= settings.limits.heartbeatSeconds else { return false }
                last = now
                return true
            }
            if isDue { for session in room.sessions.all { session.log.beat() } }
        }
    }

    public var port: Int { web.port }

    /// What to open in a browser, once.
    public var address: String { "\(web.rules.scheme)://127.0.0.1:\(port)/open/\(firstToken)" }

    /// Cookies of all ports of a machine lie together.
    var cookieName: String { "stepglass-\(port)" }

    func session(of request: WebRequest) -> Session? { request.cookie(cookieName).flatMap(room.sessions.find) }

    /// Uses the token up and makes its session; nil for another token, or one that was used.
    func enter(_ given: String) -> String? {
        token.withLock { token in
            guard let kept = token, isSameSecret(given, kept) else { return nil }
            let session = room.newSession()
            session.keptRuns = KeptRuns()
            guard let secret = room.sessions.add(session) else { return nil }
            token = nil
            return secret
        }
    }

    /// Ends in good order: what is at work ends after its step, all that was asked is answered, streams end.
    ///
    /// - Returns: the trace.json of each run that has steps, and of each of its branches, oldest first.
    public func stop() -> [[UInt8]] {
        web.quiesce()
        room.stop()
        var records: [[UInt8]] = []
        for session in room.sessions.all {
            // The desk's thread has ended: the engines are nobody's now.
            session.keptRuns?.keepAll(of: session.engine)
            records += session.keptRuns?.records ?? []
        }
        web.stop()
        return records
    }
}
