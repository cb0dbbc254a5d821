// What a check may ask beside the run at hand: a second run, and the answer that is being checked. Lessons supply them.
internal import Phrases
internal import Stages
internal import Traces

/// A run that a question can name.
public enum QuestionRun: String, Equatable, Sendable, CaseIterable {
    /// The recorded run of an exercise.
    case base
    /// The run that an answer made.
    case mine
}

/// Which part of an answer is meant.
public enum AnswerPart: String, Equatable, Sendable {
    case whole = "answer"
    /// The ends of a range.
    case low = "answer.low"
    case high = "answer.high"

    func of(_ value: SuppliedAnswer?) -> QuestionValue {
        switch (self, value) {
        case (.whole, .value(let value)): value
        case (.low, .range(let low, _)): .number(low)
        case (.high, .range(_, let high)): .number(high)
        case (.whole, .tokens(let tokens)): .tokenSet(count: tokens.count)
        default: .unknown(.notFinite)
        }
    }
}

/// An answer as a question sees it.
public enum SuppliedAnswer: Equatable, Sendable {
    case value(QuestionValue)
    case range(low: Double, high: Double)
    case tokens([TokenReference])
}

/// The runs and the answer that `base`, `mine` and `answer` stand for.
public struct QuestionSupplies {
    public var base: TraceReader?
    public var mine: TraceReader?
    public var answer: SuppliedAnswer?

    /// What is left out is unknown to a question.
    public init(base: TraceReader? = nil, mine: TraceReader? = nil, answer: SuppliedAnswer? = nil) {
        (self.base, self.mine, self.answer) = (base, mine, answer)
    }

    subscript(run: QuestionRun) -> TraceReader? { run == .base ? base : mine }

    /// Whether a token is in the answer, by its number or by its bytes.
    func holds(_ value: QuestionValue, _ bytes: [UInt8]?) -> Bool {
        guard case .tokens(let tokens) = answer else { return false }
        var id: Int?
        if case .token(let reference) = value { id = reference.id }
        return tokens.contains { ($0.id != nil && $0.id == id) || ($0.bytes != nil && $0.bytes == bytes) }
    }
}

extension QuestionDefinition {
    static let setting = QuestionDefinition(
        parameters: [.init(label: "name", kind: .word, required: true)],
        result: .number(.none),
        example: "setting(top_p) < 1",
        meaning: Phrase("a number of the settings, whether its stage ran or not", "設定裡的數字，不論階段有沒有執行"))
}

extension QuestionEvaluator {
    /// The number that the run's settings hold at this step.
    mutating func setting(_ term: Term) -> QuestionValue {
        guard case .text(let bytes) = value(term) else { return .unknown(.notFinite) }
        let (name, settings) = (String(decoding: bytes, as: UTF8.self), reader.trace.settings.at(step: index))
        if isSpelled("max-tokens", as: name) { return .number(Double(settings.maxTokens)) }
        if isSpelled("min-tokens", as: name) { return .number(Double(settings.minTokens)) }
        if isSpelled("context", as: name) { return .number(Double(settings.context)) }
        if isSpelled("drop", as: name) { return .number(Double(settings.dropped.count)) }
        if isSpelled("beams", as: name) { return .number(Double(settings.beams)) }
        if isSpelled("length-penalty", as: name) { return .number(settings.lengthPenalty) }
        for parameter in StageList.parameters where isSpelled(parameter.option, as: name) {
            if case .number(let number) = parameter.kind { return .number(number.value(in: settings)) }
        }
        return .unknown(.noSetting(name))
    }
}

extension QuestionChecker {
    /// `answer`, its ends, and names of another run; nil for any other name.
    mutating func checkSupplied(
        _ name: String, _ span: Range<Int>, _ expecting: QuestionType?
    ) throws(DebuggingError) -> Checked? {
        if let type = scope.answer, let part = AnswerPart(rawValue: name) {
            if part != .whole, type == .range { return (.answer(part), .number(.none)) }
            if part == .whole, type != .range { return (.answer(part), type) }
        }
        guard let (run, rest) = otherRun(name) else { return nil }
        let inner = try check(Syntax(kind: .name(rest), span: span), expecting: expecting)
        return (.inRun(run, inner.term), inner.type)
    }

    /// `at(3, entropy)` and calls in another run; nil for any other call.
    mutating func checkElsewhere(
        _ name: String, _ arguments: [Syntax.Argument], _ member: String?, _ span: Range<Int>
    ) throws(DebuggingError) -> Checked? {
        if let (run, rest) = otherRun(name) {
            let inner = try check(Syntax(kind: .call(name: rest, arguments: arguments, member: member), span: span))
            return (.inRun(run, inner.term), inner.type)
        }
        guard name == "at" else { return nil }
        guard arguments.count == 2, member == nil else {
            throw fail(.needsArguments(name: name, example: "at(3, entropy) > 2"), span)
        }
        let step = try number(arguments[0].value)
        let inner = try check(arguments[1].value)
        return (.at(step.term, inner.term), inner.type)
    }

    /// Whether a check supplies what the name stands for.
    func isSupplied(_ name: String) -> Bool {
        otherRun(name) != nil || scope.answer != nil && AnswerPart(rawValue: name) != nil
    }

    private func otherRun(_ name: String) -> (QuestionRun, String)? {
        for run in scope.runs where name.hasPrefix(run.rawValue + ".") {
            return (run, String(name.dropFirst(run.rawValue.utf8.count + 1)))
        }
        return nil
    }
}
