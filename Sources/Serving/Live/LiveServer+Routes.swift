// All that can be asked of a live server: one row each.
internal import Kernels
internal import Requests
internal import Phrases

extension LiveServer {
    /// Those who came in by the address.
    var holder: Access {
        Access(
            admits: { [unowned self] in session(of: $0) != nil },
            refusal: { $0.path.isEmpty ? .page(403, Refusal.stranger) : .words(403, Refusal.stranger) })
    }

    var routes: [Route] {
        [
            Route(.get, "/open/:token", .everybody, isPage: true) { [unowned self] in open($0, $1) },
            Route(.get, "/", holder, isPage: true) { [unowned self] in show($0, $1) },
            Route(.get, "/favicon.ico", .everybody, isPage: true) { _, reply in
                reply(WebAnswer(.bytes([]), type: "image/x-icon", status: 204))
            },
            Route(.get, "/engine/events", holder) { [unowned self] in listen($0, $1) },
            Route(
                .post, "/engine/call", holder, bodyLimit: settings.messageBytes, bodyTypes: [Message.bodyType]
            ) { [unowned self] in call($0, $1) },
            Route(.post, "/engine/cancel", holder, bodyLimit: 64) { [unowned self] in cancel($0, $1) },
        ]
    }

    /// The address's secret becomes a cookie and leaves the address.
    private func open(_ request: WebRequest, _ reply: Reply) {
        if session(of: request) != nil { return reply(.redirect(to: "/")) }
        guard let secret = enter(request.named["token"] ?? "") else {
            _ = web.refusals.takes(request.address, at: web.clock.now)
            return reply(.words(403, Refusal.stranger))
        }
        let cookie = "\(cookieName)=\(secret); Path=/; HttpOnly; SameSite=Strict"
        reply(.redirect(to: "/", headers: [("Set-Cookie", cookie)]))
    }

    private func show(_ request: WebRequest, _ reply: Reply) {
        reply(
            WebAnswer(
                .bytes(page.bytes), type: "text/html; charset=utf-8",
                headers: [("Content-Security-Policy", page.policy)]))
    }

    /// What happens, from now on or after the last event that the browser has.
    private func listen(_ request: WebRequest, _ reply: Reply) {
        guard let session = session(of: request) else { return reply(.words(403, Refusal.stranger)) }
        session.touch(at: web.clock.now)
        let last = request.header("last-event-id").flatMap { Int($0) }
        reply(
            WebAnswer(
                .events(session.log, after: last), type: "text/event-stream; charset=utf-8",
                headers: [("Stepglass-Session", session.name)]))
    }

    /// `id` in the query: the call's name, made up by the page; asked again with the same name it is not done again.
    private func call(_ request: WebRequest, _ reply: Reply) {
        guard let session = session(of: request) else { return reply(.words(403, Refusal.stranger)) }
        guard let name = callName(request), let message = Message(body: request.body) else {
            return reply(.words(400, Refusal.head))
        }
        let isTaken = session.call(
            name, at: web.clock.now, reply,
            { Walk(message).map { WalkJob(name, $0) } ?? CallJob(name, message) }, desk)
        if !isTaken { reply(.words(429, Refusal.tooMany)) }
    }

    /// `id` in the query: the call that is to end.
    private func cancel(_ request: WebRequest, _ reply: Reply) {
        guard let session = session(of: request) else { return reply(.words(403, Refusal.stranger)) }
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
}
