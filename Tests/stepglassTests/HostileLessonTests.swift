// What a student answers and a teacher writes, at the edges: one clear line, and the class goes on.
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command)) struct HostileLessonTests {
    /// Ends by itself, with one line that says what is wrong if anything is.
    private func expectCalm(_ outcome: ProgramOutcome, _ about: String) {
        #expect([0, 1, 2, 64].contains(outcome.status), "\(about): \(outcome.status) \(outcome.errors)")
        #expect(outcome.errorLines.count <= 1, "\(about): \(outcome.errors)")
    }

    /// Of each kind that takes a number for something: a choice, a bet, a number, heads, cells, an order.
    private static let exercises = ["trailing", "bet-next", "edge", "copies", "causal"]

    @Test(arguments: [
        "-9223372036854775808", "9223372036854775807", "−9223372036854775808", "－９２２３３７２０３６８５４７７５８０８",
        "\"-9223372036854775808\"", "-9223372036854775808 50%, 1 50%", "{\"-9223372036854775808\":1}",
        "-9223372036854775808..9223372036854775807", "1-9223372036854775807", "0", "-1", "99999999999999999999",
    ])
    func numbersAtTheEdgesAreAnswers(_ answer: String) throws {
        let place = try Workplace()
        for exercise in Self.exercises {
            expectCalm(try place.stepglass(["lesson", "check", exercise, "--", answer]), "\(exercise): \(answer)")
        }
    }

    private static let edges = ["-1", "-9223372036854775808", "16", "2147483648", "9223372036854775807"]

    /// A new course with something of its lesson in other words.
    private func course(_ place: Workplace, _ old: String, _ new: String) throws {
        #expect(try place.stepglass("lesson", "new", "07-x", "--lessons", "own").status == 0)
        let yaml = String(decoding: try place.bytes("own/07-x/lesson.yaml"), as: UTF8.self)
        #expect(yaml.contains(old))
        try place.write("own/07-x/lesson.yaml", Array(yaml.replacing(old, with: new).utf8))
    }

    @Test(arguments: [
        ("ask: kept(top_p)", edges.map { "ask: kept(top_p), digits: \($0)" }),
        ("kind: number", edges.filter { $0 != "16" }.map { "kind: number\n    points: \($0)" }),
        ("minutes: 15", edges.filter { $0 != "16" }.map { "minutes: \($0)" }),
        (
            "id: x\n",
            [
                "id: ../../evil\n", "id: <b>\n", "id: \"\"\n", "id: -x\n",
                "id: \(String(repeating: "x", count: 70_000))\n",
            ]
        ),
        ("kept: {run", ["? \(String(repeating: "k", count: 100_000))\n  : {run"]),
    ])
    func aLessonsNumbersAndNamesHaveEnds(_ old: String, _ news: [String]) throws {
        for new in news {
            let place = try Workplace()
            try course(place, old, new)
            for words in [["lint"], ["list"], ["export", "--to", "qti", "-o", "q.zip"]] {
                let outcome = try place.stepglass(["lesson"] + words + ["--lessons", "own"])
                outcome.expectOneLine(1, "\(words) \(new.prefix(60))")
            }
            #expect(!place.names().contains("q.zip"))
        }
    }

    /// What the lesson's own check would refuse is not made.
    @Test(arguments: ["07--", "07--x", "1000001-x", "07-\(String(repeating: "x", count: 65))"])
    func aNewLessonHasAName(_ name: String) throws {
        let place = try Workplace()
        try place.stepglass("lesson", "new", name, "--lessons", "own").expectOneLine(64, name)
        #expect(place.names() == [])
    }

    /// A letter of some scripts, or a mark, makes one Character of itself and the sign beside it.
    @Test func signsThatJoinedALetterAreSigns() throws {
        let place = try Workplace()
        let names = [
            "ൎ<script>alert(1)ൎ</script>ൎ\"", "xൎ,=cmd|' /C calc'!A0", "y,ൎ\",=1+1,", "q,\"\u{308},=HYPERLINK(1),",
            "=\u{301}cmd",
        ]
        for (number, name) in names.enumerated() {
            var json = JSONWriter()
            json.object { json in
                json.member("format", "stepglass-submission")
                json.member("version", 1)
                json.member("student", name)
                json.member("course", "1")
                json.member("language", "en")
                json.array("attempts") { _ in }
            }
            try place.write("work/\(number)ൎ<b>.json", json.bytes)
        }
        let graded = try place.stepglass("lesson", "grade", "work", "-o", "grades")
        #expect(graded.status == 0, "\(graded.errors)")
        #expect(try place.stepglass("lesson", "report", "grades").status == 0)
        let page = try place.bytes("grades/report.html")
        #expect(!contains(page, "<script>alert") && !contains(page, "ൎ\""))
        for table in ["grades.csv", "canvas.csv"] {
            let text = String(decoding: try place.bytes("grades/" + table), as: UTF8.self)
            for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
                for cell in cells(Array(line)) { #expect(!cell.hasPrefix("="), "\(table): \(cell)") }
            }
        }
        #expect(place.names("grades/feedback") == names.indices.map { "\($0)ൎ-b.html" })
        for file in place.names("grades/feedback") {
            #expect(!contains(try place.bytes("grades/feedback/" + file), "<script>alert"))
        }
    }

    private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
        let wanted = Array(text.utf8)
        return bytes.indices.contains { bytes[$0...].starts(with: wanted) }
    }

    /// The cells of a line as a spreadsheet takes them apart, byte by byte.
    private func cells(_ line: [UInt8]) -> [String] {
        var (cells, isQuoted) = ([[UInt8]()], false)
        for byte in line {
            switch byte {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted: cells.append([])
            default: cells[cells.count - 1].append(byte)
            }
        }
        return cells.map { String(decoding: $0, as: UTF8.self) }
    }

    /// A path's slash is one behind any letter.
    @Test func pathsAreTakenApartByTheirBytes() throws {
        let place = try Workplace()
        let tiny = ["--model", "tiny", "--max-tokens", "1", "--plain"]
        for folder in ["q/ൎ/w", "r\u{301}/\u{301}/w"] {
            let run = try place.stepglass(["trace", "Hi", "-o", folder] + tiny)
            #expect(run.status == 0, "\(run.errors)")
            #expect(
                try place.stepglass("export", folder + "/trace.json", "--to", "csv", "--table", "steps").status == 0)
            #expect(place.names(folder).contains("trace-steps.csv"), "\(place.names(folder))")
        }
        let prompt = try place.stepglass(["trace", "ൎ/x"] + tiny)
        #expect(prompt.status == 0, "\(prompt.errors)")
        let opened = try place.stepglass("lesson", "open", "8", "--no-server", "--no-open", "-o", "ൎ")
        #expect(opened.status == 0 && place.names("ൎ").contains("index.html"), "\(opened.errors)")
    }

    /// Counts that would not fit into one when they are added up.
    @Test func resultsWithCountsAtTheEdge() throws {
        let place = try Workplace()
        try place.write(
            "work/a.json",
            Array(
                #"{"format":"stepglass-submission","version":1,"student":"a","course":"1","language":"en","attempts":[]}"#
                    .utf8))
        #expect(try place.stepglass("lesson", "grade", "work", "-o", "grades").status == 0)
        let results = String(decoding: try place.bytes("grades/results.json"), as: UTF8.self)
        for member in ["attempts", "points"] {
            #expect(results.contains("\"\(member)\":0") || results.contains("\"\(member)\":1"))
            let changed = results.replacing(
                try Regex("\"\(member)\": ?[0-9]+"), with: "\"\(member)\":9223372036854775807")
            try place.write("edge/results.json", Array(changed.utf8))
            expectCalm(try place.stepglass("lesson", "report", "edge"), member)
        }
    }
}
