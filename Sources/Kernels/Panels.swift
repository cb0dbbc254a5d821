// The inputs of a matrix product as the kernels read them: laid out once for all matrices of one kind of format.
internal import CKernels

/// Rows to multiply with: (token, columns), `stride` floats from token to token.
struct Input {
    let x: UnsafePointer<Float>
    let tokens: Int
    let columns: Int
    let stride: Int
}

/// Which layouts the matrices of one product read, by their numbers in `sg_layout`.
struct Layouts {
    private var bits = 0

    mutating func insert(_ layout: sg_layout) { bits |= 1 << Int(layout.rawValue) }

    func contains(_ layout: sg_layout) -> Bool { bits >> Int(layout.rawValue) & 1 == 1 }

    /// Every layout there is.
    static let all = [SG_PANELS, SG_BLOCKS, SG_TILES, SG_DIGIT_TILES]
}

/// Memory for laid-out inputs, one copy for each thread.
final class Panels {
    /// One copy; plain values.
    struct Copy {
        fileprivate var panels: UnsafeMutableRawPointer?
        fileprivate var blocks: UnsafeMutableRawPointer?
        fileprivate var tiles: UnsafeMutableRawPointer?
        fileprivate var digitTiles: UnsafeMutableRawPointer?
        /// Whether the input of the product at work is in it.
        var isReady = false

        /// The memory of one layout; nil before there is room for it.
        fileprivate(set) subscript(layout: sg_layout) -> UnsafeMutableRawPointer? {
            get {
                switch layout {
                case SG_PANELS: panels
                case SG_BLOCKS: blocks
                case SG_TILES: tiles
                default: digitTiles
                }
            }
            set {
                switch layout {
                case SG_PANELS: panels = newValue
                case SG_BLOCKS: blocks = newValue
                case SG_TILES: tiles = newValue
                default: digitTiles = newValue
                }
            }
        }

        /// Lays out these columns, a range that starts at a multiple of 32.
        func layOut(_ input: Input, _ layouts: Layouts, columns: Range<Int>, _ functions: UnsafePointer<sg_kernels>) {
            for layout in Layouts.all where layouts.contains(layout) {
                functions.pointee.lay_out(
                    layout, input.x, Int64(input.stride), Int64(input.tokens), Int64(input.columns),
                    Int64(columns.lowerBound), Int64(columns.upperBound), self[layout])
            }
        }
    }

    private let copies: UnsafeMutablePointer<Copy>
    private var blocks: [[PageBlock?]]  // (thread, layout)

    init(threads: Int) {
        blocks = Array(repeating: Array(repeating: nil, count: Layouts.all.count), count: threads)
        copies = .allocate(capacity: threads)
        copies.initialize(repeating: Copy(), count: threads)
    }

    deinit { copies.deallocate() }

    /// Makes room for an input in the first `count` copies, none of which is ready then.
    func reserve(_ input: Input, _ layouts: Layouts, copies count: Int) -> UnsafeMutablePointer<Copy> {
        for layout in Layouts.all where layouts.contains(layout) {
            let needed = Int(sg_input_bytes(layout, Int64(input.tokens), Int64(input.columns)))
            for index in 0..<count where blocks[index][Int(layout.rawValue)].map({ $0.byteCount < needed }) ?? true {
                let block = PageBlock(byteCount: needed)
                blocks[index][Int(layout.rawValue)] = block
                copies[index][layout] = block.base
            }
        }
        for index in 0..<count { copies[index].isReady = false }
        return copies
    }
}
