// A thread that looks every quarter of a second, and how threads are begun here.
internal import Synchronization

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
        try startThread { [self] in
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

private final class ThreadBody {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// Runs `body` on a thread of its own that nobody waits for.
func startThread(_ body: @escaping @Sendable () -> Void) throws(ServingError) {
    let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
    // Not made by its own initializer: which of the C libraries' modules that belongs to depends on who is imported first.
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    pthread_attr_init(attributes)
    defer {
        pthread_attr_destroy(attributes)
        attributes.deallocate()
    }
    // Forward passes and JSON's depth want no more; the default of some systems is half a megabyte.
    pthread_attr_setstacksize(attributes, 8 << 20)
    pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
    #if canImport(Glibc)
        var thread = pthread_t()
        let result = pthread_create(&thread, attributes, runThread, context)
    #else
        var thread: pthread_t?
        let result = pthread_create(&thread, attributes, runThread, context)
    #endif
    guard result == 0 else {
        Unmanaged<ThreadBody>.fromOpaque(context).release()
        throw .thread
    }
}

#if canImport(Glibc)
    private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        Unmanaged<ThreadBody>.fromOpaque(context!).takeRetainedValue().body()
        return nil
    }
#else
    private func runThread(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().body()
        return nil
    }
#endif
