// The page in a real browser, and the types of its modules: both run programs from outside, which `make test` installs.
import Foundation
import Testing
import TraceSamples
import Traces
import Viewer

private struct Missing: Error, CustomStringConvertible {
    var description: String { "STEPGLASS_PYTHON is not set: run `make test`, which prepares the interpreter" }
}

/// Runs a program; returns its exit code and everything it wrote.
private func run(_ program: String, _ arguments: [String]) throws -> (code: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, output)
}

private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

// One browser at a time: each takes a few hundred megabytes.
@Suite(.serialized) struct BrowserTests {
    @Test(arguments: ["everything", "plain"])
    func pageWorksInABrowser(kind: String) throws {
        guard let python = ProcessInfo.processInfo.environment["STEPGLASS_PYTHON"] else { throw Missing() }
        let trace = sampleTrace(
            SampleShape {
                $0.lens = kind == "everything"
                $0.promptScores = kind == "everything"
                $0.beams = kind == "everything" ? 4 : 0
                $0.attention = kind == "everything"
                $0.candidates = 20
            })
        let page = FileManager.default.temporaryDirectory
            .appendingPathComponent("stepglass-page-\(kind)-\(ProcessInfo.processInfo.processIdentifier).html")
        defer { try? FileManager.default.removeItem(at: page) }
        try Data(try tracePage(trace)).write(to: page)
        let (code, output) = try run(python, [folder.appendingPathComponent("browser_test.py").path, page.path])
        let failed = output.split(separator: "\n").filter { !$0.hasPrefix("ok ") }.joined(separator: "\n")
        #expect(code == 0, "\(failed)")
    }

    @Test func typesOfTheModulesHold() throws {
        let (code, output) = try run("/bin/sh", [folder.appendingPathComponent("check_types.sh").path])
        #expect(code == 0, "\(output)")
    }
}
