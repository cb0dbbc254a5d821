// Writes small safetensors files and model folders for the tests, right ones and wrong ones.

import ModelFiles
import TestTools
import Testing

struct SafetensorsMaker {
    struct Tensor {
        var name: String
        /// The JSON behind the name.
        var json: String
        var data: [UInt8]

        /// A tensor at its place when `begin` is where the tensors before it end.
        init(_ name: String, _ type: String, _ shape: [Int], begin: Int, data: [UInt8]) {
            self.name = name
            let range = [begin, begin + data.count]
            json = #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(range)}"#
            self.data = data
        }
    }

    var tensors: [Tensor] = []
    /// nil: made of the tensors.
    var header: String?
    /// nil: the header's.
    var headerLength: UInt64?

    /// A file with a bit of everything, and right.
    static var example: SafetensorsMaker {
        var maker = SafetensorsMaker()
        maker.add("wte.weight", "F32", [2, 4], [UInt8](repeating: 1, count: 32))
        maker.add("norm", "F16", [3], [UInt8](repeating: 2, count: 6))
        maker.add("half", "BF16", [2, 1], [UInt8](repeating: 3, count: 4))
        maker.add("mask", "BOOL", [3], [1, 0, 1])
        maker.add("scalar", "F32", [], [0, 0, 128, 63])
        return maker
    }

    mutating func add(_ name: String, _ type: String, _ shape: [Int], _ data: [UInt8]) {
        let begin = tensors.reduce(0) { $0 + $1.data.count }
        tensors.append(Tensor(name, type, shape, begin: begin, data: data))
    }

    var bytes: [UInt8] {
        let members = tensors.map { "\"\($0.name)\":\($0.json)" }
        let text = header ?? "{\"__metadata__\":{\"format\":\"pt\"},\(members.joined(separator: ","))}"
        var bytes: [UInt8] = []
        bytes.append(number: headerLength ?? UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
        for tensor in tensors { bytes.append(contentsOf: tensor.data) }
        return bytes
    }
}

/// The files of a small model folder, by name.
struct FolderMaker {
    var files: [String: [UInt8]]

    /// A folder with one weights file.
    static var example: FolderMaker {
        FolderMaker(files: [
            "config.json": Array(#"{"model_type":"gpt2","n_layer":2,"eos_token_id":[1,2],"none":null}"#.utf8),
            "generation_config.json": Array(#"{"eos_token_id":1}"#.utf8),
            "tokenizer.json": Array(#"{"model":{"type":"BPE"}}"#.utf8),
            "tokenizer_config.json": Array(#"{"chat_template":"{{ messages }}"}"#.utf8),
            "model.safetensors": SafetensorsMaker.example.bytes,
        ])
    }

    /// A folder with two shards.
    static var sharded: FolderMaker {
        var folder = example
        folder.files["model.safetensors"] = nil
        var first = SafetensorsMaker()
        first.add("a", "F32", [1], [1, 2, 3, 4])
        first.add("b", "F32", [1], [5, 6, 7, 8])
        var second = SafetensorsMaker()
        second.add("c", "F32", [1], [9, 10, 11, 12])
        folder.files["model-00001-of-00002.safetensors"] = first.bytes
        folder.files["model-00002-of-00002.safetensors"] = second.bytes
        folder.setIndex([("a", 1), ("b", 1), ("c", 2)])
        return folder
    }

    mutating func set(_ name: String, _ text: String) { files[name] = Array(text.utf8) }

    /// Writes the index; a tensor's number is its shard's.
    mutating func setIndex(_ map: [(String, Int)]) {
        setIndex(map.map { ($0.0, "model-0000\($0.1)-of-00002.safetensors") })
    }

    mutating func setIndex(_ map: [(String, String)]) {
        let members = map.map { "\"\($0.0)\":\"\($0.1)\"" }.joined(separator: ",")
        set("model.safetensors.index.json", "{\"metadata\":{\"total_size\":12},\"weight_map\":{\(members)}}")
    }

    /// Writes all files into a folder on disk.
    func write() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (name, bytes) in files { try folder.write(name, bytes) }
        return folder
    }

    /// The error that the folder is refused with, in memory; nil when it is taken.
    var refusal: ModelFileError? {
        let memory = files.mapValues { Memory($0) }
        return withExtendedLifetime(memory) {
            do throws(ModelFileError) {
                var mapped: [String: MappedFile] = [:]
                for (name, bytes) in memory { mapped[name] = bytes.file(name) }
                _ = try ModelFolder(files: mapped, name: "test")
                return nil
            } catch {
                checkMessage(error)
                return error
            }
        }
    }
}
