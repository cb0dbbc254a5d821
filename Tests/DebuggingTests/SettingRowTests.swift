// Every setting is told of: where two runs differ in one, the differences name it, and `info settings` lists them all.
import Debugging
import JSONText
import Testing
import TraceSamples

@testable import Traces

@Suite struct SettingRowTests {
    /// Settings of which none is as it is by default.
    private var other: Settings {
        var settings = Settings()
        (settings.chat, settings.system, settings.maxTokens, settings.minTokens) = (true, "Be brief.", 9, 2)
        (settings.stop, settings.temperature, settings.topK, settings.topP, settings.minP) = (["\n"], 0.5, 7, 0.9, 0.1)
        (settings.repetitionPenalty, settings.presencePenalty, settings.frequencyPenalty) = (1.1, 0.2, 0.3)
        (settings.penaltyScope, settings.order, settings.extra) = (.both, ["top-k"], ["dry.base": 1.5])
        (settings.logitBias, settings.bannedTokens, settings.dryBreakers) = ([3: 1], [4], [":"])
        (settings.seed, settings.beams, settings.beamGroups, settings.beamDiversity) = ("8", 4, 2, 0.5)
        (settings.beamSample, settings.lengthPenalty, settings.earlyStopping) = (true, 0.7, .never)
        (settings.candidates, settings.record, settings.context) = (3, [.logits, .prompt], 99)
        (settings.precision, settings.ablated, settings.forced) = ("other", ["0.1"], [1: 5])
        settings.messages = .array([])
        settings.tools = .array([])
        settings.date = "2026-07-04"
        settings.special = true
        settings.dropped = [2, 5]
        var later = settings
        later.temperature = 2
        settings.changes = [SettingsChange(step: 2, settings: later)]
        return settings
    }

    /// The value that a field has in `other`, by way of the file; changes on the way would have to fit the rest.
    private func put(_ field: Field<Settings>, into settings: inout Settings) throws {
        if field.key == "changes" { return settings.changes = other.changes }
        var json = JSONWriter()
        field.write(other, &json, .everything)
        try field.read(try JSONValue(parsing: json.bytes), &settings, Bounds())
    }

    /// Of many changes the last one up to a step is in force.
    @Test func theChangeInForceIsTheLastOneUpToAStep() {
        var settings = Settings()
        settings.changes = [2, 3, 7, 20, 21].map { step in
            var later = Settings()
            later.topK = step
            return SettingsChange(step: step, settings: later)
        }
        for step in 0..<30 {
            let expected = settings.changes.last { $0.step <= step }?.settings.topK ?? 0
            #expect(settings.at(step: step).topK == expected)
        }
    }

    @Test func everySettingIsTold() throws {
        var a = sampleTrace()
        a.settings = Settings()
        let named = Settings.table.fields.filter { $0.name != nil }
        // The changes on the way are told as what they change.
        #expect(named.count == Settings.table.fields.count - 1)
        for field in Settings.table.fields {
            var b = a
            try put(field, into: &b.settings)
            let found = difference(a, b).settings
            #expect(found.count == 1, "\(field.key)")
            let name = field.key == "extra" ? "dry.base" : field.name ?? "changes"
            #expect(found.first?.name == name && found.first?.a != found.first?.b, "\(field.key)")
        }
    }

    @Test func infoSettingsListsThemAll() throws {
        var trace = sampleTrace()
        trace.settings = other
        let debugger = Debugger(trace)
        guard case .info(.settings(let rows)) = try debugger.execute(line: "info settings") else {
            Issue.record("no settings")
            return
        }
        let names = Settings.table.fields.map { $0.key == "extra" ? "dry.base" : $0.name ?? "changes" }
        #expect(rows.map(\.name) == names)
    }

    /// What may be set anew on the way, and nothing else.
    @Test func onlySomeMayChangeOnTheWay() throws {
        let run = Settings()
        let may = try Settings.table.fields.filter { field in
            var later = run
            try put(field, into: &later)
            return SettingsChange(step: 1, settings: later).fits(run)
        }
        #expect(
            may.map(\.key) == [
                "minTokens", "temperature", "topK", "topP", "minP", "repetitionPenalty", "presencePenalty",
                "frequencyPenalty", "penaltyScope", "order", "extra", "logitBias", "bannedTokens", "dryBreakers",
                "seed", "ablated", "dropped", "forced", "changes",
            ])
    }

    @Test func everyFactOfAModelIsTold() {
        let a = sampleTrace()
        #expect(difference(a, a).model.isEmpty)
        #expect(ModelInfo.table.fields.allSatisfy { $0.name != nil })
        var b = a
        b.model = ModelInfo(
            name: "?", architecture: "?", file: "?", sha256: "?", layers: 99, heads: 98, keyValueHeads: 49,
            headSize: 97, hiddenSize: 91, vocabularySize: 95, contextLength: 94, parameters: 93, weightBytes: 92,
            tensorTypes: [("Q9", 1)])
        #expect(difference(a, b).model.map(\.name) == ModelInfo.table.fields.map { $0.name ?? "" })
    }
}
