// Limits of the system, a second writer, and ends at any moment: a folder holds a whole record or none, and nothing else.
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command)) struct CircumstanceTests {
    private let trace = #"exec "$EXE" trace hi --model tiny --max-tokens 2 -o run"#

    @Test(
        "a limit of the system",
        arguments: [
            ("ulimit -f 100", "cannot write run/trace.html: File too large"),
            ("ulimit -f 1", "cannot write run/trace.json: File too large"),
            ("ulimit -n 6", "only 6 files may be open at once"), ("ulimit -n 12", "only 12 files may be open at once"),
            ("ulimit -s 200", "the stack may have only 200 kB"), ("ulimit -s 1000", "the stack may have only 1000 kB"),
            ("ulimit -v 130000", "there is no memory for 64 MB more"),
        ])
    func limits(_ limit: String, _ says: String) throws {
        #if os(Linux)
            let place = try Workplace()
            let run = try place.shell("\(limit); \(trace)")
            #expect(run.status == 1, "\(run.status) \(run.errors)")
            #expect(run.errorLines.last?.hasPrefix("stepglass: " + says) == true, "\(run.errors)")
            #expect(place.names("run").isEmpty, "\(place.names("run"))")
        #endif
    }

    @Test func twoRunsIntoOneFolder() throws {
        let place = try Workplace()
        for _ in 0..<8 {
            let both = try place.shell(
                """
                rm -rf run
                for word in one two; do
                  ("$EXE" trace $word --model tiny --max-tokens 2 -o run 2>$word.err; echo $word $? >$word.code) &
                done
                wait
                cat one.code two.code
                """)
            let won = both.text.split(separator: "\n").filter { $0.hasSuffix(" 0") }
            #expect(won.count == 1, "\(both.text)")
            let word = String(won.first?.prefix(3) ?? "")
            #expect(try place.json("run/trace.json")["prompt"]?["text"]?.string == word)
            let page = String(decoding: try place.bytes("run/trace.html"), as: UTF8.self)
            #expect(page.contains("<title>\(word)"), "\(word)")
            #expect(place.names("run") == ["attention.png", "trace.html", "trace.json"])
            try place.expectLosersSay(["one", "two"], [word])
        }
    }

    /// A folder in which a killed run left its parts is free for the next one, and clean after it.
    @Test func leftovers() throws {
        let place = try Workplace()
        try place.write("Output/hi/.stepglass-writing", [])
        for name in ["trace.json.part-999999", "trace.html.part-3", "tensors.safetensors.part-12"] {
            try place.write("Output/hi/" + name + ".stepglass", [1, 2])
        }
        try place.write("Output/hi-2/trace.json.part-mine", [1])
        let run = try place.stepglass("trace", "hi", "--model", "tiny", "--max-tokens", "2", "--plain")
        #expect(run.status == 0, "\(run.errors)")
        #expect(place.names("Output/hi") == ["attention.png", "trace.html", "trace.json"])
        #expect(place.names("Output/hi-2") == ["trace.json.part-mine"])
    }

    /// What only looks like what a writer leaves is somebody's: parts that others call so, and a file of the claim's name
    /// with something in it.
    @Test func whatLooksLikeLeftoversStays() throws {
        let place = try Workplace()
        let trace = ["trace", "hi", "--model", "tiny", "--max-tokens", "2", "--plain"]
        let (claim, made) = (".stepglass-writing", ["attention.png", "trace.html", "trace.json"])
        // A folder whose claim alone is none of ours is not free.
        try place.write("Output/hi/" + claim, Array("mine".utf8))
        try place.write("Output/hi/trace.json.part-7.stepglass", [1])
        let run = try place.stepglass(trace)
        #expect(run.status == 0, "\(run.errors)")
        #expect(Set(place.names("Output/hi")) == [claim, "trace.json.part-7.stepglass"])
        #expect(place.names("Output/hi-2") == made)
        for command in ["true", "rm \(claim) && mkdir \(claim)", "rmdir \(claim) && ln -s away \(claim)"] {
            #expect(try place.shell("cd Output/hi && \(command)").status == 0)
            let into = try place.stepglass(trace + ["-o", "Output/hi", "--force"])
            into.expectOneLine(1, command)
            #expect(into.errors.contains("Output/hi/.stepglass-writing is no file of stepglass's"), "\(into.errors)")
            #expect(place.names("Output/hi").contains(claim) && !place.names("Output").contains("away"))
        }
        // Among files that are ours, others' parts stay.
        let parts = ["trace.json.part-2024", "trace.json.part-7", "trace.json.part-07.stepglass"]
        for name in parts { try place.write("Output/hi-2/" + name, [1]) }
        let again = try place.stepglass(trace + ["-o", "Output/hi-2", "--force"])
        #expect(again.status == 0, "\(again.errors)")
        #expect(Set(place.names("Output/hi-2")) == Set(parts + made))
    }

    /// As long as a file system allows, and with a letter that makes one Character of itself and the slash behind it.
    @Test func namesOfAllLengthsAreWritten() throws {
        let place = try Workplace()
        #expect(try place.stepglass("trace", "hi", "--model", "tiny", "--max-tokens", "2", "-o", "given").status == 0)
        #expect(try place.shell("mkdir xൎ && touch xൎ/map.png.part-999999.stepglass").status == 0)
        for name in [
            String(repeating: "長", count: 83) + "ab.png", String(repeating: "長", count: 77) + ".png", "xൎ/map.png",
        ] {
            let drawn = try place.stepglass("heatmap", "given", "-o", name)
            #expect(drawn.status == 0, "\(name.utf8.count): \(drawn.errors)")
            #expect(try place.bytes(name).starts(with: [0x89, 0x50, 0x4E, 0x47]))
        }
        #expect(place.names().filter { $0.contains(".part-") }.isEmpty && place.names("xൎ") == ["map.png"])
    }

    @Test func whatAPersonPutIntoTheFolderStays() throws {
        let place = try Workplace()
        let made = try place.stepglass("trace", "hi", "--model", "tiny", "--max-tokens", "2", "--plain", "-o", "run")
        #expect(made.status == 0, "\(made.errors)")
        try place.write("run/tensors.safetensors", Array("mine".utf8))
        try place.write("run/notes.txt", Array("mine".utf8))
        let again = ["trace", "hi", "--model", "tiny", "--max-tokens", "3", "--plain", "-o", "run", "--force"]
        #expect(try place.stepglass(again).status == 0)
        #expect(try place.bytes("run/tensors.safetensors") == Array("mine".utf8))
        #expect(try place.bytes("run/notes.txt") == Array("mine".utf8))
        let refused = try place.stepglass(again + ["--tensors"])
        #expect(
            refused.status == 1 && refused.errors.contains("run/tensors.safetensors is not of a run"),
            "\(refused.errors)")
        #expect(try place.json("run/trace.json")["steps"]?.array?.count == 3)
    }

    /// Killed at sixty moments from the first to the last: the folder holds the record before, or the next, and a page
    /// only of the trace beside it; the run after it leaves nothing else.
    @Test(.needs(.python)) func killedAtAnyMoment() throws {
        let place = try Workplace()
        let run = try place.python(
            """
            import json, os, random, signal, subprocess, time
            exe, chance = os.environ['EXE'], random.Random(3)
            def start(number):
                return subprocess.Popen([exe, 'trace', f'number {number} is', '--model', 'tiny', '--max-tokens', '3', '--plain', '-o', 'run', '--force'],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            # The first run is a cold one, and slower than those that are killed.
            whole = 60
            for _ in range(3):
                begin = time.monotonic()
                assert start(0).wait() == 0
                whole = min(whole, time.monotonic() - begin)
            killed, last = 0, 'number 0 is'
            for number in range(1, 61):
                child = start(number)
                try:
                    child.wait(chance.uniform(0.05, 1.1) * whole)
                except subprocess.TimeoutExpired:
                    child.send_signal(signal.SIGKILL)
                    child.wait()
                    killed += 1
                prompt = json.load(open('run/trace.json'))['prompt']['text']
                assert prompt in (f'number {number} is', last), prompt
                if os.path.exists('run/trace.html'):
                    assert prompt in open('run/trace.html', encoding='utf-8').read(), prompt
                last = prompt
            assert start(99).wait() == 0
            assert sorted(os.listdir('run')) == ['attention.png', 'trace.html', 'trace.json'], os.listdir('run')
            assert killed >= 10, killed
            """)
        #expect(run.status == 0, "\(run.errors)")
    }

    /// Every command that replaces files, killed at random moments: `STEPGLASS_POWER_KILLS=1000` kills each so often.
    @Test(.needs(.python)) func killedWhileItReplaces() throws {
        let kills = ProcessInfo.processInfo.environment["STEPGLASS_POWER_KILLS"] ?? "4"
        let run = try runPython([power, "killed", try #require(TestMachine.command), kills, "7"])
        #expect(run.status == 0, "\(run.text) \(run.errors)")
    }

    /// On disks of growing size, with an older file and without: `STEPGLASS_POWER_KILLS` makes it all commands.
    @Test(.needs(.python, .namespaces)) func aDiskOfAnySize() throws {
        let python = try #require(TestMachine.python)
        let jobs = ProcessInfo.processInfo.environment["STEPGLASS_POWER_KILLS"] == nil ? "heatmap save grade new" : ""
        let line = "\(TestMachine.unshare) '\(python)' '\(power)' full '\(try #require(TestMachine.command))' \(jobs)"
        let run = try run(["/bin/sh", "-c", line])
        #expect(run.status == 0, "\(run.text) \(run.errors)")
    }

    private var power: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("power.py").path
    }
}

extension Workplace {
    /// Those of several runs that were refused say so in one line.
    func expectLosersSay(_ words: [String], _ won: [String]) throws {
        for word in words where !won.contains(word) {
            let told = String(decoding: try bytes(word + ".err"), as: UTF8.self)
            let code = String(decoding: try bytes(word + ".code"), as: UTF8.self)
            #expect(code == "\(word) 1\n" && told.hasPrefix("stepglass: ") && told.hasSuffix("\n"), "\(code) \(told)")
            #expect(told.split(separator: "\n").count == 1, "\(told)")
        }
    }
}
