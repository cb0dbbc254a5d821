// Writes text files as one Swift source. Runs while building, from the plugin EmbedPageFiles:
//
//     page-embedder OUTPUT.swift FOLDER TYPE FILE…
//
// As string literals: the compiler takes 300 KB of those in no time, where array literals cost it half a minute.

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Ends the build with a message.
private func fail(_ message: String) -> Never {
    print("page-embedder: \(message)")
    exit(1)
}

/// A file's text; the page's files are UTF-8.
private func text(of path: String) -> String {
    guard let file = fopen(path, "rb") else { fail("\(path) cannot be read") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
    guard let text = String(validating: bytes, as: UTF8.self) else { fail("\(path) is not UTF-8") }
    return text
}

/// A Swift string literal on one line.
private func literal(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": result += "\\\(scalar)"
        case "\n": result += "\\n"
        case " "..."~": result.unicodeScalars.append(scalar)
        case _ where scalar.properties.isAlphabetic: result.unicodeScalars.append(scalar)
        default: result += "\\u{\(String(scalar.value, radix: 16))}"
        }
    }
    return result + "\""
}

private let arguments = CommandLine.arguments
guard arguments.count > 3 else { fail("usage: page-embedder OUTPUT.swift FOLDER TYPE FILE…") }
private var source = """
    // Made by the build.

    /// All files in the order of their names.
    let embeddedFiles: [\(arguments[3])] = [

    """
for file in arguments[4...] {
    source += "\(arguments[3])(name: \(literal(file)), text: \(literal(text(of: "\(arguments[2])/\(file)")))),\n"
}
source += "]\n"
guard let output = fopen(arguments[1], "w") else { fail("\(arguments[1]) cannot be written") }
private let written = fputs(source, output)
guard fclose(output) == 0, written >= 0 else { fail("\(arguments[1]) cannot be written") }
