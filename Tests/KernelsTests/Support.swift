// What the tests of this target share: seeded numbers, memory that ends at a forbidden page, the kernel sets by name.
import Kernels
import TestTools

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension SplitMix64 {
    /// About normal with variance 1: the sum of three uniform numbers in −1…1.
    mutating func normal() -> Float {
        (0..<3).reduce(0) { sum, _ in sum + Float.random(in: -1...1, using: &self) }
    }

    mutating func normals(_ count: Int, scale: Float = 1) -> [Float] { (0..<count).map { _ in scale * normal() } }
}

/// Memory of exactly `count` elements with a forbidden page behind it and one before: a kernel that reads or writes
/// past the end stops the test at once, one that writes up to 4 KB before the start does too where the start is one of
/// a page.
final class Guarded<Element> {
    let pointer: UnsafeMutablePointer<Element>
    let count: Int
    private let block: UnsafeMutableRawPointer
    private let blockBytes: Int

    /// `repeating` is what stands in every element at first.
    init(_ count: Int, repeating value: Element) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let bytes = count * MemoryLayout<Element>.stride
        let inner = (max(bytes, 1) + page - 1) / page * page
        blockBytes = inner + 2 * page
        block = mmap(nil, blockBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)!
        precondition(block != MAP_FAILED)
        mprotect(block, page, PROT_NONE)
        mprotect(block + page + inner, page, PROT_NONE)
        pointer = (block + page + inner - bytes).bindMemory(to: Element.self, capacity: count)
        pointer.initialize(repeating: value, count: count)
        self.count = count
    }

    convenience init(_ values: [Element]) {
        self.init(values.count, repeating: values[0])
        pointer.update(from: values, count: values.count)
    }

    deinit { munmap(block, blockBytes) }

    var array: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

/// Half of the distance from 1 to the next float: the largest relative error of one rounding.
let roundoff = 0x1p-24

/// The first place where two rows differ in their bits, nil when they are the same. Processors differ in the bits of what
/// is no number; `anyNaN` takes one for another.
func firstDifference(_ a: [Float], _ b: [Float], anyNaN: Bool = false) -> Int? {
    if a.count != b.count { return min(a.count, b.count) }
    return a.indices.first { a[$0].bitPattern != b[$0].bitPattern && !(anyNaN && a[$0].isNaN && b[$0].isNaN) }
}
