// What a record says of the engine that its numbers come from, and of each kind of value how it came to be.
public import JSONText
public import Phrases
public import Traces

/// How a value of a run through another engine came to be.
public enum ValueOrigin: String, Sendable, CaseIterable {
    /// The engine said it.
    case observed
    /// Worked out here from what the engine said, exactly.
    case recomputed
    /// Worked out here with everything that is not listed as one outcome: never more than the true value.
    case bounded
    /// Not to be had from this engine.
    case unavailable

    public var phrase: Phrase {
        switch self {
        case .observed: Phrase("observed", "觀測")
        case .recomputed: Phrase("recomputed", "重算")
        case .bounded: Phrase("bounded", "下限")
        case .unavailable: Phrase("unavailable", "無法取得")
        }
    }
}

/// The kinds of values that a record has.
public enum RecordedValue: String, Sendable, CaseIterable {
    case promptTokens, logProbabilities, unlistedMass, stages, draw, entropy
    case logits, attention, hidden, cache, weights

    public var phrase: Phrase {
        switch self {
        case .promptTokens: Phrase("the prompt's tokens", "提示的詞元")
        case .logProbabilities: Phrase("log-probabilities", "對數機率")
        case .unlistedMass: Phrase("the mass not listed", "未列出的機率")
        case .stages: Phrase("stages", "各階段")
        case .draw: Phrase("the draw", "抽選")
        case .entropy: Phrase("entropy", "熵")
        case .logits: Phrase("logits", "logit")
        case .attention: Phrase("attention", "注意力")
        case .hidden: Phrase("hidden states", "隱藏狀態")
        case .cache: Phrase("the cache", "快取")
        case .weights: Phrase("weights", "權重")
        }
    }
}

/// The engine of a run.
public struct EngineOrigin: Equatable, Sendable {
    public var server: String
    public var version: String
    /// Without key or user.
    public var address: String
    /// As the server calls it.
    public var model: String
    /// How many tokens each answer lists; nil: all.
    public var listed: Int?
    public var findings = EngineFindings()

    init(_ engine: Engine) {
        (server, version) = (engine.facts.server, engine.facts.version)
        // Some call it by its place on their disk, which is nobody's business.
        model = engine.model.name.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? ""
        address = engine.connection.address.text
        if case .some(let count) = engine.count { listed = count }
        findings = engine.findings
    }

    /// What the record's object says; nil where it is none of this form.
    public init?(_ json: JSONValue) {
        guard let server = json["server"]?.string, let address = json["address"]?.string else { return nil }
        self.server = server
        self.address = address
        version = json["version"]?.string ?? ""
        model = json["model"]?.string ?? ""
        listed = json["listed"]?.int
        findings.isRaw = json["raw"]?.bool
        findings.spread = json["spread"]?.double
        findings.takesIDs = json["takesIds"]?.bool
        findings.namesIDs = json["namesIds"]?.bool
        findings.listsDrawn = json["listsDrawn"]?.bool
        findings.keepsSeed = json["keepsSeed"]?.bool
        findings.speculates = json["speculates"]?.bool
    }

    /// How each kind of value came to be.
    public var values: [(RecordedValue, ValueOrigin)] {
        RecordedValue.allCases.map { value in
            let origin: ValueOrigin =
                switch value {
                case .logProbabilities: .observed
                case .promptTokens, .stages, .draw, .unlistedMass: .recomputed
                case .entropy: listed == nil ? .recomputed : .bounded
                case .logits, .attention, .hidden, .cache, .weights: .unavailable
                }
            return (value, origin)
        }
    }

    /// The object that stands in the record.
    var json: JSONValue {
        var object = JSONObject()
        _ = object.append("server", .string(server))
        _ = object.append("version", .string(version))
        _ = object.append("address", .string(address))
        _ = object.append("model", .string(model))
        _ = object.append("listed", listed.map { .number(String($0)) } ?? .null)
        _ = object.append("raw", findings.isRaw.map { .bool($0) } ?? .null)
        _ = object.append("spread", findings.spread.map { .number(String($0)) } ?? .null)
        for (name, finding) in [
            ("takesIds", findings.takesIDs), ("namesIds", findings.namesIDs), ("listsDrawn", findings.listsDrawn),
            ("keepsSeed", findings.keepsSeed), ("speculates", findings.speculates),
        ] { _ = object.append(name, finding.map { .bool($0) } ?? .null) }
        var kinds = JSONObject()
        for (value, origin) in values { _ = kinds.append(value.rawValue, .string(origin.rawValue)) }
        _ = object.append("values", .object(kinds))
        return .object(object)
    }

    /// In a few lines for the terminal: the server, how it answers, then the kinds of values by how they came to be.
    public var lines: [Phrase] {
        let name = readable(version.isEmpty ? server : server + " " + version)
        let count =
            listed.map { Phrase("\($0) tokens listed a step", "每步列出 \($0) 個詞元") }
            ?? Phrase("all tokens listed", "列出所有詞元")
        let head =
            Phrase("engine: \(name) at \(readable(address)), ", "引擎：\(readable(address)) 的 \(name)，") + count
        return [head + findings.numbers] + findings.manners
            + ValueOrigin.allCases.compactMap { origin in
                let kinds = values.filter { $0.1 == origin }.map { $0.0.phrase }
                return kinds.isEmpty ? nil : origin.phrase + Phrase(": ", "：") + .list(kinds)
            }
    }
}

extension Trace {
    /// The engine that the numbers come from; nil where this program ran the model.
    public var engineOrigin: EngineOrigin? { origin.flatMap { EngineOrigin($0) } }
}
