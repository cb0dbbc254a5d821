// A teacher's tools: quizzes for other systems, packs, feedback, the report, the book's address.
import Foundation
import JSONText
import TestTools
import Testing

private let quizCheck = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("quiz_check.py").path

@Suite(.serialized) struct LessonToolTests {
    @Test(.needs(.command), .needs(.python)) func aQuizIsWhatTheSpecificationSays() throws {
        let place = try Workplace()
        let made = try place.stepglass("lesson", "export", "--to", "qti", "-o", "quiz.zip", "--seed", "amy")
        #expect(made.status == 0, "\(made.errors)")
        let checked = try runPython([quizCheck, place.path + "/quiz.zip"])
        #expect(checked.status == 0, "\(checked.errors)")
        let told = try JSONValue(parsing: Array(checked.text.utf8))
        #expect(told["quizzes"]?.array?.count == 28)
        let items = told["items"]?.array ?? []
        #expect(items.count > 90)
        // What the quiz calls right, the engine does; what it calls wrong, it does not.
        for item in items.filter({ $0["file"]?.string?.contains("top-k") == true }) {
            let id = try #require(item["title"]?.string)
            let answer = try #require(item["answer"]?.string)
            #expect(
                try place.stepglass("lesson", "check", id, answer, "--student", "amy").status == 0, "\(id) \(answer)")
            for wrong in item["wrong"]?.array?.compactMap(\.string) ?? [] {
                #expect(
                    try place.stepglass("lesson", "check", id, wrong, "--student", "amy").status == 2, "\(id) \(wrong)")
            }
        }
        #expect(items.contains { $0["text"]?.string?.contains("詞元") == true })
        try place.stepglass("lesson", "export", "--to", "qti", "-o", "quiz.zip", "--lesson", "8")
            .expectOneLine(1, "an archive that is there")
        try place.stepglass("lesson", "export", "--to", "word").expectOneLine(64, "no such form")
        let one = try place.stepglass(
            "lesson", "export", "--to", "qti", "-o", "one.zip", "--lesson", "8", "--lang", "zh-TW")
        #expect(one.status == 0 && one.text.contains("1 份測驗"), "\(one.text)")
        // The same seed, the same bytes.
        _ = try place.stepglass("lesson", "export", "--to", "qti", "-o", "again.zip", "--seed", "amy")
        #expect(try place.bytes("again.zip") == place.bytes("quiz.zip"))
    }

    /// `--` ends the options and is no part of the answer, which may begin with a minus sign.
    @Test(.needs(.command)) func anAnswerMayStandBehindTwoHyphens() throws {
        let place = try Workplace()
        for answer in ["none", "one", "share"] {
            let plain = try place.stepglass("lesson", "check", "sliver", answer)
            let behind = try place.stepglass("lesson", "check", "sliver", "--", answer)
            #expect(behind.status == plain.status && behind.text == plain.text, "\(behind.text)")
        }
        #expect(try place.stepglass("lesson", "check", "passes", "--", "-3").status == 2)
    }

    @Test(.needs(.command)) func feedbackIsTheStudentsOwn() throws {
        let place = try Workplace()
        let hostile = "<script>alert(1)</script>&\"'"
        try place.hand("Class/amy.json", student: "amy", language: "en", [("sliver", "none"), ("bet-kept", "more")])
        try place.hand("Class/bo.json", student: "bo", language: "zh-TW", [("sliver", "none"), ("sliver", "one")])
        try place.hand("Class/-rf \"x\";.json", student: hostile, language: "en", [("sliver", "one")])
        try place.hand(
            "Class/....json", student: "\u{202E}dots\n\u{1B}[31m", language: "klingon", [("sliver", "share")])
        try place.hand("Class/AMY.json", student: "cy", language: "en", [("sliver", "one")])
        try place.write("Class/broken.json", Array("{".utf8))
        let graded = try place.stepglass("lesson", "grade", "Class", "-o", "Grades")
        #expect(graded.status == 0, "\(graded.errors)")
        let names = place.names("Grades/feedback")
        #expect(names == ["AMY.html", "amy-2.html", "bo.html", "rf-x.html", "submission.html"], "\(names)")
        let page = { (name: String) in String(decoding: try place.bytes("Grades/feedback/" + name), as: UTF8.self) }
        let amy = try page("amy-2.html")
        #expect(amy.contains("not yet right") && amy.contains("always stays") && amy.contains("Hint: "))
        #expect(amy.contains("Read again: lesson 8, page 8") && amy.contains("a bet, 100 % on what came; no points"))
        #expect(amy.contains("lang=\"en\"") && amy.contains("lesson 1 (all"))
        let bo = try page("bo.html")
        #expect(bo.contains("lang=\"zh-TW\"") && bo.contains("答對") && bo.contains("一開始："))
        for name in names {
            let text = try page(name)
            #expect(!text.contains("<script") && !text.contains("\u{202E}") && !text.contains("\u{1B}"), "\(name)")
            #expect(text.contains("default-src 'none'"))
        }
        #expect(try page("rf-x.html").contains("&lt;script&gt;alert(1)"))
        // The same files again are no files in the way.
        try place.stepglass("lesson", "grade", "Class", "-o", "Grades").expectDone()
    }

    @Test(.needs(.command)) func aReportIsMadeAnew() throws {
        let place = try Workplace()
        for (name, answer) in [("amy", "none"), ("bo", "none"), ("cy", "one"), ("dee", "share")] {
            try place.hand("Class/\(name).json", student: name, language: "en", [("sliver", answer)])
        }
        _ = try place.stepglass("lesson", "grade", "Class", "-o", "Grades")
        let page = try place.bytes("Grades/report.html")
        let shown = try place.stepglass("lesson", "report", "Grades")
        #expect(shown.status == 0 && shown.text.contains("sliver") && shown.text.contains("2 × "), "\(shown.text)")
        #expect(shown.text.contains("always stays") && !shown.text.contains("empty"), "\(shown.text)")
        #expect(shown.text.contains("25 %"))
        #expect(shown.text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(shown.text)")
        #expect(try place.bytes("Grades/report.html") == page)
        // A submission that is struck out counts no more.
        let results = String(decoding: try place.bytes("Grades/results.json"), as: UTF8.self)
        let tree = try JSONValue(parsing: Array(results.utf8))
        var json = JSONWriter()
        json.object { json in
            json.array("submissions") { json in
                for one in tree["submissions"]?.array ?? [] where one["student"]?.string != "amy" { json.value(one) }
            }
        }
        try place.write("Grades/results.json", json.bytes)
        let chinese = try place.stepglass("lesson", "report", "Grades", "--lang", "zh-TW")
        #expect(chinese.text.contains("33 %") && chinese.text.contains("最常見的迷思"), "\(chinese.text)")
        #expect(chinese.text.contains("1 人：") && chinese.text.contains("一定留下"), "\(chinese.text)")
        #expect(String(decoding: try place.bytes("Grades/report.html"), as: UTF8.self).contains("最後答對"))
        try place.stepglass("lesson", "report", "Class").expectOneLine(64, "a folder without results")
        try place.write("Grades/results.json", Array("{\"submissions\":[{}]}".utf8))
        try place.stepglass("lesson", "report", "Grades").expectOneLine(1, "a broken file")
    }

    /// A class with all that can be wrong with its files: in the language that is asked for, whatever it was graded in, and
    /// without a word of the other one.
    @Test(.needs(.command)) func aReportSpeaksTheLanguageAskedFor() throws {
        let place = try Workplace()
        try place.hand("Class/1.json", student: "王小明", language: "zh-TW", [("sliver", "none")])
        try place.hand("Class/2.json", student: "王小明", language: "zh-TW", [("sliver", "none"), ("sliver", "one")])
        try place.hand(
            "Class/3.json", student: "陳", language: "zh-TW", [("sliver", "none"), ("bet-kept", "more 50%, same 50%")])
        let whole = String(decoding: try place.bytes("Class/3.json"), as: UTF8.self)
        try place.write(
            "Class/4.json", Array(whole.replacing("\"none\"", with: "\"share\"").replacing("\\u9673", with: "bo").utf8))
        try place.write("Class/5.json", Array("{b".utf8))
        try place.write("Class/6.json", Array(whole.utf8.prefix(60)))
        _ = try place.shell("ln -s nothing Class/7.json")
        let graded = try place.stepglass("lesson", "grade", "Class", "-o", "Grades", "--lang", "zh-TW", "--lesson", "8")
        #expect(graded.status == 0 && graded.text.contains("計入 3 份"), "\(graded.text)\(graded.errors)")
        let chinese = try place.stepglass("lesson", "report", "Grades", "--lang", "zh-TW").text
        let page = String(decoding: try place.bytes("Grades/report.html"), as: UTF8.self)
        let english = try place.stepglass("lesson", "report", "Grades", "--lang", "en").text
        let englishPage = String(decoding: try place.bytes("Grades/report.html"), as: UTF8.self)
        for told in [
            "同一位學生的 2.json 比較新", "作答紀錄從第 1 次起接不上", "第 2 個位元組起讀不懂", "中途斷了", "沒有這個檔案或資料夾",
            "平均押中 50 %", "第 8 課，共", "一定留下",
        ] {
            #expect(chinese.replacing("\n", with: "").replacing("    ", with: "").contains(told), "\(told): \(chinese)")
            #expect(page.contains(told), "\(told)")
        }
        for told in [
            "2.json of the same student is newer", "breaks at attempt 1", "at byte 2", "ends in the middle",
            "No such file", "50 % on what came", "always stays",
        ] {
            let flowing = english.replacing("\n    ", with: " ").replacing("\n", with: " ")
            #expect(flowing.contains(told), "\(told): \(english)")
            #expect(englishPage.contains(told), "\(told)")
        }
        // Names apart, no Chinese is left.
        let rest = english.replacing("王小明", with: "").replacing("陳", with: "")
        #expect(!rest.unicodeScalars.contains { $0.value > 0x2E80 }, "\(rest)")
        let words = (chinese + english).replacing("−1…1", with: "")
        #expect(!words.contains("…") && !words.contains("empty"), "\(words)")
        // One line of Canvas for each student who counts, out of the points that were set.
        let canvas = String(decoding: try place.bytes("Grades/canvas.csv"), as: UTF8.self).split(separator: "\r\n")
        let set = try #require(try place.json("Grades/report.json")["pointsSet"]?.int)
        #expect(canvas.count == 5 && canvas[1].hasSuffix(",\(set)") && set < 40, "\(canvas)")
        let table = String(decoding: try place.bytes("Grades/grades.csv"), as: UTF8.self)
        #expect(!table.contains("bet-kept") && table.contains("sliver"), "\(table)")
        #expect(place.names("Grades/feedback").count == 3)
        // A system's refusal, too, is told in Chinese.
        let missing = try place.stepglass("lesson", "grade", "nofolder", "--lang", "zh-TW")
        #expect(missing.errors.contains("沒有這個檔案或資料夾") && !missing.errors.contains("No such"), "\(missing.errors)")
        let list = try place.stepglass("lesson", "list", "--lang", "zh-TW").text
        for word in ["predict", "number", "choice", "breakpoint", "settings"] {
            #expect(!list.contains(word), "\(word)")
        }
        #expect(list.contains("下注") && list.contains("設中斷點"))
        let unit = try place.stepglass("lesson", "do", "first-token", "--lang", "zh-TW").text
        #expect(unit.contains("（毫秒）") && !unit.contains("（ms）"), "\(unit)")
    }

    @Test(.needs(.command)) func theBookIsWrittenOnceAndOpened() throws {
        let place = try Workplace()
        let first = try place.stepglass("lesson", "open", "8", "--no-open", "--no-server")
        #expect(first.status == 0, "\(first.errors)")
        let address = first.text.trimmingCharacters(in: .newlines)
        #expect(address.hasPrefix("file://") && address.hasSuffix(".html#lesson=top-k-and-top-p&lang=en"))
        let path = try #require(URL(string: String(address.prefix { $0 != "#" }))).path
        let changed = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        #expect(try place.stepglass("lesson", "open", "8", "--no-open", "--no-server").text == first.text)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date == changed)
        let other = try place.stepglass("lesson", "open", "--no-open", "-o", "My Book", "--lang", "zh-TW")
        #expect(other.text.contains("/My%20Book/index.html#lang=zh-TW"), "\(other.text)")
        // The browser is what the system calls one.
        try place.write("bin/xdg-open", Array("#!/bin/sh\nprintf '%s' \"$1\" > \"$OPENED\"\n".utf8))
        try place.write("bin/open", Array("#!/bin/sh\nprintf '%s' \"$1\" > \"$OPENED\"\n".utf8))
        let opened = try place.shell(
            "chmod +x bin/*; OPENED=$PWD/opened PATH=$PWD/bin:$PATH $EXE lesson open 8 --no-server")
        #expect(opened.status == 0, "\(opened.errors)")
        #expect(String(decoding: try place.bytes("opened"), as: UTF8.self) == address)
        try place.stepglass("lesson", "open", "99", "--no-open").expectOneLine(64, "no such lesson")
    }

    @Test(.needs(.command)) func anExamIsMadeGivenAndGraded() throws {
        let place = try Workplace()
        _ = try place.stepglass("lesson", "new", "21-exam", "--lessons", "Exam", "--hidden")
        let lint = try place.stepglass("lesson", "lint", "--lessons", "Exam", "--seeds", "3")
        #expect(lint.status == 0 && lint.text.contains("nothing is wrong"), "\(lint.text)\(lint.errors)")
        #expect(try place.stepglass("lesson", "pack", "--lessons", "Exam", "-o", "exam.json").status == 0)
        try place.stepglass("lesson", "do", "exam-kept").expectOneLine(64, "hidden")
        let given = try place.stepglass("lesson", "do", "exam-kept", "--pack", "exam.json")
        #expect(given.status == 0 && given.text.contains("exam-kept"), "\(given.errors)")
        #expect(try place.stepglass("lesson", "list", "--pack", "exam.json").text.contains("21  A new lesson"))
        #expect(try !place.stepglass("lesson", "list").text.contains("21  A new lesson"))
        try place.hand("Class/amy.json", student: "amy", language: "en", [("exam-kept", "3")], pack: "exam.json")
        _ = try place.stepglass("lesson", "grade", "Class", "-o", "With", "--pack", "exam.json")
        let with = try place.json("With/results.json")["submissions"]?.array?.first
        #expect(with?["score"]?.double == 1 && with?["problem"]?.isNull == true, "\(String(describing: with))")
        _ = try place.stepglass("lesson", "grade", "Class", "-o", "Without")
        let without = try place.json("Without/results.json")["submissions"]?.array?.first
        #expect(without?["score"]?.double == 0 && without?["problem"]?.string?.contains("--pack") == true)
        try place.stepglass("lesson", "pack", "--lessons", "Exam", "-o", "exam.json", "--force").expectDone()
        try place.stepglass("lesson", "list", "--pack", "Exam/course.yaml").expectOneLine(1, "no pack")
    }
}

