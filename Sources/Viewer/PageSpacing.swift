// Takes the spaces out of a script's lines that are for who reads its source: a tenth of the page's script.

/// A line of JavaScript without the spaces between its words and signs that it does not need. What stands in texts, template
/// literals and regular expressions stays as it is; so does a whole line in which these cannot be told apart.
func withoutSpaces(_ line: Substring) -> Substring {
    guard line.utf8.contains(space) else { return line }
    var spacing = LineSpacing(Array(line.utf8))
    return spacing.tighten() ? Substring(decoding: spacing.tight, as: UTF8.self) : line
}

/// Lines as one text, without the line ends behind these signs, where a line's end means nothing. A line that may end with a
/// comment keeps its own.
func withoutLineEnds(_ lines: [Substring], behind signs: [Character]) -> String {
    var text = ""
    for (place, line) in lines.enumerated() {
        text += line
        let isOver = line.last.map { signs.contains($0) } ?? false
        if place + 1 < lines.count, !isOver || line.firstRange(of: "//") != nil { text += "\n" }
    }
    return text
}

private let space = UInt8(ascii: " ")
private let slash = UInt8(ascii: "/")
private let backslash = UInt8(ascii: "\\")
private let backtick = UInt8(ascii: "`")
private let quotes = [UInt8(ascii: "\""), UInt8(ascii: "'")]

/// A line on its way to one without spaces.
private struct LineSpacing {
    private let line: [UInt8]
    private var place = 0
    private(set) var tight: [UInt8] = []

    init(_ line: [UInt8]) { self.line = line }

    /// - Returns: false where the line is to stay as it is.
    mutating func tighten() -> Bool {
        var isApart = false
        while place < line.count {
            if line[place] == space {
                isApart = true
                place += 1
                continue
            }
            let start = place
            guard let end = endOfPiece() else { return false }
            if isApart, let before = tight.last, Self.mustStandApart(before, line[start]) { tight.append(space) }
            isApart = false
            tight += line[start..<end]
            place = end
        }
        return true
    }

    /// Whether two characters would mean something else side by side: parts of words; signs that make another, as in
    /// `a + +b`, or a comment; a number's point; and what would begin or end a regular expression.
    private static func mustStandApart(_ before: UInt8, _ after: UInt8) -> Bool {
        if isOfWord(before) && isOfWord(after) { return true }
        if before == slash || after == slash { return true }
        if before == UInt8(ascii: "<") && after == UInt8(ascii: "!") { return true }
        if isOfWord(before) && after == UInt8(ascii: ".") { return true }
        return before == after && (before == UInt8(ascii: "+") || before == UInt8(ascii: "-"))
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 128...:
            true
        default: false
        }
    }

    /// Behind the text, template, regular expression or other character that begins here; nil where it has no end in the
    /// line, or is a comment.
    private func endOfPiece() -> Int? {
        let first = line[place]
        if quotes.contains(first) { return endOfText(from: place) }
        if first == backtick { return endOfTemplate(from: place) }
        guard first == slash else { return place + 1 }
        if place + 1 < line.count, line[place + 1] == slash || line[place + 1] == UInt8(ascii: "*") { return nil }
        guard let before = tight.last else { return nil }
        // A quotient has a value before it: a word that is no keyword, or the end of something in brackets.
        let ends = [UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}")]
        if ends.contains(before) || quotes.contains(before) || before == backtick { return place + 1 }
        if Self.isOfWord(before) {
            return ["return", "typeof", "case"].contains { tight.hasWord($0) } ? endOfPattern(from: place) : place + 1
        }
        return endOfPattern(from: place)
    }

    private func endOfText(from start: Int) -> Int? {
        var at = start + 1
        while at < line.count, line[at] != line[start] { at += line[at] == backslash ? 2 : 1 }
        return at < line.count ? at + 1 : nil
    }

    private func endOfPattern(from start: Int) -> Int? {
        var (at, isInSet) = (start + 1, false)
        while at < line.count, line[at] != slash || isInSet {
            if line[at] == UInt8(ascii: "[") { isInSet = true }
            if line[at] == UInt8(ascii: "]") { isInSet = false }
            at += line[at] == backslash ? 2 : 1
        }
        return at < line.count ? at + 1 : nil
    }

    /// Behind a template literal with the expressions in it; nil where one of these has a slash, which may be a pattern's.
    private func endOfTemplate(from start: Int) -> Int? {
        var at = start + 1
        while at < line.count, line[at] != backtick {
            if line[at] == backslash { at += 2; continue }
            guard line[at] == UInt8(ascii: "$"), at + 1 < line.count, line[at + 1] == UInt8(ascii: "{") else {
                at += 1; continue
            }
            at += 2
            var depth = 1
            while depth > 0 {
                guard at < line.count, line[at] != slash else { return nil }
                if quotes.contains(line[at]) || line[at] == backtick {
                    guard let end = line[at] == backtick ? endOfTemplate(from: at) : endOfText(from: at) else {
                        return nil
                    }
                    at = end
                    continue
                }
                if line[at] == UInt8(ascii: "{") { depth += 1 }
                if line[at] == UInt8(ascii: "}") { depth -= 1 }
                at += 1
            }
        }
        return at < line.count ? at + 1 : nil
    }
}

extension [UInt8] {
    /// Whether they end with this word, and not with a longer one.
    fileprivate func hasWord(_ word: String) -> Bool {
        let length = word.utf8.count
        guard count >= length, suffix(length).elementsEqual(word.utf8) else { return false }
        guard let before = dropLast(length).last else { return true }
        return [
            space, UInt8(ascii: "("), UInt8(ascii: ";"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ")"),
            UInt8(ascii: ">"),
        ].contains(before)
    }
}
