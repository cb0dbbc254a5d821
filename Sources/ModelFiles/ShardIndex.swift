// model.safetensors.index.json: which shard holds which tensor.

internal import JSONText

/// The `weight_map` of an index, every shard name checked.
struct ShardIndex {
    static let shardNameSuffix = ".safetensors"
    /// The longest file name of the file systems in use, in bytes.
    static let shardNameLimit = 255

    let file: String
    /// In file order.
    let tensors: [(tensor: String, shard: String)]
    /// Each shard once, in the order of the names.
    let shards: [String]

    init(_ mapping: MappedFile) throws(ModelFileError) {
        let configuration = try ModelConfiguration(mapping)
        file = configuration.file
        let map = try configuration.require(configuration["weight_map"], "weight_map")
        guard let object = map.object else {
            throw .wrongType(file: file, key: "weight_map", found: map.kind, expected: "an object")
        }
        if object.count == 0 {
            throw .wrongType(
                file: file, key: "weight_map", found: "an empty object",
                expected: "an object with a file name for each tensor")
        }
        var tensors: [(tensor: String, shard: String)] = []
        for (tensor, value) in object.members {
            guard let shard = value.string else {
                throw .wrongType(
                    file: file, key: "weight_map.\(tensor)", found: value.kind, expected: "a file name")
            }
            if !Self.isPlainShardName(shard) { throw .badShardName(file: file, tensor: tensor, shard: shard) }
            tensors.append((tensor, shard))
        }
        self.tensors = tensors
        shards = Set(tensors.map { $0.shard }).sorted()
    }

    /// A name of a file in the folder itself: no way out of it, up, down or absolute, on any system; nothing invisible.
    private static func isPlainShardName(_ name: String) -> Bool {
        let refused: [UInt8] = [UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: ":")]
        return name.utf8.count <= shardNameLimit && name.hasSuffix(shardNameSuffix) && !name.hasPrefix(".")
            && !name.utf8.contains(where: refused.contains) && !name.unicodeScalars.contains(where: isUnsafeInMessages)
    }

    /// Opens the shards, in the order of ``shards``.
    func openShards(
        folder: String, open: (String) throws(ModelFileError) -> MappedFile?
    ) throws(ModelFileError) -> [SafetensorsFile] {
        var files: [SafetensorsFile] = []
        for shard in shards {
            guard let mapping = try open(shard) else { throw .missingFile(folder: folder, file: shard) }
            files.append(try SafetensorsFile(mapping: mapping))
        }
        return files
    }

    /// Checks that the shards hold exactly the tensors that the index names, each where the index says.
    /// Returns the place in `files` (the order of ``shards``) of each tensor.
    func checkTensors(_ files: [SafetensorsFile]) throws(ModelFileError) -> [[UInt8]: Int] {
        var found: [[UInt8]: Int] = [:]
        for (place, file) in files.enumerated() {
            for tensor in file.allNames.sorted() {
                if let other = found.updateValue(place, forKey: Array(tensor.utf8)) {
                    throw .tensorInTwoShards(tensor: tensor, first: files[other].name, second: file.name)
                }
            }
        }
        let places = Dictionary(uniqueKeysWithValues: zip(shards, shards.indices))
        for (tensor, shard) in tensors where found[Array(tensor.utf8)] != places[shard] {
            throw .tensorNotInShard(file: file, tensor: tensor, shard: shard)
        }
        if found.count != tensors.count {
            let named = Set(tensors.map { Array($0.tensor.utf8) })
            let unnamed = found.keys.filter { !named.contains($0) }.map { String(decoding: $0, as: UTF8.self) }.min()
            throw .tensorNotInIndex(file: file, tensor: unnamed ?? "")
        }
        return found
    }
}
