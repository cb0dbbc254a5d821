// The course as a book carries it: everything that the engine in the page needs, and none of what only lint needs.
internal import JSONText
internal import Lessons
internal import Phrases

/// The course of a folder, or the one in the program, as JSON (``Lessons/Course/init(_:)-json``). References and examples of
/// answers stay out of it: what is right is found by the engine, from the rules.
///
/// - Parameter lessons: only those of these numbers or names; empty: all.
public func bookCourse(folder: String?, lessons wanted: [String] = []) throws -> [UInt8] {
    let files = try folder.map { (path) throws(CourseFileError) in try CourseTexts(folder: path) } ?? .shipped
    // What a page would refuse is refused here, with its line.
    let course = try Course(files)
    let chosen = try wanted.isEmpty ? course.lessons.map(\.id) : wanted.map { try course.lesson($0).id }
    let contents = try files.contents()
    var json = JSONWriter()
    try json.object { json in
        json.key("title")
        json.value(contents.title)
        json.member("version", contents.version)
        let lessons = zip(contents.lessons, course.lessons).filter { chosen.contains($0.1.id) }.map { $0.0 }
        for (name, folders) in [("lessons", lessons), ("tests", wanted.isEmpty ? contents.tests : [])] {
            json.key(name)
            try json.array { json in for folder in folders { try json.lesson(folder, files) } }
        }
    }
    return json.bytes
}

extension JSONWriter {
    fileprivate mutating func lesson(_ folder: String, _ files: CourseTexts) throws(CourseFileError) {
        let (tree, words) = (try Tree(folder + "/lesson.yaml", files), try files.words(folder))
        object { json in
            json.key("tree")
            json.value(withoutAnswers(tree.value))
            json.object("words") { json in
                for (key, phrase) in words.sorted(by: { $0.key < $1.key }) {
                    json.key(key)
                    json.value(phrase)
                }
            }
        }
    }
}

/// A lesson's tree without the answers that lint tries.
private func withoutAnswers(_ tree: JSONValue) -> JSONValue {
    switch tree {
    case .array(let items): return .array(items.map(withoutAnswers))
    case .object(let object):
        var kept = JSONObject()
        for (key, value) in object.members where key != "reference" && key != "example" {
            _ = kept.append(key, withoutAnswers(value))
        }
        return .object(kept)
    default: return tree
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ phrase: Phrase) {
        object { json in for language in Language.allCases { json.member(language.rawValue, phrase[language]) } }
    }
}
