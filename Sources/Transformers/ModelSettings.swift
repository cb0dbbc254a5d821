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
    private enum Source {
        case gguf(GGUFFile, prefix: String)
        case huggingFace(ModelConfiguration)
    }

    private let source: Source

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
        do throws(ModelFileError) {
            switch source {
            case .gguf(let file, let prefix):
                guard let name = key.gguf else { return nil }
                return try file.int(prefix + name)
            case .huggingFace(let values):
                for name in key.huggingFace { if let value = try values.int(name) { return value } }
                return nil
            }
        } catch {
            throw .file(error)
        }
    }

    func double(_ key: SettingKey) throws(TransformerError) -> Double? {
        do throws(ModelFileError) {
            switch source {
            case .gguf(let file, let prefix):
                guard let name = key.gguf else { return nil }
                return try file.float(prefix + name).map { Double($0) }
            case .huggingFace(let values):
                for name in key.huggingFace { if let value = try values.double(name) { return value } }
                return nil
            }
        } catch {
            throw .file(error)
        }
    }

    func bool(_ key: SettingKey) throws(TransformerError) -> Bool? {
        do throws(ModelFileError) {
            switch source {
            case .gguf(let file, let prefix):
                guard let name = key.gguf else { return nil }
                return try file.bool(prefix + name)
            case .huggingFace(let values):
                for name in key.huggingFace { if let value = try values.bool(name) { return value } }
                return nil
            }
        } catch {
            throw .file(error)
        }
    }

    func string(_ key: SettingKey) throws(TransformerError) -> String? {
        do throws(ModelFileError) {
            switch source {
            case .gguf(let file, let prefix):
                guard let name = key.gguf else { return nil }
                return try file.string(prefix + name)
            case .huggingFace(let values):
                for name in key.huggingFace { if let value = try values.string(name) { return value } }
                return nil
            }
        } catch {
            throw .file(error)
        }
    }

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

// Settings that would change the numbers and that a pass does not know are refused, not ignored.
extension ModelSettings {
    /// Throws when a setting names something other than what the pass computes. `what` says what it is in words; nil
    /// says the key.
    func refuse(_ key: SettingKey, _ what: String? = nil, unless known: [String]) throws(TransformerError) {
        guard let value = try string(key), !known.contains(value) else { return }
        throw .unsupported(file: file, what: "\(what ?? key.huggingFace.first ?? "") \(quoted(value))")
    }

    /// Throws when a flag of config.json is `value`.
    func refuse(_ flag: String, _ value: Bool) throws(TransformerError) {
        if try bool(SettingKey(nil, flag)) == value { throw .unsupported(file: file, what: "\(flag): \(value)") }
    }

    /// Throws when positions are turned in another way than by position · θ^(−2i/d) over whole heads.
    func refuseOtherRotations(headSize: Int) throws(TransformerError) {
        try refuse(SettingKey("rope.scaling.type"), "rotary scaling", unless: ["none"])
        // Old files give a factor without a type.
        for key in ["rope.scaling.factor", "rope.scale_linear"] {
            if let factor = try double(SettingKey(key)), factor != 0, factor != 1 {
                throw .unsupported(file: file, what: "rotary scaling by \(Float(factor))")
            }
        }
        if let dimensions = try int(SettingKey("rope.dimension_count")), dimensions != headSize {
            throw .unsupported(file: file, what: "rotary positions over \(dimensions) of \(headSize) numbers a head")
        }
        // Newer folders keep the rotary settings in an object of their own.
        let type = SettingKey(
            nil, "rope_parameters.rope_type", "rope_parameters.type", "rope_scaling.rope_type", "rope_scaling.type")
        try refuse(type, "the rotary type", unless: ["default"])
    }

    /// Throws when the MLP is not one but many.
    func refuseExperts() throws(TransformerError) {
        if let experts = try int(SettingKey("expert_count")), experts > 0 {
            throw .unsupported(file: file, what: "a mixture of \(experts) experts")
        }
    }
}
