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
        var budget = ReadingBudget.modelFiles
        try budget.take(shards.count, "files", file: file)
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
        // Counted over all: names may lead to one file.
        var budget = ReadingBudget.modelTensors
        for shard in shards {
            guard let mapping = try open(shard) else { throw .missingFile(folder: folder, file: shard) }
            let found = try SafetensorsFile(mapping: mapping)
            try budget.take(found.tensorNames.count, "tensors in all files", file: file)
            files.append(found)
        }
        return files
    }

    /// The place in `files` (the order of ``shards``) of each tensor, and how the index differs from the files.
    ///
    /// As in transformers, what the files hold counts: the index only says which files there are. A tensor that stands
    /// in two of them must be the same in both.
    func places(in files: [SafetensorsFile]) throws(ModelFileError) -> (places: [[UInt8]: Int], notes: [String]) {
        var found: [[UInt8]: Int] = [:]
        var twice: [String] = []
        for (place, file) in files.enumerated() {
            for tensor in file.tensorNames.sorted() {
                guard let other = found[Array(tensor.utf8)] else {
                    found[Array(tensor.utf8)] = place
                    continue
                }
                if try !Self.isSame(tensor, files[other], file) {
                    throw .tensorInTwoShards(tensor: tensor, first: files[other].name, second: file.name)
                }
                twice.append(tensor)
            }
        }
        let order = Dictionary(uniqueKeysWithValues: zip(shards, shards.indices))
        let isTwice = Set(twice.map { Array($0.utf8) })
        let named = Set(tensors.map { Array($0.tensor.utf8) })
        let absent = tensors.filter { found[Array($0.tensor.utf8)] == nil }.map { $0.tensor }
        let elsewhere = tensors.filter { tensor, shard in
            !isTwice.contains(Array(tensor.utf8)) && found[Array(tensor.utf8)].map { $0 != order[shard] } ?? false
        }.map { $0.tensor }
        let unnamed = found.keys.filter { !named.contains($0) }.map { String(decoding: $0, as: UTF8.self) }.sorted()
        let remarks: [(what: String, tensors: [String])] = [
            ("in none of the files", absent),
            ("in another file than it says", elsewhere),
            ("in the files and not named", unnamed),
            ("in two files alike", twice),
        ]
        let index = ModelFolder.FileName.weightsIndex.rawValue
        let notes = remarks.filter { !$0.tensors.isEmpty }.map { "\(index): \($0.what): \(listed($0.tensors))" }
        return (found, notes)
    }

    /// Whether two files hold the same bytes under a name; what cannot be read is not compared and counts as different.
    private static func isSame(
        _ tensor: String, _ first: SafetensorsFile, _ second: SafetensorsFile
    ) throws(ModelFileError) -> Bool {
        guard first.canRead(tensor), second.canRead(tensor), let a = try first.tensor(named: tensor),
            let b = try second.tensor(named: tensor)
        else { return false }
        return a.isStoredLike(b)
    }
}
