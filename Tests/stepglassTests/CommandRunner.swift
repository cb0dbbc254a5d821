// Runs the built command as a user does, in a folder and with a cache of its own.
import Foundation
import JSONText
import TestTools
import Testing

extension ProgramOutcome {
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

/// A temporary folder that the command runs in, with a cache of its own.
final class Workplace {
    private let folder: TemporaryFolder
    /// Where fetched models would lie: empty, so that the model inside the command is the default.
    var environment: [String: String]

    var path: String { folder.path }

    init() throws {
        folder = try TemporaryFolder()
        environment = ProcessInfo.processInfo.environment
        environment["XDG_CACHE_HOME"] = path + "/cache"
        environment["NO_COLOR"] = nil
        environment["STEPGLASS_LANG"] = "en"
    }

    /// With the cache of the user, where `make test` has put SmolLM2.
    static func withFetchedModels() throws -> Workplace {
        let place = try Workplace()
        place.environment["XDG_CACHE_HOME"] = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"]
        return place
    }

    func stepglass(_ arguments: String..., input: String = "") throws -> ProgramOutcome {
        try stepglass(arguments, input: input)
    }

    func stepglass(_ arguments: [String], input: String = "") throws -> ProgramOutcome {
        try runCommand(arguments, in: path, environment: environment, input: Array(input.utf8))
    }

    /// A line for the shell; `$EXE` is the command.
    func shell(_ line: String) throws -> ProgramOutcome {
        environment["EXE"] = TestMachine.command
        return try run(["/bin/sh", "-c", line], in: path, environment: environment)
    }

    /// A Python script with its arguments. It finds the modules beside these tests.
    func python(_ script: String, _ arguments: String...) throws -> ProgramOutcome {
        environment["EXE"] = TestMachine.command
        environment["PYTHONPATH"] = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
        return try runPython(["-c", script] + arguments, in: path, environment: environment)
    }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String { try folder.write(name, bytes) }

    func bytes(_ name: String) throws -> [UInt8] { try folder.bytes(name) }
    func json(_ name: String) throws -> JSONValue { try JSONValue(parsing: try bytes(name)) }

    /// The names in a folder, hidden ones too; none when it is not there.
    func names(_ name: String = "") -> [String] { folder.names(in: name) }
}

/// The folder of the model inside the command, in the sources.
let tinyFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/CTinyModel/stepglass-tiny").standardized.path
