// How much memory there is at all.
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Bytes of memory that this process may ever have, a container's limit respected; nil where the system does not say. A
/// system that has promised more than it has ends somebody's process without a word, so what is large is checked first.
public func installedMemory() -> Int? {
    #if hasFeature(Embedded)
        nil
    #else
        let (pages, pageBytes) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
        let (installed, overflows) = pages.multipliedReportingOverflow(by: pageBytes)
        guard pages > 0, pageBytes > 0, !overflows else { return nil }
        return min(installed, controlGroupMemory() ?? installed)
    #endif
}

#if !hasFeature(Embedded)
    /// memory.max of a version-2 control group holds bytes, or "max".
    private func controlGroupMemory() -> Int? {
        guard let file = fopen("/sys/fs/cgroup/memory.max", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 64)
        guard fgets(&line, 64, file) != nil else { return nil }
        return Int(String(decoding: line.prefix { $0 > 32 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
#endif
