// Memory for activations and caches: aligned, zeroed, and on huge pages where they are large.
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What is done when the system has no address space left for so many bytes: callers tell sizes beforehand and check
/// them, so this is beyond repair. Set once, by the program, before any work: it may say so in its own way.
public nonisolated(unsafe) var whenMemoryEnds: @Sendable (_ byteCount: Int) -> Never = {
    fatalError("out of memory: \($0) bytes")
}

/// A block of anonymous memory that belongs to one owner. Pages are only taken once they are touched.
public final class PageBlock: @unchecked Sendable {
    /// The first byte, at the start of a page.
    public let base: UnsafeMutableRawPointer
    /// Bytes of the block; at least 1.
    public let byteCount: Int

    /// Takes `byteCount` zeroed bytes from the system; ends the program when there is no address space for them.
    public init(byteCount: Int) {
        self.byteCount = max(byteCount, 1)
        // Room for a whole context costs address space only, so the system need not have the memory beforehand.
        let flags = MAP_PRIVATE | MAP_ANON | MAP_NORESERVE
        guard let base = mmap(nil, self.byteCount, PROT_READ | PROT_WRITE, flags, -1, 0), base != MAP_FAILED else {
            whenMemoryEnds(byteCount)
        }
        self.base = base
        #if os(Linux)
            let hugePage = 2 << 20
            if byteCount >= 4 * hugePage { madvise(base, byteCount, MADV_HUGEPAGE) }
        #endif
    }

    deinit { munmap(base, byteCount) }
}

/// Hands out memory for weights from large blocks: many small matrices lie together, on huge pages, so that a core
/// reads through them in one stream. Memory is given back when the last user lets go of the arena.
public final class WeightArena: @unchecked Sendable {
    private var blocks: [PageBlock] = []
    private var used = 0
    private static let blockBytes = 64 << 20
    private static let alignment = 64

    /// An arena without a block; the first matrix takes one.
    public init() {}

    /// `byteCount` zeroed bytes at a multiple of 64.
    func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let start = (used + Self.alignment - 1) / Self.alignment * Self.alignment
        if let block = blocks.last, start + byteCount <= block.byteCount {
            used = start + byteCount
            return block.base + start
        }
        let block = PageBlock(byteCount: max(Self.blockBytes, byteCount))
        blocks.append(block)
        used = byteCount
        return block.base
    }
}

/// A zeroed array of floats with a stable address.
public final class FloatBuffer: @unchecked Sendable {
    private let block: PageBlock
    /// The first float, at the start of a page; valid as long as the buffer lives.
    public let pointer: UnsafeMutablePointer<Float>
    /// How many floats there are.
    public let count: Int

    /// Takes `count` zeroed floats; ends the program when there is no address space for them.
    public init(count: Int) {
        self.count = count
        block = PageBlock(byteCount: count * MemoryLayout<Float>.stride)
        pointer = block.base.bindMemory(to: Float.self, capacity: max(count, 1))
    }
}
