// One pool of threads for the whole engine. Work is split into numbered items that any thread may take; since every
// item computes its own results, the number of threads never changes a number.
internal import CKernels
internal import Synchronization
internal import Threads

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Runs numbered items on a fixed set of threads, the caller's among them. `run` must not be called from two threads
/// at once, nor from inside an item or an errand.
public final class ThreadPool: @unchecked Sendable {
    /// One item of a job whose operands stand at the first argument: (operands, item, worker).
    public typealias ItemFunction = @convention(c) (UnsafeRawPointer, Int, Int) -> Void

    /// How many threads work, the caller's included; at least 1.
    public let threadCount: Int
    /// Where the caller's thread spends its time, if that is asked for.
    public var profile: Profile?
    private let shared: PoolState

    /// - Parameter threads: how many threads work, the caller's included; at least 1.
    public init(threads: Int) {
        threadCount = max(1, threads)
        shared = PoolState(threads: threadCount)
        for _ in 1..<max(threadCount, 1) {
            // Without the thread the pool still works: the caller takes every item itself.
            guard startThread({ [shared] in shared.serve() }) else { break }
        }
    }

    deinit { shared.stop() }

    /// Calls `body` once for every item in 0 ..< count, in any order and on any thread, and returns when all are done.
    /// The second argument numbers the thread (0 is the caller's), for scratch memory.
    public func run(_ count: Int, _ body: (_ item: Int, _ worker: Int) -> Void) {
        if threadCount == 1 || count <= 1 {
            for item in 0..<count { body(item, 0) }
            return
        }
        // The check that nobody keeps the closure has the path of this file, as long as it is: by a name alone, a
        // release is the same wherever it is built.
        #sourceLocation(file:"ThreadPool",line:47)
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { pointer in
                run(count, pointer) { operands, item, worker in
                    operands.assumingMemoryBound(to: ((Int, Int) -> Void).self).pointee(item, worker)
                }
            }
        }
        #sourceLocation()
    }

    /// The same with plain operands instead of what a closure captures: nothing is allocated or counted, which small jobs
    /// would wait for longer than for their work.
    ///
    /// - Parameter operands: what `body` gets as its first argument; it must stay where it is until `run` returns.
    public func run(_ count: Int, _ operands: UnsafeRawPointer, _ body: ItemFunction) {
        if threadCount == 1 || count <= 1 {
            for item in 0..<count { body(operands, item, 0) }
            return
        }
        shared.publish(count, operands, body)
        shared.work(as: 0)
        guard !shared.isDone else { return }
        let site = profile?.enter(.waiting)
        shared.waitUntilDone()
        if let site { profile?.enter(site) }
    }

    /// Calls `body` with ranges that tile 0 ..< count, each at most `chunk` long.
    public func run(_ count: Int, chunk: Int, _ body: (Range<Int>) -> Void) {
        run((count + chunk - 1) / chunk) { item, _ in body(item * chunk..<min(count, (item + 1) * chunk)) }
    }

    /// Has `body` run by a thread that has nothing else to do, while the caller goes on.
    public func start(_ body: @escaping () -> Void) -> Errand {
        let errand = Errand(body)
        if threadCount > 1 { shared.add(errand) }
        return errand
    }
}

