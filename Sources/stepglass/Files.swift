// Reading and writing files: whole, with one clear line when it fails.
internal import JSONText
internal import ModelFiles
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Writes a whole file so that it is there completely or not at all. Where the same bytes are already, nothing is done.
func writeAtomically(_ bytes: [UInt8], to path: String, existing: Existing = .stays) throws {
    if existing == .stays, holds(path, bytes) { return }
    let file = try AtomicFile(path, existing: existing)
    try file.write(bytes)
    try file.commit()
}

/// Writes files that belong together: none has its name before all are on disk whole. Those that are there already with
/// the same bytes stay.
func writeTogether(_ files: [(name: String, bytes: [UInt8])], in folder: String, existing: Existing) throws {
    let made = try files.compactMap { (name, bytes) -> AtomicFile? in
        let path = folder + "/" + name
        if existing == .stays, holds(path, bytes) { return nil }
        let file = try AtomicFile(path, existing: existing)
        try file.write(bytes)
        try file.seal()
        return file
    }
    for file in made { try file.place() }
}

/// Writes a file under this name or, where another file has it, under the next one with a number (`head-2.png`).
///
/// - Returns: the path that it got.
func writeBeside(_ bytes: [UInt8], to path: String) throws -> String {
    if !fileExists(path) || holds(path, bytes) {
        try writeAtomically(bytes, to: path)
        return path
    }
    let name = lastSlash(path).map { path[path.utf8.index(after: $0)...] } ?? path[...]
    let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) ?? path.endIndex
    for number in 2... {
        let next = "\(path[..<dot])-\(number)\(path[dot...])"
        if !fileExists(next) || holds(next, bytes) {
            try writeAtomically(bytes, to: next)
            return next
        }
    }
    preconditionFailure("the numbers have no end")
}

/// Whether the file is there and has these very bytes.
private func holds(_ path: String, _ bytes: [UInt8]) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size == bytes.count,
        let file = try? MappedFile(path: path)
    else { return false }
    return withExtendedLifetime(file) { file.bytes.elementsEqual(bytes) }
}

/// Makes a folder and those above it.
func makeFolder(_ path: String) throws {
    var status = stat()
    if stat(path, &status) == 0 {
        if status.st_mode & S_IFMT == S_IFDIR { return }
        throw Failure(
            "cannot write into \(path): it is a file; choose a folder with -o", "無法寫入 \(path)：它是檔案；請用 -o 選擇資料夾")
    }
    if let slash = path.utf8.dropLast().lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex {
        try makeFolder(String(path[..<slash]))
    }
    if mkdir(path, 0o755) != 0 && errno != EEXIST {
        let reason = systemReason()
        throw Failure(
            "cannot make the folder \(path): \(reason.english); choose another place with -o",
            "無法建立資料夾 \(path)：\(reason.chinese)；請用 -o 另選一處")
    }
}

/// The names in a folder, sorted.
func names(in folder: String) throws -> [String] {
    guard let handle = opendir(folder) else {
        let reason = systemReason()
        throw Failure("cannot read \(folder): \(reason.english)", "無法讀取 \(folder)：\(reason.chinese)")
    }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// The bytes of a regular file; what is none is refused rather than waited for.
func fileSize(_ path: String) throws -> Int {
    var status = stat()
    if stat(path, &status) != 0 {
        let reason = systemReason()
        throw Failure("cannot read \(path): \(reason.english)", "無法讀取 \(path)：\(reason.chinese)")
    }
    if status.st_mode & S_IFMT != S_IFREG { throw Failure("\(path) is no file", "\(path) 不是檔案") }
    return Int(status.st_size)
}

/// When the file was last changed, in seconds; 0 where there is none.
func lastChange(_ path: String) -> Double {
    var status = stat()
    if stat(path, &status) != 0 { return 0 }
    #if canImport(Glibc)
        let time = status.st_mtim
    #else
        let time = status.st_mtimespec
    #endif
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Whether it is a symbolic link, wherever that leads.
func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
}

/// The path from the root; the path itself where there is no such file.
func absolutePath(_ path: String) -> String {
    guard let pointer = realpath(path, nil) else { return path }
    defer { free(pointer) }
    return String(cString: pointer)
}

func removeFile(_ path: String) throws {
    if unlink(path) != 0 {
        let reason = systemReason()
        throw Failure("cannot remove \(path): \(reason.english)", "無法移除 \(path)：\(reason.chinese)")
    }
}

func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Whether it is a file, or a link to one: no folder, pipe or device.
func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}

