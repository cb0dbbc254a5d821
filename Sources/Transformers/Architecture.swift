// The list of architectures. Adding one is one file (its configuration, its names in both file formats, its weights, its
// pass, its sites) and one row here.
internal import Kernels

/// An architecture that has a forward pass.
struct Architecture: Sendable {
    /// What files call it: `general.architecture` in GGUF, `model_type` in config.json.
    let name: String
    /// Other names of it: of models that hold it under a name of their own, or in one of the formats.
    var alsoCalled: [String] = []
    /// In what it differs from a llama where costs are counted.
    let traits: ModelTraits
    /// Reads the sizes that its costs follow from; no weights are needed.
    let shape: @Sendable (ShapeSource) throws(TransformerError) -> ModelShape
    /// Reads the configuration and the weights of a model and makes its pass.
    let make: @Sendable (ModelContents, Compute) throws(TransformerError) -> any Transformer

    static let all = [
        Llama.architecture, GPT2Model.architecture, Mistral.architecture, Qwen2.architecture, Qwen3.architecture,
        Gemma2.architecture, Gemma3.architecture, Phi3.architecture, SmolLM3.architecture, OLMo2.architecture,
        BertModel.architecture,
    ]

    static func named(_ name: String, file: String) throws(TransformerError) -> Architecture {
        guard let found = all.first(where: { $0.name == name || $0.alsoCalled.contains(name) }) else {
            throw .unknownArchitecture(file: file, name: name)
        }
        return found
    }
}
