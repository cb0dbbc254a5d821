// The index of a batch: one line for each record that is complete. Whatever ends the process, what stands in it is whole.
internal import JSONText
internal import Phrases
internal import Traces

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A complete record, as the index tells it.
struct BatchEntry {
    var id: String
    var folder: String
    var request: String
    /// Bytes of its trace.json.
    var bytes: Int
    /// The line as it stands in the file, without its end.
    var line: [UInt8]

    /// A line of an index; nil for what is none.
    init?(_ line: ArraySlice<UInt8>) {
        guard let value = try? JSONValue(parsing: Array(line)), let id = value["id"]?.string,
            let folder = value["folder"]?.string, let request = value["request"]?.string,
            let bytes = value["bytes"]?.int, let first = folder.utf8.first, first != UInt8(ascii: "."),
            // By bytes: a slash with an accent on it is another character, and the same slash to the system.
            !folder.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 })
        else { return nil }
        (self.id, self.folder, self.request, self.bytes, self.line) = (id, folder, request, bytes, Array(line))
    }

    init(_ item: BatchItem, _ trace: Trace, bytes: Int) {
        (id, folder, request, self.bytes) = (item.id, item.folder, item.request, bytes)
        var json = JSONWriter()
        json.object { json in
            json.member("id", item.id)
            json.member("line", item.line)
            json.member("folder", item.folder)
            json.member("request", item.request)
            json.member("bytes", bytes)
            json.member("run", trace.run.rawValue)
            json.member("promptTokens", trace.prompt.tokens.count)
            json.member("tokens", trace.run == .generate ? trace.steps.count : 0)
            json.member("finish", trace.steps.last?.finish?.rawValue)
            json.member("text", trace.text)
            json.member("timeToFirstTokenSeconds", trace.metrics.timeToFirstTokenSeconds)
            json.member("timePerOutputTokenSeconds", trace.metrics.timePerOutputTokenSeconds)
        }
        line = json.bytes
    }

    /// Whether a line is the beginning of one that ``line`` writes, as a process leaves it that was killed.
    static func isCut(_ line: ArraySlice<UInt8>) -> Bool {
        var line = line
        // A machine that lost power may have kept the file's length and not its bytes.
        while line.last == 0 { line.removeLast() }
        let bytes = Array(line)
        // What is whole and no entry is somebody else's; an entry that lacks but its end is ours.
        if (try? JSONValue(parsing: bytes)) != nil { return BatchEntry(line) != nil }
        let (start, next) = (Array("{\"id\":\"".utf8), Array(",\"line\":".utf8))
        if bytes.count <= start.count { return start.starts(with: bytes) }
        if !bytes.starts(with: start) { return false }
        var place = start.count
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        let rest = bytes.dropFirst(place + 1).prefix(next.count)
        return next.starts(with: rest)
    }

    /// Refuses a record that was made from something else.
    func checkIsOf(_ item: BatchItem) throws {
        if request == item.request { return }
        throw Failure(
            "the index has a record of \(quotedName(id, limit: 60)) in \(folder), made from another prompt, other settings or another model; choose another folder with -o",
            "索引裡 \(quotedName(id, limit: 60)) 的紀錄（\(folder)）來自另一個提示、設定或模型；請用 -o 另選資料夾")
    }
}

/// The indexes of a batch's folder: all of them are read, one is written.
final class BatchIndex {
    let folder: String
    private let path: String
    private let claim: FolderClaim
    private var entries: [String: BatchEntry] = [:]
    private var folders: Set<String> = []
    /// Folders of records that an index has and that are not as it has them: they are made again.
    private var broken: Set<String> = []
    /// The claim of the record that is being made. It goes when the record has its line: a record with neither is no
    /// record of a batch.
    private var making: FolderClaim?
    /// The bytes of the index that is written: it never has more than are read.
    private var size = 0
    private static let part = "batch"
    private var descriptor: Int32 = -1

