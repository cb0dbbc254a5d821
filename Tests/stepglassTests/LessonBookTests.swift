// The book: what the command writes, that a browser reads and answers it, and that what it saves is graded.
import Foundation
import JSONText
import TestTools
import Testing

private func script(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(name).path
}

@Suite(.serialized) struct LessonBookTests {
    @Test(.needs(.command)) func writesOneFileAndReplacesNone() throws {
        let place = try Workplace()
        let made = try place.stepglass("lesson", "book", "-o", "Book", "--lesson", "8")
        #expect(made.status == 0, "\(made.errors)")
        let bytes = try place.bytes("Book/index.html")
        #expect(bytes.starts(with: Array("<!doctype html>".utf8)))
        try place.stepglass("lesson", "book", "-o", "Book").expectOneLine(1, "a book that is there")
        #expect(try place.bytes("Book/index.html") == bytes)
        #expect(try place.stepglass("lesson", "book", "--one-file", "-o", "all.html").status == 0)
        // The engine and the model stand once; all lessons together add less than a megabyte.
        #expect(try place.bytes("all.html").count < bytes.count + 1_000_000)
        try place.stepglass("lesson", "book", "--lesson", "99", "-o", "none").expectOneLine(64, "no such lesson")
    }

    @Test(.needs(.command), .needs(.browser)) func itsFiguresSayWhatItsWordsSay() throws {
        let place = try Workplace()
        #expect(try place.stepglass("lesson", "book", "--one-file", "-o", "book.html").status == 0)
        let result = try runPython([script("book_figures.py"), place.path + "/book.html"])
        let failed = (result.text + result.errors).split(separator: "\n").filter { !$0.hasPrefix("ok ") }
        #expect(result.status == 0, "\(failed.joined(separator: "\n"))")
    }

    @Test(.needs(.command), .needs(.browser)) func aBrowserReadsAndAnswersIt() throws {
        let place = try Workplace()
        #expect(try place.stepglass("lesson", "book", "--one-file", "-o", "book.html", "--lesson", "8").status == 0)
        // Right answers of this student's variants, found by trying: the command tells none.
        let wanted = try place.answers(student: "amy", lesson: "8")
        let answers = try place.write("answers.json", Array(wanted.utf8))
        let result = try runPython(
            [script("living_book.py"), place.path + "/book.html", answers, place.path + "/kept.json"])
        let failed = (result.text + result.errors).split(separator: "\n").filter { !$0.hasPrefix("ok ") }
        #expect(result.status == 0, "\(failed.joined(separator: "\n"))")
        // What the browser kept is what it hands in; graded here it is right again.
        let kept = try JSONValue(parsing: try place.bytes("kept.json"))
        var json = JSONWriter()
        json.object { json in
            json.member("format", "stepglass-submission")
            json.member("version", 1)
            json.member("course", "1")
            json.member("student", kept["student"]?.string ?? "")
            json.key("attempts")
            json.value(kept["attempts"] ?? .null)
        }
        try place.write("Submissions/amy.json", json.bytes)
        try place.write("Submissions/broken.json", Array("no JSON".utf8))
        let graded = try place.stepglass("lesson", "grade", "Submissions", "-o", "Grades")
        #expect(graded.status == 0, "\(graded.errors)")
        let results = try JSONValue(parsing: try place.bytes("Grades/results.json"))["submissions"]?.array ?? []
        #expect(results.count == 2)
        #expect(results.first?["problem"]?.isNull == true, "\(String(describing: results.first?["problem"]))")
        #expect((results.first?["score"]?.double ?? 0) >= 8)
        #expect(results.last?["problemKind"]?.string == "no-json")
        for name in ["grades.csv", "canvas.csv", "report.html", "report.json"] {
            #expect(try !place.bytes("Grades/" + name).isEmpty)
        }
    }
}

extension Workplace {
    /// `{"student", "answers": {exercise: answer}}` for the exercises of lesson 8 whose answers a few tries find.
    fileprivate func answers(student: String, lesson: String) throws -> String {
        let tries: [(exercise: String, candidates: [String])] = [
            ("edge", (1...6).map { "\($0)" }), ("three-left", stride(from: 0.3, to: 1, by: 0.02).map { "top-p=\($0)" }),
            ("hotter", ["temperature=20"]), ("sliver", ["one"]), ("drawn", ["Lyon", "Nice", "Lille", "Metz", "Brest"]),
        ]
        var json = JSONWriter()
        try json.object { json in
            json.member("student", student)
            json.key("answers")
            try json.object { json in
                for (exercise, candidates) in tries {
                    let found = try candidates.first {
                        try stepglass("lesson", "check", exercise, $0, "--student", student).status == 0
                    }
                    json.member(exercise, try #require(found))
                }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
