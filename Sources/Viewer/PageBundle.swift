// Joins the page's modules into one script. Called by: tracePage.
//
// Modules inside a file:// page cannot import each other, so each becomes a function that is called once and returns
// its exports: `const $dom = (() => { …; return { el, fill }; })();`, and an import becomes `const { el } = $dom;`.
// For that a module keeps to a simple form, which is checked here: imports at the line's start, of plain names, from a
// module that stands earlier in the list; exports written before `function`, `async function`, `class` or `const`.
internal import CPageFiles

/// The names and bytes of all files of the page, in the order of the list in CPageFiles.
func pageFiles() -> [(name: String, bytes: [UInt8])] {
    (0..<page_file_count()).map { index in
        let file = page_file_at(index)
        return (String(cString: file.name), Array(UnsafeBufferPointer(start: file.bytes, count: file.length)))
    }
}

/// One file by its path below Resources; its absence is a bug of ours.
func pageFile(_ name: String) -> [UInt8] { pageFiles().first { $0.name == name }!.bytes }

/// All modules as one script, in the order of the list.
func pageScript() throws(ViewerError) -> [UInt8] {
    var script = "\n"
    var known: Set<String> = []
    for file in pageFiles() where file.name.hasSuffix(".js") {
        script += try bundled(file.name, String(decoding: file.bytes, as: UTF8.self), known: known)
        if !known.insert(moduleName(file.name)).inserted {
            throw .module(file: file.name, line: 1, problem: "another module has the same name")
        }
    }
    return Array(script.utf8)
}

/// `head-grid` for `panels/head-grid.js`, `./head-grid.js`.
func moduleName(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "").replacing(suffix: ".js", with: "")
}

/// The variable that holds a module's exports: `$head_grid`.
private func variable(_ module: String) -> String { "$" + module.map { $0 == "-" ? "_" : String($0) }.joined() }

/// One module as a function called once.
func bundled(_ file: String, _ text: String, known: Set<String>) throws(ViewerError) -> String {
    var body = ""
    var exports: [String] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        // These would end or change the script element the bundle stands in.
        if line.lowercased().contains("</script") || line.contains("<!--") {
            throw .module(file: file, line: index + 1, problem: "a script's end tag or a comment of HTML in the text")
        }
        if line.hasPrefix("import ") {
            body += try imported(line, file, index + 1, known) + "\n"
        } else if line.hasPrefix("export ") {
            let declaration = line.dropFirst("export ".count)
            guard let name = declaredName(declaration) else {
                throw .module(file: file, line: index + 1, problem: "an export of another form than the bundle takes")
            }
            exports.append(name)
            body += declaration + "\n"
        } else {
            body += line + "\n"
        }
    }
    let names = exports.joined(separator: ", ")
    return "const \(variable(moduleName(file))) = (() => {\n\(body)return { \(names) };\n})();\n"
}

/// `const { a, b } = $module;` for `import { a, b } from "./module.js";`.
private func imported(
    _ line: Substring, _ file: String, _ number: Int, _ known: Set<String>
) throws(ViewerError) -> String {
    let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
    guard line.hasPrefix("import { "), parts.count == 3, parts[0].hasSuffix(" } from "), parts[2] == ";",
        parts[1].hasPrefix("./") || parts[1].hasPrefix("../")
    else {
        throw .module(file: file, line: number, problem: "an import of another form than the bundle takes")
    }
    let module = moduleName(String(parts[1]))
    guard known.contains(module) else {
        throw .module(file: file, line: number, problem: "\(module) does not stand before it in the list of files")
    }
    return "const \(parts[0].dropFirst("import ".count).dropLast(" from ".count)) = \(variable(module));"
}

/// The name that a declaration declares, nil when it is of no known form.
private func declaredName(_ declaration: Substring) -> String? {
    for form in ["async function ", "function ", "class ", "const "] where declaration.hasPrefix(form) {
        let name = declaration.dropFirst(form.count).prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
        return name.isEmpty ? nil : String(name)
    }
    return nil
}

extension String {
    fileprivate func replacing(suffix: String, with text: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) + text : self
    }
}
