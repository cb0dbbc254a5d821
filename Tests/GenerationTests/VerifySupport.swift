// Runs the built command for the tests of whole runs, in a folder of their own.
import TestTools
import Testing
import Traces

/// The built command in a folder of its own.
struct BuiltCommand {
    /// Deleted with the last command that uses it.
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func run(_ arguments: [String]) throws -> (status: Int32, out: String, error: String) {
        let outcome = try runCommand(arguments, in: folder.path)
        return (outcome.status, outcome.text, outcome.errors)
    }

    /// Traces a prompt into a folder of that name and reads the file back.
    func trace(_ name: String, _ prompt: String, _ options: [String]) throws -> Trace {
        let result = try run(["trace", prompt, "-o", name, "--quiet"] + options)
        try #require(result.status == 0, "\(result.error)")
        return try read(name)
    }

    func read(_ name: String) throws -> Trace { try Trace(parsing: bytes(name)) }

    func bytes(_ name: String) throws -> [UInt8] { try folder.bytes("\(name)/trace.json") }

    /// Writes a changed trace beside the others.
    func write(_ trace: Trace, _ name: String) throws { try write(try traceJSON(trace), name) }

    func write(_ bytes: [UInt8], _ name: String) throws { try folder.write("\(name)/trace.json", bytes) }
}
