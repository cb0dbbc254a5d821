// Work on many items side by side: which is next, and what came of each.
internal import Phrases
internal import Threads

/// Does `item` of each of `count` things, as many at once as there are processors and the system gives threads.
///
/// - Parameters:
///   - makeWorker: what one thread works with and no other does; made on that thread.
///   - title: of the line of progress, drawn by the first worker alone.
/// - Throws: the first error; what is under way is done to its end, and nothing else is begun.
func sideBySide<Worker, Result: Sendable>(
    _ count: Int, title: Phrase, unit: Phrase, makeWorker: @Sendable () throws -> Worker,
    _ item: @Sendable (Worker, Int) throws -> Result
) throws -> [Result] {
    let work = SharedWork<Result>(count: count)
    nonisolated(unsafe) let progress = Progress(title)
    defer { progress.finish() }
    let (language, words) = (Console.language, Console.words)
    eachAtOnce(max(1, min(count, availableProcessors()))) { number in
        // Another has done it all: a worker is not made for nothing.
        if number > 0 && !work.isLeft { return }
        // Another thread has its own language.
        Console.$language.withValue(language) {
            Console.$words.withValue(words) {
                do {
                    let worker = try makeWorker()
                    while let place = work.next() {
                        work.set(place, try item(worker, place))
                        if number == 0 { progress.update(work.done, of: count, unit: unit) }
                    }
                } catch {
                    work.fail(error)
                }
            }
        }
    }
    return try work.results()
}

private final class SharedWork<Result: Sendable>: Sendable {
    private struct State {
        var next = 0
        var results: [Result?]
        var failure: (any Error)?
    }

    private let state: Guarded<State>

    init(count: Int) { state = Guarded(State(results: Array(repeating: nil, count: count))) }

    var done: Int { state.withLock { $0.results.count { $0 != nil } } }

    var isLeft: Bool { state.withLock { $0.next < $0.results.count && $0.failure == nil } }

    func next() -> Int? {
        state.withLock { state in
            if state.next >= state.results.count || state.failure != nil { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    func set(_ place: Int, _ result: Result) { state.withLock { $0.results[place] = result } }

    func fail(_ error: any Error) { state.withLock { $0.failure = $0.failure ?? error } }

    func results() throws -> [Result] {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            return state.results.compactMap { $0 }
        }
    }
}
