// Broken and hostile GGUF files, each made from a right one: the error must be the right one, with its evidence.

import ModelFiles
import TestTools
import Testing

@Suite struct BrokenGGUFTests {
    private var file: String { "test.gguf" }

    private func with(_ pair: GGUFMaker.Pair) -> GGUFMaker {
        var maker = GGUFMaker.example
        maker.pairs.append(pair)
        return maker
    }

    // MARK: Cut short

    /// Ten places from the first byte to the last: the magic, the counts, a key, a value, a tensor's name, the data.
    @Test(arguments: [0, 3, 7, 15, 23, 40, 60, 200, 430, -1])
    func truncated(at place: Int) throws {
        let bytes = GGUFMaker.example.bytes
        let error = try #require(refusal(Array(bytes.prefix(place < 0 ? bytes.count + place : place))))
        switch error {
        case .truncated(_, _, _, let needs, let has): #expect(needs > UInt64(has))
        case .tooMany(_, _, let count, let limit, _): #expect(count > limit)
        case .tensorOutsideFile(_, "matrix", 96, 80, let available): #expect(available == 96 + 80 - 1 && place == -1)
        default: Issue.record("\(error)")
        }
    }

    /// Every cut of the file is an error, and none a crash.
    @Test func truncatedAnywhere() {
        let bytes = GGUFMaker.example.bytes
        for count in 0..<bytes.count { #expect(refusal(Array(bytes.prefix(count))) != nil, "cut to \(count) bytes") }
    }

    @Test func anEmptyFileAndAFolder() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("empty.gguf", [])
        #expect(
            throws: ModelFileError.truncated(file: path, what: "the magic number", offset: 0, needs: 4, has: 0)
        ) { try GGUFFile(path: path) }
        #expect(throws: ModelFileError.notARegularFile(file: folder.path)) { try GGUFFile(path: folder.path) }
        let absent = folder.path + "/absent.gguf"
        #expect(throws: ModelFileError.cannotOpen(file: absent, reason: "No such file or directory")) {
            try GGUFFile(path: absent)
        }
        #expect(throws: ModelFileError.notARegularFile(file: "/dev/null")) { try GGUFFile(path: "/dev/null") }
    }

    // MARK: Header

    @Test func wrongMagic() {
        var maker = GGUFMaker.example
        maker.magic = 0x0403_4B50
        #expect(refusal(maker) == .notGGUF(file: file, found: 0x0403_4B50))
        #expect("\(ModelFileError.notGGUF(file: file, found: 0x0403_4B50))".contains("50 4b 03 04"))
    }

    @Test(arguments: [0, 1, 4, 0x0300_0000, UInt32.max])
    func unsupportedVersions(version: UInt32) {
        var maker = GGUFMaker.example
        maker.version = version
        let error = refusal(maker)
        #expect(error == .unsupportedVersion(file: file, version: version))
        #expect("\(error!)".contains("versions 2 and 3"))
        #expect("\(error!)".contains("big-endian") == (version == 0x0300_0000))
    }

    /// CVE-2024-23605 and CVE-2024-21836, the siblings of CVE-2024-21802: the counts of keys and of tensors were
    /// multiplied by a size without a check, and the buffer came out small.
    @Test(arguments: [UInt64.max, 1 << 63, UInt64(Int.max), UInt64.max / 48 + 1, 1 << 32, 1000])
    func hugeCounts(count: UInt64) {
        var maker = GGUFMaker.example
        let size = maker.bytes.count
        maker.tensorCount = count
        #expect(
            refusal(maker)
                == .tooMany(file: file, what: "tensors", count: count, limit: UInt64((size - 16) / 33), offset: 8))
        maker = .example
        maker.pairCount = count
        #expect(
            refusal(maker)
                == .tooMany(
                    file: file, what: "metadata keys", count: count, limit: UInt64((size - 24) / 14), offset: 16))
    }

    /// A count that the file's size allows and the file does not have.
    @Test func countsABitTooHigh() {
        var maker = GGUFMaker()
        maker.pairs = [.text("k", String(repeating: "x", count: 200))]
        maker.tensorCount = 3
        guard case .truncated = refusal(maker) else {
            Issue.record("read tensors that are not there")
            return
        }
        maker.tensorCount = nil
        maker.pairCount = 3
        guard case .truncated = refusal(maker) else {
            Issue.record("read keys that are not there")
            return
        }
    }

    // MARK: Metadata

    /// CVE-2024-23496: a string's length near 2^64 overflowed when 1 was added for the terminator.
    @Test(arguments: [UInt64.max, UInt64.max - 7, 1 << 63, 1 << 40])
    func hugeStrings(length: UInt64) {
        let pair = GGUFMaker.Pair.make("k", 8) { $0.append(number: length) }
        let maker = with(pair)
        guard case .truncated(file, "the value of \"k\"", _, length, _) = refusal(maker) else {
            Issue.record("no error for a string of \(length) bytes")
            return
        }
        let strings = with(.array("k", of: 8, count: 1) { $0.append(number: length) })
        guard case .truncated(file, "a string in \"k\"", _, length, _) = refusal(strings) else {
            Issue.record("no error for an array's string of \(length) bytes")
            return
        }
    }

    /// CVE-2024-21825: an array's count times its element's size overflowed.
    @Test(arguments: [0, 1, 4, 5, 6, 7, 8, 9, 10, 12] as [UInt32])
    func hugeArrays(type: UInt32) {
        for count in [UInt64.max, 1 << 63, UInt64.max / 8 + 1, 1 << 33] {
            let maker = with(.array("k", of: type, count: count))
            guard case .tooMany(file, _, count, let limit, _) = refusal(maker), limit < 1000 else {
                Issue.record("no error for \(count) elements of type \(type)")
                continue
            }
        }
    }

    @Test func unknownValueTypes() {
        #expect(refusal(with(.make("k", 13) { _ in })) == .unknownValueType(file: file, key: "k", type: 13))
        #expect(refusal(with(.make("k", .max) { _ in })) == .unknownValueType(file: file, key: "k", type: .max))
        #expect(refusal(with(.array("k", of: 99, count: 0))) == .unknownValueType(file: file, key: "k", type: 99))
    }

    @Test func nestedArraysHaveABottom() {
        func nested(_ depth: Int) -> GGUFMaker {
            with(
                .make("k", 9) { bytes in
                    for _ in 1..<depth {
                        bytes.append(number: UInt32(9))
                        bytes.append(number: UInt64(1))
                    }
                    bytes.append(number: UInt32(0))
                    bytes.append(number: UInt64(0))
                })
        }
        #expect(refusal(nested(4)) == nil)
        #expect(refusal(nested(5)) == .nestedTooDeep(file: file, key: "k", limit: 4))
        #expect(refusal(nested(100_000)) == .nestedTooDeep(file: file, key: "k", limit: 4))
    }

    @Test func badKeys() {
        #expect(
            refusal(with(.u32("llama.block_count", 3))) == .duplicateKey(file: file, key: "llama.block_count"))
        var maker = with(.u32("k", 3))
        maker.pairs[7].key = [0x6B, 0xC3, 0x28]
        guard case .invalidUTF8(file, "the key of metadata pair 7", _) = refusal(maker) else {
            Issue.record("took a key that is not UTF-8")
            return
        }
        maker.pairs[7].key = []
        guard case .badLength(file, _, 0, 1...65_535, _) = refusal(maker) else {
            Issue.record("took an empty key")
            return
        }
        maker.pairs[7].key = [UInt8](repeating: 0x6B, count: 65_536)
        guard case .badLength(file, _, 65_536, 1...65_535, _) = refusal(maker) else {
            Issue.record("took a key of 65,536 bytes")
            return
        }
    }

    @Test func badBooleans() {
        guard case .invalidBool(file, "k", 2, let offset) = refusal(with(.bool("k", 2))) else {
            Issue.record("took 2 for a boolean")
            return
        }
        #expect(GGUFMaker.example.header.count > offset)
        let array = with(.array("k", of: 7, count: 3) { $0.append(contentsOf: [0, 1, 255]) })
        guard case .invalidBool(file, "k", 255, _) = refusal(array) else {
            Issue.record("took 255 for a boolean in an array")
            return
        }
    }

    @Test(arguments: [0, 1, 4, 12, 33, 96, 131_072, UInt32.max])
    func badAlignments(alignment: UInt32) {
        #expect(
            refusal(with(.u32("general.alignment", alignment)))
                == .badAlignment(file: file, alignment: UInt64(alignment)))
    }

    @Test func alignmentOfAnotherType() {
        #expect(
            refusal(with(.text("general.alignment", "32")))
                == .wrongType(
                    file: file, key: "general.alignment", found: "a string", expected: "a 32-bit integer"))
    }
}
