// Settings and model facts as named texts, and where two runs differ in them. What there is comes from the tables of
// fields; here it is worded.
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
    var before = settingRows(of: settings.at(step: 0), names)
    return settings.changes.map { change in
        let now = settingRows(of: settings.at(step: change.step), names)
        defer { before = now }
        let parts = differing(before, now).map {
            Phrase(same: $0.name + " ") + $0.a + Phrase(same: " → ") + $0.b
        }
        return atStep(change.step)
            + .list(parts)
    }
}

private func atStep(_ step: Int) -> Phrase { Phrase("step \(step): ", "第 \(step) 步：") }

/// Tokens by id as a person reads them: `" Rome" #1614`, or the id alone where the run nowhere shows the token.
private struct TokenNames {
    private var bytes: [Int: [UInt8]] = [:]

    init(_ trace: Trace) {
        // Most runs name no token in their settings, and then the candidates need not be gone through.
        let settings = [trace.settings] + trace.settings.changes.map { $0.settings }
        var wanted = Set(settings.flatMap { $0.forced.values + $0.bannedTokens + $0.logitBias.keys })
        if wanted.isEmpty { return }
        for token in trace.tokens where wanted.remove(token.id) != nil { bytes[token.id] = token.bytes }
        if wanted.isEmpty { return }
        for candidate in trace.steps.lazy.flatMap({ $0.candidates }) where wanted.remove(candidate.id) != nil {
            bytes[candidate.id] = candidate.bytes
        }
    }

    subscript(id: Int) -> String { (bytes[id].map { quoted($0) + " " } ?? "") + "#\(id)" }
}

private func settingRows(of settings: Settings, _ names: TokenNames) -> [SettingRow] { rows(settings.told, names) }

/// Named values in words; numbers with names of their own are rows of their own.
private func rows(_ fields: [(name: String, value: FieldValue)], _ names: TokenNames?) -> [SettingRow] {
    var rows: [SettingRow] = []
    for (name, value) in fields {
        if case .numbers(let numbers) = value {
            for (name, number) in numbers { rows.append((name, Phrase(same: plain(number)))) }
        } else {
            rows.append((name, words(value, names)))
        }
    }
    return rows
}

private func words(_ value: FieldValue, _ names: TokenNames?) -> Phrase {
    let token = { (id: Int) in names?[id] ?? "#\(id)" }
    let same = { (texts: [String]) in texts.map { Phrase(same: $0) } }
    return switch value {
    case .flag(let flag): Phrase(same: "\(flag)")
    case .whole(let number): .number(number)
    case .number(let number): Phrase(same: plain(number))
    case .word(let word): Phrase(same: word)
    case .text(let text): text.map { Phrase(same: quoted(Array($0.utf8))) } ?? notSet
    case .texts(let texts):
        texts.isEmpty ? notSet : Phrase(same: texts.map { quoted(Array($0.utf8)) }.joined(separator: " "))
    case .words(let words): list(same(words))
    case .order(let names): Phrase(same: names.joined(separator: ","))
    case .tokens(let ids): list(same(ids.map(token)))
    case .biases(let biases): list(same(biases.map { "\(token($0.id)) \(plain($0.bias))" }))
    case .forced(let tokens): list(tokens.map { atStep($0.step) + Phrase(same: token($0.id)) })
    case .numbers(let numbers): list(same(numbers.map { "\($0.name) \(plain($0.number))" }))
    case .counts(let counts): list(same(counts.map { "\($0.name) \($0.count)" }))
    }
}

/// The value of what is not set.
private let notSet = Phrase("none", "無")

private func list(_ items: [Phrase]) -> Phrase { items.isEmpty ? notSet : .list(items) }

/// The first value of each name.
private func byName(_ rows: [SettingRow]) -> [String: Phrase] {
    var values: [String: Phrase] = [:]
    for (name, value) in rows where values[name] == nil { values[name] = value }
    return values
}

func differingSettings(_ a: Trace, _ b: Trace) -> [SettingDifference] {
    differing(settingRows(a), settingRows(b))
}

func differingModel(_ a: ModelInfo, _ b: ModelInfo) -> [SettingDifference] {
    differing(rows(a.told, nil), rows(b.told, nil))
}

private func differing(_ a: [SettingRow], _ b: [SettingRow]) -> [SettingDifference] {
    let (inA, inB) = (byName(a), byName(b))
    var result: [SettingDifference] = []
    for (name, value) in a {
        let other = inB[name] ?? notSet
        if other != value { result.append(SettingDifference(name: name, a: value, b: other)) }
    }
    for (name, value) in b where inA[name] == nil {
        result.append(SettingDifference(name: name, a: notSet, b: value))
    }
    return result
}
