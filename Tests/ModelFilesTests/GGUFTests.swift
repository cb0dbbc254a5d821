// Right GGUF files: every kind of value and tensor comes back as it was written.

import ModelFiles
import TestTools
import Testing

@Suite struct GGUFTests {
    @Test func readsWhatWasWritten() throws {
        let gguf = try GGUFMaker.example.open()
        #expect(gguf.version == 3)
        #expect(gguf.name == "test.gguf")
        #expect(gguf.metadata.map(\.key).first == "general.architecture")
        #expect(try gguf.string("general.architecture") == "llama")
        #expect(try gguf.int("llama.block_count") == 2)
        #expect(try gguf.float("llama.rope.freq_base") == 10_000)
        #expect(try gguf.bool("tokenizer.ggml.add_bos_token") == false)
        #expect(try gguf.integers("tokenizer.ggml.token_type") == [1, 2, 3, 4])
        #expect(gguf["deep"]?.kind == "an array of 2 arrays")
        #expect(gguf["absent"] == nil)
        #expect(try gguf.int("absent") == nil)

        let tokens = try #require(try gguf.strings("tokenizer.ggml.tokens"))
        #expect(tokens.map { Array($0) } == [[0x61], [0xFF, 0xFE], [], Array("日本".utf8)])

        #expect(gguf.tensors.map(\.name) == ["embed", "norm", "matrix"])
        let matrix = try #require(try gguf.tensor(named: "matrix"))
        #expect(matrix.shape == [2, 64])
        #expect(matrix.type == .q4_1)
        #expect(matrix.elementCount == 128)
        #expect(Array(matrix.bytes) == [UInt8](repeating: 3, count: 80))
        #expect(Array(matrix.row(1)) == [UInt8](repeating: 3, count: 40))
        #expect(try gguf.tensor(named: "embed")?.isAligned(to: 32) == true)
        #expect(try gguf.tensor(named: "absent") == nil)
    }

