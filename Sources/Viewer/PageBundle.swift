// Joins the page's modules into one script.
//
// Modules inside a file:// page cannot import each other, so each becomes a function that is called once and returns
// its exports: `const $dom = (() => { …; return { el, fill }; })();`, and an import becomes `const { el } = $dom;`.
// For that a module keeps to a simple form, which is checked here: imports at the line's start, of plain names, by a
// relative path; exports written before `function`, `async function`, `class` or `const`.

/// The module that starts the page. It stands last, also after modules that nothing imports: panels register themselves.
let pageEntry = "main.js"

/// Modules as one script: each after those it imports, otherwise in the order given.
///
/// - Parameter entry: the module that stands last.
/// - Throws: ``ViewerError/module(file:line:problem:)`` for a module of another form, one that imports what is not
///   there, two of one name, and a circle of imports.
func bundle(_ files: [PageFile], entry: String = pageEntry) throws(ViewerError) -> [UInt8] {
    var names: Set<Substring> = []
    var script = "\n"
    for file in try inOrder(files, entry: entry) {
        guard names.insert(file.module).inserted else {
            throw .module(file: file.name, line: 1, problem: "another module has the same name")
        }
        script += try bundled(file)
    }
    return Array(script.utf8)
}

/// The modules, each after those it imports; the entry last.
func inOrder(_ files: [PageFile], entry: String = pageEntry) throws(ViewerError) -> [PageFile] {
    var order = ModuleOrder(files)
    for file in files where file.name != entry { try order.place(file) }
    for file in files where file.name == entry { try order.place(file) }
    return order.placed
}

/// The modules that one imports, itself and those that they import among them; in no order that matters.
func imported(by entry: String, of files: [PageFile]) throws(ViewerError) -> [PageFile] {
    guard let first = files.first(where: { $0.name == entry }) else { throw .file(entry) }
    var order = ModuleOrder(files)
    try order.place(first)
    return order.placed
}

/// Modules placed one after the other, depth first.
private struct ModuleOrder {
    private let files: [String: PageFile]
    private(set) var placed: [PageFile] = []
    private var done: Set<String> = []
    /// The modules being placed, each importing the next.
    private var path: [String] = []

