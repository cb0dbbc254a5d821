// The page's own files. The build embeds what stands below Resources (`embeddedFiles`, by the plugin EmbedPageFiles).

/// One file of the page; `name` is its path below Resources, as `panels/head-grid.js`.
struct PageFile {
    var name: String
    var text: String

    /// `head-grid` for `panels/head-grid.js`: what the bundle calls a module.
    var module: Substring { name.split(separator: "/").last?.split(separator: ".").first ?? "" }
}

/// The text of one file by its path below Resources.
func pageFile(_ name: String) throws(ViewerError) -> String {
    guard let file = embeddedFiles.first(where: { $0.name == name }) else { throw .file(name) }
    return file.text
}

/// What a page shows: a run, a course, a course done in a class, or the room where a class meets. The raw value is the
/// class of the page's body.
enum PageKind: String {
    case run = "of-run"
    case book = "book"
    case classBook = "book in-class"
    case room = "of-room"

    /// The folders whose files belong to no other kind.
    private static let own: [(folder: String, kinds: [PageKind])] = [
        ("book/", [.book, .classBook]), ("class/", [.classBook, .room]), ("room/", [.room]),
    ]

    /// Whether a file belongs to the kind; most belong to all.
    func has(_ file: PageFile, isServed: Bool) -> Bool {
        if file.isOfServer && !isServed || file.name == pageEntry && self != .run { return false }
        let own = Self.own.first { file.name.hasPrefix($0.folder) }
        return own?.kinds.contains(self) ?? (self != .room || isOfRoom(file))
    }

    /// The room has no figures: of what all share it takes the style, and the modules that its own import.
    private func isOfRoom(_ file: PageFile) -> Bool { file.name == "page.css" || file.name.hasSuffix(".js") }

    /// The module that stands last.
    var entry: String {
        switch self {
        case .run: pageEntry
        case .book, .classBook: bookEntry
        case .room: "room/room.js"
        }
    }
}

/// The style sheet: page.css with what all share, then those beside the panels in the order of their names.
func pageStyle(_ kind: PageKind = .run, isServed: Bool = false) throws(ViewerError) -> [UInt8] {
    let shared = "page.css"
    let others = embeddedFiles.filter {
        $0.name.hasSuffix(".css") && $0.name != shared && kind.has($0, isServed: isServed)
    }
    let sheets = ([try pageFile(shared)] + others.map(\.text)).map { closedUp(withoutIndentation($0)) }
    return Array(sheets.joined(separator: "\n").utf8)
}

/// A style sheet without the blanks beside its braces and behind its signs; no text in one has any.
func closedUp(_ sheet: String) -> String {
    [(" {", "{"), ("{ ", "{"), ("; }", "}"), (" }", "}"), ("; ", ";"), (": ", ":"), (", ", ",")]
        .reduce(sheet) { $0.replacing($1.0, with: $1.1) }
}

/// A style sheet's lines without what is for who reads its source: indentation, line ends, and comments on lines of their own.
func withoutIndentation(_ text: String) -> String {
    var lines: [Substring] = []
    var isInComment = false
    for line in text.split(separator: "\n") {
        var rule = line.drop { $0 == " " }
        if isInComment {
            guard let end = rule.firstRange(of: "*/") else { continue }
            isInComment = false
            rule = rule[end.upperBound...].drop { $0 == " " }
        }
        if rule.hasPrefix("/*") {
            isInComment = !rule.contains("*/")
            if isInComment || rule.hasSuffix("*/") { continue }
        }
        if !rule.isEmpty { lines.append(rule) }
    }
    return withoutLineEnds(lines, behind: [";", "{", "}", ","])
}

/// What runs in the engine's thread: a script by itself, that shares a module with the page's.
private let workerEntry = "engine/engine-worker.js"
private let workerModules = ["engine/engine-module.js", workerEntry]

/// All modules of the page as one script, each after those it imports.
func pageScript(_ kind: PageKind = .run, isServed: Bool = false) throws(ViewerError) -> [UInt8] {
    let modules = embeddedFiles.filter {
        $0.name.hasSuffix(".js") && $0.name != workerEntry && kind.has($0, isServed: isServed)
    }
    return try bundle(kind == .room ? imported(by: kind.entry, of: modules) : modules, entry: kind.entry)
}

/// The script of the engine's thread.
func workerScript() throws(ViewerError) -> [UInt8] {
    try bundle(embeddedFiles.filter { workerModules.contains($0.name) }, entry: workerEntry)
}
