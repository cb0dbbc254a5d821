// Runs other programs for tests: the command, Python, a browser's driver, the shell.
internal import Foundation

/// What a program left when it ended.
public struct ProgramOutcome: Sendable {
    /// The exit code; negative: the signal that ended it.
    public let status: Int32
    public let out: [UInt8]
    public let errors: String

    public var text: String { String(decoding: out, as: UTF8.self) }
}

/// Runs a program to its end. Its output goes through files, which no pipe's buffer can block.
///
/// - Parameters:
///   - words: the program's path and its arguments.
///   - folder: where it runs; nil: where the tests do.
///   - environment: nil: that of the tests.
public func run(
    _ words: [String], in folder: String? = nil, environment: [String: String]? = nil, input: [UInt8] = []
) throws -> ProgramOutcome {
    let files = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    if let environment { process.environment = environment }
    let (out, errors) = (try files.write("out", []), try files.write("errors", []))
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: try files.write("in", input)))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: out))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
    try process.run()
    process.waitUntilExit()
    let signal = process.terminationReason == .uncaughtSignal
    return ProgramOutcome(
        status: signal ? -process.terminationStatus : process.terminationStatus, out: try files.bytes("out"),
        errors: String(decoding: try files.bytes("errors"), as: UTF8.self))
}

/// Runs the built command; in English, whatever the machine's language, unless the environment is given.
public func runCommand(
    _ arguments: [String], in folder: String? = nil, environment: [String: String]? = nil, input: [UInt8] = []
) throws -> ProgramOutcome {
    guard let command = TestMachine.command else { throw NotPrepared(description: Need.command.missing ?? "") }
    var english = TestMachine.environment
    english["STEPGLASS_LANG"] = "en"
    return try run([command] + arguments, in: folder, environment: environment ?? english, input: input)
}

/// A Python script that failed, with its complaints.
public struct ScriptFailed: Error, CustomStringConvertible {
    public let description: String
}

/// What a Python script prints that must succeed.
public func pythonOutput(_ script: String, _ arguments: [String]) throws -> String {
    let outcome = try runPython(["-c", script] + arguments)
    if outcome.status != 0 { throw ScriptFailed(description: outcome.errors) }
    return outcome.text
}

/// Runs Python with its packages: a script's path, or `-c` and a script, then arguments.
public func runPython(
    _ arguments: [String], in folder: String? = nil, environment: [String: String]? = nil
) throws -> ProgramOutcome {
    guard let python = TestMachine.python else { throw NotPrepared(description: Need.python.missing ?? "") }
    return try run([python] + arguments, in: folder, environment: environment)
}