    @Test func readsWhatThePythonPackageWrote() throws {
        let gguf = try GGUFFile(mapping: Fixture.bytes("written.gguf"))
        let integers = [
            "u8": 200, "i8": -100, "u16": 60_000, "i16": -30_000, "u32": 4_000_000_000, "i32": -2_000_000_000,
            "u64": 1 << 60, "i64": -(1 << 60), "general.alignment": 64,
        ]
        for (key, number) in integers { #expect(try gguf.int(key) == number) }
        #expect(try gguf.float("f32") == 0.1)
        #expect(try gguf.float("f64") == 0.25)
        #expect(try gguf.bool("yes") == true)
        #expect(try gguf.string("text") == "步鏡 é")
        #expect(try gguf.strings("strings")?.map { String(decoding: $0, as: UTF8.self) } == ["a", "", "步鏡"])
        #expect(try gguf.integers("integers") == [3, -1, 2])
        #expect(try gguf.floats("floats") == [0.5, -0.25])
        #expect(gguf.tensors.map(\.name) == ["f32", "f16", "q8"])
        let numbers = try gguf.requiredTensor(named: "f32", shape: [2, 3, 4])
        var floats = [Float](repeating: 0, count: 24)
        floats.withUnsafeMutableBufferPointer { dequantize(numbers, into: $0) }
        #expect(floats == (0..<24).map(Float.init))
        #expect((numbers.rows, numbers.columns) == (6, 4))
        var row = [Float](repeating: 0, count: 64)
        let quantised = try gguf.requiredTensor(named: "q8", shape: [3, 64])
        row.withUnsafeMutableBufferPointer { dequantize(quantised, row: 2, into: $0) }
        #expect(abs(row[63] - 1) < 0.01 && abs(row[0] - 0.34) < 0.01)
    }

    @Test func readsVersion2AndOtherAlignments() throws {
        var maker = GGUFMaker.example
        maker.version = 2
        maker.alignment = 256
        maker.pairs.append(.u32("general.alignment", 256))
        let gguf = try maker.open()
        #expect(gguf.version == 2)
        #expect(gguf.tensors.map { Array($0.bytes) } == maker.tensors.map(\.data))
    }

    @Test func readsEveryNumberType() throws {
        var maker = GGUFMaker()
        maker.pairs = [
            .make("u8", 0) { $0.append(255) }, .make("i8", 1) { $0.append(number: Int8(-1)) },
            .make("u16", 2) { $0.append(number: UInt16.max) }, .make("i16", 3) { $0.append(number: Int16.min) },
            .make("u32", 4) { $0.append(number: UInt32.max) }, .make("i32", 5) { $0.append(number: Int32.min) },
            .make("u64", 10) { $0.append(number: UInt64(Int64.max)) },
            .make("i64", 11) { $0.append(number: Int64.min) },
            .make("f64", 12) { $0.append(number: (0.1).bitPattern) },
            .make("huge", 10) { $0.append(number: UInt64.max) },
        ]
        let gguf = try maker.open()
        let keys = ["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64"]
        let numbers = [255, -1, 65_535, -32_768, 4_294_967_295, -2_147_483_648, Int.max, Int.min]
        for (key, number) in zip(keys, numbers) { #expect(try gguf.int(key) == number) }
        #expect(try gguf.float("f64") == Float(0.1))
        #expect(throws: ModelFileError.self) { try gguf.int("huge") }
    }

    @Test func aLookUpOfAnotherKindSaysBothKinds() throws {
        let gguf = try GGUFMaker.example.open()
        let error = #expect(throws: ModelFileError.self) { try gguf.int("general.architecture") }
        #expect(
            error
                == .wrongType(
                    file: "test.gguf", key: "general.architecture", found: "a string",
                    expected: "an integer"))
        #expect(throws: ModelFileError.self) { try gguf.string("llama.block_count") }
        #expect(throws: ModelFileError.self) { try gguf.strings("tokenizer.ggml.token_type") }
        #expect(throws: ModelFileError.self) { try gguf.floats("tokenizer.ggml.token_type") }
        #expect(throws: ModelFileError.self) { try gguf.integers("llama.rope.freq_base") }
        #expect(throws: ModelFileError.self) { try gguf.bool("llama.block_count") }
        #expect(throws: ModelFileError.missingKey(file: "test.gguf", key: "absent")) {
            try gguf.require(gguf.int("absent"), "absent")
        }
        #expect(throws: ModelFileError.missingTensor(file: "test.gguf", tensor: "absent")) {
            try gguf.requiredTensor(named: "absent")
        }
        #expect(
            throws: ModelFileError.wrongShape(file: "test.gguf", tensor: "norm", shape: [5], expected: [6])
        ) { try gguf.requiredTensor(named: "norm", shape: [6]) }
    }

    /// Readers that looked at an array's count but not at the type of its elements read four bytes where one stood.
    @Test func arraysAreReadAsTheTypeTheyHave() throws {
        var maker = GGUFMaker()
        maker.pairs = [
            .array("scores", of: 1, count: 3) { $0.append(contentsOf: [1, 2, 0xFF]) },
            .array("flags", of: 7, count: 2) { $0.append(contentsOf: [0, 1]) },
        ]
        let gguf = try maker.open()
        #expect(try gguf.integers("scores") == [1, 2, -1])
        #expect(
            throws: ModelFileError.wrongType(
                file: "test.gguf", key: "scores", found: "an array of 3 integers", expected: "an array of floats")
        ) { try gguf.floats("scores") }
        #expect(throws: ModelFileError.self) { try gguf.integers("flags") }
    }

    /// "é" in one code point and in two are two keys and two tensors; `String` would hold them equal.
    @Test func namesAreBytes() throws {
        var maker = GGUFMaker()
        maker.pairs = [.u32("\u{E9}", 1), .u32("e\u{301}", 2)]
        maker.tensors = [
            .init(name: "\u{E9}", type: 0, dimensions: [1], data: [0, 0, 128, 63]),
            .init(name: "e\u{301}", type: 0, dimensions: [1], data: [0, 0, 0, 64]),
        ]
        let gguf = try maker.open()
        #expect(try gguf.int("\u{E9}") == 1)
        #expect(try gguf.int("e\u{301}") == 2)
        #expect(try gguf.tensor(named: "e\u{301}")?.bytes[3] == 64)
    }

    @Test func readsFromDisk() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.gguf", GGUFMaker.example.bytes)
        let tensor: TensorView
        do { tensor = try GGUFFile(path: path).requiredTensor(named: "norm") }
        // The view alone keeps the file mapped.
        #expect(Array(tensor.bytes) == [UInt8](repeating: 2, count: 10))
    }

    @Test func aFileWithoutTensorsIsAVocabulary() throws {
        var maker = GGUFMaker.example
        maker.tensors = []
        #expect(try maker.open().tensors.isEmpty)
    }
}
