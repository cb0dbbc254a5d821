// Modules of the page that need no page, run by node.
import Foundation
import TestTools
import Traces
import Testing

@testable import Viewer

@Suite struct ModulesTests {
    /// What liblzma packs, by Python: random bytes, texts, long repetitions, with literals that depend on all kinds of bits;
    /// NAME.lzma beside NAME.
    private func writeLZMA(into folder: String) throws {
        let script = """
            import lzma, os, random, sys
            os.makedirs(sys.argv[1])
            random.seed(5)
            words = [bytes(random.choices(range(256), k=random.randrange(1, 40))) for _ in range(200)]
            for number, (lc, lp, pb) in enumerate([(3, 0, 2), (4, 0, 0), (0, 0, 0), (0, 4, 4), (2, 1, 1), (3, 1, 0)] * 4):
                kind = number // 6
                whole = [lambda: b"", lambda: random.randbytes(3000), lambda: b"".join(random.choices(words, k=4000)),
                         lambda: bytes(70000) + b"the end" + b"ab" * 400 + random.randbytes(9) * 3000][kind]()
                filter = {"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": 1 << 20}
                with open(f"{sys.argv[1]}/{number}", "wb") as out:
                    out.write(whole)
                with open(f"{sys.argv[1]}/{number}.lzma", "wb") as out:
                    out.write(lzma.compress(whole, format=lzma.FORMAT_ALONE, filters=[filter]))
            """
        let outcome = try runPython(["-c", script, folder + "/lzma"])
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    /// The engine for records, and the same as it is packed for pages.
    private func writeEngine(into folder: TemporaryFolder) throws -> String {
        let module = [UInt8](try Data(contentsOf: URL(fileURLWithPath: TestMachine.recordEngine)))
        let path = try folder.write("records.wasm", module)
        let packer = TestMachine.repository.appendingPathComponent(".ci/pack-engine.py").path
        let python = try #require(TestMachine.python)
        let packed = try run([python, packer, "pack", "records.wasm.lzma"], input: module)
        try #require(packed.status == 0, "\(packed.errors)")
        try folder.write("records.wasm.lzma", packed.out)
        let again = try run([python, packer, "unpack", "records.wasm.lzma"], input: packed.out)
        #expect(again.out == module)
        return path
    }

    @Test(.needs(.node, .python, .pageEngine)) func workByThemselves() throws {
        let place = try TemporaryFolder()
        for file in embeddedFiles where file.name.hasSuffix(".js") {
            try FileManager.default.createDirectory(
                atPath: (place.path + "/page/" + file.name as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            try place.write("page/" + file.name, Array(file.text.utf8))
        }
        try place.write("page/package.json", Array(#"{"type":"module"}"#.utf8))
        var random = SplitMix64(state: 3)
        var lines = ""
        // All lengths around the 13 bytes that come out even, and bytes at their ends.
        for count in 1...60 {
            for make in [{ _ in 0 }, { _ in 255 }, { UInt8.random(in: 0...255, using: &$0) }]
                as [(inout SplitMix64) -> UInt8]
            {
                let bytes = (0..<count).map { _ in make(&random) }
                let hex = bytes.map { String(format: "%02x", $0) }.joined()
                lines += "\(hex) \(String(decoding: pageText(bytes), as: UTF8.self))\n"
            }
        }
        try writeLZMA(into: place.path)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("modules.mjs")
        let node = try #require(TestMachine.program("node"))
        let outcome = try run(
            [node, script.path, place.path + "/page", place.path + "/lzma", try writeEngine(into: place)],
            input: Array(lines.utf8))
        #expect(outcome.status == 0, "\(outcome.text)\(outcome.errors)")
    }

    @Test func weightsArePackedByHalves() throws {
        // 16-bit floats: the high byte takes few values, the low byte all.
        var random = SplitMix64(state: 4)
        let weights = (0..<20_000).flatMap { _ in
            [UInt8.random(in: 0...255, using: &random), UInt8.random(in: 40...44, using: &random)]
        }
        let packed = try PackedFile(weights)
        #expect(packed.stride == 2)
        #expect(try inflated(packed.packed, count: weights.count) == PackedFile.apart(weights))
        #expect(PackedFile.apart([1, 2, 3, 4, 5]) == [1, 3, 5, 2, 4])
        let text = Array(String(repeating: "a text stays as it is. ", count: 99).utf8)
        let packedText = try PackedFile(text)
        #expect(packedText.stride == 1)
        #expect(try inflated(packedText.packed, count: text.count) == text)
        #expect(try inflated(PackedFile([]).packed, count: 0).isEmpty)
    }
}
