// Makes a model from a Hugging Face folder: config.json, tensor names, end tokens.
internal import JSONText
public import Kernels
public import ModelFiles

/// Loads the forward pass that a folder's config.json asks for.
public func loadTransformer(_ folder: ModelFolder, compute: Compute) throws(TransformerError) -> any Transformer {
    let (configuration, tied) = try folderConfiguration(folder)
    switch configuration.architecture {
    case .llama:
        let weights = try LlamaWeights(folder, .huggingFace, configuration, tied: tied, pool: compute.pool)
        return LlamaModel(configuration, weights, compute)
    case .gpt2:
        let prefix: String
        do { prefix = try folder.tensor(named: "transformer.wte.weight") == nil ? "" : "transformer." } catch {
            throw .file(error)
        }
        let weights = try GPT2Weights(
            folder, .huggingFace(prefix: prefix), configuration, tied: tied, pool: compute.pool)
        return GPT2Model(configuration, weights, compute)
    }
}

/// Reads config.json; also whether the output is tied to the embedding.
func folderConfiguration(_ folder: ModelFolder) throws(TransformerError) -> (Configuration, tied: Bool) {
    let values = folder.configuration
    let read: (configuration: Configuration, tied: Bool)
    do {
        let type = try values.require(values.string("model_type"), "model_type")
        guard let architecture = Architecture(rawValue: type) else {
            throw TransformerError.unknownArchitecture(file: values.file, name: type)
        }
        var configuration = architecture == .llama ? try llamaConfiguration(values) : try gpt2Configuration(values)
        configuration.name = folderName(folder.name)
        let generation = folder.generationConfiguration
        // Small models are often saved with the default ids of large ones: a token that is not there ends nothing.
        let ids = 0..<max(0, configuration.vocabularySize)
        configuration.endTokens = try (endTokens(generation) ?? endTokens(values) ?? []).filter(ids.contains)
        configuration.beginToken = try (generation?.int("bos_token_id") ?? values.int("bos_token_id")).flatMap {
            ids.contains($0) ? $0 : nil
        }
        let tied = try values.bool("tie_word_embeddings") ?? (architecture == .gpt2)
        read = (configuration, tied)
    } catch let error as ModelFileError {
        throw .file(error)
    } catch let error as TransformerError {
        throw error
    } catch {
        preconditionFailure("an error of no module here: \(error)")
    }
    return (try read.configuration.checked(file: values.file), read.tied)
}

/// The last part of a path.
private func folderName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
}

private func llamaConfiguration(_ values: ModelConfiguration) throws -> Configuration {
    try refuse(values, "hidden_act", unless: ["silu", "swish"])
    for flag in ["attention_bias", "mlp_bias"] where try values.bool(flag) == true {
        throw TransformerError.unsupported(file: values.file, what: "\(flag): true")
    }
    let (heads, hidden) = (try required(values, "num_attention_heads"), try required(values, "hidden_size"))
    if heads < 1 {
        throw TransformerError.sizeOutOfRange(file: values.file, name: "number of heads", value: heads, range: 1...1024)
    }
    var configuration = Configuration(
        architecture: .llama, name: "", vocabularySize: try required(values, "vocab_size"),
        contextLength: try required(values, "max_position_embeddings"),
        layers: try required(values, "num_hidden_layers"),
        hiddenSize: hidden, heads: heads, keyValueHeads: try values.int("num_key_value_heads") ?? heads,
        headSize: try values.int("head_dim") ?? hidden / heads, mlpWidth: try required(values, "intermediate_size"),
        normEpsilon: Float(try values.double("rms_norm_eps") ?? 1e-6))
    // Newer files keep the rotary settings in an object of their own.
    let rope = values["rope_parameters"] ?? values["rope_scaling"]
    if let kind = rope?["rope_type"]?.string ?? rope?["type"]?.string, kind != "default" {
        throw TransformerError.unsupported(file: values.file, what: "the rotary type \(quoted(kind))")
    }
    configuration.ropeBase = try rope?["rope_theta"]?.double ?? values.double("rope_theta") ?? 10_000
    configuration.ropePairs = .halves
    return configuration
}

private func gpt2Configuration(_ values: ModelConfiguration) throws -> Configuration {
    try refuse(values, "activation_function", unless: ["gelu_new", "gelu_pytorch_tanh"])
    for flag in ["scale_attn_by_inverse_layer_idx", "reorder_and_upcast_attn", "add_cross_attention"]
    where try values.bool(flag) == true {
        throw TransformerError.unsupported(file: values.file, what: "\(flag): true")
    }
    if try values.bool("scale_attn_weights") == false {
        throw TransformerError.unsupported(file: values.file, what: "scale_attn_weights: false")
    }
    let (heads, hidden) = (try required(values, "n_head"), try required(values, "n_embd"))
    if heads < 1 || hidden < 1 || hidden % heads != 0 {
        throw TransformerError.headsDoNotDivide(file: values.file, heads: hidden, keyValueHeads: heads)
    }
    let (wide, overflow) = hidden.multipliedReportingOverflow(by: 4)
    return Configuration(
        architecture: .gpt2, name: "", vocabularySize: try required(values, "vocab_size"),
        contextLength: try required(values, "n_positions"), layers: try required(values, "n_layer"), hiddenSize: hidden,
        heads: heads, keyValueHeads: heads, headSize: hidden / heads,
        mlpWidth: try values.int("n_inner") ?? (overflow ? 0 : wide),
        normEpsilon: Float(try values.double("layer_norm_epsilon") ?? 1e-5))
}

private func required(_ values: ModelConfiguration, _ key: String) throws -> Int {
    try values.require(values.int(key), key)
}

/// Throws when a setting names something other than what the pass computes.
private func refuse(_ values: ModelConfiguration, _ key: String, unless known: [String]) throws {
    if let value = try values.string(key), !known.contains(value) {
        throw TransformerError.unsupported(file: values.file, what: "\(key) \(quoted(value))")
    }
}

/// eos_token_id may be one id or a list.
private func endTokens(_ values: ModelConfiguration?) throws -> [Int]? {
    guard let values, let value = values["eos_token_id"] else { return nil }
    if value.array != nil { return try values.integers("eos_token_id") }
    return try values.int("eos_token_id").map { [$0] }
}
