// The course from its files: the ones that are in the program, or a folder Lessons/ on disk. Native only.
internal import JSONText
public import Lessons
public import Phrases

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
    internal import Glibc
#else
    internal import Darwin
    internal import Foundation
#endif

/// One text file of the course, as the build puts it into the program.
struct CourseFile: Sendable {
    let name: String
    let text: String
}

/// A file of the course that is not as it must be: which, where and what.
public struct CourseFileError: Error, Equatable, Sendable, Worded {
    public var file: String
    /// From 1; nil for the file as a whole.
    public var line: Int?
    public var what: Phrase

    public var phrase: Phrase { Phrase(same: file + (line.map { ":\($0)" } ?? "") + ": ") + what }
}

/// The texts of a course, by path from its folder.
struct CourseTexts {
    private let files: [String: String]

    /// Those that are in the program.
    static let shipped = CourseTexts(
        files: Dictionary(uniqueKeysWithValues: embeddedFiles.map { ($0.name, $0.text) }))

    init(files: [String: String]) { self.files = files }

    /// How many bytes of one file are read, and of all together.
    private static let (limitBytes, limitTogether) = (16_000_000, 256_000_000)

    /// Those of a folder: `course.yaml` and one folder for each lesson.
    init(folder path: String) throws(CourseFileError) {
        var files: [String: String] = [:]
        var left = Self.limitTogether
        for name in (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
        where name.hasSuffix(".yaml") || name.hasSuffix(".md") || name.hasSuffix(".json") {
            // What an editor keeps beside a file that is open is none of the course.
            if name.split(separator: "/").last?.first == "." { continue }
            // Asked for its kind and size before a byte is read.
            var status = stat()
            if stat(path + "/" + name, &status) == 0 {
                let kind = status.st_mode & S_IFMT
                if kind == S_IFDIR { continue }
                if kind != S_IFREG { throw CourseFileError(file: name, what: Phrase("it is no file", "不是檔案")) }
                if status.st_size > Self.limitBytes {
                    throw CourseFileError(
                        file: name,
                        what: Phrase(
                            "it has \(status.st_size) bytes; a file of a course may have \(Self.limitBytes)",
                            "有 \(status.st_size) 個位元組；課程的檔案最多 \(Self.limitBytes) 個"))
                }
                left -= Int(status.st_size)
                if left < 0 {
                    throw CourseFileError(
                        file: name,
                        what: Phrase(
                            "with it the folder has more than the \(Self.limitTogether) bytes that a course may have",
                            "加上它，資料夾超過課程最多的 \(Self.limitTogether) 個位元組"))
                }
            }
            guard let data = FileManager.default.contents(atPath: path + "/" + name),
                let text = String(validating: data, as: UTF8.self)
            else { throw CourseFileError(file: name, what: Phrase("it is not UTF-8", "不是 UTF-8")) }
            if markCost(text) > mostMarkCost { throw CourseFileError(file: name, what: tooManyAccents) }
            files[name] = text
        }
        self.files = files
    }

    subscript(name: String) -> String? { files[name] }

    /// Reads `course.yaml`.
    func contents() throws(CourseFileError) -> CourseContents {
        let course = try Tree("course.yaml", self)
        guard let english = course.value["title"]?["en"]?.string, let chinese = course.value["title"]?["zh-TW"]?.string
        else {
            throw CourseFileError(
                file: "course.yaml", what: Phrase("title needs en and zh-TW", "title 要有 en 與 zh-TW"))
        }
        var known: Set<[UInt8]> = []
        for (list, name) in ["lessons", "tests"].flatMap({ list in
            (course.value[list]?.array ?? []).compactMap { $0.string.map { (list, $0) } }
        }) where !known.insert(Array(name.utf8)).inserted {
            throw CourseFileError(
                file: "course.yaml", line: course.line(of: list),
                what: Phrase("\(readable(name)) stands there a second time", "\(readable(name)) 重複了"))
        }
        let folders = { (name: String) in (course.value[name]?.array ?? []).compactMap { $0.string } }
        return CourseContents(
            title: Phrase(english, chinese), version: course.value["version"]?.string ?? "1",
            lessons: folders("lessons"), tests: folders("tests"))
    }
}

/// What `course.yaml` says.
struct CourseContents {
    var title: Phrase
    var version: String
    /// Folders, in order: of the lessons, and of the forms of the test.
    var lessons: [String]
    var tests: [String]
}

/// What becomes of the exercises that a lesson hides (`hidden: true`): a course leaves them out, to come in a pack of their
/// own; whoever writes them wants them all.
public enum HiddenExercises: Sendable { case leftOut, included }

extension Course {
    /// The course that is in the program, with the exercises of a pack.
    public static func shipped(with pack: Pack? = nil) throws(CourseFileError) -> Course {
        try Course(.shipped, with: pack)
    }

    /// The course of a folder: `course.yaml` and one folder for each lesson.
    public static func folder(
        _ path: String, with pack: Pack? = nil, hidden: HiddenExercises = .leftOut
    ) throws(CourseFileError) -> Course {
        try Course(try CourseTexts(folder: path), with: pack, hidden: hidden)
    }

    /// The course of files that are in memory, by their paths from its folder.
    package static func files(_ files: [String: String]) throws(CourseFileError) -> Course {
        try Course(CourseTexts(files: files), hidden: .included)
    }

