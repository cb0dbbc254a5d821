// The pre-tokenizers that GGUF files name, as llama.cpp splits under those names.

/// What a value of `tokenizer.ggml.pre` means for a byte-level vocabulary.
struct GGUFPreTokenizer: Sendable {
    /// One way of cutting; patterns are read only for the one that a file names.
    enum Cut: Sendable {
        case split(PreTokenizer.Split)
        case pattern(String)
    }

    /// The names, as files write them.
    var names: [String]
    var cuts: [Cut]
    /// The models of this name are trained with their first token in front of every text.
    var addsBOS = false
    /// A piece that is a token as a whole becomes that token without merges.
    var ignoresMerges = false

    init(_ names: String, _ cuts: [Cut], addsBOS: Bool = false, ignoresMerges: Bool = false) {
        self.names = names.split(separator: " ").map { String($0) }
        self.cuts = cuts
        self.addsBOS = addsBOS
        self.ignoresMerges = ignoresMerges
    }

    /// The cuts, patterns read.
    func splits() throws(TokenizerError) -> [PreTokenizer.Split] {
        var splits: [PreTokenizer.Split] = []
        for cut in cuts {
            switch cut {
            case .split(let split): splits.append(split)
            case .pattern(let text): splits.append(try .pattern(text, Self.known))
            }
        }
        return splits
    }

    /// Every name that is known. A file without one means the last.
    static let all: [GGUFPreTokenizer] =
        scanned + patterned + [
            GGUFPreTokenizer(
                "default",
                [
                    .split(.punctuationRuns(known)), .split(.gpt2(known)), .split(.numberRuns(known)),
                    .split(.threeDigits),
                ])
        ]

    /// Those that scanners of ours cut.
    private static let scanned: [GGUFPreTokenizer] = [
        GGUFPreTokenizer(
            "gpt-2 phi-2 jina-es jina-de jina-v1-en jina-v2-es jina-v2-de jina-v2-code roberta-bpe gigachat a.x-4.0 mellum "
                + "modern-bert exaone4 mpt olmo jais trillion granite-docling", [.split(.gpt2(known))]),
        GGUFPreTokenizer(
            "smollm starcoder refact command-r codeshell exaone minerva-7b mellum2",
            [.split(.eachNumber(known)), .split(.gpt2(known))]),
        GGUFPreTokenizer(
            "qwen2 deepseek-r1-qwen kormo f2llmv2 stablelm2 megrez hunyuan solar-open grok-2", [.split(qwen2)]),
        GGUFPreTokenizer("qwen35", [.split(.llama3(known, digits: 1, longS: false, marks: true))]),
        GGUFPreTokenizer(
            "llama-bpe llama3 llama-v3 falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano", [.split(llama3)],
            addsBOS: true, ignoresMerges: true),
        GGUFPreTokenizer("dbrx smaug-bpe chatglm-bpe", [.split(llama3)]),
        GGUFPreTokenizer("glm4 glm5", [.split(llama3)], ignoresMerges: true),
        GGUFPreTokenizer("laguna", [.split(.lineRuns), .split(qwen2)]),
        GGUFPreTokenizer(
            "falcon",
            [.split(.punctuationRuns(known, backtick: true)), .split(.gpt2(known)), .split(.threeDigits)]),
        GGUFPreTokenizer("bloom gpt3-finnish poro-chat", [.split(.wordRuns(known))]),
        GGUFPreTokenizer("viking", [.split(.wordRuns(known)), .split(.eachNumber(known))]),
        GGUFPreTokenizer("superbpe", [.split(.numberRuns(known)), .split(.thousands(known, digits: true))]),
    ]
    static let known = UnicodeLimit.llamaCpp
    private static let llama3 = PreTokenizer.Split.llama3(known, digits: 3, longS: false)
    private static let qwen2 = PreTokenizer.Split.llama3(known, digits: 1, longS: false)

    /// The one of that name.
    static func named(_ name: String) throws(TokenizerError) -> GGUFPreTokenizer {
        guard let found = all.first(where: { $0.names.contains(name) }) else {
            let names = all.flatMap { $0.names }
            throw .unsupported(what: "the pre-tokenizer", value: name, supported: names.joined(separator: ", "))
        }
        return found
    }
}
