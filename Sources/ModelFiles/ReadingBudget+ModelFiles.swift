// What a budget refuses of a model's files, with the file's name.
internal import JSONText

extension MappedFile {
    /// Refuses a file with more bytes than its reader takes: what is made of them is some times as large.
    func check(_ budget: ReadingBudget) throws(ModelFileError) {
        if !budget.holds(bytes: Int64(bytes.count)) {
            throw .overBudget(file: name, what: "bytes", limit: budget.bytes)
        }
    }
}

extension ReadingBudget {
    /// Counts what is about to be made for something of a model's file.
    mutating func take(
        _ count: Int, _ what: @autoclosure () -> String, file: String
    ) throws(ModelFileError) {
        if take(items: count) { return }
        throw .overBudget(file: file, what: what(), limit: items)
    }
}
