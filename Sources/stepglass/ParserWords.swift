// What ArgumentParser says of wrong usage, in Chinese too: it knows English alone. Main prints it; a form that is not listed
// here stays as it is.
internal import Phrases

/// A message of the parser in both languages.
func parserPhrase(_ message: String) -> Phrase {
    for form in forms {
        if let varying = form.varying(in: message) { return Phrase(message, form.chinese(varying)) }
    }
    return Phrase(same: message)
}

/// The value that a message of the parser refuses; nil for a message of another kind. What takes words refuses in our own
/// words.
func refusedValue(_ message: String) -> String? {
    for form in forms where form.pieces.first == "The value " {
        if let value = form.varying(in: message)?.first { return String(value.dropFirst().dropLast()) }
    }
    return nil
}

/// One form of message.
private struct Form: Sendable {
    /// The English: what always stands there. Something that varies stands behind each piece.
    let pieces: [String]
    /// The Chinese around what varies.
    let chinese: @Sendable ([String]) -> String

    /// What stands behind each piece; nil for a message of another form.
    func varying(in message: String) -> [String]? {
        var found: [String] = []
        var rest = message[...]
        for (place, piece) in pieces.enumerated() {
            guard let next = rest.firstRange(of: piece), place > 0 || next.lowerBound == message.startIndex else {
                return nil
            }
            if place > 0 { found.append(String(rest[..<next.lowerBound])) }
            rest = rest[next.upperBound...]
        }
        return found + [String(rest)]
    }
}

private let forms = [
    Form(pieces: ["Missing expected argument "]) { "缺少引數 \($0[0])" },
    Form(pieces: ["Missing value for "]) { "\($0[0]) 缺少值" },
    Form(pieces: ["Unexpected argument "]) { "多出引數 \($0[0])" },
    Form(pieces: ["", " unexpected arguments: "]) { "多出 \($0[0]) 個引數：\(listed($0[1]))" },
    Form(pieces: ["The value ", " is invalid for ", ". Please provide one of "]) {
        "\($0[1]) 不接受 \($0[0])；可用的值：\(listed($0[2]))"
    },
    Form(pieces: ["The value ", " is invalid for "]) { "\($0[1]) 不接受 \($0[0])" },
    Form(pieces: ["The option ", " does not take any value, but ", " was specified."]) { "\($0[0]) 不接值，卻給了 \($0[1])" },
    Form(pieces: ["Missing one of: "]) { "缺少其中一項：\(listed($0[0]))" },
]

/// A list of the parser's as Chinese writes one.
private func listed(_ list: String) -> String {
    var list = list
    for between in ["', and '", "', or '", "' and '", "' or '", "', '"] { list = list.replacing(between, with: "'、'") }
    return list.hasSuffix(".") ? String(list.dropLast()) : list
}
