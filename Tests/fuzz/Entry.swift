// What libFuzzer calls: STEPGLASS_FUZZ names the target. Compiled by Tests/fuzz/run.sh, by no part of the package.
import FuzzTargets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

private func setting(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

private let target: FuzzTarget = {
    let name = setting("STEPGLASS_FUZZ") ?? ""
    guard let found = FuzzTarget.all.first(where: { $0.name == name }) else {
        fatalError("STEPGLASS_FUZZ is one of \(FuzzTarget.all.map { $0.name }.joined(separator: " "))")
    }
    return found
}()

/// With STEPGLASS_FUZZ_SEEDS writes the seeds of all targets there, from the repository in STEPGLASS_REPOSITORY, and ends.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutablePointer<CInt>, _ words: UnsafeMutableRawPointer) -> CInt {
    guard let folder = setting("STEPGLASS_FUZZ_SEEDS"), let repository = setting("STEPGLASS_REPOSITORY") else {
        return 0
    }
    for target in FuzzTarget.all {
        do { try target.writeSeeds(from: repository, to: folder + "/" + target.name) } catch { fatalError("\(error)") }
        print(target.name)
    }
    exit(0)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.run(UnsafeRawBufferPointer(start: start, count: count))
    return 0
}

@_silgen_name("LLVMFuzzerMutate")
private func changeBytes(_ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ most: Int) -> Int

/// Half of the changes put a value at an edge into JSON that stays JSON; the others are libFuzzer's own.
@_cdecl("LLVMFuzzerCustomMutator")
public func change(_ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ most: Int, _ seed: CUnsignedInt) -> Int {
    var chance = Chance(state: UInt64(seed))
    guard Bool.random(using: &chance),
        let changed = withExtremeValues(
            inPartOf: Array(UnsafeBufferPointer(start: start, count: count)), using: &chance),
        changed.count <= most
    else { return changeBytes(start, count, most) }
    for (place, byte) in changed.enumerated() { start[place] = byte }
    return changed.count
}

/// A small generator with a seed (Steele, Lea, Flood 2014).
private struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
