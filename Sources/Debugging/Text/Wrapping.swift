// Text broken into lines: at blanks and between Chinese characters, never inside a quoted token or a word that fits on a
// line.
internal import Phrases

/// Items with two blanks between them, broken into lines between items only (an item wider than a line is broken).
public func wrapped(_ items: [String], to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for item in items {
        if line.isEmpty {
            line = item
        } else if columns(line) + 2 + columns(item) <= width {
            line += "  " + item
        } else {
            lines.append(line)
            line = item
        }
    }
    if !line.isEmpty { lines.append(line) }
    return lines.flatMap { columns($0) > width ? wrapped($0, to: width) : [$0] }
}

/// The text broken into lines of at most `width` columns.
public func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    for piece in pieces(of: text) {
        let size = columns(piece.text)
        if used + piece.blanks + size <= width {
            line += String(repeating: " ", count: piece.blanks) + piece.text
            used += piece.blanks + size
            continue
        }
        if used > 0 { lines.append(line) }
        let parts = size <= width ? [piece.text] : broken(piece.text, to: width)
        lines += parts.dropLast()
        line = parts[parts.count - 1]
        used = columns(line)
    }
    if used > 0 || lines.isEmpty { lines.append(line) }
    return lines
}

/// The longest token that Chinese quotes hold together, in characters.
private let limitToken = 24

/// What stays together on a line, and how many blanks stand before it.
private struct Piece {
    var blanks: Int
    var text = ""
}

/// Signs that may not begin a line, and those that may not end one.
private let closing: Set<Character> = ["，", "。", "、", "；", "：", "！", "？", "）", "」", "』", "］", "…"]
private let opening: Set<Character> = ["（", "「", "『", "［"]

private func pieces(of text: String) -> [Piece] {
    let characters = Array(text)
    var pieces: [Piece] = []
    var piece = Piece(blanks: 0)
    let quotes = closingQuotes(characters)
    /// Where the quoted token ends that the place is in.
    var quoteEnd: Int?
    for (place, character) in characters.enumerated() {
        if let end = quoteEnd {
            piece.text.append(character)
            if place == end { quoteEnd = nil }
            continue
        }
        if character == " " {
            if !piece.text.isEmpty {
                pieces.append(piece)
                piece = Piece(blanks: 0)
            }
            piece.blanks += 1
            continue
        }
        if let last = piece.text.last, mayBreak(between: last, and: character) {
            pieces.append(piece)
            piece = Piece(blanks: 0)
        }
        piece.text.append(character)
        if character == "\"" { quoteEnd = quotes[place + 1] }
        if character == "「" { quoteEnd = endOfToken(characters, from: place) }
    }
    if !piece.text.isEmpty { pieces.append(piece) }
    return pieces
}

/// Between two characters without a blank: on either side of a wide one, unless a sign holds them together.
private func mayBreak(between last: Character, and next: Character) -> Bool {
    if closing.contains(next) || opening.contains(last) { return false }
    return columns(last) == 2 || columns(next) == 2
}

/// For each place the next `"` from there on that no `\` stands before; nil where there is none. One more than there are
/// characters.
private func closingQuotes(_ characters: [Character]) -> [Int?] {
    var quotes = [Int?](repeating: nil, count: characters.count + 1)
    for place in characters.indices.reversed() {
        switch characters[place] {
        case "\"": quotes[place] = place
        case "\\": quotes[place] = place + 2 < characters.count ? quotes[place + 2] : nil
        default: quotes[place] = quotes[place + 1]
        }
    }
    return quotes
}

/// The place of the 」 that closes the 「 at `start`, where what stands between is held together: a token that begins or ends
/// with a blank, which is lost where a line ends.
private func endOfToken(_ characters: [Character], from start: Int) -> Int? {
    let inner = characters[(start + 1)...].prefix(limitToken + 1)
    guard let end = inner.firstIndex(of: "」"), end > inner.startIndex,
        inner[inner.startIndex] == " " || inner[end - 1] == " "
    else { return nil }
    return end
}

/// A piece wider than a line, cut behind `|`, `,` or a blank where the line has one, anywhere otherwise.
private func broken(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line: [Character] = []
    var used = 0
    for character in text {
        let size = columns(character)
        if used + size > width, !line.isEmpty {
            let cut = line.lastIndex { $0 == "|" || $0 == "," || $0 == " " }.map { $0 + 1 } ?? line.count
            lines.append(String(line[..<cut]))
            line = Array(line[cut...])
            used = line.reduce(0) { $0 + columns($1) }
        }
        line.append(character)
        used += size
    }
    lines.append(String(line))
    return lines
}
