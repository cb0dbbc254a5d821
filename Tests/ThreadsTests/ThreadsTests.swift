// Work that is shared among threads: each number once, all of them done at the return, also within one another.
import Synchronization
import Testing
import Threads

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct ThreadsTests {
    private final class Marks: Sendable {
        let marks: Mutex<[Int]>
        init(_ count: Int) { marks = Mutex(Array(repeating: 0, count: count)) }
        func mark(_ number: Int) { marks.withLock { $0[number] += 1 } }
        var all: [Int] { marks.withLock { $0 } }
    }

    @Test(arguments: [0, 1, 2, 7, 1_000]) func eachNumberOnce(_ count: Int) {
        let marks = Marks(count)
        eachAtOnce(count) { number in
            if number % 100 == 0 { usleep(1_000) }
            marks.mark(number)
        }
        #expect(marks.all == Array(repeating: 1, count: count))
    }

    @Test func workWithinWork() {
        let marks = Marks(400)
        eachAtOnce(20) { outer in eachAtOnce(20) { inner in marks.mark(20 * outer + inner) } }
        #expect(marks.all == Array(repeating: 1, count: 400))
    }

    @Test func aThreadOfItsOwn() {
        let isDone = Marks(1)
        let isBegun = startThread { isDone.mark(0) }
        #expect(isBegun)
        for _ in 0..<6_000 where isDone.all == [0] { usleep(10_000) }
        #expect(isDone.all == [1])
        #expect(availableProcessors() >= 1)
    }
}
