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
    /// How many of a head's numbers are turned, from the first on; nil: all.
    var dimensions: Int?

    func frequencies(headSize: Int) -> RotaryFrequencies {
        var frequencies = RotaryFrequencies(headSize: dimensions ?? headSize, base: base, scaling: scaling)
        frequencies.attentionFactor *= attentionFactor
        return frequencies
    }

    /// What is wrong with the numbers for heads of that size; nil when nothing is.
    func problem(headSize: Int, _ file: String) -> TransformerError? {
        if let dimensions, !(2...headSize).contains(dimensions) || dimensions % 2 != 0 {
            return .unsupported(file: file, what: "rotary positions over \(dimensions) of \(headSize) numbers a head")
        }
        if !(base.isFinite && base > 0) { return .badNumber(file: file, name: "rotary base", value: base) }
        let frequencies = frequencies(headSize: headSize)
        for value in frequencies.inverse + [frequencies.attentionFactor] where !(value.isFinite && value > 0) {
            return .badNumber(file: file, name: "rotary scaling", value: value)
        }
        return nil
    }
}

/// Where rotary settings stand: some models have several sets.
struct RotaryKeys: Sendable {
    /// The base, where no object holds it, and what it is in a folder that does not say it.
    var base = SettingKey("rope.freq_base", "rope_theta")
    var usualBase = 10_000.0
    /// The objects of config.json; a filled one takes the place of those behind it.
    var objects = ["rope_scaling", "rope_parameters"]
    /// Whether a GGUF file's scaling is for these.
    var isScaled = true

    static let usual = RotaryKeys()
}

extension ModelSettings {
    /// Reads the rotary settings for heads of `headSize` numbers, all of which are turned unless they may be `partial`.
    func rotary(
        headSize: Int, contextLength: Int, partial: Bool = false, in keys: RotaryKeys = .usual
    ) throws(TransformerError) -> RotarySettings {
        switch format {
        case .gguf: try rotaryOfGGUF(headSize: headSize, contextLength: contextLength, partial: partial, keys)
        case .huggingFace: try rotaryOfFolder(headSize: headSize, contextLength: contextLength, partial: partial, keys)
        }
    }

    // MARK: GGUF

    private func rotaryOfGGUF(
        headSize: Int, contextLength: Int, partial: Bool, _ keys: RotaryKeys
    ) throws(TransformerError) -> RotarySettings {
        var rotary = RotarySettings()
        if let dimensions = try int(SettingKey("rope.dimension_count")), dimensions != headSize {
            if !partial {
                throw .unsupported(
                    file: file, what: "rotary positions over \(dimensions) of \(headSize) numbers a head")
            }
            rotary.dimensions = dimensions
        }
        rotary.base = try double(keys.base) ?? rotary.base
        if !keys.isScaled { return rotary }
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
    private func rotaryObject(
        _ values: ModelConfiguration, _ keys: RotaryKeys
    ) throws(TransformerError) -> (name: String, JSONObject)? {
        var filled: [(name: String, JSONObject)] = []
        for name in keys.objects {
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

    private func rotaryOfFolder(
        headSize: Int, contextLength: Int, partial: Bool, _ keys: RotaryKeys
    ) throws(TransformerError) -> RotarySettings {
        guard case .huggingFace(let values) = source else { return RotarySettings() }
        let outside = try double(keys.base)
        let found = try rotaryObject(values, keys)
        let name = found.map { $0.name + "." } ?? ""
        func number(_ key: String) throws(TransformerError) -> Double? {
            found == nil ? nil : try double(SettingKey(nil, name + key))
        }
        for (key, value) in found?.1.members ?? [] where !Self.rotaryKeys.contains(key) && !value.isNull {
            throw .unknownSetting(file: file, key: name + key, value: value.kind, known: nil)
        }
        var rotary = RotarySettings()
        for part in [try double(SettingKey(nil, "partial_rotary_factor")), try number("partial_rotary_factor")] {
            if let part, part != 1 {
                if !(partial && part > 0 && part < 1) {
                    throw .unsupported(file: file, what: "rotary positions over \(part) of a head's numbers")
                }
                rotary.dimensions = Int(Double(headSize) * part)
            }
        }
        rotary.base = try number("rope_theta") ?? outside ?? keys.usualBase
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
        case "longrope", "su": rotary.scaling = try longRope(own, values, pairs: (rotary.dimensions ?? headSize) / 2)
        case let type?: throw .unsupported(file: file, what: "the rotary type \(quoted(type))")
        }
        return rotary
    }

    /// Says that positions turn for long texts, short ones too: other programs choose by the text's length.
    func noteLongFactors(from original: Double) {
        note(
            "positions turn by the factors for texts longer than \(Int(original)) tokens, in shorter texts too: the "
                + "context is longer")
    }

    private func longRope(
        _ own: RotaryObject, _ values: ModelConfiguration, pairs: Int
    ) throws(TransformerError) -> RotaryScaling {
        // Which factors turn a text must not change while it grows: the keys that are kept have been turned already. As
        // in llama.cpp, the context decides.
        guard own.originalContext >= 1 else {
            throw .badNumber(file: file, name: "original_max_position_embeddings", value: own.originalContext)
        }
        let isLong = own.contextLength > own.originalContext
        if isLong { noteLongFactors(from: own.originalContext) }
        let key = own.name + (isLong ? "long_factor" : "short_factor")
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
