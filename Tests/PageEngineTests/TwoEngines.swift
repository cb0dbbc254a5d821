// The page's module, run by node, and the native engine, asked the same.
import CTinyModel
import Foundation
import JSONText
import Kernels
import Requests
import TestTools
import Testing
import Traces

/// A request with what goes along, as the module's host and the native engine both take it.
struct Asked {
    var json: String
    var files: [String] = []
    /// What an earlier answer brought, by its number.
    var answers: [Int] = []
}

/// The native engine with what it answered.
final class NativeEngine {
    private let engine: Engine
    /// The module that answers as this engine does.
    let module: String
    private(set) var asked: [Asked] = []
    private(set) var answers: [JSONValue] = []
    private(set) var attachments: [[AttachedBytes]] = []

    /// - Parameter kernels: nil: the best there are, whose bits are the plain ones'.
    init(kernels: String? = nil) {
        let set = kernels.map { KernelSet.named($0)! } ?? KernelSet.best
        engine = Engine(compute: Compute(kernels: set, threads: 1))
        module = TestMachine.pageEngine
    }

    private init(ofRecords engine: Engine) {
        self.engine = engine
        module = TestMachine.recordEngine
    }

    /// The engine that has nothing of models.
    static func ofRecords() -> NativeEngine { NativeEngine(ofRecords: Engine()) }

    @discardableResult
    func ask(_ asked: Asked) throws -> JSONValue {
        let files = try asked.files.map { AttachedBytes([UInt8](try Data(contentsOf: URL(fileURLWithPath: $0)))) }
        let message = Message(
            json: Array(asked.json.utf8), attachments: files + asked.answers.map { attachments[$0][0] })
        let answer = engine.call(message)
        self.asked.append(asked)
        attachments.append(answer.attachments)
        answers.append(try JSONValue(parsing: answer.json))
        return answers[answers.count - 1]
    }
}

/// The model that ships, as files.
struct TinyFiles {
    let folder: TemporaryFolder
    let files: [(name: String, path: String)]

    init() throws {
        folder = try TemporaryFolder()
        var files: [(name: String, path: String)] = []
        var index: Int32 = 0
        while let file = sg_tiny_file_at(index), let name = file.pointee.name {
            let bytes = UnsafeBufferPointer(start: file.pointee.bytes, count: file.pointee.count)
            let label = String(cString: name)
            files.append((label, try folder.write(label, Array(bytes))))
            index += 1
        }
        self.files = files
    }

    func bytes(of name: String) throws -> [UInt8] {
        let file = try #require(files.first { $0.name == name })
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: file.path)))
    }

    func open(replacing changed: [String: [UInt8]] = [:], label: String = "changed") throws -> Asked {
        let names = files.map { "\"\($0.name)\"" }.joined(separator: ",")
        let paths = try files.map { file in
            try changed[file.name].map { try folder.write("\(label)-\(file.name)", $0) } ?? file.path
        }
        return Asked(json: #"{"request":"open","name":"stepglass-tiny","files":[\#(names)]}"#, files: paths)
    }
}

/// What runs a module.
enum Host: String, CaseIterable, CustomTestStringConvertible {
    case node, chromium, firefox

    var testDescription: String { rawValue }

    func command(_ module: String) throws -> [String] {
        let folder = TestMachine.repository.appendingPathComponent("Tests/PageEngineTests").path
        if self == .node { return [try #require(TestMachine.program("node")), folder + "/run_host.mjs", module] }
        return [try #require(TestMachine.python), folder + "/browser_host.py", rawValue, module]
    }
}

/// What a module answers, a line each.
func module(
    _ requests: [Asked], in file: String = TestMachine.pageEngine, on host: Host = .node
) throws -> [JSONValue] {
    let lines = requests.map { asked in
        let files = asked.files.map { "\"\($0)\"" } + asked.answers.map { #"{"answer":\#($0),"attachment":0}"# }
        return asked.json.dropLast() + #","attach":[\#(files.joined(separator: ","))]}"#
    }
    let outcome = try run(
        try host.command(file), input: Array((lines.joined(separator: "\n") + "\n").utf8))
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try outcome.text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
}

/// The value without what differs between two equal runs: times, and how many bytes a file has.
func lasting(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let items): return .array(items.map(lasting))
    case .object(let object):
        var kept = JSONObject()
        for (key, value) in object.members where key != "seconds" {
            if key == "bytes", case .number = value { continue }
            _ = kept.append(key, lasting(value))
        }
        return .object(kept)
    default: return value
    }
}

/// Holds the module's answers against those that the native engine gave.
func expectSame(
    _ native: NativeEngine, on host: Host = .node, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let there = try module(native.asked, in: native.module, on: host)
    try #require(native.answers.count == there.count)
    for (place, request) in native.asked.enumerated() {
        if isBeyond32Bits(there[place]) {
            // Each has its own reason to refuse such a file: 64 bits hold the size, which the file is too short for.
            try #require(
                native.answers[place]["error"]?["kind"]?.string == "model", "\(request.json)",
                sourceLocation: sourceLocation)
            continue
        }
        // What comes after the first difference, a trap most of all, differs too.
        try #require(
            lasting(there[place]) == lasting(native.answers[place]), "\(request.json)", sourceLocation: sourceLocation)
    }
}

/// Whether the module refused a tensor as larger than its memory can ever be, or a number as one beyond its own.
private func isBeyond32Bits(_ answer: JSONValue) -> Bool {
    guard let message = answer["error"]?["message"]?["en"]?.string else { return false }
    return message.contains("is larger than any memory") || message.contains("up to \(Int32.max)")
}

/// The same for requests that do not depend on answers, on the kernels that the module has.
func expectSame(_ requests: [Asked], sourceLocation: SourceLocation = #_sourceLocation) throws {
    let native = NativeEngine(kernels: "plain")
    for request in requests { try native.ask(request) }
    try expectSame(native, sourceLocation: sourceLocation)
}

/// How many random cases a test makes: `standard`, unless the environment asks for more.
func caseCount(_ standard: Int) -> Int {
    ProcessInfo.processInfo.environment["STEPGLASS_PAGE_CASES"].flatMap { Int($0) } ?? standard
}

/// A few bytes are others, and sometimes the end is missing.
func mutated(_ whole: [UInt8], within: Int, _ random: inout SplitMix64) -> [UInt8] {
    var bytes = whole
    for _ in 0...Int.random(in: 0..<3, using: &random) {
        let place = Int.random(in: 0..<min(within, bytes.count), using: &random)
        // Digits become other digits half of the time: what is still a number reaches further.
        let isDigit = (48...57).contains(bytes[place])
        bytes[place] =
            isDigit && Bool.random(using: &random)
            ? UInt8.random(in: 48...57, using: &random) : UInt8.random(in: 0...255, using: &random)
    }
    if Int.random(in: 0..<10, using: &random) == 0 {
        bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
    }
    return bytes
}
