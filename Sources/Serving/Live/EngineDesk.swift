// The one thread that computes, and the row of sessions that wait for it.
internal import Generation
internal import Kernels
internal import Requests
internal import Synchronization
internal import Threads

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Takes the sessions in turn: a part of a job of one, then of the next. A session's own jobs take turns in the same way,
/// so that what is asked during a long walk is answered after the part at hand.
///
/// Where the turn is a step's, the steps that others in the row wait for ride along: their passes are made as one
/// (``Generation/Session/runTogether(_:)``), each session then chooses and tells for itself, and all of them go to the end
/// of the row. Whoever waits for something else waits for one pass longer at most, however many there are.
public final class EngineDesk: @unchecked Sendable {
    private let monitor = Monitor()
    private var row: [Session] = []  // under the monitor's lock, as what follows
    private var isStopping = false
    private var hasEnded = false
    private let clock = SteadyClock()
    private let mostRows: Int
    /// Runs whose newest tokens go into the pass at hand; nil while none is gathered. The engine's thread alone uses it.
    private var gathered: [Generation.Session]?
    /// Passes with several rows, and their rows, ever.
    private let shared = Guarded((passes: 0, rows: 0))

    /// - Parameter mostRows: the most sessions whose steps one pass takes; 1: each for itself.
    public init(mostRows: Int = 16) throws(ServingError) {
        self.mostRows = max(1, mostRows)
        try begin { [self] in work() }
    }

    private func locked<T>(_ body: () -> T) -> T { monitor.locked(body) }

    func add(_ job: Job, of session: Session) {
        locked {
            if isStopping { job.cancel() }
            session.jobs.append(job)
            if !session.isQueued {
                session.isQueued = true
                session.waitsSince = clock.now
                row.append(session)
            }
            monitor.wake()
        }
    }

    /// Ends the calls of a session that have that name, or are of a run.
    func cancel(_ session: Session, where isMeant: (Job) -> Bool) {
        locked {
            for job in session.jobs where isMeant(job) { job.cancel() }
            session.current.withLock { if let job = $0, isMeant(job) { job.cancel() } }
        }
    }

    // MARK: turns

    private typealias Turn = (session: Session, job: Job)

    private func work() {
        while let (turns, isAlone) = next() {
            if turns.count > 1 { passTogether(turns) }
            for (session, job) in turns {
                let isDone = job.advance(session, isAlone: isAlone)
                session.held.store(session.engine.heldBytes, ordering: .relaxed)
                locked {
                    session.current.withLock { $0 = nil }
                    if job.isOfUser { session.workedAt = clock.now }
                    if !isDone {
                        if isStopping { job.cancel() }
                        session.jobs.append(job)
                    }
                    session.isQueued = !session.jobs.isEmpty
                    session.waitsSince = clock.now
                    if session.isQueued { row.append(session) }
                }
            }
        }
    }

    /// The job that is next in turn, where it is a step's with those that can ride along, and whether nobody else waits; nil
    /// when all is done and no more is to come.
    private func next() -> (turns: [Turn], isAlone: Bool)? {
        locked {
            while row.isEmpty && !isStopping { monitor.wait() }
            guard !row.isEmpty else {
                hasEnded = true
                return nil
            }
            var turns = [take(at: 0)]
            if mostRows > 1, turns[0].job.isStep {
                var place = 0
                while place < row.count, turns.count < mostRows {
                    if row[place].jobs[0].isStep { turns.append(take(at: place)) } else { place += 1 }
                }
            }
            return (turns, turns.count == 1 && row.isEmpty)
        }
    }

    private func take(at place: Int) -> Turn {
        let session = row.remove(at: place)
        let job = session.jobs.removeFirst()
        session.current.withLock { $0 = job }
        return (session, job)
    }

    /// Has the jobs say what their steps wait for, and makes the passes: those of one model in one.
    private func passTogether(_ turns: [Turn]) {
        gathered = []
        for (session, job) in turns { job.prepareStep(session) }
        var left = gathered ?? []
        gathered = nil
        while let first = left.first {
            let those = left.filter { $0.model === first.model }
            left.removeAll { $0.model === first.model }
            Generation.Session.runTogether(those)
            shared.withLock { $0 = ($0.passes + 1, $0.rows + those.count) }
        }
    }

    /// To be told by a session's engine of a run that waits for one token's pass.
    func gather(_ run: Generation.Session) { gathered?.append(run) }

    // MARK: what is told of it

    /// How many passes were made for several sessions, and for how many steps.
    public var sharedPasses: (passes: Int, rows: Int) { shared.withLock { $0 } }

    /// A session's place in the row, from 1, of how many, and for how long it has waited; nil where it does not wait.
    func place(of session: Session) -> (place: Int, of: Int, seconds: Double)? {
        locked {
            guard let place = row.firstIndex(where: { $0 === session }) else { return nil }
            return (place + 1, row.count, clock.now - session.waitsSince)
        }
    }

    /// Since when a session has had nothing to do; nil while it has.
    func restsSince(_ session: Session) -> Double? {
        locked { session.isQueued || session.current.withLock({ $0 != nil }) ? nil : session.workedAt }
    }

    /// Cancels what is at work and answers what waits, then ends the thread. Returns when it has ended.
    public func stop(_ sessions: [Session]) {
        locked {
            isStopping = true
            // Also of sessions that were dropped while a walk of theirs waited its turn.
            for session in row { for job in session.jobs { job.cancel() } }
            monitor.wake()
        }
        for session in sessions { cancel(session) { _ in true } }
        while !locked({ hasEnded }) { usleep(2_000) }
    }
}
