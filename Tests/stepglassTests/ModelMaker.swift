// A small GGUF model of the llama architecture in which every number can be made a lie.
import Phrases
import Foundation

struct ModelMaker {
    enum Value {
        case number(UInt32)
        case float(Float)
        case text(String)
        case texts([String])
        /// A value's own bytes behind this type, for what no honest writer writes.
        case raw(type: UInt32, [UInt8])
    }

    struct Tensor {
        var name: String
        /// As the file has them: innermost first.
        var dimensions: [UInt64]
        var type: UInt32 = 0
        var data: [UInt8]
        /// nil: the next aligned place.
        var offset: UInt64?
    }

    var magic: [UInt8] = Array("GGUF".utf8)
    var version: UInt32 = 3
    var tensorCount: UInt64?
    var pairCount: UInt64?
    var pairs: [(key: String, value: Value)] = []
    var tensors: [Tensor] = []

    static let vocabulary = 258
    static let hidden = 16

    /// One layer, two heads that share one key/value head, the 256 bytes and two more as tokens.
    init() {
        let bytes = (0..<256).map { Self.byteSymbol(UInt8($0)) }
        pairs = [
            ("general.architecture", .text("llama")), ("general.name", .text("made")),
            ("llama.block_count", .number(1)), ("llama.context_length", .number(64)),
            ("llama.embedding_length", .number(UInt32(Self.hidden))), ("llama.feed_forward_length", .number(32)),
            ("llama.attention.head_count", .number(2)), ("llama.attention.head_count_kv", .number(1)),
            ("llama.attention.layer_norm_rms_epsilon", .float(1e-5)), ("llama.rope.freq_base", .float(10_000)),
            ("tokenizer.ggml.model", .text("gpt2")), ("tokenizer.ggml.pre", .text("gpt-2")),
            ("tokenizer.ggml.tokens", .texts(bytes + ["ab", "<end>"])), ("tokenizer.ggml.merges", .texts(["a b"])),
            ("tokenizer.ggml.eos_token_id", .number(257)),
        ]
        add("token_embd.weight", Self.hidden, Self.vocabulary)
        add("output_norm.weight", Self.hidden)
        for (name, columns, rows) in [
            ("attn_q", 16, 16), ("attn_k", 16, 8), ("attn_v", 16, 8), ("attn_output", 16, 16), ("ffn_gate", 16, 32),
            ("ffn_up", 16, 32), ("ffn_down", 32, 16),
        ] { add("blk.0.\(name).weight", columns, rows) }
        for name in ["attn_norm", "ffn_norm"] { add("blk.0.\(name).weight", Self.hidden) }
    }

    private mutating func add(_ name: String, _ dimensions: Int...) {
        var data: [UInt8] = []
        for place in 0..<dimensions.reduce(1, *) { data.add(Float((place * 37 + name.utf8.count) % 19 - 9) / 20) }
        tensors.append(Tensor(name: name, dimensions: dimensions.map(UInt64.init), data: data))
    }

    /// The character that stands for a byte in byte-level vocabularies: itself where it is printable, else one from
    /// U+0100 on.
    private static func byteSymbol(_ byte: UInt8) -> String {
        let printable: (UInt8) -> Bool = { (33...126).contains($0) || (161...172).contains($0) || $0 >= 174 }
        if printable(byte) { return String(UnicodeScalar(byte)) }
        let before = (0..<byte).filter { !printable($0) }.count
        return String(UnicodeScalar(UInt32(256 + before))!)
    }

    mutating func set(_ key: String, _ value: Value) {
        pairs.removeAll { $0.key == key }
        pairs.append((key, value))
    }

    mutating func change(_ name: String, _ body: (inout Tensor) -> Void) {
        body(&tensors[tensors.firstIndex { $0.name == name }!])
    }

    /// Everything before the tensors' data.
    var header: [UInt8] {
        var bytes = magic
        bytes.add(version)
        bytes.add(tensorCount ?? UInt64(tensors.count))
        bytes.add(pairCount ?? UInt64(pairs.count))
        for (key, value) in pairs {
            bytes.add(key)
            switch value {
            case .number(let number): bytes.add(UInt32(4)); bytes.add(number)
            case .float(let number): bytes.add(UInt32(6)); bytes.add(number)
            case .text(let text): bytes.add(UInt32(8)); bytes.add(text)
            case .texts(let texts):
                bytes.add(UInt32(9)); bytes.add(UInt32(8)); bytes.add(UInt64(texts.count))
                for text in texts { bytes.add(text) }
            case .raw(let type, let content): bytes.add(type); bytes += content
            }
        }
        var place = 0
        for tensor in tensors {
            bytes.add(tensor.name)
            bytes.add(UInt32(tensor.dimensions.count))
            for dimension in tensor.dimensions { bytes.add(dimension) }
            bytes.add(tensor.type)
            bytes.add(tensor.offset ?? UInt64(place))
            place += aligned(tensor.data.count)
        }
        return bytes + [UInt8](repeating: 0, count: aligned(bytes.count) - bytes.count)
    }

    var bytes: [UInt8] {
        tensors.reduce(into: header) { bytes, tensor in
            bytes += tensor.data
            bytes += [UInt8](repeating: 0, count: aligned(bytes.count) - bytes.count)
        }
    }

    private func aligned(_ count: Int) -> Int { (count + 31) / 32 * 32 }
}

extension [UInt8] {
    mutating func add(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
    mutating func add(_ number: Float) { add(number.bitPattern) }
    mutating func add(_ text: String) {
        add(UInt64(text.utf8.count))
        append(contentsOf: text.utf8)
    }
}
