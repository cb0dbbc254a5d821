// Right safetensors files and model folders: everything comes back as it was written.

import JSONText
import ModelFiles
import TestTools
import Testing

@Suite struct SafetensorsTests {
    @Test func readsWhatWasWritten() throws {
        let memory = Memory(SafetensorsMaker.example.bytes)
        try withExtendedLifetime(memory) {
            let file = try SafetensorsFile(mapping: memory.file("a.safetensors"))
            #expect(file.metadata.map(\.key) == ["format"])
            #expect(file.metadata.map(\.value) == ["pt"])
            #expect(file.tensors.map(\.name) == ["wte.weight", "norm", "half", "scalar"])
            #expect(file.tensors.map(\.type) == [.f32, .f16, .bf16, .f32])
            let weight = try file.requiredTensor(named: "wte.weight", shape: [2, 4])
            #expect(Array(weight.row(1)) == [UInt8](repeating: 1, count: 16))
            let scalar = try file.requiredTensor(named: "scalar", shape: [])
            #expect((scalar.rows, scalar.columns, scalar.elementCount) == (1, 1, 1))
            #expect(try file.tensor(named: "absent") == nil)
            #expect(
                throws: ModelFileError.unsupportedTensorType(file: "a.safetensors", tensor: "mask", type: "BOOL")
            ) { try file.tensor(named: "mask") }
        }
    }

    @Test func readsWhatThePythonPackageWrote() throws {
        let file = try SafetensorsFile(mapping: Fixture.bytes("written.safetensors"))
        #expect(file.metadata.map(\.key) == ["步鏡"])
        #expect(file.metadata.map(\.value) == ["é"])
        var numbers = [Float](repeating: 0, count: 6)
        try numbers.withUnsafeMutableBufferPointer { numbers in
            dequantize(try file.requiredTensor(named: "f32", shape: [2, 3]), into: numbers)
        }
        #expect(numbers == [0, 1, 2, 3, 4, 5])
        #expect(try file.requiredTensor(named: "f16", shape: [3]).type == .f16)
        #expect(try file.requiredTensor(named: "scalar").shape == [])
        #expect(throws: ModelFileError.self) { try file.tensor(named: "ids") }
    }

    @Test func takesWhatTheFormatAllows() throws {
        // An empty tensor, a header with spaces behind it, tensors out of order, no tensor at all, a newer type.
        var empty = SafetensorsMaker()
        empty.add("none", "F32", [0, 7], [])
        var spaced = SafetensorsMaker()
        spaced.header = "{}     "
        var swapped = SafetensorsMaker()
        swapped.add("b", "F32", [1], [1, 2, 3, 4])
        swapped.add("a", "F32", [1], [5, 6, 7, 8])
        swapped.tensors[0].json = #"{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"#
        swapped.tensors[1].json = #"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#
        var newer = SafetensorsMaker()
        newer.add("x", "F4", [4], [1, 2])
        for maker in [empty, spaced, swapped, newer] {
            let memory = Memory(maker.bytes)
            try withExtendedLifetime(memory) {
                let file = try SafetensorsFile(mapping: memory.file("a"))
                for tensor in file.tensors {
                    #expect(tensor.rows * tensor.rowBytes == tensor.bytes.count)
                    var floats = [Float](repeating: 0, count: tensor.elementCount)
                    floats.withUnsafeMutableBufferPointer { dequantize(tensor, into: $0) }
                }
            }
        }
    }

    @Test func readsAFolder() throws {
        let onDisk = try FolderMaker.example.write()
        for path in [onDisk.path, onDisk.path + "/"] {
            let folder = try ModelFolder(path: path)
            #expect(try folder.configuration.string("model_type") == "gpt2")
            #expect(try folder.configuration.int("n_layer") == 2)
            #expect(try folder.configuration.integers("eos_token_id") == [1, 2])
            #expect(try folder.generationConfiguration?.integers("eos_token_id") == [1])
            #expect(try folder.configuration.int("none") == nil)
            #expect(try folder.configuration.bool("absent") == nil)
            #expect(throws: ModelFileError.self) { try folder.configuration.int("model_type") }
            #expect(throws: ModelFileError.self) { try folder.configuration.strings("eos_token_id") }
            #expect(throws: ModelFileError.missingKey(file: folder.configuration.file, key: "absent")) {
                try folder.configuration.require(folder.configuration.double("absent"), "absent")
            }
            #expect(try folder.chatTemplate() == "{{ messages }}")
            #expect(try folder.json(.tokenizer)?["model"]?["type"]?.string == "BPE")
            #expect(try folder.json(.vocabulary) == nil)
            #expect(folder.file(.merges) == nil)
            #expect(folder.tensors.count == 4)
            #expect(try folder.requiredTensor(named: "norm").type == .f16)
            #expect(try folder.tensor(named: "absent") == nil)
        }
    }

    @Test func readsShards() throws {
        let onDisk = try FolderMaker.sharded.write()
        let folder = try ModelFolder(path: onDisk.path)
        #expect(folder.weights.count == 2)
        #expect(folder.tensors.map(\.name) == ["a", "b", "c"])
        #expect(try folder.requiredTensor(named: "c").bytes.first == 9)
        #expect(try folder.tensor(named: "d") == nil)
    }

    @Test func findsTheChatTemplateWhereverItIs() throws {
        func template(_ change: (inout FolderMaker) -> Void) throws -> String? {
            var maker = FolderMaker.example
            change(&maker)
            let onDisk = try maker.write()
            return try ModelFolder(path: onDisk.path).chatTemplate()
        }
        #expect(try template { $0.set("chat_template.jinja", "{{ 日 }}") } == "{{ 日 }}")
        #expect(try template { $0.set("tokenizer_config.json", "{}") } == nil)
        #expect(try template { $0.files["tokenizer_config.json"] = nil } == nil)
        let list = #"{"chat_template":[{"name":"tool","template":"t"},{"name":"default","template":"d"}]}"#
        #expect(try template { $0.set("tokenizer_config.json", list) } == "d")
        let number = #"{"chat_template":3}"#
        #expect(throws: ModelFileError.self) { try template { $0.set("tokenizer_config.json", number) } }
        #expect(throws: ModelFileError.self) { try template { $0.files["chat_template.jinja"] = [0xFF] } }
    }
}
