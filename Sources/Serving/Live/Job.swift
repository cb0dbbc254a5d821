// What the engine's thread does for a session, a part at a time.
internal import JSONText
internal import Kernels
internal import Requests
internal import Synchronization
internal import Traces

/// A call under way. Subclasses say what a part of it is.
class Job: @unchecked Sendable {
    /// The call's name.
    let name: String
    private let cancelled = Atomic<Bool>(false)

    init(_ name: String) { self.name = name }

    /// Nobody wants it any longer: what is at work ends after the part it is in.
    final func cancel() { cancelled.store(true, ordering: .sequentiallyConsistent) }
    final var isCancelled: Bool { cancelled.load(ordering: .sequentiallyConsistent) }

    /// Does a part, on the engine's thread; returns whether it was the last. Called at least once, also when cancelled.
    ///
    /// - Parameter isAlone: nobody else waits, so that a part may take its time.
    func advance(_ session: Session, isAlone: Bool) -> Bool { true }

    /// Whether somebody asked for it: a session is used by it.
    var isOfUser: Bool { true }
    /// Whether its next part is a step whose pass may be made with those of others.
    var isStep: Bool { false }
    /// Has the engine say what that step waits for, so that it can be gathered.
    func prepareStep(_ session: Session) {}
}

/// A session that nobody uses at present gives up what can be computed again; unless somebody came to use it after that was
/// decided.
final class RestJob: Job, @unchecked Sendable {
    private let since: Double

    /// - Parameter since: the end of the session's work, when it was decided.
    init(since: Double) {
        self.since = since
        super.init("rest")
    }

    override var isOfUser: Bool { false }

    override func advance(_ session: Session, isAlone: Bool) -> Bool {
        // The engine's thread, which this is, alone writes it.
        if session.workedAt == since { session.engine.rest() }
        return true
    }
}

/// One message, one answer. What may take long is done in parts; one that is cancelled is answered with what the part at hand
/// came to, or, while its run is being read again, with that it was interrupted.
final class CallJob: Job, @unchecked Sendable {
    private let message: Message
    private var long: LongCall?
    /// When its first part began.
    private var began: Double?
    /// The answer to the part before.
    private var before: Message?
    private let clock = SteadyClock()

    /// How long a part takes where nobody else waits, in milliseconds.
    private static let longPart = 100.0

    init(_ name: String, _ message: Message) {
        self.message = message
        long = LongCall(message)
        super.init(name)
    }

    override func advance(_ session: Session, isAlone: Bool) -> Bool {
        // To ask a run that rests would read all of it again at once, and hold up everybody.
        if !session.engine.wake(for: message, seconds: isCancelled ? 0 : 0.1) {
            if !isCancelled { return false }
            session.finish(name, Engine.interruption)
            return true
        }
        let standing = { session.engine.standing(ofRun: $0) }
        if !isCancelled, let run = long?.unread(standing), !isRead(run, session, isAlone) { return false }
        let began = began ?? clock.now
        self.began = began
        var spent: Double { (clock.now - began) * 1000 }
        var answer = session.ask(long?.part(isAlone ? Self.longPart : 0, spent: spent, standing) ?? message)
        // Where a later part is refused, what the parts before came to is told: whoever asks on hears the refusal.
        if let before, answer.isError {
            answer = before
        } else if long?.took(answer, spent: spent, standing) == true, !isCancelled {
            before = answer
            return false
        }
        session.finish(name, long?.whole(answer) ?? answer)
        return true
    }

    /// Reads a part of the prompt, which the first step of a run would otherwise read in one piece.
    private func isRead(_ run: Int, _ session: Session, _ isAlone: Bool) -> Bool {
        var json = JSONWriter()
        json.object { json in
            json.member("request", "prepare")
            json.member("run", run)
            json.member("milliseconds", isAlone ? Self.longPart : 0)
        }
        let answer = session.ask(Message(json: json.bytes))
        // What is wrong is in the answer to the call itself.
        guard let result = (try? JSONValue(parsing: answer.json))?["result"], result["isReady"]?.bool == false,
            let done = result["done"]?.int, let all = result["of"]?.int, done < all
        else { return true }
        session.log.add("progress", progressEvent(name, work: result["work"]?.string ?? "", done: done, of: all))
        return false
    }
}

/// Steps one after another, told as events while they are made: `part` with the steps, their stories and the rows of
/// attention that came with them, `progress` while the prompt is read. The call's own answer comes at its beginning.
final class WalkJob: Job, @unchecked Sendable {
    private let walk: Walk
    private var left: Int
    private var rowsFrom: Int?
    private var hasAnswered = false
    private var isPrepared = false

    init(_ name: String, _ walk: Walk) {
        self.walk = walk
        left = walk.count
        rowsFrom = walk.from
        super.init(name)
    }

    override func advance(_ session: Session, isAlone: Bool) -> Bool {
        if isCancelled && hasAnswered {
            session.log.add("part", event { $0.member("ended", true) })
            return true
        }
        if isPrepared { return step(session, milliseconds: isAlone ? walk.milliseconds : 0) }
        return prepare(session, milliseconds: isAlone ? walk.milliseconds : min(walk.milliseconds, Self.shortPart))
    }

