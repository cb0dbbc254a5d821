// The runs of lessons: a lesson names model, prompt and settings, or logits on the blackboard; this makes them.
internal import Debugging
public import Generation
public import Lessons
internal import Phrases
internal import Stages
public import Traces

/// The longest run that a lesson or an answer may ask for.
private let limitTokens = 64
/// The widest beam search: each beam is a run of its own.
private let limitBeams = 8

/// The run as a record.
///
/// - Parameter model: the model that the run names; nil for logits given by hand.
/// - Throws: ``LessonError/run(_:)``, in the words of the command.
public func lessonTrace(_ run: LessonRun, with model: LanguageModel?) throws(LessonError) -> Trace {
    var settings = Settings()
    settings.record = []
    for option in run.settings {
        if let own = runOptions.first(where: { $0.name == option.name }) {
            try own.set(&settings, option.value)
            continue
        }
        let find = model.map { model in { (text: String) in model.token(text) } }
        do throws(DebuggingError) { try settings.set(option.name, to: option.value, find: find) } catch {
            throw .run(error.phrase)
        }
    }
    if settings.maxTokens > limitTokens, !run.settings.contains(where: { $0.name == "max-tokens" }) {
        settings.maxTokens = limitTokens
    }
    if settings.maxTokens > limitTokens {
        throw .run(
            Phrase(
                "max-tokens is \(settings.maxTokens); here it is at most \(limitTokens)",
                "max-tokens 是 \(settings.maxTokens)；這裡最多 \(limitTokens)"))
    }
    guard let model else { return try handTrace(run, settings) }
    let reading: PromptReading
    do throws(GenerationError) { reading = try model.read(run.prompt, settings: settings) } catch {
        throw .run(error.phrase)
    }
    // The last token that is chosen is not read: what is not read has no entry to be lost.
    let last = reading.prompt.tokens.count + max(1, settings.maxTokens) - 2
    if let position = settings.dropped.first(where: { $0 > last }) {
        throw .run(
            Phrase(
                "nothing is read at position \(position); positions are 0…\(last)",
                "位置 \(position) 沒有讀過任何詞元；位置為 0…\(last)"))
    }
    do throws(GenerationError) {
        settings.date = nil
        let engine = EngineInfo(version: engineVersion, kernels: "", threads: 1)
        let session = try Session(model, reading: reading, settings: settings, engine: engine)
        if settings.beams > 1 {
            let search = try BeamRun(session)
            while !search.isFinished { try search.advance() }
            try search.finish()
        } else {
            while try session.step() != nil {}
        }
        session.finish(peakMemoryBytes: 0)
        return session.trace
    } catch {
        throw .run(error.phrase)
    }
}

/// What a lesson may say of a run beside the numbers of the stages: a row each.
private let runOptions: [(name: String, set: @Sendable (inout Settings, String) throws(LessonError) -> Void)] = [
    ("candidates", { (settings, text) throws(LessonError) in settings.candidates = try whole(text, "candidates") }),
    ("record", { (settings, text) throws(LessonError) in settings.record = try recorded(text) }),
    ("ablate", { (settings, text) throws(LessonError) in settings.ablated += parts(of: text) }),
    ("drop", { (settings, text) throws(LessonError) in settings.dropped += try positions(text) }),
    ("context", { (settings, text) throws(LessonError) in settings.context = try whole(text, "context", from: 1) }),
    ("chat", { (settings, text) throws(LessonError) in settings.chat = text == "true" }),
    ("system", { (settings, text) throws(LessonError) in settings.system = text }),
    (
        "beams",
        { (settings, text) throws(LessonError) in settings.beams = try whole(text, "beams", from: 1, to: limitBeams) }
    ),
    ("length-penalty", { (settings, text) throws(LessonError) in settings.lengthPenalty = try decimal(text) }),
    ("stop", { (settings, text) throws(LessonError) in settings.stop.append(try stopString(text)) }),
]

private func whole(
    _ text: String, _ name: String, from least: Int = 0, to limit: Int = 100_000
) throws(LessonError) -> Int {
    if let number = Int(text), (least...limit).contains(number) { return number }
    throw .run(
        Phrase(
            "\(name) is \(readable(text)); here it must be a whole number in \(least)…\(limit)",
            "\(name) 是 \(readable(text))；這裡必須是 \(least)…\(limit) 的整數"))
}

private func decimal(_ text: String) throws(LessonError) -> Double {
    if let number = Double(text), number.isFinite { return number }
    throw .run(Phrase("\(readable(text)) is no number", "\(readable(text)) 不是數字"))
}

private func positions(_ text: String) throws(LessonError) -> [Int] {
    var found: [Int] = []
    for part in parts(of: text) { found.append(try whole(part, "drop")) }
    return found
}

/// Names with commas between.
private func parts(of text: String) -> [String] { text.split(separator: ",").map { String($0) } }

private func recorded(_ names: String) throws(LessonError) -> [RecordKind] {
    var kinds: [RecordKind] = []
    for name in parts(of: names) {
        guard let kind = RecordKind(rawValue: name) else {
            let list = RecordKind.allCases.map { $0.rawValue }.joined(separator: ", ")
            throw .run(
                Phrase(
                    "\(readable(name)) cannot be recorded; there are: \(list)",
                    "沒有 \(readable(name)) 這種紀錄；有：\(list)"))
        }
        kinds.append(kind)
    }
    return kinds
}

private func stopString(_ text: String) throws(LessonError) -> String {
    do throws(EscapeError) { return try unescaped(text) } catch { throw .run(error.phrase) }
}

/// One step from logits given by hand, as a run.
private func handTrace(_ run: LessonRun, _ settings: Settings) throws(LessonError) -> Trace {
    var logits: [Float] = []
    for text in run.logits {
        guard let value = Float(text), !value.isNaN else {
            throw .run(Phrase("the logit \(readable(text)) is no number", "logit \(readable(text)) 不是數字"))
        }
        logits.append(value)
    }
    let choice: StepChoice
    do throws(StagesError) {
        choice = try HandSample(logits: logits, labels: run.labels, settings: settings).choose().choice
    } catch {
        throw .run(error.phrase)
    }
    guard let chosen = choice.candidates.first(where: { $0.id == choice.id }) else {
        throw .run(Phrase("the chosen token is not listed", "選中的詞元沒有列出"))
    }
    let step = Step(
        index: 0, position: 0,
        token: Token(id: chosen.id, bytes: chosen.bytes, text: chosen.text, start: 0, end: 0, special: false),
        stages: choice.stages, candidates: choice.candidates, tail: choice.tail, entropyBitsRaw: choice.entropyBitsRaw,
        entropyBitsFinal: choice.entropyBitsFinal, logSumExp: choice.logSumExp, draw: choice.draw, finish: nil,
        seconds: StepSeconds(forward: 0, choose: 0, record: 0))
    return Trace(
        engine: EngineInfo(version: engineVersion, kernels: "", threads: 1),
        model: ModelInfo(
            name: "by hand", architecture: "", file: "", sha256: "", layers: 0, heads: 0, keyValueHeads: 0, headSize: 0,
            hiddenSize: 0, vocabularySize: logits.count, contextLength: 0, parameters: 0, weightBytes: 0,
            tensorTypes: []),
        settings: settings, prompt: Prompt(text: "", rendered: "", tokens: [], pieces: []), steps: [step],
        text: chosen.text)
}