extension ProgramOutcome {
    fileprivate func expectDone(at location: SourceLocation = #_sourceLocation) {
        #expect(status == 0, "\(errors)", sourceLocation: location)
    }
}

extension Workplace {
    /// Writes a submission whose chain is whole, on the student's own variants.
    func hand(
        _ file: String, student: String, language: String, _ answers: [(exercise: String, answer: String)],
        pack: String? = nil
    ) throws {
        var attempts: [(String, String, String)] = []
        for (exercise, answer) in answers {
            let given = try stepglass(
                ["lesson", "do", exercise, "--json", "--student", student] + (pack.map { ["--pack", $0] } ?? []))
            let variant = try JSONValue(parsing: given.out)["variant"]?.string
            attempts.append((exercise, try #require(variant, "\(given.errors)"), answer))
        }
        var json = JSONWriter()
        json.object { json in
            json.member("student", student)
            json.member("language", language)
            json.array("attempts") { json in
                for (exercise, variant, answer) in attempts {
                    json.array { json in for text in [exercise, variant, answer] { json.value(text) } }
                }
            }
        }
        let linked = try pythonOutput(Self.linker, [String(decoding: json.bytes, as: UTF8.self)])
        try write(file, Array(linked.utf8))
    }

    /// The chain as the format describes it.
    private static let linker = """
        import hashlib, json, sys
        given, link, attempts = json.loads(sys.argv[1]), "", []
        for exercise, variant, answer in given["attempts"]:
            link = hashlib.sha256("\\0".join([link, exercise, variant, answer]).encode()).hexdigest()
            attempts.append({"exercise": exercise, "variant": variant, "answer": answer, "link": link})
        print(json.dumps({"format": "stepglass-submission", "version": 1, "course": "1", "student": given["student"],
                          "language": given["language"], "attempts": attempts}))
        """
}
