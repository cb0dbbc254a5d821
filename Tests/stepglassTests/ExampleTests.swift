// What the README and the help show is what the command does: their examples run, and print what is shown.
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command)) struct ExampleTests {
    private static let readme = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../README.md").standardized.path

    /// A command of the README and the lines under it.
    private struct Example {
        var command: String
        var output: [String] = []
    }

    private static func examples() throws -> [Example] {
        var found: [Example] = []
        var isInside = false
        for line in try String(contentsOfFile: readme, encoding: .utf8).components(separatedBy: "\n") {
            if line.hasPrefix("    $ ") {
                found.append(Example(command: String(line.dropFirst(6))))
                isInside = true
            } else if isInside, line.hasPrefix("    ") || line.isEmpty {
                found[found.count - 1].output.append(String(line.dropFirst(4)))
            } else {
                isInside = false
            }
        }
        for index in found.indices { while found[index].output.last == "" { found[index].output.removeLast() } }
        return found
    }

    /// Sizes and speeds are those of one machine and one day.
    private static func masked(_ line: String) -> String {
        line.replacing(/[0-9.,]+ (kB|MB|tokens a second)/) { "N \($0.output.1)" }
    }

    /// Needs SmolLM2: the first example names it.
    @Test(.needs(.smolLM2)) func theReadmePrintsWhatItShows() throws {
        let place = try Workplace.withFetchedModels()
        let examples = try Self.examples()
        #expect(examples.count >= 4)
        for example in examples {
            #expect(example.command.hasPrefix("stepglass ") && !example.output.isEmpty, "\(example.command)")
            let outcome = try place.shell("\"$EXE\" \(example.command.dropFirst(10)) 2>&1")
            #expect(outcome.status == 0, "\(example.command)")
            let lines = outcome.text.components(separatedBy: "\n").map(Self.masked)
            // An example may end with an ellipsis, and may begin or end with other lines than the command does.
            let shown = example.output.filter { $0.trimmingCharacters(in: .whitespaces) != "…" }.map(Self.masked)
            var rest = lines[...]
            for line in shown {
                guard let place = rest.firstIndex(of: line) else {
                    Issue.record("\(example.command) does not print, in this order: \(line)\n\(outcome.text)")
                    break
                }
                rest = rest[(place + 1)...]
            }
        }
    }

    /// The lines of a help text that are commands to type.
    private static func commands(in help: String) -> [String] {
        help.components(separatedBy: "\n").filter { $0.hasPrefix("  stepglass ") }
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// Whether a command goes on until it is asked to end.
    private static func serves(_ example: String) -> Bool {
        example.hasPrefix("stepglass serve") || example.hasPrefix("stepglass dap --port")
            || example.hasPrefix("stepglass lesson open") && !example.contains("--no-server")
    }

    /// Such a command, asked to end once it has printed its address. Somebody may have the usual port: it takes a
    /// free one, as of two options the last one counts.
    private static func servedAndEnded(_ example: String) -> String {
        ": >served; \"$EXE\" \(example.dropFirst(10)) --port 0 >>served 2>&1 </dev/null & one=$!; "
            + "until grep -qE 'http|127.0.0.1' served; do kill -0 $one || exit 1; sleep 0.05; done; kill -TERM $one; wait $one"
    }

    /// Every example of every command's help runs as it stands, with files of the names that it uses.
    @Test(.needs(.smolLM2)) func theHelpsExamplesRun() throws {
        let place = try Workplace.withFetchedModels()
        try place.write("chat.json", Array("[{\"role\": \"user\", \"content\": \"Hi\"}]".utf8))
        try place.write("tools.json", Array("[{\"name\": \"clock\"}]".utf8))
        try place.write("checks.txt", Array("step 2\nassert rank(chosen) >= 1\n".utf8))
        try place.write("prompts.jsonl", Array("{\"prompt\": \"one\"}\n{\"prompt\": \"two\"}\n".utf8))
        try place.write("book.txt", Array("Once upon a time there was a fox.".utf8))
        try FileManager.default.createSymbolicLink(
            atPath: place.path + "/SmolLM2-135M-Instruct.Q4_1.gguf", withDestinationPath: TestMachine.smolLM2)
        for folder in ["Output/the-capital-of-france-is", "Output/a", "Output/b"] {
            let made = try place.stepglass(
                "trace", "The capital of France is", "--max-tokens", "5", "--seed", folder.hasSuffix("b") ? "2" : "1",
                "-o", folder, "--quiet")
            #expect(made.status == 0, "\(made.errors)")
        }
        let beams = try place.stepglass(
            "trace", "The capital of France is", "--max-tokens", "5", "--beams", "2", "-o", "beams", "--quiet")
        #expect(beams.status == 0, "\(beams.errors)")
        var count = 0
        for command in UsageTests.commands {
            let help = try place.stepglass(command.split(separator: " ").map(String.init) + ["--help"])
            for example in Self.commands(in: help.text) {
                let from = example.contains("--beams") ? "beams" : "Output/the-capital-of-france-is"
                let line =
                    Self.serves(example)
                    ? Self.servedAndEnded(example)
                    : "cp \(from)/trace.json trace.json; \"$EXE\" \(example.dropFirst(10)) </dev/null"
                let outcome = try place.shell(line)
                // A comparison of two runs that differ says so with 2.
                var expected: [Int32] = example.hasPrefix("stepglass diff") ? [0, 2] : [0]
                // Nobody listens there; EngineTests run these with servers.
                if example.contains("--engine ") { expected = [1] }
                #expect(expected.contains(outcome.status), "\(example): \(outcome.status) \(outcome.errors)")
                count += 1
            }
        }
        #expect(count >= 20)
    }
}
