// `order`: things to arrange. Where they are stages, a rule asks the run with them in that order, `mine`; where they are
// events, `answer` is their names with commas between, as "read, choose".
internal import Debugging
internal import JSONText
internal import Phrases

extension ExerciseKind {
    static let order = ExerciseKind(
        "order",
        form: Phrase("all items in order, with commas between", "依順序寫出全部項目，用逗號分開"),
        answerType: .text,
        read: { (sitting, text) throws(LessonError) in
            var typed: [String] = []
            if let list = try answerJSON(text)?.array {
                typed = list.map { $0.plain ?? "" }
            } else {
                typed = plainSigns(text).split { $0 == "," || $0 == "、" }.map { plainSigns(String($0)) }
                if typed.count == 1 { typed = typed[0].split(separator: " ").map(String.init) }
            }
            let named = typed.compactMap { meant($0, among: sitting.items) }
            guard named.count == typed.count, named.sorted() == sitting.items.sorted() else {
                let list = sitting.items.joined(separator: ", ")
                throw .answer(
                    Phrase("each of these must be named once, in order: \(list)", "以下各項請依順序各寫一次：\(list)"))
            }
            return .order(named)
        },
        satisfies: { (sitting, rule, answer) throws(LessonError) in
            guard case .order(let items) = answer else { return false }
            guard sitting.arrangesStages else { return try sitting.value(of: rule, answer: answer).isTrue }
            var run = sitting.exercise.run
            run.settings.removeAll { $0.name == "order" }
            run.settings.append(LessonRun.Option("order", items.joined(separator: ",")))
            return try sitting.value(of: rule, answer: answer, mine: sitting.made(run)).isTrue
        },
        example: { (sitting, rule) throws(LessonError) in
            if sitting.arrangesStages { return nil }
            for items in arrangements(of: sitting.items)
            where try sitting.value(of: rule, answer: .order(items)).isTrue { return items.joined(separator: ", ") }
            return nil
        })
}

extension Sitting {
    /// Whether the items are stages: then the run has an order of its own.
    var arrangesStages: Bool { exercise.run.settings.contains { $0.name == "order" } }

    /// The items of an `order` as they are shown: those of the file, or what a question finds, by their names.
    func itemsToArrange() throws(LessonError) -> [String] {
        var found: [String] = []
        for option in exercise.options {
            guard option.hasPrefix("[=") else {
                found.append(option)
                continue
            }
            found += pieces(of: try computedAnswer(option), between: ", ").sorted()
        }
        return found
    }
}

/// All orders of the items, those that begin as they stand first.
private func arrangements(of items: [String]) -> [[String]] {
    if items.count < 2 { return [items] }
    var result: [[String]] = []
    for place in items.indices {
        var rest = items
        let first = rest.remove(at: place)
        result += arrangements(of: rest).map { [first] + $0 }
    }
    return result
}
