// The page's module, run by node, against the same requests answered natively: the same bits, whatever is asked.
import CTinyModel
import Foundation
import JSONText
import Kernels
import Requests
import TestTools
import Testing
import Traces

/// A request with what goes along, as the module's host and the native engine both take it.
private struct Asked {
    var json: String
    var files: [String] = []
    /// What an earlier answer brought, by its number.
    var answers: [Int] = []
}

@Suite struct ModuleTests {
    private let folder: TemporaryFolder
    private let tiny: [(name: String, path: String)]

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
        tiny = files
    }

    private func open(replacing changed: [String: [UInt8]] = [:]) throws -> Asked {
        let names = tiny.map { "\"\($0.name)\"" }.joined(separator: ",")
        let paths = try tiny.map { file in
            try changed[file.name].map { try folder.write("changed-" + file.name, $0) } ?? file.path
        }
        return Asked(json: #"{"request":"open","name":"stepglass-tiny","files":[\#(names)]}"#, files: paths)
    }

    /// What the module answers, a line each.
    private func module(_ requests: [Asked]) throws -> [JSONValue] {
        let lines = requests.map { asked in
            let files = asked.files.map { "\"\($0)\"" } + asked.answers.map { #"{"answer":\#($0),"attachment":0}"# }
            return asked.json.dropLast() + #","attach":[\#(files.joined(separator: ","))]}"#
        }
        let host = TestMachine.repository.appendingPathComponent("Tests/PageEngineTests/host.mjs").path
        let node = try #require(TestMachine.program("node"))
        let outcome = try run(
            [node, host, TestMachine.pageEngine], input: Array((lines.joined(separator: "\n") + "\n").utf8))
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try outcome.text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
    }

    /// What the native engine answers on the kernels that the module has.
    private func native(_ requests: [Asked]) throws -> [JSONValue] {
        let engine = Engine(compute: Compute(kernels: KernelSet.named("plain")!, threads: 1))
        var kept: [[AttachedBytes]] = []
        return try requests.map { asked in
            let files = try asked.files.map { AttachedBytes([UInt8](try Data(contentsOf: URL(fileURLWithPath: $0)))) }
            let answer = engine.call(
                Message(json: Array(asked.json.utf8), attachments: files + asked.answers.map { kept[$0][0] }))
            kept.append(answer.attachments)
            return try JSONValue(parsing: answer.json)
        }
    }

    /// The value without what differs between two equal runs: times, and how many bytes a file has.
    private func lasting(_ value: JSONValue) -> JSONValue {
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

    private func expectSame(_ requests: [Asked], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let (here, there) = (try native(requests), try module(requests))
        try #require(here.count == there.count)
        for (place, request) in requests.enumerated() {
            #expect(
                lasting(there[place]) == lasting(here[place]), "\(request.json)", sourceLocation: sourceLocation)
        }
    }

    @Test(.needs(.pageEngine)) func isMadeOfTheseSources() throws {
        let script = TestMachine.repository.appendingPathComponent(".ci/page-engine-sources").path
        let made = try String(contentsOfFile: TestMachine.pageEngine + ".sources", encoding: .utf8)
        #expect(try run(["/bin/bash", script]).text == made, "make page-engine")
    }

    private static let sampled =
        #"{"request":"start","model":1,"text":"Once upon a time","settings":{"maxTokens":94,"temperature":0.8,"topP":0.95,"seed":7,"bannedTokens":[]}}"#

    @Test(.needs(.pageEngine, .node)) func aSampledRunHasTheSameBits() throws {
        try expectSame([
            try open(), Asked(json: Self.sampled), Asked(json: #"{"request":"step","run":1,"count":94}"#),
            Asked(json: #"{"request":"trace","run":1}"#),
            // Read back, with its attention; and made again.
            Asked(json: #"{"request":"load","model":1}"#, answers: [3]),
            Asked(json: #"{"request":"steps","run":2}"#),
            Asked(json: #"{"request":"line","run":2,"line":"info attention 1.0"}"#),
            Asked(json: #"{"request":"verify","model":1}"#, answers: [3]),
        ])
    }
}
