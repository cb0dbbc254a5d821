// A file's bytes as read-only memory.

internal import Digests

#if canImport(Darwin)
    private import Darwin
#elseif canImport(Musl)
    private import Musl
#else
    private import Glibc
#endif

/// A file mapped read-only into memory, or bytes that are in memory already. Unmapped when the last user lets go.
///
/// The operating system ends a process that reads a page of a mapped file after another program cut the file short.
/// No check can prevent that; model files are written once, and a download appears under its name only when complete.
public final class MappedFile: Sendable {
    /// The path as it was given, or the name of the bytes in memory; messages quote it.
    public let name: String
    /// The whole file. Valid as long as this object lives: keep it in a variable or use `withExtendedLifetime`;
    /// `try MappedFile(path: p).bytes` alone is unmapped before it is read.
    public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    private let isMapped: Bool
    /// Keeps bytes alive that somebody else holds.
    private let owner: (any AnyObject & Sendable)?

    /// Maps the file at `path`. Throws ``ModelFileError/cannotOpen(file:reason:)`` with the system's reason,
    /// ``ModelFileError/notARegularFile(file:)`` for a folder, a pipe or a device.
    public init(path: String) throws(ModelFileError) {
        // Non-blocking, or opening a named pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0 { throw .cannotOpen(file: path, reason: Self.systemReason()) }
        defer { close(descriptor) }
        var status = stat()
        if fstat(descriptor, &status) != 0 { throw .cannotOpen(file: path, reason: Self.systemReason()) }
        if status.st_mode & S_IFMT != S_IFREG { throw .notARegularFile(file: path) }
        let size = Int(status.st_size)
        name = path
        owner = nil
        if size <= 0 {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            isMapped = false
            return
        }
        guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
            throw .cannotOpen(file: path, reason: Self.systemReason())
        }
        bytes = UnsafeRawBufferPointer(start: address, count: size)
        isMapped = true
    }

    /// Wraps bytes that never change: the model built into the command, a file that was handed over.
    ///
    /// - Parameter owner: who keeps the bytes alive; nil: they outlive this object.
    public init(memory: UnsafeRawBufferPointer, name: String, owner: (any AnyObject & Sendable)? = nil) {
        self.name = name
        self.owner = owner
        bytes = memory
        isMapped = false
    }

    /// The file at `path`, nil when there is none.
    static func ifPresent(path: String) throws(ModelFileError) -> MappedFile? {
        var status = stat()
        if stat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR) { return nil }
        return try MappedFile(path: path)
    }

    deinit {
        if isMapped { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
    }

    /// Tells the system that the pages of `part` are no longer needed in memory; they are read again if touched.
    public func release(_ part: UnsafeRawBufferPointer) {
        guard isMapped, let start = part.baseAddress else { return }
        let pageSize = UInt(sysconf(Int32(_SC_PAGESIZE)))
        // Whole pages only; the first and last may belong to neighbours, which lose nothing but time.
        let first = UInt(bitPattern: start) / pageSize * pageSize
        let end = UInt(bitPattern: start) + UInt(part.count)
        madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_DONTNEED)
    }

    fileprivate static func systemReason() -> String { String(cString: strerror(errno)) }
}

/// Throws ``ModelFileError/cannotOpen(file:reason:)`` when nothing is at `path`,
/// ``ModelFileError/notAFolder(folder:)`` when it is something else.
func requireFolder(_ path: String) throws(ModelFileError) {
    var status = stat()
    if stat(path, &status) != 0 { throw .cannotOpen(file: path, reason: MappedFile.systemReason()) }
    if status.st_mode & S_IFMT != S_IFDIR { throw .notAFolder(folder: path) }
}

extension MappedFile {
    /// The SHA-256 of the file's bytes as 64 hexadecimal digits. What has been read is given back as it goes: of a large
    /// model the packed weights alone are to stay in memory.
    public var sha256: String { Digests.sha256(of: bytes, pieceBytes: 4 << 20) { release($0) }.hexadecimal }
}
