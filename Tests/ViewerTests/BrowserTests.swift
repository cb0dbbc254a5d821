// The page in a real browser, and the types of its modules: both run programs from outside, which `make test` installs.
import Foundation
import TestTools
import Testing
import TraceSamples
import Traces
import Viewer

private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

// One browser at a time: each takes a few hundred megabytes.
@Suite(.serialized) struct BrowserTests {
    @Test(.needs(.browser), arguments: ["everything", "plain"])
    func pageWorksInABrowser(kind: String) throws {
        let trace = sampleTrace(
            SampleShape {
                $0.lens = kind == "everything"
                $0.promptScores = kind == "everything"
                $0.beams = kind == "everything" ? 4 : 0
                $0.attention = kind == "everything"
                $0.candidates = 20
            })
        let place = try TemporaryFolder()
        let page = try place.write("\(kind).html", try tracePage(trace))
        let outcome = try runPython([folder.appendingPathComponent("browser_test.py").path, page])
        let output = outcome.text + outcome.errors
        let failed = output.split(separator: "\n").filter { !$0.hasPrefix("ok ") }.joined(separator: "\n")
        #expect(outcome.status == 0, "\(failed)")
    }

    @Test(.needs(.browser)) func filledMasksInABrowser() throws {
        let place = try TemporaryFolder()
        let page = try place.write("filled.html", try tracePage(sampleFilling()))
        let outcome = try runPython([folder.appendingPathComponent("filled.py").path, page])
        let output = outcome.text + outcome.errors
        let failed = output.split(separator: "\n").filter { !$0.hasPrefix("ok ") }.joined(separator: "\n")
        #expect(outcome.status == 0, "\(failed)")
    }

    /// Inside a step, the attention over layers against NumPy, the lens over a run.
    @Test(.needs(.browser)) func insideAStepInABrowser() throws {
        let trace = sampleTrace(
            SampleShape {
                $0.lens = true; $0.inside = true; $0.steps = 8; $0.candidates = 8
            })
        let attention = try #require(trace.attention)
        let weights = (0..<attention.layers).map { layer in
            (0..<attention.heads).map { head in
                (0..<attention.positions).map { attention.row(layer: layer, head: head, query: $0) }
            }
        }
        let place = try TemporaryFolder()
        let page = try place.write("inside.html", try tracePage(trace))
        let rows = try place.write("weights.json", Array(try JSONEncoder().encode(weights)))
        let outcome = try runPython([folder.appendingPathComponent("inside.py").path, page, rows])
        let output = outcome.text + outcome.errors
        let failed = output.split(separator: "\n").filter { !$0.hasPrefix("ok ") }.joined(separator: "\n")
        #expect(outcome.status == 0, "\(failed)")
    }

    @Test(.needs(.typeScript)) func typesOfTheModulesHold() throws {
        let outcome = try run(["/bin/sh", folder.appendingPathComponent("check_types.sh").path])
        #expect(outcome.status == 0, "\(outcome.text)\(outcome.errors)")
    }
}