/// What the threads share.
///
/// Each thread has a lane of its own: item i of a job lies in lane i % threads, so threads that are awake take their
/// items without disturbing each other, and in the order of the items all the same; who has done his own takes from the
/// other lanes. A lane's ticket holds how many items it has in its upper half and the next of them in its lower, so that
/// taking a number tells atomically whether it is one of the current job.
final class PoolState: @unchecked Sendable {
    private let threads: Int
    /// By thread, a cache line pair each: the lane's ticket, and how many items the thread has ever done.
    private let tickets: UnsafeMutablePointer<Atomic<UInt64>>
    private let done: UnsafeMutablePointer<Atomic<Int>>
    private static let apart = 16
    private let sleepers = Atomic<Int>(0)
    private let workers = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)
    // Written before the tickets are, read after one was taken.
    private nonisolated(unsafe) var operands: UnsafeRawPointer?
    private nonisolated(unsafe) var body: ThreadPool.ItemFunction?
    /// Items of all jobs so far; the caller's alone.
    private nonisolated(unsafe) var published = 0
    private let errandCount = Atomic<Int>(0)
    private let monitor = Monitor()
    private nonisolated(unsafe) var errands: [Errand] = []  // under the monitor's lock

    /// How often an idle thread looks for work before it sleeps: about a millisecond.
    private static let patience = 20_000
    /// Looks without a pause between them: most waits are shorter than a pause is on some processors.
    private static let haste = 64

    init(threads: Int) {
        self.threads = threads
        tickets = .allocate(capacity: threads * Self.apart)
        done = .allocate(capacity: threads * Self.apart)
        for place in 0..<threads * Self.apart {
            (tickets + place).initialize(to: Atomic(0))
            (done + place).initialize(to: Atomic(0))
        }
    }

    deinit {
        tickets.deallocate()
        done.deallocate()
    }

    @inline(__always)
    private func hasWork(_ ticket: UInt64) -> Bool { ticket & 0xFFFF_FFFF < ticket >> 32 }

    @inline(__always)
    private func hasWork(lane: Int) -> Bool { hasWork(tickets[lane * Self.apart].load(ordering: .acquiring)) }

    func publish(_ count: Int, _ operands: UnsafeRawPointer, _ body: ThreadPool.ItemFunction) {
        precondition(self.body == nil, "the thread pool was asked to run a job inside another")
        (self.operands, self.body) = (operands, body)
        published += count
        for lane in (0..<threads).reversed() where lane < count {
            let items = UInt64((count - lane + threads - 1) / threads)
            tickets[lane * Self.apart].store(items << 32, ordering: .releasing)
        }
        // Either a thread that goes to sleep sees its ticket, or it is seen here.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .relaxed) > 0 { monitor.locked { monitor.wake() } }
    }

    /// Takes items, first those of the own lane, until none is left.
    func work(as worker: Int) {
        var lane = worker
        for _ in 0..<threads {
            while hasWork(lane: lane) {
                let mine = tickets[lane * Self.apart].wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue
                guard hasWork(mine) else { break }
                body!(operands!, lane + Int(mine & 0xFFFF_FFFF) * threads, worker)
                let count = done[worker * Self.apart].load(ordering: .relaxed)
                done[worker * Self.apart].store(count + 1, ordering: .releasing)
            }
            lane = lane + 1 == threads ? 0 : lane + 1
        }
    }

    /// Whether every item of the job is done; the pool is then free for another.
    var isDone: Bool {
        var sum = 0
        for worker in 0..<threads { sum += done[worker * Self.apart].load(ordering: .acquiring) }
        if sum < published { return false }
        (operands, body) = (nil, nil)
        return true
    }

    func waitUntilDone() {
        var looks = 0
        while !isDone {
            looks += 1
            // A worker may have lost its core: let it run.
            if looks % 4096 == 0 { sched_yield() } else if looks > Self.haste { sg_pause() }
        }
    }

    func stop() {
        stopping.store(true, ordering: .sequentiallyConsistent)
        monitor.locked {
            // Nobody but those who started them does these any more.
            for errand in errands { errand.state = nil }
            errands = []
            monitor.wake()
        }
    }

    func serve() {
        let worker = workers.wrappingAdd(1, ordering: .relaxed).newValue
        var idle = 0
        while !stopping.load(ordering: .relaxed) {
            if hasWork(lane: worker) {
                work(as: worker)
                idle = 0
            } else if errandCount.load(ordering: .relaxed) > 0, let errand = takeErrand() {
                run(errand)
                idle = 0
            } else if idle < Self.patience {
                idle += 1
                if idle > Self.haste { sg_pause() }
            } else {
                sleep(worker)
                idle = 0
            }
        }
    }

    private func sleep(_ worker: Int) {
        monitor.locked {
            sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
            atomicMemoryFence(ordering: .sequentiallyConsistent)
            while !hasWork(lane: worker) && errands.isEmpty && !stopping.load(ordering: .sequentiallyConsistent) {
                monitor.wait()
            }
            sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        }
    }

    // MARK: errands

    func add(_ errand: Errand) {
        errand.state = self
        monitor.locked {
            errands.append(errand)
            errandCount.store(errands.count, ordering: .relaxed)
            monitor.wake()
        }
    }

    /// The oldest errand, or `wanted` if it is still there; nil when another thread has it.
    private func takeErrand(_ wanted: Errand? = nil) -> Errand? {
        monitor.locked {
            guard let place = wanted.map({ wanted in errands.firstIndex { $0 === wanted } }) ?? errands.indices.first
            else { return nil }
            let errand = errands.remove(at: place)
            errandCount.store(errands.count, ordering: .relaxed)
            return errand
        }
    }

    private func run(_ errand: Errand) {
        errand.run()
        monitor.locked {
            errand.isDone = true
            monitor.wake()
        }
    }

    /// Runs the errand here if no thread has begun it, else waits for its end.
    func finish(_ errand: Errand) {
        if let own = takeErrand(errand) { return run(own) }
        monitor.locked { while !errand.isDone { monitor.wait() } }
    }
}
