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

/// Whether something of that name is there that is no empty file.
func holdsBytes(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && (status.st_mode & S_IFMT != S_IFREG || status.st_size > 0)
}

/// An empty file that is still to be written, for its owner alone to read, beside the one that it is going to be: one for
/// each caller, however many write at once.
///
/// - Throws: ``ClassError/cannotOpen(file:reason:)``.
func partialFile(_ path: String) throws(ClassError) -> String {
    for number in 1... {
        let partial = path + (number == 1 ? "" : ".\(number)") + ".part-\(getpid()).stepglass"
        do throws(ClassError) {
            try makeEmptyFile(partial)
            return partial
        } catch .exists { continue }
    }
    throw .exists(file: path)
}

/// Removes what was written of the file's copies and was never finished, whoever wrote it.
func removeParts(of path: String) {
    let (folder, name) = parted(path)
    guard let entries = opendir(folder) else { return }
    defer { closedir(entries) }
    while let entry = readdir(entries) {
        let found = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
        }
        if let found, isPart(found, of: name) { unlink(folder + "/" + found) }
    }
}

/// Whether a name is that of a part: `7b.class.part-12.stepglass`, `7b.class.2.part-12.stepglass`, `7b.class.book.part-12…`.
func isPart(_ found: String, of name: String) -> Bool {
    var rest = found.utf8[...]
    guard rest.starts(with: name.utf8) else { return false }
    rest = rest.dropFirst(name.utf8.count)
    let pieces = rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        .map { String(Substring($0)) }
    func isNumber(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
    let isOurs = pieces.count == 3 || pieces.count == 4 && (pieces[1] == "book" || isNumber(pieces[1]))
    return isOurs && pieces[0].isEmpty && pieces.last == "stepglass"
        && pieces[pieces.count - 2].utf8.starts(with: "part-".utf8) && isNumber(pieces[pieces.count - 2].dropFirst(5))
}

/// The folder and the name in it.
private func parted(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.utf8.index(after: slash)...]))
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
    try flush(parted(target).folder)
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
