// A desk of a class: what is laid on it is done one after the other, away from the network's thread.
internal import Threads

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
    private let monitor = Monitor()
    private var waiting: [@Sendable () -> Void] = []  // under the monitor's lock, as what follows
    private var isAtWork = false
    private var isOver = false

    func add(_ body: @escaping @Sendable () -> Void) {
        monitor.locked {
            waiting.append(body)
            monitor.wake()
        }
    }

    func end() {
        monitor.locked {
            isOver = true
            monitor.wake()
        }
    }

    func work() {
        while let body = next() { body() }
    }

    private func next() -> (@Sendable () -> Void)? {
        monitor.locked {
            isAtWork = false
            monitor.wake()
            while waiting.isEmpty && !isOver { monitor.wait() }
            if waiting.isEmpty { return nil }
            isAtWork = true
            return waiting.removeFirst()
        }
    }

    func waitUntilDone() {
        monitor.locked { while isAtWork || !waiting.isEmpty { monitor.wait() } }
    }
}
