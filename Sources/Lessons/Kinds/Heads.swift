// `head`: an attention head; a rule is a condition on `answer`, as mass(answer, to) >= 0.5, or on the run without that
// head, `mine`. `cells`: places in an attention
// figure; a rule is a condition on {query} and {key}, which stand for each cell's positions in turn.
internal import Debugging
internal import JSONText
internal import Phrases
internal import Traces

/// Heads that are tried for an example; a model of 64 layers with 64 heads has fewer.
private let mostHeads = 5_000

/// A place in an attention figure: a row and a column, both counted from 0.
struct AttentionCell: Hashable {
    var query: Int
    var key: Int
}

extension ExerciseKind {
    static let head = ExerciseKind(
        "head", title: Phrase("attention head", "找注意力頭"),
        form: Phrase("a head as layer.head, both from 0: 2.1", "一個注意力頭，寫成 層.頭，都從 0 數起：2.1"), answerType: .head,
        read: { (sitting, text) throws(LessonError) in
            let model = sitting.trace.model
            guard let numbers = wholeNumbers(text, words: ["head", "layer", "注意力", "頭", "層", "第"]), numbers.count == 2,
                let layer = numbers.first, let head = numbers.last
            else {
                throw .answer(
                    Phrase(
                        "\(quoted(text)) is no head; write layer.head, as 2.1",
                        "\(quoted(text)) 不是注意力頭；請寫成 層.頭，例如 2.1"))
            }
            guard (0..<model.layers).contains(layer), (0..<model.heads).contains(head) else {
                throw .answer(
                    Phrase(
                        "there is no head \(layer).\(head); layers are 0…\(model.layers - 1), heads 0…\(model.heads - 1)",
                        "沒有 \(layer).\(head) 這個頭；層為 0…\(model.layers - 1)，頭為 0…\(model.heads - 1)"))
            }
            return .head(layer: layer, head: head)
        },
        satisfies: { (sitting, rule, answer) throws(LessonError) in
            try sitting.value(of: rule, answer: answer, mine: sitting.runWithout(answer, rule)).isTrue
        },
        example: { (sitting, rule) throws(LessonError) in
            let heads = sitting.trace.model.heads
            for place in 0..<min(sitting.trace.model.layers * heads, mostHeads) {
                let (layer, head) = (place / heads, place % heads)
                let answer = LessonAnswer.head(layer: layer, head: head)
                let mine = try sitting.runWithout(answer, rule)
                if try sitting.value(of: rule, answer: answer, mine: mine).isTrue { return "\(layer).\(head)" }
            }
            return nil
        })

    static let cells = ExerciseKind(
        "cells", title: Phrase("cells", "標格子"),
        form: Phrase(
            "cells as row,column, both from 0, blanks between: 0,0 1,0 1,1",
            "格子，寫成 列,欄，都從 0 數起，用空格分開：0,0 1,0 1,1"),
        read: { (sitting, text) throws(LessonError) in .cells(try sitting.cells(text)) },
        satisfies: { (sitting, rule, answer) throws(LessonError) in
            guard case .cells(let cells) = answer else { return false }
            return cells == (try sitting.cells(where: rule))
        },
        example: { (sitting, rule) throws(LessonError) in
            let cells = try sitting.cells(where: rule)
            return cells.sorted { ($0.query, $0.key) < ($1.query, $1.key) }
                .map { "\($0.query),\($0.key)" }.joined(separator: " ")
        })
}

extension Sitting {
    /// The run without the head of an answer, where a rule asks for it.
    fileprivate func runWithout(_ answer: LessonAnswer, _ rule: String) throws(LessonError) -> Trace? {
        guard case .head(let layer, let head) = answer, pieces(of: rule, between: "mine.").count > 1 else { return nil }
        var run = exercise.run
        run.settings.append(LessonRun.Option("ablate", "\(layer).\(head)"))
        return try made(run)
    }

    /// Rows and columns of the figure; more are no exercise.
    private var side: Int { min(trace.prompt.tokens.count, 12) }

    fileprivate func cells(_ text: String) throws(LessonError) -> Set<AttentionCell> {
        var found: Set<AttentionCell> = []
        guard let numbers = wholeNumbers(text, words: ["row", "column", "列", "欄", "行", "第"]), numbers.count % 2 == 0,
            !isList(text, numbers)
        else {
            throw .answer(
                Phrase(
                    "\(quoted(text)) are no cells; write row,column for each, as 1,0 1,1",
                    "\(quoted(text)) 不是格子；每一格請寫 列,欄，例如 1,0 1,1"))
        }
        for place in stride(from: 0, to: numbers.count, by: 2) {
            let (query, key) = (numbers[place], numbers[place + 1])
            guard (0..<side).contains(query), (0..<side).contains(key) else {
                throw .answer(
                    Phrase(
                        "there is no cell \(query),\(key); both are 0…\(side - 1)",
                        "沒有 \(query),\(key) 這一格；兩者都是 0…\(side - 1)"))
            }
            found.insert(AttentionCell(query: query, key: key))
        }
        if found.isEmpty { throw .answer(Phrase("at least one cell is needed", "至少要寫一格")) }
        return found
    }

    /// The cells for which a rule holds.
    fileprivate func cells(where rule: String) throws(LessonError) -> Set<AttentionCell> {
        var found: Set<AttentionCell> = []
        for query in 0..<side {
            for key in 0..<side {
                let asked = fill(rule, [("query", "\(query)"), ("key", "\(key)")])
                if try value(of: asked).isTrue { found.insert(AttentionCell(query: query, key: key)) }
            }
        }
        return found
    }
}

/// Whether they are places in one row rather than pairs: three or more that grow, with the same between any two.
private func isList(_ text: String, _ numbers: [Int]) -> Bool {
    guard numbers.count > 2, zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) else { return false }
    var between: [String] = []
    var signs = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        if (48...57).contains(plainSigns(String(scalar)).utf8.first ?? 0) {
            if !signs.isEmpty { between.append(trimmed(String(signs))) }
            signs = String.UnicodeScalarView()
        } else {
            signs.append(scalar)
        }
    }
    let inner = between.suffix(numbers.count - 1)
    return inner.allSatisfy { $0 == inner.first }
}

/// The whole numbers of a text that has nothing else in it but blanks, brackets, signs between numbers, and these words.
private func wholeNumbers(_ text: String, words: [String]) -> [Int]? {
    var plain = plainSigns(text)
    for word in words { plain = pieces(of: plain, between: word).joined(separator: " ") }
    var numbers: [Int] = []
    var digits: [UInt8] = []
    for byte in Array(plain.utf8) + [32] {
        if (48...57).contains(byte) {
            digits.append(byte)
            if digits.count > 6 { return nil }
            continue
        }
        if let number = Int(String(decoding: digits, as: UTF8.self)) { numbers.append(number) }
        digits = []
        // Of signs outside ASCII only 、 is left here.
        let isSign = [32, 9, 10, 13].contains(byte) || Array(".,:;/()[]\"".utf8).contains(byte)
        if !isSign && !Array("、".utf8).contains(byte) { return nil }
    }
    return numbers
}
