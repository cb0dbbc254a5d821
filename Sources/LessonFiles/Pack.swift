// Exercises that a course leaves out: a lesson marks them `hidden: true`, and whoever teaches gives them out, or grades with
// them, in a file of their own.
internal import JSONText
internal import Lessons
internal import Phrases

/// The hidden exercises of a course:
/// `{"format": "stepglass-pack", "version": 1, "course": "1", "lessons": [{"tree", "words"}]}`, each lesson with its hidden
/// exercises alone, or whole where it has no others.
public struct Pack: Sendable {
    private let file: String
    private let course: String
    private let lessons: [LessonText]

    static let format = "stepglass-pack"

    /// A pack from its file's bytes.
    ///
    /// - Parameter file: what it is called in messages.
    public init(parsing bytes: [UInt8], file: String) throws(CourseFileError) {
        let broken = { (what: Phrase) in CourseFileError(file: file, what: what) }
        let tree: JSONValue
        do throws(JSONError) { tree = try JSONValue(parsing: bytes) } catch {
            throw broken(Phrase("it is no JSON: \(error)", "不是 JSON：\(error)"))
        }
        guard tree["format"]?.string == Self.format, tree["version"]?.int == 1, let course = tree["course"]?.string,
            let list = tree["lessons"]?.array
        else {
            throw broken(
                Phrase(
                    "it is no pack of exercises; stepglass lesson pack makes one", "不是練習包；請用 stepglass lesson pack 製作"))
        }
        var lessons: [LessonText] = []
        for one in list {
            guard let tree = one["tree"], tree["id"]?.string != nil, let words = one["words"]?.object else {
                throw broken(Phrase("lesson \(lessons.count + 1) of it is not whole", "其中第 \(lessons.count + 1) 課不完整"))
            }
            var phrases: [String: Phrase] = [:]
            for (key, value) in words.members {
                phrases[key] = Phrase(value["en"]?.string ?? "", value["zh-TW"]?.string ?? "")
            }
            lessons.append(LessonText(folder: file, tree: tree, words: phrases))
        }
        (self.file, self.course, self.lessons) = (file, course, lessons)
    }

    /// Puts its exercises into the lessons they belong to; lessons of its own come behind the others.
    func add(to course: inout [LessonText], version: String) throws(CourseFileError) {
        var places: [String: Int] = [:]
        var numbers: [Int: String] = [:]
        for (place, lesson) in course.enumerated() {
            if let id = lesson.tree["id"]?.string, places[id] == nil { places[id] = place }
            if let number = lesson.tree["number"]?.int, numbers[number] == nil {
                numbers[number] = lesson.tree["id"]?.string ?? ""
            }
        }
        for lesson in lessons {
            let id = lesson.tree["id"]?.string ?? ""
            let number = lesson.tree["number"]?.int
            if let place = places[id] {
                if self.course != version {
                    throw CourseFileError(
                        file: file,
                        what: Phrase(
                            "it was made with version \(readable(self.course)) of the course, which is \(version)",
                            "它是課程第 \(readable(self.course)) 版做的，現在是第 \(version) 版"))
                }
                course[place].merge(lesson)
            } else if lesson.isPart {
                throw CourseFileError(
                    file: file,
                    what: Phrase(
                        "its exercises belong to lesson \(readable(id)), which this course has not; give the course's folder with --lessons",
                        "它的練習屬於 \(readable(id)) 這一課，這個課程沒有；請用 --lessons 指定課程的資料夾"))
            } else if let number, let other = numbers[number] {
                throw CourseFileError(
                    file: file,
                    what: Phrase(
                        "its lesson \(readable(id)) has the number of \(readable(other)); give it another one",
                        "它的 \(readable(id)) 這一課與 \(readable(other)) 編號相同；請換一個編號"))
            } else {
                places[id] = course.count
                if let number { numbers[number] = id }
                course.append(lesson)
            }
        }
    }

    /// The pack of all hidden exercises of a folder of lessons; nil where none is hidden.
    public static func bytes(ofFolder path: String) throws(CourseFileError) -> (bytes: [UInt8], exercises: Int)? {
        let files = try CourseTexts(folder: path)
        // What a course would refuse is refused here, with its line.
        _ = try Course(files, hidden: .included)
        let contents = try files.contents()
        let hidden = try files.lessons(contents.lessons, hidden: .included).compactMap { $0.onlyHidden() }
        if hidden.isEmpty { return nil }
        var json = JSONWriter()
        json.object { json in
            json.member("format", format)
            json.member("version", 1)
            json.member("course", contents.version)
            json.array("lessons") { json in for lesson in hidden { json.value(lesson) } }
        }
        return (json.bytes, hidden.reduce(0) { $0 + ($1.tree["exercises"]?.array?.count ?? 0) })
    }
}
