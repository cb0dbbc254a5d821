// `tokens`: a set of tokens; a rule is a condition on `c`, a listed token, or, with the option `prompt`, on {place}, which
// stands for the position of each of the prompt's tokens in turn. `breakpoint`: a condition that holds exactly at
// the steps where the rule holds.
internal import Debugging
internal import JSONText
internal import Phrases
internal import Traces

extension ExerciseKind {
    /// How tokens of the prompt are named.
    static let marks = Phrase(
        "tokens by their numbers, from 0, blanks or commas between: 0, 3 or 5-8", "詞元的編號，從 0 數起，用空格或逗號分開：0, 3 或 5-8")

    static let tokens = ExerciseKind(
        "tokens", title: Phrase("tokens", "標詞元"),
        formOf: { sitting in
            sitting.marksPrompt
                ? marks
                : Phrase(
                    "a token as it stands in the figure; several with commas between",
                    "圖中的一個詞元，照原樣寫；不只一個就用逗號分開")
        },
        answerType: .tokenSet,
        read: { (sitting, text) throws(LessonError) in
            sitting.marksPrompt ? .places(try sitting.places(text)) : .tokens(try sitting.tokens(text))
        },
        satisfies: { (sitting, rule, answer) throws(LessonError) in
            if case .places(let places) = answer { return places == (try sitting.places(where: rule)) }
            guard case .tokens(let tokens) = answer else { return false }
            // A rule on the whole answer, or on each listed token.
            if pieces(of: rule, between: " in answer").count > 1 {
                return try sitting.value(of: rule, answer: answer).isTrue
            }
            let wanted = try sitting.listed(rule)
            let found = Set(tokens.compactMap { $0.id })
            return found == Set(wanted)
        },
        example: { (sitting, rule) throws(LessonError) in
            if sitting.marksPrompt {
                return try sitting.places(where: rule).sorted().map { String($0) }.joined(separator: ", ")
            }
            return "[" + (try sitting.listed(rule)).map { String($0) }.joined(separator: ",") + "]"
        })

    static let breakpoint = ExerciseKind(
        "breakpoint", title: Phrase("breakpoint", "設中斷點"),
        form: Phrase(
            "a condition as of the debugger's break, for example p(chosen) > 0.9 and step < 5",
            "一個條件，寫法同除錯器的 break，例如 p(chosen) > 0.9 and step < 5"),
        read: { (_, typed) throws(LessonError) in
            let text = plainCondition(typed)
            do throws(DebuggingError) { _ = try Question(condition: text) } catch { throw .answer(error.phrase) }
            return .condition(text)
        },
        satisfies: { (sitting, rule, answer) throws(LessonError) in
            guard case .condition(let text) = answer else { return false }
            let wanted = try sitting.stops(rule)
            return try sitting.stops(text) == wanted
        },
        example: { (_, rule) throws(LessonError) in rule })
}

extension Sitting {
    /// Whether tokens of the prompt are to be marked, not those that a step lists.
    public var marksPrompt: Bool { exercise.kind == "tokens" && exercise.options == ["prompt"] }

    /// Positions, written as numbers, as ranges of numbers, or by the tokens that stand there.
    fileprivate func places(_ text: String) throws(LessonError) -> Set<Int> {
        var items: [TypedItem] = []
        if let list = try answerJSON(text)?.array {
            items = list.map { TypedItem(text: $0.plain ?? "", isQuoted: $0.string != nil) }
        } else {
            for item in typedItems(text) {
                if item.isQuoted || typedPlaces(item.text) != nil || place(of: item.text) != nil {
                    items.append(item)
                } else {
                    items += plainSigns(item.text).split(separator: " ").map {
                        TypedItem(text: String($0), isQuoted: false)
                    }
                }
            }
        }
        var found: Set<Int> = []
        for item in items {
            let range = (item.isQuoted ? nil : typedPlaces(item.text)) ?? place(of: item.text) ?? typedPlaces(item.text)
            guard let range, trace.prompt.tokens.indices.contains(range.lowerBound),
                trace.prompt.tokens.indices.contains(range.upperBound)
            else {
                let last = trace.prompt.tokens.count - 1
                throw .answer(
                    Phrase(
                        "\(quoted(item.text)) is no token of the prompt, or there are several such; their numbers are 0…\(last)",
                        "\(quoted(item.text)) 不是提示裡的詞元，或不只一個；編號為 0…\(last)"))
            }
            found.formUnion(range)
        }
        if found.isEmpty { throw .answer(Phrase("at least one token is needed", "至少要標一個詞元")) }
        return found
    }

