// Settings and model facts as named texts, and where two runs differ in them. Used by `diff` and `info settings`.
public import Phrases
internal import Traces

/// A setting by the name of its option, and its value in words.
public typealias SettingRow = (name: String, value: Phrase)

/// Every setting by the name of its option, as text: those that a step was made with, and what was changed on the way.
func settingRows(_ trace: Trace, at step: Int = 0) -> [SettingRow] {
    let names = TokenNames(trace)
    let changes = changeTexts(trace.settings, names)
    return settingRows(of: trace.settings.at(step: step), names)
        + (changes.isEmpty ? [] : [("changes", list(changes))])
}

/// "step 5: temperature 1 → 0.2".
private func changeTexts(_ settings: Settings, _ names: TokenNames) -> [Phrase] {
    var before = settings.at(step: 0)
    return settings.changes.map { change in
        let now = settings.at(step: change.step)
        defer { before = now }
        let parts = differing(settingRows(of: before, names), settingRows(of: now, names)).map {
            Phrase(same: $0.name + " ") + $0.a + Phrase(same: " → ") + $0.b
        }
        return atStep(change.step)
            + Phrase(parts.map(\.english).joined(separator: " "), parts.map(\.chinese).joined(separator: " "))
    }
}

private func atStep(_ step: Int) -> Phrase { Phrase("step \(step): ", "第 \(step) 步：") }

/// Tokens by id as a person reads them: `" Rome" #1614`, or the id alone where the run nowhere shows the token.
private struct TokenNames {
    private var bytes: [Int: [UInt8]] = [:]

    init(_ trace: Trace) {
        // Most runs name no token in their settings, and then the candidates need not be gone through.
        let settings = [trace.settings] + trace.settings.changes.map(\.settings)
        var wanted = Set(settings.flatMap { $0.forced.values + $0.bannedTokens + $0.logitBias.keys })
        if wanted.isEmpty { return }
        for token in trace.tokens where wanted.remove(token.id) != nil { bytes[token.id] = token.bytes }
        if wanted.isEmpty { return }
        for candidate in trace.steps.lazy.flatMap(\.candidates) where wanted.remove(candidate.id) != nil {
            bytes[candidate.id] = candidate.bytes
        }
    }

    subscript(id: Int) -> String { (bytes[id].map { quoted($0) + " " } ?? "") + "#\(id)" }
}

private func settingRows(of settings: Settings, _ names: TokenNames) -> [SettingRow] {
    let stops = settings.stop.map { quoted(Array($0.utf8)) }.joined(separator: " ")
    let texts: [(String, String)] = [
        ("temperature", plain(settings.temperature)), ("top-k", "\(settings.topK)"), ("top-p", plain(settings.topP)),
        ("min-p", plain(settings.minP)), ("repetition-penalty", plain(settings.repetitionPenalty)),
        ("presence-penalty", plain(settings.presencePenalty)),
        ("frequency-penalty", plain(settings.frequencyPenalty)),
        ("penalty-scope", settings.penaltyScope.rawValue), ("order", settings.order.joined(separator: ",")),
    ]
    var rows: [SettingRow] = [
        ("chat", Phrase(same: "\(settings.chat)")),
        ("system", settings.system.map { Phrase(same: quoted(Array($0.utf8))) } ?? notSet),
        ("max-tokens", .number(settings.maxTokens)), ("min-tokens", .number(settings.minTokens)),
        ("stop", stops.isEmpty ? notSet : Phrase(same: stops)),
    ]
    rows += texts.map { ($0.0, Phrase(same: $0.1)) }
    rows += settings.extra.sorted { $0.key < $1.key }.map { ($0.key, Phrase(same: plain($0.value))) }
    let biases = settings.logitBias.sorted { $0.key < $1.key }.map {
        Phrase(same: "\(names[$0.key]) \(plain($0.value))")
    }
    let forced = settings.forced.sorted { $0.key < $1.key }.map {
        atStep($0.key) + Phrase(same: names[$0.value])
    }
    rows += [
        ("logit-bias", list(biases)), ("banned-tokens", list(settings.bannedTokens.map { Phrase(same: names[$0]) })),
        ("seed", Phrase(same: settings.seed)), ("beams", .number(settings.beams)),
        ("length-penalty", Phrase(same: plain(settings.lengthPenalty))),
        ("early-stopping", Phrase(same: settings.earlyStopping.rawValue)), ("candidates", .number(settings.candidates)),
        ("context", .number(settings.context)), ("precision", Phrase(same: settings.precision)),
        ("ablated", list(settings.ablated.map { Phrase(same: $0) })),
        ("forced", list(forced)),
    ]
    return rows
}

/// The value of what is not set.
private let notSet = Phrase("none", "無")

private func list(_ items: [Phrase]) -> Phrase { items.isEmpty ? notSet : .list(items) }

func differingSettings(_ a: Trace, _ b: Trace) -> [SettingDifference] {
    differing(settingRows(a), settingRows(b))
}

func differingModel(_ a: ModelInfo, _ b: ModelInfo) -> [SettingDifference] {
    differing(modelRows(a), modelRows(b))
}

private func modelRows(_ model: ModelInfo) -> [SettingRow] {
    let texts: [(String, String)] = [
        ("name", model.name), ("architecture", model.architecture), ("file", model.file), ("sha256", model.sha256),
        ("layers", "\(model.layers)"), ("heads", "\(model.heads)"), ("vocabulary", "\(model.vocabularySize)"),
        ("weight bytes", "\(model.weightBytes)"),
    ]
    return texts.map { ($0.0, Phrase(same: $0.1)) }
}

private func differing(_ a: [SettingRow], _ b: [SettingRow]) -> [SettingDifference] {
    var result: [SettingDifference] = []
    for (name, value) in a {
        let other = b.first { $0.name == name }?.value ?? notSet
        if other != value { result.append(SettingDifference(name: name, a: value, b: other)) }
    }
    for (name, value) in b where !a.contains(where: { $0.name == name }) {
        result.append(SettingDifference(name: name, a: notSet, b: value))
    }
    return result
}
