// Runs Python scripts that check our files with other people's readers.
import Foundation
import Testing

/// The interpreter with numpy, safetensors and jsonschema that `make test` prepares.
enum Python {
    struct Missing: Error, CustomStringConvertible {
        var description: String { "STEPGLASS_PYTHON is not set: run `make test`, which prepares the interpreter" }
    }

    /// Runs a script and returns what it printed; fails the test when the script fails.
    static func run(_ script: String, _ arguments: [String]) throws -> String {
        guard let interpreter = ProcessInfo.processInfo.environment["STEPGLASS_PYTHON"] else { throw Missing() }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: interpreter)
        process.arguments = ["-c", script] + arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        let complaints = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(String(decoding: complaints, as: UTF8.self))")
        return String(decoding: printed, as: UTF8.self)
    }
}

/// Writes bytes to a fresh file, hands its path to `body`, removes it.
func withFile<R>(_ bytes: [UInt8], named name: String, _ body: (String) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent(name)
    try Data(bytes).write(to: file)
    return try body(file.path)
}
