// Columns that line up on a terminal, Chinese included.
internal import Phrases

/// A table of texts; columns are as wide as their widest cell, the flexible one gives way when the lines are too long.
struct TextTable {
    struct Column {
        var title: String
        var right = false
        /// Cut short first when the table is too wide.
        var flexible = false
        /// Broken into several lines instead of cut.
        var wraps = false
    }

    var columns: [Column]
    var rows: [[String]] = []
    /// Blanks between two columns.
    private static let gap = 2

    func lines(width: Int, indent: Int = 0) -> [String] {
        var widths = columns.map { Phrases.columns($0.title) }
        for row in rows {
            for (place, cell) in row.enumerated() { widths[place] = max(widths[place], Phrases.columns(cell)) }
        }
        var excess = indent + widths.reduce(0, +) + Self.gap * (columns.count - 1) - width
        // What can be broken loses nothing and gives way first, then what is cut, the last column before the others.
        let order =
            columns.indices.filter { columns[$0].wraps }
            + columns.indices.reversed().filter { columns[$0].flexible && !columns[$0].wraps }
        for place in order where excess > 0 {
            let narrower = max(min(widths[place], columns[place].wraps ? 24 : 6), widths[place] - excess)
            excess -= widths[place] - narrower
            widths[place] = narrower
        }
        return ([columns.map { $0.title }] + rows).flatMap { row in
            let cells = row.enumerated().map { place, cell in
                columns[place].wraps ? wrapped(cell, to: widths[place]) : [clipped(cell, to: widths[place])]
            }
            return (0..<(cells.map { $0.count }.max() ?? 1)).map { part in
                line(cells.map { part < $0.count ? $0[part] : "" }, widths, width: width, indent: indent)
            }
        }
    }

    private func line(_ cells: [String], _ widths: [Int], width: Int, indent: Int) -> String {
        var line = String(repeating: " ", count: indent)
        for (place, cell) in cells.enumerated() {
            if place > 0 { line += String(repeating: " ", count: Self.gap) }
            line += padded(cell, to: widths[place], right: columns[place].right)
        }
        while line.last == " " { line.removeLast() }
        return clipped(line, to: width)
    }
}
