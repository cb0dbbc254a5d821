// A table as comma-separated values, for spreadsheets and whatever reads a table. The class's grades use its line too.
internal import Phrases

extension Export {
    /// One table: a line of names, then a line for each row; UTF-8, lines end in CR LF (RFC 4180).
    ///
    /// Nothing is an empty cell. Numbers have the fewest digits that read back as the same. Bytes are `0x` and hexadecimal
    /// digits: a spreadsheet would take 3e35 alone for a number.
    public static let csv = Export(
        name: "csv", suffix: ".csv",
        title: Phrase("a table for spreadsheets: steps, candidates or stages", "試算表用的表格：步驟、候選詞元或階段"),
        takes: [.table],
        make: { (source, sink) throws(ExportsError) in
            sink(Array(csvLine(source.table.columns).utf8))
            source.table.rows(source.trace) { cells in sink(Array(csvLine(cells.map(text)).utf8)) }
        })

    private static func text(_ cell: Cell) -> String {
        switch cell {
        case .none: ""
        case .whole(let number): "\(number)"
        case .number(let number): "\(number)"
        case .single(let number): "\(number)"
        case .text(let text): text
        case .bytes(let bytes): "0x" + bytes.map { hexadecimal($0) }.joined().lowercased()
        }
    }
}

/// Signs that make a spreadsheet take a text for a formula; some take the wide ones for them.
private let formulaSigns = Set("=+-@＝＋－＠".unicodeScalars)

/// A text that no spreadsheet takes for a formula: an apostrophe stands before such a sign where a cell begins. That is
/// behind a semicolon too, which parts cells where a comma is in numbers.
private func plainCell(_ text: String) -> String {
    // A number as we write it; -nan(a) and -0x1p3 are some to Swift and none to a spreadsheet.
    if Double(text) != nil, !text.unicodeScalars.contains(where: { "(xX".unicodeScalars.contains($0) }) { return text }
    // Scalar by scalar: a mark or a letter that joins a sign to itself hides it from a search for Characters.
    var cell = String.UnicodeScalarView()
    var isStart = true
    for scalar in text.unicodeScalars {
        if isStart, formulaSigns.contains(scalar) { cell.append("'") }
        isStart = scalar == ";" || isStart && !cell.isEmpty && scalar == "\""
        cell.append(scalar)
    }
    return String(cell)
}

/// A line of comma-separated values (RFC 4180). What a spreadsheet would take for a formula is kept a text, by an apostrophe
/// before it; what cannot be seen stands by number, as everywhere: no cell holds a line end or a control character.
public func csvLine(_ cells: [String]) -> String {
    cells.map { cell in
        let text = plainCell(readable(cell))
        guard text.utf8.contains(where: { Array(",\"\n\r".utf8).contains($0) }) else { return text }
        var quoted = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in text.unicodeScalars { quoted.append(contentsOf: scalar == "\"" ? [scalar, scalar] : [scalar]) }
        return String(quoted) + "\""
    }.joined(separator: ",") + "\r\n"
}
