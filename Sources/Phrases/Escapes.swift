// Escapes in what is typed for a text of the run: `\n` means a line end, as people write it in a shell.

/// An escape that there is none of, as written.
public struct EscapeError: Error, Equatable, Sendable, Worded {
    /// From the backslash on.
    public let escape: String

    public var phrase: Phrase {
        let shown = readable(escape)
        return Phrase(
            #"\#(shown) is no escape; there are \n \r \t \" \\ \u{HEX}, and \\ is a backslash"#,
            #"沒有 \#(shown) 這種跳脫；可用 \n \r \t \" \\ \u{HEX}，反斜線要寫成 \\"#)
    }
}

/// The text that is meant: `\n`, `\r`, `\t`, `\"`, `\\` and `\u{HEX}` for what they stand for.
public func unescaped(_ text: String) throws(EscapeError) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
    var result = String.UnicodeScalarView()
    let scalars = Array(text.unicodeScalars)
    var place = 0
    while place < scalars.count {
        let scalar = scalars[place]
        place += 1
        if scalar != "\\" {
            result.append(scalar)
            continue
        }
        let start = place - 1
        let letter = place < scalars.count ? scalars[place] : nil
        place += 1
        switch letter {
        case "n": result.append("\n")
        case "r": result.append("\r")
        case "t": result.append("\t")
        case "\"", "\\": result.append(letter!)
        case "u":
            guard let (scalar, end) = numbered(scalars, from: place) else { throw wrong(scalars, start, place + 9) }
            result.append(scalar)
            place = end
        default: throw wrong(scalars, start, place)
        }
    }
    return String(result)
}

private func wrong(_ scalars: [Unicode.Scalar], _ start: Int, _ end: Int) -> EscapeError {
    let close = scalars[start...].firstIndex(of: "}").map { $0 + 1 } ?? end
    return EscapeError(
        escape: String(String.UnicodeScalarView(scalars[start..<min(close, end, scalars.count)])))
}

/// `{HEX}`, and the place behind it.
private func numbered(_ scalars: [Unicode.Scalar], from start: Int) -> (Unicode.Scalar, end: Int)? {
    guard start < scalars.count, scalars[start] == "{", let end = scalars[start...].firstIndex(of: "}") else {
        return nil
    }
    let digits = String(String.UnicodeScalarView(scalars[(start + 1)..<end]))
    guard digits.utf8.count <= 6, let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
        return nil
    }
    return (scalar, end + 1)
}

/// The items of a list with commas, blanks, or both between them. An item that is empty between two commas, or before or
/// behind one, stays and is empty: nothing is guessed.
public func listItems(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).flatMap { part -> [String] in
        let items = part.split { $0 == " " || $0 == "\t" || $0 == "\n" }.map { String($0) }
        return items.isEmpty ? [""] : items
    }
}
