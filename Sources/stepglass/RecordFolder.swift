// Where a run's record goes: a folder of its own, never one that holds another record.
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The folder that a command writes a record into.
enum RecordFolder {
    /// Named with -o. A record that is there already is replaced only with --force.
    case named(String, force: Bool)
    /// Not named: this folder if it does not exist yet, else the next of its name with a number (`paris-2`).
    case free(String)

    /// What `-o` and `--force` ask for; `standard` is the folder without -o.
    init(output: String?, force: Bool, standard: @autoclosure () -> String) {
        self = output.map { .named($0, force: force) } ?? .free(standard())
    }

    /// Makes the folder.
    ///
    /// - Parameter names: the files of a record.
    /// - Returns: the folder; whether files in it may be replaced; and what to tell the user when another was taken.
    func make(names: [String]) throws -> (path: String, replaces: Bool, note: Phrase?) {
        switch self {
        case .named(let path, let force):
            try makeFolder(path)
            for name in names where fileExists(path + "/" + name) {
                // Found out before a long run, not after it.
                if isFolder(path + "/" + name) {
                    throw Failure(
                        "cannot write \(path)/\(name): a folder of that name is in the way; choose another with -o",
                        "無法寫入 \(path)/\(name)：有同名的資料夾；請用 -o 另選一處")
                }
                if !force {
                    throw Failure(
                        "\(path) holds a record already (\(name)); choose another folder with -o, or replace it with --force",
                        "\(path) 已有一份紀錄（\(name)）；請用 -o 另選資料夾，或用 --force 取代它")
                }
            }
            return (path, force, nil)
        case .free(let path):
            // A folder that this call itself makes is nobody else's, not even a run's that began a moment ago.
            if try makeNewFolder(path) { return (path, false, nil) }
            if FolderClaim.isAbandoned(path, names: names) { return (path, false, nil) }
            for number in 2... {
                let next = "\(path)-\(number)"
                if try makeNewFolder(next) || FolderClaim.isAbandoned(next, names: names) {
                    return (
                        next, false,
                        Phrase("\(path) is taken; the record goes into \(next)", "\(path) 已被使用；紀錄寫入 \(next)")
                    )
                }
            }
            preconditionFailure("the numbers have no end")
        }
    }
}

/// Makes a folder that is not there yet, and those above it; false when something of its name is there.
private func makeNewFolder(_ path: String) throws -> Bool {
    if let slash = lastSlash(path), slash != path.startIndex { try makeFolder(String(path[..<slash])) }
    if mkdir(path, 0o755) == 0 { return true }
    if errno == EEXIST { return false }
    let reason = systemReason()
    throw Failure(
        "cannot make the folder \(path): \(reason.english); choose another place with -o",
        "無法建立資料夾 \(path)：\(reason.chinese)；請用 -o 另選一處")
}

/// The words of a prompt as a folder name: letters and digits of any script, joined by hyphens, at most 60 bytes. A prompt
/// without any is named by its characters' numbers: `u3f` for a question mark.
func slug(_ text: String) -> String {
    let name = hyphenated(text.lowercased(), byteCount: 60)
    if !name.isEmpty { return name }
    let numbers = text.unicodeScalars.prefix(8).map { "u" + String($0.value, radix: 16) }
    return numbers.isEmpty ? "empty" : numbers.joined(separator: "-")
}

/// The letters and digits of a text with their accents, hyphens in the place of all else between them, as far as a name of so
/// many bytes goes: what any file system and any link takes.
func hyphenated(_ text: String, byteCount: Int) -> String {
    var name = ""
    // Scalar by scalar: a letter of some scripts would take a slash behind it along.
    for scalar in text.unicodeScalars {
        let category = scalar.properties.generalCategory
        let isMark = category == .nonspacingMark || category == .spacingMark
        let isWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil || isMark
        if isWord && !isInvisible(scalar) && !(isMark && name.isEmpty) {
            if name.utf8.count + String(scalar).utf8.count > byteCount { break }
            name.unicodeScalars.append(scalar)
        } else if !name.isEmpty && name.utf8.last != UInt8(ascii: "-") {
            name += "-"
        }
    }
    while name.utf8.last == UInt8(ascii: "-") { name.unicodeScalars.removeLast() }
    return name
}
