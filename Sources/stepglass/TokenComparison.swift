// One text as the tokens of several models, side by side.
internal import Debugging
internal import JSONText
internal import Phrases
internal import Tokenizers
internal import Traces

/// What `tokenize --compare` shows.
struct TokenComparison {
    /// One model's tokens of the text, without those that it wants around one.
    struct Column {
        var name: String
        var vocabularySize: Int
        var tokens: [Token]
    }

    let text: [UInt8]
    let columns: [Column]
    /// Narrower columns are not put side by side: the models then come in groups.
    private static let narrowest = 18
    private static let gap = "  "

    /// Unicode scalars, a byte that is no UTF-8 counted as one.
    private var characterCount: Int { String(decoding: text, as: UTF8.self).unicodeScalars.count }

    // MARK: JSON

    /// The comparison as JSON.
    func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.member("characters", characterCount)
            json.member("bytes", text.count)
            json.array("models") { json in
                for column in columns {
                    json.object { json in
                        json.member("name", column.name)
                        json.member("vocabularySize", column.vocabularySize)
                        json.member("tokenCount", column.tokens.count)
                        json.member("tokensPerCharacter", rate(column, characterCount))
                        json.member("tokensPerByte", rate(column, text.count))
                        json.array("tokens") { json in for token in column.tokens { json.value(token) } }
                    }
                }
            }
        }
        return writer.bytes
    }

    private func rate(_ column: Column, _ count: Int) -> Double {
        count == 0 ? 0 : Double(column.tokens.count) / Double(count)
    }

    // MARK: The terminal

    /// The comparison as lines of at most `width` columns.
    func lines(width: Int) -> [String] {
        var lines = [
            say(
                "\(counted(characterCount, "character")), \(counted(text.count, "byte"))",
                "\(grouped(characterCount)) 個字元，\(grouped(text.count)) 個位元組")
        ]
        for column in columns {
            let (perCharacter, perByte) = (fixed(rate(column, characterCount), 3), fixed(rate(column, text.count), 3))
            let figures = say(
                "\(padded(grouped(column.tokens.count), 7)) tokens  \(perCharacter) a character  \(perByte) a byte",
                "\(padded(grouped(column.tokens.count), 7)) 個詞元  每字元 \(perCharacter)  每位元組 \(perByte)")
            lines.append(filled(clipped(column.name, width - 52), width - 52) + figures)
        }
        let perGroup = max(1, (width + Self.gap.count) / (Self.narrowest + Self.gap.count))
        let rows = stretches()
        for first in stride(from: 0, to: columns.count, by: perGroup) {
            let group = first..<min(columns.count, first + perGroup)
            lines.append("")
            lines += table(group, rows, (width + Self.gap.count) / group.count - Self.gap.count)
        }
        return lines
    }

    private func counted(_ count: Int, _ unit: String) -> String { "\(grouped(count)) \(unit)\(count == 1 ? "" : "s")" }

    private func table(_ group: Range<Int>, _ rows: [[Range<Int>]], _ width: Int) -> [String] {
        var lines = [row(group.map { [clipped(columns[$0].name, width)] }, width)].flatMap { $0 }
        for stretch in rows {
            let cells = group.map { place in
                folded(columns[place].tokens[stretch[place]].map { visible($0) }, width)
            }
            lines += row(cells, width)
        }
        return lines
    }

    /// Cells beside each other, each of as many lines as it needs.
    private func row(_ cells: [[String]], _ width: Int) -> [String] {
        (0..<(cells.map(\.count).max() ?? 0)).map { line in
            let parts = cells.map { filled($0.count > line ? $0[line] : "", width) }
            var text = parts.joined(separator: Self.gap)
            while text.last == " " { text.removeLast() }
            return text
        }
    }

    /// Tokens with a bar between them, on lines of at most `width` columns.
    private func folded(_ tokens: [String], _ width: Int) -> [String] {
        var lines: [String] = []
        for token in tokens {
            let token = clipped(token, width - 1)
            guard let last = lines.last, displayWidth(last) + displayWidth(token) + 1 <= width else {
                lines.append(lines.isEmpty ? token : "|" + token)
                continue
            }
            lines[lines.count - 1] = last + "|" + token
        }
        return lines
    }

    /// The shortest stretches of the text at whose edges no model has a token across: of each the places of its tokens, by
    /// model.
    private func stretches() -> [[Range<Int>]] {
        var next = columns.map { _ in 0 }
        var stretches: [[Range<Int>]] = []
        while columns.indices.contains(where: { next[$0] < columns[$0].tokens.count }) {
            let start = next
            // Whoever is behind takes another token, until all end at one place.
            var ends = columns.map { _ in -1 }
            repeat {
                let furthest = ends.max() ?? 0
                for place in columns.indices where ends[place] < furthest || furthest < 0 {
                    ends[place] = take(&next[place], columns[place].tokens) ?? .max
                }
            } while Set(ends).count > 1
            stretches.append(columns.indices.map { start[$0]..<next[$0] })
        }
        return stretches
    }

    /// The end of the next token, and of those after it that take no room.
    private func take(_ next: inout Int, _ tokens: [Token]) -> Int? {
        guard next < tokens.count else { return nil }
        next += 1
        while next < tokens.count, tokens[next].end == tokens[next - 1].end { next += 1 }
        return tokens[next - 1].end
    }
}