    /// Opens or makes the folder's index of a shard, and clears it of what a killed process left half written.
    init(_ folder: String, _ shard: Shard) throws {
        self.folder = folder
        path = folder + "/" + shard.indexName
        try makeFolder(folder)
        try Self.checkIsBatch(folder)
        // Before anything is written: what has the name and is somebody else's stays.
        _ = try Self.ownEntries(of: path)
        claim = try FolderClaim(folder, names: [shard.indexName], part: "\(shard.number)-of-\(shard.count)")
        var mine: [BatchEntry] = []
        for name in try names(in: folder) where Self.isIndex(name) {
            let isMine = name == shard.indexName
            let found = try isMine ? Self.ownEntries(of: path) : Self.entries(of: folder + "/" + name)
            for entry in found {
                if !Self.isWhole(entry, folder) {
                    broken.insert(entry.folder)
                    continue
                }
                add(entry)
                if isMine {
                    mine.append(entry)
                    FolderClaim.forget(folder + "/" + entry.folder, part: Self.part)
                }
            }
        }
        // Written anew where its end is half a line, or a record is gone: then it is made again, and has one line.
        let bytes = mine.reduce(into: [UInt8]()) { $0 += $1.line + [0x0A] }
        size = bytes.count
        if try !fileExists(path) || readFile(path, limit: ReadingBudget.promptIndex.bytes) != bytes {
            let file = try AtomicFile(path, existing: .isReplaced)
            try file.write(bytes)
            try file.commit()
        }
        descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0 { throw Self.unwritable(path) }
    }

    deinit { close() }

    /// Closes the file and gives the shard free.
    func close() {
        if descriptor < 0 { return }
        #if canImport(Glibc)
            _ = Glibc.close(descriptor)
        #else
            _ = Darwin.close(descriptor)
        #endif
        descriptor = -1
        making?.end()
        making = nil
        claim.end()
    }

    /// The record of an id, in whichever shard it was made.
    func entry(of id: String) -> BatchEntry? { entries[id] }

    /// Claims the folder of a record that is to be made, and clears it of one that a killed batch made there and had no
    /// line for yet.
    func begin(_ name: String) throws {
        making?.end()
        making = nil
        let place = folder + "/" + name
        try makeFolder(place)
        let isLeft = FolderClaim.isBegun(place, part: Self.part)
        making = try FolderClaim(place, names: [], part: Self.part)
        if isLeft { Self.removeRecord(place) }
    }

    /// The trace goes last: while it is there, the folder is not free.
    private static func removeRecord(_ place: String) {
        for name in recordNames.reversed() { unlink(place + "/" + name) }
    }

    /// Files that make a folder that of a record.
    private static let recordNames = ["trace.json", "trace.html", "attention.png"]

    /// Adds a record that is on disk. The line is there before this returns.
    func append(_ entry: BatchEntry) throws {
        size += entry.line.count + 1
        if !ReadingBudget.promptIndex.holds(bytes: Int64(size)) {
            Self.removeRecord(folder + "/" + entry.folder)
            throw BatchStop(
                failure: Failure(
                    "\(path) is full: it would have \(size) bytes; go on in another folder with -o",
                    "\(path) 已滿：會有 \(size) 個位元組；請用 -o 在另一個資料夾繼續"))
        }
        guard writeAll(descriptor, entry.line + [0x0A]), fsync(descriptor) == 0 || errno == EINVAL else {
            let failure = Self.unwritable(path)
            // Without a line it would be taken for somebody else's.
            Self.removeRecord(folder + "/" + entry.folder)
            throw BatchStop(failure: failure)
        }
        add(entry)
        making?.end()
        making = nil
    }

    private func add(_ entry: BatchEntry) {
        entries[entry.id] = entry
        folders.insert(entry.folder)
    }

    /// A name for a record's folder that no record has: `name`, or that with a number behind it.
    func freeFolder(_ name: String) -> String {
        if isFree(name) { return name }
        var number = 2
        while !isFree("\(name)-\(number)") { number += 1 }
        return "\(name)-\(number)"
    }

