// What a class's file needs of the system: a clock, and files that appear whole.

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The system's clock in milliseconds since 1970.
public let systemMilliseconds: @Sendable () -> Int64 = {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
}

private func systemReason() -> String { String(cString: strerror(errno)) }

/// An empty file that only its owner may read.
///
/// - Throws: ``ClassError/exists(file:)`` where one of that name is.
func makeEmptyFile(_ path: String) throws(ClassError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 {
        close(descriptor)
    } else {
        throw errno == EEXIST ? .exists(file: path) : .cannotOpen(file: path, reason: systemReason())
    }
}

func removeFile(_ path: String) { unlink(path) }

/// The name of a file that is still being written; what a killed process left there is gone.
func partialName(_ path: String) -> String {
    let partial = path + ".part-\(getpid()).stepglass"
    unlink(partial)
    return partial
}

/// Puts a complete file under its name, both on disk.
///
/// - Throws: ``ClassError/exists(file:)`` where one of that name is.
func finish(_ partial: String, _ target: String) throws(ClassError) {
    chmod(partial, 0o600)
    try flush(partial)
    var status = stat()
    if lstat(target, &status) == 0 { throw .exists(file: target) }
    if rename(partial, target) != 0 { throw .cannotOpen(file: target, reason: systemReason()) }
    let slash = target.utf8.lastIndex(of: UInt8(ascii: "/"))
    try flush(slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? ".")
}

/// Waits until a file or a folder is on disk.
private func flush(_ path: String) throws(ClassError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    let isFlushed = descriptor >= 0 && fsync(descriptor) == 0
    let reason = systemReason()
    if descriptor >= 0 { close(descriptor) }
    if !isFlushed { throw .cannotOpen(file: path, reason: reason) }
}

/// All bytes of a file.
func fileBytes(_ path: String) throws(ClassError) -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw .cannotOpen(file: path, reason: systemReason()) }
    defer { fclose(file) }
    var (bytes, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { break }
        bytes += chunk[..<count]
    }
    if ferror(file) != 0 { throw .cannotOpen(file: path, reason: systemReason()) }
    return bytes
}
