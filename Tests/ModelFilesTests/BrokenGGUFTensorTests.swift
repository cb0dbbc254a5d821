// GGUF files whose tensor descriptions lie, each made from a right one.

import ModelFiles
import Testing

@Suite struct BrokenGGUFTensorTests {
    private var file: String { "test.gguf" }

    /// The example with a change in one of its tensors.
    private func changed(_ index: Int, _ change: (inout GGUFMaker.Tensor) -> Void) -> GGUFMaker {
        var maker = GGUFMaker.example
        change(&maker.tensors[index])
        return maker
    }

    /// CVE-2024-21802: the dimensions were read into an array of four before their number was looked at.
    @Test(arguments: [0, 5, 6, 1000, UInt32.max])
    func badDimensionCounts(count: UInt32) {
        let maker = changed(1) { tensor in
            tensor.dimensionCount = count
            tensor.dimensions = Array(repeating: 1, count: Int(min(count, 1000)))
        }
        #expect(refusal(maker) == .badDimensionCount(file: file, tensor: "norm", count: count))
    }

    @Test func zeroDimensions() {
        #expect(
            refusal(changed(0) { $0.dimensions = [8, 0] })
                == .zeroDimension(file: file, tensor: "embed", shape: [0, 8]))
        #expect(
            refusal(changed(0) { $0.dimensions = [1 << 40, 1 << 40, 0] })
                == .zeroDimension(file: file, tensor: "embed", shape: [0, 1 << 40, 1 << 40]))
    }

    /// CVE-2026-33298: the number of elements fitted 64 bits, the number of bytes wrapped round to a few.
    @Test func shapesThatOverflow() {
        let shapes: [[UInt64]] = [
            [.max], [1 << 63], [UInt64(Int.max), 2], [1 << 32, 1 << 32], [1 << 62], [1 << 61, 2],
            [1 << 16, 1 << 16, 1 << 16, 1 << 16], [1 << 31, 1 << 31, 4], [(1 << 62) + 1],
        ]
        for dimensions in shapes {
            #expect(
                refusal(changed(0) { $0.dimensions = dimensions })
                    == .shapeOverflow(file: file, tensor: "embed", shape: dimensions.reversed()), "\(dimensions)")
        }
    }

    /// The same for blocks: bytes a block times weights overflows before it is divided by the weights of a block, so the
    /// division comes first; what then still fits is compared with the file.
    @Test func blocksThatOverflow() {
        let q8: UInt32 = 8
        let most = UInt64(Int.max) - 31
        #expect(
            refusal(changed(2) { ($0.type, $0.dimensions) = (q8, [most]) })
                == .shapeOverflow(file: file, tensor: "matrix", shape: [most]))
        #expect(
            refusal(changed(2) { ($0.type, $0.dimensions) = (q8, [32, 1 << 57]) })
                == .tensorOutsideFile(file: file, tensor: "matrix", offset: 96, bytes: 34 << 57, available: 176))
    }

    @Test func rowsThatAreNotWholeBlocks() {
        #expect(
            refusal(changed(2) { $0.dimensions = [48, 2] })
                == .rowNotInBlocks(file: file, tensor: "matrix", columns: 48, type: .q4_1))
        #expect(
            refusal(changed(2) { ($0.type, $0.dimensions) = (12, [128, 1]) })
                == .rowNotInBlocks(file: file, tensor: "matrix", columns: 128, type: .q4K))
        for type in TensorType.allCases where type.blockSize > 1 {
            let columns = type.blockSize / 2
            let error = refusal(changed(2) { ($0.type, $0.dimensions) = (type.number, [UInt64(columns), 1]) })
            #expect(error == .rowNotInBlocks(file: file, tensor: "matrix", columns: columns, type: type))
            #expect("\(error!)".contains("rows of \(columns) weights; type \(type.name) needs a multiple of"))
        }
    }

    @Test(arguments: [
        (9, "Q8_1"), (4, "number 4"), (UInt32.max, "number 4294967295"), (256, "number 256"), (41, "Q1_0"),
    ])
    func unknownTensorTypes(type: UInt32, name: String) {
        let error = refusal(changed(2) { $0.type = type })
        #expect(error == .unsupportedTensorType(file: file, tensor: "matrix", type: name))
        #expect(
            "\(error!)".contains(
                "F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ1_S, IQ1_M"))
    }

    @Test func misalignedOffsets() {
        #expect(
            refusal(changed(2) { $0.offset = 97 })
                == .misalignedTensor(file: file, tensor: "matrix", offset: 97, alignment: 32))
        #expect(
            refusal(changed(2) { $0.offset = .max })
                == .misalignedTensor(file: file, tensor: "matrix", offset: .max, alignment: 32))
    }

    /// CVE-2026-7482: an offset and a size that point behind the end of the file were believed.
    /// CVE-2026-27940: the padded sizes were added up without a check, so that huge offsets came out small.
    @Test(arguments: [128, 192, 1 << 20, 1 << 63, UInt64(Int.max) - 31, UInt64.max - 31])
    func tensorsOutsideTheFile(offset: UInt64) {
        #expect(
            refusal(changed(2) { $0.offset = offset })
                == .tensorOutsideFile(file: file, tensor: "matrix", offset: offset, bytes: 80, available: 176))
    }

    @Test func tensorsLargerThanTheFile() {
        #expect(
            refusal(changed(0) { $0.dimensions = [8, 1 << 50] })
                == .tensorOutsideFile(file: file, tensor: "embed", offset: 0, bytes: 32 << 50, available: 176))
    }

    @Test func overlaps() {
        let both = ModelFileError.overlappingTensors(file: file, first: "embed", second: "matrix")
        #expect(refusal(changed(2) { $0.offset = 0 }) == both)
        #expect(refusal(changed(2) { $0.offset = 32 }) == both)
        #expect(
            refusal(changed(1) { $0.offset = 96 })
                == .overlappingTensors(file: file, first: "norm", second: "matrix"))
    }

    @Test func badNames() {
        #expect(
            refusal(changed(2) { $0.name = Array("norm".utf8) }) == .duplicateTensor(file: file, tensor: "norm"))
        guard case .badLength(file, "the name of tensor 2", 0, 1...64, _) = refusal(changed(2) { $0.name = [] })
        else {
            Issue.record("took an empty name")
            return
        }
        let long = changed(2) { $0.name = [UInt8](repeating: 0x61, count: 65) }
        guard case .badLength(file, "the name of tensor 2", 65, 1...64, _) = refusal(long) else {
            Issue.record("took a name of 65 bytes")
            return
        }
        guard case .invalidUTF8(file, "the name of tensor 2", _) = refusal(changed(2) { $0.name = [0x61, 0x80] })
        else {
            Issue.record("took a name that is not UTF-8")
            return
        }
    }

    /// A message stays one line and shows no control character, whatever a name holds.
    @Test func namesDoNotReachTheTerminalRaw() throws {
        let error = try #require(refusal(changed(2) { ($0.name, $0.type) = (Array("a\u{1B}[2J\n\u{202E}b".utf8), 77) }))
        #expect("\(error)".contains(#"a\u{1B}[2J\n\u{202E}b"#))
    }
}