    init(
        _ files: CourseTexts, with pack: Pack? = nil, hidden: HiddenExercises = .leftOut
    ) throws(CourseFileError) {
        let contents = try files.contents()
        var lessons = try files.lessons(contents.lessons, hidden: hidden)
        if let pack { try pack.add(to: &lessons, version: contents.version) }
        self.init(
            title: contents.title, version: contents.version, lessons: try lessons.map(Self.lesson),
            forms: try files.lessons(contents.tests, hidden: hidden).map(Self.lesson))
    }

    private static func lesson(_ text: LessonText) throws(CourseFileError) -> Lesson {
        do throws(LessonError) { return try Lesson(text.tree, words: text.words) } catch {
            guard case .broken(let path, let what) = error else {
                throw CourseFileError(file: text.file, what: error.phrase)
            }
            if path == "en.md" { throw CourseFileError(file: text.folder + "/en.md", what: what) }
            throw CourseFileError(file: text.file, line: text.line(of: path), what: Phrase(same: path + ": ") + what)
        }
    }
}

/// A lesson as its files say it.
struct LessonText {
    var folder: String
    var tree: JSONValue
    var words: [String: Phrase]
    /// The file, for the line of a path; nil for a lesson of a pack.
    private var source: Tree?

    init(folder: String, tree: JSONValue, words: [String: Phrase], source: Tree? = nil) {
        (self.folder, self.tree, self.words, self.source) = (folder, tree, words, source)
    }

    var file: String { source?.file ?? folder }
    func line(of path: String) -> Int? { source?.line(of: path) }
}

extension CourseTexts {
    /// The lessons of these folders; one that has nothing but hidden exercises is left out with them.
    func lessons(_ folders: [String], hidden: HiddenExercises) throws(CourseFileError) -> [LessonText] {
        var lessons: [LessonText] = []
        for folder in folders {
            let tree = try Tree(folder + "/lesson.yaml", self)
            let text = LessonText(
                folder: folder, tree: try withRecords(tree, folder), words: try words(folder), source: tree)
            if let kept = hidden == .included ? text : text.withoutHidden() { lessons.append(kept) }
        }
        return lessons
    }
}

extension CourseTexts {
    /// The lesson's tree with the text of each record in the place of its file's name (`runs: x: {record: x.json}`).
    private func withRecords(_ tree: Tree, _ folder: String) throws(CourseFileError) -> JSONValue {
        guard let root = tree.value.object, let runs = root["runs"]?.object else { return tree.value }
        var read = JSONObject()
        for (name, run) in runs.members {
            guard let file = run["record"]?.string, let members = run.object else {
                _ = read.append(name, run)
                continue
            }
            guard let text = self[folder + "/" + file] else {
                throw CourseFileError(
                    file: tree.file, line: tree.line(of: "runs.\(name).record"),
                    what: Phrase("there is no file \(folder)/\(readable(file))", "沒有 \(folder)/\(readable(file)) 這個檔案"))
            }
            var filled = JSONObject()
            for (key, value) in members.members { _ = filled.append(key, key == "record" ? .string(text) : value) }
            _ = read.append(name, .object(filled))
        }
        var result = JSONObject()
        for (key, value) in root.members { _ = result.append(key, key == "runs" ? .object(read) : value) }
        return .object(result)
    }

    /// A lesson's words in both languages, by section.
    func words(_ folder: String) throws(CourseFileError) -> [String: Phrase] {
        let (english, chinese) = (try sections(folder + "/en.md"), try sections(folder + "/zh-TW.md"))
        var words: [String: Phrase] = [:]
        for key in Set(english.keys).union(chinese.keys) {
            words[key] = Phrase(english[key] ?? "", chinese[key] ?? "")
        }
        return words
    }

    /// The sections of a file of words: the title behind `# `, then `## key` and its text.
    private func sections(_ file: String) throws(CourseFileError) -> [String: String] {
        guard let text = self[file] else {
            throw CourseFileError(file: file, what: Phrase("there is no such file", "沒有這個檔案"))
        }
        var result: [String: String] = [:]
        var (key, body) = ("", [Substring]())
        let close = { (key: String, body: [Substring]) in
            if key.isEmpty { return }
            let lines = body.drop { $0.isEmpty }
            // A section of blank lines alone says nothing, and is there.
            let end = lines.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? lines.startIndex
            result[key] = lines[..<end].joined(separator: "\n")
        }
        for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("# ") {
                result["title"] = String(line.dropFirst(2))
            } else if line.hasPrefix("## ") {
                close(key, body)
                (key, body) = (String(line.dropFirst(3)), [])
                // A key is an id and a word or two. A longer one is no key, and costs seconds to be looked for.
                if key.utf8.count > 256 {
                    throw CourseFileError(
                        file: file, line: place + 1,
                        what: Phrase(
                            "a section's name has \(key.utf8.count) bytes; 256 are the most",
                            "章節的名稱有 \(key.utf8.count) 個位元組，最多 256 個"))
                }
                if result[key] != nil {
                    throw CourseFileError(
                        file: file, line: place + 1,
                        what: Phrase("the section \(key) stands here a second time", "\(key) 這一節重複了"))
                }
            } else {
                body.append(line)
            }
        }
        close(key, body)
        return result
    }
}
