// A course as one JSON text: what a book carries.
public import JSONText
internal import Phrases

extension Course {
    /// `{"title", "version", "lessons": [{"tree": lesson.yaml, "words": {key: {"en", "zh-TW"}}}], "tests": the same}`.
    ///
    /// - Throws: ``LessonError/broken(path:_:)`` for the first member that is not as it must be.
    public init(_ tree: JSONValue) throws(LessonError) {
        let members = try LessonMembers(tree, "", ["title", "version", "lessons", "tests"])
        self.init(
            title: Self.phrase(members["title"] ?? .null), version: try members.text("version"),
            lessons: try Self.lessons(members, "lessons"), forms: try Self.lessons(members, "tests"))
    }

    private static func lessons(_ members: LessonMembers, _ name: String) throws(LessonError) -> [Lesson] {
        var lessons: [Lesson] = []
        for value in try members.list(name) {
            let one = try LessonMembers(value, "\(name)[\(lessons.count)]", ["tree", "words"])
            var words: [String: Phrase] = [:]
            for (key, value) in try one.table("words") { words[key] = phrase(value) }
            lessons.append(try Lesson(one["tree"] ?? .null, words: words))
        }
        return lessons
    }

    private static func phrase(_ value: JSONValue) -> Phrase {
        Phrase(value["en"]?.string ?? "", value["zh-TW"]?.string ?? "")
    }
}
