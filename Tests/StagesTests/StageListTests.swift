// What must hold for every stage of the list, those to come included.
import Phrases
import Testing
import Traces

@testable import Stages

/// The settings with every number of the stage at its example.
private func example(of stage: StageDescriptor) -> Settings {
    var settings = Settings()
    for number in stage.parameters.compactMap(\.number) { number.set(number.example, in: &settings) }
    return settings
}

private func made(_ stage: StageDescriptor, _ settings: Settings) -> Stage? {
    stage.make(StageRequest(settings: settings, dryBreakers: DryBreakers()))
}

private func hasHan(_ text: String) -> Bool { text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) } }

@Suite struct StageListTests {
    private static let stages = StageList.all

    @Test func namesAndOptionsAreThereOnce() {
        let names = Self.stages.map(\.name)
        #expect(Set(names).count == names.count && names.first == "raw")
        let options = StageList.parameters.map(\.option)
        #expect(Set(options).count == options.count)
        let ordered = Self.stages.filter { $0.phase == .ordered }.map(\.name)
        #expect(Set(ordered) == Set(Settings.defaultOrder) && ordered.count == Settings.defaultOrder.count)
        #expect(Self.stages.filter { $0.phase == .last }.count == 1)
        #expect(Set(StageList.names + ["log-softmax", "min-tokens", "greedy"]) == Set(StageList.recordNames))
    }

    @Test func theDefaultOrderOfAllStages() {
        let before =
            ["logit-bias", "banned-tokens", "no-repeat-n-gram", "dry"] + Settings.defaultOrder + ["top-n-sigma"]
        #expect(StageList.names.starts(with: before) && StageList.names.last == "mirostat")
    }

    @Test(arguments: stages.indices) func isSaidInBothLanguages(_ place: Int) {
        let stage = Self.stages[place]
        for english in [stage.label.english, stage.inText.english] + stage.parameters.map(\.help.english) {
            #expect(!english.isEmpty && !hasHan(english), "\(stage.name)")
        }
        #expect(!stage.label.chinese.isEmpty && !stage.inText.chinese.isEmpty, "\(stage.name)")
        for parameter in stage.parameters { #expect(hasHan(parameter.help.chinese), "\(parameter.option)") }
        for formula in stage.formulas {
            #expect(!hasHan(formula.rule.english + formula.note.english), "\(stage.name)")
            #expect(hasHan(formula.note.chinese) && !formula.rule.chinese.isEmpty, "\(stage.name)")
        }
    }

    @Test(arguments: stages.indices) func formulasNameOnlyWhatThePageFillsIn(_ place: Int) throws {
        let stage = Self.stages[place]
        let known = Set(StageFormula.Value.allCases.map(\.rawValue))
        func values(_ text: String) -> [String] { text.matches(of: /\{([^}]+)\}/).map { String($0.1) } }
        for formula in stage.formulas {
            for text in formula.numbers + [formula.note.english, formula.note.chinese] {
                for value in values(text) {
                    #expect(known.contains(value) || value.hasPrefix("="), "\(stage.name): \(value)")
                }
            }
            #expect(Set(values(formula.note.english)) == Set(values(formula.note.chinese)), "\(stage.name)")
            #expect(!formula.numbers.isEmpty, "\(stage.name)")
        }
        if stage.effect != .none { #expect(stage.formulas.last?.when == .always, "\(stage.name)") }
    }

    @Test(arguments: stages.indices) func theOffValueIsOff(_ place: Int) throws {
        let stage = Self.stages[place]
        let numbers = stage.parameters.compactMap(\.number)
        if numbers.isEmpty { return }
        let on = example(of: stage)
        try on.validate()
        #expect(made(stage, on)?.name == stage.name)
        let switches = numbers.filter { $0.off != nil }
        #expect(!switches.isEmpty, "\(stage.name)")
        for number in switches where stage.name != "temperature" || number.off == 1 {
            var off = on
            number.set(try #require(number.off), in: &off)
            try off.validate()
            #expect(made(stage, off) == nil && number.isOff(in: off), "\(stage.name)")
        }
        for number in numbers {
            #expect(number.value(in: Settings()) == number.standard, "\(stage.name)")
            #expect(number.range.contains(number.standard), "\(stage.name)")
        }
        #expect(made(stage, Settings()) == nil, "\(stage.name)")
    }

    @Test(arguments: stages.indices) func aValueOutOfRangeIsRefusedInBothLanguages(_ place: Int) throws {
        for parameter in Self.stages[place].parameters {
            guard let number = parameter.number else { continue }
            for value in [-1e12, 1e300, .nan, -.infinity, .infinity] {
                // A count is kept as a whole number, which these are not.
                if number.isCount && !(value < 0 && value.isFinite) { continue }
                #expect(!number.range.contains(value), "\(parameter.option) \(value)")
                var settings = Settings()
                number.set(value, in: &settings)
                let name = number.key ?? parameter.option
                let error = #expect(throws: SettingsError.self) { try settings.validate() }
                let english = number.range.phrase.english
                #expect(error?.description.hasPrefix("\(name) is ") == true, "\(parameter.option)")
                #expect(error?.description.contains("it must be \(english) (try ") == true, "\(parameter.option)")
                #expect(error?.phrase.chinese.contains("必須\(number.range.phrase.chinese)（例如 ") == true)
            }
            // The Chinese sentence is 必須 and a verb: 是 or 在.
            #expect(["是", "在"].contains(number.range.phrase.chinese.first), "\(parameter.option)")
        }
    }

    @Test func rangesInWords() {
        func words(_ option: String) -> Phrase? {
            StageList.parameters.first { $0.option == option }?.number?.range.phrase
        }
        #expect(words("temperature") == Phrase("0 (greedy) or in 0.001…1000", "是 0（貪婪解碼）或在 0.001…1000"))
        #expect(words("top-k") == Phrase("0 (off) or more", "是 0（關閉）或更大"))
        #expect(words("top-p") == Phrase("in 0…1", "在 0…1"))
        #expect(words("typical-p") == Phrase("in 0.001…1 (1 is off)", "在 0.001…1（1 表示關閉）"))
        #expect(
            words("no-repeat-n-gram") == Phrase("0 (off) or a whole number up to 1000", "是 0（關閉）或整數，至多 1000"))
        #expect(
            words("dry-last-n")
                == Phrase("-1 (the whole context) or a whole number from 0", "是 -1（整段上下文）或 0 以上的整數"))
        #expect(words("dry-allowed-length") == Phrase("a whole number in 0…1000", "是整數，在 0…1000"))
        #expect(words("mirostat-tau") == Phrase("0 (off) or in 0…100 bits", "是 0（關閉）或在 0…100 位元"))
    }