    init(_ files: [PageFile]) {
        self.files = Dictionary(files.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Places a module after all that it imports.
    mutating func place(_ file: PageFile) throws(ViewerError) {
        guard !done.contains(file.name) else { return }
        path.append(file.name)
        for (index, line) in lines(file.text) where line.hasPrefix("import ") {
            let target = try Import(line, in: file.name, at: index).file
            guard let imported = files[target] else {
                throw .module(file: file.name, line: index, problem: "there is no \(target) to import")
            }
            if let start = path.firstIndex(of: target) {
                let circle = (path[start...] + [target]).joined(separator: " → ")
                throw .module(file: file.name, line: index, problem: "modules import each other in a circle: \(circle)")
            }
            try place(imported)
        }
        path.removeLast()
        done.insert(file.name)
        placed.append(file)
    }
}

/// A text's lines with their numbers, counted from 1.
private func lines(_ text: String) -> some Sequence<(Int, Substring)> {
    var lines: [Substring] = []
    var start = text.utf8.startIndex
    while let end = text.utf8[start...].firstIndex(of: UInt8(ascii: "\n")) {
        lines.append(text[start..<end])
        start = text.utf8.index(after: end)
    }
    return zip(1..., lines + [text[start...]])
}

/// `import { a, b } from "../base/dom.js";`
private struct Import {
    /// `{ a, b }`
    var names: Substring
    /// The path below Resources of the module that is imported.
    var file: String

    init(_ line: Substring, in importer: String, at number: Int) throws(ViewerError) {
        let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
        guard line.hasPrefix("import { "), parts.count == 3, parts[0].hasSuffix(" } from "), parts[2] == ";",
            let file = Self.resolved(parts[1], from: importer)
        else {
            throw .module(file: importer, line: number, problem: "an import of another form than the bundle takes")
        }
        names = parts[0].dropFirst("import ".count).dropLast(" from ".count)
        self.file = file
    }

    /// `base/dom.js` for `../base/dom.js` in `panels/x.js`; nil for what is no relative path below Resources.
    private static func resolved(_ path: Substring, from importer: String) -> String? {
        guard path.hasPrefix("./") || path.hasPrefix("../") else { return nil }
        var folders = importer.split(separator: "/").dropLast()
        for part in path.split(separator: "/") where part != "." {
            if part != ".." {
                folders.append(part)
            } else if folders.popLast() == nil {
                return nil
            }
        }
        return folders.joined(separator: "/")
    }
}

/// The variable that holds a module's exports: `$head_grid`.
private func variable(_ file: PageFile) -> String { "$" + file.module.map { $0 == "-" ? "_" : String($0) }.joined() }

/// One module as a function called once, without the comments, types, indentation and spaces that are for who reads its
/// source: a third of the page's script.
private func bundled(_ file: PageFile) throws(ViewerError) -> String {
    var body = ""
    var exports: [String] = []
    var isInComment = false
    for (index, line) in lines(file.text) {
        // These would end or change the script element the bundle stands in.
        if endsScript(line.utf8) {
            let problem = "a script's end tag or a comment of HTML in the text"
            throw .module(file: file.name, line: index, problem: problem)
        }
        // In such a text indentation would count.
        if line.utf8.reduce(0, { $0 + ($1 == UInt8(ascii: "`") ? 1 : 0) }) % 2 != 0 {
            throw .module(file: file.name, line: index, problem: "a template literal over several lines")
        }
        let code = line.drop { $0 == " " }
        if isInComment {
            isInComment = !code.contains("*/")
            if isInComment || code.hasSuffix("*/") { continue }
            throw .module(file: file.name, line: index, problem: "code behind the end of a comment")
        }
        if code.isEmpty || code.hasPrefix("//") { continue }
        if code.hasPrefix("/*") {
            isInComment = !code.contains("*/")
            // A type before an expression begins a line of code.
            if isInComment || code.firstRange(of: "*/")?.upperBound == code.endIndex { continue }
        }
        if line.hasPrefix("import ") {
            let imported = try Import(line, in: file.name, at: index)
            body += "const \(imported.names) = \(variable(PageFile(name: imported.file, text: "")));\n"
        } else if line.hasPrefix("export ") {
            let declaration = line.dropFirst("export ".count)
            guard let name = declaredName(declaration) else {
                let problem = "an export of another form than the bundle takes"
                throw .module(file: file.name, line: index, problem: problem)
            }
            exports.append(name)
            body += withoutTypes(declaration) + "\n"
        } else {
            body += withoutTypes(code) + "\n"
        }
    }
    let names = exports.joined(separator: ", ")
    let module = "const \(variable(file)) = (() => {\n\(body)return { \(names) };\n})();\n"
    return withoutLineEnds(lines(module).map { withoutSpaces($0.1) }, behind: [";", "{", "}", ","])
}

/// A line of code without the types that stand in it: `/** @type {string} */ (b)` is `(b)`.
private func withoutTypes(_ code: Substring) -> Substring {
    guard code.utf8.contains(UInt8(ascii: "@")) else { return code }
    var rest = code
    while let start = rest.firstRange(of: "/** @"), let end = rest[start.upperBound...].firstRange(of: "*/ ") {
        rest = rest[..<start.lowerBound] + rest[end.upperBound...]
    }
    return rest
}

/// Whether a line holds `</script` in any case or `<!--`. Looks at bytes: the page has thousands of lines.
private func endsScript(_ line: Substring.UTF8View) -> Bool {
    var rest = line[...]
    while let place = rest.firstIndex(of: UInt8(ascii: "<")) {
        rest = rest[rest.index(after: place)...]
        if rest.starts(with: "!--".utf8) { return true }
        // Bit 5 is what letters of both cases differ in; "/" has it set.
        if zip(rest, "/script".utf8).allSatisfy({ $0 | 0x20 == $1 }),
            rest.dropFirst("/script".utf8.count - 1).first != nil
        {
            return true
        }
    }
    return false
}

/// The name that a declaration declares, nil when it is of no known form.
private func declaredName(_ declaration: Substring) -> String? {
    for form in ["async function ", "function ", "class ", "const "] where declaration.hasPrefix(form) {
        let name = declaration.dropFirst(form.count).prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
        return name.isEmpty ? nil : String(name)
    }
    return nil
}
