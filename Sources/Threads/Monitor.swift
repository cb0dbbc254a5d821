// A lock and what waits under it. The desks of the server and the pool of the kernels stand on it.
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A mutex with one condition. Whatever is read or written inside ``locked(_:)`` is the holder's alone.
public final class Monitor: @unchecked Sendable {
    // Their addresses must not change, which a property's may.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    public init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    public func locked<T>(_ body: () -> T) -> T {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Inside ``locked(_:)``: lets others in until somebody wakes those who wait. Why it waited is to be asked again
    /// after.
    public func wait() { pthread_cond_wait(condition, mutex) }

    /// Inside ``locked(_:)``: all who wait look again.
    public func wake() { pthread_cond_broadcast(condition) }
}
