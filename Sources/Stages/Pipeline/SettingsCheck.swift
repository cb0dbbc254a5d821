// Checks every number of the settings against its range, before a model is loaded.
internal import Phrases
public import Traces

extension Settings {
    /// Refuses the first value that is out of range, with the range and a value that works. Nothing is clamped.
    public func validate() throws(SettingsError) {
        for parameter in StageList.parameters {
            guard let number = parameter.number, number.key == nil else { continue }
            let value = number.value(in: self)
            if number.range.contains(value) { continue }
            throw .outOfRange(
                option: parameter.option, value: number.isCount ? plain(value) : "\(value)",
                range: .number(number.range), suggestion: .option(parameter.option, plain(number.example)))
        }
        _ = try PCG64(seed: seed)
        try checkExtra()
        try checkRun()
        try checkBeams()
    }

    /// The numbers of ``extra``, and those that go with tokens.
    private func checkExtra() throws(SettingsError) {
        let numbers = StageList.parameters.compactMap { $0.number }
        for (name, value) in extra.inKeyOrder {
            guard let number = numbers.first(where: { $0.key == name }) else {
                throw .unknownExtra(name: name, known: numbers.compactMap { $0.key })
            }
            if !number.range.contains(value) {
                throw .outOfRange(
                    option: name, value: "\(value)", range: .number(number.range),
                    suggestion: .value("\(number.example)"))
            }
        }
        for (option, ids) in [("logit-bias", logitBias.keys.sorted()), ("banned-tokens", bannedTokens)] {
            if let id = ids.first(where: { $0 < 0 }) {
                throw .outOfRange(option: option, value: "token \(id)", range: .tokenID, suggestion: .value("0"))
            }
        }
        let biases = NumberRange.real(-1000...1000)
        for (id, bias) in logitBias.inKeyOrder where !biases.contains(bias) {
            throw .outOfRange(
                option: "the logit bias of token \(id)", value: "\(bias)", range: .number(biases),
                suggestion: .value("5"))
        }
    }

    private func checkRun() throws(SettingsError) {
        try check("max-tokens", maxTokens, .from(0), "64", maxTokens >= 0)
        try check("min-tokens", minTokens, .upToMaxTokens(maxTokens), "0", (0...max(maxTokens, 0)).contains(minTokens))
        try check("candidates", candidates, .number(.real(1...1_000_000)), "50", (1...1_000_000).contains(candidates))
        let own = NumberRange(.more, first: .init(0, Phrase("the model's own", "模型的上限")))
        try check("context", context, .number(own), "2048", context >= 0)
        if precision != "exact" {
            throw .outOfRange(option: "precision", value: precision, range: .onlyExact, suggestion: .value("exact"))
        }
        if stop.contains(where: { $0.isEmpty }) {
            throw .outOfRange(
                option: "stop", value: "empty", range: .nonemptyText, suggestion: .option("stop", "END"))
        }
    }

    private func checkBeams() throws(SettingsError) {
        let mostBeams = BeamTree.mostBeams
        try check("beams", beams, .number(.real(1...Double(mostBeams))), "4", (1...mostBeams).contains(beams))
        let lengths = NumberRange.real(-10...10)
        try check("length-penalty", lengthPenalty, .number(lengths), "1", lengths.contains(lengthPenalty))
        try check(
            "beam-groups", beamGroups, .divisorOfBeams(beams), "1", beamGroups >= 1 && beams % beamGroups == 0)
        if beams > 1 && maxTokens == 0 {
            throw .outOfRange(option: "max-tokens", value: "0", range: .from(1), suggestion: .option("beams", "1"))
        }
        if beams > 1 && !changes.isEmpty {
            throw .outOfRange(
                option: "changes on the way", value: "\(changes.count)", range: .noneInBeamSearch,
                suggestion: .option("beams", "1"))
        }
        let diversity = NumberRange.real(0...100)
        try check("beam-diversity", beamDiversity, .number(diversity), "0.5", diversity.contains(beamDiversity))
    }

    private func check<Value: CustomStringConvertible>(
        _ option: String, _ value: Value, _ range: SettingRange, _ example: String, _ holds: Bool
    ) throws(SettingsError) {
        if holds { return }
        throw .outOfRange(
            option: option, value: value.description, range: range, suggestion: .option(option, example))
    }

    /// Refuses ids that the vocabulary does not have.
    func checkTokens(vocabularySize: Int) throws(SettingsError) {
        func check(_ option: String, _ ids: [Int]) throws(SettingsError) {
            if let id = ids.first(where: { !(0..<vocabularySize).contains($0) }) {
                throw .tokenOutOfRange(option: option, id: id, vocabularySize: vocabularySize)
            }
        }
        try check("logit-bias", logitBias.keys.sorted())
        try check("banned-tokens", bannedTokens)
        try check("forced", forced.values.sorted())
    }
}
