// A lesson's paragraphs in a terminal: wrapped, but for commands, which stand on lines of their own so that they can be copied.
internal import Debugging
internal import Phrases

extension LessonView {
    /// Paragraphs, wrapped; lines that begin with a blank or a dash stand as they are.
    func text(_ phrase: Phrase) {
        var paragraph = ""
        let flush = { (paragraph: String) in
            if !paragraph.isEmpty { for line in self.lines(of: paragraph) { self.out(line) } }
        }
        for line in phrase[Console.language].split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty || line.hasPrefix(" ") || line.hasPrefix("- ") {
                flush(paragraph)
                paragraph = ""
                if line.hasPrefix("- ") {
                    flush(String(line))
                } else if line.hasPrefix(" stepglass ") {
                    command(line.dropFirst(), indent: 1).forEach { out($0) }
                } else {
                    out(String(line))
                }
            } else {
                // Chinese has no blank where a line ends.
                let joint = paragraph.isEmpty || Console.language != .english ? "" : " "
                paragraph += joint + line
            }
        }
        flush(paragraph)
    }

    /// A paragraph's lines: in one line where it fits, else with its commands apart.
    private func lines(of paragraph: String) -> [String] {
        if displayWidth(paragraph) <= width { return wrapped(paragraph, to: width) }
        var lines: [String] = []
        var rest = Substring(paragraph)
        while let start = commandStart(in: rest) {
            let end = commandEnd(in: rest, from: start)
            let before = rest[..<start]
            if before.contains(where: { $0 != " " }) { lines += wrapped(String(before), to: width) }
            lines += command(rest[start..<end], indent: 2)
            rest = rest[end...].drop { " ,，".contains($0) }
            // A full stop alone would stand on a line of its own.
            if rest == "." || rest == "。" { rest = "" }
        }
        if !rest.isEmpty { lines += wrapped(String(rest), to: width) }
        return lines
    }

    private func commandStart(in text: Substring) -> Substring.Index? {
        var from = text.startIndex
        while let found = text[from...].firstRange(of: "stepglass ") {
            let next = text[found.upperBound...].first
            let isFree = found.lowerBound == text.startIndex || !text[text.index(before: found.lowerBound)].isLetter
            if isFree, next?.isASCII == true, next?.isLowercase == true { return found.lowerBound }
            from = found.upperBound
        }
        return nil
    }

    /// Behind the last word of the command that begins there: before a sign of Chinese, or one of English and a blank.
    private func commandEnd(in text: Substring, from start: Substring.Index) -> Substring.Index {
        var quote: Character?
        var place = start
        while place < text.endIndex {
            let character = text[place]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if "，。；、：（）".contains(character) {
                break
            } else if ",;.:)".contains(character) {
                let next = text.index(after: place)
                if next == text.endIndex || text[next] == " " { break }
            } else if character == " ", text[text.index(after: place)...].hasPrefix("(") {
                break
            }
            place = text.index(after: place)
        }
        return place
    }

    /// A command, broken before an option where it is too long, as a shell takes it.
    private func command(_ text: Substring, indent: Int) -> [String] {
        let blanks = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        for (number, part) in String(text).split(separator: " -", omittingEmptySubsequences: false).enumerated() {
            let piece = number == 0 ? String(part) : "-" + part
            if line.isEmpty {
                line = piece
            } else if displayWidth(line + piece) + indent + 3 <= width {
                line += " " + piece
            } else {
                lines.append(blanks + line + " \\")
                line = "  " + piece
            }
        }
        return lines + [blanks + line]
    }
}
