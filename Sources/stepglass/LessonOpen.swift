// Opens the book at a lesson in the browser.
internal import ArgumentParser
internal import Digests
internal import LessonFiles
internal import Lessons
internal import Phrases
internal import Requests
internal import Serving
internal import Viewer

struct LessonOpen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open a lesson of the book in the browser.",
        discussion: """
            Examples:
              stepglass lesson open 8
              stepglass lesson open 8 --no-open
              stepglass lesson open 8 --no-server
            The book is served with this machine's engine behind it until Ctrl-C, as by stepglass serve. With --no-server it \
            is a file with its engine inside, written once into the cache; with -o into a folder of yours, where it stays \
            the same when it is there.
            """)
    @Argument(help: "The lesson's number or name; without it, the contents.") var lesson: String?
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("A folder for the book, instead of the cache.", valueName: "folder"))
    var output: String?
    @Flag(name: .customLong("no-open"), help: "Print the address, and open nothing.") var staysClosed = false
    @Flag(name: .customLong("no-server"), help: "Open the book as a file that needs no server, and end.")
    var isFile = false
    @Option(help: ArgumentHelp("The port to serve at; 0 takes one that is free.", valueName: "number"))
    var port = 0
    @OptionGroup var options: CourseOptions

    func run() throws {
        try reportingLessons {
            let course = try options.source.course()
            let lesson = try self.lesson.map { try course.lesson($0) }
            let place = (lesson.map { "lesson=\($0.id)&" } ?? "") + "lang=\(Console.language.rawValue)"
            if !isFile && output == nil { return try serve(at: place) }
            let path = try output.map { $0 + "/index.html" } ?? cachedPath()
            if !fileExists(path) {
                if let slash = lastSlash(path) { try makeFolder(String(path[..<slash])) }
                _ = try writeBook(to: path, options.source, lessons: [], existing: .stays)
            }
            let address = fileAddress(path) + "#" + place
            if staysClosed { return printOut(address) }
            do { try openInBrowser(address) } catch {
                throw Failure(
                    "no browser could be opened; open this address yourself: \(address)", "無法開啟瀏覽器；請自行開啟這個網址：\(address)"
                )
            }
            printOut(Phrase("opened \(address)", "已開啟 \(address)"))
        }
    }

    /// The book with the engine behind it. What was done in it is saved by its reader, as in the file.
    private func serve(at place: String) throws {
        let source = options.source
        let course = try bookCourse(folder: source.folder, pack: try source.readPack())
        let page = try servedBook(course: course, title: try source.course().title[Console.language])
        try stepglass.serve(
            ServedPage(bytes: page.bytes, policy: page.policy), try ModelShelf(tinyName), port: port,
            fragment: "#" + place, opens: !staysClosed, records: nil)
    }

    /// A name of its own for every course and version of the program: a book that is there is the one that is meant.
    private func cachedPath() throws -> String {
        let source = options.source
        let course = try bookCourse(folder: source.folder, pack: try source.readPack())
        var code = ""
        for byte in sha256(of: course).bytes.prefix(6) { code += hexadecimal(byte).lowercased() }
        return "\(cacheFolder)/book-\(engineVersion)-\(code)-\(Console.language.rawValue).html"
    }
}

/// The address of a file on this machine.
func fileAddress(_ path: String) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
    return "file://"
        + absolutePath(path).utf8.map {
            plain.contains($0) ? String(UnicodeScalar($0)) : "%" + hexadecimal($0)
        }.joined()
}

func openInBrowser(_ address: String) throws {
    #if os(macOS)
        try runProgram(["open", address])
    #else
        try runProgram(["xdg-open", address])
    #endif
}
