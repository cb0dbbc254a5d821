// A file that is there whole or not at all.
internal import ModelFiles
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What becomes of a file that stands where another is to go.
enum Existing {
    /// It stays, and the other is not written.
    case stays
    case isReplaced
}

/// A file that appears under its name only when it is complete. Dropped without `commit`, it leaves nothing behind.
final class AtomicFile {
    private let path: String
    private let existing: Existing
    private let temporary: String
    private var descriptor: Int32
    private var isSealed = false
    private var slot: Int?
    private(set) var byteCount = 0

    /// - Parameter isPrivate: whether its owner alone may read it.
    /// - Throws: ``Failure`` when it cannot be written there, or would take another file's place and may not.
    init(_ given: String, existing: Existing = .stays, isPrivate: Bool = false) throws {
        self.existing = existing
        path = try Self.followed(given)
        let (folder, name) = Self.parts(path)
        temporary = folder + FolderClaim.partName(name)
        descriptor = -1
        if let kind = Self.obstacle(path) {
            throw Failure(
                "cannot write \(given): \(kind.english) of that name is in the way; choose another place with -o",
                "無法寫入 \(given)：有同名的\(kind.chinese)；請用 -o 另選一處")
        }
        if existing == .stays && fileExists(path) { throw Self.taken(given) }
        FolderClaim.clearLeftovers(in: folder.isEmpty ? "." : folder, of: [name])
        // On the list before it is there: a signal may come in between.
        slot = addTemporaryFile(temporary)
        descriptor = Self.begin(temporary, isPrivate ? 0o600 : 0o644)
        if descriptor < 0 {
            let reason = systemReason()
            throw Failure(
                "cannot write \(given): \(reason.english); choose another place with -o",
                "無法寫入 \(given)：\(reason.chinese)；請用 -o 另選一處")
        }
    }

    /// A link stays one: the file it leads to is written.
    private static func followed(_ given: String) throws -> String {
        guard let pointer = realpath(given, nil) else { return given }
        defer { free(pointer) }
        if let path = String(validatingCString: pointer) { return path }
        // Repaired to text, the name would be that of another file. Where a folder above alone has such a name, no link
        // is to be followed.
        if !isLink(given) { return given }
        throw Failure(
            "cannot write \(given): it is a link to a file whose name is not UTF-8; choose another place with -o",
            "無法寫入 \(given)：它連結到的檔案，名稱不是 UTF-8；請用 -o 另選一處")
    }

    /// A new file that is locked for as long as it is being written; less than 0: errno says why there is none.
    private static func begin(_ temporary: String, _ mode: mode_t) -> Int32 {
        while true {
            // Left by a process of the same number that was killed.
            unlink(temporary)
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
            // Where a file system has no locks, there is none to be had.
            if descriptor < 0 || flock(descriptor, LOCK_EX) != 0 { return descriptor }
            // Between the two somebody may have taken it for one that is left.
            var (ours, theirs) = (stat(), stat())
            if fstat(descriptor, &ours) == 0, lstat(temporary, &theirs) == 0, ours.st_ino == theirs.st_ino {
                return descriptor
            }
            close(descriptor)
        }
    }

    /// A path as the folder, with its slash, and the name in it.
    private static func parts(_ path: String) -> (folder: String, name: String) {
        guard let slash = lastSlash(path) else { return ("", path) }
        let name = path.utf8.index(after: slash)
        return (String(path[..<name]), String(path[name...]))
    }

    /// What stands where the file is to go, when a file must not take its place.
    private static func obstacle(_ path: String) -> Phrase? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG, S_IFLNK: return nil
        case S_IFDIR: return Phrase("a folder", "資料夾")
        default: return Phrase("a device, pipe or socket", "裝置、管線或 socket")
        }
    }

    deinit { discard() }

    func write(_ bytes: some Collection<UInt8>) throws {
        if !writeAll(descriptor, bytes) { throw failed() }
        byteCount += bytes.count
    }

    /// Puts other bytes in the place of some that are written.
    func overwrite(at offset: Int, _ bytes: [UInt8]) throws {
        if pwrite(descriptor, bytes, bytes.count, off_t(offset)) != bytes.count { throw failed() }
    }

    /// Maps what is written so far.
    func written() throws -> MappedFile { try MappedFile(path: temporary) }

    /// The SHA-256 of what is written so far.
    func hash() throws -> String? { byteCount == 0 ? nil : try written().sha256 }

    /// Puts the file in its place.
    func commit() throws {
        try seal()
        try place()
    }

    /// Has the file on disk whole, under its other name still.
    func seal() throws {
        let synced = fsync(descriptor) == 0 || errno == EINVAL
        let closed = close(descriptor) == 0
        descriptor = -1
        if !synced || !closed { throw failed() }
        isSealed = true
    }

    /// Gives a sealed file its name.
    func place() throws {
        isSealed = false
        switch existing {
        case .isReplaced: if rename(temporary, path) != 0 { throw failed() }
        case .stays: try putWhereNothingIs()
        }
        forgetTemporaryFile(slot)
        slot = nil
    }

    /// A link refuses a name that somebody took in the meantime, as renaming would not. Where the file system has no
    /// links, a look has to do.
    private func putWhereNothingIs() throws {
        if link(temporary, path) == 0 {
            unlink(temporary)
        } else if errno == EEXIST || fileExists(path) {
            unlink(temporary)
            discard()
            throw Self.taken(path)
        } else if rename(temporary, path) != 0 {
            throw failed()
        }
    }

    private static func taken(_ path: String) -> Failure {
        Failure(
            "\(path) is there already; choose another name, or replace it with --force",
            "\(path) 已存在；請另取名稱，或用 --force 取代它")
    }

    /// Takes the file away and says why it is not there.
    private func failed() -> Failure {
        let reason = systemReason()
        unlink(temporary)
        discard()
        return Failure(
            "cannot write \(path): \(reason.english); no part of it was left behind",
            "無法寫入 \(path)：\(reason.chinese)；沒有留下任何部分")
    }

    private func discard() {
        if descriptor >= 0 || isSealed {
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
            isSealed = false
            unlink(temporary)
        }
        forgetTemporaryFile(slot)
        slot = nil
    }
}
