// A value behind a lock. Synchronization's Mutex waits inside a library that ThreadSanitizer does not see into: where two
// threads meet there, it takes every access for a race, and what it says of the rest is worth nothing. POSIX's it knows.
#if !hasFeature(Embedded)
    #if canImport(Glibc)
        internal import Glibc
    #else
        internal import Darwin
    #endif

    /// A value that one thread at a time reads or writes.
    public final class Guarded<Value>: @unchecked Sendable {
        // Its address must not change, which a property's may.
        private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private var value: Value

        public init(_ value: consuming sending Value) {
            self.value = value
            pthread_mutex_init(mutex, nil)
        }

        deinit {
            pthread_mutex_destroy(mutex)
            mutex.deallocate()
        }

        /// Runs `body` while no other thread is inside; `body` must not come here again.
        public func withLock<Result, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            return try body(&value)
        }
    }
#endif
