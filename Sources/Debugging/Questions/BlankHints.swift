// Tokens mostly begin with a blank, and who types a text forgets it: what a question should have said.
internal import Phrases
internal import Traces

extension Question {
    /// The texts that the question holds against tokens, each once.
    private var tokenTexts: [[UInt8]] {
        var texts: [[UInt8]] = []
        term.collectTokenTexts(&texts)
        return texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// For each text without its leading blank (or with one too many) where the other one is the token: a line that says so.
    ///
    /// - Parameters:
    ///   - step: the step that is asked about; nil for a question about all of them.
    ///   - isToken: whether the model's vocabulary has the text as one token; nil without a model.
    func blankHints(at step: Int?, in reader: TraceReader, isToken: (([UInt8]) -> Bool)? = nil) -> [Phrase] {
        tokenTexts.compactMap { text in
            if text.isEmpty { return nil }
            let blank = UInt8(ascii: " ")
            let other = text.first == blank ? Array(text.dropFirst()) : [blank] + text
            if other.isEmpty { return nil }
            guard let step else {
                let steps = reader.trace.steps
                let own = reader.trace.tokens.contains { $0.bytes == text } || steps.contains { $0.lists(text) }
                let there = reader.trace.tokens.contains { $0.bytes == other } || steps.contains { $0.lists(other) }
                let isAlso = own || isToken?(text) == true
                // Where both are tokens, whoever wrote the blank meant it, and signs mostly have none.
                if isAlso, text.first == blank || !(text[0] | 32 >= 97 && text[0] | 32 <= 122) { return nil }
                return isToken?(other) ?? there ? hint(text, other, isAlso: isAlso) : nil
            }
            let asked = reader.trace.steps[step]
            if asked.token.bytes == text { return nil }
            if asked.token.bytes == other { return hint(text, other, isAlso: false, isChosen: true) }
            return !asked.lists(text) && asked.lists(other) ? hint(text, other, isAlso: false) : nil
        }
    }

    private func hint(_ text: [UInt8], _ other: [UInt8], isAlso: Bool, isChosen: Bool = false) -> Phrase {
        let (own, variant) = (quoted(text), quoted(other))
        let how = other.count > text.count ? Phrase("with", "前面有空格") : Phrase("without", "前面沒有空格")
        if isChosen {
            return Phrase(
                "the token is \(variant), \(how.english) a leading blank; \(own) does not match it",
                "詞元是\(how.chinese)的 \(variant)；\(own) 與它不相等")
        }
        if isAlso {
            return Phrase(
                "\(own) does not match \(variant), the token \(how.english) a leading blank",
                "\(own) 與\(how.chinese)的詞元 \(variant) 不相等")
        }
        return Phrase(
            "there is no token \(own) here, but \(variant), \(how.english) a leading blank; write that if it is meant",
            "這裡沒有詞元 \(own)，有的是\(how.chinese)的 \(variant)；若要的是它請這樣寫")
    }
}

extension Step {
    /// Whether the token or a candidate of the step has these bytes.
    fileprivate func lists(_ bytes: [UInt8]) -> Bool {
        token.bytes == bytes || candidates.contains { $0.bytes == bytes }
    }
}

extension Term {
    fileprivate func collectTokenTexts(_ texts: inout [[UInt8]]) {
        switch self {
        case .same(_, let left, let right):
            if case .text(let bytes) = left, right.isToken { texts.append(bytes) }
            if case .text(let bytes) = right, left.isToken { texts.append(bytes) }
            for side in [left, right] { side.collectTokenTexts(&texts) }
        case .call(let function, let arguments):
            for (parameter, argument) in zip(function.parameters, arguments) {
                guard let argument else { continue }
                if case .text(let bytes) = argument, parameter.kind == .value(.token) { texts.append(bytes) }
                argument.collectTokenTexts(&texts)
            }
        case .inSet(let token, let set):
            if case .text(let bytes) = token { texts.append(bytes) }
            for side in [token, set] { side.collectTokenTexts(&texts) }
        case .inList(_, let tests): for test in tests { test.collectTokenTexts(&texts) }
        case .aggregate(_, _, let filter, let inner):
            filter?.collectTokenTexts(&texts)
            inner.collectTokenTexts(&texts)
        case .at(_, let inner), .inRun(_, let inner): inner.collectTokenTexts(&texts)
        case .not(let inner), .negative(let inner): inner.collectTokenTexts(&texts)
        case .logic(_, let left, let right), .arithmetic(_, let left, let right),
            .compareNumbers(_, let left, let right):
            for side in [left, right] { side.collectTokenTexts(&texts) }
        default: break
        }
    }

    private var isToken: Bool {
        switch self {
        case .tokenID, .variable(.candidates): true
        case .call(let function, _): function.result == .token
        default: false
        }
    }
}
