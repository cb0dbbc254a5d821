// A llama model with a vocabulary of single bytes, made in memory from a seed: for the tests of sessions.
import Phrases
import Kernels
import ModelFiles
import Traces
import Transformers

@testable import Generation
@testable import Stages

enum TinyModel {
    static let layers = 2
    static let heads = 4
    static let contextLength = 48
    /// One token for each byte, then `<|endoftext|>`.
    static let endToken = 256
    static let vocabularySize = 257

    /// A new model: its weights are the same each time, its cache and threads its own.
    static func make(threads: Int = 2, contextLength: Int = contextLength) throws -> LanguageModel {
        let files = [
            "config.json": configuration(contextLength), "vocab.json": vocabulary,
            "merges.txt": Array("#version: 0.2\n".utf8),
            "model.safetensors": weights,
        ]
        let folder = try ModelFolder(files: files.mapValues(mapped), name: "tiny")
        return try LanguageModel(.folder(folder), compute: Compute(threads: threads), hash: { "" })
    }

    /// The bytes stay in memory until the process ends: the model points into them.
    private static func mapped(_ bytes: [UInt8]) -> MappedFile {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        memory.copyBytes(from: bytes)
        return MappedFile(memory: UnsafeRawBufferPointer(memory), name: "tiny")
    }

    private static func configuration(_ contextLength: Int) -> [UInt8] {
        Array(
            """
            {"model_type": "llama", "vocab_size": \(vocabularySize), "max_position_embeddings": \(contextLength),
             "num_hidden_layers": \(layers), "hidden_size": 24, "num_attention_heads": \(heads), "num_key_value_heads": 2,
             "head_dim": 6, "intermediate_size": 40, "rms_norm_eps": 1e-5, "eos_token_id": \(endToken),
             "tie_word_embeddings": false}
            """.utf8)
    }

    /// A byte's character in the vocabulary: its own where that can be seen, else the next from U+0100 on.
    private static let vocabulary: [UInt8] = {
        let visible = Set(33...126).union(161...172).union(174...255)
        var next: UInt32 = 256
        var entries = (0..<256).map { byte -> String in
            var scalar = Unicode.Scalar(UInt8(byte))
            if !visible.contains(byte) {
                scalar = Unicode.Scalar(next)!
                next += 1
            }
            let escape = scalar == "\"" || scalar == "\\" ? "\\" : ""
            return "\"\(escape)\(scalar)\": \(byte)"
        }
        entries.append("\"<|endoftext|>\": \(endToken)")
        return Array("{\(entries.joined(separator: ", "))}".utf8)
    }()

    private static let weights: [UInt8] = {
        var generator = PCG64(seed: 7)
        var header: [String] = []
        var data: [UInt8] = []
        func add(_ name: String, _ shape: [Int]) {
            let start = data.count
            // Norms near 1; matrices large enough that the heads and the tokens differ.
            let isNorm = shape.count == 1
            let centre = isNorm ? 1.0 : 0.0
            let spread = isNorm ? 0.4 : 3 / Double(shape[1]).squareRoot()
            for _ in 0..<shape.reduce(1, *) {
                let number: Double = centre + spread * (generator.uniform() * 2 - 1)
                let bits = Float(number).bitPattern
                withUnsafeBytes(of: bits.littleEndian) { data += $0 }
            }
            let sizes = shape.map(String.init).joined(separator: ",")
            header.append(
                "\"\(name)\":{\"dtype\":\"F32\",\"shape\":[\(sizes)],\"data_offsets\":[\(start),\(data.count)]}")
        }
        add("model.embed_tokens.weight", [vocabularySize, 24])
        for layer in 0..<layers {
            for (name, rows, columns) in [
                ("self_attn.q_proj", 24, 24), ("self_attn.k_proj", 12, 24), ("self_attn.v_proj", 12, 24),
                ("self_attn.o_proj", 24, 24), ("mlp.gate_proj", 40, 24), ("mlp.up_proj", 40, 24),
                ("mlp.down_proj", 24, 40),
            ] { add("model.layers.\(layer).\(name).weight", [rows, columns]) }
            add("model.layers.\(layer).input_layernorm.weight", [24])
            add("model.layers.\(layer).post_attention_layernorm.weight", [24])
        }
        add("model.norm.weight", [24])
        add("lm_head.weight", [vocabularySize, 24])
        var text = Array("{\(header.joined(separator: ","))}".utf8)
        while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text + data
    }()

    /// A session over a prompt, ready to step.
    static func session(
        _ prompt: String, model: LanguageModel? = nil, keepsLogits: Bool = false,
        change: (inout Settings) -> Void = { _ in }
    ) throws -> Session {
        var settings = Settings()
        settings.temperature = 0
        change(&settings)
        let model = try model ?? make()
        let engine = EngineInfo(version: "test", kernels: model.compute.kernels.name, threads: 2)
        return try Session(
            model, prompt: try model.prompt(prompt, settings: settings), settings: settings, engine: engine,
            keepsLogits: keepsLogits)
    }
}

extension Session {
    /// Steps to the end; what was shown, step by step.
    @discardableResult
    func runToEnd() throws -> [String] {
        var shown: [String] = []
        while let step = try step() { shown.append(step.shown) }
        return shown
    }

    /// Chooses the bytes of a text, one a step, until it or the run ends; what was shown.
    func write(_ text: String) throws -> [String] {
        var shown: [String] = []
        for byte in text.utf8 {
            guard let step = try step(force: Int(byte)) else { break }
            shown.append(step.shown)
        }
        return shown
    }
}

extension Step {
    /// The step without its times.
    var timeless: Step {
        var step = self
        step.seconds = StepSeconds(forward: 0, choose: 0, record: 0)
        return step
    }
}
