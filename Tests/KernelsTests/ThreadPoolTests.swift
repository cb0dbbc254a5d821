// The thread pool: every item exactly once, whatever the counts, the threads and the pauses between jobs.
import Kernels
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct ThreadPoolTests {
    /// How often each item of one job ran. Plain memory: the pool itself must make the writes visible.
    private final class Tally: @unchecked Sendable {
        let counts: UnsafeMutablePointer<Int>
        let capacity: Int

        init(_ capacity: Int) {
            self.capacity = capacity
            counts = .allocate(capacity: capacity)
            counts.initialize(repeating: 0, count: capacity)
        }

        deinit { counts.deallocate() }

        /// Whether items 0 ..< count ran once each and no other; forgets them.
        func areExactlyOnce(_ count: Int) -> Bool {
            let good = (0..<capacity).allSatisfy { counts[$0] == ($0 < count ? 1 : 0) }
            counts.update(repeating: 0, count: capacity)
            return good
        }
    }

    @Test(arguments: [1, 2, 3, 4, 9])
    func everyItemExactlyOnce(threads: Int) {
        let pool = ThreadPool(threads: threads)
        #expect(pool.threadCount == threads)
        let tally = Tally(1100)
        for count in [0, 1, 2, 3, 4, 5, 8, 63, 64, 1000, 1, 0, 1100] {
            for _ in 0..<20 {
                pool.run(count) { item, worker in
                    tally.counts[item] += 1
                    if !(0..<threads).contains(worker) { tally.counts[item] += 1000 }
                }
                #expect(tally.areExactlyOnce(count), "\(count) items on \(threads) threads")
            }
        }
    }

    @Test func aHundredThousandSmallJobs() {
        let pool = ThreadPool(threads: 4)
        let tally = Tally(9)
        var bad = 0
        for job in 0..<100_000 {
            let count = job % 10
            pool.run(count) { item, _ in tally.counts[item] += 1 }
            if !tally.areExactlyOnce(count) { bad += 1 }
            // Long enough now and then that the threads go to sleep.
            if job % 10_000 == 9_999 { usleep(20_000) }
        }
        #expect(bad == 0)
    }

    @Test func rangesTileTheItems() {
        let pool = ThreadPool(threads: 3)
        let tally = Tally(500)
        for count in [0, 1, 7, 8, 9, 100, 499] {
            for chunk in [1, 4, 8, 1000] {
                let longest = Atomic<Int>(0)
                pool.run(count, chunk: chunk) { range in
                    for item in range { tally.counts[item] += 1 }
                    longest.max(range.count, ordering: .relaxed)
                }
                #expect(tally.areExactlyOnce(count), "\(count) items in chunks of \(chunk)")
                #expect(longest.load(ordering: .relaxed) <= chunk)
            }
        }
    }

    @Test func noTwoThreadsShareANumber() {
        // Scratch memory is divided by the worker's number: two items with one number must never run at once.
        let pool = ThreadPool(threads: 4)
        let tally = Tally(4)
        let total = Atomic<Int>(0)
        for _ in 0..<2_000 {
            pool.run(16) { _, worker in
                // Not atomic: a second thread with this number would lose counts.
                for _ in 0..<100 { tally.counts[worker] += 1 }
                total.wrappingAdd(100, ordering: .relaxed)
            }
        }
        #expect((0..<4).reduce(0) { $0 + tally.counts[$1] } == total.load(ordering: .relaxed))
        #expect(total.load(ordering: .relaxed) == 2_000 * 1_600)
    }

    @Test func unevenItemsAreAllDoneOnReturn() {
        let pool = ThreadPool(threads: 4)
        let results = Tally(40)
        for _ in 0..<50 {
            pool.run(40) { item, _ in
                var sum = 0
                for number in 0..<item * item * 10 { sum &+= number }
                results.counts[item] = sum
            }
            for item in 0..<40 {
                let n = item * item * 10
                #expect(results.counts[item] == n * (n - 1) / 2)
            }
        }
    }

    @Test(arguments: [1, 2, 5]) func operandsReachEveryItem(threads: Int) {
        let pool = ThreadPool(threads: threads)
        let tally = Tally(100)
        for count in [0, 1, 2, 7, 100] {
            withUnsafePointer(to: tally.counts) { counts in
                pool.run(count, counts) { operands, item, _ in
                    operands.assumingMemoryBound(to: UnsafeMutablePointer<Int>.self).pointee[item] += 1
                }
            }
            #expect(tally.areExactlyOnce(count))
        }
    }

    /// Errands are done once each, whoever comes first, and jobs go on beside them.
    @Test(arguments: [1, 2, 4]) func errandsBesideJobs(threads: Int) {
        let pool = ThreadPool(threads: threads)
        let (errands, items) = (Tally(8), Tally(64))
        for round in 0..<60 {
            let started = (0..<8).map { number in pool.start { errands.counts[number] += 1 } }
            for _ in 0..<round % 4 { pool.run(64) { item, _ in items.counts[item] += 1 } }
            // In another order than they were started.
            for errand in started.reversed() { errand.finish() }
            for errand in started { errand.finish() }
            #expect(errands.areExactlyOnce(8))
            #expect((0..<64).allSatisfy { items.counts[$0] == round % 4 })
            items.counts.update(repeating: 0, count: 64)
        }
    }

    /// What the pool's end leaves undone, whoever started it still does.
    @Test func anErrandOutlivesItsPool() {
        let tally = Tally(20)
        var errands: [Errand] = []
        for round in 0..<20 {
            let pool = ThreadPool(threads: 2)
            errands.append(pool.start { tally.counts[round] += 1 })
        }
        for errand in errands { errand.finish() }
        #expect(tally.areExactlyOnce(20))
    }

    /// One errand that lasts keeps one thread; the others do the items.
    @Test func aLongErrandHoldsNobodyUp() {
        let pool = ThreadPool(threads: 2)
        let tally = Tally(10)
        let isOver = Atomic<Bool>(false)
        let errand = pool.start { while !isOver.load(ordering: .acquiring) { usleep(100) } }
        usleep(2000)
        for _ in 0..<100 {
            pool.run(10) { item, _ in tally.counts[item] += 1 }
            #expect(tally.areExactlyOnce(10))
        }
        isOver.store(true, ordering: .releasing)
        errand.finish()
    }

    /// The caller's time is somewhere at every moment, and a wait for the others is named as one.
    @Test func theProfileAddsUp() {
        let pool = ThreadPool(threads: 2)
        let clock = ContinuousClock()
        let start = clock.now
        let profile = Profile()
        pool.profile = profile
        profile.enter(.mlpProducts)
        // Whoever takes the second item, the one with the first must wait for it or do both.
        for _ in 0..<20 { pool.run(2) { item, _ in if item == 1 { usleep(1000) } } }
        profile.enter(.softmax)
        usleep(3000)
        let sites = profile.secondsBySite()
        let all = (clock.now - start).components
        let sum = sites.reduce(0) { $0 + $1.seconds }
        #expect(sites.map(\.site) == ProfileSite.allCases)
        #expect(sum <= Double(all.seconds) + Double(all.attoseconds) * 1e-18 && sum >= 0.023)
        let named = Dictionary(uniqueKeysWithValues: sites.map { ($0.site, $0.seconds) })
        #expect(named[.mlpProducts]! + named[.waiting]! >= 0.02 && named[.softmax]! >= 0.003)
        #expect(named[.lens] == 0)
        profile.restart()
        #expect(profile.secondsBySite().reduce(0) { $0 + $1.seconds } < sum)
    }

    @Test func manyPoolsComeAndGo() {
        for round in 0..<100 {
            let pool = ThreadPool(threads: 4)
            let tally = Tally(10)
            if round % 2 == 0 { pool.run(10) { item, _ in tally.counts[item] += 1 } }
            #expect(tally.areExactlyOnce(round % 2 == 0 ? 10 : 0))
        }
    }
}
