// A model split over several GGUF files: "name-00001-of-00003.gguf" and so on, each a whole GGUF file with a part of the
// tensors, the first with the metadata.
// Keys and names: gguf-split of the ggml project.
internal import JSONText

/// What a file says about being one of several.
struct GGUFSplit {
    static let numberKey = "split.no"
    static let countKey = "split.count"
    static let tensorCountKey = "split.tensors.count"
    /// Five digits stand in a name.
    static let counts = 2...99_999

    /// From 0.
    let number: Int
    let count: Int
    /// The tensors of all files together; nil when the file does not say.
    let tensorCount: Int?

    /// nil for a file that is a whole model.
    init?(_ file: GGUFFile) throws(ModelFileError) {
        guard let count = try file.int(Self.countKey), count != 0, count != 1 else { return nil }
        number = try file.require(file.int(Self.numberKey), Self.numberKey)
        self.count = count
        tensorCount = try file.int(Self.tensorCountKey)
        if !Self.counts.contains(count) {
            throw .wrongType(
                file: file.name, key: Self.countKey, found: "\(count)", expected: "in 1…\(Self.counts.upperBound)")
        }
        // The next one is formed of it.
        if !(0..<count).contains(number) {
            throw .wrongType(
                file: file.name, key: Self.numberKey, found: "\(number)", expected: "in 0…\(count - 1)")
        }
    }

    /// "-00001-of-00003.gguf"
    static func ending(number: Int, count: Int) -> String {
        "-\(fiveDigits(number + 1))-of-\(fiveDigits(count)).gguf"
    }

    private static func fiveDigits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    /// Opens all files of the model in their order; `file` is any of them, and says what this split says.
    func openAll(beside file: GGUFFile) throws(ModelFileError) -> [GGUFFile] {
        let ending = Self.ending(number: number, count: count)
        guard file.name.hasSuffix(ending) else {
            throw .splitFileName(file: file.name, number: number, count: count)
        }
        let stem = String(file.name.dropLast(ending.count))
        var files = ReadingBudget.modelFiles
        try files.take(count, "files", file: file.name)
        var tensors = ReadingBudget.modelTensors
        try tensors.take(file.tensorNames.count, "tensors in all files", file: file.name)
        var parts: [GGUFFile] = []
        for place in 0..<count {
            if place == number {
                parts.append(file)
                continue
            }
            let path = stem + Self.ending(number: place, count: count)
            guard let mapping = try MappedFile.ifPresent(path: path) else {
                throw .missingShard(file: path, number: place, count: count)
            }
            parts.append(try GGUFFile(part: mapping))
            try tensors.take(parts[place].tensorNames.count, "tensors in all files", file: path)
            try check(parts[place], isNumber: place)
        }
        return parts
    }

    private func check(_ part: GGUFFile, isNumber place: Int) throws(ModelFileError) {
        for (key, expected) in [(Self.numberKey, place), (Self.countKey, count)] {
            let found = try part.require(part.int(key), key)
            if found != expected { throw .splitMismatch(file: part.name, key: key, found: found, expected: expected) }
        }
    }
}
