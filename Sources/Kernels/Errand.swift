// Work that goes on beside the caller's: what reading a model needs done before its end, but not at once.

/// A piece of work that a thread of the pool does when it has no items. It must not use the pool.
///
/// ``finish()`` is for the thread that started it; whoever comes first does the work.
public final class Errand: @unchecked Sendable {
    /// Forgotten once it has run, with all that it holds.
    private var body: (() -> Void)?
    /// The pool that may run it; nil where there is no other thread, or no longer.
    var state: PoolState?
    /// Under the pool's mutex, or the starting thread's alone.
    var isDone = false

    init(_ body: @escaping () -> Void) { self.body = body }

    /// Returns when the work is done.
    public func finish() {
        if let state { return state.finish(self) }
        run()
    }

    func run() {
        body?()
        body = nil
    }
}
