// Scripted sessions: every command's answer, line by line, as goldens. To write the goldens anew after a deliberate
// change: REFRESH_GOLDENS=1 swift test --filter DebuggingTests
import Phrases
import Debugging
import Foundation
import Testing
import TraceSamples
import Traces

/// Runs the lines and returns what a reader of the script mode sees.
func transcript(_ debugger: Debugger, _ lines: [String], _ renderer: TextRenderer) -> String {
    var output: [String] = []
    var renderer = renderer
    for line in lines {
        output.append("> " + line)
        do {
            let outcome = try debugger.execute(line: line)
            if case .language(let language) = outcome { renderer.language = language }
            output += renderer.lines(outcome)
            if case .quit = outcome { break }
        } catch {
            output += renderer.lines(error)
        }
    }
    return output.joined(separator: "\n") + "\n"
}

@Suite struct ScriptTests {
    /// Name of the golden, what the debugger starts from, language.
    enum Start: String { case saved, lens, beams, live, pair }

    static let scripts: [(name: String, start: Start, language: Language)] = [
        ("moving", .saved, .english), ("points", .saved, .english), ("looking", .saved, .english),
        ("inside", .lens, .english), ("beams", .beams, .english), ("changing", .live, .english),
        ("without-model", .saved, .english), ("diff", .pair, .english), ("help", .saved, .english),
        ("chinese", .live, .chinese), ("help-chinese", .saved, .chinese),
    ]

    private func debugger(_ start: Start) -> Debugger {
        switch start {
        case .saved: Debugger(sampleTrace())
        case .lens: Debugger(sampleTrace(SampleShape { $0.lens = true }))
        case .beams:
            Debugger(
                sampleTrace(
                    SampleShape {
                        $0.beams = 3; $0.steps = 5
                    }))
        case .live: Debugger(SampleMaker(steps: 10))
        case .pair:
            Debugger([
                sampleTrace(),
                sampleTrace(
                    SampleShape {
                        $0.seed = 3; $0.steps = 9
                    }),
            ])
        }
    }

    @Test(arguments: scripts) func answersAsRecorded(_ name: String, _ start: Start, _ language: Language) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/scripts")
        let script = try String(contentsOf: folder.appending(path: name + ".txt"), encoding: .utf8)
        let lines = script.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
        let renderer = TextRenderer(language: language, width: 80)
        let output = transcript(debugger(start), lines, renderer)
        for line in output.split(separator: "\n") where !line.hasPrefix("> ") {
            #expect(columns(String(line)) <= 80, "\(line)")
        }
        let golden = folder.appending(path: name + ".out")
        if ProcessInfo.processInfo.environment["REFRESH_GOLDENS"] != nil {
            try Data(output.utf8).write(to: golden)
        }
        let expected = try String(contentsOf: golden, encoding: .utf8)
        // The first line that differs says more than two whole texts.
        let pairs = zip(output.split(separator: "\n"), expected.split(separator: "\n"))
        if let (found, wanted) = pairs.first(where: { $0 != $1 }) { Issue.record("\(found)\n≠ \(wanted)") }
        #expect(output == expected)
    }
}
