// Golden files, a real model's template, and random numbers for the tests of this target.
import Foundation
import JSONText
import ModelFiles
import Testing

/// The rows of a golden file in Fixtures, made by make_fixtures.py.
func golden(_ name: String) throws -> [JSONValue] {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
    return try #require(try JSONValue(parsing: [UInt8](try Data(contentsOf: url))).array)
}

extension JSONValue {
    var bytes: [UInt8] { Array((string ?? "").utf8) }
}

/// The chat template in SmolLM2's file.
func smolLM2Template() throws -> String {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? ".") + "/.cache"
    let path = cache + "/stepglass/SmolLM2-135M-Instruct.Q4_1.gguf"
    try #require(FileManager.default.fileExists(atPath: path), "\(path) is missing; run: make model")
    return try #require(try GGUFFile(path: path).string("tokenizer.chat_template"))
}
