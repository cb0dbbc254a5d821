// Writes small GGUF files for the tests, right ones and wrong ones: every number can be set to a lie.

import ModelFiles

struct GGUFMaker {
    struct Pair {
        var key: [UInt8]
        var type: UInt32
        /// The value as it stands in the file.
        var value: [UInt8]

        static func u64(_ key: String, _ number: UInt64) -> Pair { make(key, 10) { $0.append(number: number) } }
        static func u32(_ key: String, _ number: UInt32) -> Pair { make(key, 4) { $0.append(number: number) } }
        static func text(_ key: String, _ text: String) -> Pair { make(key, 8) { $0.append(text: Array(text.utf8)) } }
        static func bool(_ key: String, _ byte: UInt8) -> Pair { make(key, 7) { $0.append(byte) } }
        static func float(_ key: String, _ number: Float) -> Pair {
            make(key, 6) { $0.append(number: number.bitPattern) }
        }
        static func strings(_ key: String, _ strings: [[UInt8]]) -> Pair {
            array(key, of: 8, count: UInt64(strings.count)) { for string in strings { $0.append(text: string) } }
        }
        static func array(
            _ key: String, of type: UInt32, count: UInt64, _ body: (inout [UInt8]) -> Void = { _ in }
        ) -> Pair {
            make(key, 9) {
                $0.append(number: type)
                $0.append(number: count)
                body(&$0)
            }
        }
        static func make(_ key: String, _ type: UInt32, _ body: (inout [UInt8]) -> Void) -> Pair {
            var value: [UInt8] = []
            body(&value)
            return Pair(key: Array(key.utf8), type: type, value: value)
        }
    }

    struct Tensor {
        var name: [UInt8]
        var type: UInt32
        /// As the file has them: innermost first.
        var dimensions: [UInt64]
        var data: [UInt8]
        /// nil: the next aligned place.
        var offset: UInt64?
        /// nil: as many as there are dimensions.
        var dimensionCount: UInt32?

        init(name: String, type: UInt32, dimensions: [UInt64], data: [UInt8], offset: UInt64? = nil) {
            self.name = Array(name.utf8)
            self.type = type
            self.dimensions = dimensions
            self.data = data
            self.offset = offset
        }
    }

    var magic: UInt32 = 0x4655_4747
    var version: UInt32 = 3
    var tensorCount: UInt64?
    var pairCount: UInt64?
    var pairs: [Pair] = []
    var tensors: [Tensor] = []
    var alignment = 32

    /// A file with a bit of everything, and right.
    static var example: GGUFMaker {
        var maker = GGUFMaker()
        maker.pairs = [
            .text("general.architecture", "llama"),
            .u32("llama.block_count", 2),
            .float("llama.rope.freq_base", 10_000),
            .bool("tokenizer.ggml.add_bos_token", 0),
            .strings("tokenizer.ggml.tokens", [Array("a".utf8), [0xFF, 0xFE], [], Array("日本".utf8)]),
            .array("tokenizer.ggml.token_type", of: 5, count: 4) { for n in 1...4 { $0.append(number: Int32(n)) } },
            .array("deep", of: 9, count: 2) {
                for n in 0..<2 { $0.append(number: UInt32(0)); $0.append(number: UInt64(1)); $0.append(UInt8(n)) }
            },
        ]
        maker.tensors = [
            .init(name: "embed", type: 0, dimensions: [8, 2], data: [UInt8](repeating: 1, count: 64)),
            .init(name: "norm", type: 1, dimensions: [5], data: [UInt8](repeating: 2, count: 10)),
            .init(name: "matrix", type: 3, dimensions: [64, 2], data: [UInt8](repeating: 3, count: 80)),
        ]
        return maker
    }

    /// The header without the padding before the data.
    var header: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(number: magic)
        bytes.append(number: version)
        bytes.append(number: tensorCount ?? UInt64(tensors.count))
        bytes.append(number: pairCount ?? UInt64(pairs.count))
        for pair in pairs {
            bytes.append(text: pair.key)
            bytes.append(number: pair.type)
            bytes.append(contentsOf: pair.value)
        }
        var place = 0
        for tensor in tensors {
            bytes.append(text: tensor.name)
            bytes.append(number: tensor.dimensionCount ?? UInt32(tensor.dimensions.count))
            for dimension in tensor.dimensions { bytes.append(number: dimension) }
            bytes.append(number: tensor.type)
            bytes.append(number: tensor.offset ?? UInt64(place))
            place = padded(place + tensor.data.count)
        }
        return bytes
    }

    /// The whole file.
    var bytes: [UInt8] {
        var bytes = header
        for tensor in tensors {
            bytes.append(contentsOf: [UInt8](repeating: 0, count: padded(bytes.count) - bytes.count))
            bytes.append(contentsOf: tensor.data)
        }
        return bytes
    }

    func open() throws -> GGUFFile { try GGUFMaker.open(bytes) }

    /// Reads bytes as a file named "test.gguf". They stay in memory until the process ends: views point into them.
    static func open(_ bytes: [UInt8]) throws(ModelFileError) -> GGUFFile {
        let memory = Unmanaged.passRetained(Memory(bytes))
        return try GGUFFile(mapping: memory.takeUnretainedValue().file("test.gguf"))
    }

    private func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}

/// The error that a file is refused with, nil when it is taken. The message is checked on the way.
func refusal(_ maker: GGUFMaker) -> ModelFileError? { refusal(maker.bytes) }

func refusal(_ bytes: [UInt8]) -> ModelFileError? {
    let memory = Memory(bytes)
    return withExtendedLifetime(memory) {
        do throws(ModelFileError) {
            _ = try GGUFFile(mapping: memory.file("test.gguf"))
            return nil
        } catch {
            checkMessage(error)
            return error
        }
    }
}
