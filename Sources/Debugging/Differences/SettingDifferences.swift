// Settings and model facts as named texts, and where two runs differ in them. Used by `diff` and `info settings`.
internal import Traces

/// Every setting by the name of its option, as text: those that a step was made with, and what was changed on the way.
func settingRows(_ trace: Trace, at step: Int = 0) -> [(name: String, value: String)] {
    let names = TokenNames(trace)
    let changes = changeTexts(trace.settings, names)
    return settingRows(of: trace.settings.at(step: step), names)
        + (changes.isEmpty ? [] : [("changes", list(changes))])
}

/// "step 5: temperature 1 → 0.2".
private func changeTexts(_ settings: Settings, _ names: TokenNames) -> [String] {
    var before = settings.at(step: 0)
    return settings.changes.map { change in
        let now = settings.at(step: change.step)
        defer { before = now }
        let parts = differing(settingRows(of: before, names), settingRows(of: now, names)).map {
            "\($0.name) \($0.a) → \($0.b)"
        }
        return "step \(change.step): " + parts.joined(separator: " ")
    }
}

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

private func settingRows(of settings: Settings, _ names: TokenNames) -> [(name: String, value: String)] {
    var rows: [(String, String)] = [
        ("chat", "\(settings.chat)"), ("system", settings.system.map { quoted(Array($0.utf8)) } ?? "none"),
        ("messages", settings.messagesText ?? "none"), ("tools", settings.toolsText ?? "none"),
        ("date", settings.date ?? "none"),
        ("max-tokens", "\(settings.maxTokens)"), ("min-tokens", "\(settings.minTokens)"),
        ("stop", settings.stop.isEmpty ? "none" : settings.stop.map { quoted(Array($0.utf8)) }.joined(separator: " ")),
        ("temperature", plain(settings.temperature)), ("top-k", "\(settings.topK)"), ("top-p", plain(settings.topP)),
        ("min-p", plain(settings.minP)), ("repetition-penalty", plain(settings.repetitionPenalty)),
        ("presence-penalty", plain(settings.presencePenalty)),
        ("frequency-penalty", plain(settings.frequencyPenalty)),
        ("penalty-scope", settings.penaltyScope.rawValue), ("order", settings.order.joined(separator: ",")),
    ]
    rows += settings.extra.sorted { $0.key < $1.key }.map { ($0.key, plain($0.value)) }
    let biases = settings.logitBias.sorted { $0.key < $1.key }.map { "\(names[$0.key]) \(plain($0.value))" }
    let forced = settings.forced.sorted { $0.key < $1.key }.map { "step \($0.key): \(names[$0.value])" }
    rows += [
        ("logit-bias", list(biases)), ("banned-tokens", list(settings.bannedTokens.map { names[$0] })),
        ("seed", settings.seed), ("beams", "\(settings.beams)"), ("length-penalty", plain(settings.lengthPenalty)),
        ("early-stopping", settings.earlyStopping.rawValue), ("candidates", "\(settings.candidates)"),
        ("context", "\(settings.context)"), ("precision", settings.precision), ("ablated", list(settings.ablated)),
        ("forced", list(forced)),
    ]
    return rows
}

private func list(_ items: [String]) -> String { items.isEmpty ? "none" : items.joined(separator: ", ") }

func differingSettings(_ a: Trace, _ b: Trace) -> [SettingDifference] {
    differing(settingRows(a), settingRows(b))
}

func differingModel(_ a: ModelInfo, _ b: ModelInfo) -> [SettingDifference] {
    differing(modelRows(a), modelRows(b))
}

private func modelRows(_ model: ModelInfo) -> [(name: String, value: String)] {
    [
        ("name", model.name), ("architecture", model.architecture), ("file", model.file), ("sha256", model.sha256),
        ("layers", "\(model.layers)"), ("heads", "\(model.heads)"), ("vocabulary", "\(model.vocabularySize)"),
        ("weight bytes", "\(model.weightBytes)"),
    ]
}

private func differing(
    _ a: [(name: String, value: String)], _ b: [(name: String, value: String)]
) -> [SettingDifference] {
    var result: [SettingDifference] = []
    for (name, value) in a {
        let other = b.first { $0.name == name }?.value ?? "none"
        if other != value { result.append(SettingDifference(name: name, a: value, b: other)) }
    }
    for (name, value) in b where !a.contains(where: { $0.name == name }) {
        result.append(SettingDifference(name: name, a: "none", b: value))
    }
    return result
}
