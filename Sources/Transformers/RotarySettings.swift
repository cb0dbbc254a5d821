// The rotary settings of a model's files: one set of keys in GGUF, and in config.json an object under either of two names.
internal import JSONText
internal import ModelFiles
internal import ElementaryFunctions

/// What turns a model's positions.
struct RotarySettings: Equatable, Sendable {
    /// θ of the frequencies θ^(−2i/headSize).
    var base = 10_000.0
    var scaling = RotaryScaling.none
    /// Beside that of the scaling.
    var attentionFactor = 1.0

    func frequencies(headSize: Int) -> RotaryFrequencies {
        var frequencies = RotaryFrequencies(headSize: headSize, base: base, scaling: scaling)
        frequencies.attentionFactor *= attentionFactor
        return frequencies
    }

    /// What is wrong with the numbers for heads of that size; nil when nothing is.
    func problem(headSize: Int, _ file: String) -> TransformerError? {
        if !(base.isFinite && base > 0) { return .badNumber(file: file, name: "rotary base", value: base) }
        let frequencies = frequencies(headSize: headSize)
        for value in frequencies.inverse + [frequencies.attentionFactor] where !(value.isFinite && value > 0) {
            return .badNumber(file: file, name: "rotary scaling", value: value)
        }
        return nil
    }
}

extension ModelSettings {
    /// Reads the rotary settings for heads of `headSize` numbers, all of which are turned.
    func rotary(headSize: Int, contextLength: Int) throws(TransformerError) -> RotarySettings {
        switch format {
        case .gguf: try rotaryOfGGUF(headSize: headSize, contextLength: contextLength)
        case .huggingFace: try rotaryOfFolder(headSize: headSize, contextLength: contextLength)
        }
    }

    // MARK: GGUF

    private func rotaryOfGGUF(headSize: Int, contextLength: Int) throws(TransformerError) -> RotarySettings {
        if let dimensions = try int(SettingKey("rope.dimension_count")), dimensions != headSize {
            throw .unsupported(file: file, what: "rotary positions over \(dimensions) of \(headSize) numbers a head")
        }
        var rotary = RotarySettings()
        rotary.base = try double(SettingKey("rope.freq_base")) ?? rotary.base
        rotary.attentionFactor = try double(SettingKey("rope.scaling.attn_factor")) ?? 1
        let type = try string(SettingKey("rope.scaling.type"))
        let older = try double(SettingKey("rope.scale_linear"))
        var factor = try double(SettingKey("rope.scaling.factor")) ?? older ?? 1
        // As in llama.cpp.
        if factor == 0 { factor = 1 }
        let originalContext = try int(SettingKey("rope.scaling.original_context_length")) ?? contextLength
        switch type {
        // Old files give a factor without a type.
        case nil, "linear": if factor != 1 { rotary.scaling = .linear(factor: factor) }
        case "none": break
        case "yarn":
            rotary.scaling = .yarn(RotaryScaling.Yarn(factor: factor, originalContext: Double(originalContext)))
        case let type?: throw .unsupported(file: file, what: "rotary scaling \(quoted(type))")
        }
        return rotary
    }

    // MARK: config.json

    /// The keys of the object. Those that a type does not use are without effect, as in transformers.
    private static let rotaryKeys: Set<String> = [
        "rope_type", "type", "rope_theta", "factor", "partial_rotary_factor", "original_max_position_embeddings",
        "low_freq_factor", "high_freq_factor", "beta_fast", "beta_slow", "attention_factor", "mscale",
        "mscale_all_dim", "truncate", "short_factor", "long_factor", "finetuned",
    ]

    /// The object that counts: as in transformers, a filled `rope_scaling` takes the place of `rope_parameters`.
    private func rotaryObject(_ values: ModelConfiguration) throws(TransformerError) -> (name: String, JSONObject)? {
        var filled: [(name: String, JSONObject)] = []
        for name in ["rope_scaling", "rope_parameters"] {
            markAsUsed(SettingKey(nil, name))
            guard let value = values[name] else { continue }
            guard let object = value.object else {
                throw .file(.wrongType(file: file, key: name, found: value.kind, expected: "an object or null"))
            }
            if object.count > 0 { filled.append((name, object)) }
        }
        if filled.count == 2 {
            note("rope_scaling stands beside rope_parameters, which is not used")
        }
        return filled.first
    }

