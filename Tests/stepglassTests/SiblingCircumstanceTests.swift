// Relatives of the circumstances in CircumstanceTests: limits on other commands than
// `trace`, hostile texts on other ways in.
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command), .needs(.python)) struct SiblingCircumstanceTests {
    @Test(
        "limits on files, in other commands",
        arguments: [
            ("ulimit -f 1", "heatmap given -o out.png"), ("ulimit -f 8", "page --model tiny -o out.html"),
            ("ulimit -f 1", "replay given --seed 3 -o out"), ("ulimit -f 1", "debug --trace given -e 'save out.json'"),
            ("ulimit -f 8", "lesson book --one-file --lesson 1 -o out.html"),
            ("ulimit -f 1", "export given --to perfetto -o out.json"),
            ("ulimit -n 6", "heatmap given -o out.png"), ("ulimit -n 6", "serve --port 0 --no-open"),
        ])
    func files(_ limit: String, _ line: String) throws {
        let place = try Workplace()
        #expect(try place.stepglass("trace", "hi", "--model", "tiny", "--max-tokens", "2", "-o", "given").status == 0)
        let run = try place.shell("\(limit); exec timeout 30 \"$EXE\" \(line)")
        let isTold = run.errorLines.last?.hasPrefix("stepglass: ") == true || run.errors.contains("cannot write")
        #expect(run.status == 1 && isTold, "\(run.status) \(run.errors)")
        #expect(place.names().filter { $0.hasPrefix("out") && !place.names($0).isEmpty }.isEmpty, "\(place.names())")
        #expect(place.names().filter { $0.contains(".part-") }.isEmpty, "\(place.names())")
    }

    /// Nothing that a writer leaves when it is killed between making and naming stays; and what only looks alike does.
    @Test func leftoversOfOtherCommands() throws {
        let place = try Workplace()
        #expect(try place.stepglass("trace", "hi", "--model", "tiny", "--max-tokens", "2", "-o", "given").status == 0)
        for (file, words) in [
            ("map.png", ["heatmap", "given", "-o", "map.png"]),
            ("p.html", ["page", "--model", "tiny", "-o", "p.html"]),
            ("s.json", ["debug", "--trace", "given", "-e", "save s.json"]),
        ] {
            try place.write(file + ".part-999999.stepglass", [1])
            let others = [file + ".part-mine", file + ".part-999999"]
            for other in others { try place.write(other, [1]) }
            let run = try place.stepglass(words)
            #expect(run.status == 0, "\(run.errors)")
            let names = place.names().filter { $0.hasPrefix(file) }
            #expect(Set(names) == Set([file] + others), "\(names)")
        }
    }

    @Test("three runs into one folder, and a run into the folder of one that is at work")
    func manyRunsIntoOneFolder() throws {
        let place = try Workplace()
        for _ in 0..<3 {
            let all = try place.shell(
                """
                rm -rf run
                for word in one two three; do
                  ("$EXE" trace $word --model tiny --max-tokens 2 -o run --force 2>$word.err; echo $word $? >$word.code) &
                done
                wait
                cat one.code two.code three.code
                """)
            let won = all.text.split(separator: "\n").filter { $0.hasSuffix(" 0") }.map { $0.dropLast(2) }
            let kept = try place.json("run/trace.json")["prompt"]?["text"]?.string ?? ""
            #expect(won.contains(kept[...]), "\(all.text): \(kept)")
            let page = String(decoding: try place.bytes("run/trace.html"), as: UTF8.self)
            #expect(page.contains("<title>\(kept)"), "\(kept)")
            #expect(place.names("run") == ["attention.png", "trace.html", "trace.json"])
            try place.expectLosersSay(["one", "two", "three"], won.map(String.init))
        }
        // While one is at work: held before it writes, by a pipe that gives it no prompt yet.
        let held = try place.shell(
            """
            mkfifo prompt
            "$EXE" trace - --model tiny --max-tokens 2 -o late <prompt >/dev/null 2>late.err & first=$!
            exec 3>prompt
            "$EXE" trace soon --model tiny --max-tokens 2 -o late >/dev/null 2>soon.err; echo $?
            printf late >&3; exec 3>&-
            wait $first; echo $?
            """)
        #expect(held.text == "0\n1\n", "\(held.text) \(held.errors)")
        #expect(try place.json("late/trace.json")["prompt"]?["text"]?.string == "soon")
    }

    @Test(
        "texts without end, on other ways in",
        arguments: [
            ("\\r\\n", "trace - --model tiny -o run"), ("é", "trace - --model tiny -o run"),
            ("<s>", "trace - --special --model tiny -o run"), ("\\0", "fill - --model tiny-bert -o run"),
            (" ", "trace - --chat --model tiny -o run"),
        ])
    func longTexts(_ letter: String, _ line: String) throws {
        let place = try Workplace()
        let run = try place.shell(
            "python3 -c \"import sys; sys.stdout.write('\(letter)' * (16000000 // len('\(letter)')))\" | (ulimit -v 1500000; ulimit -t 60; exec \"$EXE\" \(line))"
        )
        #expect(run.status == 1 || run.status == 64, "\(line): \(run.status) \(run.errors.prefix(400))")
        let last = run.errorLines.last ?? ""
        #expect(last.hasPrefix("stepglass: ") && last.count <= 300, "\(line): \(run.errors.suffix(400))")
        // By its length, and not because the memory was full.
        #expect(!last.contains("memory"), "\(line): \(last)")
        #expect(!place.names().contains("run"))
    }
}
