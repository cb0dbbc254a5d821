// The class's engine, where it has one: each student, and the teacher, has a session of it.
internal import Classes
internal import JSONText
internal import Phrases

extension ClassServer {
    /// The page for runs, what a page asks of the engine, and whether there is one at all.
    var engineRoutes: [Route] {
        let page = Route(.get, "/live", .everybody, isPage: true) { [unowned self] request, reply in
            atDesk(request) { [unowned self] in
                guard let page = pages.live, sessionName(of: request) != nil else {
                    return reply(.redirect(to: "/"))
                }
                reply(
                    WebAnswer(
                        .bytes(page.bytes), type: "text/html; charset=utf-8",
                        headers: [("Content-Security-Policy", page.policy)]))
            }
        }
        let facts = Route(.get, "/class/engine", .everybody) { [engine] _, reply in
            var json = JSONWriter()
            json.object { $0.member("isThere", engine != nil) }
            reply(.json(json.bytes))
        }
        guard let engine else { return [facts] }
        let asking = engine.routes(.everybody) { [unowned self] request, use in
            // Whose cookie it is stands in the class's file: not looked up on the network's thread.
            atDesk(request) { [unowned self] in use(session(of: request, in: engine)) }
        }
        return [page, facts] + asking
    }

    /// The session of a student or of the teacher, made the first time; nil for strangers and where all places are taken.
    private func session(of request: WebRequest, in engine: EngineRoom) -> Session? {
        sessionName(of: request).flatMap { engine.sessions.session(named: $0) { engine.newSession() } }
    }

    private func sessionName(of request: WebRequest) -> String? {
        guard let caller = try? live.caller(cookie: request.cookie(cookieName), address: request.address) else {
            return nil
        }
        return switch caller.role {
        case .nobody: nil
        case .student(let id): "student \(id)"
        case .teacher: "teacher"
        }
    }
}
