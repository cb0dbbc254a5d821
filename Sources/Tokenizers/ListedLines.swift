// Files that list tokens or merges, one a line.
internal import JSONText
internal import ModelFiles

/// The lines of such a file without their ends, an empty one behind the last end left out.
///
/// - Throws: a file with more bytes or lines than ``ReadingBudget/lines`` allows, or one that is no UTF-8 text.
func listedLines(_ bytes: some Collection<UInt8>, of file: String) throws(TokenizerError) -> [Substring] {
    var budget = ReadingBudget.lines
    if !budget.holds(bytes: Int64(bytes.count)) {
        throw .file(.overBudget(file: file, what: "bytes", limit: budget.bytes))
    }
    let lineFeed = UInt8(ascii: "\n")
    if !budget.take(items: bytes.count { $0 == lineFeed }) {
        throw .file(.overBudget(file: file, what: "lines", limit: budget.items))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
        throw .malformed(place: file, expected: "UTF-8 text")
    }
    // Split at line feeds as bytes: to `Character`, a carriage return and a line feed are one.
    var lines = text.utf8.split(separator: lineFeed, omittingEmptySubsequences: false).map { line in
        Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
}
