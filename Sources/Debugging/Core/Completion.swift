// What a word at the end of a command line could become.
internal import Phrases

extension Debugger {
    /// The words that the last word of `line` is a beginning of, in name order, and how many characters it has so far.
    public func completions(of line: String) -> (candidates: [String], wordLength: Int) {
        if problem(ofLine: line) != nil { return ([], 0) }
        let isPart: (Character) -> Bool = { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." || $0 == "-" }
        let word = String(line.reversed().prefix(while: isPart).reversed())
        let before = trimmed(String(line.dropLast(word.count)))
        let pool: [String]
        if before.isEmpty {
            pool = CommandName.allCases.map { $0.rawValue }
        } else {
            pool = arguments(of: firstWord(of: before).word)
        }
        // By bytes: as a text, a word of accents is put in order for each of them.
        return (Array(Set(pool.filter { $0.utf8.starts(with: word.utf8) })).sorted(), word.count)
    }

    private func arguments(of word: String) -> [String] {
        guard let name = try? commandName(word) else { return [] }
        switch name.definition.completion {
        case .nothing: return []
        case .questionWords: return questionWords
        case .topics: return InfoTopic.allCases.map { $0.rawValue }
        case .formats: return ExportFormat.allCases.map { $0.rawValue }
        case .settings: return settingNames
        case .languages: return Language.allCases.map { $0.rawValue }
        case .branches: return branches.map { $0.name ?? String($0.id) }
        case .runTargets: return ["to", "end", "start"]
        case .helpTopics: return CommandName.allCases.map { $0.rawValue } + ["questions"] + questionWords
        }
    }

    /// Names of the question language; those with arguments end with `(`.
    private var questionWords: [String] {
        let functions = QuestionFunction.allCases.filter { !$0.isMemberOfBeam }.map { function in
            function.parameters.contains(where: { $0.required }) ? function.rawValue + "(" : function.rawValue
        }
        let stages = scope.stages.map(QuestionScope.spelling)
        return functions + stages + Aggregate.allCases.map { $0.rawValue }
            + AggregateDomain.allCases.map { $0.rawValue }
            + QuestionParser.words + [
                "beam(", "raw", "final", "none", "eos", "stop", "length", "context", "true", "false",
            ]
    }
}
