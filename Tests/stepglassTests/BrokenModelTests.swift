// Broken model files through the command: one clear line each, exit code 1, no file left, no crash.
import Phrases
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command)) struct BrokenModelTests {
    /// Runs a model file and expects the refusal.
    private func expectRefused(_ bytes: [UInt8], _ about: String) throws {
        let place = try Workplace()
        let model = try place.write("model.gguf", bytes)
        let outcome = try place.stepglass("trace", "ab ab", "--model", model, "--max-tokens", "2", "-o", "out")
        outcome.expectOneLine(1, about)
        #expect(outcome.errors.contains("model.gguf"), "\(about): \(outcome.errors)")
        #expect(place.names() == ["model.gguf"], "\(about)")
    }

    /// The maker's file is right: what the other tests refuse is what they broke.
    @Test func theUnbrokenModelRuns() throws {
        let place = try Workplace()
        let model = try place.write("model.gguf", ModelMaker().bytes)
        let outcome = try place.stepglass(
            "trace", "ab ab", "--model", model, "--min-tokens", "3", "--max-tokens", "3", "-o", "out")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let trace = try place.json("out/trace.json")
        #expect(trace["prompt"]?["tokens"]?.array?.compactMap { $0["id"]?.int } == [256, 32, 256])
        #expect(trace["steps"]?.array?.count == 3)
    }

    @Test(arguments: 0..<10) func truncated(_ place: Int) throws {
        let maker = ModelMaker()
        let (header, whole) = (maker.header.count, maker.bytes.count)
        let ends = [
            0, 3, 12, 24, 60, header / 2, header - 200, header, (header + whole) / 2, whole - 64,
        ]
        try expectRefused(Array(maker.bytes[..<ends[place]]), "cut to \(ends[place]) of \(whole) bytes")
    }

    static let defects: [(name: String, change: @Sendable (inout ModelMaker) -> Void)] = [
        ("wrong magic", { $0.magic = Array("GGML".utf8) }),
        ("a version to come", { $0.version = 9 }),
        ("a version of the other byte order", { $0.version = UInt32(3).byteSwapped }),
        ("a huge count of tensors", { $0.tensorCount = 1 << 60 }),
        ("a negative count of tensors", { $0.tensorCount = .max }),
        ("a huge count of keys", { $0.pairCount = 1 << 62 }),
        ("a huge string", { $0.set("general.name", .raw(type: 8, [UInt8](repeating: 0xFF, count: 8))) }),
        (
            "a huge array",
            {
                var bytes: [UInt8] = []
                bytes.add(UInt32(4)); bytes.add(UInt64(1) << 61)
                $0.set("general.numbers", .raw(type: 9, bytes))
            }
        ),
        ("a value of an unknown type", { $0.set("general.name", .raw(type: 77, [0, 0, 0, 0])) }),
        ("a key twice", { $0.pairs.append($0.pairs[0]) }),
        ("overlapping tensors", { $0.change("output_norm.weight") { $0.offset = 32 } }),
        ("a tensor outside the file", { $0.change("output_norm.weight") { $0.offset = 1 << 40 } }),
        ("an offset that overflows", { $0.change("output_norm.weight") { $0.offset = .max - 31 } }),
        ("an offset between the marks", { $0.change("output_norm.weight") { $0.offset = ($0.offset ?? 0) + 7 } }),
        ("a shape that overflows", { $0.change("token_embd.weight") { $0.dimensions = [1 << 32, 1 << 32] } }),
        ("a shape that overflows to 0", { $0.change("token_embd.weight") { $0.dimensions = [1 << 63, 2] } }),
        ("an empty shape", { $0.change("token_embd.weight") { $0.dimensions = [0, 258] } }),
        ("a shape of the wrong size", { $0.change("blk.0.attn_q.weight") { $0.dimensions = [8, 16] } }),
        ("an unknown tensor type", { $0.change("token_embd.weight") { $0.type = 99 } }),
        ("a tensor type without support", { $0.change("token_embd.weight") { $0.type = 24 } }),
        ("a removed tensor type", { $0.change("token_embd.weight") { $0.type = 4 } }),
        ("a missing tensor", { $0.tensors.removeAll { $0.name == "blk.0.ffn_up.weight" } }),
        ("a tensor twice", { $0.tensors.append($0.tensors[1]) }),
        ("a vocabulary that is too short", { $0.set("tokenizer.ggml.tokens", .texts(["a", "b", "ab"])) }),
        ("no vocabulary", { $0.pairs.removeAll { $0.key == "tokenizer.ggml.tokens" } }),
        ("a vocabulary of numbers", { $0.set("tokenizer.ggml.tokens", .number(258)) }),
        ("merges of unknown tokens", { $0.set("tokenizer.ggml.merges", .texts(["xx yy"])) }),
        ("another kind of tokenizer", { $0.set("tokenizer.ggml.model", .text("rwkv")) }),
        ("an unknown pre-tokenizer", { $0.set("tokenizer.ggml.pre", .text("mystery")) }),
        ("an unknown architecture", { $0.set("general.architecture", .text("mamba")) }),
        ("an architecture that is a number", { $0.set("general.architecture", .number(3)) }),
        ("no heads", { $0.set("llama.attention.head_count", .number(0)) }),
        ("heads that do not share", { $0.set("llama.attention.head_count_kv", .number(3)) }),
        ("a huge count of layers", { $0.set("llama.block_count", .number(.max)) }),
        ("an empty context", { $0.set("llama.context_length", .number(0)) }),
        ("a huge context", { $0.set("llama.context_length", .number(.max)) }),
        ("a huge width", { $0.set("llama.embedding_length", .number(.max)) }),
        ("an epsilon that is no number", { $0.set("llama.attention.layer_norm_rms_epsilon", .float(.nan)) }),
        ("no epsilon", { $0.pairs.removeAll { $0.key == "llama.attention.layer_norm_rms_epsilon" } }),
    ]

    @Test(arguments: defects.map(\.name)) func defect(_ name: String) throws {
        var maker = ModelMaker()
        let defect = try #require(Self.defects.first { $0.name == name })
        defect.change(&maker)
        try expectRefused(maker.bytes, name)
    }

    /// Random bytes in the place of some of the header's: refused or run, never a crash.
    @Test func randomDamage() throws {
        let whole = ModelMaker().bytes
        let header = ModelMaker().header.count
        var state: UInt64 = 1
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let place = try Workplace()
        for round in 0..<40 {
            var bytes = whole
            for _ in 0...random(4) { bytes[random(header)] = UInt8(random(256)) }
            let model = try place.write("model.gguf", bytes)
            let outcome = try place.stepglass(
                "trace", "ab", "--model", model, "--max-tokens", "2", "-o", "out", "--quiet")
            #expect(outcome.status == 0 || outcome.status == 1, "round \(round): \(outcome.status) \(outcome.errors)")
            #expect(outcome.errorLines.count == Int(outcome.status), "round \(round): \(outcome.errors)")
        }
    }
}

