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

/// What would have kept a token, for every stage that removes: the value keeps it, the next nearer one does not.
@Suite struct RemedyTests {
    private static let stages = StageList.all.filter { kind in
        kind.effect.onlyRemoves && kind.parameters.contains { $0.number != nil }
    }

    private func stays(_ token: Int, _ situation: ChoiceSituation, _ settings: Settings) throws -> Bool {
        var situation = situation
        situation.settings = settings
        let choice = try situation.ledger(following: token) { _ in ([], "") }
        return choice.chosen?.removedBy == nil
    }

    @Test(arguments: stages.indices) func isTheNearest(_ place: Int) throws {
        let stage = Self.stages[place]
        var asked = 0
        for seed in 0..<30 {
            let input = DrawnInput(seed: 700_000 + seed, size: [8, 30][seed % 2], spread: [2, 4][seed / 2 % 2])
            var settings = example(of: stage)
            if stage.name == "top-k" { settings.topK = 3 }
            if stage.name == "mirostat" { settings.extra["mirostat.tau"] = 1 }
            if stage.name == "xtc" { settings.extra = ["xtc.probability": 0.9, "xtc.threshold": 0.05] }
            if stage.name == "epsilon" || stage.name == "eta" {
                settings.extra["\(stage.name).cutoff"] = [0.02, 0.2, 0.9][seed % 3]
            }
            let situation = ChoiceSituation(
                logits: input.logits, history: History(prompt: [1, 2, 1, 3, 2], output: [1, 2]),
                state: try ChoiceState(seed: "\(seed)"), settings: settings)
            for token in input.logits.indices {
                guard let remedies = Remedies(for: token, in: situation) else {
                    #expect(try stays(token, situation, settings))
                    continue
                }
                #expect(remedies.stage == stage.name && remedies.pair == nil)
                #expect(!remedies.single.isEmpty, "\(stage.name): token \(token) of seed \(seed)")
                for remedy in remedies.single {
                    let change = remedy.adjustments[0]
                    let number = try #require(
                        StageList.parameters.first { $0.option == change.option }?.number)
                    let to = try #require(change.to)
                    number.set(to, in: &settings)
                    #expect(try stays(token, situation, settings), "\(change), seed \(seed), token \(token)")
                    let nearer = to + nearerStep(to, number) * (change.from > to ? 1 : -1)
                    let isNearer = abs(nearer - change.from) < abs(to - change.from) && nearer != change.from
                    if isNearer && change.meaning == nil && number.range.contains(nearer) && number.off != nearer {
                        number.set(nearer, in: &settings)
                        #expect(try !stays(token, situation, settings), "\(nearer) for \(change), seed \(seed)")
                        asked += 1
                    }
                    number.set(change.from, in: &settings)
                }
            }
        }
        #expect(asked > 20 || stage.name == "p-less" || stage.name == "no-repeat-n-gram", "\(stage.name): \(asked)")
    }

    /// One of the last of four digits, or 1 for a count.
    private func nearerStep(_ value: Double, _ number: StageNumber) -> Double {
        if number.isCount || value == 0 { return 1 }
        var unit = 1e-3
        while unit * 10_000 <= abs(value) { unit *= 10 }
        while unit * 1000 > abs(value) { unit /= 10 }
        return unit
    }

    private func remedies(_ logits: [Float], _ token: Int, _ change: (inout Settings) -> Void) throws -> Remedies? {
        var settings = Settings()
        change(&settings)
        let situation = ChoiceSituation(
            logits: logits, history: History(prompt: [0, 1]), state: try ChoiceState(seed: "0"), settings: settings)
        return Remedies(for: token, in: situation)
    }

    /// Lists are as long as somebody writes them: their entries are tried in pairs up to a number, the token's own first.
    @Test func ofLongListsTheFirstAreTriedInPairs() throws {
        // Banned twice: no one number lets it in.
        func answer(_ biased: Int) throws -> Remedies {
            try #require(
                try remedies((0..<45).map { Float(45 - $0) / 4 }, 44) {
                    $0.topK = 1
                    $0.bannedTokens = [44]
                    for id in 0..<biased { $0.logitBias[id] = 1 }
                })
        }
        let few = try answer(3)
        #expect(few.unpaired == 0 && few.single.isEmpty)
        let many = try answer(44)
        #expect(many.unpaired > 10 && many.single.isEmpty)
        let pair = try #require(many.pair)
        #expect(pair.adjustments.contains { $0.token == 44 } && pair.adjustments == few.pair?.adjustments)
    }

    /// Ties at the edge stay; a token that no list of candidates would hold is counted like any other.
    @Test func countsTheWholeVocabulary() throws {
        let logits = (0..<3000).map { Float(3000 - $0 / 3) }
        let remedies = try #require(try remedies(logits, 2000) { $0.topK = 40 })
        #expect(remedies.single.map(\.adjustments[0].to) == [1999])
    }

    /// Where two stages would each remove it, both numbers change, and no temperature helps against top-k.
    @Test func namesTwoWhereOneIsNotEnough() throws {
        let remedies = try #require(
            try remedies([5, 4, 3, 2, 1], 4) {
                $0.topK = 2
                $0.minP = 0.5
                $0.order = ["top-k", "min-p"]
            })
        #expect(remedies.stage == "top-k" && remedies.single.isEmpty)
        let pair = try #require(remedies.pair)
        #expect(pair.adjustments.map(\.option) == ["top-k", "min-p"])
        // e^(1 − 5) = 0.018315…
        #expect(pair.adjustments.map(\.to) == [5, 0.01831])
        // Three at once are too many.
        let none = try #require(
            try self.remedies([5, 4, 3, 2, 1], 4) {
                $0.topK = 2
                $0.minP = 0.5
                $0.bannedTokens = [4]
                $0.order = ["top-k", "min-p"]
            })
        #expect(none.single.isEmpty && none.pair == nil)
    }

    /// A number that is off is reached only when no other value will do.
    @Test func listsAndSwitchesAreChangedToo() throws {
        let banned = try #require(try remedies([5, 4, 3], 1) { $0.bannedTokens = [1, 2] })
        #expect(banned.single.map(\.adjustments[0]).map { [$0.option: $0.token] } == [["ban-tokens": 1]])
        #expect(banned.single[0].adjustments[0].to == nil)
        let repeated = try #require(
            try remedies([5, 4, 3], 1) { $0.extra["no-repeat-n-gram.size"] = 1 })
        #expect(repeated.single.map(\.adjustments[0].to) == [2])
        let greedy = try #require(try remedies([5, 4, 3], 1) { $0.temperature = 0 })
        #expect(greedy.single.map(\.adjustments[0].to) == [0.001])
    }
}
