// `order`: things to arrange. Where they are stages, a rule asks the run with them in that order, `mine`; where they are
// events, `answer` is their names with commas between, as "read, choose".
internal import Debugging
internal import JSONText
internal import Phrases

extension ExerciseKind {
    static let order = ExerciseKind(
        "order", title: Phrase("order", "排順序"),
        form: Phrase("all items in order, with commas between", "依順序寫出全部項目，用逗號分開"),
        answerType: .text,
        read: { (sitting, text) throws(LessonError) in
            var typed: [String] = []
            if let list = try answerJSON(text)?.array {
                typed = list.map { $0.plain ?? "" }
            } else {
                var plain = text
                for arrow in ["→", "->", ">", "然後"] { plain = pieces(of: plain, between: arrow).joined(separator: ",") }
                typed = typedItems(plain).map { $0.text }
                if typed.count == 1 { typed = plainSigns(typed[0]).split(separator: " ").map { String($0) } }
            }
            let named = typed.compactMap { sitting.item(meant: $0) }
            guard named.count == typed.count, named.sorted() == sitting.items.sorted() else {
                // A blank in quotes: ␣ in a message would be told by its number, as any sign that stands for another.
                let list = sitting.items.map { item in
                    let typed = withBlanks(item)
                    return typed.utf8.count == item.utf8.count ? item : "\"" + typed + "\""
                }.joined(separator: ", ")
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
            var items: [String]? = sitting.items
            var places = Array(sitting.items.indices)
            for _ in 0..<mostOrders {
                guard let tried = items else { break }
                if try sitting.value(of: rule, answer: .order(tried)).isTrue { return tried.joined(separator: ", ") }
                items = advance(&places) ? places.map { sitting.items[$0] } : nil
            }
            return nil
        })
}

extension Sitting {
    /// Whether the items are stages: then the run has an order of its own.
    var arrangesStages: Bool { exercise.run.settings.contains { $0.name == "order" } }

    /// The item that is meant: ␣ may be typed as a blank or left out where that leaves no other.
    fileprivate func item(meant typed: String) -> String? {
        let plain = plainSigns(typed)
        if let exact = meant(plain, among: items) { return exact }
        let bare = { (text: String) in
            withBlanks(text).utf8.filter { $0 != 32 && $0 != UInt8(ascii: "_") }.map { $0 }
        }
        let close = items.filter { bare($0) == bare(plain) }
        return close.count == 1 ? close[0] : nil
    }

    /// The items of an `order` as they are shown: those of the file, or what a question finds, by their names.
    func itemsToArrange() throws(LessonError) -> [String] {
        var found: [String] = []
        for option in exercise.options {
            guard option.hasPrefix("[=") else {
                found.append(option)
                continue
            }
            found += shuffled(pieces(of: try computedAnswer(option), between: ", "))
        }
        return found
    }
}

/// In order of the alphabet, unless that is the right order or the right one turned round: then one place on.
private func shuffled(_ items: [String]) -> [String] {
    let sorted = items.sorted()
    if sorted != items && sorted != items.reversed() { return sorted }
    return Array(sorted.dropFirst() + sorted.prefix(1))
}

/// Orders that are tried for an example: those of eight things.
private let mostOrders = 40_320

/// Goes on to the next order of some numbers, as in a dictionary; false behind the last.
private func advance(_ numbers: inout [Int]) -> Bool {
    var place = numbers.count - 2
    while place >= 0, numbers[place] > numbers[place + 1] { place -= 1 }
    guard place >= 0 else { return false }
    var other = numbers.count - 1
    while numbers[other] < numbers[place] { other -= 1 }
    numbers.swapAt(place, other)
    numbers[(place + 1)...].reverse()
    return true
}