    @Test func aMisspelledStageGetsTheNearestName() {
        let settings = settings { $0.order = ["tpo-k"] }
        let error = #expect(throws: SettingsError.self) { try StagePipeline(settings: settings) }
        #expect(error?.description.contains("did you mean top-k?") == true)
    }
}

/// What would have kept a token, against the stage itself: a little on one side it stays, on the other it goes.
@Suite struct CounterfactualTests {
    private static let stages = StageList.all.filter { $0.kept != nil }

    private func bound(_ stage: StageDescriptor, _ choice: StepChoice, _ candidate: Candidate) -> StageBound? {
        let place = choice.stages.firstIndex { $0.name == stage.name }!
        let others = choice.candidates.filter { $0.id != candidate.id }.compactMap { other in
            other.logits[place - 1].map { (id: other.id, logit: Double($0)) }
        }
        let record = choice.stages[place]
        return stage.kept!(
            StageInput(
                id: candidate.id, own: Double(candidate.logits[place - 1]!), others: others,
                numbers: { name in record.parameters.first { $0.name == name }?.value }, unlisted: { _ in 0...0 }))
    }

    private func isKept(_ id: Int, _ logits: [Float], _ settings: Settings) throws -> Bool {
        try #require(try choose(logits, settings).finalLogits)[id] > -.infinity
    }

    @Test(arguments: stages.indices) func isTheEdge(_ place: Int) throws {
        let stage = Self.stages[place]
        var asked = 0
        for seed in 0..<40 {
            let input = DrawnInput(seed: 700_000 + seed, size: [8, 30][seed % 2], spread: [2, 4][seed / 2 % 2])
            var settings = example(of: stage)
            if stage.name == "mirostat" { settings.extra["mirostat.tau"] = 1 }
            if stage.name == "epsilon" || stage.name == "eta" {
                settings.extra["\(stage.name).cutoff"] = [0.02, 0.2, 0.9][seed % 3]
            }
            if stage.name == "top-k" { settings.topK = 3 }
            let choice = try choose(input.logits, settings)
            for candidate in choice.candidates where candidate.removedBy == stage.name {
                let bound = try #require(self.bound(stage, choice, candidate))
                #expect(bound.uncertainty < 1e-12)
                guard let (number, scale) = self.number(bound, of: stage) else { continue }
                let isAtMost = bound.side == .atMost
                let away = number.isCount ? 1 : 1e-6 * bound.value
                let (inside, outside) =
                    isAtMost
                    ? (bound.value - away, bound.value + away)
                    : (number.isCount ? bound.value : bound.value + away, bound.value - away)
                for (value, stays) in [(inside, true), (outside, false)] {
                    let value = value * scale
                    if !number.range.contains(value) || number.off == value { continue }
                    number.set(value, in: &settings)
                    #expect(
                        try isKept(candidate.id, input.logits, settings) == stays,
                        "\(stage.name) \(value), seed \(seed), token \(candidate.id)")
                    asked += 1
                }
            }
        }
        #expect(asked > 50, "\(stage.name): \(asked)")
    }

    /// The number that the bound speaks of; mirostat's μ is twice τ in the first step.
    private func number(_ bound: StageBound, of stage: StageDescriptor) -> (StageNumber, scale: Double)? {
        if let number = stage.parameters.first(where: { $0.option == bound.name })?.number { return (number, 1) }
        guard stage.name == "mirostat", let tau = stage.parameters[0].number else {
            Issue.record("\(stage.name) has no option \(bound.name)")
            return nil
        }
        return (tau, 0.5)
    }
}
