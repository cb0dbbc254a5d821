// The inputs of a matrix product as the kernels read them: tiles of tokens side by side.
internal import CKernels

/// Rows to multiply with: (token, columns), `stride` floats from token to token.
struct Input {
    let x: UnsafePointer<Float>
    let tokens: Int
    let columns: Int
    let stride: Int
}

/// Memory for laid-out inputs, one copy for each thread.
final class Panels {
    /// One copy; plain values.
    struct Copy {
        /// (tile, column, token), see `pack_panels`.
        var inputs: UnsafeMutablePointer<Float>
        /// (tile, unit of 32 columns, 3, token): Σ x of the unit's halves and of the whole.
        var sums: UnsafeMutablePointer<Float>
        /// Whether the input of the product at work is in it.
        var isReady = false

        /// Lays out these columns, a range that starts at a multiple of 32.
        func layOut(_ input: Input, columns: Range<Int>, _ functions: UnsafePointer<sg_kernels>) {
            functions.pointee.pack_panels(
                input.x, Int64(input.stride), Int64(input.tokens), Int64(input.columns), Int64(columns.lowerBound),
                Int64(columns.upperBound), inputs, sums)
        }
    }

    private let copies: UnsafeMutablePointer<Copy>
    private var buffers: [(inputs: FloatBuffer, sums: FloatBuffer)]

    init(threads: Int) {
        buffers = (0..<threads).map { _ in (FloatBuffer(count: 1 << 12), FloatBuffer(count: 1 << 8)) }
        copies = .allocate(capacity: threads)
        for (index, buffer) in buffers.enumerated() {
            (copies + index).initialize(to: Copy(inputs: buffer.inputs.pointer, sums: buffer.sums.pointer))
        }
    }

    deinit { copies.deallocate() }

    /// Makes room for an input in the first `count` copies, none of which is ready then.
    func reserve(_ input: Input, copies count: Int) -> UnsafeMutablePointer<Copy> {
        let room = Int(sg_panel_tokens(Int64(input.tokens)))
        let (width, parts) = (room * input.columns, room * Int(sg_panel_sums(Int64(input.columns))))
        for index in 0..<count {
            if buffers[index].inputs.count < width {
                buffers[index].inputs = FloatBuffer(count: width)
                copies[index].inputs = buffers[index].inputs.pointer
            }
            if buffers[index].sums.count < parts {
                buffers[index].sums = FloatBuffer(count: parts)
                copies[index].sums = buffers[index].sums.pointer
            }
            copies[index].isReady = false
        }
        return copies
    }
}
