// All that can be asked of a class's server: one row each. Who may do what stands in the table of the class's commands.
internal import Classes
internal import JSONText
internal import Lessons
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension ClassServer {
    var routes: [Route] {
        [
            page("/") { [unowned self] _, caller throws(ClassError) in
                switch caller.role {
                case .nobody: roomPage()
                case .student: bookPage()
                case .teacher: .redirect(to: "/teacher")
                }
            },
            page("/join") { [unowned self] _, _ throws(ClassError) in roomPage() },
            page("/join/:code") { [unowned self] _, _ throws(ClassError) in roomPage() },
            page("/teacher") { [unowned self] _, _ throws(ClassError) in roomPage() },
            page("/board") { [unowned self] _, _ throws(ClassError) in roomPage() },
            page("/teach/:secret") { [unowned self] request, caller throws(ClassError) in
                try enter(request.named["secret"] ?? "", caller)
            },
            page("/favicon.ico") { _, _ throws(ClassError) in
                WebAnswer(.bytes([]), type: "image/x-icon", status: 204)
            },
            row(.post, "/class/do", bodyLimit: ClassCommand.limitBytes) {
                [unowned self] request, caller throws(ClassError) in
                answer(try live.perform(request.body, by: caller))
            },
            row(.get, "/class/events") { [unowned self] request, caller throws(ClassError) in
                try events(request, caller)
            },
            row(.get, "/class/course", for: [.student, .teacher]) { [unowned self] _, _ throws(ClassError) in
                .json(courseContents(live.checker.course))
            },
            row(.get, "/class/code", for: [.teacher]) { [unowned self] _, _ throws(ClassError) in
                let room = try live.store.facts().room
                return .json(joiningPicture(address(code: room), shown: address(), room: room))
            },
            row(.get, "/class/grades/:name", for: [.teacher]) { [unowned self] request, caller throws(ClassError) in
                try grades(request.named["name"] ?? "", caller)
            },
            row(.get, "/class/backup", for: [.teacher]) { [unowned self] _, caller throws(ClassError) in
                guard case .backup(let bytes) = try live.perform(Array(#"{"do": "backup"}"#.utf8), by: caller) else {
                    return .words(500, Refusal.nothing)
                }
                return file(bytes, "backup.class", "application/octet-stream")
            },
        ] + engineRoutes
    }

    private typealias Handler = @Sendable (WebRequest, Caller) throws(ClassError) -> WebAnswer
    private enum Holder { case student, teacher }

    /// A row whose handler works at a desk, for a caller who is known.
    ///
    /// - Parameter holders: who is let in; empty: everybody, as the handler asks the class itself.
    private func row(
        _ method: Method, _ pattern: String, for holders: [Holder] = [], bodyLimit: Int = 0, _ body: @escaping Handler
    ) -> Route {
        Route(method, pattern, .everybody, bodyLimit: bodyLimit) { [unowned self] request, reply in
            atDesk(request) { [unowned self] in
                do throws(ClassError) {
                    let caller = try live.caller(cookie: request.cookie(cookieName), address: request.address)
                    let isLetIn =
                        switch caller.role {
                        case .nobody: holders.isEmpty
                        case .student: holders.isEmpty || holders.contains(.student)
                        case .teacher: holders.isEmpty || holders.contains(.teacher)
                        }
                    if !isLetIn { throw .refused(.notAllowed(command: pattern)) }
                    reply(try body(request, caller))
                } catch {
                    reply(.json(error.json, status: status(of: error)))
                }
            }
        }
    }

    /// A page: whoever cannot have it gets the one for joining, which asks why.
    private func page(_ pattern: String, _ body: @escaping Handler) -> Route {
        Route(.get, pattern, .everybody, isPage: true) { [unowned self] request, reply in
            atDesk(request) { [unowned self] in
                let address = request.address
                let known = try? live.caller(cookie: request.cookie(cookieName), address: address)
                do throws(ClassError) { reply(try body(request, known ?? Caller(.nobody, address: address))) } catch {
                    reply(.words(status(of: error), error.phrase))
                }
            }
        }
    }

    private func status(of error: ClassError) -> UInt32 {
        switch error {
        case .refused(.tooFast): 429
        case .refused(.malformed): 400
        case .refused(.notAllowed), .refused(.wrongRoomCode), .refused(.wrongResumeCode), .refused(.wrongSecret),
            .refused(.removed):
            403
        case .refused: 409
        case .full: 507
        default: 500
        }
    }

    // MARK: pages

    private func roomPage() -> WebAnswer {
        WebAnswer(
            .bytes(pages.room.bytes), type: "text/html; charset=utf-8",
            headers: [("Content-Security-Policy", pages.room.policy)])
    }

    private func bookPage() -> WebAnswer {
        // Read at its own places: the copies of a descriptor do not disturb each other.
        let descriptor = dup(pages.book.descriptor)
        if descriptor < 0 { return .words(503, Refusal.tooMany) }
        return WebAnswer(
            .file(descriptor: descriptor, size: pages.book.bytes), type: "text/html; charset=utf-8",
            headers: [("Content-Security-Policy", pages.book.policy)])
    }

    private func enter(_ secret: String, _ caller: Caller) throws(ClassError) -> WebAnswer {
        if caller.role == .teacher { return .redirect(to: "/teacher") }
        let command = #"{"do": "enter", "secret": "\#(secret)"}"#
        guard case .entered(let cookie) = try live.perform(Array(command.utf8), by: caller) else {
            return .words(403, Refusal.stranger)
        }
        return .redirect(to: "/teacher", headers: [setCookie(cookie)])
    }

    private func setCookie(_ secret: String) -> (name: String, value: String) {
        let secure = place.secrets == nil ? "" : "; Secure"
        return ("Set-Cookie", "\(cookieName)=\(secret); Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000\(secure)")
    }

    // MARK: commands and events

    /// An outcome for a page; the cookie goes to the browser, where no script sees it.
    private func answer(_ outcome: ClassOutcome) -> WebAnswer {
        var answer = WebAnswer.json(outcome.json)
        switch outcome {
        case .joined(_, _, let cookie), .entered(let cookie): answer.headers.append(setCookie(cookie))
        default: break
        }
        return answer
    }

    private func events(_ request: WebRequest, _ caller: Caller) throws(ClassError) -> WebAnswer {
        let (log, owner): (EventLog, String)
        switch caller.role {
        case .nobody: throw .refused(.notAllowed(command: "events"))
        case .student(let id): (log, owner) = (forAll, String(id))
        case .teacher: (log, owner) = (forTeacher, "")
        }
        let last = request.header("last-event-id").flatMap { Int($0) }
        return WebAnswer(.events(log, after: last, of: owner), type: "text/event-stream; charset=utf-8")
    }

    // MARK: files

    private func grades(_ name: String, _ caller: Caller) throws(ClassError) -> WebAnswer {
        guard case .grades(let grades) = try live.perform(Array(#"{"do": "grades"}"#.utf8), by: caller),
            let found = (try? exports(grades))?.first(where: { $0.name == name })
        else { return .words(404, Refusal.nothing) }
        let types = ["csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8"]
        return file(found.bytes, name, types[String(name.split(separator: ".").last ?? "")] ?? "application/json")
    }

    private func file(_ bytes: [UInt8], _ name: String, _ type: String) -> WebAnswer {
        WebAnswer(
            .bytes(bytes), type: type, headers: [("Content-Disposition", "attachment; filename=\"\(name)\"")])
    }
}

/// The course as the teacher's page lists it.
private func courseContents(_ course: Course) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
        json.array("lessons") { json in
            for lesson in course.all {
                json.object { json in
                    json.member("id", lesson.id)
                    json.member("number", lesson.number)
                    json.object("title") { json in
                        for language in Language.allCases {
                            json.member(language.rawValue, lesson.title[language])
                        }
                    }
                    json.array("screens") { json in
                        for screen in lesson.screens {
                            json.object { json in
                                json.member("id", screen.id)
                                json.array("exercises") { json in
                                    for id in screen.exercises {
                                        json.object { json in
                                            json.member("id", id)
                                            json.member("kind", lesson.exercise(id)?.kind)
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    return json.bytes
}
