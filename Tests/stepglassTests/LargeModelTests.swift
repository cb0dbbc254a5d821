// A model that fills memory: the packed weights alone stay there, and what recording will take is told beforehand. Here a small
// one; make_large_model.py makes one of 7 billion weights as well.
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command, .python)) struct LargeModelTests {
    private static let maker = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/make_large_model.py"
    private let run = ["w1 w2 w3", "--max-tokens", "24", "--record", "all", "--temperature", "1", "--seed", "1"]

    private func metrics(_ place: Workplace, _ model: String, _ more: [String] = []) throws -> (JSONValue, String) {
        let run = try place.stepglass(["trace"] + run + ["--model", model, "-o", "run", "--force"] + more)
        #expect(run.status == 0, "\(run.errors)")
        return (try #require(try place.json("run/trace.json")["metrics"]), run.errors)
    }

    private func size(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    }

    @Test(arguments: ["Q4_0", "Q4_K"])
    func packedWeightsAloneStayInMemory(type: String) throws {
        let place = try Workplace()
        let file = place.path + "/large.gguf"
        let made = try runPython([
            Self.maker, file, "--layers", "4", "--hidden", "2048", "--wide", "5632", "--heads", "16", "--type", type,
        ])
        #expect(made.status == 0, "\(made.errors)")
        // What a process takes in any case: code, pictures' fonts, the page.
        let base = try #require(try metrics(place, "tiny").0["peakMemoryBytes"]?.int)
        let (metrics, _) = try metrics(place, file)
        let peak = try #require(metrics["peakMemoryBytes"]?.int)
        let other = ["keyValueCacheBytes", "recordBytes"].reduce(0) { $0 + (metrics[$1]?.int ?? .max / 4) }
        let bytes = try size(file)
        #expect(bytes > 180_000_000)
        #expect(
            peak - base <= bytes * 115 / 100 + other, "peak \(peak), process \(base), file \(bytes), other \(other)")
    }

    @Test func whatRecordingTakesIsToldBeforehand() throws {
        let place = try Workplace()
        let file = place.path + "/wide.gguf"
        // As many positions, layers and numbers a layer as a model of 7 billion weights would keep for a short text.
        let made = try runPython([
            Self.maker, file, "--layers", "2", "--hidden", "256", "--wide", "256", "--heads", "32", "--vocabulary",
            "32000",
        ])
        #expect(made.status == 0, "\(made.errors)")
        let run = try place.stepglass(
            "trace", "w1", "--model", file, "--max-tokens", "600", "--record", "all", "--greedy", "-o", "run")
        #expect(run.status == 0)
        let line = try #require(run.errorLines.first { $0.contains("recording up to") }, "\(run.errors)")
        // 2 · steps · vocabulary · 4 bytes.
        #expect(line.contains("logits 154 MB"), "\(line)")
        #expect(
            run.errors.range(of: "recording up to")!.lowerBound < run.errors.range(of: "tokens a second")!.lowerBound)
    }
}
