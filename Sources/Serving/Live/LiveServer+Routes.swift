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
        ] + room.routes(holder) { [unowned self] request, use in use(session(of: request)) }
    }

    /// The address's secret becomes a cookie and leaves the address.
    private func open(_ request: WebRequest, _ reply: Reply) {
        if session(of: request) != nil { return reply(.redirect(to: "/")) }
        guard let secret = enter(request.named["token"] ?? "") else {
            let isLeft = web.refusals.takes(request.address, at: web.clock.now)
            return reply(isLeft ? .words(403, Refusal.stranger) : .words(429, Refusal.tooMany))
        }
        let secure = settings.secrets == nil ? "" : "; Secure"
        let cookie = "\(cookieName)=\(secret); Path=/; HttpOnly; SameSite=Strict\(secure)"
        reply(.redirect(to: "/", headers: [("Set-Cookie", cookie)]))
    }

    private func show(_ request: WebRequest, _ reply: Reply) {
        reply(
            WebAnswer(
                .bytes(page.bytes), type: "text/html; charset=utf-8",
                headers: [("Content-Security-Policy", page.policy)]))
    }
}
