// Which layers of a decoder look back over a window: a list in config.json, a rule of the architecture otherwise.
internal import JSONText
internal import Traces

extension DecoderConfiguration {
    /// Reads which keys each layer sees, and says which layers are windowed.
    ///
    /// - Parameters:
    ///   - window: the keys that a windowed layer's query sees, its own among them; nil where no layer is windowed.
    ///   - isWindowed: the rule where the file has no list.
    mutating func readLayerKinds(
        _ settings: ModelSettings, window: Int?, isWindowed: (Int) -> Bool
    ) throws(TransformerError) {
        var kinds: [Bool] = []
        for layer in 0..<sizes.layers { kinds.append(window != nil && isWindowed(layer)) }
        if let listed = try settings.strings(SettingKey(nil, "layer_types")) {
            if listed.count != sizes.layers {
                throw .unsupported(
                    file: settings.file, what: "a list layer_types of \(listed.count) for \(sizes.layers) layers")
            }
            for (layer, kind) in listed.enumerated() {
                switch kind {
                case "full_attention": kinds[layer] = false
                case "sliding_attention": kinds[layer] = true
                default: throw .unsupported(file: settings.file, what: "the layer type \(quoted(kind))")
                }
            }
        }
        guard kinds.contains(true) else { return }
        guard let window else { throw .missingSetting(file: settings.file, name: "sliding_window") }
        let range = 1...16_000_000
        if !range.contains(window) {
            throw .sizeOutOfRange(file: settings.file, name: "attention window", value: window, range: range)
        }
        sizes.attention = AttentionPatterns(kinds.map { $0 ? .window(window) : .causal })
    }

    /// Whether a layer sees a window of keys alone.
    func isWindowed(_ layer: Int) -> Bool { sizes.attention.layers[layer] != .causal }
}

extension ModelSettings {
    /// The width of attention's window, in both formats; nil where there is none.
    ///
    /// - Parameter usual: what a file means that does not speak of it; one that says null has none.
    func window(whenAbsent usual: Int? = nil) throws(TransformerError) -> Int? {
        let key = SettingKey("attention.sliding_window", "sliding_window")
        guard let width = try int(key) else { return isNull(key) ? nil : usual }
        // A GGUF file says 0 where there is none.
        return format == .gguf && width == 0 ? nil : width
    }

    /// Each so manieth layer is of another kind: at least 1.
    func period(_ key: SettingKey, whenAbsent usual: Int) throws(TransformerError) -> Int {
        let period = try int(key) ?? usual
        let range = 1...1024
        if range.contains(period) { return period }
        throw .sizeOutOfRange(
            file: file, name: key.huggingFace.first ?? "period of layers", value: period, range: range)
    }
}
