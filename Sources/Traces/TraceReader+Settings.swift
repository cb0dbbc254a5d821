// Reads the settings of a run from JSON.
// Called by: TraceReader; verifying a run.
import JSONText

/// A setting that a file does not name keeps its default: files may be older than the setting.
func readSettings(_ fields: ObjectReader) throws(TraceError) -> Settings {
    var settings = Settings()
    func take<T>(_ key: String, into place: inout T, _ read: (String) throws(TraceError) -> T) throws(TraceError) {
        if fields.has(key) { place = try read(key) }
    }
    let int = { (key: String) throws(TraceError) in try fields.int(key) }
    let double = { (key: String) throws(TraceError) in try fields.double(key) }
    try take("chat", into: &settings.chat, fields.bool)
    try take("system", into: &settings.system, fields.optionalString)
    try take("messages", into: &settings.messages, fields.objects)
    try take("tools", into: &settings.tools, fields.objects)
    try take("date", into: &settings.date, fields.string)
    try take("maxTokens", into: &settings.maxTokens, int)
    try take("minTokens", into: &settings.minTokens, int)
    try take("stop", into: &settings.stop, fields.strings)
    try take("temperature", into: &settings.temperature, double)
    try take("topK", into: &settings.topK, int)
    try take("topP", into: &settings.topP, double)
    try take("minP", into: &settings.minP, double)
    try take("repetitionPenalty", into: &settings.repetitionPenalty, double)
    try take("presencePenalty", into: &settings.presencePenalty, double)
    try take("frequencyPenalty", into: &settings.frequencyPenalty, double)
    try take("penaltyScope", into: &settings.penaltyScope, fields.word)
    try take("order", into: &settings.order, fields.strings)
    try take("extra", into: &settings.extra) { (key) throws(TraceError) in try readExtra(fields, key) }
    try take("logitBias", into: &settings.logitBias) { (key) throws(TraceError) in try readBias(fields, key) }
    try take("bannedTokens", into: &settings.bannedTokens) { (key) throws(TraceError) in
        try fields.ints(key, 0...Int.max)
    }
    try take("dryBreakers", into: &settings.dryBreakers, fields.strings)
    try take("seed", into: &settings.seed) { (key) throws(TraceError) in try readSeed(fields, key) }
    try take("beams", into: &settings.beams) { (key) throws(TraceError) in try fields.int(key, 1...Int.max) }
    try take("beamGroups", into: &settings.beamGroups) { (key) throws(TraceError) in try fields.int(key, 1...Int.max) }
    try take("beamDiversity", into: &settings.beamDiversity, double)
    try take("beamSample", into: &settings.beamSample, fields.bool)
    try take("lengthPenalty", into: &settings.lengthPenalty, double)
    try take("earlyStopping", into: &settings.earlyStopping, fields.word)
    try take("candidates", into: &settings.candidates, int)
    try take("record", into: &settings.record) { (key) throws(TraceError) in try readRecordKinds(fields, key) }
    try take("context", into: &settings.context, int)
    try take("precision", into: &settings.precision, fields.string)
    try take("ablated", into: &settings.ablated, fields.strings)
    try take("forced", into: &settings.forced) { (key) throws(TraceError) in try readForced(fields, key) }
    if fields.has("changes") { settings.changes = try readChanges(fields, of: settings) }
    return settings
}

extension ObjectReader {
    /// A list of objects that are kept as they are.
    fileprivate func objects(_ key: String) throws(TraceError) -> JSONValue {
        .array(
            try list(key) { (value, _) throws(TraceError) in
                if value.object == nil { throw .field(path: "", problem: "is no object") }
                return value
            })
    }
}

private func readChanges(_ fields: ObjectReader, of run: Settings) throws(TraceError) -> [SettingsChange] {
    var last = 0
    return try fields.list("changes") { (value, _) throws(TraceError) in
        let change = try ObjectReader(value)
        let step = try change.int("step")
        if step <= last { throw .field(path: "step", problem: "is \(step), not above \(last), the one before") }
        last = step
        let settings = try change.inside("settings") { (inner) throws(TraceError) in
            if inner.has("changes") { throw .field(path: "changes", problem: "stands inside another change") }
            return try readSettings(inner)
        }
        if !settings.forced.isEmpty { throw .field(path: "settings.forced", problem: "stands inside a change") }
        let read = SettingsChange(step: step, settings: settings)
        if !read.fits(run) { throw .field(path: "settings", problem: "changes what cannot change on the way") }
        return read
    }
}

/// A number up to 2^53, or any unsigned 128-bit number as a string of digits.
private func readSeed(_ fields: ObjectReader, _ key: String) throws(TraceError) -> String {
    if case .string(let digits) = try fields.value(key) {
        guard UInt128(digits) != nil else {
            throw .field(path: key, problem: "is \"\(shortened(digits))\", not an unsigned 128-bit number in digits")
        }
        return digits
    }
    return try fields.int(key, 0...exactIntegerLimit).description
}

private func readExtra(_ fields: ObjectReader, _ key: String) throws(TraceError) -> [String: Double] {
    try fields.inside(key) { (extra) throws(TraceError) in
        var values: [String: Double] = [:]
        for (name, _) in extra.object.members { values[name] = try extra.double(name) }
        return values
    }
}

/// Token ids as keys; null stands for −∞, which JSON numbers cannot.
private func readBias(_ fields: ObjectReader, _ key: String) throws(TraceError) -> [Int: Double] {
    try fields.inside(key) { (biases) throws(TraceError) in
        var values: [Int: Double] = [:]
        for (name, value) in biases.object.members {
            values[try numberKey(name)] = value.isNull ? -.infinity : try biases.double(name)
        }
        return values
    }
}

private func readForced(_ fields: ObjectReader, _ key: String) throws(TraceError) -> [Int: Int] {
    try fields.inside(key) { (steps) throws(TraceError) in
        var values: [Int: Int] = [:]
        for (name, _) in steps.object.members { values[try numberKey(name)] = try steps.int(name) }
        return values
    }
}

private func numberKey(_ name: String) throws(TraceError) -> Int {
    guard let number = Int(name), number >= 0, number.description == name else {
        throw .field(path: shortened(name), problem: "is no whole number of 0 or more")
    }
    return number
}

private func readRecordKinds(_ fields: ObjectReader, _ key: String) throws(TraceError) -> [RecordKind] {
    try fields.list(key) { (value, _) throws(TraceError) in
        guard let kind = value.string.flatMap(RecordKind.init) else {
            let kinds = RecordKind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw .field(path: "", problem: "must be one of \(kinds)")
        }
        return kind
    }
}
