// The living page: what the command writes, and that it runs in a browser as the command itself does.
import Foundation
import TestTools
import Testing

private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

/// The browsers that run the page's tests, each in a window as wide as a desk's or a phone's.
private let windows = [("chromium", 1280), ("chromium", 390), ("firefox", 1280), ("firefox", 390)]

/// Runs a script beside this file in a browser; it ends with 1 and says what failed.
private func expectPasses(
    _ script: String, _ arguments: [String], in window: (browser: String, width: Int),
    at location: SourceLocation = #_sourceLocation
) throws {
    let outcome = try runPython(
        [folder.appendingPathComponent(script).path] + arguments + [window.browser, "\(window.width)"])
    let output = outcome.text + outcome.errors
    let failed = output.split(separator: "\n").filter { !$0.hasPrefix("ok ") }.joined(separator: "\n")
    #expect(outcome.status == 0, "\(failed)", sourceLocation: location)
}

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

    @Test(.needs(.command)) func aRunsPageCarriesTheEngineThatItNeeds() throws {
        let place = try Workplace()
        var sizes: [String: Int] = [:]
        for (name, model, options, carries) in [
            ("a", "tiny", [], "whole"), ("b", "tiny", ["--plain"], "none"), ("c", "tiny", ["--live"], "whole"),
            ("d", tinyFolder, [], "records"), ("e", tinyFolder, ["--live"], "whole"),
            ("f", tinyFolder, ["--plain"], "none"),
        ] {
            let made = try place.stepglass(
                ["trace", "Hi", "--model", model, "--max-tokens", "2", "-o", name] + options)
            #expect(made.status == 0, "\(made.errors)")
            let page = String(decoding: try place.bytes("\(name)/trace.html"), as: UTF8.self)
            #expect(page.contains("'wasm-unsafe-eval'") == (carries != "none"), "\(options)")
            #expect(page.contains(#""opensModels":true"#) == (carries == "whole"), "\(options)")
            #expect(page.contains(#""opensModels":false"#) == (carries == "records"), "\(options)")
            sizes[(model == "tiny" ? "tiny " : "") + carries] = page.utf8.count
        }
        let plain = try #require(sizes["none"])
        // What an engine without a model may cost: questions, stories and what-if; and what a page that runs a model may.
        #expect(try #require(sizes["records"]) - plain <= 400_000)
        #expect(try #require(sizes["tiny whole"]) <= 5_000_000)
        try place.stepglass("trace", "Hi", "--live", "--plain").expectOneLine(64, "both")
    }

    @Test(.needs(.command)) func thePageOfTinyIsSmall() throws {
        let place = try Workplace()
        #expect(try place.stepglass("page", "-o", "living.html").status == 0)
        #expect(try place.bytes("living.html").count <= 5_000_000)
    }

    @Test(.needs(.browser, .firefox, .command), arguments: windows)
    func runsInABrowserAsTheCommandDoes(browser: String, width: Int) throws {
        let place = try Workplace()
        #expect(try place.stepglass("page", "-o", "living.html").status == 0)
        let options = ["--temperature", "0.5", "--seed", "5", "--max-tokens", "24", "--model", "tiny", "-o", "run"]
        let run = try place.stepglass(["trace", "Tell me a story"] + options)
        #expect(run.status == 0, "\(run.errors)")
        let broken = try place.write("broken.gguf", Array("GGUF\u{3}\0\0\0 and then nothing".utf8))
        try expectPasses(
            "living_page.py", [place.path + "/living.html", place.path + "/run/trace.json", broken],
            in: (browser, width))
    }

    @Test(.needs(.browser, .firefox, .command), arguments: ["chromium", "firefox"])
    func oneRunStandsHoweverFastOnePresses(browser: String) throws {
        let place = try Workplace()
        #expect(try place.stepglass("page", "-o", "living.html").status == 0)
        for (name, seed) in [("first", "5"), ("second", "7")] {
            let run = try place.stepglass(
                "trace", "Once upon a time", "--model", "tiny", "--temperature", "0.8", "--seed", seed, "--max-tokens",
                "90", "-o", name)
            #expect(run.status == 0, "\(run.errors)")
        }
        let records = ["first", "second"].map { "\(place.path)/\($0)/trace.json" }
        try expectPasses("hurried_page.py", [place.path + "/living.html"] + records, in: (browser, 1280))
    }

    @Test(.needs(.browser, .firefox, .command), arguments: windows)
    func aRunsPageIsAskedAndGoesOn(browser: String, width: Int) throws {
        let place = try Workplace()
        for (model, name) in [("tiny", "live"), (tinyFolder, "record")] {
            let run = try place.stepglass(
                "trace", "Once upon a time", "--model", model, "--max-tokens", "6", "--temperature", "0.8", "--seed",
                "3",
                "-o", name)
            #expect(run.status == 0, "\(run.errors)")
        }
        try expectPasses(
            "recorded_page.py",
            [place.path + "/live/trace.html", place.path + "/record/trace.html", tinyFolder + "/model.safetensors"],
            in: (browser, width))
    }

    /// A model of a hundred megabytes, and a prompt of some 200 tokens.
    @Test(.needs(.browser, .firefox, .command, .smolLM2), arguments: ["chromium", "firefox"])
    func opensAModelsFile(browser: String) throws {
        let place = try Workplace()
        #expect(try place.stepglass("page", "-o", "living.html").status == 0)
        let prompt = String(repeating: "The river runs down from the hills to the sea, past the old mill. ", count: 12)
        let run = try place.stepglass(
            "trace", prompt, "--model", TestMachine.smolLM2, "--temperature", "0", "--max-tokens", "12", "--plain",
            "-o", "run")
        #expect(run.status == 0, "\(run.errors)")
        try expectPasses(
            "dropped_model.py",
            [place.path + "/living.html", TestMachine.smolLM2, place.path + "/run/trace.json"], in: (browser, 1280))
    }

    /// The sliders of a run's page give what the command writes with the same options.
    @Test(.needs(.browser), .needs(.command)) func whatIfIsWhatTheCommandWouldWrite() throws {
        let place = try Workplace()
        for (folder, own) in [
            ("run", ["--temperature", "1"]), ("hot", ["--temperature", "1.7"]),
            ("scored", ["--max-tokens", "0", "--min-p", "0.1"]),
        ] {
            let options = ["--model", "tiny", "--seed", "7", "-o", folder] + own
            let run = try place.stepglass(["trace", "The capital of France is"] + options)
            #expect(run.status == 0, "\(run.errors)")
        }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("what_if.py")
            .path
        let files = ["run/trace.html", "run/trace.json", "hot/trace.json", "scored/trace.html"]
        let outcome = try runPython([script] + files.map { "\(place.path)/\($0)" })
        let output = outcome.text + outcome.errors
        let failed = output.split(separator: "\n").filter { !$0.hasPrefix("ok ") }.joined(separator: "\n")
        #expect(outcome.status == 0, "\(failed)")
    }
}
