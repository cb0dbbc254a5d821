// Small models whose matrices are random blocks of one tensor type, each with a twin that holds the same numbers in 32 bits.
import Foundation
import Kernels
import ModelFiles
import TestTools

@testable import Transformers

/// Tensors by name: (rows, columns), innermost last; a vector has one dimension.
struct TypedTensor {
    var name: String
    var shape: [Int]
    var type: TensorType
    var bytes: [UInt8]

    /// The same numbers in 32 bits.
    var plain: TypedTensor {
        TypedTensor(name: name, shape: shape, type: .f32, bytes: Self.bytes(Self.numbers(type, bytes)))
    }

    private static func bytes(_ numbers: [Float]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }

    static func numbers(_ type: TensorType, _ bytes: [UInt8]) -> [Float] {
        var numbers = [Float](repeating: 0, count: bytes.count / type.blockBytes * type.blockSize)
        bytes.withUnsafeBytes { bytes in
            numbers.withUnsafeMutableBufferPointer { dequantize(bytes, type: type, into: $0) }
        }
        return numbers
    }

    /// Blocks taken at random from 64, each drawn until its weights were of ordinary size.
    static func random(_ name: String, _ shape: [Int], _ type: TensorType, _ random: inout SplitMix64) -> TypedTensor {
        let blocks = (0..<64).map { _ in ordinaryBlock(type, &random) }
        var bytes: [UInt8] = []
        for _ in 0..<shape.reduce(1, *) / type.blockSize { bytes += blocks[Int(random.next() % 64)] }
        return TypedTensor(name: name, shape: shape, type: type, bytes: bytes)
    }

    private static func ordinaryBlock(_ type: TensorType, _ random: inout SplitMix64) -> [UInt8] {
        while true {
            var block = (0..<type.blockBytes).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            // Its four scales would hardly ever be small together.
            if type == .nvfp4 { for place in 0..<4 { block[place] &= 0x0F } }
            let weights = numbers(type, block)
            if weights.allSatisfy({ abs($0) < 0.3 }) && weights.contains(where: { abs($0) > 0.001 }) { return block }
        }
    }

    /// Every weight a little above or below 1, in 32 bits.
    static func norm(_ name: String, _ count: Int) -> TypedTensor {
        let numbers = (0..<count).map { Float(1 + Double($0 % 7 - 3) / 20) }
        return TypedTensor(name: name, shape: [count], type: .f32, bytes: bytes(numbers))
    }
}

/// A model of the llama architecture, two layers of two heads that share one key/value head.
struct TypedModel {
    static let (hidden, wide, vocabulary, layers) = (256, 512, 96, 2)
    var tensors: [TypedTensor]

    init(_ type: TensorType) {
        var random = SplitMix64(state: UInt64(type.number) + 1)
        tensors = [.random("token_embd.weight", [Self.vocabulary, Self.hidden], type, &random)]
        for layer in 0..<Self.layers {
            for (name, rows, columns) in [
                ("attn_q", 256, 256), ("attn_k", 128, 256), ("attn_v", 128, 256), ("attn_output", 256, 256),
                ("ffn_gate", 512, 256), ("ffn_up", 512, 256), ("ffn_down", 256, 512),
            ] { tensors.append(.random("blk.\(layer).\(name).weight", [rows, columns], type, &random)) }
            tensors += ["attn_norm", "ffn_norm"].map { .norm("blk.\(layer).\($0).weight", Self.hidden) }
        }
        tensors.append(.norm("output_norm.weight", Self.hidden))
    }

    private init(_ tensors: [TypedTensor]) { self.tensors = tensors }

    var plain: TypedModel { TypedModel(tensors.map { $0.plain }) }

    /// As a GGUF file in memory.
    func load(_ kernels: KernelSet = .best) throws -> any Transformer {
        var file = Bytes()
        let numbers: [(String, UInt32)] = [
            ("block_count", UInt32(Self.layers)), ("context_length", 64), ("embedding_length", UInt32(Self.hidden)),
            ("feed_forward_length", UInt32(Self.wide)), ("attention.head_count", 2), ("attention.head_count_kv", 1),
            ("vocab_size", UInt32(Self.vocabulary)),
        ]
        file.bytes = Array("GGUF".utf8)
        file.add(UInt32(3))
        file.add(UInt64(tensors.count))
        file.add(UInt64(numbers.count + 3))
        file.add("general.architecture")
        file.add(UInt32(8))
        file.add("llama")
        for (key, number) in numbers {
            file.add("llama." + key)
            file.add(UInt32(4))
            file.add(number)
        }
        for (key, number) in [("attention.layer_norm_rms_epsilon", Float(1e-5)), ("rope.freq_base", 10_000)] {
            file.add("llama." + key)
            file.add(UInt32(6))
            file.add(number.bitPattern)
        }
        var data = Bytes()
        for tensor in tensors {
            file.add(tensor.name)
            file.add(UInt32(tensor.shape.count))
            for dimension in tensor.shape.reversed() { file.add(UInt64(dimension)) }
            file.add(tensor.type.number)
            file.add(UInt64(data.bytes.count))
            data.bytes += tensor.bytes
            data.align()
        }
        file.align()
        return try withFile(file.bytes + data.bytes, named: "model.gguf") { path in
            try loadTransformer(try GGUFFile(path: path), compute: Compute(kernels: kernels, threads: 2))
        }
    }
}

private struct Bytes {
    var bytes: [UInt8] = []

    mutating func add<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }

    mutating func add(_ text: String) {
        add(UInt64(text.utf8.count))
        bytes += text.utf8
    }

    mutating func align() { bytes += [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32) }
}
