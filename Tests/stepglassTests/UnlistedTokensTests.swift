// What if on records that list few tokens and keep of the others where their logits lie: held against NumPy on all logits
// of the same runs, and against `replay`.
import Debugging
import Foundation
import JSONText
import Stages
import TestTools
import Testing
import Traces

/// SmolLM2 on three prompts, each run recorded with all logits and without.
private struct TwoRecords {
    let folder: TemporaryFolder
    var records: [Trace] = []

    init() throws {
        folder = try TemporaryFolder()
        let prompts = [
            ("The capital of France is", "1"), ("Once upon a time, in a village by the sea, there lived", "1.4"),
            ("def fibonacci(n):", "0.7"),
        ]
        for (place, (prompt, temperature)) in prompts.enumerated() {
            let options = [
                "trace", prompt, "--model", "smollm2", "--temperature", temperature, "--max-tokens", "24", "--seed",
                "\(place)",
            ]
            for (name, more) in [
                ("whole-\(place)", ["--record", "logits", "--tensors"]), ("part-\(place)", ["--record", "none"]),
            ] {
                let made = try runCommand(options + more + ["-o", folder.path + "/" + name, "--plain"])
                try #require(made.status == 0, "\(made.errors)")
            }
            records.append(try Trace(parsing: try folder.bytes("part-\(place)/trace.json")))
        }
    }
}

/// Settings as the page's sliders can put them, and beyond.
private func randomSettings(_ base: Settings, _ random: inout SplitMix64) -> Settings {
    var settings = base
    func uniform() -> Double { Double.random(in: 0..<1, using: &random) }
    func chance(_ part: Double) -> Bool { uniform() < part }
    let isHot = chance(0.3)
    let isCut = (k: chance(0.4), p: chance(0.5), min: chance(0.4))
    let isPenalised = (chance(0.3), chance(0.2), chance(0.2))
    if chance(0.5) { settings.order.shuffle(using: &random) }
    settings.temperature = isHot ? 2 + 8 * uniform() : 0.1 + 1.9 * uniform()
    settings.topK = isCut.k ? 1 + Int(50 * uniform()) : 0
    settings.topP = isCut.p ? 0.02 + 0.97 * uniform() : 1
    settings.minP = isCut.min ? 0.005 + 0.4 * uniform() * uniform() : 0
    settings.repetitionPenalty = isPenalised.0 ? 1 + uniform() : 1
    settings.frequencyPenalty = isPenalised.1 ? 2 * uniform() : 0
    settings.presencePenalty = isPenalised.2 ? 2 * uniform() : 0
    return settings
}

@Suite(.serialized, .needs(.command, .python, .smolLM2)) struct UnlistedTokensTests {
    @Test("a thousand pairs: within the bound, the same tokens kept, 1e-4 off only where bins are cut")
    func aThousandPairs() throws {
        let made = try TwoRecords()
        var random = SplitMix64(state: 11)
        var lines = ""
        let debuggers = made.records.map { Debugger($0) }
        for round in 0..<1000 {
            let run = round % made.records.count
            let trace = made.records[run]
            let index = Int.random(in: trace.steps.indices, using: &random)
            let settings = randomSettings(trace.settings, &random)
            let found = try debuggers[run].whatIf(step: index, settings: settings)
            var json = JSONWriter()
            json.object { json in
                json.member("run", run)
                json.member("step", index)
                json.object("settings") { json in
                    json.member("temperature", settings.temperature)
                    json.member("topK", settings.topK)
                    json.member("topP", settings.topP)
                    json.member("minP", settings.minP)
                    json.member("repetition", settings.repetitionPenalty)
                    json.member("frequency", settings.frequencyPenalty)
                    json.member("presence", settings.presencePenalty)
                    json.array("order") { json in for name in settings.order { json.value(name) } }
                }
                json.array("prompt") { json in for token in trace.prompt.tokens { json.value(token.id) } }
                json.array("output") { json in for step in trace.steps[..<index] { json.value(step.token.id) } }
                json.member("bound", found.bound)
                json.object("shares") { json in
                    for candidate in found.step.candidates { json.member("\(candidate.id)", candidate.probability) }
                }
                json.array("kept") { json in
                    for candidate in found.step.candidates where candidate.removedBy == nil { json.value(candidate.id) }
                }
            }
            lines += String(decoding: json.bytes, as: UTF8.self).replacingOccurrences(of: "\n", with: "") + "\n"
        }
        let cases = try made.folder.write("cases.jsonl", Array(lines.utf8))
        let tensors = made.records.indices.map { made.folder.path + "/whole-\($0)/tensors.safetensors" }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/what_if_tail.py"
        let checked = try runPython([script, cases] + tensors)
        try #require(checked.status == 0, "\(checked.errors)")
        let told = try JSONValue(parsing: checked.out)
        #expect(told["cases"]?.int == 1000 && told["unbounded"]?.int == 0)
        for name in ["beyond", "far", "sets"] {
            #expect(told[name]?.array?.isEmpty == true, "\(name): \(checked.text.prefix(3000))")
        }
        #expect((told["cut"]?.array?.count ?? 1000) < 50, "\(checked.text.suffix(300))")
    }
}
