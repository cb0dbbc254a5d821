// The pre-tokenizers that GGUF files name, as llama.cpp splits under those names.

/// What a value of `tokenizer.ggml.pre` means for a byte-level vocabulary.
struct GGUFPreTokenizer: Sendable {
    /// The names, as files write them.
    var names: [String]
    var splits: [PreTokenizer.Split]
    /// The models of this name are trained with their first token in front of every text.
    var addsBOS = false
    /// A piece that is a token as a whole becomes that token without merges.
    var ignoresMerges = false

    /// Every name that is known. A file without one means the last.
    static let all: [GGUFPreTokenizer] = [
        GGUFPreTokenizer(
            names: [
                "gpt-2", "phi-2", "jina-es", "jina-de", "jina-v1-en", "jina-v2-es", "jina-v2-de", "jina-v2-code",
                "roberta-bpe", "gigachat", "a.x-4.0", "mellum", "modern-bert", "exaone4", "mpt", "olmo", "jais",
                "trillion", "granite-docling",
            ], splits: [.gpt2(known)]),
        GGUFPreTokenizer(
            names: [
                "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b", "mellum2",
            ], splits: [.eachNumber(known), .gpt2(known)]),
        GGUFPreTokenizer(
            names: [
                "qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "stablelm2", "megrez", "hunyuan", "solar-open",
                "grok-2",
            ], splits: [.llama3(known, digits: 1, longS: false)]),
        GGUFPreTokenizer(
            names: [
                "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2",
                "jina-v5-nano",
            ], splits: [.llama3(known, digits: 3, longS: false)], addsBOS: true, ignoresMerges: true),
        GGUFPreTokenizer(
            names: ["dbrx", "smaug-bpe", "glm4", "chatglm-bpe"], splits: [.llama3(known, digits: 3, longS: false)]),
        GGUFPreTokenizer(
            names: ["falcon"], splits: [.punctuationRuns(known, backtick: true), .gpt2(known), .threeDigits]),
        GGUFPreTokenizer(names: ["bloom", "gpt3-finnish", "poro-chat"], splits: [.wordRuns(known)]),
        GGUFPreTokenizer(names: ["viking"], splits: [.wordRuns(known), .eachNumber(known)]),
        GGUFPreTokenizer(
            names: ["default"],
            splits: [.punctuationRuns(known), .gpt2(known), .numberRuns(known), .threeDigits]),
    ]
    private static let known = UnicodeLimit.llamaCpp

    /// The one of that name.
    static func named(_ name: String) throws(TokenizerError) -> GGUFPreTokenizer {
        guard let found = all.first(where: { $0.names.contains(name) }) else {
            let names = all.flatMap { $0.names }
            throw .unsupported(what: "the pre-tokenizer", value: name, supported: names.joined(separator: ", "))
        }
        return found
    }
}
