// Where the course comes from, for every command that works with it.
internal import ArgumentParser
internal import Generation
internal import Kernels
internal import LessonFiles
internal import Lessons
internal import Phrases
internal import Requests

struct CourseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A folder of lessons instead of the course inside the command.", valueName: "folder"))
    var lessons: String?
    @Option(
        help: ArgumentHelp(
            "Also the exercises of this pack, made by stepglass lesson pack.", valueName: "file"))
    var pack: String?
    @OptionGroup var language: LanguageOptions

    var source: CourseSource { CourseSource(folder: lessons, pack: pack) }
    func classroom() throws -> Classroom { try source.classroom() }
}

/// A course by where it lies.
struct CourseSource: Sendable {
    var folder: String?
    var pack: String?
    /// What becomes of hidden exercises of the folder.
    var hidden = HiddenExercises.leftOut

    /// A pack of a few exercises is small.
    private static let limitPack = 10_000_000

    func readPack() throws -> Pack? {
        try pack.map { try Pack(parsing: try readFile($0, limit: Self.limitPack), file: $0) }
    }

    func course() throws -> Course {
        let pack = try readPack()
        return try folder.map { try Course.folder($0, with: pack, hidden: hidden) } ?? Course.shipped(with: pack)
    }

    /// A classroom of its own: its models are made for it.
    func classroom() throws -> Classroom {
        var models: [String: LanguageModel] = [:]
        let compute = Compute(threads: 1)
        return Classroom(try course()) { (run) throws(LessonError) in
            if run.model.isEmpty { return try lessonTrace(run, with: nil) }
            if models[run.model] == nil {
                do {
                    let opened = try openModel(run.model)
                    models[run.model] = try LanguageModel(opened.source, name: opened.name, compute: compute)
                } catch { throw .run(words(of: error)) }
            }
            return try lessonTrace(run, with: models[run.model])
        }
    }
}