/// How much is read of what does not say how long it is: a pipe, a device.
private let streamLimit = 1 << 28

/// A whole file's bytes, up to `limit`. How large a file is it says itself, and one that is too large is not read.
func readFile(_ path: String, limit: Int = 1 << 30) throws -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw unreadable(path) }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var status = stat()
    let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    if isFile && status.st_size > limit { throw tooLarge(path, limit) }
    let most = isFile ? limit : min(limit, streamLimit)
    var bytes: [UInt8] = []
    if isFile { bytes.reserveCapacity(Int(status.st_size)) }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { throw unreadable(path) }
        if count == 0 { return bytes }
        bytes += chunk[..<count]
        if bytes.count > most { throw most < limit ? tooLong(path) : tooLarge(path, limit) }
    }
}

/// A file's lines without their ends. A file with more bytes or lines than the budget has is refused before it is parted.
func readLines(_ path: String, _ budget: ReadingBudget) throws -> [ArraySlice<UInt8>] {
    let bytes = try readFile(path, limit: budget.bytes)
    if bytes.count(where: { $0 == 0x0A }) > budget.items {
        throw Failure(
            inputName(path)
                + Phrase(
                    " has more than \(budget.items) lines; part it, and give each part a folder of its own with -o",
                    "超過 \(budget.items) 行；請分成幾份，各用 -o 指定自己的資料夾"))
    }
    return bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
}

private func tooLong(_ path: String) -> Failure {
    Failure(
        inputName(path)
            + Phrase(
                " gives more than \(streamLimit) bytes; save them to a file first, and name it here",
                "給了超過 \(streamLimit) 位元組；請先存成檔案，再指定該檔案"))
}

private func inputName(_ path: String) -> Phrase {
    path == "-" ? Phrase("standard input", "標準輸入") : Phrase(same: path)
}

private func tooLarge(_ path: String, _ limit: Int) -> Failure {
    if path == "-" {
        return Failure(
            inputName(path)
                + Phrase(" gives more than \(limit) bytes; give less", "給了超過 \(limit) 位元組；請給少一點"))
    }
    return Failure(
        "\(path) is larger than \(limit) bytes; it cannot be what is asked for",
        "\(path) 超過 \(limit) 位元組；不會是要找的檔案")
}

private func unreadable(_ path: String) -> Failure {
    let reason = systemReason()
    return Failure("cannot read \(path): \(reason.english)", "無法讀取 \(path)：\(reason.chinese)")
}

/// What is to be text is none.
func notText(_ name: Phrase) -> Phrase {
    Phrase(
        "\(name.english) is not UTF-8; convert it first (iconv -t utf-8)",
        "\(name.chinese)不是 UTF-8；請先轉換（iconv -t utf-8）")
}

/// A text argument: itself, or standard input when it is "-". Must be UTF-8 unless bytes are asked for.
func readText(_ argument: String) throws -> String {
    if argument != "-" { return argument }
    guard let text = String(validating: try readFile("-", limit: ReadingBudget.text.bytes), as: UTF8.self) else {
        throw Failure(notText(Phrase("standard input", "標準輸入")))
    }
    return text
}

/// The peak resident memory of this process in bytes.
func peakMemoryBytes() -> Int64 {
    var usage = rusage()
    #if os(Linux)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int64(usage.ru_maxrss) * 1024
    #else
        getrusage(RUSAGE_SELF, &usage)
        return Int64(usage.ru_maxrss)
    #endif
}

/// A variable of the environment, nil when absent or empty.
func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
}
