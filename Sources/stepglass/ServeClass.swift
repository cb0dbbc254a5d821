// A class on this machine: `stepglass serve --class NAME`.
internal import ArgumentParser
internal import Classes
internal import LessonFiles
internal import Lessons
internal import Phrases
internal import Serving
internal import Viewer

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What only a class needs of `serve`.
struct ClassOptions: ParsableArguments {
    @Option(
        name: .customLong("class"),
        help: ArgumentHelp("Serve a class of that name: the course, done together.", valueName: "name"))
    var name: String?
    @Option(
        help: ArgumentHelp(
            "For a class: the address that others reach it by, or lan for all of this machine's.",
            valueName: "address"))
    var host: String?
    @Option(help: ArgumentHelp("For a class: put this backup in its place first.", valueName: "file"))
    var restore: String?
    @Option(
        help: ArgumentHelp("Do not serve the class: save a backup of it there, and end.", valueName: "file"))
    var backup: String?
    @Flag(help: "Do not serve the class: delete it wholly, and end.") var delete = false
    @Option(help: ArgumentHelp("For a class: where its file lies.", valueName: "folder"))
    var classes = "Output/classes"
    @Option(help: ArgumentHelp("For a class: a folder of lessons instead of the course inside.", valueName: "folder"))
    var lessons: String?
    @Option(help: ArgumentHelp("For a class: also the exercises of this pack.", valueName: "file"))
    var pack: String?

    func validate() throws {
        let isOfClass =
            host != nil || restore != nil || backup != nil || delete || lessons != nil || pack != nil
        if name == nil, isOfClass {
            throw ValidationError(
                Phrase(
                    "--host, --backup, --restore, --delete, --lessons and --pack belong to a class; add --class NAME",
                    "--host、--backup、--restore、--delete、--lessons 和 --pack 只用於班級；請加上 --class 名稱"))
        }
        if restore != nil, backup != nil || delete {
            throw ValidationError(
                Phrase(
                    "--restore puts a class back and serves it; --backup and --delete end without serving: take one",
                    "--restore 會還原班級並開始服務；--backup 和 --delete 做完就結束：請擇一"))
        }
        if let name, name.isEmpty || name.hasPrefix(".") || hasSlash(name) || name.utf8.count > 100 {
            throw ValidationError(
                Phrase(
                    "--class \(name) is no name for a file; choose one without / (try --class 7b)",
                    "--class \(name) 不能當檔名；請選不含 / 的名稱（例如 --class 7b）"))
        }
    }
}

/// Serves a class until a signal asks for the end; or saves or deletes one that nobody serves.
///
/// - Parameter shelf: the models of the engine that computes for all; nil: students' browsers do for themselves.
func serveClass(
    _ name: String, _ options: ClassOptions, _ secure: SecureOptions, _ shelf: ModelShelf?, port: Int, opens: Bool
) throws {
    if options.backup != nil || options.delete { return try put(name, options) }
    Interruption.begin(always: SIGTERM)
    raiseFileLimit()
    let source = CourseSource(folder: options.lessons, pack: options.pack)
    let course = try source.course()
    let store = try openClass(name, options, course)
    let checker = try AnswerChecker(course) { try source.classroom() }
    let server: ClassServer
    do {
        var place = try place(options, port)
        let proof = try secure.secrets(for: place.names, kept: KeptSecrets(besideClass: store.path))
        place.secrets = proof?.secrets
        let engine = try shelf.map { try EngineRoom(.ofClass, makeEngine: $0.engine) }
        let pages = ClassPages(
            room: try room(name), book: try book(source, course, beside: store.path),
            live: shelf == nil ? nil : try livePage())
        server = try ClassServer(store, checker, pages: pages, at: place, engine: engine) { grades in
            try gradeFiles(
                grades.map { GradeRow(file: name, grade: $0) }, course, Console.language, source.classroom())
        }
        tellFingerprint(proof?.secrets, areKnown: proof?.areKnown ?? false)
    } catch {
        store.close()
        throw error
    }
    do { try tell(server, store, opens: opens) } catch {
        server.stop()
        throw error
    }
    while !Interruption.isAsked { usleep(50_000) }
    server.stop()
    printOut(Phrase("The class is kept in \(store.path)", "班級已存在 \(store.path)"))
}

/// Saves a class, or deletes it.
private func put(_ name: String, _ options: ClassOptions) throws {
    let path = "\(options.classes)/\(name).class"
    if !fileExists(path) {
        throw Failure(
            "there is no class \(name): \(path) is not there (--classes names another folder)",
            "沒有 \(name) 這個班級：找不到 \(path)（用 --classes 指定別的資料夾）")
    }
    let store = try ClassStore.open(path)
    defer { store.close() }
    if let backup = options.backup {
        try store.backUp(to: backup)
        printOut(backup)
    }
    if options.delete {
        try store.deleteClass()
        try KeptSecrets(besideClass: store.path).remove()
        printOut(Phrase("\(store.path) is deleted", "已刪除 \(store.path)"))
    }
}

