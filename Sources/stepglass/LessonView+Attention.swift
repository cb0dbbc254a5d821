// Attention in a lesson's terminal: what each head looks at most, or the weights of all heads together as a table.
internal import Debugging
internal import Lessons
internal import Phrases
internal import Traces

extension LessonView {
    /// `heads`: for the query that chose the step's token, the places that each head looks at most. `attention`: each prompt
    /// token's row, the mean of all heads, in hundredths.
    func attention(_ trace: Trace, _ place: Int, _ kind: String) {
        guard let record = trace.attention, trace.steps.indices.contains(place) else {
            return out(say("(this run records no attention)", "（這次執行沒有記錄注意力）"))
        }
        let tokens = (trace.prompt.tokens + trace.steps.map { $0.token }).map { visible($0.text) }
        if kind == "heads" {
            heads(record, tokens, query: trace.steps[place].position - 1)
        } else {
            table(record, Array(tokens.prefix(min(trace.prompt.tokens.count, 12))))
        }
    }

    /// The tokens that an answer names by their positions.
    func numberedTokens(_ trace: Trace, count: Int) {
        let tokens = trace.prompt.tokens.prefix(count).enumerated().map { place, token in
            // What bytes complete is not told: that they belong together may be what is asked.
            "\(place) " + visible(token.bytes)
        }
        out(Phrase("The tokens:", "詞元："))
        for line in wrapped(tokens, to: width) { out(line) }
    }

    private func heads(_ record: AttentionRecord, _ tokens: [String], query: Int) {
        guard query < record.positions, query < tokens.count else { return }
        out(say("seen from ", "從這裡看：") + "\(query) " + tokens[query])
        let head = [padded(say("head", "頭"), to: 6), say("most at (share), then, then", "最多看（占比），其次，再其次")]
        out(bold(head.joined(separator: " ")))
        for layer in 0..<record.layers {
            for head in 0..<record.heads {
                let row = record.row(layer: layer, head: head, query: query)
                let best = row.indices.sorted { row[$0] > row[$1] }.prefix(3)
                let cells = best.map { key in
                    padded("\(key) " + tokens[key], to: 14) + padded(fixed(Double(row[key]), 2), to: 5, right: true)
                }
                out(padded("\(layer).\(head)", to: 6) + " " + cells.joined(separator: "  "))
            }
        }
    }

    private func table(_ record: AttentionRecord, _ tokens: [String]) {
        text(
            Phrase(
                "Weights in hundredths, the mean of all heads; a row looks at the columns, and adds up to about 100.",
                "權重以百分之一計，是所有頭的平均；列看的是各欄，每列加起來約 100。"))
        let columns = tokens.indices.map { padded("\($0)", to: 4, right: true) }
        out(bold(padded(say("row", "列"), to: 16) + columns.joined()))
        let count = Float(record.layers * record.heads)
        for query in tokens.indices where query < record.positions {
            var sums = [Float](repeating: 0, count: tokens.count)
            for layer in 0..<record.layers {
                for head in 0..<record.heads {
                    let row = record.row(layer: layer, head: head, query: query)
                    for key in row.indices where key < sums.count { sums[key] += row[key] }
                }
            }
            let cells = sums.map { padded($0 == 0 ? "·" : fixed(Double($0 / count * 100), 0), to: 4, right: true) }
            out(padded("\(query) " + tokens[query], to: 16) + cells.joined())
        }
    }
}
