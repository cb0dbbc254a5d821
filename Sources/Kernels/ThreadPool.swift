// One pool of threads for the whole engine. Work is split into numbered items that any thread may take; since every
// item computes its own results, the number of threads never changes a number.
internal import CKernels
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Runs numbered items on a fixed set of threads, the caller's among them. `run` must not be called from two threads
/// at once, nor from inside an item.
public final class ThreadPool: @unchecked Sendable {
    /// How many threads work, the caller's included; at least 1.
    public let threadCount: Int
    private let shared: Shared

    /// - Parameter threads: how many threads work, the caller's included; at least 1.
    public init(threads: Int) {
        threadCount = max(1, threads)
        shared = Shared()
        for _ in 1..<max(threadCount, 1) { startThread(shared) }
    }

    deinit { shared.stop() }

    /// Calls `body` once for every item in 0 ..< count, in any order and on any thread, and returns when all are done.
    /// The second argument numbers the thread (0 is the caller's), for scratch memory.
    public func run(_ count: Int, _ body: (_ item: Int, _ worker: Int) -> Void) {
        if threadCount == 1 || count <= 1 {
            for item in 0..<count { body(item, 0) }
            return
        }
        withoutActuallyEscaping(body) { body in
            shared.publish(count, body)
            shared.work(as: 0)
            shared.waitUntilDone(count)
        }
    }

    /// Calls `body` with ranges that tile 0 ..< count, each at most `chunk` long.
    public func run(_ count: Int, chunk: Int, _ body: (Range<Int>) -> Void) {
        run((count + chunk - 1) / chunk) { item, _ in body(item * chunk..<min(count, (item + 1) * chunk)) }
    }
}

/// What the threads share. The ticket holds the number of items in its upper half and the next free item in its lower,
/// so that taking a number tells atomically whether it is one of the current job.
private final class Shared: @unchecked Sendable {
    private let ticket = Atomic<UInt64>(0)
    private let finished = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let workers = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)
    // Written before the ticket is published, read after a ticket was taken.
    private nonisolated(unsafe) var job: ((Int, Int) -> Void)?
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// How often an idle thread looks for work before it sleeps: about a millisecond.
    private static let patience = 20_000

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

    private func hasWork(_ ticket: UInt64) -> Bool { ticket & 0xFFFF_FFFF < ticket >> 32 }

    func publish(_ count: Int, _ body: @escaping (Int, Int) -> Void) {
        precondition(job == nil, "the thread pool was asked to run a job inside another")
        job = body
        finished.store(0, ordering: .relaxed)
        ticket.store(UInt64(count) << 32, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wake() }
    }

    private func wake() {
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Takes items until none is left.
    func work(as worker: Int) {
        while hasWork(ticket.load(ordering: .acquiring)) {
            let mine = ticket.wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue
            guard hasWork(mine) else { return }
            job!(Int(mine & 0xFFFF_FFFF), worker)
            finished.wrappingAdd(1, ordering: .releasing)
        }
    }

    func waitUntilDone(_ count: Int) {
        var looks = 0
        while finished.load(ordering: .acquiring) < count {
            looks += 1
            // A worker may have lost its core: let it run.
            if looks % 4096 == 0 { sched_yield() } else { sg_pause() }
        }
        job = nil
    }

    func stop() {
        stopping.store(true, ordering: .sequentiallyConsistent)
        wake()
    }

    func serve() {
        let worker = workers.wrappingAdd(1, ordering: .relaxed).newValue
        var idle = 0
        while !stopping.load(ordering: .relaxed) {
            if hasWork(ticket.load(ordering: .acquiring)) {
                work(as: worker)
                idle = 0
            } else if idle < Self.patience {
                idle += 1
                sg_pause()
            } else {
                sleep()
                idle = 0
            }
        }
    }

    private func sleep() {
        pthread_mutex_lock(mutex)
        sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
        while !hasWork(ticket.load(ordering: .sequentiallyConsistent))
            && !stopping.load(ordering: .sequentiallyConsistent)
        {
            pthread_cond_wait(condition, mutex)
        }
        sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        pthread_mutex_unlock(mutex)
    }
}

private func startThread(_ shared: Shared) {
    #if canImport(Glibc)
        var thread = pthread_t()
    #else
        var thread: pthread_t?
    #endif
    let context = Unmanaged.passRetained(shared).toOpaque()
    // Without the thread the pool still works: the caller takes every item itself.
    guard pthread_create(&thread, nil, serveThread, context) == 0 else {
        Unmanaged<Shared>.fromOpaque(context).release()
        return
    }
    // Nobody waits for the thread's end; it then gives back its stack by itself.
    #if canImport(Glibc)
        pthread_detach(thread)
    #else
        pthread_detach(thread!)
    #endif
}

#if canImport(Glibc)
    private func serveThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        Unmanaged<Shared>.fromOpaque(context!).takeRetainedValue().serve()
        return nil
    }
#else
    private func serveThread(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<Shared>.fromOpaque(context).takeRetainedValue().serve()
        return nil
    }
#endif
