// Runs the built command as a user does, in a folder and with a cache of its own. Used by: the tests of the command.
import Foundation
import JSONText
import Testing

/// What a program left when it ended.
struct Outcome {
    /// The exit code; negative: the signal that ended it.
    let status: Int32
    let out: [UInt8]
    let errors: String

    var text: String { String(decoding: out, as: UTF8.self) }
    var errorLines: [Substring] { errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast() }

    /// A failure as the contract wants it: this exit code, one line on stderr that begins with the program's name,
    /// nothing on stdout.
    func expectOneLine(_ code: Int32 = 1, _ about: String, at location: SourceLocation = #_sourceLocation) {
        let comment = Comment(rawValue: "\(about): exit \(status), stderr: \(errors.prefix(600))")
        #expect(status == code, comment, sourceLocation: location)
        #expect(errorLines.count == 1 && errors.hasPrefix("stepglass: "), comment, sourceLocation: location)
        #expect(out.isEmpty, comment, sourceLocation: location)
    }
}

struct NotPrepared: Error, CustomStringConvertible {
    let variable: String
    var description: String { "\(variable) is not set: run make test, which sets it" }
}

/// A variable that `make test` sets.
func prepared(_ variable: String) throws -> String {
    guard let value = ProcessInfo.processInfo.environment[variable] else { throw NotPrepared(variable: variable) }
    return value
}

/// A temporary folder that the command runs in; removed with everything in it.
final class Workplace {
    let path: String
    /// Where fetched models would lie: empty, so that the model inside the command is the default.
    var environment: [String: String]

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/stepglass-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        environment = ProcessInfo.processInfo.environment
        environment["XDG_CACHE_HOME"] = path + "/cache"
        environment["NO_COLOR"] = nil
        environment["STEPGLASS_LANG"] = "en"
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// With the cache of the user, where `make test` has put SmolLM2.
    static func withFetchedModels() throws -> Workplace {
        let place = try Workplace()
        place.environment["XDG_CACHE_HOME"] = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"]
        return place
    }

    func stepglass(_ arguments: String..., input: String = "") throws -> Outcome {
        try stepglass(arguments, input: input)
    }

    func stepglass(_ arguments: [String], input: String = "") throws -> Outcome {
        try run([try prepared("STEPGLASS_EXE")] + arguments, input: input)
    }

    /// A line for the shell; `$EXE` is the command.
    func shell(_ line: String) throws -> Outcome {
        environment["EXE"] = try prepared("STEPGLASS_EXE")
        return try run(["/bin/sh", "-c", line])
    }

    /// A Python script with its arguments.
    func python(_ script: String, _ arguments: String...) throws -> Outcome {
        environment["EXE"] = try prepared("STEPGLASS_EXE")
        return try run([try prepared("STEPGLASS_PYTHON"), "-c", script] + arguments)
    }

    /// Runs a program to its end. Its output goes through files, which no pipe's buffer can block.
    func run(_ words: [String], input: String = "") throws -> Outcome {
        let stem = path + "/.run-\(UUID().uuidString)"
        for (name, bytes) in [("in", Data(input.utf8)), ("out", Data()), ("err", Data())] {
            try bytes.write(to: URL(fileURLWithPath: "\(stem).\(name)"))
        }
        defer { for name in ["in", "out", "err"] { try? FileManager.default.removeItem(atPath: "\(stem).\(name)") } }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        process.environment = environment
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: stem + ".in"))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: stem + ".out"))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: stem + ".err"))
        try process.run()
        process.waitUntilExit()
        let signal = process.terminationReason == .uncaughtSignal
        return Outcome(
            status: signal ? -process.terminationStatus : process.terminationStatus,
            out: [UInt8](try Data(contentsOf: URL(fileURLWithPath: stem + ".out"))),
            errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: stem + ".err")), as: UTF8.self))
    }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
    }
    func json(_ name: String) throws -> JSONValue { try JSONValue(parsing: try bytes(name)) }

    /// The names in a folder, hidden ones too; none when it is not there.
    func names(_ folder: String = "") -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path + "/" + folder)) ?? []
        return names.filter { !$0.hasPrefix(".run-") }.sorted()
    }
}

/// The folder of the model inside the command, in the sources.
let tinyFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/CTinyModel/stepglass-tiny").standardized.path