    /// How long a part of a prompt's reading takes where others wait, in milliseconds.
    private static let shortPart = 30

    override var isStep: Bool { isPrepared && !isCancelled }

    override func prepareStep(_ session: Session) {
        let answer = session.engine.call(request("prepare") { $0.member("milliseconds", 0.0) })
        // A run that has let go of its keys and values reads again first, in parts.
        isPrepared = (try? JSONValue(parsing: answer.json))?["result"]?["isReady"]?.bool ?? true
    }

    private func prepare(_ session: Session, milliseconds: Int) -> Bool {
        let answer = session.ask(request("prepare") { $0.member("milliseconds", Double(milliseconds)) })
        let result = (try? JSONValue(parsing: answer.json))?["result"]
        if !hasAnswered {
            hasAnswered = true
            guard result != nil else {
                session.finish(name, answer)
                return true
            }
            session.finish(name, Message(json: Array(#"{"result":{}}"#.utf8)))
        }
        guard let result else { return end(session, answer) }
        isPrepared = result["isReady"]?.bool ?? true
        if !isPrepared, let done = result["done"]?.int, let all = result["of"]?.int {
            // A pass of its own for a beam search that is through: the step itself takes it.
            isPrepared = done >= all
            session.log.add("progress", progressEvent(name, work: result["work"]?.string ?? "", done: done, of: all))
        }
        return false
    }

    /// - Parameter milliseconds: how long further steps are made; 0: there is one.
    private func step(_ session: Session, milliseconds: Int) -> Bool {
        let before = session.engine.standing(ofRun: walk.run)?.step ?? -1
        let answer = session.ask(
            request("step") { json in
                json.member("count", left)
                json.member("milliseconds", Double(milliseconds))
            })
        // What is long is not read again: the engine knows where the run stands.
        guard let after = session.engine.standing(ofRun: walk.run), !answer.isError else {
            return end(session, answer)
        }
        let indices = before + 1..<max(before, after.step) + 1
        left -= max(1, indices.count)
        let isOver = left <= 0 || indices.isEmpty || !after.canGoOn
        var rows: Message?
        if let layer = walk.layer, let from = rowsFrom, !indices.isEmpty {
            rows = session.engine.call(
                request("attention") { json in
                    json.member("layer", layer)
                    json.member("from", from)
                })
            rowsFrom = rows.flatMap { try? JSONValue(parsing: $0.json) }?["result"]?["to"]?.int
        }
        var stories: Message?
        if walk.tells, let first = indices.first, let last = indices.last {
            stories = session.engine.call(
                request("stories") { json in
                    json.member("from", first)
                    json.member("to", last + 1)
                })
        }
        session.log.add(
            "part",
            event(
                ["step": answer.json, "stories": stories?.json, "rows": rows?.json].compactMapValues { $0 }
            ) { json in
                json.member("ended", isOver)
                json.member("layer", walk.layer)
                if let bytes = rows?.attachments.first?.copied {
                    json.member("bytes", String(decoding: base64(bytes), as: UTF8.self))
                }
            })
        return isOver
    }

    /// The walk ends with what is wrong.
    private func end(_ session: Session, _ answer: Message) -> Bool {
        session.log.add("part", event(["step": answer.json]) { $0.member("ended", true) })
        return true
    }

    private func request(_ name: String, _ members: (inout JSONWriter) -> Void) -> Message {
        var json = JSONWriter()
        json.object { json in
            json.member("request", name)
            json.member("run", walk.run)
            members(&json)
        }
        return Message(json: json.bytes)
    }

    /// `{"call", …}` with answers that are JSON already.
    private func event(
        _ answers: [String: [UInt8]] = [:], _ members: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("call", name)
            json.member("run", walk.run)
            members(&json)
        }
        var bytes = json.bytes
        bytes.removeLast()
        for (name, answer) in answers.sorted(by: { $0.key < $1.key }) { bytes += Array(",\"\(name)\":".utf8) + answer }
        return bytes + [UInt8(ascii: "}")]
    }
}

/// What a walk is asked for.
struct Walk {
    var run: Int
    var count: Int
    /// How long a part of it may take, in milliseconds.
    var milliseconds: Int
    /// The layer whose attention rows come with the steps, from the row `from` on; nil: none.
    var layer: Int?
    var from: Int?
    /// Whether the steps' stories come with them.
    var tells: Bool

    /// nil where the message is no walk; a walk that lacks something becomes an ordinary request, which says what.
    init?(_ message: Message) {
        guard let json = try? JSONValue(parsing: message.json), json["request"]?.string == "walk",
            let run = json["run"]?.int, let count = json["count"]?.int, count > 0
        else { return nil }
        (self.run, self.count) = (run, count)
        milliseconds = min(max(json["milliseconds"]?.int ?? 100, 1), 1000)
        (layer, from) = (json["layer"]?.int, json["from"]?.int)
        tells = json["tells"]?.bool ?? true
    }
}

/// `{"call","work","done","of"}`.
func progressEvent(_ call: String, work: String, done: Int, of all: Int) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
        json.member("call", call)
        json.member("work", work)
        json.member("done", done)
        json.member("of", all)
    }
    return json.bytes
}
