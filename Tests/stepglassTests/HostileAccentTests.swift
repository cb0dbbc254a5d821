// Letters with a hundred thousand accents: to compare such a text as Swift does takes minutes. Whoever sends one is refused,
// in one line; and texts that are long without them are told in one line as soon.
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command)) struct HostileAccentTests {
    /// In two orders that are not the canonical one.
    private static let accents = String(repeating: "\u{301}\u{323}", count: 100_000)

    /// What takes longer is taken for endless: the quadratic way takes minutes.
    private func expectOneLine(_ place: Workplace, _ line: String, says text: String? = nil) throws {
        let run = try place.shell("timeout 60 \"$EXE\" \(line)")
        run.expectOneLine(1, line)
        if let text { #expect(run.errors.contains(text), "\(line): \(run.errors)") }
    }

    private func changed(_ text: String, _ old: String, _ new: String) throws -> [UInt8] {
        let range = try #require(text.range(of: old))
        return Array(text.replacingCharacters(in: range, with: new).utf8)
    }

    @Test func records() throws {
        let place = try Workplace()
        let made = try place.stepglass("trace", "hi", "--model", "tiny", "--max-tokens", "2", "--plain", "-o", "run")
        #expect(made.status == 0, "\(made.errors)")
        let text = String(decoding: try place.bytes("run/trace.json"), as: UTF8.self)
        for (name, old) in [("order", "\"top-k\""), ("name", "\"stepglass-tiny\"")] {
            let bytes = try changed(text, old, old.dropLast() + Self.accents + "\"")
            try place.write("\(name)/trace.json", bytes)
            for command in ["show", "verify", "heatmap", "debug -e info\\ stages --trace"] {
                try expectOneLine(place, "\(command) \(name)", says: "a character with thousands of accents")
            }
            try expectOneLine(place, "replay \(name) -o other", says: "a character with thousands of accents")
        }
        // No text of the record's ends the search for what to say of it.
        let long = try changed(text, "\"top-k\"", "\"" + String(repeating: " (--a)", count: 170_000) + "\"")
        try place.write("long/trace.json", long)
        try expectOneLine(place, "verify long")
    }

    @Test func aSubmissionAmongOthers() throws {
        let place = try Workplace()
        try place.hand("Class/amy.json", student: "amy", language: "en", [("sliver", "none")])
        let text = String(decoding: try place.bytes("Class/amy.json"), as: UTF8.self)
        let link = try #require(text.firstMatch(of: #/"link": ?"/#)).range.upperBound
        for (name, ending) in [("bo", Self.accents), ("cy", "0"), ("di", String(repeating: "\u{301}", count: 5_000))] {
            let bytes = Array((text[..<link] + ending + text[link...]).utf8)
            try place.write("Class/\(name).json", bytes)
        }
        let graded = try place.shell("timeout 60 \"$EXE\" lesson grade Class -o Grades")
        #expect(graded.status == 0, "\(graded.errors)")
        let table = String(decoding: try place.bytes("Grades/grades.csv"), as: UTF8.self)
        for name in ["amy", "bo", "cy", "di"] { #expect(table.contains("\(name).json"), "\(table)") }
    }

    @Test func aModelsFolder() throws {
        let place = try Workplace()
        try FileManager.default.copyItem(atPath: tinyFolder, toPath: place.path + "/model")
        let text = String(decoding: try place.bytes("model/tokenizer.json"), as: UTF8.self)
        try place.write("model/tokenizer.json", try changed(text, "\"ByteLevel\"", "\"ByteLevel\(Self.accents)\""))
        try expectOneLine(place, "tokenize ab --model model", says: "a character with thousands of accents")
    }

    @Test func lessons() throws {
        let place = try Workplace()
        #expect(try place.stepglass("lesson", "new", "07-own", "--lessons", "own").status == 0)
        let file = "own/07-own/lesson.yaml"
        let text = String(decoding: try place.bytes(file), as: UTF8.self)
        let kind = try #require(text.firstMatch(of: #/kind: *(\w+)/#))
        for hostile in [
            "number\(Self.accents)", String(repeating: "x", count: 900_000),
            String(repeating: " (--a)", count: 150_000),
        ] {
            try place.write(file, Array(text.replacing(kind.1, with: "\"\(hostile)\"", maxReplacements: 1).utf8))
            try expectOneLine(place, "lesson list --lessons own")
        }
    }

    @Test func prompts() throws {
        let place = try Workplace()
        try place.write("prompt", Array(("a" + Self.accents + "\n").utf8))
        try expectOneLine(place, "trace - --model tiny -o run <prompt")
        #expect(try place.shell("printf 'a\\r\\n' | \"$EXE\" trace - --model tiny --max-tokens 1 -o two").status == 0)
        #expect(try place.json("two/trace.json")["prompt"]?["text"]?.string == "a")
        try place.write("script", Array(("step" + Self.accents).utf8))
        try expectOneLine(place, "debug hi --model tiny --script script", says: "a character has thousands of accents")
    }

    /// A folder that somebody sent is not waited for.
    @Test func aPipeInAFolder() throws {
        let place = try Workplace()
        #expect(try place.shell("mkdir sent && mkfifo sent/trace.json").status == 0)
        for command in ["show", "verify", "heatmap", "export --to perfetto"] {
            try expectOneLine(place, "\(command) sent", says: "sent/trace.json is not a regular file")
        }
        #expect(try place.shell("mkdir course && mkfifo course/course.yaml").status == 0)
        try expectOneLine(place, "lesson lint --lessons course", says: "course.yaml: it is no file")
    }

    @Test(arguments: ["0", "-5", "1", "26", "39", "abc", "99999999999999999999"])
    func helpInNarrowTerminals(_ columns: String) throws {
        let place = try Workplace()
        for words in ["help trace", "trace --help", "--help"] {
            let run = try place.shell("COLUMNS=\(columns) \"$EXE\" \(words)")
            #expect(run.status == 0 && run.errors.isEmpty && run.text.contains("USAGE"), "\(columns): \(run.errors)")
        }
    }
}
