// Shapes of well-known models, as their published configurations give them (config.json on each maker's model page).

extension ModelShape {
    /// The shapes that are known by name, in the order in which they are listed to people.
    public static let known: [ModelShape] = gpt2Family + smolFamily + qwenFamily + otherDecoders + bertFamily

    /// The shape of that name, whatever its capitals; nil when it is not known.
    public static func named(_ name: String) -> ModelShape? {
        known.first { $0.name.lowercased() == name.lowercased() }
    }

    /// Vocabulary, context length, layers, hidden size, heads, key/value heads, head size, MLP width.
    private typealias Sizes = (Int, Int, Int, Int, Int, Int, Int, Int)

    private static func shape(
        _ name: String, _ architecture: String, _ sizes: Sizes, isTied: Bool, bits: Double = 16,
        window: Int? = nil, seesAllEvery period: Int? = nil
    ) -> ModelShape {
        let traits = Architecture.all.first { $0.name == architecture }!.traits  // each row names one of them
        let windows = (0..<sizes.2).map { layer in
            period.map { (layer + 1) % $0 == 0 } ?? false ? nil : window
        }
        return ModelShape(
            name: name, architecture: architecture, vocabularySize: sizes.0, contextLength: sizes.1, layers: sizes.2,
            hiddenSize: sizes.3, heads: sizes.4, keyValueHeads: sizes.5, headSize: sizes.6, mlpWidth: sizes.7,
            windows: windows, isTied: isTied, bitsPerWeight: bits, traits: traits)
    }

    /// Radford et al. 2019.
    private static let gpt2Family = [
        shape("GPT-2", "gpt2", (50257, 1024, 12, 768, 12, 12, 64, 3072), isTied: true, bits: 32),
        shape("GPT-2-medium", "gpt2", (50257, 1024, 24, 1024, 16, 16, 64, 4096), isTied: true, bits: 32),
        shape("GPT-2-large", "gpt2", (50257, 1024, 36, 1280, 20, 20, 64, 5120), isTied: true, bits: 32),
        shape("GPT-2-xl", "gpt2", (50257, 1024, 48, 1600, 25, 25, 64, 6400), isTied: true, bits: 32),
    ]

    /// Allal et al. 2025.
    private static let smolFamily = [
        shape("SmolLM2-135M", "llama", (49152, 8192, 30, 576, 9, 3, 64, 1536), isTied: true),
        shape("SmolLM2-360M", "llama", (49152, 8192, 32, 960, 15, 5, 64, 2560), isTied: true),
        shape("SmolLM2-1.7B", "llama", (49152, 8192, 24, 2048, 32, 32, 64, 8192), isTied: true),
    ]

    /// Qwen 2024, and the models for a million tokens of 2025.
    private static let qwenFamily = [
        shape("Qwen2.5-0.5B", "qwen2", (151_936, 32_768, 24, 896, 14, 2, 64, 4864), isTied: true),
        shape("Qwen2.5-7B-Instruct-1M", "qwen2", (152_064, 1_010_000, 28, 3584, 28, 4, 128, 18_944), isTied: false),
        shape("Qwen2.5-14B-Instruct-1M", "qwen2", (152_064, 1_010_000, 48, 5120, 40, 8, 128, 13_824), isTied: false),
    ]

    private static let otherDecoders = [
        shape("Llama-3.2-1B", "llama", (128_256, 131_072, 16, 2048, 32, 8, 64, 8192), isTied: true),
        shape("Llama-3.1-8B", "llama", (128_256, 131_072, 32, 4096, 32, 8, 128, 14_336), isTied: false),
        shape(
            "Mistral-7B-v0.1", "mistral", (32_000, 32_768, 32, 4096, 32, 8, 128, 14_336), isTied: false, window: 4096),
        shape(
            "Gemma-3-270M", "gemma3", (262_144, 32_768, 18, 640, 4, 1, 256, 2048), isTied: true, window: 512,
            seesAllEvery: 6),
    ]

    /// Devlin et al. 2018, with the head that fills masks.
    private static let bertFamily = [
        shape("BERT-base", "bert", (30_522, 512, 12, 768, 12, 12, 64, 3072), isTied: true, bits: 32),
        shape("BERT-large", "bert", (30_522, 512, 24, 1024, 16, 16, 64, 4096), isTied: true, bits: 32),
    ].map { shape in
        var shape = shape
        shape.traits.hasMaskHead = true
        return shape
    }
}
