// Matrix products of a forward pass: up to three with the same input, split over the threads by rows.
internal import CKernels

/// A matrix and where its product with the input goes: (token, row), `stride` floats from token to token.
public struct Product {
    let matrix: PackedMatrix
    let out: UnsafeMutablePointer<Float>
    let stride: Int

    /// A product to be written to `out`.
    ///
    /// - Parameter stride: floats from one token's row of results to the next; nil: as many as the matrix has rows.
    public init(_ matrix: PackedMatrix, _ out: UnsafeMutablePointer<Float>, stride: Int? = nil) {
        self.matrix = matrix
        self.out = out
        self.stride = stride ?? matrix.rows
    }
}

/// A product as the threads see it: plain values, so that none of them counts references.
private struct Part {
    let matrix: sg_matrix
    let out: UnsafeMutablePointer<Float>
    let stride: Int64
    /// The groups of 16 rows, numbered through all parts.
    let groups: Range<Int>

    init(_ product: Product, from first: Int) {
        matrix = product.matrix.description
        out = product.out
        stride = Int64(product.stride)
        groups = first..<first + (product.matrix.rows + 15) / 16
    }
}

/// What the threads need for their shares of a product; plain values.
private struct ProductOperands {
    let input: Input
    let parts: UnsafeBufferPointer<Part>
    let groups: Int
    let shares: Int
    let isShared: Bool
    let layouts: Layouts
    let copies: UnsafeMutablePointer<Panels.Copy>
    let functions: UnsafePointer<sg_kernels>
    let profile: Unmanaged<Profile>?

    /// One share of the rows.
    func run(_ item: Int, _ worker: Int) {
        let copy = copies + (isShared ? 0 : worker)
        // A thread that lays a small input out for itself reads it from its own cache afterwards, and waits for none.
        if !isShared && !copy.pointee.isReady {
            let site = worker == 0 ? profile?.takeUnretainedValue().enter(.inputLayout) : nil
            copy.pointee.layOut(input, layouts, columns: 0..<input.columns, functions)
            copy.pointee.isReady = true
            if let site { profile?.takeUnretainedValue().enter(site) }
        }
        let range = item * groups / shares..<(item + 1) * groups / shares
        for part in parts where part.groups.overlaps(range) {
            let mine = range.clamped(to: part.groups)
            let layout = functions.pointee.layout(part.matrix.format, Int64(input.tokens))
            withUnsafePointer(to: part.matrix) { matrix in
                functions.pointee.multiply(
                    matrix, Int64(mine.lowerBound - part.groups.lowerBound), Int64(mine.count),
                    copy.pointee[layout], Int64(input.tokens), part.out, part.stride)
            }
        }
    }
}

extension Compute {
    /// y = W x for one to three matrices with the same input. x: (token, columns), rows `xStride` floats apart.
    public func multiply(
        _ x: UnsafePointer<Float>, tokens: Int, xStride: Int? = nil, _ first: Product, _ second: Product? = nil,
        _ third: Product? = nil
    ) {
        let columns = first.matrix.columns
        let input = Input(x: x, tokens: tokens, columns: columns, stride: xStride ?? columns)
        withUnsafeTemporaryAllocation(of: Part.self, capacity: 3) { parts in
            var count = 0
            var groups = 0
            func add(_ product: Product) {
                precondition(product.matrix.columns == columns, "products of one input take as many columns")
                self.count(product.matrix, tokens: tokens)
                parts.initializeElement(at: count, to: Part(product, from: groups))
                groups = parts[count].groups.upperBound
                count += 1
            }
            add(first)
            if let second { add(second) }
            if let third { add(third) }
            run(input, UnsafeBufferPointer(rebasing: parts[..<count]), groups: groups)
        }
        withExtendedLifetime((first.matrix, second?.matrix, third?.matrix)) {}
    }

    private func run(_ input: Input, _ parts: UnsafeBufferPointer<Part>, groups: Int) {
        let functions = kernels.functions
        let shares = shareCount(groups, groupBytes: Int(parts[0].matrix.group_bytes), tokens: input.tokens)
        let isShared = input.tokens * input.columns > Self.smallInput
        var layouts = Layouts()
        for part in parts { layouts.insert(functions.pointee.layout(part.matrix.format, Int64(input.tokens))) }
        let copies = panels.reserve(input, layouts, copies: isShared ? 1 : pool.threadCount)
        if isShared {
            // Split by columns: which tiles there are depends on all tokens together.
            let site = profile?.enter(.inputLayout)
            pool.run(input.columns, chunk: 64) { copies[0].layOut(input, layouts, columns: $0, functions) }
            if let site { profile?.enter(site) }
        }
        let profile = profile.map { Unmanaged.passUnretained($0) }
        let operands = ProductOperands(
            input: input, parts: parts, groups: groups, shares: shares, isShared: isShared, layouts: layouts,
            copies: copies, functions: functions, profile: profile)
        withUnsafePointer(to: operands) { operands in
            pool.run(shares, operands) { operands, item, worker in
                operands.assumingMemoryBound(to: ProductOperands.self).pointee.run(item, worker)
            }
        }
    }

    /// Inputs of up to so many numbers are laid out by each thread for itself.
    private static let smallInput = 1 << 15

    /// How many even shares the groups are split into.
    ///
    /// One token: a stretch for each thread, read in one stream; large matrices in more, for threads that are late. Many
    /// tokens: a few for each thread, and so many that a share's weights stay in a core's cache for the next tokens.
    private func shareCount(_ groups: Int, groupBytes: Int, tokens: Int) -> Int {
        let bytes = groups * groupBytes
        let threads = pool.threadCount
        if tokens == 1 { return min(groups, max(1, bytes / threads / 1_000_000) * threads) }
        return min(groups, max(4, bytes / threads / 250_000) * threads)
    }
}
