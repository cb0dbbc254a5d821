// The classes that a folder's `tokenizer_class` names, as far as they say something that its other files do not.

/// What a class of the transformers library gives a byte-level tokenizer.
struct TokenizerClass: Sendable {
    /// The names, without the "Fast" that some files add.
    var names: [String]
    /// The values of `model_type` that mean this class where no file names one.
    var modelTypes: [String]
    /// The special tokens where tokenizer_config.json does not name others.
    var defaults: [(name: String, token: String)]
    var normalizer = Normalizer()
    /// How a text is cut where there is no tokenizer.json.
    var split: PreTokenizer.Split

    /// Every class that is known; the first is what vocab.json with merges.txt means where no class is named.
    static let all: [TokenizerClass] = [
        TokenizerClass(
            names: ["GPT2Tokenizer", "CodeGenTokenizer"], modelTypes: ["gpt2", "codegen"],
            defaults: [
                ("unk_token", "<|endoftext|>"), ("bos_token", "<|endoftext|>"), ("eos_token", "<|endoftext|>"),
            ], split: .gpt2(.tokenizers)),
        TokenizerClass(
            names: ["Qwen2Tokenizer"], modelTypes: ["qwen2", "qwen2_moe", "qwen3", "qwen3_moe"],
            defaults: [
                ("unk_token", "<|endoftext|>"), ("eos_token", "<|endoftext|>"), ("pad_token", "<|endoftext|>"),
            ], normalizer: Normalizer(steps: [.form(.c)]), split: .llama3(.tokenizers, digits: 1, longS: true)),
    ]

    /// The class that a folder's files name, or that its kind of model has; nil where that is none of the known ones.
    static func named(_ name: String?, modelType: String?) -> TokenizerClass? {
        guard let name else { return all.first { $0.modelTypes.contains(modelType ?? "") } }
        let plain = name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
        return all.first { $0.names.contains(plain) }
    }

    /// The pre-tokenizer, with a blank before the text where the folder asks for one.
    func preTokenizer(blankBefore: Bool) -> PreTokenizer {
        switch split {
        // ByteLevel puts the blank before the text, then cuts; after a split, it puts it before every part.
        case .gpt2: PreTokenizer((blankBefore ? [.blankBefore] : []) + [.cut(split)])
        default: PreTokenizer([.cut(split)] + (blankBefore ? [.blankBefore] : []))
        }
    }
}
