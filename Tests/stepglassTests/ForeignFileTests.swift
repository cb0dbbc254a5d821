// Files that are somebody else's, under names that the command writes: they stay as they are, and the user is told in one
// line, or the command takes another name.
import Foundation
import TestTools
import Testing

@Suite(.needs(.command)) struct ForeignFileTests {
    private let mine = Array("mine\n".utf8)
    private let batch = ["batch", "p.jsonl", "-o", "B", "--model", "tiny", "--max-tokens", "2"]
    private let mark = "B/000001-line-1/.stepglass-writing-batch"

    private func batchPlace() throws -> Workplace {
        let place = try Workplace()
        try place.write("p.jsonl", Array("{\"prompt\":\"hi\"}\n".utf8))
        return place
    }

    /// A class with a submission that has no answers, which is graded in a moment.
    private func classPlace() throws -> Workplace {
        let place = try Workplace()
        let submission =
            #"{"format":"stepglass-submission","version":1,"student":"amy","course":"1","attempts":[]}"#
        try place.write("Class/amy.json", Array(submission.utf8))
        return place
    }

    @Test(
        "an index that is no batch's",
        arguments: [
            "{\"id\":\"a\",\"note\":\"mine\"}\n{\"id\":\"b\"}\n", "one\ntwo", "{\"id\":\"a\",\"prompt\":\"x\"}",
            "{\"id\":\"a\",\"prompt\":\"cut of",
            "{\"id\":\"p\",\"line\":1,\"folder\":\"1-p\",\"request\":\"0\",\"bytes\":1}\nmine\n",
            "{\"id\":\"p\",\"line\":1,\"folder\":\"x/\u{301}y\",\"request\":\"0\",\"bytes\":1}\n",
        ])
    func foreignIndex(_ text: String) throws {
        let place = try batchPlace()
        try place.write("B/index.jsonl", Array(text.utf8))
        let run = try place.stepglass(batch)
        run.expectOneLine(1, text)
        #expect(run.errors.contains("B/index.jsonl line "), "\(run.errors)")
        #expect(try place.bytes("B/index.jsonl") == Array(text.utf8))
        #expect(place.names("B") == ["index.jsonl"], "\(place.names("B"))")
    }

    @Test func thePromptsAreTheIndex() throws {
        let place = try Workplace()
        let prompts = Array("{\"id\":\"a\",\"prompt\":\"hi\"}\n{\"id\":\"b\",\"prompt\":\"ho\"}\n".utf8)
        try place.write("B/index.jsonl", prompts)
        try place.stepglass("batch", "B/index.jsonl", "-o", "B", "--model", "tiny", "--max-tokens", "2")
            .expectOneLine(1, "prompts in the index's place")
        #expect(try place.bytes("B/index.jsonl") == prompts)
        #expect(place.names("B") == ["index.jsonl"], "\(place.names("B"))")
    }

    @Test("a link in the index's place", arguments: ["mine.jsonl", "nothing.jsonl"])
    func linkedIndex(_ target: String) throws {
        let place = try batchPlace()
        try place.write("mine.jsonl", mine)
        #expect(try place.shell("mkdir B && ln -s ../\(target) B/index.jsonl").status == 0)
        try place.stepglass(batch).expectOneLine(1, target)
        #expect(try place.bytes("mine.jsonl") == mine)
        #expect(!place.names().contains("nothing.jsonl") && place.names("B") == ["index.jsonl"])
        #expect(try place.shell("test -L B/index.jsonl").status == 0)
    }

    /// A record that no index names is not of the batch: the line's record gets a folder beside it.
    @Test func aForeignRecord() throws {
        let place = try batchPlace()
        try place.write("B/index.jsonl", [])
        try place.write("B/000001-line-1/trace.json", mine)
        let run = try place.stepglass(batch)
        #expect(run.status == 0 && run.text == "B/000001-line-1-2\n", "\(run.text) \(run.errors)")
        #expect(try place.bytes("B/000001-line-1/trace.json") == mine)
        #expect(place.names("B/000001-line-1") == ["trace.json"])
        let again = try place.stepglass(batch)
        #expect(again.status == 0 && again.errors.hasPrefix("0 made, 1 were there"), "\(again.errors)")
    }

    /// What a batch leaves that is killed between a record and its line, in the midst of that, or right after it.
    @Test func aKilledBatchGoesOn() throws {
        let place = try batchPlace()
        try place.write("B/index.jsonl", Array("{\"id\":\"line-1\",\"li".utf8))
        try place.write("B/000001-line-1/trace.json", mine)
        try place.write(mark, [])
        let run = try place.stepglass(batch)
        #expect(run.status == 0 && run.text == "B/000001-line-1\n", "\(run.text) \(run.errors)")
        #expect(try place.bytes("B/000001-line-1/trace.json") != mine)
        #expect(place.names("B/000001-line-1") == ["trace.json"], "\(place.names("B/000001-line-1"))")
        try place.write(mark, [])
        let again = try place.stepglass(batch)
        #expect(again.status == 0 && again.errors.hasPrefix("0 made, 1 were there"), "\(again.errors)")
        #expect(place.names("B/000001-line-1") == ["trace.json"], "\(place.names("B/000001-line-1"))")
    }

    @Test("a link in the place of a report", arguments: ["report.html", "report.json"])
    func linkedReport(_ name: String) throws {
        let place = try classPlace()
        #expect(try place.stepglass("lesson", "grade", "Class", "-o", "Grades").status == 0)
        try place.write("mine", mine)
        #expect(try place.shell("rm Grades/\(name) && ln -s ../mine Grades/\(name)").status == 0)
        let before = place.names("Grades")
        let run = try place.stepglass("lesson", "report", "Grades")
        run.expectOneLine(1, name)
        #expect(run.errors.contains("Grades/\(name) is a link"), "\(run.errors)")
        #expect(try place.bytes("mine") == mine)
        #expect(place.names("Grades") == before)
    }

    /// Names that look like a part of ours and are none: a day, a number that no process has, and what is no file.
    @Test func whatLooksLikeAPart() throws {
        let place = try Workplace()
        let trace = ["trace", "hi", "--model", "tiny", "--max-tokens", "2", "--plain", "-o", "run"]
        #expect(try place.stepglass(trace).status == 0)
        let others = [
            "map.png.part-20240131.stepglass", "map.png.part-007.stepglass", "run/trace.json.part-20240131.stepglass",
            "run/trace.json.part-0.stepglass", "run/trace.json.part-12", "map.png.part-12.stepglass.bak",
        ]
        for name in others { try place.write(name, mine) }
        #expect(try place.shell("mkfifo map.png.part-12.stepglass run/trace.html.part-12.stepglass").status == 0)
        let drawn = try place.stepglass("heatmap", "run", "-o", "map.png")
        #expect(drawn.status == 0, "\(drawn.errors)")
        let again = try place.stepglass(trace + ["--force"])
        #expect(again.status == 0, "\(again.errors)")
        let all = place.names() + place.names("run").map { "run/" + $0 }
        for name in others + ["map.png.part-12.stepglass", "run/trace.html.part-12.stepglass"] {
            #expect(all.contains(name), "\(name): \(all)")
        }
    }

    /// A signal while a large class is written: however many files are begun, none stays.
    @Test(.needs(.python)) func aSignalWithManyFiles() throws {
        let place = try Workplace()
        let run = try place.python(
            """
            import json, os, shutil, signal, subprocess
            from heeding import heed_signals
            os.mkdir('Class')
            for number in range(800):
                with open(f'Class/s{number}.json', 'w') as out:
                    json.dump({'format': 'stepglass-submission', 'version': 1, 'student': f's{number}', 'course': '1',
                               'attempts': []}, out)
            def parts():
                return [name for _, _, names in os.walk('Grades') for name in names if '.part-' in name]
            for _ in range(8):
                run = subprocess.Popen([os.environ['EXE'], 'lesson', 'grade', 'Class', '-o', 'Grades'],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=heed_signals)
                while run.poll() is None and len(parts()) < 400:
                    pass
                run.send_signal(signal.SIGTERM)
                ended = run.wait()
                assert not parts(), len(parts())
                shutil.rmtree('Grades', ignore_errors=True)
                if ended == -signal.SIGTERM:
                    break
            else:
                raise AssertionError('no signal came in time')
            """)
        #expect(run.status == 0, "\(run.errors)")
    }

    #if os(Linux)
        /// A name that is no text, and the file whose name it would be if it were repaired.
        @Test func aLinkToANameThatIsNoText() throws {
            let place = try Workplace()
            let made = try place.shell(
                #"""
                printf mine >"$(printf '\357\277\275').html"; printf other >"$(printf '\377').html"
                ln -s "$(printf '\377').html" out.html
                """#)
            #expect(made.status == 0, "\(made.errors)")
            let run = try place.stepglass("page", "--model", "tiny", "-o", "out.html", "--force")
            run.expectOneLine(1, "a link to a name that is no text")
            #expect(run.errors.contains("cannot write out.html: it is a link"), "\(run.errors)")
            let kept = try place.shell(
                #"""
                cat "$(printf '\357\277\275').html" "$(printf '\377').html"; ls ./*.html | wc -l | tr -d ' '; rm ./*.html
                """#)
            #expect(kept.text == "mineother3\n", "\(kept.text) \(kept.errors)")
        }
    #endif

    /// A letter with more accents than a file's name has room for.
    @Test(.needs(.python)) func aNameOfOneLongLetter() throws {
        let place = try classPlace()
        let renamed = try place.python(
            """
            import os
            os.rename(b'Class/amy.json', b'Class/a' + '\\u0301'.encode() * 124 + b'.json')
            """)
        #expect(renamed.status == 0, "\(renamed.errors)")
        let run = try place.stepglass("lesson", "grade", "Class", "-o", "Grades")
        #expect(run.status == 0, "\(run.errors)")
        let names = place.names("Grades/feedback")
        #expect(names.count == 1 && names[0].utf8.count <= 125 && names[0].hasSuffix(".html"), "\(names)")
    }
}
