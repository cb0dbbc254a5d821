// The living page: what the command writes, and that it runs in a browser as the command itself does.
import Foundation
import TestTools
import Testing

private let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("living_page.py").path

@Suite(.serialized) struct PageCommandTests {
    @Test(.needs(.command)) func writesOneFileAndReplacesNone() throws {
        let place = try Workplace()
        let made = try place.stepglass("page", "-o", "living.html")
        #expect(made.status == 0, "\(made.errors)")
        let bytes = try place.bytes("living.html")
        #expect(bytes.starts(with: Array("<!doctype html>".utf8)))
        try place.stepglass("page", "-o", "living.html").expectOneLine(1, "a file that is there")
        #expect(try place.bytes("living.html") == bytes)
        #expect(try place.stepglass("page", "-o", "living.html", "--force").status == 0)
        #expect(try place.bytes("living.html") == bytes)
    }

    @Test(.needs(.command)) func aRunsPageCarriesAnEngineOnlyWhereAsked() throws {
        let place = try Workplace()
        for (options, carries) in [([], true), (["--plain"], false), (["--live"], true)] {
            let folder = "run\(options.joined())"
            let made = try place.stepglass(
                ["trace", "Hi", "--model", "tiny", "--max-tokens", "2", "-o", folder] + options)
            #expect(made.status == 0, "\(made.errors)")
            let page = String(decoding: try place.bytes("\(folder)/trace.html"), as: UTF8.self)
            #expect(page.contains("'wasm-unsafe-eval'") == carries, "\(options)")
            #expect((page.utf8.count > 2_000_000) == carries, "\(options)")
        }
        try place.stepglass("trace", "Hi", "--live", "--plain").expectOneLine(64, "both")
    }

    @Test(.needs(.browser), .needs(.command)) func runsInABrowserAsTheCommandDoes() throws {
        let place = try Workplace()
        #expect(try place.stepglass("page", "-o", "living.html").status == 0)
        let options = ["--temperature", "0.5", "--seed", "5", "--max-tokens", "24", "--model", "tiny", "-o", "run"]
        let run = try place.stepglass(["trace", "Tell me a story"] + options)
        #expect(run.status == 0, "\(run.errors)")
        let broken = try place.write("broken.gguf", Array("GGUF\u{3}\0\0\0 and then nothing".utf8))
        let outcome = try runPython([script, place.path + "/living.html", place.path + "/run/trace.json", broken])
        let output = outcome.text + outcome.errors
        let failed = output.split(separator: "\n").filter { !$0.hasPrefix("ok ") }.joined(separator: "\n")
        #expect(outcome.status == 0, "\(failed)")
    }

    /// The sliders of a run's page give what the command writes with the same options.
    @Test(.needs(.browser), .needs(.command)) func whatIfIsWhatTheCommandWouldWrite() throws {
        let place = try Workplace()
        for (folder, temperature) in [("run", "1"), ("hot", "1.7")] {
            let options = ["--model", "tiny", "--seed", "7", "--temperature", temperature, "-o", folder]
            let run = try place.stepglass(["trace", "The capital of France is"] + options)
            #expect(run.status == 0, "\(run.errors)")
        }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("what_if.py")
            .path
        let outcome = try runPython(
            [script] + ["run/trace.html", "run/trace.json", "hot/trace.json"].map { "\(place.path)/\($0)" })
        let output = outcome.text + outcome.errors
        let failed = output.split(separator: "\n").filter { !$0.hasPrefix("ok ") }.joined(separator: "\n")
        #expect(outcome.status == 0, "\(failed)")
    }
}
