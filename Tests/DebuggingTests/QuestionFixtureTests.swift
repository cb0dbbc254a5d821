// Questions over a saved trace against an independent reading of the same file: make_fixtures.py beside this file finds
// the steps with Python's json module. To write the trace anew: REFRESH_GOLDENS=1 swift test --filter DebuggingTests,
// then python3 Tests/DebuggingTests/make_fixtures.py.
import Debugging
import Foundation
import Testing
import TraceSamples
import Traces

@Suite struct QuestionFixtures {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/questions")

    /// One line for each question: the steps where it holds, a tab, the question.
    private static func expected() throws -> [(question: String, steps: [Int])] {
        let text = try String(contentsOf: folder.appending(path: "expected.tsv"), encoding: .utf8)
        return text.split(separator: "\n").map { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            return (String(parts[1]), parts[0].split(separator: " ").map { Int($0)! })
        }
    }

    @Test func breakpointsStopWherePythonFindsThem() throws {
        let file = Self.folder.appending(path: "trace.json")
        if ProcessInfo.processInfo.environment["REFRESH_GOLDENS"] != nil {
            let run = sampleTrace(
                SampleShape {
                    $0.steps = 64
                    $0.candidates = 10
                    $0.layers = 2
                    $0.heads = 3
                    $0.keyValueHeads = 1
                    $0.attention = false
                    $0.lens = true
                    $0.vocabularySize = 120
                    $0.seed = 11
                })
            try Data(try traceJSON(run)).write(to: file)
        }
        let trace = try Trace(parsing: Array(try Data(contentsOf: file)))
        let cases = try Self.expected()
        #expect(cases.count >= 20)
        for (question, steps) in cases {
            let debugger = Debugger(trace)
            _ = try debugger.execute(line: "break " + question)
            var found: [Int] = []
            while case .stopped(let stop) = try debugger.execute(.continue), case .breakpoints = stop.reason {
                found.append(try #require(stop.place.step))
            }
            #expect(found == steps, "\(question)")
            var back: [Int] = []
            if found.last == trace.steps.count - 1 { back.append(trace.steps.count - 1) }
            while case .stopped(let stop) = try debugger.execute(.reverseContinue), case .breakpoints = stop.reason {
                back.append(try #require(stop.place.step))
            }
            #expect(back == steps.reversed(), "\(question)")
        }
    }
}
