// What makes an architecture of the common decoder: values, and a function that reads what only its files say.
internal import Kernels

/// An architecture as it differs from a llama, which the defaults describe.
struct DecoderRecipe: Sendable {
    var names = DecoderNames.llama
    /// How the rows of queries and keys are ordered.
    var pairs = ByFormat(gguf: RotaryPairs.halves, huggingFace: .halves)
    var activation = GatedActivation.silu
    /// The keys of a folder that name the activation.
    var activationKey = SettingKey(nil, "hidden_act")
    /// What is added to the weights of norms.
    var normOffset = ByFormat<Float>(gguf: 0, huggingFace: 0)
    /// Queries and keys are normalised each head by itself; all heads together otherwise.
    var normsEachHead = true
    /// Queries, keys and values have biases, whatever the files say.
    var hasAttentionBias = false
    /// What a folder says by leaving it out.
    var epsilonWhenAbsent = 1e-6
    var tiedWhenAbsent = false
    /// nil: the hidden size shared among the heads.
    var headSizeWhenAbsent: Int?
    /// Settings of its own that change nothing.
    var withoutEffect = ByFormat(
        gguf: KnownSettings(always: ["attention.layer_norm_epsilon"]), huggingFace: KnownSettings())
    /// Reads what is left: windows, biases, rotary positions that are not the usual ones.
    var details: @Sendable (ModelSettings, inout DecoderConfiguration) throws(TransformerError) -> Void
}

extension Architecture {
    /// An architecture of the common decoder.
    ///
    /// - Parameter alsoCalled: other names of the same in files.
    init(_ name: String, alsoCalled: [String] = [], _ recipe: DecoderRecipe) {
        self.init(name: name, alsoCalled: alsoCalled, traits: recipe.traits) {
            (source) throws(TransformerError) in
            try ModelShape(source, recipe)
        } make: { (contents, compute) throws(TransformerError) in
            let own = try DecoderConfiguration(contents, recipe)
            return DecoderModel(own, try DecoderWeights(contents, own, recipe, pool: compute.pool), compute)
        }
    }
}

/// The gate's function in an MLP: activation(gate) · up.
enum GatedActivation: Sendable {
    /// x / (1 + e^−x)
    case silu
    /// GELU in its tanh form.
    case gelu

    /// What config.json calls it.
    var names: [String] {
        switch self {
        case .silu: ["silu", "swish"]
        case .gelu: ["gelu_pytorch_tanh", "gelu_new"]
        }
    }
}
