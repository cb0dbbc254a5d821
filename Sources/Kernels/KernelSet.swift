// The set of CPU kernels in use, chosen once at run time.
public import CKernels

/// One instruction set's kernels: "avx512", "avx2", "neon" or "plain".
// The table is constant data of the program, hence unchecked.
public struct KernelSet: @unchecked Sendable {
    public let functions: UnsafePointer<sg_kernels>

    public var name: String { String(cString: functions.pointee.name) }

    /// The sets that this processor runs, best first.
    public static var available: [KernelSet] {
        (0..<4).compactMap { sg_kernels_at(Int32($0)).map(KernelSet.init(functions:)) }
    }

    public static let best = available[0]

    public static func named(_ name: String) -> KernelSet? { available.first { $0.name == name } }
}
