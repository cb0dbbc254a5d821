// Runs the built command for the tests of whole runs, in a folder of their own.
import Foundation
import Testing
import Traces

/// The command that `make test` built.
struct BuiltCommand {
    let executable: URL
    /// Deleted with the test that made it.
    let folder: URL

    init() throws {
        let path = try #require(ProcessInfo.processInfo.environment["STEPGLASS_EXE"], "run make test")
        executable = URL(fileURLWithPath: path)
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("stepglass-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    struct Result {
        var status: Int32
        var out: String
        var error: String
    }

    /// Runs the command. Its messages go through a file, so that neither pipe can fill up.
    func run(_ arguments: [String]) throws -> Result {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(["STEPGLASS_LANG": "en"]) { $1 }
        let names = [UUID().uuidString, UUID().uuidString].map { folder.appendingPathComponent($0) }
        for name in names { try Data().write(to: name) }
        let handles = try names.map { try FileHandle(forWritingTo: $0) }
        process.standardOutput = handles[0]
        process.standardError = handles[1]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let texts = try names.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Result(status: process.terminationStatus, out: texts[0], error: texts[1])
    }

    /// Traces a prompt into a folder of that name and reads the file back.
    func trace(_ name: String, _ prompt: String, _ options: [String]) throws -> Trace {
        let result = try run(["trace", prompt, "-o", name, "--quiet"] + options)
        try #require(result.status == 0, "\(result.error)")
        return try read(name)
    }

    func read(_ name: String) throws -> Trace { try Trace(parsing: bytes(name)) }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent("\(name)/trace.json")))
    }

    /// Writes a changed trace beside the others.
    func write(_ trace: Trace, _ name: String) throws { try write(try traceJSON(trace), name) }

    func write(_ bytes: [UInt8], _ name: String) throws {
        let place = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try Data(bytes).write(to: place.appendingPathComponent("trace.json"))
    }

    /// Any file below the folder.
    func fileBytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    func writeFile(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
    }
}