@Suite(.needs(.command)) struct BrokenFolderTests {
    private static func replace(_ old: String, _ new: String) -> @Sendable ([UInt8]) -> [UInt8]? {
        { Array(String(decoding: $0, as: UTF8.self).replacingOccurrences(of: old, with: new).utf8) }
    }

    /// A file of the folder and what becomes of it; nil takes it away.
    static let defects: [(name: String, file: String, change: @Sendable ([UInt8]) -> [UInt8]?)] = [
        ("no configuration", "config.json", { _ in nil }),
        ("half a configuration", "config.json", { Array($0[..<($0.count / 2)]) }),
        ("a configuration that is a list", "config.json", { _ in Array("[]".utf8) }),
        ("an unknown architecture", "config.json", replace("\"gpt2\"", "\"mamba\"")),
        ("another width", "config.json", replace("\"n_embd\": 128", "\"n_embd\": 64")),
        ("a huge width", "config.json", replace("\"n_embd\": 128", "\"n_embd\": 999999999999999999")),
        ("a layer more than there is", "config.json", replace("\"n_layer\": 4", "\"n_layer\": 5")),
        ("no heads", "config.json", replace("\"n_head\": 4", "\"n_head\": 0")),
        ("no weights", "model.safetensors", { _ in nil }),
        ("half the weights", "model.safetensors", { Array($0[..<($0.count / 2)]) }),
        ("weights of one byte", "model.safetensors", { Array($0[..<1]) }),
        (
            "a header of 200 MB",
            "model.safetensors", { bytes in Array(withUnsafeBytes(of: UInt64(200 << 20)) { $0 }) + bytes[8...] }
        ),
        ("weights with a tail", "model.safetensors", { $0 + [0] }),
        ("no tokenizer", "tokenizer.json", { _ in nil }),
        ("half a tokenizer", "tokenizer.json", { Array($0[..<($0.count / 2)]) }),
        ("a tokenizer of another kind", "tokenizer.json", replace("\"BPE\"", "\"Unigram\"")),
    ]

    @Test(arguments: defects.map(\.name)) func defect(_ name: String) throws {
        let defect = try #require(Self.defects.first { $0.name == name })
        let place = try Workplace()
        try FileManager.default.copyItem(atPath: tinyFolder, toPath: place.path + "/model")
        let whole = try place.bytes("model/" + defect.file)
        let changed = defect.change(whole)
        #expect(changed != whole, "the defect changes nothing")
        if let changed {
            try place.write("model/" + defect.file, changed)
        } else {
            try FileManager.default.removeItem(atPath: place.path + "/model/" + defect.file)
        }
        let outcome = try place.stepglass("trace", "Hello", "--model", "model", "--max-tokens", "2", "-o", "out")
        outcome.expectOneLine(1, name)
        #expect(place.names() == ["model"])
    }
}