    /// Whether no complete record is in the folder, nor one that is not of this batch: that has no line in an index and
    /// no claim from a batch that was killed.
    private func isFree(_ name: String) -> Bool {
        if folders.contains(name) { return false }
        let place = folder + "/" + name
        // A record may be moved and a link left in its place: it is read there, and nothing is written.
        if isLink(place) { return false }
        return broken.contains(name) || FolderClaim.isBegun(place, part: Self.part)
            || !Self.recordNames.contains { fileExists(place + "/" + $0) || isLink(place + "/" + $0) }
    }

    /// Refuses a record that lacks a file which is asked for now: it was made when it was not.
    func check(_ entry: BatchEntry, has name: String) throws {
        let place = folder + "/" + entry.folder
        if fileExists(place + "/" + name) { return }
        let html = name == "trace.html"
        throw Failure(
            "the record in \(place) was made without \(name); "
                + (html ? "write it with stepglass export \(place) --to html" : "choose another folder with -o"),
            "\(place) 的紀錄製作時沒有 \(name)；"
                + (html ? "可用 stepglass export \(place) --to html 寫出" : "請用 -o 另選資料夾"))
    }

    private static func unwritable(_ path: String) -> Failure {
        let reason = systemReason()
        return Failure(
            "cannot write \(path): \(reason.english); once that is mended, the same command goes on from here",
            "無法寫入 \(path)：\(reason.chinese)；解決之後，同一個指令會接著做")
    }

    private static func isIndex(_ name: String) -> Bool { name.hasPrefix("index") && name.hasSuffix(".jsonl") }

    /// Refuses a folder that holds other things than a batch: records are written into it by names of their own.
    private static func checkIsBatch(_ folder: String) throws {
        let shown = try names(in: folder).filter { !$0.hasPrefix(".") && !$0.hasPrefix("index") }
        if shown.isEmpty { return }
        if try names(in: folder).contains(where: isIndex) { return }
        throw Failure(
            "\(folder) holds other files (\(readable(shown[0]))) and no index of a batch; choose another folder with -o",
            "\(folder) 有其他檔案（\(readable(shown[0]))），沒有批次的索引；請用 -o 另選資料夾")
    }

    /// The entries of an index. A last line without an end is half written, and none.
    private static func entries(of path: String) throws -> [BatchEntry] {
        // What is no file is refused, and not waited for.
        _ = try fileSize(path)
        return try readLines(path, .promptIndex).dropLast().compactMap { BatchEntry($0) }
    }

    /// The entries of the index that is written here, or written anew: refused where any line of it is none.
    private static func ownEntries(of path: String) throws -> [BatchEntry] {
        var status = stat()
        if lstat(path, &status) != 0 { return [] }
        if status.st_mode & S_IFMT == S_IFLNK {
            throw Failure(
                "\(path) is a link, and no index of a batch; remove it, or choose another folder with -o",
                "\(path) 是連結，不是批次的索引；請移除它，或用 -o 另選資料夾")
        }
        // What is no file is refused, and not waited for.
        _ = try fileSize(path)
        let lines = try readLines(path, .promptIndex)
        var entries: [BatchEntry] = []
        for (place, line) in lines.enumerated() {
            let isLast = place == lines.count - 1
            if !isLast, let entry = BatchEntry(line) {
                entries.append(entry)
            } else if line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }),
                !isLast || !BatchEntry.isCut(line)
            {
                throw Failure(
                    "\(path) line \(place + 1) is not of a batch's index; move the file away, or choose another folder with -o",
                    "\(path) 第 \(place + 1) 行不是批次索引的內容；請把檔案移開，或用 -o 另選資料夾")
            }
        }
        return entries
    }

    /// Whether the record is there as the index has it.
    private static func isWhole(_ entry: BatchEntry, _ folder: String) -> Bool {
        (try? fileSize(folder + "/" + entry.folder + "/trace.json")) == entry.bytes
    }
}
