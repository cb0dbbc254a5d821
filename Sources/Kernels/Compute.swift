// Kernels and threads together: what a forward pass calls. Holds the scratch memory, so that no step allocates.
internal import CKernels

/// A matrix and where its product with the input goes: (token, row), `stride` floats from token to token.
public struct Product {
    let matrix: PackedMatrix
    let out: UnsafeMutablePointer<Float>
    let stride: Int

    public init(_ matrix: PackedMatrix, _ out: UnsafeMutablePointer<Float>, stride: Int? = nil) {
        self.matrix = matrix
        self.out = out
        self.stride = stride ?? matrix.rows
    }
}

/// The arithmetic of the forward pass on one kernel set and one thread pool. Not for use from two threads at once.
public final class Compute {
    public let kernels: KernelSet
    public let pool: ThreadPool
    private var panels = FloatBuffer(count: 1 << 16)
    private var sums = FloatBuffer(count: 1 << 12)
    /// Weight matrices multiplied with one token, ever: the debugger's proof that nothing was computed twice.
    public private(set) var tokenPasses = 0

    public init(kernels: KernelSet = .best, threads: Int) {
        self.kernels = kernels
        pool = ThreadPool(threads: threads)
    }

    /// y = W x for one to three matrices with the same input. x: (token, columns), rows `xStride` floats apart.
    public func multiply(
        _ x: UnsafePointer<Float>, tokens: Int, xStride: Int? = nil, _ first: Product, _ second: Product? = nil,
        _ third: Product? = nil
    ) {
        let columns = first.matrix.columns
        pack(x, tokens: tokens, columns: columns, stride: xStride ?? columns)
        let groups = (groupCount(first), second.map(groupCount) ?? 0, third.map(groupCount) ?? 0)
        let total = groups.0 + groups.1 + groups.2
        // One token: a stretch for each thread, read in one stream; large matrices in more, for threads that are late.
        // Many tokens: a few groups, each against all of them.
        let groupBytes = Int(first.matrix.description.group_bytes)
        let stretches = max(1, total * groupBytes / pool.threadCount / 1_000_000) * pool.threadCount
        let chunk = tokens == 1 ? (total + stretches - 1) / stretches : 4
        pool.run(total, chunk: chunk) { range in
            part(first, range, offset: 0, tokens: tokens)
            if let second { part(second, range, offset: groups.0, tokens: tokens) }
            if let third { part(third, range, offset: groups.0 + groups.1, tokens: tokens) }
        }
    }

    private func groupCount(_ product: Product) -> Int { (product.matrix.rows + 15) / 16 }

    /// The groups of `range` that belong to a product whose groups start at `offset`.
    private func part(_ product: Product, _ range: Range<Int>, offset: Int, tokens: Int) {
        let low = max(range.lowerBound - offset, 0)
        let high = min(range.upperBound - offset, groupCount(product))
        guard low < high else { return }
        withUnsafePointer(to: product.matrix.description) { matrix in
            kernels.functions.pointee.multiply(
                matrix, Int64(low), Int64(high - low), panels.pointer, sums.pointer, Int64(tokens), product.out,
                Int64(product.stride))
        }
    }

    private func pack(_ x: UnsafePointer<Float>, tokens: Int, columns: Int, stride: Int) {
        let parts = (columns + 15) / 16
        let room = Int(sg_panel_tokens(Int64(tokens)))
        if panels.count < room * columns { panels = FloatBuffer(count: room * columns) }
        if sums.count < room * parts { sums = FloatBuffer(count: room * parts) }
        // Split by columns: which tiles there are depends on all tokens together.
        let chunk = tokens * columns < Self.smallPanels ? columns : 64
        pool.run(columns, chunk: chunk) { range in
            kernels.functions.pointee.pack_panels(
                x, Int64(stride), Int64(tokens), Int64(columns), Int64(range.lowerBound), Int64(range.upperBound),
                panels.pointer, sums.pointer)
        }
    }

    /// Inputs of fewer numbers are laid out faster than another thread hears of it.
    private static let smallPanels = 1 << 15

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
