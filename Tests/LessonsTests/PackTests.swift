// Hidden exercises: in no book and no list until their pack is given, and then as if they had always been there.
import JSONText
import Phrases
import TestTools
import Testing

@testable import LessonFiles
@testable import Lessons

@Suite struct PackTests {
    private static let lesson = "08-top-k-and-top-p"
    private static let exam = "21-exam"

    /// A folder of two lessons: the shipped lesson 8 with two exercises hidden, and an exam that is hidden whole.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let files = CourseTexts.shipped
        let course = "title: {en: Mine, zh-TW: 我的}\nversion: \"1\"\nlessons: [\(Self.lesson), \(Self.exam)]\n"
        try folder.write("course.yaml", Array(course.utf8))
        for name in ["en.md", "zh-TW.md"] {
            try folder.write("\(Self.lesson)/\(name)", Array(try #require(files["\(Self.lesson)/\(name)"]).utf8))
            let words = "# Exam\n\n## screen bet\nHow many?\n\n## exercise exam-kept\nHow many tokens are kept?\n"
            try folder.write("\(Self.exam)/\(name)", Array(words.utf8))
        }
        let yaml = try #require(files["\(Self.lesson)/lesson.yaml"])
            .replacing("  - id: sliver\n", with: "  - id: sliver\n    hidden: true\n")
            .replacing("  - id: hotter\n", with: "  - id: hotter\n    hidden: true\n")
        try folder.write("\(Self.lesson)/lesson.yaml", Array(yaml.utf8))
        let exam = """
            number: 21
            id: exam
            minutes: 5
            runs:
              board: {logits: [4, 3, 2, 1], labels: [A, B, C, D], settings: {top-p: 0.9}}
            screens:
              - {id: bet, exercises: [exam-kept]}
            exercises:
              - {id: exam-kept, kind: number, hidden: true, given: board, right: kept(top_p)}
            """
        try folder.write("\(Self.exam)/lesson.yaml", Array(exam.utf8))
        return folder
    }

    private func pack(_ folder: TemporaryFolder) throws -> (pack: Pack, text: String) {
        let made = try #require(try Pack.bytes(ofFolder: folder.path))
        #expect(made.exercises == 3)
        return (try Pack(parsing: made.bytes, file: "pack.json"), String(decoding: made.bytes, as: UTF8.self))
    }

    @Test func withoutThePackNothingTellsOfThem() throws {
        let folder = try folder()
        let course = try Course.folder(folder.path)
        #expect(course.lessons.map(\.number) == [8])
        #expect(course.lessons[0].exercise("sliver") == nil && course.lessons[0].exercise("edge") != nil)
        #expect(course.lessons[0].screens.allSatisfy { !$0.exercises.contains("sliver") })
        #expect(!lessonsJSON(course).split(separator: UInt8(ascii: "\"")).contains { $0.elementsEqual("sliver".utf8) })
        let book = String(decoding: try bookCourse(folder: folder.path), as: UTF8.self)
        #expect(!book.contains("exam-kept"))
        for id in ["sliver", "hotter"] { #expect(!book.contains("\"exercise \(id)") && !book.contains("\"\(id) hint")) }
        // What `sliver` is about is shown on no screen; a run that only it uses would tell.
        let tree = try JSONValue(parsing: Array(book.utf8))["lessons"]?.array?.first?["tree"]
        let runs = tree?["runs"]?.object?.members.map(\.key) ?? []
        #expect(runs.contains("hot") && runs.contains("sliver") == (tree?["values"]?["sliver-kept"] != nil))
    }

    @Test func thePackBringsThemBack() throws {
        let folder = try folder()
        let (pack, text) = try pack(folder)
        #expect(!text.contains("\"reference\":") && !text.contains("\"exercise edge\""))
        let course = try Course.folder(folder.path, with: pack)
        let whole = try Course.folder(folder.path, hidden: .included)
        #expect(course.points == whole.points && course.lessons.map(\.number) == [8, 21])
        for (lesson, wanted) in zip(course.lessons, whole.lessons) {
            #expect(Set(lesson.exercises.map(\.id)) == Set(wanted.exercises.map(\.id)))
            for (screen, other) in zip(lesson.screens, wanted.screens) {
                #expect(Set(screen.exercises) == Set(other.exercises), "\(screen.id)")
            }
        }
        // The shipped course takes the exam, too, and the same student has the same variant everywhere.
        let room = try classroom(course)
        #expect(try room.check(room.sit("exam-kept"), "3").isRight)
        #expect(
            try room.sit("hotter", student: "amy").variant == classroom(whole).sit("hotter", student: "amy").variant)
        let book = try Course(try JSONValue(parsing: try bookCourse(folder: folder.path, pack: pack)))
        #expect(book.points == course.points)
    }

    @Test func packsOfOtherCoursesSaySo() throws {
        let folder = try folder()
        let (pack, text) = try pack(folder)
        // Those of lesson 8 are in the shipped lesson already: an id that is there twice is found by lint.
        #expect(throws: CourseFileError.self) {
            try Course.folder(
                folder.path,
                with: Pack(parsing: Array(text.replacing("\"course\":\"1\"", with: "\"course\":\"2\"").utf8), file: "p")
            )
        }
        let other = text.replacing("\"id\":\"top-k-and-top-p\"", with: "\"id\":\"nowhere\"")
        let error = #expect(throws: CourseFileError.self) {
            try Course.folder(folder.path, with: Pack(parsing: Array(other.utf8), file: "p"))
        }
        #expect(error?.what.english.contains("nowhere") == true)
        let taken = text.replacing("\"number\":21", with: "\"number\":8")
        let second = #expect(throws: CourseFileError.self) {
            try Course.folder(folder.path, with: Pack(parsing: Array(taken.utf8), file: "p"))
        }
        #expect(second?.what.english.contains("another one") == true)
        for broken in [
            "", "{}", "[1]", "{\"format\":\"stepglass-pack\",\"version\":1,\"course\":\"1\",\"lessons\":[{}]}",
        ] {
            #expect(throws: CourseFileError.self) { try Pack(parsing: Array(broken.utf8), file: "p") }
        }
        _ = pack
    }

    @Test func aFolderThatHidesNothingHasNone() throws {
        let folder = try folder()
        let plain = try folder.bytes("\(Self.lesson)/lesson.yaml")
        let text = String(decoding: plain, as: UTF8.self).replacing("    hidden: true\n", with: "")
        try folder.write("\(Self.lesson)/lesson.yaml", Array(text.utf8))
        try folder.write(
            "course.yaml", Array("title: {en: a, zh-TW: b}\nlessons: [\(Self.lesson)]\n".utf8))
        #expect(try Pack.bytes(ofFolder: folder.path) == nil)
        let odd = text.replacing("  - id: sliver\n", with: "  - id: sliver\n    hidden: perhaps\n")
        try folder.write("\(Self.lesson)/lesson.yaml", Array(odd.utf8))
        let error = #expect(throws: CourseFileError.self) { try Course.folder(folder.path) }
        #expect(error?.what.english.contains("true or false") == true)
    }

    /// Lessons of a pack are found by their names, however many there are: this would not end.
    @Test func manyLessonsAreAddedOnce() throws {
        let lessons = (0..<50_000).map { place in
            #"{"tree":{"id":"l\#(place)","number":\#(place + 1)},"words":{"title":{"en":"t","zh-TW":"t"}}}"#
        }
        let file =
            #"{"format":"stepglass-pack","version":1,"course":"1","lessons":[\#(lessons.joined(separator: ","))]}"#
        let pack = try Pack(parsing: Array(file.utf8), file: "many.json")
        var course: [LessonText] = []
        try pack.add(to: &course, version: "1")
        #expect(course.count == 50_000)
        try pack.add(to: &course, version: "1")
        #expect(course.count == 50_000)
        #expect(throws: CourseFileError.self) { try pack.add(to: &course, version: "2") }
    }
}
