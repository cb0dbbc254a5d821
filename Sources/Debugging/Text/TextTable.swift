// Columns that line up on a terminal, Chinese included. Used by the renderer.

/// A table of texts; columns are as wide as their widest cell, the flexible one gives way when the lines are too long.
struct TextTable {
    struct Column {
        var title: String
        var right = false
        /// Cut short first when the table is too wide.
        var flexible = false
    }

    var columns: [Column]
    var rows: [[String]] = []
    /// Blanks between two columns.
    private static let gap = 2

    func lines(width: Int, indent: Int = 0) -> [String] {
        var widths = columns.map { Debugging.columns($0.title) }
        for row in rows {
            for (place, cell) in row.enumerated() { widths[place] = max(widths[place], Debugging.columns(cell)) }
        }
        let total = indent + widths.reduce(0, +) + Self.gap * (columns.count - 1)
        if total > width, let place = columns.firstIndex(where: \.flexible) {
            widths[place] = max(6, widths[place] - (total - width))
        }
        return ([columns.map(\.title)] + rows).map { row in
            var line = String(repeating: " ", count: indent)
            for (place, cell) in row.enumerated() {
                if place > 0 { line += String(repeating: " ", count: Self.gap) }
                line += padded(clipped(cell, to: widths[place]), to: widths[place], right: columns[place].right)
            }
            while line.last == " " { line.removeLast() }
            return clipped(line, to: width)
        }
    }
}
