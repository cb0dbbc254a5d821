// Kernels and threads together: what a forward pass calls. Holds the scratch memory, so that no step allocates.

/// The arithmetic of the forward pass on one kernel set and one thread pool. Not for use from two threads at once.
public final class Compute {
    /// The instruction set's kernels that all arithmetic goes through.
    public let kernels: KernelSet
    /// The threads that share the work, the caller's among them.
    public let pool: ThreadPool
    /// For the inputs of the product at work: the threads' own, the first of them shared when the input is large.
    let panels: Panels
    /// Weight matrices multiplied with one token, ever: the debugger's proof that nothing was computed twice.
    public private(set) var tokenPasses = 0

    /// Kernels with a pool of their own.
    ///
    /// - Parameter threads: how many threads work, the caller's included; fewer than 1 count as 1.
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

    /// Where the caller's thread spends its time; nil, and then free, unless somebody asks.
    public var profile: Profile? {
        get { pool.profile }
        set { pool.profile = newValue }
    }

    /// The time from now on belongs to `site`.
    @inline(__always)
    public func enter(_ site: ProfileSite) {
        if let profile = pool.profile { profile.enter(site) }
    }

    /// What all products and decode steps have cost so far.
    public private(set) var work = WorkCount()

    /// Adds a product to ``work``.
    func count(_ matrix: PackedMatrix, tokens: Int) {
        work.readBytes += Int64(matrix.byteCount)
        work.multiplyAdds[matrix.format, default: 0] += Int64(matrix.rows) * Int64(matrix.columns) * Int64(tokens)
    }

    /// Adds keys and values that were read to ``work``.
    public func count(readBytes: Int) { work.readBytes += Int64(readBytes) }

    /// Adds to ``tokenPasses``: a forward pass says how many tokens it ran.
    public func countTokens(_ tokens: Int) { tokenPasses += tokens }
}
