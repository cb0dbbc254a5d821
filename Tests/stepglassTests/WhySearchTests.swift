// `why` against a search over settings by another hand: why_search.py runs stages of its own, in Python.
import ArgumentParser
import Debugging
import Foundation
import Generation
import Requests
import Stages
import TestTools
import Testing
import Traces

@testable import stepglass

@Suite struct WhySearchTests {
    /// 0 of 500 random pairs of step and token may be wrong: every remedy keeps the token, no smaller one does, and where
    /// none is named there is none.
    @Test(.needs(.python)) func aSearchOverSettingsFindsTheSame() throws {
        var random = Random(state: 7)
        var (cases, rows): ([[String: Any]], [UInt8]) = ([], [])
        var row = 0
        let options = try ModelOptions.parse(["--model", tinyName, "--threads", "1"])
        let model = try loadModel(options)
        let texts = ["The capital of France is", "Question: What is the capital of Japan?\nAnswer:", "1, 2, 3, 4,"]
        for run in 0..<25 {
            let settings = random.settings(vocabulary: model.info.vocabularySize)
            let prompt = try model.prompt(texts[run % texts.count], settings: settings)
            let maker = try LiveMaker(model, prompt, settings, options.engine(model.compute))
            let debugger = Debugger(maker)
            _ = try debugger.execute(line: "run to end")
            for _ in 0..<20 {
                let index = random.below(debugger.trace.steps.count)
                let step = debugger.trace.steps[index]
                let token =
                    random.below(2) == 0
                    ? step.candidates[random.below(step.candidates.count)].id
                    : random.below(model.info.vocabularySize)
                _ = try debugger.execute(line: "run to \(index)")
                guard case .why(let path) = try debugger.execute(line: "why #\(token)") else {
                    Issue.record("no path")
                    return
                }
                let situation = try #require(maker.situation(step: index))
                cases.append(written(path, token, situation, step, row: row))
                for logit in situation.logits { withUnsafeBytes(of: logit.bitPattern.littleEndian) { rows += $0 } }
                row += 1
            }
        }
        let place = try Workplace()
        try place.write("cases.json", Array(try JSONSerialization.data(withJSONObject: cases)))
        try place.write("logits.bin", rows)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("why_search.py").path
        let found = try runPython([script, place.path + "/cases.json", place.path + "/logits.bin"])
        #expect(found.status == 0, "\(found.errors)")
        #expect(found.text.contains("500 pairs, 0 wrong"), "\(found.text)")
        // All three kinds of answers were looked at.
        #expect(!found.text.contains(" 0 by"), "\(found.text)")
    }

    /// A case as the script reads it.
    private func written(
        _ path: TokenPath, _ token: Int, _ situation: ChoiceSituation, _ step: Step, row: Int
    ) -> [String: Any] {
        var remedies: Remedies?
        if case .known(let known) = path.remedies { remedies = known }
        func list(_ remedy: Remedy) -> [Any] {
            [
                remedy.adjustments.map { change -> [Any] in
                    [change.option, change.token ?? NSNull(), change.from, change.to ?? NSNull()]
                }, remedy.probability,
            ]
        }
        var generator = situation.state.generator
        let fate: Any = path.candidate == nil ? "unknown" : path.candidate?.removedBy as Any? ?? NSNull()
        return [
            "row": row, "vocabulary": situation.logits.count, "prompt": situation.history.prompt,
            "output": situation.history.output, "ends": situation.endTokens, "uniform": generator.uniform(),
            "mu": situation.state.surpriseBound ?? NSNull(), "settings": written(situation.settings), "token": token,
            "removedBy": fate,
            "single": (remedies?.single ?? []).map(list),
            "pair": remedies?.pair.map(list) ?? NSNull(),
        ]
    }

    private func written(_ settings: Settings) -> [String: Any] {
        var result: [String: Any] = [
            "order": settings.order, "scope": settings.penaltyScope.rawValue, "ban-tokens": settings.bannedTokens,
            "logit-bias": Dictionary(uniqueKeysWithValues: settings.logitBias.map { ("\($0.key)", $0.value) }),
            "min-tokens": settings.minTokens,
        ]
        for parameter in StageList.parameters {
            if let number = parameter.number { result[parameter.option] = number.value(in: settings) }
        }
        return result
    }
}

private struct Random {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }

    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
    mutating func pick(_ values: [Double]) -> Double { values[below(values.count)] }

    /// Settings with one to three stages that remove, and now and then others before them.
    mutating func settings(vocabulary: Int) -> Settings {
        var settings = Settings()
        settings.maxTokens = 10
        settings.candidates = 40
        settings.seed = "\(below(1000))"
        for _ in 0...below(3) { addRemoving(&settings, vocabulary) }
        if below(2) == 0 { settings.temperature = pick([0.3, 0.7, 0.9, 1.5, 2.5]) }
        if below(4) == 0 { settings.repetitionPenalty = pick([0.8, 1.1, 1.6]) }
        if below(4) == 0 { settings.frequencyPenalty = pick([-0.5, 0.4, 1.5]) }
        if below(5) == 0 { settings.presencePenalty = pick([-1, 0.7]) }
        if below(3) == 0 { settings.penaltyScope = .both }
        if below(4) == 0 { settings.logitBias = [below(vocabulary): pick([-30, 5]), below(vocabulary): 12] }
        if below(4) == 0 { settings.order = ["temperature", "min-p", "top-p", "top-k", "repetition-penalty"] }
        return settings
    }

    private mutating func addRemoving(_ settings: inout Settings, _ vocabulary: Int) {
        switch below(15) {
        case 0, 1: settings.topK = [1, 5, 20, 40, 200][below(5)]
        case 2, 3: settings.topP = pick([0.3, 0.6, 0.9, 0.95])
        case 4, 5: settings.minP = pick([0.02, 0.1, 0.5])
        case 6: settings.extra["typical-p.p"] = pick([0.2, 0.5, 0.9])
        case 7: settings.extra["epsilon.cutoff"] = pick([0.0003, 0.01, 0.1])
        case 8: settings.extra["eta.cutoff"] = pick([0.0003, 0.01, 0.1])
        case 9: settings.extra["top-n-sigma.n"] = pick([0.5, 1, 2])
        case 10: settings.extra.merge(["xtc.probability": 0.8, "xtc.threshold": pick([0.02, 0.1])]) { $1 }
        case 11: settings.extra["top-a.a"] = pick([0.1, 0.5])
        case 12: settings.extra["p-less.on"] = 1
        case 13: settings.extra["mirostat.tau"] = pick([1, 3])
        default:
            settings.minTokens = 6
            settings.bannedTokens = (0..<300).map { $0 * 6 + 1 }.filter { $0 < vocabulary }
            settings.extra["no-repeat-n-gram.size"] = pick([1, 2])
            if below(3) == 0 { settings.temperature = 0 }
        }
    }
}
