// Lesson files that are no YAML, or more than a lesson needs of it: what is said, and on which line.
import JSONText
import Phrases
import Testing

@testable import LessonFiles

@Suite struct TreeTests {
    private func tree(_ text: String) throws(CourseFileError) -> Tree {
        try Tree("lesson.yaml", CourseTexts(files: ["lesson.yaml": text]))
    }

    @Test func eachLessonOnce() {
        for list in ["lessons: [a, b, a]\ntests: []", "lessons: [a]\ntests: [b, a]"] {
            let text = "title: {en: \"A\", zh-TW: \"甲\"}\nversion: \"1\"\n\(list)\n"
            let error = #expect(throws: CourseFileError.self) {
                _ = try CourseTexts(files: ["course.yaml": text]).contents()
            }
            #expect(error?.what.english == "a stands there a second time", "\(list)")
        }
    }

    @Test func textsNumbersListsAndMembers() throws {
        let tree = try tree(
            "id: loop\nminutes: 15\nquoted: '15'\nlist:\n  - 1.5\n  - ~\n  - {a: [x, y]}\nlong: >-\n  one\n  two\nempty:\n"
        )
        #expect(tree.value["id"] == .string("loop"))
        #expect(tree.value["minutes"] == .number("15"))
        #expect(tree.value["quoted"] == .string("15"))
        #expect(tree.value["list"]?.array?[0] == .number("1.5"))
        #expect(tree.value["list"]?.array?[1] == .string("~"))
        #expect(tree.value["list"]?.array?[2]["a"] == .array([.string("x"), .string("y")]))
        #expect(tree.value["long"] == .string("one two"))
        #expect(tree.value["empty"] == .string(""))
        #expect(tree.line(of: "minutes") == 2)
        #expect(tree.line(of: "list") == 4)
        #expect(tree.line(of: "list[1]") == 6)
        #expect(tree.line(of: "list[2].a[0]") == 7)
        #expect(tree.line(of: "list[2].nothing") == 7)
    }

    @Test(arguments: [
        ("", nil, "empty"), ("# nothing\n", nil, "empty"), ("a: [1, 2", 2, "no YAML"), ("a: 1\nb: 'x", 2, "no YAML"),
        ("a: 1\na: 2", 2, "second time"), ("a: &x 1", 1, "anchors"), ("a: 1\nb: *x", 2, "anchors"),
        ("- !!str 5", 1, "anchors"), ("a: 1\n---\nb: 2", 3, "second document"), ("? [a]\n: 1", 1, "key"),
        ("a:\n\tb: 1", 2, "no YAML"), ("a: \u{1}", nil, "no YAML"),
        (String(repeating: "[", count: 30) + String(repeating: "]", count: 30), 1, "nested"),
        (String(repeating: "[", count: 200_000), 1, "nested"),
        (
            "? \(String(repeating: "k", count: 20_000))\n: [" + String(repeating: "1,", count: 2_000) + "1]", 2,
            "too long"
        ),
    ])
    func brokenFiles(text: String, line: Int?, words: String) throws {
        let problem = try #require(throws: CourseFileError.self) { try tree(text) }
        #expect(problem.file == "lesson.yaml")
        #expect(problem.line == line)
        #expect("\(problem.what)".contains(words), "\(problem.what)")
    }
}
