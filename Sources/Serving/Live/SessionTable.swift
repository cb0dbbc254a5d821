// Who is here: sessions by their secrets, so many at most, and none for longer than it is used.
internal import Threads

/// The sessions of a server.
public final class SessionTable: Sendable {
    private let sessions = Guarded<[String: Session]>([:])
    private let most: Int
    private let idleSeconds: Double

    /// - Parameters:
    ///   - most: sessions at once; one more takes the place of the one that was idle longest, if there is an idle one.
    ///   - idleSeconds: a session that nobody asks or listens to for so long is dropped, and its runs with it.
    public init(most: Int, idleSeconds: Double) { (self.most, self.idleSeconds) = (most, idleSeconds) }

    /// The session that goes by a name which no secret is, made where there is none; nil where all places are taken.
    func session(named name: String, make: () -> Session) -> Session? {
        sessions.withLock { sessions in
            if let there = sessions[name] { return there }
            guard hasRoom(&sessions) else { return nil }
            let made = make()
            sessions[name] = made
            return made
        }
    }

    /// A new session behind a secret; nil where all places are taken by sessions in use.
    func add(_ session: Session) -> String? {
        let secret = newSecret()
        return sessions.withLock { sessions in
            guard hasRoom(&sessions) else { return nil }
            sessions[lookupKey(secret)] = session
            return secret
        }
    }

    /// Whether there is room for one more, the one that was idle longest being dropped where need be.
    private func hasRoom(_ sessions: inout [String: Session]) -> Bool {
        if sessions.count < most { return true }
        let idle = sessions.compactMap { key, one in one.idleSince.map { (key, $0) } }
        guard let longest = idle.min(by: { $0.1 < $1.1 }) else { return false }
        sessions.removeValue(forKey: longest.0)?.log.close()
        return true
    }

    public func find(_ secret: String) -> Session? {
        let key = lookupKey(secret)
        return sessions.withLock { $0[key] }
    }

    public var all: [Session] { sessions.withLock { Array($0.values) } }

    func dropIdle(at now: Double) {
        sessions.withLock { sessions in
            for (key, session) in sessions {
                if let since = session.idleSince, now - since > idleSeconds {
                    session.log.close()
                    sessions[key] = nil
                }
            }
        }
    }
}
