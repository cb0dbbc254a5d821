// The course as one page with the engine and the shipped model inside it.
internal import ArgumentParser
internal import LessonFiles
internal import Lessons
internal import Phrases
internal import Viewer

struct LessonBook: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "book", abstract: "Make the book of the course: one page that works from disk, in any browser.",
        discussion: """
            Examples:
              stepglass lesson book -o Book
              stepglass lesson book --one-file -o course.html --lesson 7 --lesson 8
              stepglass lesson book -o ExamBook --pack exam.json
            Copy it to a stick or to a school's page: it needs no network, no server and no installation. Exercises are \
            done and checked in it; what a student did is saved as a file for stepglass lesson grade.
            """)

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The folder to write index.html into; with --one-file, the file.", valueName: "path"))
    var output = "Book"
    @Flag(help: "Write one file of that name.") var oneFile = false
    @Option(
        name: .customLong("lesson"), help: ArgumentHelp("Only this lesson; may be repeated.", valueName: "number"))
    var only: [String] = []
    @Flag(help: "Replace the file that is there.") var force = false
    @OptionGroup var options: CourseOptions

    func run() throws {
        try reportingLessons {
            if !oneFile { try makeFolder(output) }
            let path = oneFile ? output : output + "/index.html"
            let size = try writeBook(to: path, options.source, lessons: only, existing: force ? .isReplaced : .stays)
            printOut("\(path) \(byteText(size)[Console.language])")
        }
    }
}

/// Writes the course as one page.
///
/// - Returns: its size in bytes.
func writeBook(to path: String, _ source: CourseSource, lessons: [String], existing: Existing) throws -> Int {
    let course = try bookCourse(folder: source.folder, lessons: lessons, pack: try source.readPack())
    let title = try source.course().title[Console.language]
    let engine = try PageEngine(try openModel(tinyName))
    let progress = Progress(Phrase("writing", "寫入"))
    defer { progress.finish() }
    let file = try AtomicFile(path, existing: existing)
    var failure: (any Error)?
    try bookPage(course: course, title: title, engine: engine) { bytes in
        if failure != nil { return }
        do { try file.write(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
    try file.commit()
    return file.byteCount
}