private func openClass(_ name: String, _ options: ClassOptions, _ course: Course) throws -> ClassStore {
    try makeFolder(options.classes)
    let path = "\(options.classes)/\(name).class"
    if let backup = options.restore {
        try ClassStore.restore(backup, to: path)
        // What cannot be opened here is no reason to be refused the next time.
        do { return try openClass(path, course) } catch {
            unlink(path)
            throw error
        }
    }
    if !fileExists(path) { return try ClassStore.make(path, name: name, course: course.version) }
    return try openClass(path, course)
}

private func openClass(_ path: String, _ course: Course) throws -> ClassStore {
    let store = try ClassStore.open(path)
    let made: String
    do { made = try store.facts().course } catch {
        store.close()
        throw error
    }
    if made != course.version {
        store.close()
        throw Failure(
            "\(path) was begun with version \(made) of the course, which is \(course.version); begin another class",
            "\(path) 是用課程第 \(made) 版開始的，現在是第 \(course.version) 版；請另開一班", code: 64)
    }
    return store
}

/// The student's book in an open file that has no name any more: it goes with the process.
private func book(
    _ source: CourseSource, _ course: Course, beside path: String
) throws -> (descriptor: Int32, bytes: UInt64, policy: String) {
    let progress = Progress(Phrase("writing", "寫入"))
    defer { progress.finish() }
    let name = "\(path).book.part-\(getpid()).stepglass"
    let file = try AtomicFile(name, existing: .isReplaced)
    var failure: (any Error)?
    let policy = try classBook(
        course: try bookCourse(folder: source.folder, pack: try source.readPack()),
        title: course.title[Console.language], engine: try PageEngine(try openModel(tinyName))
    ) { bytes in
        if failure != nil { return }
        do { try file.write(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
    let size = file.byteCount
    try file.commit()
    let descriptor = open(name, O_RDONLY | O_CLOEXEC)
    unlink(name)
    if descriptor < 0 { throw Failure("cannot read \(name)", "無法讀取 \(name)") }
    return (descriptor, UInt64(size), policy)
}

private func room(_ name: String) throws -> ServedPage {
    let page = try roomPage(title: name)
    return ServedPage(bytes: page.bytes, policy: page.policy)
}

private func place(_ options: ClassOptions, _ port: Int) throws -> ClassPlace {
    var place = ClassPlace()
    place.port = port
    switch options.host {
    case nil: break
    case "lan"?:
        place.address = "0.0.0.0"
        place.names = localAddresses()
        if place.names.isEmpty {
            throw Failure(
                "this machine is in no network; join one, or leave --host out", "這台電腦不在任何網路裡；請先連上網路，或拿掉 --host")
        }
    case let address?:
        place.address = address
        place.names = [address]
    }
    return place
}

private func tell(_ server: ClassServer, _ store: ClassStore, opens: Bool) throws {
    let facts = try store.facts()
    let students = server.address()
    printOut(Phrase("students: \(students)  code \(facts.room)", "學生：\(students)  教室碼 \(facts.room)"))
    let teacher = try server.teacherAddress()
    printOut(Phrase("teacher:  \(teacher)", "老師：\(teacher)"))
    if students.hasPrefix("http://127.0.0.1") {
        let example = localAddresses().first ?? "192.168.1.5"
        printNote(
            Phrase(
                "Only this machine reaches it. For a class: --host \(example), or --host lan.",
                "目前只有這台電腦連得到。要給全班用：--host \(example)，或 --host lan。"))
    } else if students.hasPrefix("http:") {
        printNote(
            Phrase(
                "Over plain HTTP, whoever is in the same network can read names, codes and answers; --tls hides them.",
                "一般 HTTP 在同一個網路裡可以被讀取，包括名字、教室碼和答案；用 --tls 可以加密。"))
    }
    if opens {
        do { try openInBrowser(teacher) } catch {
            printNote(Phrase("no browser could be opened; open the teacher's address yourself", "無法開啟瀏覽器；請自行開啟老師的網址"))
        }
    }
}

/// The addresses that this machine has in its networks (IPv4).
private func localAddresses() -> [String] {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&first) == 0 else { return [] }
    defer { freeifaddrs(first) }
    var (found, next) = ([String](), first)
    while let one = next?.pointee {
        next = one.ifa_next
        guard let address = one.ifa_addr, Int32(address.pointee.sa_family) == AF_INET,
            one.ifa_flags & UInt32(truncatingIfNeeded: IFF_LOOPBACK) == 0,
            one.ifa_flags & UInt32(truncatingIfNeeded: IFF_UP) != 0
        else { continue }
        var text = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
        let isText = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
            inet_ntop(AF_INET, &$0.pointee.sin_addr, &text, socklen_t(text.count)) != nil
        }
        if isText {
            found.append(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
    }
    return found
}

/// Each browser is a connection or two, and the standard limit is below what a school year needs.
private func raiseFileLimit() {
    var limit = rlimit()
    #if canImport(Glibc)
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        let kind = RLIMIT_NOFILE
    #endif
    guard getrlimit(kind, &limit) == 0 else { return }
    limit.rlim_cur = min(limit.rlim_max, 8_192)
    setrlimit(kind, &limit)
}
