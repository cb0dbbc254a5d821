// A hostile file, prompt, name or model acts on no terminal: what every command prints of a record full of control
// sequences, and what the errors say that quote a name.
import Foundation
import JSONText
import TestTools
import Testing
import TraceSamples
import Traces

private let long = String(repeating: "x", count: 5_000)

@Suite(.needs(.command)) struct VisibleOutputTests {
    private static let evil = "x\u{1B}]0;owned\u{7}\u{1B}[2J\u{9B}31m\u{7F}\u{202E}\u{2066}\u{61C}\r\nz"

    /// No control byte but line ends, and none of the characters that turn a line around.
    private func expectClean(_ outcome: ProgramOutcome, _ about: String) {
        for text in [outcome.text, outcome.errors] {
            let bad = text.unicodeScalars.first { scalar in
                (scalar.value < 0x20 && scalar != "\n" && scalar != "\t") || (0x7F...0x9F).contains(scalar.value)
                    || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
                    || scalar == "\u{61C}" || (scalar.value >= 0xFDD0 && scalar.value <= 0xFDEF)
            }
            #expect(
                bad == nil, "\(about): U+\(String(bad?.value ?? 0, radix: 16)) in \(text.debugDescription.prefix(900))")
        }
        #expect(!(outcome.text + outcome.errors).isEmpty, "\(about) says something")
    }

    /// A record whose every text is hostile.
    private func hostileTrace(steps: Int = 3, beams: Int = 1, scored: Bool = false) throws -> [UInt8] {
        let evil = Self.evil
        var trace = sampleTrace(
            SampleShape {
                $0.steps = steps; $0.beams = beams; $0.promptScores = scored
            })
        (trace.model.name, trace.model.architecture, trace.model.file) = (evil, evil, evil)
        trace.engine.kernels = evil
        (trace.text, trace.prompt.text, trace.prompt.rendered) = (evil, evil, evil)
        trace.notes = [evil]
        trace.settings.system = evil
        trace.settings.stop = [evil]
        trace.settings.dryBreakers = [evil]
        for place in trace.prompt.tokens.indices { spoil(&trace.prompt.tokens[place]) }
        for place in trace.steps.indices {
            spoil(&trace.steps[place].token)
            for stage in trace.steps[place].stages.indices.dropFirst() {
                trace.steps[place].stages[stage].name = evil
                trace.steps[place].stages[stage].parameters = [.init(evil, 1)]
            }
            for candidate in trace.steps[place].candidates.indices {
                trace.steps[place].candidates[candidate].text = evil
                trace.steps[place].candidates[candidate].bytes = Array(evil.utf8)
                if candidate % 2 == 1 { trace.steps[place].candidates[candidate].removedBy = evil }
            }
        }
        if var tree = trace.beam {
            for place in tree.nodes.indices { spoil(&tree.nodes[place].token) }
            for place in tree.hypotheses.indices { tree.hypotheses[place].text = evil }
            trace.beam = tree
        }
        return try traceJSON(trace)
    }

    private func spoil(_ token: inout Token) {
        token.text = Self.evil
        token.bytes = Array(Self.evil.utf8)
    }

    @Test(arguments: ["en", "zh-TW"]) func everyViewOfAHostileRecord(_ language: String) throws {
        let place = try Workplace()
        place.environment["STEPGLASS_LANG"] = language
        try place.write("a.json", try hostileTrace())
        try place.write("b.json", try hostileTrace(steps: 4))
        try place.write("beams.json", try hostileTrace(beams: 2))
        let script = """
            where\nstep\ninfo candidates\ninfo stages\ninfo tokens\ninfo settings\ninfo kv\nlist\nwhy top(1)\nwhy top(2)
            print token\nprint text\nprint prompt\nprint by(top(2))\nwatch token\nwatch stop token\nbreak token == "x"\ncontinue
            in\nstep\nstep\nfinish\nbranches\nhelp\nprint "\u{1B}[31m\u{202E}"\nprint \u{9B}31m\nbreak \u{7}\nnonsense\u{1B}[2J
            display "\u{1B}[31m"\nset \u{1B} 3\nswitch \u{1B}[2J\ndiff 2\nsave /\u{1B}[2J/x\ncheckpoint \u{1B}[2J\nrestart \u{7}\nquit

            """
        for arguments in [
            ["show", "a.json"], ["show", "a.json", "--step", "0"], ["show", "a.json", "--json"],
            ["show", "a.json", "--step", "0", "--json"], ["show", "beams.json", "--beams"],
            ["show", "beams.json", "--beams", "--step", "1"], ["show", "beams.json", "--beams", "--json"],
            ["diff", "a.json", "b.json"], ["diff", "a.json", "b.json", "--json"],
            ["verify", "a.json", "--model", "tiny"],
            ["verify", "a.json"], ["replay", "a.json"], ["replay", "a.json", "--model", "tiny", "-o", "r"],
            ["debug", "--trace", "a.json", "--trace", "b.json"], ["debug", "--trace", "beams.json"],
        ] {
            let outcome = try place.stepglass(arguments, input: script)
            expectClean(outcome, arguments.joined(separator: " "))
            // What is refused would say next to nothing.
            let wanted: [Int32] =
                ["verify", "replay"].contains(arguments[0]) ? [1, 2] : arguments[0] == "diff" ? [0, 2] : [0]
            #expect(wanted.contains(outcome.status), "\(arguments): \(outcome.status) \(outcome.errors)")
        }
    }

    /// A key that holds what ends a line and a screen, and under it no number: in the error that says where.
    @Test func aHostileKeyIsTheErrorsPlace() throws {
        let place = try Workplace()
        let made = try place.stepglass("trace", "hi", "--model", "tiny", "--max-tokens", "2", "-o", "run")
        #expect(made.status == 0, "\(made.errors)")
        let text = String(decoding: try place.bytes("run/trace.json"), as: UTF8.self)
        let broken = text.replacing(
            "\"tensorTypes\":{", with: #""tensorTypes":{"x\u001b[2J\u009b31m\u202e\nz":null,"#)
        #expect(broken != text)
        try place.write("key.json", Array(broken.utf8))
        for arguments in [
            ["show", "key.json"], ["diff", "run", "key.json"], ["replay", "key.json"], ["heatmap", "key.json"],
            ["debug", "--trace", "key.json"], ["export", "key.json", "--to", "csv"],
        ] {
            let outcome = try place.stepglass(arguments)
            outcome.expectOneLine(1, arguments[0])
            expectClean(outcome, arguments[0])
            #expect(
                outcome.errors.contains("model.tensorTypes.x⟨U+001B⟩") && outcome.errors.count <= 300,
                "\(outcome.errors)")
        }
        let told = try place.stepglass("verify", "key.json")
        expectClean(told, "verify")
        #expect(told.status == 2, "\(told.text)")
    }

    /// Paths, names and keys that an error quotes.
    @Test func errorsThatQuoteNames() throws {
        let place = try Workplace()
        let evil = "no\u{1B}[2J\u{9B}\u{202E}\nsuch"
        try place.write("broken.json", Array("{\"\(evil)\": 1, \"\(evil)\": 2}".utf8))
        try place.write("evil\u{1B}[2J.json", Array("{}".utf8))
        try place.write("folder/config.json", Array("{\"model_type\": \"\(evil)\"}".utf8))
        for arguments in [
            ["show", evil], ["show", "broken.json"], ["show", "evil\u{1B}[2J.json"], ["trace", "x", "--model", evil],
            ["trace", "x", "--model", "./" + evil], ["trace", "x", "--model", "folder"], ["trace", "x", "--" + evil],
            ["trace", "x", "--temperature", evil], ["trace", "x", "--order", evil],
            ["trace", "x", "--stop", "\\q" + evil],
            ["trace", "x", "--ban-tokens", evil], ["trace", "x", "--record", evil],
            ["trace", "x", "-o", "/dev/null/" + evil],
            ["trace", "x", "--chat", "--date", evil], ["trace", "--messages", evil], ["models", "pull", evil], [evil],
            ["tokenize", evil, "--model", evil], ["sample", "--logits", evil],
            ["sample", "--logits", "1,2", "--history", evil],
            ["heatmap", evil], ["debug", "--trace", evil], ["verify", evil], ["diff", evil, evil], ["replay", evil],
            ["models", "--lang", evil], ["bench", "--prompt-file", evil],
        ] {
            let outcome = try place.stepglass(arguments)
            #expect(outcome.status != 0, "\(arguments)")
            expectClean(outcome, arguments.joined(separator: " "))
            let failures = outcome.errorLines.filter { $0.hasPrefix("stepglass: ") }
            #expect(
                failures.count == 1 && outcome.errors.hasSuffix(failures[0] + "\n"), "\(arguments): \(outcome.errors)")
        }
    }

    /// The same on a terminal with colour, where styles are sent: of the prompt only its marks.
    /// What is quoted may be of any length, the line that tells it is not: 300 characters, with its end, which says what next.
    @Test(arguments: [
        "show \(long)", "trace hi --model tiny --\(long) 3", "debug hi --model tiny -e 'print \(long)'",
        "batch lines.jsonl --model tiny -o out", "trace hi --model tiny --temperature \(long) -o out",
    ])
    func aLineHasAnEnd(_ words: String) throws {
        let place = try Workplace()
        let line = #"{"prompt":"hi","settings":{"\#(long)":1}}"# + "\n"
        try place.write("lines.jsonl", Array(line.utf8))
        let run = try place.shell("\"$EXE\" \(words)")
        #expect(run.status != 0 && !run.errorLines.isEmpty, "\(words.prefix(40)): \(run.status)")
        for line in run.errorLines {
            #expect(line.unicodeScalars.count <= 300, "\(words.prefix(40)): \(line.unicodeScalars.count)")
        }
    }

    @Test(.needs(.python)) func aTerminalGetsOurOwnSequencesOnly() throws {
        let place = try Workplace()
        place.environment.merge(["TERM": "xterm-256color"]) { $1 }
        let script = """
            import os, pty, sys
            for arguments in (["trace", sys.argv[1], "--model", "tiny", "--max-tokens", "2", "-o", "out"], ["show", "out"],
                              ["show", "out", "--step", "0"], ["tokenize", sys.argv[1]], ["show", "evil.json"],
                              ["show", "evil.json", "--step", "0"], ["show", "beams.json", "--beams"],
                              ["diff", "out", "evil.json"], ["verify", "evil.json"], ["replay", "evil.json", "-o", "r"],
                              ["debug", "--trace", "evil.json", "-e", "info candidates", "-e", "info tokens"]):
                process, screen = pty.fork()
                if process == 0: os.execv(os.environ["EXE"], ["stepglass", *arguments])
                try:
                    while piece := os.read(screen, 65536): sys.stdout.buffer.write(piece)
                except OSError: pass
                os.waitpid(process, 0)
            """
        try place.write("evil.json", try hostileTrace())
        try place.write("beams.json", try hostileTrace(beams: 2))
        // The marks that styles are made of may stand in a text, too.
        let marks = (0xFDD0...0xFDD2).map { String(Character(Unicode.Scalar(UInt16($0))!)) }
        let outcome = try place.python(
            script, "x\u{1B}[31m\u{1B}]0;owned\u{7}\(marks[0])2J\(marks[1])y\(marks[2])\u{9B}m")
        #expect(outcome.status == 0 && outcome.text.contains("⟨U+001B⟩[31m"), "\(outcome.text)\(outcome.errors)")
        for sequence in outcome.text.components(separatedBy: "\u{1B}").dropFirst() {
            let isOurs = ["[1m", "[2m", "[0m", "[K"].contains { sequence.hasPrefix($0) }
            #expect(isOurs, "\(sequence.prefix(20).debugDescription)")
        }
        #expect(!outcome.text.contains("\u{7}") && !outcome.text.contains("\u{9B}"))
    }

    @Test func showHasIdsAndJSON() throws {
        let place = try Workplace()
        let run = try place.stepglass(
            "trace", "The capital of France is", "--model", "tiny", "--greedy", "--max-tokens", "3", "-o", "out")
        #expect(run.status == 0, "\(run.errors)")
        let trace = try place.json("out/trace.json")
        let first = try #require(trace["steps"]?.array?.first)
        let id = try #require(first["token"]?["id"]?.int)
        for arguments in [["show", "out"], ["show", "out", "--step", "0"]] {
            let text = try place.stepglass(arguments).text
            #expect(text.contains(" \(id) ") || text.contains("#\(id)"), "\(text)")
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
        }
        let summary = try JSONValue(parsing: try place.stepglass("show", "out", "--json").out)
        #expect(summary["steps"]?.array?.count == 3 && summary["steps"]?.array?[0]["token"] == first["token"])
        #expect(summary["run"]?.string == "generate" && summary["text"] == trace["text"])
        let step = try JSONValue(parsing: try place.stepglass("show", "out", "--step", "0", "--json").out)
        #expect(step["candidates"] == first["candidates"] && step["stages"] == first["stages"])
        try place.stepglass("show", "out", "--step", "9", "--json").expectOneLine(1, "no such step")
    }
}
