// Seeded random damage to right files: whatever comes out is an error or a file that can be read to its last byte.
// The bytes end where an unreadable page begins, so a read one byte too far ends the test run.

import ModelFiles
import Testing
import TestTools

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Room for bytes that ends at a page no one may touch.
private final class GuardedMemory {
    private let start: UnsafeMutableRawPointer
    private let capacity: Int
    private let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))

    init(capacity: Int) {
        self.capacity = (capacity + pageSize - 1) / pageSize * pageSize
        start = mmap(nil, self.capacity + pageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)!
        precondition(start != MAP_FAILED && mprotect(start + self.capacity, pageSize, PROT_NONE) == 0)
    }

    deinit { munmap(start, capacity + pageSize) }

    /// Holds these bytes until the next call.
    func file(_ bytes: [UInt8]) -> MappedFile {
        let place = UnsafeMutableRawBufferPointer(start: start + (capacity - bytes.count), count: bytes.count)
        place.copyBytes(from: bytes)
        return MappedFile(memory: UnsafeRawBufferPointer(place), name: "fuzz")
    }
}

@Suite struct FuzzTests {
    private static let mutations = 20_000

    /// One to four kinds of damage: a bit, a byte, a number at an edge, a cut, a piece copied elsewhere.
    private func damaged(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        let edges: [UInt64] = [
            0, 1, 2, 5, 8, 9, 0x7F, 0xFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 32, 1 << 62, 1 << 63, .max, .max - 31,
        ]
        for _ in 0..<Int.random(in: 1...4, using: &random) where bytes.count > 8 {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<12, using: &random) {
            case 0..<4: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 4..<7: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 7..<9:
                let edge = edges.randomElement(using: &random)!
                let width = [1, 4, 8].randomElement(using: &random)!
                for i in 0..<min(width, bytes.count - place) {
                    bytes[place + i] = UInt8(truncatingIfNeeded: edge >> (8 * UInt64(i)))
                }
            case 9: bytes.removeSubrange(place...)
            default:
                let length = Int.random(in: 1...16, using: &random)
                let source = Int.random(in: 0..<bytes.count, using: &random)
                let piece = Array(bytes[source..<min(source + length, bytes.count)])
                for (i, byte) in piece.enumerated() where place + i < bytes.count { bytes[place + i] = byte }
            }
        }
        return bytes
    }

    /// Reads every byte that a source offers.
    private func readAll(_ source: some TensorSource) throws {
        for tensor in source.tensors {
            #expect(try source.tensor(named: tensor.name)?.shape == tensor.shape)
            #expect(tensor.shape.reduce(1, *) == tensor.elementCount)
            #expect(tensor.rows * tensor.rowBytes == tensor.bytes.count)
            var floats = [Float](repeating: 0, count: tensor.elementCount)
            floats.withUnsafeMutableBufferPointer { dequantize(tensor, into: $0) }
        }
    }

    /// What `open` gives, nil when it refuses; the message is checked on the way.
    private func taken<T>(_ open: () throws(ModelFileError) -> T) -> T? {
        do throws(ModelFileError) {
            return try open()
        } catch {
            checkMessage(error)
            return nil
        }
    }

    private func readAll(_ value: GGUFValue) -> Int {
        switch value {
        case .string(let string): string.bytes.reduce(0) { $0 &+ Int($1) }
        case .strings(let strings): strings.reduce(0) { $0 &+ $1.reduce(0) { $0 &+ Int($1) } }
        case .numbers(let numbers): (numbers.integers ?? []).reduce(0, &+) &+ (numbers.floats ?? []).count
        default: 0
        }
    }

    @Test(.timeLimit(.minutes(60)))
    func damagedGGUFFiles() throws {
        let right = GGUFMaker.example.bytes
        let memory = GuardedMemory(capacity: right.count)
        var random = SplitMix64(state: 1)
        var count = 0
        for _ in 0..<Self.mutations {
            let file = memory.file(damaged(right, &random))
            guard let gguf = taken({ () throws(ModelFileError) in try GGUFFile(mapping: file) }) else { continue }
            for (_, value) in gguf.metadata { _ = readAll(value) }
            try readAll(gguf)
            count += 1
        }
        // Damage to data and values goes unseen, damage to the structure does not: both happened often.
        #expect(count > Self.mutations / 20 && count < Self.mutations * 19 / 20)
    }

    @Test(.timeLimit(.minutes(60)))
    func damagedSafetensorsFiles() throws {
        let right = SafetensorsMaker.example.bytes
        let memory = GuardedMemory(capacity: right.count)
        var random = SplitMix64(state: 2)
        var count = 0
        for _ in 0..<Self.mutations {
            let file = memory.file(damaged(right, &random))
            guard let tensors = taken({ () throws(ModelFileError) in try SafetensorsFile(mapping: file) }) else {
                continue
            }
            try readAll(tensors)
            count += 1
        }
        #expect(count > Self.mutations / 20 && count < Self.mutations * 19 / 20)
    }

    @Test(.timeLimit(.minutes(60)))
    func damagedIndexes() throws {
        let maker = FolderMaker.sharded
        let right = try #require(maker.files["model.safetensors.index.json"])
        let memory = GuardedMemory(capacity: right.count)
        let others = maker.files.mapValues { Memory($0) }
        var random = SplitMix64(state: 3)
        try withExtendedLifetime(others) {
            var files: [String: MappedFile] = [:]
            for (name, bytes) in others { files[name] = bytes.file(name) }
            for _ in 0..<5000 {
                files["model.safetensors.index.json"] = memory.file(damaged(right, &random))
                let folder = taken { () throws(ModelFileError) in try ModelFolder(files: files, name: "fuzz") }
                if let folder { try readAll(folder) }
            }
        }
    }
}
