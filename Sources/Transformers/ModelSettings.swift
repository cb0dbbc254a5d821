// What an architecture asks a model's files: each setting by its name in GGUF and in config.json, in one look-up.
internal import JSONText
internal import ModelFiles

enum ModelFormat: Sendable {
    case gguf, huggingFace
}

/// A value that differs between the file formats: tensor names, the order of a head's numbers, a default.
struct ByFormat<Value: Sendable>: Sendable {
    let gguf: Value
    let huggingFace: Value

    subscript(format: ModelFormat) -> Value {
        switch format {
        case .gguf: gguf
        case .huggingFace: huggingFace
        }
    }
}

/// What a setting is called.
struct SettingKey: Sendable {
    /// The key without the architecture's name before it; nil when the format has no such setting.
    let gguf: String?
    /// The keys of config.json, of which the first that is there counts; a dot steps into an object.
    let huggingFace: [String]

    init(_ gguf: String?, _ huggingFace: String...) {
        self.gguf = gguf
        self.huggingFace = huggingFace
    }
}

/// The settings of one model. Each look-up returns nil when the setting is absent (or null), and throws when its value is
/// of another kind.
struct ModelSettings {
    /// What was found out while the settings were asked for.
    private final class Findings {
        /// Every key that was looked for, there or not; of a dotted one the first part.
        var asked: Set<String> = []
        var notes: [String] = []
    }

    enum Source {
        case gguf(GGUFFile, prefix: String)
        case huggingFace(ModelConfiguration)
    }

    let source: Source
    private let findings = Findings()

    init(_ file: GGUFFile, architecture: String) { source = .gguf(file, prefix: architecture + ".") }

    init(_ configuration: ModelConfiguration) { source = .huggingFace(configuration) }

    var format: ModelFormat {
        switch source {
        case .gguf: .gguf
        case .huggingFace: .huggingFace
        }
    }

    /// The file they stand in, for messages.
    var file: String {
        switch source {
        case .gguf(let file, _): file.name
        case .huggingFace(let configuration): configuration.file
        }
    }

    func int(_ key: SettingKey) throws(TransformerError) -> Int? {
        try find(key, { (file, name) throws(ModelFileError) in try file.int(name) }) {
            (values, name) throws(ModelFileError) in try values.int(name)
        }
    }

    func double(_ key: SettingKey) throws(TransformerError) -> Double? {
        try find(key, { (file, name) throws(ModelFileError) in try file.float(name).map { Double($0) } }) {
            (values, name) throws(ModelFileError) in try values.double(name)
        }
    }

    func bool(_ key: SettingKey) throws(TransformerError) -> Bool? {
        try find(key, { (file, name) throws(ModelFileError) in try file.bool(name) }) {
            (values, name) throws(ModelFileError) in try values.bool(name)
        }
    }

    func string(_ key: SettingKey) throws(TransformerError) -> String? {
        try find(key, { (file, name) throws(ModelFileError) in try file.string(name) }) {
            (values, name) throws(ModelFileError) in try values.string(name)
        }
    }

    /// A list of strings of config.json; GGUF files have none that a pass reads.
    func strings(_ key: SettingKey) throws(TransformerError) -> [String]? {
        try find(key, { (file, name) throws(ModelFileError) in nil }) {
            (values, name) throws(ModelFileError) in try values.strings(name)
        }
    }

    /// A list of whole numbers of config.json.
    func integers(_ key: SettingKey) throws(TransformerError) -> [Int]? {
        try find(key, { (file, name) throws(ModelFileError) in nil }) {
            (values, name) throws(ModelFileError) in try values.integers(name)
        }
    }

    /// Whether config.json holds a setting and says null.
    func isNull(_ key: SettingKey) -> Bool {
        guard case .huggingFace(let values) = source else { return false }
        return values.values.members.contains { $0.key == key.huggingFace.first && $0.value.isNull }
    }

    private func find<T>(
        _ key: SettingKey, _ gguf: (GGUFFile, String) throws(ModelFileError) -> T?,
        _ huggingFace: (ModelConfiguration, String) throws(ModelFileError) -> T?
    ) throws(TransformerError) -> T? {
        markAsUsed(key)
        do throws(ModelFileError) {
            switch source {
            case .gguf(let file, let prefix):
                guard let name = key.gguf else { return nil }
                return try gguf(file, prefix + name)
            case .huggingFace(let values):
                for name in key.huggingFace { if let value = try huggingFace(values, name) { return value } }
                return nil
            }
        } catch {
            throw .file(error)
        }
    }

    /// Notes that a setting is known and has been taken into account.
    func markAsUsed(_ key: SettingKey) {
        switch source {
        case .gguf(_, let prefix): if let name = key.gguf { findings.asked.insert(prefix + name) }
        case .huggingFace:
            for name in key.huggingFace {
                findings.asked.insert(name.split(separator: ".").first.map { String($0) } ?? name)
            }
        }
    }

    func isUsed(_ key: String) -> Bool { findings.asked.contains(key) }

    /// What the reader should know about the settings.
    var notes: [String] { findings.notes }

    func note(_ text: String) { findings.notes.append(text) }

    func requiredInt(_ key: SettingKey) throws(TransformerError) -> Int {
        guard let value = try int(key) else { throw missing(key) }
        return value
    }

    /// A number, or what a format says by leaving it out; nil for a format that may not.
    func double(_ key: SettingKey, or absent: ByFormat<Double?>) throws(TransformerError) -> Double {
        guard let value = try double(key) ?? absent[format] else { throw missing(key) }
        return value
    }

    func int(_ key: SettingKey, or absent: ByFormat<Int?>) throws(TransformerError) -> Int {
        guard let value = try int(key) ?? absent[format] else { throw missing(key) }
        return value
    }

    /// The error of a setting that the model cannot be run without.
    private func missing(_ key: SettingKey) -> TransformerError {
        switch source {
        case .gguf(let file, let prefix): .file(.missingKey(file: file.name, key: prefix + (key.gguf ?? "")))
        case .huggingFace(let values): .file(.missingKey(file: values.file, key: key.huggingFace.last ?? ""))
        }
    }
}

// Settings that a pass knows, with values that it does not compute with.
extension ModelSettings {
    /// Throws when a setting names something other than what the pass computes. `what` says what it is in words; nil
    /// says the key.
    func refuse(_ key: SettingKey, _ what: String? = nil, unless known: [String]) throws(TransformerError) {
        guard let value = try string(key), !known.contains(value) else { return }
        throw .unsupported(file: file, what: "\(what ?? key.huggingFace.first ?? "") \(quoted(value))")
    }

    /// Throws when the MLP is not one but many.
    func refuseExperts() throws(TransformerError) {
        if let experts = try int(SettingKey("expert_count")), experts > 0 {
            throw .unsupported(file: file, what: "a mixture of \(experts) experts")
        }
    }
}
