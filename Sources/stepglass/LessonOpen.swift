// Opens the book at a lesson in the browser.
internal import ArgumentParser
internal import Digests
internal import LessonFiles
internal import Lessons
internal import Phrases
internal import Requests

struct LessonOpen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open a lesson of the book in the browser.",
        discussion: """
            Examples:
              stepglass lesson open 8
              stepglass lesson open 8 --no-open
            The book is written once, into the cache; with -o into a folder of yours, where it stays the same when it is there.
            """)
    @Argument(help: "The lesson's number or name; without it, the contents.") var lesson: String?
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("A folder for the book, instead of the cache.", valueName: "folder"))
    var output: String?
    @Flag(name: .customLong("no-open"), help: "Print the address, and open nothing.") var staysClosed = false
    @OptionGroup var options: CourseOptions

    func run() throws {
        try reportingLessons {
            let course = try options.source.course()
            let lesson = try self.lesson.map { try course.lesson($0) }
            let path = try output.map { $0 + "/index.html" } ?? cachedPath()
            if !fileExists(path) {
                try makeFolder(String(path[..<path.lastIndex(of: "/")!]))
                _ = try writeBook(to: path, options.source, lessons: [], existing: .stays)
            }
            let address =
                fileAddress(path) + "#" + (lesson.map { "lesson=\($0.id)&" } ?? "")
                + "lang=\(Console.language.rawValue)"
            if staysClosed { return printOut(address) }
            do { try openInBrowser(address) } catch {
                throw Failure(
                    "no browser could be opened; open this address yourself: \(address)", "無法開啟瀏覽器；請自行開啟這個網址：\(address)"
                )
            }
            printOut(Phrase("opened \(address)", "已開啟 \(address)"))
        }
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
