// Calls of the question language: which arguments a name takes, by place or by label.
internal import Phrases

extension QuestionChecker {
    mutating func checkCall(
        _ name: String, _ arguments: [Syntax.Argument], _ member: String?, _ span: Range<Int>
    ) throws(DebuggingError) -> Checked {
        if let inner = try checkElsewhere(name, arguments, member, span) { return inner }
        let nameSpan = span.lowerBound..<(span.lowerBound + name.utf8.count)
        let function = try self.function(name, member, nameSpan, span)
        let parameters = function.parameters
        if parameters.isEmpty { throw fail(.takesNoArguments(name: name), span) }
        var places = [Syntax.Argument?](repeating: nil, count: parameters.count)
        for argument in arguments {
            let index = try place(of: argument, among: parameters, filled: places, name: name)
            places[index] = argument
        }
        var checked: [Checked?] = []
        for (parameter, argument) in zip(parameters, places) {
            checked.append(try check(argument, for: parameter, of: function, span))
        }
        // `abs` keeps its argument's unit.
        let result = function == .abs ? checked[0]?.type ?? function.result : function.result
        return (.call(function, checked.map { $0?.term }), result)
    }

    private func function(
        _ name: String, _ member: String?, _ nameSpan: Range<Int>, _ span: Range<Int>
    ) throws(DebuggingError) -> QuestionFunction {
        let members = QuestionFunction.allCases.filter { $0.isMemberOfBeam }.map { String($0.rawValue.dropFirst(5)) }
        if name == "beam" {
            if let member, members.contains(member), let function = QuestionFunction(rawValue: "beam.\(member)") {
                return function
            }
            let wanted = Phrase(same: members.map { "beam(0).\($0)" }.joined(separator: ", "))
            throw fail(
                .unknownName(
                    member.map { "beam(…).\($0)" } ?? "beam(…)", expected: wanted,
                    nearest: member.flatMap { nearest(to: $0, among: members) }), span)
        }
        guard let function = QuestionFunction.meant(name), !function.isMemberOfBeam else {
            let wanted = Phrase("a function (help questions lists them)", "函式（help questions 列出全部）")
            throw fail(.unknownName(name, expected: wanted, nearest: nearest(to: name, among: names(nil))), nameSpan)
        }
        if let member {
            let end = span.upperBound
            throw fail(
                .expected(Phrase("an operator or the end", "運算子或結尾"), found: ".\(member)"),
                (end - member.utf8.count - 1)..<end)
        }
        return function
    }

    private func place(
        of argument: Syntax.Argument, among parameters: [QuestionFunction.Parameter], filled: [Syntax.Argument?],
        name: String
    ) throws(DebuggingError) -> Int {
        if let label = argument.label {
            guard let index = parameters.firstIndex(where: { isSpelled($0.label, as: label) }) else {
                let close = nearest(to: label, among: parameters.map { $0.label })
                throw fail(.unknownLabel(label, name: name, nearest: close), argument.labelSpan)
            }
            if filled[index] != nil { throw fail(.repeatedLabel(label), argument.labelSpan) }
            return index
        }
        guard let index = filled.firstIndex(where: { $0 == nil }) else {
            throw fail(.tooManyArguments(name: name, limit: parameters.count), argument.value.span)
        }
        return index
    }

    private mutating func check(
        _ argument: Syntax.Argument?, for parameter: QuestionFunction.Parameter, of function: QuestionFunction,
        _ span: Range<Int>
    ) throws(DebuggingError) -> Checked? {
        guard let argument else {
            // Inside `over heads` a missing head is the running one; likewise for layers.
            let running = enclosing.last { $0.rawValue == parameter.label + "s" }
            if let running, parameter.kind == .value(.number(.none)) { return (.variable(running), .number(.index)) }
            if !parameter.required { return nil }
            throw fail(
                .missingArgument(name: function.rawValue, label: parameter.label, example: function.example), span)
        }
        switch parameter.kind {
        case .any: return try check(argument.value)
        case .word:
            if let name = bareName(argument.value) { return (.text(Array(name.utf8)), .text) }
            return (try check(argument.value, as: .text), .text)
        case .place: return try checkPlace(argument.value)
        case .value(let type):
            guard case .number = type else { return (try check(argument.value, as: type), type) }
            let checked = try number(argument.value)
            try checkBounds(checked.term, parameter.label, function, argument.value.span)
            return checked
        }
    }

    private mutating func checkPlace(_ syntax: Syntax) throws(DebuggingError) -> Checked {
        let checked = try check(syntax)
        switch checked.type {
        case .text, .token, .number, .range: return checked
        default:
            let wanted = Phrase(
                "a text, a token, a position or a range (\"France\", 0, 0..2)", "文字、詞元、位置或範圍（\"France\"、0、0..2）")
            throw fail(.wrongType(expected: wanted, found: checked.type.phrase), syntax.span)
        }
    }

    /// Literal layers and heads are held against the model when it is known.
    private func checkBounds(
        _ term: Term, _ label: String, _ function: QuestionFunction, _ span: Range<Int>
    ) throws(DebuggingError) {
        guard case .number(let value) = term else { return }
        let what: Phrase
        var limit: Int?
        switch label {
        case "layer":
            what = Phrase("layer", "層")
            // The lens also reads the embedding: rows 0…layers.
            limit = scope.layers.map { function == .lens || function == .lensTop ? $0 : $0 - 1 }
        case "head":
            what = Phrase("head", "頭")
            limit = scope.heads.map { $0 - 1 }
        default: return
        }
        guard let whole = Int(exactly: value) else {
            throw fail(.noAnswer(Phrase("a whole number is needed here", "這裡要用整數")), span)
        }
        if let limit, whole < 0 || whole > limit {
            throw fail(.outOfRange(what: what, value: whole, low: 0, high: limit), span)
        }
    }
}
