// A class that is killed at random moments while answers pour in: what was acknowledged is there, and students come back.
import Foundation
import TestTools
import Testing

@testable import Classes

@Suite struct KilledTests {
    /// `STEPGLASS_CLASS_KILLS=100` kills as often as one wants.
    @Test func everyAcknowledgedAnswerIsThere() throws {
        let kills = ProcessInfo.processInfo.environment["STEPGLASS_CLASS_KILLS"].flatMap(Int.init) ?? 25
        let folder = try TemporaryFolder()
        let path = folder.path + "/class"
        var chance = SplitMix64(state: 9)
        var acknowledged: Set<String> = []
        var codes: [String: String] = [:]
        var caughtBusy = 0
        for round in 0..<kills {
            // A disk may be slow: most rounds are killed in the midst of answers, every third at whatever it has come
            // to, also while the class is made or joined.
            let answers = round.isMultiple(of: 3) ? 0 : 8
            let seconds = Double.random(in: 0.02..<0.25, using: &chance)
            let lines = try killed(path, after: answers, and: seconds, in: folder)
            #expect(!lines.contains { $0.hasPrefix("failed") }, "\(lines)")
            for line in lines where line.hasPrefix("kept ") { acknowledged.insert(line) }
            for words in lines.map({ $0.split(separator: " ").map(String.init) }) where words.first == "joined" {
                codes[words[1]] = words[2]
            }
            caughtBusy += lines.contains { $0.hasPrefix("kept ") } ? 1 : 0
            guard FileManager.default.fileExists(atPath: path) else { continue }
            // Killed while it was being made: no class yet, and nothing was acknowledged.
            guard let store = try? ClassStore.open(path) else {
                #expect(acknowledged.isEmpty && codes.isEmpty)
                try FileManager.default.removeItem(atPath: path)
                continue
            }
            let told = try store.use { database throws(ClassError) in try database.rows("PRAGMA integrity_check") }
            #expect(told == [[.text("ok")]])
            let rows = try store.use { database throws(ClassError) in
                try database.rows("SELECT student, client, exercise, answer FROM answer")
            }
            let kept = rows.map { "kept \($0[0].int) \($0[1].text) \($0[2].text) \($0[3].text)" }
            let (missing, sample) = (acknowledged.subtracting(kept).count, kept.prefix(3))
            #expect(missing == 0 && Set(kept).count == kept.count, "\(missing) of \(kept.count), \(sample)")
            for (student, code) in codes {
                #expect(try store.holder(.resume, normalCode(code)!) == .student(Int64(student)!, isRemoved: false))
            }
            store.close()
        }
        // It was killed at work, and not before or after it.
        #expect(
            caughtBusy > kills / 2 && acknowledged.count > kills * 5, "\(caughtBusy) of \(kills), \(acknowledged.count)"
        )
    }

    /// The whole lines that a child had said when it was killed: so many seconds after so many answers.
    private func killed(_ path: String, after answers: Int, and seconds: Double, in folder: TemporaryFolder) throws
        -> [String]
    {
        let out = try folder.write("out", [])
        let child = Process()
        child.executableURL = TestMachine.buildFolder.appendingPathComponent("class-under-load")
        child.arguments = [path, "60"]
        child.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: out))
        try child.run()
        func wholeLines() throws -> [String] {
            let text = String(decoding: try folder.bytes("out"), as: UTF8.self)
            return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
        // The moment is counted from the first line: how long a process takes to begin is none of this.
        while child.isRunning {
            let lines = try wholeLines()
            if !lines.isEmpty, lines.count(where: { $0.hasPrefix("kept ") }) >= answers { break }
            usleep(1_000)
        }
        usleep(UInt32(seconds * 1e6))
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
        return try wholeLines()
    }
}