    /// The place of the prompt's one token that is written so, with or without the leading blank.
    private func place(of text: String) -> ClosedRange<Int>? {
        let bytes = Array(withBlanks(text).utf8)
        for wanted in [bytes, [32] + bytes] {
            let places = trace.prompt.tokens.indices.filter { trace.prompt.tokens[$0].bytes == wanted }
            if places.count == 1 { return places[0]...places[0] }
        }
        return nil
    }

    /// The positions for which a rule holds.
    fileprivate func places(where rule: String) throws(LessonError) -> Set<Int> {
        var found: Set<Int> = []
        for place in trace.prompt.tokens.indices where try value(of: fill(rule, [("place", "\(place)")])).isTrue {
            found.insert(place)
        }
        return found
    }

    /// The listed tokens that are meant, by text, with or without the leading blank; in a list that is JSON also by id.
    fileprivate func tokens(_ text: String) throws(LessonError) -> [TokenReference] {
        var items: [JSONValue] = []
        if let list = try answerJSON(text) {
            guard let found = list.array else {
                throw .answer(Phrase("a set of tokens is written [ … , … ]", "一組詞元要寫成 [ … , … ]"))
            }
            items = found
        } else if candidate(named: text) != nil {
            // A comma can be a token.
            items = [.string(text)]
        } else {
            for item in typedItems(text) {
                let parts = item.text.split(separator: " ").map { String($0) }
                let isOne = item.isQuoted || parts.count < 2 || candidate(named: item.text) != nil
                items += isOne ? [.string(item.text)] : parts.map { .string($0) }
            }
        }
        if items.count > 200 { throw .answer(Phrase("more than 200 tokens are no answer here", "超過 200 個詞元")) }
        var found: [TokenReference] = []
        for item in items {
            let name = item.plain ?? ""
            let candidate =
                item.int.flatMap { id in base.trace.steps[step].candidates.first { $0.id == id } }
                ?? candidate(named: name)
            guard let candidate else {
                throw .answer(
                    Phrase(
                        "\(quoted(name)) is not among the tokens of this step; write a token as it stands there, not its row's number",
                        "\(quoted(name)) 不在這一步列出的詞元裡；請照寫詞元本身，不要寫列號"))
            }
            found.append(TokenReference(id: candidate.id, bytes: candidate.bytes))
        }
        return found
    }

    /// The listed token that is written so: as it stands, with ␣ for its blank or without its leading blank. A number is
    /// none: figures number rows, and a hand-made vocabulary's ids are others than those.
    private func candidate(named name: String) -> Candidate? {
        let candidates = base.trace.steps[step].candidates
        for text in [name, unquoted(name), plainSigns(unquoted(plainSigns(name)))] where !text.isEmpty {
            let bytes = Array(withBlanks(text).utf8)
            if let found = candidates.first(where: { $0.bytes == bytes }) { return found }
            if let found = candidates.first(where: { $0.bytes == [32] + bytes }) { return found }
        }
        return nil
    }

    /// The numbers of the listed tokens `c` for which a rule holds.
    func listed(_ rule: String) throws(LessonError) -> [Int] {
        var found: [Int] = []
        for candidate in base.trace.steps[step].candidates {
            let holds = try value(of: "any over candidates of (c == #\(candidate.id) and (\(rule)))")
            if holds.isTrue { found.append(candidate.id) }
        }
        return found
    }

    /// The steps at which a condition stops.
    fileprivate func stops(_ rule: String) throws(LessonError) -> [Int] {
        var found: [Int] = []
        for step in base.trace.steps.indices where try value(of: rule, at: step).isTrue { found.append(step) }
        return found
    }
}

/// A condition with the signs of an input method as plain ones; what stands in quotes stays, and the quotes are plain.
private func plainCondition(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var close: Unicode.Scalar?
    for scalar in text.unicodeScalars {
        if let end = close {
            result.append(scalar == end ? "\"" : scalar)
            if scalar == end { close = nil }
        } else if scalar != "'", let end = closingQuote(scalar) {
            result.append("\"")
            close = end
        } else {
            result.append(plainSign(scalar))
        }
    }
    return String(result)
}
