// The set of CPU kernels in use, chosen once at run time.
public import CKernels

// The table is constant data of the program, hence unchecked.
/// One instruction set's kernels: "amx", "avx512vnni", "avx512", "avxvnni", "avx2"; "neondot", "neon"; or "plain". All give
/// the same bits.
public struct KernelSet: @unchecked Sendable {
    /// The C functions of the set.
    public let functions: UnsafePointer<sg_kernels>

    /// The instruction set's name.
    public var name: String { String(cString: functions.pointee.name) }

    /// The sets that this processor runs, best first.
    public static var available: [KernelSet] {
        var sets: [KernelSet] = []
        while let functions = sg_kernels_at(Int32(sets.count)) { sets.append(KernelSet(functions: functions)) }
        return sets
    }

    /// The fastest set that this processor runs.
    public static let best = available[0]

    /// The set of that name; nil when there is none or this processor does not run it.
    public static func named(_ name: String) -> KernelSet? { available.first { $0.name == name } }
}
