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

    /// The older files of a tokenizer: merges line by line, and special tokens by the hundred thousand.
    @Test func olderFiles() throws {
        let place = try Workplace()
        try FileManager.default.copyItem(atPath: tinyFolder, toPath: place.path + "/model")
        let names = (0..<200_000).map { "\"<|extra_\($0)|>\"" }.joined(separator: ",")
        let keys = (0..<100_000).map { "\"x\($0)_token\":\"a\"" }.joined(separator: ",")
        try place.write(
            "model/tokenizer_config.json", Array(#"{"additional_special_tokens":[\#(names)],\#(keys)}"#.utf8))
        let many = try place.shell("timeout 60 \"$EXE\" tokenize ab --model model")
        #expect(many.status == 0 || many.errorLines.count == 1, "\(many.status) \(many.errors.prefix(500))")
        #expect(many.status < 2)
        try FileManager.default.removeItem(atPath: place.path + "/model/tokenizer.json")
        try FileManager.default.removeItem(atPath: place.path + "/model/tokenizer_config.json")
        try place.write("model/vocab.json", Array(#"{"a":0,"b":1,"ab":2,"<|endoftext|>":3}"#.utf8))
        let line = "a" + Self.accents + " b\n"
        try place.write("model/merges.txt", Array(String(repeating: line, count: 30).utf8))
        try expectOneLine(place, "tokenize ab --model model")
    }

    /// Lines of a batch that are told as fast as they are read.
    @Test func aBatch() throws {
        let place = try Workplace()
        let id = String(repeating: "\u{301}\u{323}", count: 4_000)
        for (name, line, count) in [("bad", "{", 40_000), ("ids", "{\"id\":\"a\(id)\",\"prompt\":\"x\"}", 1_500)] {
            try place.write("\(name).jsonl", Array(String(repeating: line + "\n", count: count).utf8))
            let run = try place.shell("timeout 60 \"$EXE\" batch \(name).jsonl --model tiny -o \(name)")
            #expect(run.status == 1 && run.errorLines.count >= count, "\(run.status) \(run.errorLines.count)")
        }
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
        // Escapes make accents that the file's bytes have not: a key, and a value.
        let escaped = String(repeating: "\\u0301\\u0323", count: 50_000)
        for more in ["? \"k\(escaped)\"\n: 1", "k: {? \"top-p\(escaped)\" : 0.9}", "k: [\"all\(escaped)\"]"] {
            try place.write(file, Array((text + "\n" + more + "\n").utf8))
            for command in ["list", "lint"] {
                try expectOneLine(
                    place, "lesson \(command) --lessons own", says: "a character has thousands of accents")
            }
        }
        try place.write(file, Array(text.utf8))
        try place.write("own/07-own/notes.md", [UInt8](repeating: 0x61, count: 16_000_001))
        try expectOneLine(place, "lesson list --lessons own", says: "it has 16000001 bytes")
        // What an editor keeps beside an open file is no part of the course.
        #expect(try place.shell("cd own/07-own && rm notes.md && ln -s me@here.1 .#lesson.yaml").status == 0)
        #expect(try place.stepglass("lesson", "list", "--lessons", "own").status == 0)
    }

    @Test func prompts() throws {
        let place = try Workplace()
        try place.write("prompt", Array(("a" + Self.accents + "\n").utf8))
        try expectOneLine(
            place, "trace - --model tiny -o run <prompt", says: "more than a context of 256 tokens can hold")
        #expect(try place.shell("printf 'a\\r\\n' | \"$EXE\" trace - --model tiny --max-tokens 1 -o two").status == 0)
        #expect(try place.json("two/trace.json")["prompt"]?["text"]?.string == "a")
        try place.write("script", Array(("step" + Self.accents).utf8))
        try expectOneLine(place, "debug hi --model tiny --script script", says: "a character has thousands of accents")
        // Typed, it is told of and the next line is taken.
        try place.write("typed", Array(("* a" + String(repeating: "\u{301}\u{316}", count: 14_000) + "\nstep\n").utf8))
        let typed = try place.shell("ulimit -t 10; exec \"$EXE\" debug hi --model tiny <typed")
        #expect(typed.status == 0 && typed.text.contains("error: the line: a character has thousands of accents"))
        #expect(typed.text.contains("step 0"), "\(typed.status) \(typed.errors) \(typed.text.suffix(300))")
    }

    /// What would be recorded could not be read again.
    @Test(.needs(.smolLM2)) func aPromptThatFits() throws {
        let place = try Workplace.withFetchedModels()
        for (count, status) in [(2_060, Int32(1)), (100, 0)] {
            try place.write("prompt", Array(("a" + String(repeating: "\u{301}", count: count)).utf8))
            let run = try place.shell("\"$EXE\" trace - --model smollm2 --max-tokens 1 --plain -o run <prompt")
            #expect(run.status == status, "\(run.errors)")
            #expect(run.errors.contains("the prompt: a character has thousands of accents") == (status == 1))
        }
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
