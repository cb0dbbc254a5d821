// The list of architectures. Adding one is one file (its configuration, its names in both file formats, its weights, its
// pass, its sites) and one row here.
internal import Kernels

/// An architecture that has a forward pass.
struct Architecture: Sendable {
    /// What files call it: `general.architecture` in GGUF, `model_type` in config.json.
    let name: String
    /// Reads the configuration and the weights of a model and makes its pass.
    let make: @Sendable (ModelContents, Compute) throws(TransformerError) -> any Transformer

    static let all = [LlamaModel.architecture, GPT2Model.architecture, BertModel.architecture]

    static func named(_ name: String, file: String) throws(TransformerError) -> Architecture {
        guard let found = all.first(where: { $0.name == name }) else {
            throw .unknownArchitecture(file: file, name: name)
        }
        return found
    }
}
