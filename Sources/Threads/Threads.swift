// Threads of our own, and work shared among them. What no thread takes, the caller does itself: a machine that gives none
// loses time and nothing else. The pool of the kernels, the desks of the server, and whatever has several things to do at
// once begin here; the page, which has no threads, does one thing after the other.
#if !hasFeature(Embedded)
    internal import Synchronization

    #if canImport(Glibc)
        internal import Glibc
    #else
        internal import Darwin
    #endif
#endif

/// Runs `body` on a thread of its own that nobody waits for.
///
/// - Returns: false where the system gives no thread; `body` is then not run.
public func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    #if hasFeature(Embedded)
        false
    #else
        begin(isWaitedFor: false, body) != nil
    #endif
}

/// Calls `body` once for each number below `count`, on as many threads as there are processors, the caller's among them, and
/// returns when all is done.
public func eachAtOnce(_ count: Int, _ body: @Sendable (Int) -> Void) {
    #if hasFeature(Embedded)
        for number in 0..<count { body(number) }
    #else
        let row = Row(count)
        // The check that nobody keeps the closure has the path of this file, as long as it is: by a name alone, a
        // release is the same wherever it is built.
        #sourceLocation(file:"Threads",line:35)
        withoutActuallyEscaping(body) { body in
            var helpers: [pthread_t] = []
            for _ in 0..<max(0, min(count, availableProcessors()) - 1) {
                // Work within work does not ask for the square of the processors.
                guard Row.takeHelper() else { break }
                guard let helper = begin(isWaitedFor: true, { row.work(body) }) else {
                    Row.giveHelper()
                    break
                }
                helpers.append(helper)
            }
            row.work(body)
            for helper in helpers {
                pthread_join(helper, nil)
                Row.giveHelper()
            }
        }
        #sourceLocation()
    #endif
}

#if !hasFeature(Embedded)
    /// Which number is next.
    private final class Row: Sendable {
        private let count: Int
        private let next = Atomic<Int>(0)
        /// Threads that help with any row at present.
        private static let helpers = Atomic<Int>(0)

        init(_ count: Int) { self.count = count }

        func work(_ body: (Int) -> Void) {
            while true {
                let mine = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard mine < count else { return }
                body(mine)
            }
        }

        static func takeHelper() -> Bool {
            if helpers.wrappingAdd(1, ordering: .relaxed).newValue < max(availableProcessors(), 2) { return true }
            giveHelper()
            return false
        }

        static func giveHelper() { helpers.wrappingSubtract(1, ordering: .relaxed) }
    }

    private final class ThreadBody: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Forward passes and JSON's depth want no more; the default of some systems is half a megabyte.
    private let stackBytes = 8 << 20

    /// A thread that runs `body`; nil where the system gives none.
    private func begin(isWaitedFor: Bool, _ body: @escaping @Sendable () -> Void) -> pthread_t? {
        let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
        // Not made by its own initializer: which of the C libraries' modules that belongs to depends on who is imported first.
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        pthread_attr_init(attributes)
        defer {
            pthread_attr_destroy(attributes)
            attributes.deallocate()
        }
        pthread_attr_setstacksize(attributes, stackBytes)
        pthread_attr_setdetachstate(
            attributes, Int32(isWaitedFor ? PTHREAD_CREATE_JOINABLE : PTHREAD_CREATE_DETACHED))
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        guard pthread_create(&thread, attributes, runThread, context) == 0 else {
            Unmanaged<ThreadBody>.fromOpaque(context).release()
            return nil
        }
        return thread
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
#endif
