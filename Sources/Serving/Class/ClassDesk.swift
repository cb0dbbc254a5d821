// A desk of a class: what is laid on it is done one after the other, away from the network's thread.
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One thread and what it has to do. The thread ends with its desk, when all is done.
final class ClassDesk: Sendable {
    private let row: DeskRow

    /// - Throws: ``ServingError/thread`` where the system gives none.
    init() throws(ServingError) {
        row = DeskRow()
        try begin { [row] in row.work() }
    }

    deinit { row.end() }

    /// Has `body` done after what lies here already.
    func add(_ body: @escaping @Sendable () -> Void) { row.add(body) }

    /// Returns when nothing lies here and nothing is at work.
    func waitUntilDone() { row.waitUntilDone() }
}

/// What the thread shares with its desk.
private final class DeskRow: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var waiting: [@Sendable () -> Void] = []  // under the mutex, as what follows
    private var isAtWork = false
    private var isOver = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
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

    func add(_ body: @escaping @Sendable () -> Void) {
        locked {
            waiting.append(body)
            pthread_cond_broadcast(condition)
        }
    }

    func end() {
        locked {
            isOver = true
            pthread_cond_broadcast(condition)
        }
    }

    func work() {
        while let body = next() { body() }
    }

    private func next() -> (@Sendable () -> Void)? {
        locked {
            isAtWork = false
            pthread_cond_broadcast(condition)
            while waiting.isEmpty && !isOver { pthread_cond_wait(condition, mutex) }
            if waiting.isEmpty { return nil }
            isAtWork = true
            return waiting.removeFirst()
        }
    }

    func waitUntilDone() {
        locked { while isAtWork || !waiting.isEmpty { pthread_cond_wait(condition, mutex) } }
    }
}