    private func rotaryOfFolder(headSize: Int, contextLength: Int) throws(TransformerError) -> RotarySettings {
        guard case .huggingFace(let values) = source else { return RotarySettings() }
        let outside = try double(SettingKey(nil, "rope_theta"))
        let found = try rotaryObject(values)
        let name = found.map { $0.name + "." } ?? ""
        func number(_ key: String) throws(TransformerError) -> Double? {
            found == nil ? nil : try double(SettingKey(nil, name + key))
        }
        for (key, value) in found?.1.members ?? [] where !Self.rotaryKeys.contains(key) && !value.isNull {
            throw .unknownSetting(file: file, key: name + key, value: value.kind, known: nil)
        }
        for part in [try number("partial_rotary_factor"), try double(SettingKey(nil, "partial_rotary_factor"))] {
            if let part, part != 1 {
                throw .unsupported(file: file, what: "rotary positions over \(part) of a head's numbers")
            }
        }
        var rotary = RotarySettings()
        rotary.base = try number("rope_theta") ?? outside ?? rotary.base
        let type = found == nil ? nil : try string(SettingKey(nil, name + "rope_type", name + "type"))
        let outsideContext = try double(SettingKey(nil, "original_max_position_embeddings"))
        let insideContext = try number("original_max_position_embeddings")
        let own = RotaryObject(
            file: file, name: name, number: number,
            originalContext: outsideContext ?? insideContext ?? Double(contextLength),
            contextLength: Double(contextLength))
        switch type {
        // The dynamic frequencies differ from the usual ones only past the model's context, where no run goes.
        case nil, "default", "dynamic": break
        case "linear": rotary.scaling = .linear(factor: try own.required("factor"))
        case "llama3":
            rotary.scaling = .llama3(
                factor: try own.required("factor"), low: try own.required("low_freq_factor"),
                high: try own.required("high_freq_factor"), originalContext: own.originalContext)
        case "yarn":
            var yarn = try own.yarn()
            yarn.isTruncated = try bool(SettingKey(nil, name + "truncate")) ?? true
            rotary.scaling = .yarn(yarn)
        case "longrope": rotary.scaling = try longRope(own, values, pairs: headSize / 2)
        case let type?: throw .unsupported(file: file, what: "the rotary type \(quoted(type))")
        }
        return rotary
    }

    private func longRope(
        _ own: RotaryObject, _ values: ModelConfiguration, pairs: Int
    ) throws(TransformerError) -> RotaryScaling {
        // Past the original context all positions turn by other factors, those that have been read too.
        if own.contextLength > own.originalContext {
            throw .unsupported(
                file: file,
                what: "the rotary type \"longrope\" in a context longer than original_max_position_embeddings")
        }
        let key = own.name + "short_factor"
        let factors = values[key]?.array?.compactMap { $0.double } ?? []
        if factors.count != pairs {
            let found = values[key]?.kind ?? "absent"
            throw .file(.wrongType(file: file, key: key, found: found, expected: "a list of \(pairs) numbers"))
        }
        return .perPair(factors: factors, attentionFactor: try own.longRopeAttentionFactor())
    }
}

/// The numbers of the object with rotary settings.
private struct RotaryObject {
    let file: String
    /// Its name and a dot.
    let name: String
    let number: (String) throws(TransformerError) -> Double?
    let originalContext: Double
    let contextLength: Double

    func required(_ key: String) throws(TransformerError) -> Double {
        guard let value = try number(key) else { throw .file(.missingKey(file: file, key: name + key)) }
        return value
    }

    func yarn() throws(TransformerError) -> RotaryScaling.Yarn {
        let factor = try number("factor") ?? contextLength / originalContext
        var yarn = RotaryScaling.Yarn(factor: factor, originalContext: originalContext)
        // As in transformers, a 0 stands for the usual value.
        if let fast = try number("beta_fast"), fast != 0 { yarn.fast = fast }
        if let slow = try number("beta_slow"), slow != 0 { yarn.slow = slow }
        yarn.attentionFactor = try number("attention_factor")
        let (scale, all) = (try number("mscale") ?? 0, try number("mscale_all_dim") ?? 0)
        if yarn.attentionFactor == nil && scale != 0 && all != 0 {
            yarn.attentionFactor =
                RotaryFrequencies.yarnAttentionFactor(factor, scale)
                / RotaryFrequencies.yarnAttentionFactor(factor, all)
        }
        return yarn
    }

    /// √(1 + ln(factor) / ln(original context))
    func longRopeAttentionFactor() throws(TransformerError) -> Double {
        if let given = try number("attention_factor") { return given }
        let factor = try number("factor") ?? contextLength / originalContext
        return factor <= 1 ? 1 : (1 + .log(factor) / .log(originalContext)).squareRoot()
    }
}
