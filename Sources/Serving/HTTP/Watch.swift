// A thread that looks every quarter of a second, and how threads are begun here.
internal import Synchronization
internal import Threads

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Calls its body four times a second until it is stopped.
final class Watch: Sendable {
    private let isOver = Atomic<Bool>(false)
    private let ended = Atomic<Bool>(false)

    init(_ body: @escaping @Sendable () -> Void) throws(ServingError) {
        try begin { [self] in
            while !isOver.load(ordering: .sequentiallyConsistent) {
                usleep(250_000)
                if !isOver.load(ordering: .sequentiallyConsistent) { body() }
            }
            ended.store(true, ordering: .sequentiallyConsistent)
        }
    }

    /// Returns when the body is not called any more.
    func stop() {
        isOver.store(true, ordering: .sequentiallyConsistent)
        while !ended.load(ordering: .sequentiallyConsistent) { usleep(5_000) }
    }
}

/// Runs `body` on a thread of its own that nobody waits for.
func begin(_ body: @escaping @Sendable () -> Void) throws(ServingError) {
    guard startThread(body) else { throw .thread }
}
