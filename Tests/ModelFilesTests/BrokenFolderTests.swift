// Model folders whose settings, shards or index are broken or hostile: each is refused with the right error.

import JSONText
import ModelFiles
import TestTools
import Testing

@Suite struct BrokenFolderTests {
    private let weights = "model.safetensors"
    private let index = "model.safetensors.index.json"

    private func folder(_ change: (inout FolderMaker) -> Void) -> ModelFileError? {
        var folder = FolderMaker.example
        change(&folder)
        return folder.refusal
    }

    private func sharded(_ change: (inout FolderMaker) -> Void) -> ModelFileError? {
        var folder = FolderMaker.sharded
        change(&folder)
        return folder.refusal
    }

    @Test func filesThatAreMissing() throws {
        #expect(folder { $0.files["config.json"] = nil } == .missingFile(folder: "test", file: "config.json"))
        #expect(folder { $0.files[weights] = nil } == .missingFile(folder: "test", file: weights))
        let pickled = folder {
            $0.files[weights] = nil
            $0.files["pytorch_model.bin"] = [0x50, 0x4B]
        }
        #expect(pickled == .pickledWeights(folder: "test"))
        let empty = try TemporaryFolder()
        #expect(throws: ModelFileError.missingFile(folder: empty.path, file: "config.json")) {
            try ModelFolder(path: empty.path)
        }
        let file = try empty.write("file", [1])
        #expect(throws: ModelFileError.notAFolder(folder: file)) { try ModelFolder(path: file) }
        #expect(
            throws: ModelFileError.cannotOpen(file: empty.path + "/absent", reason: "No such file or directory")
        ) { try ModelFolder(path: empty.path + "/absent") }
    }

    @Test(arguments: ["config.json", "generation_config.json", "tokenizer_config.json"])
    func settingsThatAreBroken(name: String) {
        for text in ["", "{", "{\"a\":\"\\x\"}", "\u{0}"] {
            guard case .json(name, _) = folder({ $0.set(name, text) }) else {
                Issue.record("took \(name): \(text)")
                continue
            }
        }
        for text in ["[]", "3", "null", "\"a\""] {
            guard case .wrongType(name, "the whole file", _, "an object") = folder({ $0.set(name, text) }) else {
                Issue.record("took \(name): \(text)")
                continue
            }
        }
        guard case .json(name, .invalidUTF8) = folder({ $0.files[name] = [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D] })
        else {
            Issue.record("took \(name) that is not UTF-8")
            return
        }
    }

    @Test func aTokenizerThatIsNotJSON() throws {
        var maker = FolderMaker.example
        maker.set("tokenizer.json", "{\"model\":")
        let onDisk = try maker.write()
        let folder = try ModelFolder(path: onDisk.path)
        let error = #expect(throws: ModelFileError.self) { try folder.json(.tokenizer) }
        guard case .json = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    // MARK: Shards

    @Test(arguments: [
        "../model.safetensors", "/etc/model.safetensors", "sub/model.safetensors", "..", ".", "", ".safetensors",
        "..\\\\model.safetensors", "C:model.safetensors", "config.json", "model.safetensors/", "a\\u0000.safetensors",
        "model.safetensors\\u0000", "../../../../../../etc/passwd", "./model.safetensors",
    ])
    func shardNamesThatLeaveTheFolder(name: String) throws {
        let error = sharded { $0.setIndex([("a", name), ("b", name)]) }
        guard case .badShardName(index, "a", _) = error else {
            Issue.record("took the shard name \(name): \(String(describing: error))")
            return
        }
    }

    @Test func shardNamesTooLong() {
        let long = String(repeating: "a", count: 300) + ".safetensors"
        #expect(
            sharded { $0.setIndex([("a", long)]) } == .badShardName(file: index, tensor: "a", shard: long))
    }

    @Test func shardsThatAreMissing() {
        let second = "model-00002-of-00002.safetensors"
        #expect(sharded { $0.files[second] = nil } == .missingFile(folder: "test", file: second))
        guard case .truncated(second, _, _, _, _) = sharded({ $0.files[second] = [1, 2] }) else {
            Issue.record("took a shard of two bytes")
            return
        }
    }

    /// The notes of a folder that is taken although its index says something else than its files.
    private func notes(_ change: (inout FolderMaker) -> Void) throws -> [String] {
        var maker = FolderMaker.sharded
        change(&maker)
        let onDisk = try maker.write()
        let folder = try ModelFolder(path: onDisk.path)
        for (name, first) in [("a", 1), ("b", 5), ("c", 9)] {
            let tensor = try #require(try folder.tensor(named: name))
            #expect(tensor.bytes[0] == UInt8(first), "what the files hold counts")
        }
        #expect(Set(folder.tensorNames) == ["a", "b", "c"])
        return folder.notes
    }

    @Test func indexesThatDoNotFit() throws {
        #expect(try notes { _ in } == [])
        #expect(
            try notes { $0.setIndex([("a", 1), ("b", 2), ("c", 2)]) }
                == ["\(index): in another file than it says: 1 tensor (\"b\")"])
        #expect(
            try notes { $0.setIndex([("a", 1), ("b", 1), ("c", 2), ("d", 2)]) }
                == ["\(index): in none of the files: 1 tensor (\"d\")"])
        #expect(
            try notes { $0.setIndex([("c", 2), ("x", 1), ("evil\\u001b", 1)]) }
                == [
                    "\(index): in none of the files: 2 tensors (\"x\", \"evil\\u{1B}\")",
                    "\(index): in the files and not named: 2 tensors (\"a\", \"b\")",
                ])
    }

    @Test func tensorsThatStandInTwoShards() throws {
        let second = "model-00002-of-00002.safetensors"
        func shard(_ a: [UInt8]) -> [UInt8] {
            var maker = SafetensorsMaker()
            maker.add("a", "F32", [1], a)
            maker.add("c", "F32", [1], [9, 10, 11, 12])
            return maker.bytes
        }
        #expect(
            try notes { $0.files[second] = shard([1, 2, 3, 4]) }
                == ["\(index): in two files alike: 1 tensor (\"a\")"])
        #expect(
            sharded { $0.files[second] = shard([1, 2, 3, 5]) }
                == .tensorInTwoShards(tensor: "a", first: "model-00001-of-00002.safetensors", second: second))
    }

    @Test func indexesThatAreBroken() {
        func refused(_ text: String) -> ModelFileError? { sharded { $0.set(index, text) } }
        #expect(refused("{}") == .missingKey(file: index, key: "weight_map"))
        #expect(refused(#"{"weight_map":null}"#) == .missingKey(file: index, key: "weight_map"))
        guard case .wrongType(index, "weight_map", "an array of 0", _) = refused(#"{"weight_map":[]}"#),
            case .wrongType(index, "weight_map", "an empty object", _) = refused(#"{"weight_map":{}}"#),
            case .wrongType(index, "weight_map.a", "the number 1", _) = refused(#"{"weight_map":{"a":1}}"#),
            case .json(index, .unexpected) = refused(#"{"weight_map":{"a""#)
        else {
            Issue.record("took a broken index")
            return
        }
    }
}
