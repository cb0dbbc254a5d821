// What belongs to one browser: an engine with its runs, the calls that it made, the events that it hears.
internal import Threads
internal import Kernels
internal import Requests
internal import Synchronization

/// One user's engine and what is known of the user's calls.
public final class Session: @unchecked Sendable {
    /// Another one for each session: a page that finds another here than it knew has lost its runs.
    let name: String
    /// What its pages listen to.
    public let log: EventLog
    /// The engine's thread alone touches it.
    let engine: Engine
    /// The jobs that wait, whether the session stands in the desk's row, and since when; under the desk's lock.
    var jobs: [Job] = []
    var isQueued = false
    var waitsSince = 0.0
    /// When the desk was last done with a part of a job; under its lock.
    var workedAt: Double
    /// Bytes that the session's runs hold.
    let held = Atomic<Int64>(0)
    /// The records of its runs, where somebody wants them at the end.
    var keptRuns: KeptRuns?
    /// What its pages were last told of its place and memory; the watch's thread alone uses it.
    var told = SessionState()
    /// The end of its work after which it was last asked to rest; the watch's thread alone uses it.
    var restedAfter: Double?
    /// The job at work.
    let current = Guarded<Job?>(nil)
    private let calls = Guarded(Calls())
    private let used: Guarded<Double>

    /// Calls at once, and answers that are kept for a page that asks again.
    private static let mostRunning = 64
    private static let mostDone = 64
    private let keptBytes: Int

    private struct Calls {
        var running: [String: (job: Job, replies: [Reply])] = [:]
        var done: [(name: String, body: [UInt8])] = []
        var bytes = 0
    }

    /// - Parameters:
    ///   - keptBytes: of answers that are kept for a page that asks again, and half of those of events.
    ///   - makeEngine: makes the session's engine, which asks the closures whether work is wanted still and tells them how
    ///     far it is.
    init(
        now: Double, keptBytes: Int = 8 << 20,
        makeEngine: (_ goesOn: @escaping () -> Bool, _ progress: @escaping (_ done: Int, _ of: Int) -> Void) -> Engine
    ) {
        name = String(newSecret().prefix(12))
        self.keptBytes = keptBytes
        log = EventLog(room: 2 * keptBytes)
        used = Guarded(now)
        workedAt = now
        let talk = Talk()
        engine = makeEngine({ talk.session?.isWanted ?? true }, { talk.session?.tell(done: $0, of: $1) })
        talk.session = self
    }

    private final class Talk {
        weak var session: Session?
    }

    private var isWanted: Bool { current.withLock { $0.map { !$0.isCancelled } ?? true } }

    private func tell(done: Int, of all: Int) {
        guard let job = current.withLock({ $0 }) else { return }
        log.add("progress", progressEvent(job.name, work: "prompt", done: done, of: all))
    }

    /// Tells the session's pages how it stands, where that has changed since they were told.
    func tell(_ state: SessionState) {
        if state == told { return }
        told = state
        log.add("state", state.json)
    }

    /// Asks the engine, which refuses what would have the session hold more than it may.
    func ask(_ message: Message) -> Message {
        if let refusal = engine.refusal(of: message) { return refusal }
        keptRuns?.hear(message, engine)
        let answer = engine.call(message)
        keptRuns?.hear(answer, to: message)
        return answer
    }

    // MARK: calls

    /// Carries out a call, or answers with what it gave when it was carried out before.
    ///
    /// - Returns: false where too many are under way.
    func call(_ name: String, at now: Double, _ reply: Reply, _ makeJob: () -> Job, _ desk: EngineDesk) -> Bool {
        used.withLock { $0 = now }
        let found: (answer: [UInt8]?, job: Job?)? = calls.withLock { calls in
            if let done = calls.done.first(where: { $0.name == name }) { return (done.body, nil) }
            if calls.running[name] != nil {
                calls.running[name]?.replies.append(reply)
                return (nil, nil)
            }
            if calls.running.count >= Self.mostRunning { return nil }
            let job = makeJob()
            calls.running[name] = (job, [reply])
            return (nil, job)
        }
        guard let found else { return false }
        if let answer = found.answer { reply(self.answer(answer)) }
        if let job = found.job { desk.add(job, of: self) }
        return true
    }

    /// The call's answer, which goes to all who asked.
    func finish(_ name: String, _ message: Message) {
        let body = message.body
        let replies = calls.withLock { calls in
            let replies = calls.running.removeValue(forKey: name)?.replies ?? []
            calls.done.append((name, body))
            calls.bytes += body.count
            while calls.done.count > Self.mostDone
                || (calls.bytes > keptBytes && calls.done.count > 1)
            {
                calls.bytes -= calls.done.removeFirst().body.count
            }
            return replies
        }
        for reply in replies { reply(answer(body)) }
    }

    private func answer(_ body: [UInt8]) -> WebAnswer {
        WebAnswer(.bytes(body), type: Message.bodyType, headers: [("Stepglass-Session", name)])
    }

    // MARK: use

    func touch(at now: Double) { used.withLock { $0 = now } }

    /// Since when nobody has asked or listened; nil while somebody does.
    var idleSince: Double? {
        let isBusy = calls.withLock { !$0.running.isEmpty } || log.isHeard
        return isBusy ? nil : used.withLock { $0 }
    }
}
