// `replay --as`: the recorded logits under another library's rules, and the first step where its kept sets are others.
internal import Debugging
internal import JSONText
internal import Phrases
internal import Requests
internal import SamplingLibraries
internal import Stages
internal import Traces

/// The run's steps under a library's rules.
///
/// - Parameters:
///   - settings: of all steps; only what the libraries know may differ from our defaults.
///   - named: the options that were given for it.
///   - maker: the model at the end of the run, where the record has not all logits; asked for only then.
func compare(
    _ trace: Trace, _ settings: Settings, as library: SamplingLibrary, withDefaults: Bool, named: Set<String>,
    maker: () throws -> LiveMaker
) throws -> LibraryComparison {
    if trace.settings.beams > 1 {
        throw Failure(
            "a beam search draws nothing from kept sets; --as compares runs without beams",
            "集束搜尋不從保留的集合抽選；--as 只比較沒有集束的執行")
    }
    if let change = trace.settings.changes.first {
        throw Failure(
            "settings were changed on the way, at step \(change.step); --as compares runs of one setting",
            "設定在第 \(change.step) 步途中改過；--as 只比較設定不變的執行")
    }
    var comparison = LibraryComparison(library, settings, withDefaults: withDefaults, named: named)
    // End tokens that were barred are known to the model alone.
    let needsModel = trace.tensors.rawLogits.isEmpty || settings.minTokens > 0
    let maker = needsModel ? try maker() : nil
    let progress = Progress(Phrase("comparing steps", "逐步比較"))
    defer { progress.finish() }
    let prompt = trace.prompt.tokens.map(\.id)
    var output: [Int] = []
    for step in trace.steps {
        defer { output.append(step.token.id) }
        progress.update(step.index, of: trace.steps.count, unit: Phrase("steps", "步"))
        var ends: [Int] = []
        var logits: [Float]
        if let maker {
            guard let situation = maker.situation(step: step.index) else {
                throw Failure(
                    "the model does not give step \(step.index) again; trace with --record logits --tensors",
                    "模型無法重現第 \(step.index) 步；請以 --record logits --tensors 重新 trace")
            }
            (logits, ends) = (situation.logits, situation.endTokens)
        } else {
            logits = trace.tensors.rawLogits[trace.logitsRow(ofStep: step.index)]
        }
        if step.index < settings.minTokens {
            for id in ends where logits.indices.contains(id) { logits[id] = -.infinity }
        }
        var own = settings
        (own.minTokens, own.forced) = (0, [:])
        let situation = ChoiceSituation(
            logits: logits, history: History(prompt: prompt, output: output),
            state: try ChoiceState(seed: own.seed), settings: own)
        let choice = try situation.ledger(following: step.token.id) { _ in ([], "") }
        if let foreign = choice.stages.first(where: { !LibraryComparison.stages.contains($0.name) }) {
            throw Failure(
                "the run has the stage \(foreign.name); --as compares the penalties, temperature, top-k, top-p and min-p",
                "這次執行有 \(foreign.name) 階段；--as 只比較懲罰、溫度、top-k、top-p 與 min-p")
        }
        if comparison.steps.isEmpty { comparison.ownStages = choice.stages.dropFirst().map(\.name) }
        let kept = (choice.finalLogits ?? []).map { $0 > -.infinity }
        comparison.add(
            step, logits: logits, history: LibraryHistory(prompt: prompt, output: output), kept: kept
        ) { id in
            // Asked for the one token that explains the first difference.
            let way = try? situation.ledger(following: id) { _ in ([], "") }
            return way?.candidates.first { $0.id == id }?.removedBy
        }
    }
    return comparison
}

extension LibraryComparison {
    /// What a person reads.
    func lines(_ trace: Trace, _ language: Language) -> [String] {
        func say(_ english: String, _ chinese: String) -> String { Phrase(english, chinese)[language] }
        let name = "\(library.name) \(library.version)"
        let order = library.active(numbers).map { $0.stage }.joined(separator: " → ")
        let own = ownStages.joined(separator: " → ")
        let same = steps.count { $0.isSame }
        var lines = [
            say("\(name), its stages: ", "\(name) 的階段：") + (order.isEmpty ? say("none", "無") : order),
            say("the stages here: ", "這裡的階段：") + (own.isEmpty ? say("none", "無") : own),
        ]
        if !taken.isEmpty {
            let list = taken.map { "\($0.option) \(plain($0.value))" }.joined(separator: ", ")
            lines.append(
                say(
                    "its own numbers where the run has our defaults: \(list)",
                    "此次執行沿用步鏡預設值的地方，改用它自己的：\(list)"))
        }
        lines.append(
            say(
                "kept sets are the same at \(same) of \(steps.count) steps",
                "\(steps.count) 步之中，\(same) 步保留的集合相同"))
        guard let first, let row = steps.first(where: { $0.index == first.step }) else { return lines }
        let text = bytes(of: first.token, in: trace).map(quoted).map { $0 + " " } ?? ""
        lines.append(
            say(
                "step \(first.step) is the first that differs: \(row.here) kept here, \(row.there) there",
                "第 \(first.step) 步最先不同：這裡保留 \(row.here) 個，那裡 \(row.there) 個"))
        let side = first.isKeptHere ? (say("there", "那裡"), say("here", "這裡")) : (say("here", "這裡"), say("there", "那裡"))
        let mark = first.isDefault ? say(" (its default)", "（它的預設值）") : ""
        lines.append(
            say(
                "  \(text)#\(first.token) is kept \(side.1) and removed \(side.0) by \(first.stage)\(mark)",
                "  \(text)#\(first.token) 在\(side.1)保留，在\(side.0)由 \(first.stage) 移除\(mark)"))
        if let rule = first.rule {
            lines.append("  " + library.name + say(": ", "：") + rule.words[language])
            lines.append("  (" + rule.source + ")")
        }
        return lines
    }

    private func bytes(of id: Int, in trace: Trace) -> [UInt8]? {
        for step in trace.steps { if let found = step.candidates.first(where: { $0.id == id }) { return found.bytes } }
        return trace.tokens.first { $0.id == id }?.bytes
    }

    /// The same for programs.
    func json() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("library", library.name)
            json.member("version", library.version)
            json.array("rules") { json in
                for rule in library.active(numbers) {
                    json.object { json in
                        json.member("stage", rule.stage)
                        json.member("rule", rule.words.english)
                        json.member("source", rule.source)
                    }
                }
            }
            json.object("defaults") { json in for row in taken { json.member(row.option, row.value) } }
            json.array("steps") { json in
                for step in steps {
                    json.object { json in
                        json.member("index", step.index)
                        json.member("here", step.here)
                        json.member("there", step.there)
                        json.member("onlyHere", step.onlyHere)
                        json.member("onlyThere", step.onlyThere)
                        json.member("probability", step.probability)
                    }
                }
            }
            json.key("first")
            if let first { write(first, to: &json) } else { json.null() }
        }
        return json.bytes
    }

    private func write(_ first: LibraryDifference, to json: inout JSONWriter) {
        json.object { json in
            json.member("step", first.step)
            json.member("token", first.token)
            json.member("keptHere", first.isKeptHere)
            json.member("removedBy", first.stage)
            json.member("default", first.isDefault)
            json.member("rule", first.rule?.words.english)
            json.member("source", first.rule?.source)
        }
    }
}
