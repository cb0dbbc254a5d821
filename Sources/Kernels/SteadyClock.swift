// The clock that never jumps, for how long work took.

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A clock that is only good for differences.
public struct SteadyClock: Sendable {
    /// The system's.
    public init() {}

    /// Seconds since some moment that does not change while the program runs.
    public var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
