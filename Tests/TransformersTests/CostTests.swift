// What models cost, against transformers' own counts, the engine's counters, and sums by hand.
import CTinyModel
import JSONText
import Kernels
import ModelFiles
import Testing
import Traces

@testable import Transformers

@Suite struct CostTests {
    private func shape(_ config: String) throws -> ModelShape {
        let bytes = Array(config.utf8)
        return try bytes.withUnsafeBytes { raw in
            try ModelShape(try ModelConfiguration(MappedFile(memory: raw, name: "config.json")), name: "a model")
        }
    }

    @Test func parametersAreThoseOfTransformers() throws {
        let rows = try #require(try Fixture.json("shapes.json").array)
        #expect(rows.count == 34)
        var named = 0
        for row in rows {
            var writer = JSONWriter()
            writer.value(try #require(row["config"]))
            let expected = try #require(row["parameters"]?.int)
            let read = try shape(String(decoding: writer.bytes, as: UTF8.self))
            #expect(read.parameters.total == Int64(expected), "\(read.architecture) \(read.layers)")
            let windows = row["windows"]?.array?.map { $0.int } ?? []
            let all = [Int?](repeating: nil, count: read.layers)
            #expect(read.windows == (windows.isEmpty ? all : windows), "\(read.architecture)")
            guard let name = row["name"]?.string else { continue }
            named += 1
            let known = try #require(ModelShape.named(name.uppercased()))
            #expect(known.parameters == read.parameters)
            #expect(known.windows == read.windows, "\(name)")
            #expect(known.contextLength == read.contextLength)
        }
        #expect(named == ModelShape.known.count)
    }

    /// The products that the engine really does, counted while it does them.
    @Test(arguments: [1, 7, 40]) func multiplyAddsAreThoseOfAPass(tokens: Int) throws {
        var files: [String: MappedFile] = [:]
        var index: Int32 = 0
        while let file = sg_tiny_file_at(index), let name = file.pointee.name.map({ String(cString: $0) }) {
            files[name] = MappedFile(
                memory: UnsafeRawBufferPointer(start: file.pointee.bytes, count: file.pointee.count), name: name)
            index += 1
        }
        let folder = try ModelFolder(files: files, name: "stepglass-tiny")
        let compute = Compute(threads: 1)
        let model = try loadTransformer(folder, compute: compute)
        let shape = try ModelShape(folder)
        let before = compute.work
        _ = model.logits(Array(repeating: 5, count: tokens))
        let counted = compute.work.since(before).multiplyAdds.values.reduce(0, +)
        let computed = shape.prefill(tokens: tokens)
        // The pass of this test makes logits at every position.
        let head = Int64(shape.hiddenSize) * Int64(shape.vocabularySize) * Int64(tokens)
        #expect(Int64(counted) == computed.projections + computed.mlp + head)
        #expect(shape.cacheBytes(positions: tokens) == Int64(model.configuration.cacheByteCount(positions: tokens)))
        let stored = folder.tensors.reduce(0) { $0 + $1.elementCount }
        #expect(shape.parameters.total == Int64(stored))
        let bytes = folder.tensors.reduce(0) { $0 + $1.bytes.count }
        #expect(abs(shape.weightBytes - Int64(bytes)) <= 1)
    }

    @Test func windowsEndTheSquare() throws {
        let config = """
            {"model_type": "mistral", "vocab_size": 10, "max_position_embeddings": 64, "num_hidden_layers": 2,
             "hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 6, "sliding_window": 3}
            """
        let windowed = try shape(config)
        // Queries of 5 tokens see 1, 2, 3, 3 and 3 keys; scores and mixes take 8 multiply-adds each, in two layers.
        #expect(windowed.prefill(tokens: 5).attention == 12 * 2 * 8 * 2)
        #expect(windowed.decode(context: 5).attention == 3 * 2 * 8 * 2)
        #expect(windowed.cacheBytes(positions: 5) == 2 * 8 * 4 * 3 * 2)
        let whole = try shape(config.replacing("3}", with: "null}"))
        #expect(whole.prefill(tokens: 5).attention == 15 * 2 * 8 * 2)
        let gemma = try #require(ModelShape.named("gemma-3-270m"))
        #expect(gemma.windowedLayers == 15)
        #expect(gemma.cacheBytes(positions: 1000) == 2 * 256 * 4 * (15 * 512 + 3 * 1000))
    }

    @Test func timesAreTheSlowerOfTheTwo() throws {
        let shape = try #require(ModelShape.named("SmolLM2-135M"))
        let (quick, slow) = (1e15, 1e9)
        let arithmetic = MachineSpeed(bytes: quick, multiplyAdds: slow)
        #expect(
            shape.secondsToFirstToken(prompt: 100, on: arithmetic) == Double(shape.prefill(tokens: 100).total) / slow)
        let memory = MachineSpeed(bytes: slow, multiplyAdds: quick)
        #expect(shape.secondsPerToken(context: 100, on: memory) == Double(shape.decodeBytes(context: 100)) / slow)
    }

    @Test(arguments: [
        (#"{"model_type": "mamba"}"#, "mamba"), (#"{"vocab_size": 5}"#, "model_type"),
        (#"{"model_type": "llama", "vocab_size": 5}"#, "num_attention_heads"),
        (
            #"{"model_type": "llama", "vocab_size": 5, "max_position_embeddings": 64, "num_hidden_layers": 9999999999, "hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 6}"#,
            "layers"
        ),
        (
            #"{"model_type": "llama", "vocab_size": 5, "max_position_embeddings": 64, "num_hidden_layers": 1000, "hidden_size": 8, "num_attention_heads": 1000, "head_dim": 1000, "intermediate_size": 6}"#,
            "1000 layers"
        ),
        (
            #"{"model_type": "llama", "vocab_size": 5, "max_position_embeddings": 64, "num_hidden_layers": 64, "hidden_size": 65536, "num_attention_heads": 64, "head_dim": 1024, "intermediate_size": 1048576}"#,
            "64 layers"
        ),
        (
            #"{"model_type": "gpt2", "vocab_size": 5, "n_positions": 64, "n_layer": 2, "n_embd": 4611686018427387904, "n_head": 2}"#,
            "hidden size"
        ),
        (
            #"{"model_type": "gemma3", "text_config": {"vocab_size": 5, "max_position_embeddings": 64, "num_hidden_layers": 2, "hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 6, "layer_types": ["full_attention"]}}"#,
            "layer_types of 1 for 2 layers"
        ),
        (
            #"{"model_type": "gemma3_text", "vocab_size": 5, "max_position_embeddings": 64, "num_hidden_layers": 2, "hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 6, "sliding_window_pattern": 0}"#,
            "sliding_window_pattern is 0"
        ),
    ]) func whatIsWrongIsNamed(config: String, word: String) {
        let error = #expect(throws: TransformerError.self) { _ = try shape(config) }
        #expect(error.map { "\($0)" }?.contains(word) == true, "\(error.map { "\($0)" } ?? "")")
    }
}
