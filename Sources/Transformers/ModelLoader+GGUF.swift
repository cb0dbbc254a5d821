// Makes a model from a GGUF file: configuration keys, tensor names, end tokens.
internal import JSONText
public import Kernels
public import ModelFiles

/// Loads the forward pass that a GGUF file asks for.
public func loadTransformer(_ file: GGUFFile, compute: Compute) throws(TransformerError) -> any Transformer {
    let configuration = try ggufConfiguration(file)
    switch configuration.architecture {
    case .llama:
        let weights = try LlamaWeights(file, .gguf, configuration, tied: nil, pool: compute.pool)
        return LlamaModel(configuration, weights, compute)
    case .gpt2:
        let weights = try GPT2Weights(file, .gguf, configuration, tied: nil, pool: compute.pool)
        return GPT2Model(configuration, weights, compute)
    }
}

/// Reads the keys of a GGUF file that size the model.
func ggufConfiguration(_ file: GGUFFile) throws(TransformerError) -> Configuration {
    let read: Configuration
    do {
        let name = try file.require(file.string("general.architecture"), "general.architecture")
        guard let architecture = Architecture(rawValue: name) else {
            throw TransformerError.unknownArchitecture(file: file.name, name: name)
        }
        func required(_ key: String) throws(ModelFileError) -> Int {
            try file.require(file.int("\(name).\(key)"), "\(name).\(key)")
        }
        let heads = try required("attention.head_count")
        let hidden = try required("embedding_length")
        if heads < 1 {
            throw TransformerError.sizeOutOfRange(
                file: file.name, name: "number of heads", value: heads, range: 1...1024)
        }
        let headSize = try file.int("\(name).attention.key_length") ?? hidden / heads
        let epsilonKey = architecture == .gpt2 ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon"
        let tokens = try file.strings("tokenizer.ggml.tokens")?.count
        let rows = try file.requiredTensor(named: "token_embd.weight").rows
        if let tokens, tokens != rows {
            throw TransformerError.vocabularyMismatch(file: file.name, tokens: tokens, rows: rows)
        }
        var configuration = Configuration(
            architecture: architecture, name: try file.string("general.name") ?? name, vocabularySize: rows,
            contextLength: try required("context_length"), layers: try required("block_count"), hiddenSize: hidden,
            heads: heads, keyValueHeads: try file.int("\(name).attention.head_count_kv") ?? heads, headSize: headSize,
            mlpWidth: try required("feed_forward_length"),
            normEpsilon: try file.require(file.float("\(name).\(epsilonKey)"), "\(name).\(epsilonKey)"))
        configuration.ropeBase = Double(try file.float("\(name).rope.freq_base") ?? 10_000)
        configuration.endTokens = try ggufEndTokens(file)
        configuration.beginToken = try file.int("tokenizer.ggml.bos_token_id")
        configuration.addsBeginToken = try file.bool("tokenizer.ggml.add_bos_token") ?? false
        try refuseUnsupported(file, name, headSize)
        read = configuration
    } catch let error as ModelFileError {
        throw .file(error)
    } catch let error as TransformerError {
        throw error
    } catch {
        preconditionFailure("an error of no module here: \(error)")
    }
    return try read.checked(file: file.name)
}

/// Settings that would change the numbers and that the pass does not know are refused, not ignored.
private func refuseUnsupported(_ file: GGUFFile, _ name: String, _ headSize: Int) throws {
    if let type = try file.string("\(name).rope.scaling.type"), type != "none" {
        throw TransformerError.unsupported(file: file.name, what: "rotary scaling \(quoted(type))")
    }
    // Old files give a factor without a type.
    for key in ["rope.scaling.factor", "rope.scale_linear"] {
        if let factor = try file.float("\(name).\(key)"), factor != 0, factor != 1 {
            throw TransformerError.unsupported(file: file.name, what: "rotary scaling by \(factor)")
        }
    }
    if let dimensions = try file.int("\(name).rope.dimension_count"), dimensions != headSize {
        throw TransformerError.unsupported(
            file: file.name, what: "rotary positions over \(dimensions) of \(headSize) numbers a head")
    }
    if let experts = try file.int("\(name).expert_count"), experts > 0 {
        throw TransformerError.unsupported(file: file.name, what: "a mixture of \(experts) experts")
    }
}

/// The end token the file names, and the other tokens that end a turn or a text.
private func ggufEndTokens(_ file: GGUFFile) throws -> [Int] {
    var ids: [Int] = []
    for key in ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"] {
        if let id = try file.int(key), !ids.contains(id) { ids.append(id) }
    }
    return ids
}
