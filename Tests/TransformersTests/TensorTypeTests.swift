// Whole models of every tensor type: each computes what the model of the same numbers in 32 bits does, which other tests hold
// against transformers, and the same bits on every kernel set.
import Foundation
import JSONText
import Kernels
import ModelFiles
import TestTools
import Testing

@testable import Transformers

@Suite struct TensorTypeTests {
    private static let inGGUF = TensorType.allCases.filter { $0.number < 256 && $0 != .f32 }
    private static let tokens = (0..<23).map { $0 * 37 % TypedModel.vocabulary }

    @Test(arguments: inGGUF)
    func aModelIsThatOfItsNumbers(type: TensorType) throws {
        let typed = TypedModel(type)
        let wanted = try typed.plain.load().logits(Self.tokens)
        let size = wanted.map { abs($0) }.max()!
        #expect(size > 0.01 && size.isFinite)
        var first: [Float]?
        for set in KernelSet.available {
            let model = try typed.load(set)
            #expect(model.weights.types[type.name] == 1 + 7 * TypedModel.layers)
            let logits = model.logits(Self.tokens)
            #expect(distance(logits, wanted) < 1e-4 * size, "\(type.name), \(set.name)")
            // One token at a time, as decoding does.
            #expect(sameBits(model.logits(Self.tokens, chunk: 1), logits), "\(type.name), \(set.name)")
            #expect(sameBits(first ?? logits, logits), "\(type.name): \(set.name) and the set before it differ")
            first = logits
        }
    }

    /// Scales of NVFP4 beside the tensor, as some programs write them, would be left out.
    @Test func scalesOfWholeTensorsAreRefused() throws {
        var typed = TypedModel(.nvfp4)
        typed.tensors.append(.norm("blk.0.attn_q.scale", 1))
        let error = #expect(throws: TransformerError.self) { try typed.load() }
        #expect("\(error!)".contains("blk.0.attn_q.scale"), "\(error!)")
    }

    /// The fixture's folder with its matrices as 8-bit floats.
    private func folder(_ type: TensorType, plain: Bool, adding more: [TypedTensor] = []) throws -> TemporaryFolder {
        let source = try ModelFolder(path: try Fixture.path("llama-grouped"))
        var random = SplitMix64(state: 3)
        let tensors =
            source.tensors.map { tensor in
                if tensor.shape.count == 1 { return TypedTensor.norm(tensor.name, tensor.shape[0]) }
                let typed = TypedTensor.random(tensor.name, tensor.shape, type, &random)
                return plain ? typed.plain : typed
            } + more
        var (header, data) = ([String](), [UInt8]())
        for tensor in tensors {
            let end = data.count + tensor.bytes.count
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            header.append(
                "\"\(tensor.name)\":{\"dtype\":\"\(tensor.type.name)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(data.count),\(end)]}")
            data += tensor.bytes
        }
        let text = Array("{\(header.joined(separator: ","))}".utf8)
        let folder = try TemporaryFolder()
        try folder.write(
            "model.safetensors", (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + data)
        let config = try Data(contentsOf: URL(fileURLWithPath: try Fixture.path("llama-grouped/config.json")))
        try folder.write("config.json", [UInt8](config))
        return folder
    }

    @Test(arguments: [TensorType.f8E4M3, .f8E5M2])
    func foldersMayHoldEightBitFloats(type: TensorType) throws {
        func logits(plain: Bool, _ set: KernelSet = .best) throws -> [Float] {
            let folder = try folder(type, plain: plain)
            let model = try loadTransformer(
                try ModelFolder(path: folder.path), compute: Compute(kernels: set, threads: 2))
            if !plain { #expect((model.weights.types[type.name] ?? 0) > 4) }
            return model.logits((0..<17).map { $0 * 5 % model.configuration.vocabularySize })
        }
        let wanted = try logits(plain: true)
        let size = wanted.map { abs($0) }.max()!
        for set in KernelSet.available { #expect(distance(try logits(plain: false, set), wanted) < 1e-5 * size) }
    }

    @Test func scalesOfEightBitFloatsAreRefused() throws {
        let name = try ModelFolder(path: try Fixture.path("llama-grouped")).tensors.first { $0.shape.count == 2 }!.name
        for suffix in ["_scale", "_scale_inv"] {
            let folder = try folder(.f8E4M3, plain: false, adding: [.norm(name + suffix, 1)])
            let error = #expect(throws: TransformerError.self) {
                try loadTransformer(try ModelFolder(path: folder.path), compute: Compute(threads: 1))
            }
            #expect("\(error!)".contains(name + suffix), "\(error!)")
        }
    }
}
