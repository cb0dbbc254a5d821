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

    /// The name GGUF tools print: "F32", "Q4_1", "Q4_K".
    public var name: String { facts.name }

    /// Weights in a block; 1 for the types that store each weight on its own.
    public var blockSize: Int { facts.blockSize }

    /// Bytes of a block, scales included.
    public var blockBytes: Int { facts.blockBytes }

    /// The type's number in a GGUF file.
    public var ggufID: UInt32 { facts.ggufID }

    /// The type with this number in a GGUF file, nil when it is not one that can be read here.
    public static func from(ggufID: UInt32) -> TensorType? { allCases.first { $0.ggufID == ggufID } }

    /// Bytes that `elements` weights take; nil when `elements` is negative or no whole number of blocks,
    /// or when the count of bytes overflows.
    public func byteCount(elements: Int) -> Int? {
        guard elements >= 0, elements % blockSize == 0 else { return nil }
        let (bytes, overflow) = (elements / blockSize).multipliedReportingOverflow(by: blockBytes)
        return overflow ? nil : bytes
    }

    private var facts: (name: String, ggufID: UInt32, blockSize: Int, blockBytes: Int) {
        switch self {
        case .f32: ("F32", 0, 1, 4)
        case .f16: ("F16", 1, 1, 2)
        case .bf16: ("BF16", 30, 1, 2)
        case .q4_0: ("Q4_0", 2, 32, 2 + 16)
        case .q4_1: ("Q4_1", 3, 32, 2 + 2 + 16)
        case .q5_0: ("Q5_0", 6, 32, 2 + 4 + 16)
        case .q5_1: ("Q5_1", 7, 32, 2 + 2 + 4 + 16)
        case .q8_0: ("Q8_0", 8, 32, 2 + 32)
        case .q2K: ("Q2_K", 10, 256, 16 + 64 + 2 + 2)
        case .q3K: ("Q3_K", 11, 256, 32 + 64 + 12 + 2)
        case .q4K: ("Q4_K", 12, 256, 2 + 2 + 12 + 128)
        case .q5K: ("Q5_K", 13, 256, 2 + 2 + 12 + 32 + 128)
        case .q6K: ("Q6_K", 14, 256, 128 + 64 + 16 + 2)
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
        9: "Q8_1", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S",
        22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64", 29: "IQ1_M", 34: "TQ1_0",
        35: "TQ2_0", 39: "MXFP4", 40: "NVFP4", 41: "Q1_0",
    ]
}
