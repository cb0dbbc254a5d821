// The number formats a tensor's weights may be stored in, and how many bytes they take.

/// How the weights of a tensor are stored. Quantised types store a row in blocks of ``blockSize`` weights;
/// the layouts stand beside the functions that undo them (``dequantize(_:into:)``).
public enum TensorType: Sendable, CaseIterable {
    /// IEEE 754 floats of 32 and 16 bits, and the upper 16 bits of a 32-bit one.
    case f32, f16, bf16
    // The digits are two numbers ("4 bits, variant 1"): q41 would read as one.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    /// Blocks of 32 weights of so many bits, with a scale; variant 1 with a minimum as well.
    case q8_0, q4_0, q4_1, q5_0, q5_1
    /// K-quants: blocks of 256 weights of so many bits, in parts with scales of their own.
    case q2K, q3K, q4K, q5K, q6K
    /// Places in a codebook, about so many bits a weight.
    case iq1S, iq1M, iq2XXS, iq2XS, iq2S, iq3XXS, iq3S, iq4NL, iq4XS
    // swift-format-ignore: AlwaysUseLowerCamelCase
    /// Three values, at 1.7 and 2.1 bits a weight.
    case tq1_0, tq2_0
    /// Floats of 4 bits with a scale for 32 or 16 of them.
    case mxfp4, nvfp4
    /// Floats of 8 bits, so many of exponent and fraction.
    case f8E4M3, f8E5M2

    /// The name GGUF tools print: "F32", "Q4_1", "Q4_K".
    public var name: String { facts.name }

    /// Weights in a block; 1 for the types that store each weight on its own.
    public var blockSize: Int { facts.blockSize }

    /// Bytes of a block, scales included.
    public var blockBytes: Int { facts.blockBytes }

    /// The type's number in a GGUF file; of a type that GGUF has not got, one of our own past a byte.
    public var number: UInt32 { facts.number }

    /// The type with this number in a GGUF file, nil when it is not one that can be read here.
    public static func from(ggufID: UInt32) -> TensorType? {
        ggufID > UInt8.max ? nil : allCases.first { $0.number == ggufID }
    }

    /// Bytes that `elements` weights take; nil when `elements` is negative or no whole number of blocks,
    /// or when the count of bytes overflows.
    public func byteCount(elements: Int) -> Int? {
        guard elements >= 0, elements % blockSize == 0 else { return nil }
        let (bytes, overflow) = (elements / blockSize).multipliedReportingOverflow(by: blockBytes)
        return overflow ? nil : bytes
    }

    /// Writes the weights of one block.
    var dequantizeBlock: DequantizeBlock { facts.dequantize }

    typealias DequantizeBlock = (UnsafeRawPointer, UnsafeMutablePointer<Float>) -> Void

    private var facts: (name: String, number: UInt32, blockSize: Int, blockBytes: Int, dequantize: DequantizeBlock) {
        switch self {
        case .f32: ("F32", 0, 1, 4, dequantizeF32)
        case .f16: ("F16", 1, 1, 2, dequantizeF16)
        case .bf16: ("BF16", 30, 1, 2, dequantizeBF16)
        case .q4_0: ("Q4_0", 2, 32, 2 + 16, dequantizeQ4Type0)
        case .q4_1: ("Q4_1", 3, 32, 2 + 2 + 16, dequantizeQ4Type1)
        case .q5_0: ("Q5_0", 6, 32, 2 + 4 + 16, dequantizeQ5Type0)
        case .q5_1: ("Q5_1", 7, 32, 2 + 2 + 4 + 16, dequantizeQ5Type1)
        case .q8_0: ("Q8_0", 8, 32, 2 + 32, dequantizeQ8Type0)
        case .q2K: ("Q2_K", 10, 256, 16 + 64 + 2 + 2, dequantizeQ2K)
        case .q3K: ("Q3_K", 11, 256, 32 + 64 + 12 + 2, dequantizeQ3K)
        case .q4K: ("Q4_K", 12, 256, 2 + 2 + 12 + 128, dequantizeQ4K)
        case .q5K: ("Q5_K", 13, 256, 2 + 2 + 12 + 32 + 128, dequantizeQ5K)
        case .q6K: ("Q6_K", 14, 256, 128 + 64 + 16 + 2, dequantizeQ6K)
        case .iq1S: ("IQ1_S", 19, 256, 2 + 32 + 16, dequantizeIQ1S)
        case .iq1M: ("IQ1_M", 29, 256, 32 + 16 + 8, dequantizeIQ1M)
        case .iq2XXS: ("IQ2_XXS", 16, 256, 2 + 64, dequantizeIQ2XXS)
        case .iq2XS: ("IQ2_XS", 17, 256, 2 + 64 + 8, dequantizeIQ2XS)
        case .iq2S: ("IQ2_S", 22, 256, 2 + 32 + 32 + 8 + 8, dequantizeIQ2S)
        case .iq3XXS: ("IQ3_XXS", 18, 256, 2 + 64 + 32, dequantizeIQ3XXS)
        case .iq3S: ("IQ3_S", 21, 256, 2 + 64 + 8 + 32 + 4, dequantizeIQ3S)
        case .iq4NL: ("IQ4_NL", 20, 32, 2 + 16, dequantizeIQ4NL)
        case .iq4XS: ("IQ4_XS", 23, 256, 2 + 2 + 4 + 128, dequantizeIQ4XS)
        case .tq1_0: ("TQ1_0", 34, 256, 48 + 4 + 2, dequantizeTQ1Type0)
        case .tq2_0: ("TQ2_0", 35, 256, 64 + 2, dequantizeTQ2Type0)
        case .mxfp4: ("MXFP4", 39, 32, 1 + 16, dequantizeMXFP4)
        case .nvfp4: ("NVFP4", 40, 64, 4 + 32, dequantizeNVFP4)
        case .f8E4M3: ("F8_E4M3", 256, 1, 1, dequantizeE4M3)
        case .f8E5M2: ("F8_E5M2", 257, 1, 1, dequantizeE5M2)
        }
    }

    /// The names for an error message: "F32, F16, BF16, …".
    static var supportedNames: String { allCases.map { $0.name }.joined(separator: ", ") }

    /// What GGUF tools call a type: "F16", "IQ4_NL", or "number 77".
    static func name(ggufID: UInt32) -> String {
        from(ggufID: ggufID)?.name ?? otherNames[ggufID] ?? "number \(ggufID)"
    }

    /// Bytes of one number of a type that no weights are stored in, only tables of positions and the like; nil for others.
    static func plainBytes(ggufID: UInt32) -> Int? {
        switch ggufID {
        case 24: 1  // I8
        case 25: 2  // I16
        case 26: 4  // I32
        case 27, 28: 8  // I64, F64
        default: nil
        }
    }

    private static let otherNames: [UInt32: String] = [
        9: "Q8_1", 15: "Q8_K", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64", 41: "Q1_0",
    ]
}
