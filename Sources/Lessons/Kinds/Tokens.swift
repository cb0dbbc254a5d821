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
        "tokens by their numbers, from 0, blanks or commas between: 0, 3", "詞元的編號，從 0 數起，用空格或逗號分開：0, 3")

    static let tokens = ExerciseKind(
        "tokens",
        form: Phrase(#"a set of tokens: [" Paris", 7042], or Paris, Lyon"#, #"一組詞元：[" Paris", 7042] 或 Paris, Lyon"#),
        answerType: .tokenSet,
        read: { (sitting, text) throws(LessonError) in
            sitting.marksPrompt ? .places(try sitting.places(text)) : .tokens(try sitting.tokens(text))
        },
        satisfies: { (sitting, rule, answer) throws(LessonError) in
            if case .places(let places) = answer { return places == (try sitting.places(where: rule)) }
            guard case .tokens(let tokens) = answer else { return false }
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
        "breakpoint",
        form: Phrase(
            "a condition as of the debugger's break, for example kept(top_p) == 1",
            "一個條件，寫法同除錯器的 break，例如 kept(top_p) == 1"),
        read: { (_, text) throws(LessonError) in
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

    /// Positions, written as numbers.
    fileprivate func places(_ text: String) throws(LessonError) -> Set<Int> {
        var items: [String] = []
        if let list = try answerJSON(text)?.array {
            items = list.map { $0.plain ?? "" }
        } else {
            items = plainSigns(text).split { $0 == "," || $0 == " " || $0 == "、" }.map(String.init)
        }
        var found: Set<Int> = []
        for item in items {
            guard let place = Int(item), trace.prompt.tokens.indices.contains(place) else {
                throw .answer(
                    Phrase(
                        "\(readable(String(item.prefix(40)))) is no token of the prompt; they are 0…\(trace.prompt.tokens.count - 1)",
                        "\(readable(String(item.prefix(40)))) 不是提示裡的詞元；編號為 0…\(trace.prompt.tokens.count - 1)"))
            }
            found.insert(place)
        }
        if found.isEmpty { throw .answer(Phrase("at least one token is needed", "至少要標一個詞元")) }
        return found
    }

    /// The positions for which a rule holds.
    fileprivate func places(where rule: String) throws(LessonError) -> Set<Int> {
        var found: Set<Int> = []
        for place in trace.prompt.tokens.indices where try value(of: fill(rule, [("place", "\(place)")])).isTrue {
            found.insert(place)
        }
        return found
    }

    /// The listed tokens that are meant, by number or by text, with or without the leading blank.
    fileprivate func tokens(_ text: String) throws(LessonError) -> [TokenReference] {
        var items: [JSONValue] = []
        if let list = try answerJSON(text) {
            guard let found = list.array else {
                throw .answer(Phrase("a set of tokens is written [ … , … ]", "一組詞元要寫成 [ … , … ]"))
            }
            items = found
        } else {
            items = plainSigns(text).split(separator: ",").map { .string(plainSigns(String($0))) }
        }
        if items.count > 200 { throw .answer(Phrase("more than 200 tokens are no answer here", "超過 200 個詞元")) }
        var found: [TokenReference] = []
        let candidates = base.trace.steps[step].candidates
        for item in items {
            let name = item.plain ?? ""
            let bytes = Array(name.utf8)
            let candidate =
                item.int.flatMap { id in candidates.first { $0.id == id } }
                ?? candidates.first { $0.bytes == bytes } ?? candidates.first { $0.bytes == [32] + bytes }
                ?? candidates.first { Int(name) == $0.id }
            guard let candidate else {
                throw .answer(
                    Phrase(
                        "\(readable(String(name.prefix(40)))) is not among the tokens of this step",
                        "\(readable(String(name.prefix(40)))) 不在這一步列出的詞元裡"))
            }
            found.append(TokenReference(id: candidate.id, bytes: candidate.bytes))
        }
        return found
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
