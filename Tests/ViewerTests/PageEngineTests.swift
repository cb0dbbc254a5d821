// Pages that carry an engine: what their policy lets through, and that names stay inert.
import Foundation
import JSONText
import TestTools
import Testing
import TraceSamples
import Traces

@testable import Viewer

private func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

private func policy(_ page: String) throws -> Substring {
    try #require(page.firstMatch(of: /Content-Security-Policy" content="([^"]*)"/)).1
}

/// A text element of the page.
private func element(_ id: String, _ page: String) throws -> Substring {
    let start = try #require(page.range(of: "id=\"\(id)\">"))
    let rest = page[start.upperBound...]
    return rest[..<(try #require(rest.range(of: "<"))).lowerBound]
}

@Suite struct PageEngineTests {
    private let engine = PageEngine(
        packedModule: [1, 2, 3],
        kind: .whole(
            PageEngine.Model(
                name: "</script><b>", sha256: "00", files: [("config.json", [7]), ("model.safetensors", [8, 9])])))

    @Test func onlyAPageWithAnEngineMayCompileOne() throws {
        let without = text(try tracePage(sampleTrace()))
        let with = text(try tracePage(traceJSON: try traceJSON(sampleTrace()), title: "t", engine: engine))
        #expect(!(try policy(without)).contains("wasm"))
        #expect(try element("engine", without).isEmpty)
        let rules = try policy(with).split(separator: ";").map { $0.drop { $0 == " " } }
        #expect(rules.contains("default-src 'none'"))
        #expect(rules.contains("worker-src blob:"))
        #expect(try #require(rules.first { $0.hasPrefix("script-src") }).hasSuffix("'wasm-unsafe-eval'"))
        #expect(!rules.contains { $0.hasPrefix("connect-src") || $0.contains("'unsafe-eval'") })
        #expect(try element("engine", with) == text(pageText([1, 2, 3]))[...])
    }

    @Test func aRecordsEngineSaysThatItOpensNoModels() throws {
        let records = PageEngine(packedModule: [1, 2, 3], kind: .records)
        let page = text(try tracePage(traceJSON: try traceJSON(sampleTrace()), title: "t", engine: records))
        #expect(try element("model-facts", page) == #"{"opensModels":false}"#)
        #expect(try element("model", page).isEmpty)
        #expect(try element("engine", page) == text(pageText([1, 2, 3]))[...])
    }

    @Test func theModelsFilesAreStreamsOneAfterAnother() throws {
        var page: [UInt8] = []
        try livePage(engine) { page += $0 }
        let whole = text(page)
        let streams = try [[7], [8, 9]].map { try deflated($0, looksFor: .repetitions) }
        #expect(try element("model", whole) == text(pageText(streams.flatMap { $0 }))[...])
        let facts = try JSONValue(parsing: Array(try element("model-facts", whole).utf8))
        #expect(facts["name"]?.string == "</script><b>")
        #expect(facts["opensModels"] == .bool(true))
        #expect(facts["files"]?.array?.map { $0["stride"]?.int ?? 0 } == [1, 1])
        #expect(facts["files"]?.array?.map { $0["packed"]?.int ?? 0 } == streams.map { $0.count })
        // A name that looks like markup makes no element of its own.
        let form = text(
            try Data(contentsOf: TestMachine.repository.appendingPathComponent("Sources/Viewer/Resources/page.html"))
                .map { $0 })
        #expect(whole.matches(of: /<\/script>/).count == form.matches(of: /<\/script>/).count)
        #expect(try element("trace", whole).isEmpty)
    }

    @Test func theWorkersScriptIsWholeByItself() throws {
        let script = text(try workerScript())
        #expect(script.contains("addEventListener(\"message\""))
        #expect(!script.contains("document."))
        #expect(!text(try pageScript()).contains("postMessage({ id: message.id"))
    }
}
