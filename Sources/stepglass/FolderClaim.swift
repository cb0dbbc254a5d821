// One writer at a time in a folder: what a killed one left there is known by its names and goes when the next one comes.
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A folder that this process writes a set of files into. The system lets go of the claim when the process ends, however.
final class FolderClaim {
    private static let name = ".stepglass-writing"
    private let path: String
    private var descriptor: Int32
    private let slot: Int?

    /// Claims the folder and clears it of what writers that are no more left of `names`.
    ///
    /// - Parameter part: which part of the folder's files is claimed, where others may write the rest.
    /// - Throws: ``Failure`` where another process is writing there, or nothing can be written.
    init(_ folder: String, names: [String], part: String? = nil) throws {
        path = Self.claimFile(folder, part)
        descriptor = try Self.locked(path, folder)
        slot = addTemporaryFile(path)
        for left in Self.leftovers(in: folder, of: names) { unlink(folder + "/" + left) }
    }

    /// Whether the folder holds nothing but what a writer that is no more left there.
    static func isAbandoned(_ folder: String, names known: [String]) -> Bool {
        guard let all = try? names(in: folder), isClaim(folder + "/" + name) else { return false }
        let left = leftovers(in: folder, of: known)
        guard all.allSatisfy({ $0 == name || left.contains($0) }) else { return false }
        let descriptor = open(folder + "/" + name, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0 { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }

    /// Files of ours that were never completed: `trace.json.part-1234.stepglass`. Another user's is none, nor is what is no
    /// file, nor one whose number no process has.
    static func leftovers(in folder: String, of known: [String]) -> [String] {
        ((try? names(in: folder)) ?? []).filter { name in
            known.contains { isPart(name, of: stem($0)) } && isOwnFile(folder + "/" + name)
        }
    }

    /// What a file of that name is called while this process is writing it. The ending is ours: others, too, call a part of
    /// a file `.part-2024`.
    static func partName(_ name: String) -> String { stem(name) + "\(getpid())" + ending }

    private static func stem(_ name: String) -> String { name + ".part-" }

    private static let ending = ".stepglass"

    /// Whether a name is the beginning and the number of a process, spelled as we spell it.
    private static func isPart(_ name: String, of stem: String) -> Bool {
        let digits = name.utf8.dropFirst(stem.utf8.count).dropLast(ending.utf8.count)
        guard name.utf8.starts(with: stem.utf8), name.utf8.count > stem.utf8.count + ending.utf8.count,
            name.utf8.suffix(ending.utf8.count).elementsEqual(ending.utf8),
            let first = digits.first, first != 0x30, digits.count <= 7,
            digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { return false }
        return digits.reduce(0) { $0 * 10 + Int($1) - 0x30 } <= highestProcess
    }

    /// No Linux gives a higher number, and macOS ends at 99,998.
    private static let highestProcess = 1 << 22

    private static func isOwnFile(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_uid == geteuid()
    }

    private static func claimFile(_ folder: String, _ part: String?) -> String {
        folder + "/" + name + (part.map { "-" + $0 } ?? "")
    }

    /// Whether somebody claimed this part of the folder, and is at work or was killed: an empty file says so.
    static func isBegun(_ folder: String, part: String) -> Bool {
        isClaim(claimFile(folder, part))
    }

    private static func isClaim(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size == 0
    }

    /// Takes away the claim of a writer that was killed when all was done.
    static func forget(_ folder: String, part: String) {
        if isBegun(folder, part: part) { unlink(claimFile(folder, part)) }
    }

    private static func locked(_ path: String, _ folder: String) throws -> Int32 {
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
            if descriptor < 0 {
                let reason = systemReason()
                throw Failure(
                    "cannot write into \(folder): \(reason.english); choose another place with -o",
                    "無法寫入 \(folder)：\(reason.chinese)；請用 -o 另選一處")
            }
            // Ours has nothing in it.
            var status = stat()
            if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFREG || status.st_size != 0 {
                close(descriptor)
                throw Failure(
                    "\(path) is a file of somebody else's, and its name is the one that says who is writing; move it away, or choose another folder with -o",
                    "\(path) 不是 stepglass 的檔案，卻用了標示寫入者的名稱；請移走它，或用 -o 另選資料夾")
            }
            if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                let isTaken = errno == EWOULDBLOCK
                let reason = systemReason()
                close(descriptor)
                if isTaken {
                    throw Failure(
                        "another run is writing into \(folder); wait for its end, or choose another folder with -o",
                        "另一次執行正在寫入 \(folder)；請等它結束，或用 -o 另選資料夾")
                }
                throw Failure(
                    "cannot claim \(folder): \(reason.english); choose another place with -o",
                    "無法占用 \(folder)：\(reason.chinese)；請用 -o 另選一處")
            }
            // Whoever had it may have taken the file away in between: then this is no longer what the others see.
            var (ours, theirs) = (stat(), stat())
            if fstat(descriptor, &ours) == 0, lstat(path, &theirs) == 0, ours.st_ino == theirs.st_ino {
                return descriptor
            }
            close(descriptor)
        }
    }

    /// Gives the folder free.
    func end() {
        if descriptor < 0 { return }
        unlink(path)
        close(descriptor)
        descriptor = -1
        forgetTemporaryFile(slot)
    }

    deinit { end() }
}
