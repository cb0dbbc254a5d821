// Kernels and threads together: what a forward pass calls. Holds the scratch memory, so that no step allocates.

/// The arithmetic of the forward pass on one kernel set and one thread pool. Not for use from two threads at once.
public final class Compute {
    public let kernels: KernelSet
    public let pool: ThreadPool
    /// For the inputs of the product at work: the threads' own, the first of them shared when the input is large.
    let panels: Panels
    /// Weight matrices multiplied with one token, ever: the debugger's proof that nothing was computed twice.
    public private(set) var tokenPasses = 0

    public init(kernels: KernelSet = .best, threads: Int) {
        self.kernels = kernels
        pool = ThreadPool(threads: threads)
        panels = Panels(threads: pool.threadCount)
    }

    /// Calls `body` for every token, in parallel when there are many.
    public func eachToken(_ tokens: Int, _ body: (Int) -> Void) {
        if tokens < 4 {
            for token in 0..<tokens { body(token) }
        } else {
            pool.run(tokens, chunk: 4) { $0.forEach(body) }
        }
    }

    public func countTokens(_ tokens: Int) { tokenPasses += tokens }
}
