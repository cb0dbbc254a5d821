// The one thread that computes, and the row of sessions that wait for it.
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Takes the sessions in turn: a part of a job of one, then of the next. A session's own jobs take turns in the same way,
/// so that what is asked during a long walk is answered after the part at hand.
public final class EngineDesk: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var row: [Session] = []  // under the mutex, as what follows
    private var isStopping = false
    private var hasEnded = false

    public init() throws(ServingError) {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        try startThread { [self] in work() }
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    private func locked<T>(_ body: () -> T) -> T {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    func add(_ job: Job, of session: Session) {
        locked {
            if isStopping { job.cancel() }
            session.jobs.append(job)
            if !session.isQueued {
                session.isQueued = true
                row.append(session)
            }
            pthread_cond_signal(condition)
        }
    }

    /// Ends the calls of a session that have that name, or are of a run.
    func cancel(_ session: Session, where isMeant: (Job) -> Bool) {
        locked {
            for job in session.jobs where isMeant(job) { job.cancel() }
            session.current.withLock { if let job = $0, isMeant(job) { job.cancel() } }
        }
    }

    private func work() {
        while let (session, job) = next() {
            session.current.withLock { $0 = job }
            let isDone = job.advance(session)
            locked {
                session.current.withLock { $0 = nil }
                if !isDone { session.jobs.append(job) }
                if session.jobs.isEmpty { session.isQueued = false } else { row.append(session) }
            }
        }
    }

    /// The job that is next in turn; nil when all is done and no more is to come.
    private func next() -> (Session, Job)? {
        locked {
            while row.isEmpty && !isStopping { pthread_cond_wait(condition, mutex) }
            guard !row.isEmpty else {
                hasEnded = true
                return nil
            }
            let session = row.removeFirst()
            return (session, session.jobs.removeFirst())
        }
    }

    /// Cancels what is at work and answers what waits, then ends the thread. Returns when it has ended.
    public func stop(_ sessions: [Session]) {
        locked {
            isStopping = true
            pthread_cond_broadcast(condition)
        }
        for session in sessions { cancel(session) { _ in true } }
        while !locked({ hasEnded }) { usleep(2_000) }
    }
}
