// Lines with attributes, and what has to be sent to turn the screen's old lines into new ones.
internal import Phrases
internal import Debugging
internal import Traces

/// Attributes of a stretch of text. Nothing is told by colour alone.
struct DebugStyle: Equatable {
    var bold = false
    var faint = false
    var underline = false
    var reverse = false
    /// Colours of the 256-colour table, nil for the terminal's own.
    var foreground: Int?
    var background: Int?

    static let plain = DebugStyle()

    var codes: String {
        var codes = "0"
        if bold { codes += ";1" }
        if faint { codes += ";2" }
        if underline { codes += ";4" }
        if reverse { codes += ";7" }
        if let foreground { codes += ";38;5;\(foreground)" }
        if let background { codes += ";48;5;\(background)" }
        return codes
    }
}

/// One line of the screen.
struct DebugRow: Equatable {
    private(set) var runs: [(text: String, style: DebugStyle)] = []
    private(set) var width = 0

    init() {}
    init(_ text: String, _ style: DebugStyle = .plain) { add(text, style) }

    static func == (a: DebugRow, b: DebugRow) -> Bool { a.runs.elementsEqual(b.runs) { $0 == $1 } }

    /// Adds text; what would act on the terminal shows by number, whoever wrote it.
    mutating func add(_ text: String, _ style: DebugStyle = .plain) {
        if text.isEmpty { return }
        let acts = text.unicodeScalars.contains { isInvisible($0) && $0 != "\u{200D}" && $0 != "\u{200C}" }
        let shown = acts ? readable(text) : text
        runs.append((shown, style))
        width += columns(shown)
    }

    /// Cut or filled with blanks to exactly `columns`.
    func fitted(to wanted: Int, fill: DebugStyle = .plain) -> DebugRow {
        var row = DebugRow()
        for (text, style) in runs {
            let room = wanted - row.width
            if room <= 0 { break }
            row.add(columns(text) <= room ? text : clipped(text, to: room), style)
        }
        if row.width < wanted { row.add(String(repeating: " ", count: wanted - row.width), fill) }
        return row
    }

    static func + (a: DebugRow, b: DebugRow) -> DebugRow {
        var row = a
        for (text, style) in b.runs { row.add(text, style) }
        return row
    }

    /// Without attributes, for tests and captures.
    var plain: String { runs.map(\.text).joined() }

    var sequence: String {
        var result = ""
        var last = DebugStyle.plain
        for (text, style) in runs {
            if style != last { result += "\u{1B}[\(style.codes)m" }
            last = style
            result += text
        }
        if last != .plain { result += "\u{1B}[0m" }
        return result
    }
}

/// A whole screen and where the text cursor stands (nil: hidden).
struct DebugPicture: Equatable {
    var rows: [DebugRow]
    var cursor: (row: Int, column: Int)?

    static func == (a: DebugPicture, b: DebugPicture) -> Bool {
        a.rows == b.rows && a.cursor?.row == b.cursor?.row && a.cursor?.column == b.cursor?.column
    }
}

/// Remembers what the terminal shows and sends only what changed.
struct DebugPainter {
    private var shown: [DebugRow] = []

    /// Everything is drawn anew next time (after a resize, or a return from the shell).
    mutating func forget() { shown = [] }

    mutating func sequence(for picture: DebugPicture) -> String {
        var result = "\u{1B}[?25l"
        if shown.count != picture.rows.count { result += "\u{1B}[2J" }
        for (place, row) in picture.rows.enumerated() {
            if place < shown.count, shown.count == picture.rows.count, shown[place] == row { continue }
            result += "\u{1B}[\(place + 1);1H" + row.sequence + "\u{1B}[K"
        }
        if let cursor = picture.cursor { result += "\u{1B}[\(cursor.row + 1);\(cursor.column + 1)H\u{1B}[?25h" }
        shown = picture.rows
        return result
    }
}

/// The nearest colour of the 6 × 6 × 6 cube in the 256-colour table.
func cubeColor(_ color: RGB) -> Int {
    // The cube's levels are 0, 95, 135, 175, 215, 255.
    func level(_ value: UInt8) -> Int { value < 48 ? 0 : value < 115 ? 1 : (Int(value) - 35) / 40 }
    return 16 + 36 * level(color.red) + 6 * level(color.green) + level(color.blue)
}
