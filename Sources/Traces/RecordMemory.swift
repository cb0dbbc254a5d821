// Memory for what a run records: large blocks straight from the system, in huge pages where Linux has them.
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// One block of bytes. Fresh blocks of 1 MB and more take no memory until they are written to.
struct RecordBlock {
    let start: UnsafeMutableRawPointer
    let byteCount: Int
    private let isMapped: Bool

    private static let mapFromBytes = 1 << 20

    init(byteCount: Int) {
        self.byteCount = byteCount
        if byteCount >= Self.mapFromBytes, let mapped = Self.map(byteCount) {
            start = mapped
            isMapped = true
        } else {
            start = .allocate(byteCount: max(byteCount, 1), alignment: 64)
            isMapped = false
        }
    }

    private static func map(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        #if os(Linux)
            let anonymous = MAP_PRIVATE | MAP_ANONYMOUS
        #else
            let anonymous = MAP_PRIVATE | MAP_ANON
        #endif
        guard let mapped = mmap(nil, byteCount, PROT_READ | PROT_WRITE, anonymous, -1, 0), mapped != MAP_FAILED else {
            return nil
        }
        #if os(Linux)
            // A page fault costs about as much as writing the page; huge pages make 512 times fewer of them. Where the
            // kernel has none, the advice is refused and nothing changes.
            _ = madvise(mapped, byteCount, 14)  // MADV_HUGEPAGE, which Glibc's module map leaves out
        #endif
        return mapped
    }

    func free() {
        if isMapped { munmap(start, byteCount) } else { start.deallocate() }
    }
}
