// The course as a book carries it: everything that the engine in the page needs, and none of what only lint needs.
internal import JSONText
internal import Lessons
internal import Phrases

/// The course of a folder, or the one in the program, as JSON (``Lessons/Course/init(_:)-json``). References and examples of
/// answers stay out of it, and exercises that are hidden: what is right is found by the engine, from the rules.
///
/// - Parameters:
///   - wanted: only the lessons of these numbers or names; empty: all.
///   - pack: hidden exercises that the book is to have after all.
public func bookCourse(folder: String?, lessons wanted: [String] = [], pack: Pack? = nil) throws -> [UInt8] {
    let files = try folder.map { (path) throws(CourseFileError) in try CourseTexts(folder: path) } ?? .shipped
    // What a page would refuse is refused here, with its line.
    let course = try Course(files, with: pack)
    let chosen = try wanted.isEmpty ? course.lessons.map(\.id) : wanted.map { try course.lesson($0).id }
    let contents = try files.contents()
    var lessons = try files.lessons(contents.lessons, hidden: .leftOut)
    try pack?.add(to: &lessons, version: contents.version)
    let tests = wanted.isEmpty ? try files.lessons(contents.tests, hidden: .leftOut) : []
    var json = JSONWriter()
    json.object { json in
        json.key("title")
        json.value(contents.title)
        json.member("version", contents.version)
        json.array("lessons") { json in
            for lesson in lessons where chosen.contains(lesson.tree["id"]?.string ?? "") { json.value(lesson) }
        }
        json.array("tests") { json in for form in tests { json.value(form) } }
    }
    return json.bytes
}

extension JSONWriter {
    /// `{"tree", "words"}`, without the answers that lint tries.
    mutating func value(_ lesson: LessonText) {
        object { json in
            json.key("tree")
            json.value(withoutAnswers(lesson.tree))
            json.object("words") { json in
                for (key, phrase) in lesson.words.sorted(by: { $0.key < $1.key }) {
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
