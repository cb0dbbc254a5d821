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
        Self.clearLeftovers(in: folder, of: names)
    }

    /// Removes what writers of these files that are no more left in a folder: one that is at work holds its lock.
    static func clearLeftovers(in folder: String, of names: [String]) {
        for left in leftovers(in: folder, of: names) {
            let path = folder + "/" + left
            let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            if descriptor < 0 { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
            close(descriptor)
        }
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

    /// Of a name that leaves no room for more the beginning, and a number made of all of it (FNV-1a).
    private static func stem(_ name: String) -> String {
        if name.utf8.count <= longestName { return name + ".part-" }
        let hash = name.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        var beginning = ""
        for scalar in name.unicodeScalars {
            if beginning.utf8.count + String(scalar).utf8.count > longestName - 17 { break }
            beginning.unicodeScalars.append(scalar)
        }
        return beginning + "~" + String(hash, radix: 16) + ".part-"
    }

    /// In bytes: file systems take 255, and seven digits and two endings come behind it.
    private static let longestName = 232
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
        return lstat(path, &status) == 0 && isClaim(status)
    }

    private static func isClaim(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFREG && status.st_size == 0 }

    /// Takes away the claim of a writer that was killed when all was done.
    static func forget(_ folder: String, part: String) {
        if isBegun(folder, part: part) { unlink(claimFile(folder, part)) }
    }

    private static func locked(_ path: String, _ folder: String) throws -> Int32 {
        while true {
            var status = stat()
            if lstat(path, &status) == 0 && !isClaim(status) {
                throw Failure(
                    "\(path) is no file of stepglass's, and has the name that says who is writing there; move it away, or choose another folder with -o",
                    "\(path) 不是 stepglass 的檔案，卻用了標示寫入者的名稱；請移走它，或用 -o 另選資料夾")
            }
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
            if descriptor < 0 {
                let reason = systemReason()
                throw Failure(
                    "cannot write into \(folder): \(reason.english); choose another place with -o",
                    "無法寫入 \(folder)：\(reason.chinese)；請用 -o 另選一處")
            }
            if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                let isTaken = errno == EWOULDBLOCK
                let reason = systemReason()
                close(descriptor)
                // Where there are no locks nobody holds it.
                if !isTaken { unlink(path) }
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
